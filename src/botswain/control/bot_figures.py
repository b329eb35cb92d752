"""What bots are worth, for lists: newest marks, the day's beginning, and a small curve, at the cost of a few seeks.

A curve is read once, at thirty times of its length, and then grows to sixty points with the newest marks that lists
read anyway; where it has missed some, it is read again. What the day began with does not change, so it is kept too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

from botswain.control.charged_so_far import ChargedSoFar
from botswain.control.rests import KnownRests
from botswain.model.timeframe import DAY_MS
from botswain.store import books_list, mark_reads, round_trips
from botswain.store.accounts import Account, Environment
from botswain.store.books_list import Books
from botswain.store.bots import Bot
from botswain.store.listing import Present
from botswain.store.mark_reads import Mark
from botswain.store.round_trips import Ended
from botswain.store.scope import Tx

POINTS = 60
# As many are read at first: each is a seek, and a process begins with those of all bots.
FIRST_POINTS = 30
MOST_KEPT = 5_000
# Their venues keep the world's time, so a day begins there although no candle has come.
WORLD_TIME = (Environment.TEST, Environment.LIVE)
NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Figure:
    """In quote; None where nothing is known. profit = realized, all fees taken off, + unrealized.

    open_positions, rests  what it holds that could be closed, and what is below the least order
    trip_profit  of all round trips that ended; sparkline: equity, the oldest first
    charged      what holding cost so far less what it brought, which is in realized; None where nothing is charged
    """

    equity: Decimal | None = None
    profit: Decimal | None = None
    today: Decimal | None = None
    realized: Decimal = NONE
    unrealized: Decimal | None = None
    fees: Decimal = NONE
    open_positions: int = 0
    rests: int = 0
    round_trips: int = 0
    won: int = 0
    trip_profit: Decimal = NONE
    sparkline: tuple[float, ...] = ()
    time_ms: int = 0
    charged: Decimal | None = None


@dataclass
class Curve:
    """A bot's equity at up to sixty times. The last point is the newest mark; step_ms: between those before it."""

    points: list[tuple[int, float]]
    step_ms: int
    spacing_ms: int
    opening: tuple[int, Decimal] | None = None

    def missed(self, newest: Mark) -> bool:
        """Whether marks have come between its last point and this one that it was not told."""
        return newest.time_ms - self.points[-1][0] > max(2 * self.step_ms, 3 * self.spacing_ms)

    def grow(self, newest: Mark) -> None:
        """Take the newest mark in."""
        here, last = (newest.time_ms, float(newest.equity)), self.points[-1][0]
        if here[0] <= last:
            return
        self.spacing_ms = here[0] - last
        if len(self.points) > 1 and here[0] - self.points[-2][0] < self.step_ms:
            self.points[-1] = here
            return
        self.points.append(here)
        if len(self.points) > POINTS:
            self.points = [*self.points[:-1:2], self.points[-1]]
            self.step_ms = max(2 * self.step_ms, 1)


# What a figure is worked out from: mark, books, round trips, capital, the day's beginning, charges for holding, rests.
Rows = tuple[Mark | None, Books, Ended | None, Decimal, int, Decimal | None, int]
Inputs = tuple[Rows, Curve | None, tuple[int, tuple[int, float], tuple[int, Decimal] | None] | None]


@dataclass
class Figures:
    """Remembers curves. One for a process; it may forget at any time."""

    kept: dict[str, Curve] = field(default_factory=dict)
    worked_out: dict[str, tuple[Inputs, Figure]] = field(default_factory=dict)
    charges: ChargedSoFar = field(default_factory=ChargedSoFar)
    rests: KnownRests = field(default_factory=KnownRests)

    async def of(
        self,
        tx: Tx,
        found: Sequence[Bot],
        ids: Collection[str],
        accounts: Mapping[str, Account],
        capitals: Mapping[str, Decimal],
        now_ms: int,
        holding: Collection[str] = (),
    ) -> dict[str, Figure]:
        """The figures of bots: four statements, one more for each feed of theirs, and more only for those that are new

        here. ids: theirs, in order.

        holding  those of them that are charged for what they hold: a statement more each
        """
        marks, books = await mark_reads.newest(tx, ids), await books_list.of_bots(tx, ids)
        trips = await round_trips.ended(tx, ids)
        await self._follow(tx, marks)
        days = await day_starts(tx, found, ids, accounts, marks, now_ms)
        await self._open_days(tx, marks, days, capitals)
        paid = await self.charges.of(tx, holding)
        rests = await self.rests.counts(tx, {key: one.held for key, one in books.items() if one.held})
        return {
            one: self._known(
                one,
                (
                    *(marks.get(one), books.get(one, Books()), trips.get(one)),
                    *(capitals[one], days[one], paid.get(one), rests.get(one, 0)),
                ),
            )
            for one in ids
        }

    def _known(self, bot_id: str, rows: Rows) -> Figure:
        """A bot's figure; the very same as before where it would come of the same."""
        mark, books, gathered, capital, day, charged, rests = rows
        curve = self.kept.get(bot_id)
        inputs = (rows, curve, None if curve is None else (len(curve.points), curve.points[-1], curve.opening))
        before = self.worked_out.get(bot_id)
        # The curve is compared as the object that it is: all its points would be compared otherwise.
        if before is not None and before[0][1] is curve and before[0][0] == rows and before[0][2] == inputs[2]:
            return before[1]
        figure = with_trips(self._figure(mark, books, capital, day), gathered or Ended())
        figure = replace(figure, charged=charged, rests=rests, open_positions=len(books.held) - rests)
        if len(self.worked_out) >= MOST_KEPT:
            self.worked_out.clear()
        self.worked_out[bot_id] = (inputs, figure)
        return figure

    async def _follow(self, tx: Tx, marks: Mapping[str, Mark]) -> None:
        fresh = {}
        for key, mark in marks.items():
            curve = self.kept.get(key)
            if curve is None or curve.missed(mark):
                fresh[key] = mark
            else:
                curve.grow(mark)
        if not fresh:
            return
        if len(self.kept) + len(fresh) > MOST_KEPT:
            self.kept.clear()
        for key, points in (await mark_reads.at_even_times(tx, fresh, FIRST_POINTS)).items():
            self.kept[key] = curve_of(points, fresh[key])

    async def _open_days(
        self, tx: Tx, marks: Mapping[str, Mark], days: Mapping[str, int], capitals: Mapping[str, Decimal]
    ) -> None:
        """Learn what the day began with, where that is not known yet: the last mark before it, else the capital."""
        asked = {}
        for key, mark in marks.items():
            curve = self.kept.get(key)
            if curve is not None and mark.time_ms >= days[key] and (curve.opening or (-1, NONE))[0] != days[key]:
                asked[key] = days[key]
        if not asked:
            return
        before = await mark_reads.until_times(tx, asked)
        for key, day in asked.items():
            self.kept[key].opening = (day, before[key].equity if key in before else capitals[key])

    def _figure(self, mark: Mark | None, books: Books, capital: Decimal, day: int) -> Figure:
        if mark is None:
            return Figure(realized=books.realized, fees=books.fees)
        curve = self.kept.get(mark.bot_id)
        opening = curve.opening if curve is not None and curve.opening is not None else (-1, mark.equity)
        profit = mark.equity - capital
        # All of one moment, so that they add up. What was sold since the mark has nothing open any more.
        realized = mark.realized if books.held else profit
        return Figure(
            equity=mark.equity,
            profit=profit,
            today=mark.equity - opening[1] if mark.time_ms >= day and opening[0] == day else NONE,
            realized=realized,
            unrealized=profit - realized,
            fees=mark.fees,
            round_trips=mark.round_trips,
            won=mark.won,
            sparkline=tuple(value for _, value in curve.points) if curve is not None else (),
            time_ms=mark.time_ms,
        )


def with_trips(figure: Figure, gathered: Ended) -> Figure:
    """A mark counts trips of the whole position, at once; where cells have made more, as a grid's do, those count."""
    figure = replace(figure, trip_profit=gathered.profit)
    if gathered.closed <= figure.round_trips:
        return figure
    return replace(figure, round_trips=gathered.closed, won=gathered.won)


def curve_of(points: Sequence[Mark], newest: Mark) -> Curve:
    """A curve of marks that were read at even times; the newest is one of them."""
    found = [(one.time_ms, float(one.equity)) for one in points if one.time_ms < newest.time_ms]
    found.append((newest.time_ms, float(newest.equity)))
    gaps = [b[0] - a[0] for a, b in pairwise(found)]
    step_ms = (found[-1][0] - found[0][0]) // (FIRST_POINTS - 1)
    return Curve(found, step_ms, min(gaps, default=DAY_MS))


async def day_starts(
    tx: Tx,
    found: Sequence[Bot],
    ids: Collection[str],
    accounts: Mapping[str, Account],
    marks: Mapping[str, Mark],
    now_ms: int,
) -> dict[str, int]:
    """When the day of each bot began, UTC, by the time of its account's market: a sandbox may run faster than ours.

    That time is the newest mark of any bot of the account, whichever of them are asked for.
    """
    asked = {one.account_id for one in found}
    # Where all bots are asked for, their marks are here.
    latest = {} if isinstance(ids, Present) else await mark_reads.newest_of_accounts(tx, asked)
    for bot in found:
        here = marks[bot.id].time_ms if bot.id in marks else 0
        if accounts[bot.account_id].prices in WORLD_TIME:
            here = max(here, now_ms)
        latest[bot.account_id] = max(latest.get(bot.account_id, 0), here)
    return {one.id: latest[one.account_id] // DAY_MS * DAY_MS for one in found}
