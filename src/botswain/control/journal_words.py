"""One human sentence for every kind of journal row, in decimals and by symbol."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from botswain.control.bot_terms import Terms
from botswain.control.decimal_text import EXACT, money_text, text_of
from botswain.control.order_words import note_code, note_text, order_text, price_text, qty_text, row_text, terms_text
from botswain.history.instants import iso
from botswain.model.journal import RecordKind
from botswain.model.news import Command, Crossed, Known, Link, Mode, Ruled, Surfaced, Unsure
from botswain.model.parts import in_percent
from botswain.model.reasons import Reason
from botswain.store.bot_records import Away, Charged, Ended, Filled, Halted, Intent, Renewed, Split, Started, Step
from botswain.store.orders import Order

# What a list calls rows of a kind.
WORDS: dict[str, RecordKind] = {
    "started": RecordKind.STARTED,
    "decided": RecordKind.STEP,
    "requested": RecordKind.INTENT,
    "filled": RecordKind.FILL,
    "ended": RecordKind.ORDER,
    "commanded": RecordKind.COMMAND,
    "halted": RecordKind.HALT,
    "missed": RecordKind.AWAY,
    "confirmed": RecordKind.KNOWN,
    "unsure": RecordKind.UNSURE,
    "surfaced": RecordKind.SURFACED,
    "linked": RecordKind.LINK,
    "renewed": RecordKind.RENEWED,
    "crossed": RecordKind.CROSSED,
    "ruled": RecordKind.RULED,
    "charged": RecordKind.CHARGED,
    "split": RecordKind.SPLIT,
}
NAMES = {kind: word for word, kind in WORDS.items()}
# The engine's own, of which there is nothing to tell.
# What became of orders in a split follows from what is told of that.
SILENT = frozenset((RecordKind.CHECKPOINT, RecordKind.HEARD, RecordKind.RESIZED))
ROWS_TOLD = 3
# Ends that are nobody's doing here.
ENDS: dict[int, str] = {
    Reason.VENUE_CANCELED: "somebody else cancelled it at the venue; it stays off unless it is wanted anew, or the bot "
    "is paused and resumed",
    Reason.EXPIRED: "the venue ended it by itself",
}
MODES = {
    Mode.RUN: "It may trade",
    Mode.LEAVE: "It changes nothing any more",
    Mode.CANCEL_ENTRIES: "It opens nothing; orders that reduce or protect stay",
    Mode.CANCEL_ALL: "All its orders are cancelled and it places none",
    Mode.FLATTEN: "It cancels its orders and sells what it holds",
}
Orders = Mapping[str, Order]


def sentence(terms: Terms, record: Any, orders: Orders) -> str:
    """What a record says. orders: those that records name only by their id, as far as they are known."""
    tell = SENTENCES.get(type(record))
    return tell(terms, record, orders) if tell is not None else "A row of a kind this version has no words for"


def named_orders(record: Any) -> list[str]:
    """Ids of orders that a record names without saying what they are."""
    if isinstance(record, Intent):
        return [record.cancels] if record.cancels else []
    return [record.client_order_id] if isinstance(record, Ended | Known | Unsure) else []


def started(terms: Terms, one: Started, _orders: Orders) -> str:
    """The first row."""
    symbols = ", ".join(each.symbol for each in terms.instruments)
    strategy = "its strategy" if terms.strategy is None else terms.strategy.label()
    begin = f"; its indicators start at {iso(one.anchor_ms)}" if one.anchor_ms else ""
    return f"Began with {text_of(terms.capital)} {terms.quote} and {strategy} on {symbols}{begin}"


def step(terms: Terms, one: Step, _orders: Orders) -> str:
    """A decision that changed something."""
    parts = [row_text(terms, row) for row in one.rows[:ROWS_TOLD]]
    more = len(one.rows) - len(parts)
    if more > 0:
        parts.append(f"and {more} more")
    for note in one.notes[: 1 if parts else ROWS_TOLD]:
        parts.append(f"{note_code(terms, note).replace('_', ' ')}: {note_text(terms, note)}")
    text = "; ".join(parts) or "looked at the market, and leaves all as it is"
    return text[:1].upper() + text[1:]


def intent(terms: Terms, one: Intent, orders: Orders) -> str:
    """A request."""
    if not one.places:
        return f"Asks the venue to cancel its order to {order_of(one.cancels, orders)}"
    what = terms_text(terms, one.symbol, one.side, one.kind, one.leaves, one.price, one.trigger)
    if one.cancels == one.places:
        left = qty_text(terms, one.symbol, one.leaves)
        return f"Asks the venue to make its order to {order_of(one.places, orders)} smaller: {left} in all"
    if one.cancels:
        return f"Asks the venue to {what} in the place of its order to {order_of(one.cancels, orders)}"
    return f"Asks the venue to {what}"


def filled(terms: Terms, one: Filled, _orders: Orders) -> str:
    """A fill."""
    units = terms.units[one.symbol]
    verb = "Bought" if one.side > 0 else "Sold"
    worth, asset = units.fee_on_buy if one.side > 0 else units.fee_on_sell
    what = (
        f"{verb} {qty_text(terms, one.symbol, one.lots)} {units.symbol} at {price_text(terms, one.symbol, one.price)}"
    )
    fee = money_text(EXACT.multiply(int(one.fee), worth), asset)
    realized = EXACT.multiply(int(one.realized), terms.money)
    gain = f", which realised {money_text(realized, terms.quote)}" if realized else ""
    rest = "" if one.final else "; the rest of its order is still to come"
    return f"{what} ({terms.reason(one.reason).replace('_', ' ')}), fee {fee}{gain}{rest}"


def ended(terms: Terms, one: Ended, orders: Orders) -> str:
    """An order that ended without filling now."""
    why = ENDS.get(one.reason) or terms.reason(one.reason).replace("_", " ")
    part = f" after {qty_text(terms, one.symbol, one.filled)} of it had filled" if one.filled else ""
    return f"Its order to {order_of(one.client_order_id, orders)} ended{part}: {why}"


def halted(terms: Terms, one: Halted, _orders: Orders) -> str:
    """A halt by the core."""
    message = f": {one.message}" if one.message else ""
    return f"Halted ({terms.reason(one.reason).replace('_', ' ')}){message}"


def away(_terms: Terms, one: Away, _orders: Orders) -> str:
    """Candles went by without it."""
    count = f"{one.instants} candles" if one.instants != 1 else "a candle"
    return f"Was away while {count} went by; what its orders did meanwhile is booked, and it decides at the next close"


def command(_terms: Terms, one: Command, _orders: Orders) -> str:
    """Somebody changed what it may have working."""
    why = f": {one.why}" if one.why else ""
    again = "; what ended at the venue is asked for once more" if one.again else ""
    return f"{MODES[one.mode]}, by {one.by or 'the engine'}{why}{again}"


def link(_terms: Terms, one: Link, _orders: Orders) -> str:
    """Whether the account is heard."""
    why = f": {one.why}" if one.why else ""
    return f"Connected to its account{why}" if one.up else f"Not connected to its account, so it asks for nothing{why}"


def ruled(terms: Terms, one: Ruled, _orders: Orders) -> str:
    """Other rules of a symbol."""
    limits = [("at least", one.min_qty), ("at most", one.max_qty), ("worth at least", one.min_notional)]
    said = "".join(f", {words} {value}" for words, value in limits if value not in ("", "0"))
    return (
        f"The venue's rules of {terms.symbol(one.symbol)} changed: price step {one.tick_size}, lot {one.lot_size}{said}"
    )


def known(_terms: Terms, one: Known, orders: Orders) -> str:
    """The venue holds an order."""
    return f"The venue took its order to {order_of(one.client_order_id, orders)}: number {one.venue_order_id} there"


def unsure(_terms: Terms, one: Unsure, orders: Orders) -> str:
    """Nobody knows what became of a request."""
    return f"Nobody can say yet what became of its order to {order_of(one.client_order_id, orders)}: {one.why}"


def surfaced(terms: Terms, one: Surfaced, _orders: Orders) -> str:
    """An order that was given up works."""
    row = one.order
    what = terms_text(terms, row.symbol, row.side, row.kind, row.leaves, row.price, row.trigger)
    return f"An order that was given up works after all: {what} ({one.why})"


def crossed(terms: Terms, one: Crossed, _orders: Orders) -> str:
    """A price came to something that is held."""
    low, high = (price_text(terms, one.symbol, ticks) for ticks in (one.low, one.high))
    seen = low if low == high else f"{low} to {high}"
    return f"The price of {terms.symbol(one.symbol)} came to {seen}, which something it holds back waited for"


def renewed(_terms: Terms, one: Renewed, _orders: Orders) -> str:
    """The database was put back."""
    return f"The database was put back from a backup; from here on its orders have other names, by {one.by}: {one.why}"


def order_of(name: str, orders: Orders) -> str:
    """An order by what it is, else by its id."""
    found = orders.get(name)
    return order_text(found) if found is not None else f"... (order {name})"


def charged(terms: Terms, one: Charged, _orders: Orders) -> str:
    """What holding a position cost, or brought."""
    if one.kind == "dividend":
        return paid(terms, one)
    cash = EXACT.multiply(int(one.cash), terms.money)
    units, verb = terms.units[one.symbol], "Received" if cash > 0 else "Paid"
    held = EXACT.multiply(abs(int(one.position)), units.base)
    side = "long" if int(one.position) > 0 else "short"
    what = "funding" if one.kind == "funding" else "the borrow fee of a day"
    every = "" if one.kind == "funding" else " a year"
    return (
        f"{verb} {money_text(abs(cash), terms.quote)}, {what} of {text_of(held)} {units.symbol} held {side}, "
        f"at {price_text(terms, one.symbol, one.price)} and {in_percent(Decimal(one.rate))}{every}"
    )


def paid(terms: Terms, one: Charged) -> str:
    """What a dividend brought, or cost whoever was short."""
    cash, verb = EXACT.multiply(int(one.cash), terms.money), "Received" if int(one.cash) > 0 else "Paid"
    units = terms.units[one.symbol]
    held = EXACT.multiply(abs(int(one.position)), units.base)
    side = "long" if int(one.position) > 0 else "short"
    return (
        f"{verb} {money_text(abs(cash), terms.quote)}, a dividend of {one.rate} {terms.quote} for each of "
        f"{text_of(held)} {units.symbol} held {side}"
    )


def split(terms: Terms, one: Split, _orders: Orders) -> str:
    """Shares were split."""
    units = terms.units[one.symbol]
    had, has = (EXACT.multiply(int(lots), units.base) for lots in (one.before, one.after))
    cash = EXACT.multiply(int(one.cash), terms.money)
    whole = f"{units.symbol} was split {one.num}:{one.den}"
    if had:
        whole += f"; of {text_of(had)} held became {text_of(has)}"
    if cash:
        what = "was paid for" if cash > 0 else "it paid for"
        whole += f", and {money_text(abs(cash), terms.quote)} {what} what was less than a lot"
    return f"{whole}. Its orders and exits are of the new shares"


SENTENCES: dict[type, Callable[[Terms, Any, Orders], str]] = {
    Started: started,
    Step: step,
    Intent: intent,
    Filled: filled,
    Ended: ended,
    Halted: halted,
    Away: away,
    Command: command,
    Link: link,
    Ruled: ruled,
    Known: known,
    Unsure: unsure,
    Surfaced: surfaced,
    Crossed: crossed,
    Renewed: renewed,
    Charged: charged,
    Split: split,
}
