"""What one step of a bot writes: rows that are committed together or not at all.

Plain values in the words of the caller: ids as text, prices in ticks, quantities in lots, money in Decimal. `batch`
turns them into what the tables hold. The bot numbers its own journal rows; every other row names the journal row
(`seq`) that made it, which must be one of the same step.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from botswain.model.orders import FillKind, Liquidity, OrderKind, OrderState, Side, Tif
from botswain.store.marks import MarkRows


class JournalRow(msgspec.Struct, frozen=True, gc=False):
    """A record: its kind (model.journal.RecordKind), the version of its layout, and its msgpack (`records`)."""

    kind: int
    time_ms: int
    payload: bytes
    version: int = 1


class OrderRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An attempt of (slot, rev): an order request, written before it is sent. link 0 and parent -1 mean none."""

    client_order_id: str
    seq: int
    symbol: str
    slot: int
    rev: int
    attempt: int
    side: Side
    kind: OrderKind
    qty_lots: int
    tick_size: Decimal
    lot_size: Decimal
    time_ms: int
    price_ticks: int | None = None
    trigger_ticks: int | None = None
    tif: Tif = Tif.GTC
    flags: int = 0
    link: int = 0
    parent: int = -1
    reason: int = 0


class OrderEventRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is now known of an order. At most one per order and journal row.

    filled_lots   filled so far, in total
    qty_lots      the order's new quantity, where an amendment changed it
    code          the venue's own code, where one justified the state
    """

    client_order_id: str
    seq: int
    state: OrderState
    filled_lots: int
    time_ms: int
    qty_lots: int | None = None
    venue_order_id: str | None = None
    code: str | None = None
    reason: int = 0
    venue_time_ms: int | None = None


class FillRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A fill. The venue's trade id is unique per account and symbol.

    cash      what it adds to (+) or takes from (-) the quote balance, fee included when the fee is in quote
    realized  realised profit in quote
    kind      INFERRED is a placeholder under an id of our making; when the venue's own row comes it is written beside
              a REVERSAL of the placeholder (quantity and money negated), both with linked_trade_id = the placeholder's
    """

    seq: int
    symbol: str
    venue_trade_id: str
    side: Side
    qty_lots: int
    price_ticks: int
    tick_size: Decimal
    lot_size: Decimal
    fee: Decimal
    fee_asset: str
    cash: Decimal
    realized: Decimal
    time_ms: int
    slot: int = 0
    kind: FillKind = FillKind.VENUE
    linked_trade_id: str | None = None
    client_order_id: str | None = None
    liquidity: Liquidity = Liquidity.UNKNOWN
    reason: int = 0
    instant_seq: int = 0


class PositionRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A bot's book of one symbol as of journal row `seq`. qty and dust in base, the rest in quote.

    realized  before fees, but for those in base, which are coins that were not received
    fees      all of them; paid: those of them that are not in realized
    """

    symbol: str
    seq: int
    qty: Decimal
    cost: Decimal
    realized: Decimal
    fees: Decimal
    time_ms: int
    dust: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)


class BlockRow(msgspec.Struct, frozen=True, gc=False):
    """A limit of the whole account that a bot reached: from here on it opens nothing.

    reason       model.reasons.Reason; value, limit: its two numbers (money in quote, or a count)
    since_ms     the instant at which it was reached; until_ms: when it ends by itself, None: never
    """

    seq: int
    reason: int
    value: Decimal
    limit: Decimal
    since_ms: int
    until_ms: int | None


class OutboxRow(msgspec.Struct, frozen=True, gc=False):
    """A message to be published after the commit."""

    seq: int
    topic: str
    payload: bytes
    time_ms: int


class HaltRow(msgspec.Struct, frozen=True, gc=False):
    """The bot is halted from here on: why, and who or what did it."""

    reason: str
    by: str
    time_ms: int


class StepRows(msgspec.Struct, frozen=True, kw_only=True):
    """All rows of one step.

    lease_epoch   the epoch the process holds the bot under; another epoch in the database refuses the step
    first_seq     the number of journal[0]; must follow the bot's last row (1 for a new bot)
    journal_epoch the bot's new journal epoch, of 16 bytes, where one of these rows renews it
    """

    tenant_id: str
    account_id: str
    bot_id: str
    lease_epoch: int
    first_seq: int
    journal: tuple[JournalRow, ...]
    orders: tuple[OrderRow, ...] = ()
    order_events: tuple[OrderEventRow, ...] = ()
    fills: tuple[FillRow, ...] = ()
    positions: tuple[PositionRow, ...] = ()
    blocks: tuple[BlockRow, ...] = ()
    outbox: tuple[OutboxRow, ...] = ()
    halt: HaltRow | None = None
    journal_epoch: bytes | None = None

    @property
    def last_seq(self) -> int:
        """The number of the last journal row."""
        return self.first_seq + len(self.journal) - 1


class MarketRow(msgspec.Struct, frozen=True, gc=False):
    """A market event and its number in the segment (from 1)."""

    sequence: int
    kind: int
    time_ms: int
    payload: bytes
    version: int = 1


class MarketRows(msgspec.Struct, frozen=True):
    """Market events of one open segment. Append them before the steps that refer to them."""

    segment_id: str
    rows: tuple[MarketRow, ...]


Rows = StepRows | MarketRows | MarkRows


class Committed(msgspec.Struct, frozen=True, gc=False):
    """What `append` returns: the bot's last row and its hash (of market events the last sequence; of marks nothing)."""

    seq: int
    hash: bytes = b""
