"""A paper account as values: what it was opened with, its orders and fills, and who keeps them.

No venue knows of it. Whose prices its orders are met by is part of its terms, once and for all.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from msgspec import Struct, field

from botswain.model.errors import BadInput
from botswain.model.instrument import USUAL_FEE, ZERO
from botswain.model.orders import FINAL_STATES, OrderState
from botswain.model.parts import part

MARKETS = ("live", "test", "sandbox")
MOST = Decimal(10) ** 12
DECIMALS = Decimal("1e-8")
MOST_BPS = Decimal(1000)
MOST_ASSETS = 50
# Where botswain sandbox listens unless it is told another port.
SANDBOX_PORT = 8331


class PaperTerms(Struct, frozen=True):
    """What a paper account is opened with.

    market        the environment whose candles its orders are met by; port: of a sandbox that is not the usual one
    start         first amounts by asset
    slippage_bps  how much worse than the price an order by the market fills, in hundredths of a percent
    """

    market: str = "live"
    port: int = 0
    start: dict[str, Decimal] = {}
    maker_fee: Decimal = USUAL_FEE
    taker_fee: Decimal = USUAL_FEE
    slippage_bps: Decimal = ZERO

    @property
    def source(self) -> str:
        """Whose prices these are."""
        return source_of(self.market, self.port)


def source_of(market: str, port: int | None) -> str:
    """Whose prices these are, in a word: two sandboxes on this machine are two markets."""
    return f"{market}:{port}" if odd_port(port) else market


def odd_port(port: int | None) -> int:
    """The port of a sandbox that is not the usual one, else 0."""
    return 0 if port in (None, SANDBOX_PORT) else port or 0


def checked_terms(terms: PaperTerms) -> PaperTerms:
    """The terms themselves. Raises BadInput that begins with the field at fault."""
    if terms.market not in MARKETS:
        raise BadInput(f"market {terms.market!r} is unknown; write {', '.join(MARKETS)}: whose prices are used")
    if terms.port and terms.market != "sandbox":
        raise BadInput(f"port {terms.port} is given, which only a sandbox has; leave it out")
    if not 0 <= terms.port < 1 << 16:
        raise BadInput(f"port {terms.port} is none; write the port of botswain sandbox, 1 to 65535")
    if not any(terms.start.values()):
        raise BadInput("balances are empty; write what the account begins with, such as 10000 USDT")
    if len(terms.start) > MOST_ASSETS:
        raise BadInput(f"balances name {len(terms.start)} assets; write at most {MOST_ASSETS}")
    for asset, amount in terms.start.items():
        if not asset.isascii() or not asset.isalnum() or asset != asset.upper() or len(asset) > 20:
            raise BadInput(f"balances name {asset!r}, which is no asset; write it as the venue does, such as USDT")
        if not amount.is_finite() or not 0 <= amount <= MOST or amount != amount.quantize(DECIMALS):
            raise BadInput(f"balances of {asset} are {amount}; write 0 to {MOST:f}, with at most 8 decimals")
    for name in ("maker_fee", "taker_fee"):
        fee: Decimal = getattr(terms, name)
        if not fee.is_finite() or not 0 <= fee < 1 or fee != fee.quantize(DECIMALS):
            raise BadInput(f"{name} is {part(fee)}; write 0 to below {part(1)}, at most 8 decimals (6 in percent)")
    slip = terms.slippage_bps
    if not slip.is_finite() or not 0 <= slip <= MOST_BPS or slip != slip.quantize(Decimal("1e-4")):
        raise BadInput(f"slippage_bps is {slip}; write 0 to {MOST_BPS}, at most 4 decimals (5 is 0.05 %)")
    return terms


class PaperOrder(Struct, kw_only=True):
    """An order of a paper account; prices in ticks, quantities in lots of its own grid.

    number     counted over the account; it is the venue's name of it
    timeframe  of the candles it is met by: those its bot decides on
    kind       what it is now: a stop-limit that fired is a limit; asked: what was ordered
    leaves     lots that can still fill; filled, notional: what did
    group      orders of which one ends the others; empty for none
    after_ms   open time of the newest candle that it is not met by
    standing   it has met the book, and rests; until then it waits for the next price
    cause      why it ended, for people
    """

    name: str
    number: int
    market_id: str
    symbol: str
    timeframe: str
    side: int
    asked: int
    kind: int
    flags: int
    tif: int
    price: int
    trigger: int
    qty: int
    leaves: int
    tick: Decimal
    lot: Decimal
    group: str
    after_ms: int
    placed_ms: int
    changed_ms: int
    state: str
    reducing: bool = False
    slot: int = 0
    standing: bool = False
    cause: str = ""
    filled: int = 0
    notional: Decimal = ZERO

    @property
    def working(self) -> bool:
        """Whether it may still fill."""
        return OrderState(self.state) not in FINAL_STATES


class PaperTrade(Struct, frozen=True, kw_only=True):
    """A fill: what it moved stands with it, so that balances can be worked out from the fills alone."""

    number: int
    order_number: int
    name: str
    market_id: str
    symbol: str
    side: int
    price: Decimal
    qty: Decimal
    fee: Decimal
    fee_asset: str
    maker: bool
    time_ms: int
    moved: dict[str, Decimal]


class PaperState(Struct, frozen=True):
    """How an account stands. played: open time of the newest candle by symbol and timeframe (`SYMBOL TIMEFRAME`).

    proven  what it held after its fill number `proven_trades`, when a start had added up its fills to there; the next
            start goes on from that one
    """

    balances: dict[str, Decimal] = {}
    orders: int = 0
    trades: int = 0
    played: dict[str, int] = {}
    proven: dict[str, Decimal] = {}
    proven_trades: int = 0


class Kept(Struct, frozen=True):
    """An account as it is found: its terms, state and working orders, and how often it was changed."""

    terms: PaperTerms
    state: PaperState
    changes: int
    working: list[PaperOrder]


class PaperChange(Struct):
    """What is kept together: orders as they are now, new fills, and the state after them."""

    orders: list[PaperOrder] = field(default_factory=list)
    trades: list[PaperTrade] = field(default_factory=list)


class Keeper(Protocol):
    """Who keeps a paper account: a database."""

    async def load(self) -> Kept:
        """The account. Raises Unavailable; FailClosed where its balances are not what its fills say."""
        ...

    async def keep(self, change: PaperChange, state: PaperState, changes: int) -> None:
        """Write a change, whole or not at all; it is the `changes`-th. Raises Unavailable, FailClosed."""
        ...

    async def order(self, name: str) -> PaperOrder | None:
        """An order by our name of it."""
        ...

    async def orders(self, symbol: str, since_ms: int) -> list[PaperOrder]:
        """Orders of a symbol in every state that were placed since."""
        ...

    async def trades(self, symbol: str, order_number: int, since_ms: int) -> list[PaperTrade]:
        """Fills of a symbol: of one order (0: of all) since a time."""
        ...
