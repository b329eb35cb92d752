"""What is said of bots in a terminal: fills, notes, how a run ended; numbers and times as people write them.

Apart from the live view, whose library a process that only prints lines need not load.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from botswain.build.plan import EXACT, as_decimal
from botswain.engine.view import BotView, NoteView, Shown, fill_view
from botswain.ledger.dues import DIVIDEND
from botswain.model.note_texts import LACKING, OF_SYMBOL, Measure, meaning_of
from botswain.model.reasons import reason_name
from botswain.store.bot_records import Charged, Filled, Split


def note_text(note: NoteView) -> str:
    """A note in words: which orders, the code, and its numbers in units a person knows."""
    meaning = meaning_of(note.code, note.slot, notional=note.notional)
    worth = {Measure.PRICE: note.tick, Measure.QTY: note.lot, Measure.MONEY: note.money}.get(
        meaning.measure, Decimal(1)
    )
    value, limit = (Decimal(f"{one * float(worth):.12g}") for one in (note.value, note.limit))
    first, second = (money(one) if meaning.measure is Measure.MONEY else plain(one) for one in (value, limit))
    whose = f"{base(note.symbol)} order {note.slot}" if note.slot >= 0 else "all entries"
    if note.slot < 0 and note.code in OF_SYMBOL:
        whose = f"{whose} of {base(note.symbol)}"
    lacks = f", {lacking(note)} too little" if note.slot >= 0 and note.code in LACKING else ""
    return f"{whose}: {reason_name(note.code)}, {meaning.value} {first}, {meaning.limit} {second}{lacks}"


def lacking(note: NoteView) -> str:
    """How much of which money there is too little; to the last digit where two places would show nothing."""
    value = EXACT.multiply(Decimal(note.value - note.limit), note.money)
    shown = money(value)
    return f"{shown if Decimal(shown.replace(',', '')) else plain(value)} {note.symbol.partition('/')[2]}"


def halted_line(view: BotView) -> str:
    """What a halted bot still has."""
    if view.working or any(one.qty for one in view.symbols):
        return "its orders and protective exits stand; its strategy is not called again"
    return "it has no orders and holds nothing; its strategy is not called again"


def note_numbers(note: NoteView) -> tuple[str, str]:
    """A note's value and limit, every digit kept, with the asset they are in."""
    measure = meaning_of(note.code, note.slot, notional=note.notional).measure
    own, _, quote = note.symbol.partition("/")
    worth, asset = {
        Measure.PRICE: (note.tick, quote),
        Measure.QTY: (note.lot, own),
        Measure.MONEY: (note.money, quote),
    }.get(measure, (Decimal(1), ""))
    value, limit = (plain(EXACT.multiply(Decimal(one), worth)) for one in (note.value, note.limit))
    return f"{value} {asset}".rstrip(), f"{limit} {asset}".rstrip()


def fill_line(runner: Shown, filled: Filled) -> str:
    """A fill as one line."""
    one = fill_view(runner, filled)
    what = f"{one.side} {plain(one.qty)} {one.symbol} at {plain(one.price)} ({one.reason})"
    return f"{clock(one.time_ms)} {runner.name}: {what}"


def charge_line(runner: Shown, charged: Charged | Split) -> str:
    """What holding cost, or brought, or what became of shares, as one line."""
    units, cash = runner.steps.units[charged.symbol], as_decimal(int(charged.cash) * runner.steps.unit)
    if isinstance(charged, Split):
        had, has = (plain(int(one) * units.base) for one in (charged.before, charged.after))
        rest = f" and {plain(cash)} in cash" if cash else ""
        held = f", of {had} held became {has}{rest}" if charged.before else ""
        whole = f"{units.symbol} was split {charged.num}:{charged.den}{held}"
        return f"{clock(charged.time_ms)} {runner.name}: {whole}"
    position = int(charged.position)
    side = "long" if position > 0 else "short"
    what = f"{charged.kind} of {plain(abs(position) * units.base)} {units.symbol} {side}"
    at = f"at {charged.rate} a share" if charged.kind == DIVIDEND else f"at {plain(charged.price * units.tick)}"
    return (
        f"{clock(charged.time_ms)} {runner.name}: {'paid' if cash < 0 else 'received'} {plain(abs(cash))}, {what} {at}"
    )


def closing_lines(views: list[BotView], interrupted: bool) -> list[str]:
    """What is said at the end."""
    lines = [
        f"{one.name}: equity {money(one.equity)} ({money(one.profit, True)}), {counted(one.fills, 'fill')}, "
        f"{counted(len(one.working), 'order')} working{holding_text(one)}"
        + (f", halted: {one.halted}" if one.halted else "")
        for one in views
    ]
    if interrupted:
        lines.append("stopped; orders stay as they are. The same command goes on from here.")
    return lines


def holding_text(view: BotView) -> str:
    """What holding cost so far, where it is charged for, and what dividends brought, where there are any."""
    found = ""
    if view.charged is not None:
        found = f", holding {'brought' if view.charged < 0 else 'cost'} {money(abs(view.charged))}"
    if view.dividends is not None:
        found += f", dividends {money(view.dividends, True)}"
    return found


def base(symbol: str) -> str:
    """A symbol without its quote, which is one for all of a bot's."""
    return symbol.partition("/")[0]


def counted(count: int, noun: str) -> str:
    """A number with its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def clock(time_ms: int) -> str:
    """A time for people, in UTC."""
    return datetime.fromtimestamp(time_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M")


def plain(value: Decimal) -> str:
    """A number without an exponent or trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money(value: Decimal, sign: bool = False) -> str:
    """Money to two decimals."""
    return f"{value:+,.2f}" if sign else f"{value:,.2f}"
