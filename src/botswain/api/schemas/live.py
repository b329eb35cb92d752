"""What the live connection (socket.io) tells. Types of events whose payload is a noun's own schema are not repeated.

trade_executed: Fill; order_updated: Order; position_updated: Position; market_status_changed: Market;
bot_status_changed, price_update, notification, job_progress: below. What happened at once is one event with several
arguments, each of that shape.
"""

from __future__ import annotations

from typing import Literal

from botswain.api.schemas.bots import Blocked, Halt, State
from botswain.api.schemas.markets import Environment
from botswain.api.schemas.shape import Exact, Shape, TimeMs


class BotStatus(Shape):
    """How a bot stands now: what changes often of a Bot."""

    id: str
    name: str
    state: State
    halt: Halt | None
    blocked: Blocked | None
    equity: Exact | None
    profit: Exact | None
    today: Exact | None
    realized: Exact
    unrealized: Exact | None
    valued_ms: TimeMs | None
    open_positions: int
    rests: int
    version: int
    time_ms: TimeMs


class PriceUpdate(Shape):
    """A symbol's last price and its candle so far, [open_ms, open, high, low, close, volume]. closed: it is final.

    source  whose prices they are where the environment does not say it: of a paper account, or of a sandbox on a port
            of its own
    """

    venue: str
    environment: Environment
    source: str = ""
    symbol: str
    timeframe: str
    price: Exact
    time_ms: TimeMs
    candle: tuple[int, float, float, float, float, float]
    closed: bool


class Notification(Shape):
    """Something that a person should know."""

    level: Literal["info", "warning", "error"]
    code: str
    message: str
    bot_id: str | None
    bot_name: str | None
    time_ms: TimeMs


class JobProgress(Shape):
    """How a job stands."""

    id: str
    kind: str
    state: Literal["waiting", "running", "done", "failed", "canceled"]
    progress: float
    message: str
