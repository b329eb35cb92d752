"""What the engine writes into a bot's journal: one struct a kind, packed as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from zlib import crc32

import msgspec

from botswain.model.intents import Abilities, Request, Working
from botswain.model.journal import MarketRef, RecordKind
from botswain.model.news import Command, Crossed, Heard, Known, Link, Ruled, Surfaced, Unsure
from botswain.model.venue_reports import VenueCharge, VenueReport, VenueSplit
from botswain.store.records import RecordType, RecordTypes


class Started(msgspec.Struct, frozen=True, array_like=True):
    """A process took the bot up for the first time.

    config       the bot's configuration as JSON text
    code         hash of the strategy's and the core's source as linked
    segment      the market segment it reads
    after        its first candle is the one after this number of the segment
    anchor_ms    its indicators start at the first recorded candle that opens at this time or later
    timeframe_ms of its candles
    checkpoints  a checkpoint is written every so many instants
    instruments  its symbols' rules on the market, before its own settings change them, as JSON text
    live         empty on paper; else what its venue can do and when it acts on fills, as JSON text (`LiveTerms`)
    orders       what people had ordered before it, as `store.halts` counts it; -1 where nobody looked
    """

    config: str
    code: str
    segment: str
    after: int
    anchor_ms: int
    timeframe_ms: int
    checkpoints: int
    instruments: str
    live: str = ""
    orders: int = -1


class LiveTerms(msgspec.Struct, frozen=True):
    """What a live bot's decisions depend on beyond its settings.

    says_unpaid  False of bots that began before it was written down which buys their cash cannot pay
    """

    abilities: Abilities
    at_close: bool
    says_unpaid: bool = False


class Away(msgspec.Struct, frozen=True, array_like=True):
    """The market went on without the bot: the step it stands in is all it made of these candles.

    first, last  numbers of the first and the last event it missed
    instants     how many instants with a candle of its own lie there, those two included, and beats it would decide at
    """

    first: int
    last: int
    instants: int


class RowNow(msgspec.Struct, frozen=True, array_like=True):
    """A wanted row after a step. link is its one-cancels-other group and parent the slot it waits for plus 1, 0 for

    none; x is the target that slot 0 was last asked for, as a fraction of the sizing's unit; held are those of an
    exit's lots that are not in the book.
    """

    symbol: int
    slot: int
    rev: int
    state: int
    side: int
    kind: int
    qty: int
    eff: int
    filled: int
    price: int
    trigger: int
    tif: int
    flags: int
    tag: int
    link: int
    parent: int
    x: float
    held: int = 0


class NoteNow(msgspec.Struct, frozen=True, array_like=True):
    """What the gate, the rounding or the venue did, with its numbers."""

    symbol: int
    slot: int
    code: int
    value: float
    limit: float


class Step(msgspec.Struct, frozen=True, array_like=True):
    """One instant that changed something:

    the event, the rows that changed, notes, and the strategy's memory if it changed.
    """

    event: MarketRef
    instant_ms: int
    rows: tuple[RowNow, ...]
    notes: tuple[NoteNow, ...]
    memory: tuple[float, ...]


class Intent(msgspec.Struct, frozen=True, array_like=True):
    """A request, written before it is sent. Prices in ticks, quantity in lots.

    listed  our id of the order list it belongs to; the list's two requests stand in rows one after the other
    """

    cancels: str
    places: str
    symbol: int
    slot: int
    rev: int
    attempt: int
    side: int
    kind: int
    price: int
    trigger: int
    tif: int
    flags: int
    link: int
    leaves: int
    filled: int = 0
    listed: str = ""
    held: int = 0


class Ended(msgspec.Struct, frozen=True, array_like=True):
    """An order ended without a fill now: by the venue, or cancelled by us. filled: lots it had filled before."""

    client_order_id: str
    symbol: int
    slot: int
    reason: int
    filled: int = 0


class Filled(msgspec.Struct, frozen=True, array_like=True):
    """A fill as it was booked; `realized` is the profit it realised, in money units.

    total    what its order has filled with it; final, whether that was all (on paper an order fills once)
    odd_fee  its fee was in no asset that the bot's rules know, and was left out
    What needs more than 64 bits, in a run with Python integers, stands there as text.
    """

    client_order_id: str
    trade_id: str
    time_ms: int
    seq: int
    symbol: int
    slot: int
    rev: int
    side: int
    lots: int
    price: int
    fee: int | str
    maker: bool
    reason: int
    realized: int | str
    total: int = 0
    final: bool = True
    odd_fee: bool = False


class Charged(msgspec.Struct, frozen=True, array_like=True):
    """What holding a position cost at a time, or brought, a dividend too, as it was booked: see `VenueCharge`.

    What needs more than 64 bits stands there as text.
    """

    time_ms: int
    symbol: int
    kind: str
    rate: str
    position: int | str
    price: int
    cash: int | str


class Split(msgspec.Struct, frozen=True, array_like=True):
    """`num` shares became of `den`: see `VenueSplit`. What needs more than 64 bits stands there as text."""

    time_ms: int
    symbol: int
    num: int
    den: int
    before: int | str
    after: int | str
    price: int
    cash: int | str


class Resized(msgspec.Struct, frozen=True, array_like=True):
    """What an order that works is for after a split, and what of that is filled, in lots."""

    client_order_id: str
    lots: int | str
    filled: int | str


class Renewed(msgspec.Struct, frozen=True, array_like=True):
    """The database was put back from a backup: from this row on orders are named under another journal epoch.

    old, new  the journal epochs, as hexadecimal text
    by, why   who asked for it, and what was said
    """

    old: str
    new: str
    by: str
    why: str


class Halted(msgspec.Struct, frozen=True, array_like=True):
    """The strategy is not called any more: why, with file and line where there is one."""

    reason: int
    message: str


class Checkpoint(msgspec.Struct, frozen=True, array_like=True):
    """The bot's whole memory after an instant.

    event      the instant's last event
    code       hash of the linked source whose records `parts` and `notes` are
    parts      the core's records by name, and `notes`, as bytes
    attempts   symbol, slot, rev and last attempt
    base_fees  fees taken in base by symbol, in money units, as text
    requests   of this very instant, not sent yet
    venue      what the paper venue holds before them, packed by the venue
    charged    what holding cost so far less what it brought, in money units, as text
    """

    event: MarketRef
    code: str
    parts: dict[str, bytes]
    notes: bytes
    working: tuple[Working, ...]
    attempts: tuple[tuple[int, int, int, int], ...]
    base_fees: tuple[str, ...]
    fills: int
    latest: tuple[Filled, ...]
    halted: Halted | None
    requests: tuple[Request, ...]
    venue: bytes
    charged: str = "0"

    def __repr__(self) -> str:
        """Short, so that two can be held side by side: of what is bytes a sum only."""
        sums = {name: crc32(part) for name, part in {**self.parts, "notes": self.notes, "venue": self.venue}.items()}
        told = ", ".join(f"{name} {one:08x}" for name, one in sums.items())
        return f"Checkpoint(event={self.event}, fills={self.fills}, working={len(self.working)}, {told})"


def intent_of(request: Request, working: Mapping[str, Working]) -> Intent:
    """A request as the journal keeps it; what it places is among `working` already."""
    row = request.row
    if row is None:
        return Intent(request.cancels, "", -1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, listed=request.listed)
    attempt = working[request.places].attempt
    apart = ("attempt", "filled", "listed")
    values = {name: getattr(row, name) for name in Intent.__struct_fields__[2:] if name not in apart}
    return Intent(
        request.cancels, request.places, attempt=attempt, filled=request.filled, listed=request.listed, **values
    )


def wide(number: int) -> int | str:
    """A whole number as a journal record holds it: as text where it needs more than 64 bits."""
    return number if abs(number) < 1 << 63 else str(number)


def filled(report: VenueReport, order: Working, realized: int) -> Filled:
    """A fill as the journal keeps it."""
    return Filled(
        report.client_order_id,
        report.trade_id,
        report.time_ms,
        report.seq,
        report.symbol,
        order.slot,
        order.rev,
        report.side,
        report.lots,
        report.price,
        wide(report.fee),
        report.maker,
        order.tag,
        wide(realized),
        order.filled + report.lots,
        report.final,
    )


def charged(told: VenueCharge) -> Charged:
    """A charge as the journal keeps it."""
    position, cash = wide(told.position), wide(told.cash)
    return Charged(told.time_ms, told.symbol, told.kind, told.rate, position, told.price, cash)


def split(told: VenueSplit) -> Split:
    """A split as the journal keeps it."""
    before, after, cash = wide(told.before), wide(told.after), wide(told.cash)
    return Split(told.time_ms, told.symbol, told.num, told.den, before, after, told.price, cash)


TYPES = RecordTypes(
    [
        RecordType(RecordKind.STARTED, Started),
        RecordType(RecordKind.STEP, Step),
        RecordType(RecordKind.INTENT, Intent),
        RecordType(RecordKind.ORDER, Ended),
        RecordType(RecordKind.FILL, Filled),
        RecordType(RecordKind.HALT, Halted),
        RecordType(RecordKind.AWAY, Away),
        RecordType(RecordKind.CHECKPOINT, Checkpoint),
        RecordType(RecordKind.HEARD, Heard),
        RecordType(RecordKind.KNOWN, Known),
        RecordType(RecordKind.UNSURE, Unsure),
        RecordType(RecordKind.SURFACED, Surfaced),
        RecordType(RecordKind.COMMAND, Command),
        RecordType(RecordKind.LINK, Link),
        RecordType(RecordKind.RULED, Ruled),
        RecordType(RecordKind.RENEWED, Renewed),
        RecordType(RecordKind.CROSSED, Crossed),
        RecordType(RecordKind.CHARGED, Charged),
        RecordType(RecordKind.SPLIT, Split),
        RecordType(RecordKind.RESIZED, Resized),
    ]
)


class Candle(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A market event: a closed candle of one symbol, exactly as it was seen."""

    symbol: str
    open_ms: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    last: bool  # the last of its instant


CANDLE_ENCODER = msgspec.msgpack.Encoder()
CANDLE_DECODER = msgspec.msgpack.Decoder(Candle)
