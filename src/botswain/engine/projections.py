"""What a bot's journal says the tables of orders, order events, fills and positions must hold.

These tables are written with the journal's rows and say nothing of their own, so that whatever stands there otherwise
was changed by somebody. A replay compares every row; a start only counts them and looks at the last ones and at the
positions, because it is waited for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from botswain.engine.bot import Bot
from botswain.engine.steps import StepMaker
from botswain.model.journal import RecordKind
from botswain.store import journal, orders, positions, table_rows
from botswain.store.bot_records import TYPES, Charged, Filled, Intent, Split
from botswain.store.scope import Tx
from botswain.store.steps import JournalRow
from botswain.store.table_rows import KEYS, Key, Values

# Kinds whose every row is an event of an order, besides fills and what was asked for.
EVENTS = (RecordKind.ORDER, RecordKind.KNOWN, RecordKind.UNSURE, RecordKind.SURFACED, RecordKind.RESIZED)
KINDS = frozenset({RecordKind.INTENT, RecordKind.FILL, *EVENTS})
BOOK = ("qty", "dust", "cost", "realized", "fees")
MOST_WORKING = 100_000


class Projection:
    """The rows that a journal leads to, gathered along it and then held against the tables."""

    def __init__(self, steps: StepMaker) -> None:
        self.steps = steps
        self.rows: dict[str, dict[Key, Values]] = {name: {} for name in KEYS}

    def take(self, seq: int, row: JournalRow) -> None:
        """A row of the journal as it is recorded."""
        if row.kind in KINDS:
            for name, found in table_rows.made_rows(self.steps.of_journal(seq, row)).items():
                self.rows[name] |= {table_rows.key_of(name, one): one for one in found}

    def book(self, bot: Bot, records: tuple[Any, ...], last: int, instant_ms: int) -> None:
        """The books of the symbols that a recomputed step filled or charged, as of the journal's row `last`."""
        filled = sorted({one.symbol for one in records if isinstance(one, Filled | Charged | Split)})
        if not filled:
            return
        books = (self.steps.position(s, bot.decider.state, bot.base_fees[s], last, instant_ms) for s in filled)
        step = self.steps.of_journal(last, TYPES.row(records[-1], instant_ms))
        step = msgspec.structs.replace(step, orders=(), order_events=(), fills=(), positions=tuple(books))
        for one in table_rows.made_rows(step)["positions"]:
            self.rows["positions"][table_rows.key_of("positions", one)] = one

    def differences(self, kept: Mapping[str, Iterable[Values]]) -> Iterator[str]:
        """Every difference from the rows that the tables hold, by table."""
        for name, made in self.rows.items():
            left = dict(made)
            for row in kept[name]:
                yield from table_rows.differences(name, row, left.pop(table_rows.key_of(name, row), None))
            for one in left.values():
                yield from table_rows.differences(name, None, one)


async def fault(tx: Tx, bot: Bot, steps: StepMaker) -> str:
    """What is wrong with a recovered bot's tables, as far as counting shows it; empty where nothing is."""
    bot_id = steps.identity.bot_id
    placed, cancelled, newest = await intents(tx, bot_id)
    counts = await journal.counts(tx, bot_id, (RecordKind.FILL, *EVENTS))
    filled, events = counts[RecordKind.FILL], cancelled + sum(counts.values())
    for name, expected in (("fills", filled), ("orders", placed), ("order_events", events)):
        found = await table_rows.count(tx, name, bot_id)
        if found != expected:
            return f"its table {name} has {found} rows, its journal leads to {expected}"
    for name, entry in (("orders", newest), ("fills", await journal.last_of_kind(tx, bot_id, RecordKind.FILL))):
        if entry is not None:
            row = JournalRow(entry.kind, entry.time_ms, entry.payload, entry.version)
            [made] = table_rows.made_rows(steps.of_journal(entry.seq, row))[name]
            for line in table_rows.differences(name, await table_rows.last(tx, name, bot_id), made):
                return f"of {line}"
    working = {one.client_order_id for one in await orders.unfinished(tx, bot_id, limit=MOST_WORKING)}
    for order in sorted(working ^ set(bot.working)):
        where = "its tables and not by its journal" if order in working else "its journal and not by its tables"
        return f"order {order} works by {where}"
    return await book_fault(tx, bot, steps)


async def intents(tx: Tx, bot_id: str) -> tuple[int, int, journal.Entry | None]:
    """How many orders a journal placed, how many it cancelled, and the row that placed the last one."""
    placed, cancelled, after = 0, 0, 0
    newest: journal.Entry | None = None
    while page := await journal.of_kind(tx, bot_id, RecordKind.INTENT, after_seq=after):
        after = page[-1].seq
        for entry in page:
            found: Intent = TYPES.read(entry.kind, entry.version, entry.payload)
            cancelled += bool(found.cancels)
            if found.places and found.places != found.cancels:
                placed, newest = placed + 1, entry
    return placed, cancelled, newest


async def book_fault(tx: Tx, bot: Bot, steps: StepMaker) -> str:
    """How the table of positions differs from the bot's books; empty where it does not."""
    kept = {one.symbol: one for one in await positions.of_bot(tx, steps.identity.bot_id)}
    state = bot.decider.state
    for s, units in enumerate(steps.units):
        made = steps.position(s, state, bot.base_fees[s], 0, 0)
        row = kept.pop(units.symbol, None)
        for name in BOOK:
            found, expected = getattr(row, name, 0), getattr(made, name)
            if found != expected:
                return f"the position of {units.symbol} has {name} {found:f}, its journal leads to {expected:f}"
    return f"there is a position of {min(kept)}, which it does not trade" if kept else ""
