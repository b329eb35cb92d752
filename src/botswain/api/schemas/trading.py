"""Orders, fills, positions, round trips, decisions, equity: what a bot did and why."""

from __future__ import annotations

from typing import Literal

from botswain.api.schemas.markets import Environment
from botswain.api.schemas.shape import Exact, Shape, TimeMs

Side = Literal["buy", "sell"]


class OrderEvent(Shape):
    """Something of an order's life: it is `asked`, the venue takes it (`new`), and so on to its end."""

    seq: int
    state: str
    filled_qty: Exact
    reason: str
    code: str | None
    time_ms: TimeMs
    here_ms: TimeMs | None = None


class Order(Shape):
    """An order, from being written down to its end. events: its life, only where one order is asked for.

    time_ms  when it was asked by the market's clock, which a sandbox has of its own
    here_ms  by the clock of the machine that traded, where that is another one
    """

    client_order_id: str
    venue_order_id: str | None
    bot_id: str
    bot_name: str
    symbol: str
    slot: int
    rev: int
    attempt: int
    side: Side
    kind: str
    tif: str
    qty: Exact
    filled_qty: Exact
    price: Exact | None
    trigger: Exact | None
    state: str
    working: bool
    protective: bool
    time_ms: TimeMs
    here_ms: TimeMs | None = None
    events: list[OrderEvent] | None = None


class Fill(Shape):
    """A fill. reason: what its order was for; realized: the profit that it realised, in quote."""

    id: str
    bot_id: str
    bot_name: str
    symbol: str
    side: Side
    qty: Exact
    price: Exact
    fee: Exact
    fee_asset: str
    realized: Exact
    liquidity: str
    reason: str
    slot: int
    client_order_id: str | None
    venue_trade_id: str
    kind: str
    time_ms: TimeMs


class Position(Shape):
    """What a bot holds of a symbol. price: the last close, at price_ms; unrealized at it; null where none is known yet.

    environment  of its account: play money and real money make no sum
    realized  what was gained for good, all fees (which are told beside it) taken off
    least     the least quantity that the venue lets close at that price; null where its rules are not known yet
    rest      less than that is held: no order can close it, and it is not among what is open
    put_away  its bot is: nobody can close it here, and it is not among what is open
    """

    bot_id: str
    bot_name: str
    environment: Environment
    symbol: str
    qty: Exact
    avg_price: Exact | None
    cost: Exact
    price: Exact | None
    price_ms: TimeMs | None
    value: Exact | None
    unrealized: Exact | None
    realized: Exact
    fees: Exact
    dust: Exact
    least: Exact | None
    rest: bool
    put_away: bool
    time_ms: TimeMs


class RoundTrip(Shape):
    """A position from its opening to its end; exit_ms is null while it is open, profit is then without it."""

    bot_id: str
    bot_name: str
    symbol: str
    direction: Literal[1, -1]
    qty: Exact
    entry_ms: TimeMs
    exit_ms: TimeMs | None
    entry_price: Exact
    exit_price: Exact | None
    profit: Exact
    profit_fraction: float
    fees: Exact
    exit_reason: str | None


class Row(Shape):
    """A wanted order after a decision. effective: what the gate let through of the quantity."""

    symbol: str
    slot: int
    rev: int
    state: str
    side: Side
    kind: str
    qty: Exact
    effective: Exact
    filled: Exact
    price: Exact | None
    trigger: Exact | None


class Note(Shape):
    """What the gate, the rounding or the venue did, with its two numbers and what they are."""

    symbol: str
    slot: int
    code: str
    text: str


class Ground(Shape):
    """A condition that a decision rested on, such as a rule. what: the part of it that it belongs to, as entry_long.

    holds   null where something that it reads had no value
    values  of the indicators that it reads, by name
    """

    symbol: str
    what: str
    text: str
    holds: bool | None
    values: dict[str, float | None] = {}


class Decision(Shape):
    """An entry of the journal that a person can read. values: the indicators the step saw, by symbol and name.

    kind     started, decided, requested, filled, ended, halted, resumed, ...
    summary  one sentence
    time_ms  by the market's clock, which a sandbox has of its own
    here_ms  by the clock of the machine that traded, where the entry has that and it is another one
    """

    seq: int
    time_ms: TimeMs
    here_ms: TimeMs | None = None
    kind: str
    summary: str
    values: dict[str, dict[str, float | None]] = {}
    rows: list[Row] = []
    notes: list[Note] = []
    grounds: list[Ground] = []


class EquityPoint(Shape):
    """What it was worth at a time, in quote."""

    time_ms: TimeMs
    equity: Exact
    realized: Exact


class Equity(Shape):
    """A curve, the oldest first, thinned to what was asked for (the highest and lowest of each part stay)."""

    quote: str
    capital: Exact
    points: list[EquityPoint]
