"""The journal in words: what a bot did and did not, why, and what its step saw when it decided.

The indicators are those of the candle a step names, computed anew over the recorded candles by the engine's own rule
(`recorded`): they are the numbers that the step saw, to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np

from botswain.build.layout import layout_of
from botswain.control.bot_terms import Terms
from botswain.control.decimal_text import EXACT
from botswain.control.journal_words import NAMES, SILENT, WORDS, named_orders, sentence
from botswain.control.markets import Watched
from botswain.control.moments import Moment, read
from botswain.control.order_words import note_code, note_text, side_word
from botswain.core.codes import KIND_NAMES, STATE_NAMES
from botswain.model.errors import BadInput, near
from botswain.model.journal import RecordKind
from botswain.model.news import Command, Mode
from botswain.store import journal_pages, order_pages
from botswain.store.bot_records import NoteNow, RowNow, Step
from botswain.store.journal import Entry
from botswain.store.scope import Tx

Watch = Callable[[str], Watched]
RESUMED = "resumed"
OTHER = "other"


@dataclass(frozen=True, slots=True)
class ToldRow:
    """A wanted row after a decision."""

    symbol: str
    slot: int
    rev: int
    state: str
    side: str
    kind: str
    qty: Decimal
    effective: Decimal
    filled: Decimal
    price: Decimal | None
    trigger: Decimal | None


@dataclass(frozen=True, slots=True)
class ToldNote:
    """A note in words."""

    symbol: str
    slot: int
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class ToldGround:
    """Something that a decision rested on. holds: None where it had no value; values: of the indicators it read."""

    symbol: str
    what: str
    text: str
    holds: bool | None
    values: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Decision:
    """An entry in words. values: by symbol and name."""

    seq: int
    at: Moment
    kind: str
    summary: str
    values: dict[str, dict[str, float | None]]
    rows: list[ToldRow]
    notes: list[ToldNote]
    grounds: list[ToldGround] = field(default_factory=list)


def kinds_of(word: str | None) -> frozenset[RecordKind]:
    """Kinds of rows by a word; none for all. Raises BadInput for a word that is none.

    Of commands `page` tells those that resumed the bot from the others; "commanded" is all of them.
    """
    if word is None:
        return frozenset()
    if word == RESUMED:
        return frozenset((RecordKind.COMMAND,))
    if word not in WORDS:
        raise BadInput(f"kind is {word!r}{near(word, [*WORDS, RESUMED])}")
    return frozenset((WORDS[word],))


async def page(
    tx: Tx, terms: Terms, bot_id: str, *, kind: str | None, before_seq: int | None, limit: int
) -> list[tuple[Entry, Any, str]]:
    """Rows with what they hold and their sentence, the newest first. kind: as `kinds_of`, None for all."""
    found: list[tuple[Entry, Any]] = []
    only = kinds_of(kind)
    while True:
        entries = await journal_pages.newest(tx, bot_id, before_seq=before_seq, only=only, without=SILENT, limit=limit)
        rows = [(entry, read(entry)) for entry in entries]
        found += [(entry, held) for entry, held in rows if kind != RESUMED or kind_word(entry, held) == RESUMED]
        if len(entries) < limit or len(found) >= limit or kind != RESUMED:
            break
        before_seq = entries[-1].seq  # what else a person asked for lay between
    found = found[:limit]
    names = sorted({name for _, record in found for name in named_orders(record)})
    orders = {one.client_order_id: one for one in await order_pages.of_ids(tx, names)} if names else {}
    return [(entry, record, sentence(terms, record, orders)) for entry, record in found]


def told(terms: Terms, entry: Entry, record: Any, summary: str, watch: Watch, at: Moment) -> Decision:
    """A row in words. watch: called only for a step, whose indicators are wanted; at: when it was."""
    if not isinstance(record, Step):
        return Decision(entry.seq, at, kind_word(entry, record), summary, {}, [], [])
    values = {one.symbol: values_at(watch(one.symbol), record) for one in terms.instruments}
    return Decision(
        seq=entry.seq,
        at=at,
        kind=kind_word(entry, record),
        summary=summary,
        values={symbol: found for symbol, found in values.items() if found},
        rows=[row_of(terms, row) for row in record.rows],
        notes=[note_of(terms, note) for note in record.notes],
        grounds=grounds_of(terms, record, values),
    )


def grounds_of(terms: Terms, step: Step, values: Mapping[str, Mapping[str, float | None]]) -> list[ToldGround]:
    """What a step rested on, by the memory that the journal has with it; a step that changed no memory tells none."""
    if terms.strategy is None or not step.memory:
        return []
    layout = layout_of(terms.strategy)
    found = []
    for s, one in enumerate(terms.instruments):
        begin = s * layout.memory_size
        memory = {
            name: step.memory[begin + first : begin + first + count] for name, (first, count) in layout.memory.items()
        }
        known = values.get(one.symbol, {})
        found += [
            ToldGround(one.symbol, each.what, each.text, each.holds, {name: known.get(name) for name in each.reads})
            for each in terms.strategy.grounds(memory)
        ]
    return found


def kind_word(entry: Entry, record: Any) -> str:
    """What a list calls it."""
    if isinstance(record, Command) and record.mode is Mode.RUN:
        return RESUMED
    return NAMES.get(RecordKind(entry.kind), OTHER) if entry.kind in set(RecordKind) else OTHER


def values_at(watched: Watched, step: Step) -> dict[str, float | None]:
    """A symbol's indicators at the last candle that was recorded up to a step's event.

    Of a decision between closes there are none: it was made on others, of a candle that formed.
    """
    place = int(np.searchsorted(watched.seen.sequence, step.event.sequence, side="right")) - 1
    if place < 0 or watched.seen.beats.decided(step.event.sequence, step.instant_ms):
        return {}
    found = {name: float(column[place]) for name, column in watched.indicators.items()}
    return {name: value if math.isfinite(value) else None for name, value in found.items()}


def row_of(terms: Terms, row: RowNow) -> ToldRow:
    """A row in decimals."""
    units = terms.units[row.symbol]
    qty, effective, filled = (EXACT.multiply(lots, units.lot) for lots in (row.qty, row.eff, row.filled))
    price, trigger = (EXACT.multiply(ticks, units.tick) if ticks else None for ticks in (row.price, row.trigger))
    state = STATE_NAMES[row.state] if 0 <= row.state < len(STATE_NAMES) else OTHER
    kind = KIND_NAMES.get(row.kind, "market")
    return ToldRow(
        units.symbol, row.slot, row.rev, state, side_word(row.side), kind, qty, effective, filled, price, trigger
    )


def note_of(terms: Terms, note: NoteNow) -> ToldNote:
    """A note in words."""
    return ToldNote(terms.symbol(note.symbol), note.slot, note_code(terms, note), note_text(terms, note))
