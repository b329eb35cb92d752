"""Venue accounts, instruments, candles and how markets stand."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from botswain.api.schemas.shape import ASSET, Exact, Name, Shape, TimeMs

Environment = Literal["paper", "sandbox", "test", "live"]


class Key(Shape):
    """A venue key that is kept; its secret is sealed and cannot be read here."""

    name: str
    fingerprint: str
    created_ms: TimeMs


Asset = Annotated[str, Field(pattern=ASSET, examples=["USDT"])]
Prices = Literal["live", "test", "sandbox"]


class Paper(Shape):
    """A paper account's terms and what it holds.

    market        whose prices its orders are met by: the venue's live ones, its test network's or a sandbox's
    start         what it began with, by asset; balances: what it holds now, what its orders may take included
    charged       what holding has cost its bots so far less what it brought them, by asset, where any is charged: they
                  book that themselves, so that it is not in the balances
    slippage_bps  how much worse than the price an order by the market fills, in hundredths of a percent
    """

    market: Prices
    start: dict[Asset, Exact]
    balances: dict[Asset, Exact]
    charged: dict[Asset, Exact]
    maker_fee: Exact
    taker_fee: Exact
    slippage_bps: Exact


class NewPaper(Shape):
    """What a paper account begins with. Fees are fractions (0.001 is 0.1 %)."""

    market: Prices = "live"
    balances: dict[Asset, Exact] = Field(min_length=1, max_length=50, examples=[{"USDT": "10000"}])
    maker_fee: Exact = Field(default="0.001", examples=["0.001"])
    taker_fee: Exact = Field(default="0.001", examples=["0.001"])
    slippage_bps: Exact = Field(default="0", examples=["2"])


class Account(Shape):
    """Whose money at which venue. ready: whether bots can trade on it (a key is there where one is needed).

    paper   of a paper account at a venue's prices; null for every other one
    source  whose prices it is traded by, as markets and prices name them; empty where its environment says it
    """

    id: str
    name: str
    venue: str
    environment: Environment
    ready: bool
    key: Key | None
    bots: int
    created_ms: TimeMs
    paper: Paper | None
    source: str


class NewAccount(Shape):
    """An account to be known. A sandbox or paper account needs no key; a paper account needs `paper`."""

    name: Name
    venue: Name = Field(default="binance")
    environment: Environment = "sandbox"
    paper: NewPaper | None = None


class NewKey(Shape):
    """A venue key: it is sealed at once, and only the gateway can open it."""

    name: Name
    api_key: str = Field(min_length=1, max_length=512)
    secret: str = Field(min_length=1, max_length=8192)
    symbols: list[str] = []
    most_notional: Exact | None = None


class Instrument(Shape):
    """A symbol's rules on an account's venue."""

    symbol: str
    base: str
    quote: str
    tick_size: Exact
    lot_size: Exact
    min_qty: Exact
    max_qty: Exact
    min_notional: Exact


class Market(Shape):
    """How a symbol's market stands. state: live; stale: prices are old; unheard: the venue is not heard; off: no bot

    listens to it. change: of the last day, as a fraction; age_ms: of the newest data, by this machine's clock;
    source: whose prices they are where the environment does not say it: of a paper account, or of a sandbox on a port
    of its own
    """

    venue: str
    environment: Environment
    source: str = ""
    symbol: str
    timeframe: str
    state: Literal["live", "stale", "unheard", "off"]
    price: Exact | None
    change: float | None
    time_ms: TimeMs | None
    age_ms: int | None


class SplitDrawn(Shape):
    """A split of shares: "4:1" where four became of one."""

    time_ms: TimeMs
    split: str


class Candles(Shape):
    """Candles as rows [open_ms, open, high, low, close, volume], and what a bot's indicators were at them.

    indicators  by name, one number a candle; null before it has warmed up
    panes       by name: "price" is drawn over the candles, any other word is a pane of its own
    splits      of the shares meanwhile, the oldest first: everything here is in shares after the last of them
    """

    symbol: str
    timeframe: str
    rows: list[tuple[int, float, float, float, float, float]]
    indicators: dict[str, list[float | None]] = {}
    panes: dict[str, str] = {}
    splits: list[SplitDrawn] = []


class Summary(Shape):
    """The whole fleet. money: of each environment and quote asset apart, real money first."""

    bots: dict[str, int]
    money: list[FleetMoney]
    open_positions: int
    working_orders: int
    attention: list[FleetAttention]
    halted: FleetHalt | None


class FleetMoney(Shape):
    """What bots of one environment and one quote asset are worth together. bots: those that are worth something."""

    environment: Environment
    quote: str
    bots: int
    equity: Exact
    today: Exact
    profit: Exact


class FleetAttention(Shape):
    """Something a person should look at, and whose."""

    bot_id: str | None
    bot_name: str | None
    code: str
    message: str


class FleetHalt(Shape):
    """Everything is halted."""

    reason: str
    by: str
    at_ms: TimeMs


class HaltNoted(Shape):
    """Everything is halted, and the database did not take it: what that means."""

    message: str


Summary.model_rebuild()
