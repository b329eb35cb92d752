"""Bots: what they are made of, how they stand, what may be asked of them."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from botswain.api.schemas.shape import CLOCK, Exact, Name, Shape, TimeMs


def as_text(value: Any) -> Any:
    """Data as the text that it is kept as: a parameter that is data may be given as the object it stands for."""
    return json.dumps(value, allow_nan=False) if isinstance(value, dict | list) else value


# Of a parameter. One that is data, such as rules, is JSON as text; an object is taken too.
Value = Annotated[str | int | float | bool, BeforeValidator(as_text)]
BotName = Annotated[str, Field(min_length=1, max_length=64, examples=["btc-ladder"])]
Symbol = Annotated[str, Field(min_length=3, max_length=64, examples=["BTC/USDT"])]
StopPolicy = Literal["leave", "cancel_entries", "cancel_all", "flatten"]
State = Literal["running", "starting", "stopping", "stopped", "paused", "halted", "refused"]


class Sizing(Shape):
    """How large: percent of capital, a fixed quantity, a fixed amount of quote, what may be lost to the stop, what

    the odds of a trade are worth, or what the account is to move in a usual day.
    """

    kind: Literal["percent", "fixed", "fixed_quote", "risk", "kelly", "volatility"] = "percent"
    size: Exact = "1"
    compounding: bool = Field(
        default=True,
        strict=True,
        description="of shares of the account: sizes grow and shrink with it; else they are of its start",
    )
    odds: dict[str, Exact] = Field(
        default={},
        examples=[{"win_rate": "0.55", "payoff": "1.5", "cap": "0.25"}],
        description="of kelly: how often a trade wins, what it then gains for each unit lost otherwise, and the most",
    )
    period: int = Field(
        default=0,
        strict=True,
        description="of volatility: over how many closed candles moves are looked at; 0: as many as usual, 20",
    )


class TradingWindow(Shape):
    """When it may open positions, by the clock of a time zone; what reduces and protects works at all times.

    days  1 (Monday) to 7. A window that ends before it starts goes over midnight.
    """

    start: str = Field(default="", pattern=CLOCK, examples=["09:30"])
    end: str = Field(default="", pattern=CLOCK, examples=["16:00"])
    days: list[Annotated[int, Field(ge=1, le=7)]] = [1, 2, 3, 4, 5, 6, 7]
    time_zone: str = Field(default="UTC", max_length=64, examples=["America/New_York"])
    hours: str = Field(
        default="",
        max_length=400,
        examples=["09:30-12:00, 13:00-16:00 America/New_York mon-fri"],
        description="in the place of start, end, days and time_zone the same as text: times with commas between them, "
        "a zone or city, days; other ones after a semicolon",
    )
    calendar: str = Field(
        default="",
        max_length=16,
        examples=["XNYS"],
        description="an exchange's regular hours by its MIC, half days and holidays among them; 24/7. Beside hours: "
        "what lies in both",
    )
    at_end: Literal["cancel_entries", "leave", "flatten"] = Field(
        default="cancel_entries",
        description="when it ends entries that rest are taken off, or stay, or positions are closed too",
    )
    minutes_before: int = Field(
        default=5,
        ge=0,
        le=1_440,
        description="with flatten: so long before the end, and nothing is opened from then on",
    )


class PaperHolding(Shape):
    """What holding a position costs on a paper account, at rates that never change (docs/rules.md section 12)."""

    funding_rate: Exact = Field(
        default="0",
        examples=["0.0001"],
        description="what longs pay of what they hold, every funding_hours from 00:00 UTC on; below 0 they get it",
    )
    funding_hours: int = Field(default=8, ge=1, le=24, strict=True, description="hours that divide a day")
    borrow_rate: Exact = Field(
        default="0", description="a fraction a year, of shorts; with botswain trade only, where one can be short"
    )


class BotSettings(Shape):
    """All that a person says of a bot. exits, limits: by the names of docs/rules.md sections 6 and 7, as decimals."""

    strategy: Name = Field(examples=["grid"])
    account_id: str
    symbols: list[Symbol] = Field(min_length=1, max_length=100)
    timeframe: str = Field(default="1m", examples=["1m"], max_length=8)
    parameters: dict[str, Value] = {}
    capital: Exact = Field(default="1000")
    sizing: Sizing = Sizing()
    exits: dict[str, Exact] = Field(default={}, examples=[{"stop_loss": "0.02"}])
    limits: dict[str, Exact] = Field(default={}, examples=[{"max_daily_loss": "0.05"}])
    on_stop: StopPolicy = "cancel_entries"
    react: Literal["at_once", "at_close"] = "at_once"
    trading_frequency_s: int = Field(
        default=0,
        ge=0,
        le=86_400,
        description="decide so often between closes too, in seconds, on the candle that forms; below the timeframe. "
        "0: at closes only",
    )
    trading_window: TradingWindow | None = None
    holding: PaperHolding = PaperHolding()


class NewBot(BotSettings):
    """A bot to be made. start: have it run at once."""

    name: BotName
    start: bool = Field(default=False, strict=True)


class BotPatch(Shape):
    """Another edition of a bot's settings; what is left out stays. The bot must be stopped and hold nothing."""

    name: BotName | None = None
    settings: BotSettings | None = None


class Halt(Shape):
    """Why it opens nothing. can_resume: whether a person may lift it."""

    reason: str
    by: str
    at_ms: TimeMs
    can_resume: bool


class Blocked(Shape):
    """A limit of its account that it reached: it runs, and opens nothing. What reduces and protects works on.

    value, limit  equity (smoothed for a drawdown_ code) and its floor in quote; of a cool_down the
                  losses in a row and the most that may be
    until_ms      by the time of its market; null: it does not end by itself
    """

    code: Literal["daily_loss", "weekly_loss", "drawdown", "drawdown_pause", "drawdown_flatten", "cool_down"]
    message: str
    value: Exact
    limit: Exact
    since_ms: TimeMs
    until_ms: TimeMs | None


class Attention(Shape):
    """Something a person should look at."""

    code: str
    message: str


class AccountRef(Shape):
    """Where it trades."""

    id: str
    name: str
    venue: str
    environment: Literal["paper", "sandbox", "test", "live"]
    source: str


class Bot(Shape):
    """A bot as it stands.

    equity       its capital and all it has made or lost, open positions at the last close that is known of their
                 market, whether it runs or not; null before it ran
    profit       equity less capital, which is realized and unrealized; today: since the day's start, UTC
    realized     what was gained for good, all fees (which are told beside it) taken off
    open_positions  what it holds that can be closed; rests: what it holds below the least order, which nobody can sell
    archived_ms  when it was put away, or gave way to another edition (see its editions); null: it is there
    trip_profit  what its round trips that ended made after fees; of a grid: what its cells bought and sold again
    left_over    realized less trip_profit, what was charged put back: what came of coins that a grid's cells had left
                 over, which no round trip has; null while something is held, whose cost is in neither
    sparkline    its equity at up to 60 times, the oldest first
    charged      what holding cost so far less what it brought, which is in realized; null where nothing is charged
    valued_ms    when that close was, of several symbols the oldest; null where it holds nothing
    """

    id: str
    name: str
    settings: BotSettings
    account: AccountRef
    state: State
    desired_state: Literal["running", "stopped"]
    halt: Halt | None
    blocked: Blocked | None
    attention: list[Attention]
    edition: int
    version: int
    created_ms: TimeMs
    archived_ms: TimeMs | None
    equity: Exact | None
    profit: Exact | None
    profit_fraction: float | None
    today: Exact | None
    realized: Exact
    unrealized: Exact | None
    fees: Exact
    open_positions: int
    rests: int
    round_trips: int
    won: int
    trip_profit: Exact
    left_over: Exact | None
    sparkline: list[float]
    charged: Exact | None
    valued_ms: TimeMs | None
    quote: str


class Edition(Shape):
    """A bot's settings as they were for a while. bot_id: whose journal holds what it did with them."""

    edition: int
    bot_id: str
    settings: BotSettings
    created_ms: TimeMs
    archived_ms: TimeMs | None


class Stop(Shape):
    """How to stop; the bot's own way where it is left out."""

    policy: StopPolicy | None = None


class Reason(Shape):
    """Why somebody asks for it; shown wherever the halt is."""

    reason: str = Field(default="", max_length=400)


class Rung(Shape):
    """An order that a new bot would begin with."""

    symbol: str
    slot: int
    side: Literal["buy", "sell"]
    price: Exact
    qty: Exact | None = None


class PreviewLine(Shape):
    """A price to draw. side: what would be done there, if anything."""

    price: Exact
    label: str
    side: Literal["buy", "sell"] | None = None


class PreviewFact(Shape):
    """Something to be read beside the chart."""

    name: str
    text: str


class Preview(Shape):
    """What settings would come to at the last price: refusals are problems; these are their orders and warnings.

    lines  prices that the strategy's plan speaks of, the lowest first; facts: what they come to, to be read
    """

    price: Exact | None
    lines: list[PreviewLine]
    facts: list[PreviewFact]
    rungs: list[Rung]
    warnings: list[str]


class WindowAsked(Shape):
    """A trading window to be looked at, for candles of a timeframe."""

    trading_window: TradingWindow
    timeframe: str = Field(default="1m", examples=["1m"], max_length=8)


class Session(Shape):
    """When it is open: from and until, the end not included."""

    opens_ms: TimeMs
    closes_ms: TimeMs


class WindowPreview(Shape):
    """What a trading window comes to. text: the same in words; sessions: that of now, if any, and the next ones."""

    text: str
    open_now: bool
    sessions: list[Session]
