"""What bots are worth, for lists: their books at the last prices, the day's beginning, and a small curve.

All of it at the cost of a few seeks. What a bot is worth now comes from its books (`bot_worth`), what it was worth from
its marks. A curve is read once, at thirty times of its length, and then grows to sixty points with the newest marks
that lists read anyway; where it has missed some, it is read again. What the day began with does not change, so it is
kept too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

from botswain.control.bot_worth import NONE, moved, worth_of
from botswain.control.charged_so_far import ChargedSoFar
from botswain.control.decimal_text import EXACT
from botswain.control.known_prices import KnownPrices, Price
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


@dataclass(frozen=True, slots=True)
class Figure:
    """In quote; None where nothing is known. profit = realized, all fees taken off, + unrealized.

    open_positions, rests  what it holds that could be closed, and what is below the least order
    valued_ms    when the oldest price was that what it holds is valued at; None where it holds nothing
    trip_profit  of all round trips that ended; sparkline: equity, the oldest first
    time_ms      of the newest mark, or of a later price
    left_over    of realized what no round trip and no charge made: what was sold that a grid's cells had left over, and
                 what came of its cost; None where something is held, for what that cost is in neither
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
    valued_ms: int | None = None
    left_over: Decimal | None = None


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


@dataclass(frozen=True, slots=True)
class Rows:
    """What a figure is worked out from. day_ms: when its day began; at_day: what its symbols cost then, where asked.

    charged  what holding cost; None where nothing is charged
    rests    how much of what it holds is below the least order
    """

    mark: Mark | None
    books: Books | None
    ended: Ended | None
    capital: Decimal
    day_ms: int
    charged: Decimal | None
    prices: Mapping[str, Price]
    at_day: Mapping[str, Decimal] | None
    rests: int


Inputs = tuple[Rows, Curve | None, tuple[int, tuple[int, float], tuple[int, Decimal] | None] | None]


@dataclass
class Figures:
    """Remembers curves. One for a process; it may forget at any time."""

    kept: dict[str, Curve] = field(default_factory=dict)
    worked_out: dict[str, tuple[Inputs, Figure]] = field(default_factory=dict)
    charges: ChargedSoFar = field(default_factory=ChargedSoFar)
    prices: KnownPrices = field(default_factory=KnownPrices)
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
        """The figures of bots: four statements, two a market, and more only for those that are new here.

        ids      theirs, in order
        holding  those of them that are charged for what they hold: a statement more each
        """
        marks, books = await mark_reads.newest(tx, ids), await books_list.of_bots(tx, ids)
        trips = await round_trips.ended(tx, ids)
        await self._follow(tx, marks)
        days = await day_starts(tx, found, ids, accounts, marks, now_ms)
        await self._open_days(tx, marks, days, capitals)
        paid = await self.charges.of(tx, holding)
        prices = await self.prices.of(tx, books)
        at_day = await self._rested(tx, marks, days, prices)
        held = {key: [(each.symbol, each.qty) for each in one.held if each.qty] for key, one in books.items()}
        rests = await self.rests.counts(tx, {key: some for key, some in held.items() if some})
        return {
            one: self._known(
                one,
                Rows(
                    marks.get(one),
                    books.get(one),
                    trips.get(one),
                    capitals[one],
                    days[one],
                    paid.get(one),
                    prices.get(one, {}),
                    at_day.get(one),
                    rests.get(one, 0),
                ),
            )
            for one in ids
        }

    async def _rested(
        self, tx: Tx, marks: Mapping[str, Mark], days: Mapping[str, int], prices: Mapping[str, Mapping[str, Price]]
    ) -> dict[str, dict[str, Decimal]]:
        """What is held by bots without a mark of their day cost as that day began."""
        rested = [key for key in prices if key in marks and marks[key].time_ms < days[key]]
        return {key: await self.prices.at_day(tx, key, days[key]) for key in rested}

    def _known(self, bot_id: str, rows: Rows) -> Figure:
        """A bot's figure; the very same as before where it would come of the same."""
        curve = self.kept.get(bot_id)
        inputs = (rows, curve, None if curve is None else (len(curve.points), curve.points[-1], curve.opening))
        before = self.worked_out.get(bot_id)
        # The curve is compared as the object that it is: all its points would be compared otherwise.
        if before is not None and before[0][1] is curve and before[0][0] == rows and before[0][2] == inputs[2]:
            return before[1]
        figure = replace(with_trips(figure_of(rows, curve), rows.ended or Ended()), charged=rows.charged)
        open_positions = figure.open_positions - rows.rests
        figure = replace(figure, left_over=left_over(figure), rests=rows.rests, open_positions=open_positions)
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


def figure_of(rows: Rows, curve: Curve | None) -> Figure:
    """What is known of a bot, its round trips and what holding cost apart."""
    mark, books = rows.mark, rows.books or Books()
    if rows.books is None:
        return Figure() if mark is None else marked(mark, rows, curve)
    worth = worth_of(rows.capital, books, mark, rows.prices)
    if worth is None:
        return Figure(realized=books.realized, fees=books.fees, open_positions=books.open)
    return Figure(
        equity=worth.equity,
        profit=EXACT.subtract(worth.equity, rows.capital),
        today=made_today(rows, curve, worth.equity),
        realized=worth.realized,
        unrealized=worth.unrealized,
        fees=worth.fees,
        open_positions=books.open,
        round_trips=0 if mark is None else mark.round_trips,
        won=0 if mark is None else mark.won,
        sparkline=line_of(curve, worth.equity),
        time_ms=max(0 if mark is None else mark.time_ms, worth.valued_ms or 0),
        valued_ms=worth.valued_ms,
    )


def marked(mark: Mark, rows: Rows, curve: Curve | None) -> Figure:
    """A bot without books: nothing of it was ever filled, so its mark tells its capital."""
    profit = mark.equity - rows.capital
    return Figure(
        equity=mark.equity,
        profit=profit,
        today=made_today(rows, curve, mark.equity),
        realized=profit,
        unrealized=NONE,
        fees=mark.fees,
        round_trips=mark.round_trips,
        won=mark.won,
        sparkline=line_of(curve, mark.equity),
        time_ms=mark.time_ms,
    )


def made_today(rows: Rows, curve: Curve | None, equity: Decimal) -> Decimal | None:
    """What it made since its day began; None where it holds something that nothing says the worth of then.

    Of a bot that rests since an earlier day: what became of what it holds.
    """
    if rows.mark is None:
        return EXACT.subtract(equity, rows.capital)
    if rows.mark.time_ms >= rows.day_ms:
        opening = curve.opening if curve is not None else None
        return EXACT.subtract(equity, opening[1]) if opening is not None and opening[0] == rows.day_ms else NONE
    held = rows.books.held if rows.books is not None else ()
    if not any(one.qty for one in held):
        return NONE
    return None if rows.books is None else moved(rows.books, rows.prices, rows.at_day or {})


def line_of(curve: Curve | None, equity: Decimal) -> tuple[float, ...]:
    """A curve's points up to now."""
    points = [value for _, value in curve.points] if curve is not None else []
    now = float(equity)
    return tuple(points) if not points or points[-1] == now else (*points[-(POINTS - 1) :], now)


def with_trips(figure: Figure, gathered: Ended) -> Figure:
    """A mark counts trips of the whole position, at once; where cells have made more, as a grid's do, those count."""
    figure = replace(figure, trip_profit=gathered.profit)
    if gathered.closed <= figure.round_trips:
        return figure
    return replace(figure, round_trips=gathered.closed, won=gathered.won)


def left_over(figure: Figure) -> Decimal | None:
    """What of the realised no round trip made and nothing charged: then they add up. None while something is held."""
    if figure.open_positions or figure.round_trips == 0:
        return None
    return EXACT.add(EXACT.subtract(figure.realized, figure.trip_profit), figure.charged or NONE)


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
