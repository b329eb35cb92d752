"""Orders and wanted rows in words: what, how much, at which price, in decimals."""

from __future__ import annotations

from decimal import Decimal

from botswain.control.bot_terms import Terms
from botswain.control.decimal_text import EXACT, money_text, plain_text, text_of
from botswain.core.codes import EMPTY, ENDED, KIND_NAMES, MARKET, STATE_NAMES, STOP, STOP_LIMIT, TAKE_PROFIT, WAITING
from botswain.model.note_texts import LACKING, Measure, blocks, is_of_notional, meaning_of, then
from botswain.store.bot_records import NoteNow, RowNow
from botswain.store.orders import Order

DONE_STATE = STATE_NAMES.index("done")
TRIGGERED = (STOP, STOP_LIMIT, TAKE_PROFIT)


def side_word(side: int) -> str:
    """buy or sell."""
    return "buy" if side > 0 else "sell"


def qty_text(terms: Terms, symbol: int, lots: int) -> str:
    """Lots as base."""
    return text_of(EXACT.multiply(lots, terms.units[symbol].lot))


def price_text(terms: Terms, symbol: int, ticks: int) -> str:
    """Ticks as quote."""
    return text_of(EXACT.multiply(ticks, terms.units[symbol].tick))


def terms_text(terms: Terms, symbol: int, side: int, kind: int, lots: int, price: int, trigger: int) -> str:
    """`buy 0.5 BTC/USDT at 100.25`."""
    what = f"{side_word(side)} {qty_text(terms, symbol, lots)} {terms.symbol(symbol)}"
    if kind in TRIGGERED:
        at = f" when the price comes to {price_text(terms, symbol, trigger)} ({KIND_NAMES[kind].replace('_', ' ')})"
        return f"{what}{at}, at {price_text(terms, symbol, price)} or better" if price else f"{what}{at}"
    return (
        f"{what} at the market price"
        if kind == MARKET or not price
        else f"{what} at {price_text(terms, symbol, price)}"
    )


def order_text(order: Order) -> str:
    """The same of an order as the store has it."""
    what = f"{order.side} {text_of(order.qty_lots * order.lot_size)} {order.symbol}"
    if order.trigger_ticks is not None:
        return f"{what} when the price comes to {text_of(order.trigger_ticks * order.tick_size)}"
    if order.price_ticks is None:
        return f"{what} at the market price"
    return f"{what} at {text_of(order.price_ticks * order.tick_size)}"


def row_text(terms: Terms, row: RowNow) -> str:
    """What a wanted row says after a step."""
    if row.state == EMPTY:
        return f"drops an order in {terms.symbol(row.symbol)} that it had wanted"
    what = terms_text(terms, row.symbol, row.side, row.kind, row.qty, row.price, row.trigger)
    if row.state == WAITING:
        return f"waits to {what}"
    if row.state == ENDED:
        return f"does not {what} any more"
    if row.state == DONE_STATE:
        return f"has done what it wanted: {what}"
    if row.eff < row.qty:
        return f"wants to {what}, of which {qty_text(terms, row.symbol, row.eff)} is let through"
    return f"wants to {what}"


def note_code(terms: Terms, note: NoteNow) -> str:
    """The name of what a note is about."""
    return terms.reason(note.code)


def note_text(terms: Terms, note: NoteNow) -> str:
    """What the gate, the rounding or the venue did, with its two numbers and what they are."""
    units = terms.units[note.symbol]
    rules = terms.instruments[note.symbol]
    least = EXACT.divide(rules.min_notional, terms.money) if rules.min_notional else Decimal(0)
    fewest = max(EXACT.divide(rules.min_qty, units.lot), Decimal(1))
    notional = is_of_notional(note.code, note.limit, float(least), float(fewest))
    meaning = meaning_of(note.code, note.slot, notional=notional)
    worth, asset = {
        Measure.PRICE: (units.tick, terms.quote),
        Measure.QTY: (units.lot, rules.base),
        Measure.MONEY: (terms.money, terms.quote),
    }.get(meaning.measure, (Decimal(1), ""))
    said = money_text if meaning.measure is Measure.MONEY else plain_text
    first, second = (said(EXACT.multiply(Decimal(repr(one)), worth), asset) for one in (note.value, note.limit))
    became = then(note.code) if note.slot >= 0 else blocks(note.code)
    lacks = ""
    if note.slot >= 0 and note.code in LACKING:
        lacks = f", {said(EXACT.multiply(Decimal(repr(note.value - note.limit)), worth), asset)} too little"
    return f"{meaning.value} {first}, {meaning.limit} {second}{lacks}{became}"
