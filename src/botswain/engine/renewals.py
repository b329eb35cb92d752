"""Where in a journal its bot began to name orders under another epoch. Pure.

A database that was put back from a backup counts on from numbers that the venue has seen already, so a person has the
epoch in every order id renewed (`restored`). A renewal has no event that it came after: its place is its row's number,
and whoever walks a journal again counts the rows and lets the bot take it there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from botswain.engine.bot import Bot, Outcome
from botswain.engine.order_ids import OrderIds
from botswain.model.journal import RecordKind
from botswain.store.bot_records import TYPES, Renewed
from botswain.store.steps import JournalRow


@dataclass(frozen=True, slots=True)
class Renewal:
    """One of them, and when it was asked for by our clock."""

    told: Renewed
    time_ms: int


Renewals = Mapping[int, Renewal]


class Turn(Protocol):
    """What a bot made of something, on its way along a journal."""

    @property
    def at(self) -> int: ...
    @property
    def outcome(self) -> Outcome: ...


T = TypeVar("T", bound=Turn)


def renewals_of(rows: Iterable[JournalRow], first: int) -> dict[int, Renewal]:
    """Those among a journal's rows, by number. first: the number of the first of these rows."""
    found = ((seq, one) for seq, one in enumerate(rows, first) if one.kind == RecordKind.RENEWED)
    return {seq: Renewal(TYPES.read(one.kind, one.version, one.payload), one.time_ms) for seq, one in found}


def names_of(rows: Iterable[JournalRow]) -> Iterator[str]:
    """The orders and order lists that a journal's rows ask for."""
    for row in rows:
        if row.kind == RecordKind.INTENT:
            told = TYPES.read(row.kind, row.version, row.payload)
            yield from (one for one in (told.places, told.listed) if one)


def with_renewals(
    bot: Bot, renewals: Renewals, row: int, turns: Iterator[T], made: Callable[[int, Outcome], T]
) -> Iterator[T]:
    """A bot's turns along its journal from row `row` on, and the renewals between them, each in force when it is told.

    turns  the others, each made when it is asked for
    """
    bot.ids = ids_before(bot.ids, renewals)
    at = 0
    while True:
        while (one := renewals.get(row)) is not None:
            yield made(at, bot.renew(one.told, one.time_ms))
            row += 1
        turn = next(turns, None)
        if turn is None:
            return
        yield turn
        at, row = turn.at, row + len(turn.outcome.records)


def ids_before(ids: OrderIds, renewals: Renewals) -> OrderIds:
    """A bot's ids where the rows begin that `renewals` are of; `ids` are those it has now."""
    return ids.under(renewals[min(renewals)].told.old) if renewals else ids


def disagreement(renewals: Renewals, epoch: bytes) -> str:
    """How a bot's journal epoch is not the one that its journal renewed last; empty where it is, or renewed none."""
    if not renewals:
        return ""
    last = max(renewals)
    told = renewals[last].told.new
    return "" if told == epoch.hex() else f"its journal epoch is {epoch.hex()}, row {last} of its journal says {told}"
