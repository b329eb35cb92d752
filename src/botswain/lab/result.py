"""What a backtest gives back: fills, round trips, equity and figures, each made when it is first asked for."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from botswain.build.plan import EXACT, Plan, Units, as_decimal, units_of
from botswain.core.codes import BORROW, FUNDING
from botswain.core.metrics import CurveFigures, TripFigures, curve_figures, trip_figures
from botswain.lab.cell_trips import CellTrip, cell_trips
from botswain.lab.done_actions import DoneAction, done_actions, splits_among
from botswain.lab.done_charges import DoneCharge, done_charges, paid_in
from botswain.lab.exposure import exposure, exposure_of_one
from botswain.lab.market import Market
from botswain.lab.run import Halt, Ran, money
from botswain.lab.trip_details import TripDetail, base_fees, price_of, trip_details
from botswain.ledger.books import traded
from botswain.model.errors import BadInput
from botswain.model.fill import Fill, Note, RoundTrip
from botswain.model.note_texts import Meaning, Measure, is_of_notional, meaning_of
from botswain.model.reasons import reason_name

TRIP_COLUMNS = ("symbol", "direction", "first", "last", "profit", "fees")
FILL_COLUMNS = ("time_ms", "seq", "symbol", "slot", "side", "lots", "price", "fee", "maker", "reason")
ONE = Decimal(1)

# The ledger's own, which has no types.
TRADED: Callable[[Any], int] = traded


@dataclass(frozen=True, eq=False)
class Result:
    """A finished backtest. Money is Decimal in quote; times are milliseconds UTC."""

    plan: Plan
    market: Market
    ran: Ran

    @cached_property
    def unit(self) -> Fraction:
        """The account's money unit in quote."""
        return self.plan.unit

    @cached_property
    def units(self) -> tuple[Units, ...]:
        """What each symbol's integers are worth."""
        return tuple(units_of(one, as_decimal(self.unit)) for one in self.plan.instruments)

    @property
    def halt(self) -> Halt | None:
        """Why the strategy stopped being called, if it did."""
        return self.ran.halt

    @cached_property
    def reports(self) -> dict[str, Any]:
        """The venue's reports as columns."""
        return self.ran.state.columns_of("reports", int(self.ran.state.account.reports))

    @cached_property
    def trips(self) -> dict[str, Any]:
        """Closed round trips as columns: of the position, of a strategy of cells those of each cell."""
        if not self.plan.strategy.cells:
            return self.held_trips
        found = self.cell_trips
        rows = [(one.symbol, one.cell.direction, one.first, one.last, one.cell.profit, one.cell.paid) for one in found]
        return dict(zip(TRIP_COLUMNS, map(list, zip(*rows, strict=True)) if rows else [[]] * 6, strict=True))

    @cached_property
    def cell_trips(self) -> list[CellTrip]:
        """Of a strategy of cells, each trip that ended."""
        return cell_trips(self.reports, self.ran.state.parts["terms"], self.plan.strategy.cell_count())

    @cached_property
    def held_trips(self) -> dict[str, Any]:
        """Positions from flat to flat, as columns."""
        return self.ran.state.columns_of("trips", int(self.ran.state.account.trips))

    @cached_property
    def fill_count(self) -> int:
        """How many fills there were."""
        return int(np.count_nonzero(np.asarray(self.reports["lots"])))

    @cached_property
    def fills(self) -> list[Fill]:
        """Every fill, in order."""
        rows = zip(*(as_list(self.reports[name]) for name in FILL_COLUMNS), strict=True)
        return [self.fill_of(row) for row in rows if row[5] > 0]

    def fill_at(self, r: int) -> Fill:
        """The fill in report `r`."""
        return self.fill_of(tuple(int(self.reports[name][r]) for name in FILL_COLUMNS))

    def fill_of(self, row: tuple[int, ...]) -> Fill:
        """One fill in decimals."""
        time_ms, seq, symbol, slot, side, lots, price, fee, maker, reason = row
        units = self.units[symbol]
        worth, asset = units.fee_on_buy if side > 0 else units.fee_on_sell
        return Fill(
            time_ms,
            seq,
            units.symbol,
            "buy" if side > 0 else "sell",
            EXACT.multiply(lots, units.lot),
            EXACT.multiply(price, units.tick),
            EXACT.multiply(fee, worth),
            asset,
            slot,
            reason_name(reason, self.plan.strategy.tags),
            bool(maker),
        )

    @cached_property
    def round_trips(self) -> list[RoundTrip]:
        """Every closed round trip, in the order they closed: of a strategy of cells those of each cell."""
        if not self.plan.strategy.cells:
            return self.position_trips
        return self.told_trips(self.trips, [one.detail for one in self.cell_trips])

    @cached_property
    def position_trips(self) -> list[RoundTrip]:
        """Every position from flat to flat, whatever cells it was made of."""
        columns = {name: as_list(self.held_trips[name]) for name in TRIP_COLUMNS}
        still_open = [int(lane.trip_first) for lane in self.ran.state.parts["lanes"]]
        terms, splits = self.ran.state.parts["terms"], splits_among(self.reports) if self.plan.actions else {}
        return self.told_trips(columns, trip_details(self.reports, columns, still_open, terms, splits))

    def told_trips(self, columns: dict[str, Any], details: list[TripDetail]) -> list[RoundTrip]:
        """Trips in decimals."""
        found = []
        for one, *values in zip(details, *columns.values(), strict=True):
            symbol, direction, first, last, profit, fees = values
            units = self.units[symbol]
            found.append(
                RoundTrip(
                    units.symbol,
                    direction,
                    int(self.reports["time_ms"][first]),
                    int(self.reports["time_ms"][last]),
                    money(profit, self.unit),
                    money(fees + one.base_fees, self.unit),
                    reason_name(int(self.reports["reason"][last]), self.plan.strategy.tags),
                    EXACT.multiply(int(one.lots), units.lot),
                    price_of(one.entry_worth, one.lots, units.tick),
                    price_of(one.exit_worth, one.exit_lots, units.tick),
                )
            )
        return found

    @cached_property
    def actions(self) -> list[DoneAction]:
        """Splits and dividends that came to pass, in their order, whether anything was held or not."""
        if self.market.actions is None:
            return []
        symbols = [(one.symbol, one.lot) for one in self.units]
        return done_actions(self.ran.state, self.market.placed, symbols, self.unit)

    @cached_property
    def charges(self) -> list[DoneCharge]:
        """Fundings and borrow fees that met a position, in their order."""
        return done_charges(self.ran.state, self.market.placed, self.units, self.unit) if self.plan.charges else []

    @cached_property
    def equity(self) -> list[tuple[int, Decimal]]:
        """(close instant, equity) of every instant. Raises BadInput for a run that drew none."""
        self.check_curve()
        instants = as_list(self.market.instants + self.market.timeframe_ms)
        return [(at, money(units, self.unit)) for at, units in zip(instants, as_list(self.curve), strict=True)]

    @property
    def curve(self) -> Any:
        """Equity at each instant that was decided, in money units."""
        return self.market.closes(self.ran.state.parts["curve"])

    def check_curve(self) -> None:
        """Raises BadInput for a run that drew no equity curve."""
        if len(self.curve) != len(self.market.instants):
            raise BadInput(
                "this run drew no equity curve (Options(curve=False)), so it has no figures of one; run it with "
                "Options(curve=True)"
            )

    @cached_property
    def notes(self) -> list[Note]:
        """What the gate, the rounding and the venue did, oldest first; only the last of very many are kept."""
        return [self.note_of(one) for one in self.note_records]

    @cached_property
    def note_records(self) -> list[Any]:
        """The kept notes as the core wrote them, oldest first."""
        count = int(self.ran.state.account.notes)
        part = self.ran.state.parts["notes"]
        room = self.ran.state.note_room
        return [part[k % room] for k in range(max(count - room, 0), count)]

    def note_of(self, one: Any) -> Note:
        """One note with its numbers as a person reads them: prices and money in quote, quantities in base."""
        symbol = self.units[int(one.symbol)]
        worth = {Measure.PRICE: symbol.tick, Measure.QTY: symbol.lot, Measure.MONEY: as_decimal(self.unit)}
        factor = float(worth.get(self.meaning(one).measure, ONE))
        name = reason_name(int(one.code), self.plan.strategy.tags)
        value, limit = float(one.value) * factor, float(one.limit) * factor
        return Note(int(one.time_ms), symbol.symbol, int(one.slot), name, value, limit)

    def note_numbers(self, place: int) -> tuple[Decimal, Decimal, str]:
        """Value and limit of the note at `place` of `notes`, and the asset they are in: empty for a count."""
        one = self.note_records[place]
        units, measure = self.units[int(one.symbol)], self.meaning(one).measure
        base, _, quote = units.symbol.partition("/")
        worth, asset = {
            Measure.PRICE: (units.tick, quote),
            Measure.QTY: (units.lot, base),
            Measure.MONEY: (as_decimal(self.unit), quote),
        }.get(measure, (ONE, ""))
        return EXACT.multiply(int(one.value), worth), EXACT.multiply(int(one.limit), worth), asset

    def meaning_at(self, place: int) -> Meaning:
        """What the numbers of the note at `place` of `notes` are."""
        return self.meaning(self.note_records[place])

    def meaning(self, one: Any) -> Meaning:
        """What the numbers of one of the core's notes are."""
        terms = self.ran.state.parts["terms"][int(one.symbol)]
        notional = is_of_notional(int(one.code), float(one.limit), int(terms.min_notional), int(terms.min_lots))
        return meaning_of(int(one.code), int(one.slot), notional=notional)

    @property
    def reasons(self) -> list[Note]:
        """The same, by the name the rules use."""
        return self.notes

    @cached_property
    def curve_figures(self) -> CurveFigures:
        """Figures of the equity curve. Raises BadInput for a run that drew none."""
        self.check_curve()
        marks = np.asarray(self.curve, np.float64)
        opens = np.asarray(self.market.instants, np.int64)
        return curve_figures(float(self.plan.capital_units), marks, opens, self.market.timeframe_ms)

    @cached_property
    def trip_figures(self) -> TripFigures:
        """Figures of the round trips, money in quote."""
        profits = np.asarray(self.trips["profit"], np.float64) * float(self.unit)
        began, ended = self.held_times if self.trips is self.held_trips else self.times_of(self.trips)
        return trip_figures(profits, ended - began)

    @cached_property
    def held_times(self) -> tuple[Any, Any]:
        """When each position that was closed was opened and closed, ms, int64."""
        return self.times_of(self.held_trips)

    def times_of(self, trips: dict[str, Any]) -> tuple[Any, Any]:
        """When each of some trips began and ended, ms, int64."""
        times = np.asarray(self.reports["time_ms"], np.int64)
        first, last = (np.asarray(trips[name], np.int64) for name in ("first", "last"))
        return times[first], times[last]

    @cached_property
    def exposure(self) -> float:
        """The share of the time with a position in any symbol, 0 to 1."""
        state, times = self.ran.state, self.reports["time_ms"]
        begin, end = int(self.market.instants[0]), int(self.market.instants[-1]) + self.market.timeframe_ms
        firsts = (int(state.look("lanes", s).trip_first) for s in range(state.symbols))
        opened = [int(times[first]) for first in firsts if first >= 0]
        began, ended = self.held_times
        if state.symbols == 1:
            return exposure_of_one(began, ended, opened, begin, end)
        began = np.concatenate([began, np.array(opened, np.int64)])
        ended = np.concatenate([ended, np.full(len(opened), end)])
        return exposure(began, ended, begin, end)

    @property
    def final_equity(self) -> Decimal:
        """Equity at the last close."""
        state = self.ran.state
        total = int(state.look("account", 0).cash)
        for s in range(state.symbols):
            book, terms = state.look("books", s), state.look("terms", s)
            held = int(book.pos) + int(book.dust)
            total += held * int(state.look("lanes", s).mark) * int(terms.unit_money)
            total += int(book.third) * int(terms.third_quantum)
        return money(total, self.unit)

    def position(self, symbol: str) -> Decimal:
        """The position in base at the end."""
        s = self.market.symbols.index(symbol)
        return EXACT.multiply(int(self.ran.state.parts["books"][s].pos), self.units[s].base)

    def dust(self, symbol: str) -> Decimal:
        """What is too little to sell, in base, at the end."""
        s = self.market.symbols.index(symbol)
        return EXACT.multiply(int(self.ran.state.parts["books"][s].dust), self.units[s].base)

    @property
    def cash(self) -> Decimal:
        """Cash in quote at the end."""
        return money(int(self.ran.state.account.cash), self.unit)

    @property
    def fees(self) -> Decimal:
        """What was paid in fees, in quote: those in another asset at what they were worth."""
        return money(sum(units for _, _, units in self.fees_paid), self.unit)

    @property
    def volume(self) -> Decimal:
        """What was traded, in quote."""
        state = self.ran.state
        return money(sum(TRADED(state.look("books", s)) for s in range(state.symbols)), self.unit)

    @cached_property
    def metrics(self) -> dict[str, Any]:
        """All figures by name: money as Decimal, ratios as floats, counts as ints, None where there is no value."""
        books = self.ran.state.parts["books"]
        final = self.final_equity
        found: dict[str, Any] = {
            "start_equity": self.plan.capital,
            "final_equity": final,
            "profit": EXACT.subtract(final, self.plan.capital),
            "fees": self.fees,
            "fees_by_asset": self.fees_by_asset,
            "volume": self.volume,
            "realized_pnl": money(sum(int(one.realized) for one in books), self.unit),
            "fills": self.fill_count,
        }
        if self.plan.actions:
            found["dividends"] = money(sum(int(one.dividends) for one in books), self.unit)
        if self.market.charges is not None and self.market.charges.funding is not None:
            found["funding_paid"] = paid_in(self.ran.state, FUNDING, self.unit)
        if self.market.charges is not None and self.market.charges.borrow is not None:
            found["borrow_paid"] = paid_in(self.ran.state, BORROW, self.unit)
        found |= {name: shown(value) for name, value in named(self.curve_figures)}
        found |= {f"trips_{name}": shown(value) for name, value in named(self.trip_figures)}
        found |= {f"trips_{name}": value for name, value in self.trip_money.items()}
        closes = self.market.ticks[0][3]
        first = self.market.first_candle(0)
        split = self.market.actions.factor_since(0, first) if self.market.actions is not None else 1
        found["market_change"] = float(closes[-1]) * float(split) / float(closes[first]) - 1.0
        found["exposure"] = self.exposure
        return found

    @cached_property
    def fees_paid(self) -> list[tuple[str, Decimal, int]]:
        """(asset, amount in it, worth in money units) of each symbol's fees; one in base at the price of its fill."""
        found, state = [], self.ran.state
        for s, units in enumerate(self.units):
            book, terms = state.look("books", s), state.look("terms", s)
            _, quote = units.fee_on_sell
            worth, asset = units.fee_on_buy
            third = int(book.fees_third)
            found.append((quote if not third else asset, money(int(book.fees_quote), self.unit), int(book.fees_quote)))
            if third:
                found.append((asset, EXACT.multiply(third, worth), third * int(terms.third_quantum)))
            if int(book.fees_base):
                taken = base_fees(self.reports, s) * int(terms.unit_money)
                found.append((asset, EXACT.multiply(int(book.fees_base), worth), taken))
        return found

    @property
    def fees_by_asset(self) -> dict[str, Decimal]:
        """What was paid in fees of each asset, where it was anything."""
        found: dict[str, Decimal] = {}
        for asset, amount, _ in self.fees_paid:
            if amount:
                found[asset] = EXACT.add(found.get(asset, Decimal(0)), amount)
        return found

    @cached_property
    def trip_money(self) -> dict[str, Decimal | None]:
        """Best, worst, mean and whole profit of the round trips that ended, and what else of the run's profit there is:

        that of what is still held. In quote and exact, the mean to one more digit than money has.
        """
        profits = self.trips["profit"]
        made = EXACT.subtract(self.final_equity, self.plan.capital)
        if not len(profits):
            return dict.fromkeys(("best", "worst", "expectancy")) | {"profit": Decimal(0), "open_profit": made}
        # Columns that hold more than 64 bits are lists.
        columns = isinstance(profits, np.ndarray)
        total = money(int(profits.sum() if columns else sum(profits)), self.unit)
        best, worst = (profits.max(), profits.min()) if columns else (max(profits), min(profits))
        finest = as_decimal(self.unit).normalize().scaleb(-1)
        mean = EXACT.divide(total, Decimal(len(profits))).quantize(finest, context=EXACT)
        return {
            "best": money(int(best), self.unit),
            "worst": money(int(worst), self.unit),
            "expectancy": mean,
            "profit": total,
            "open_profit": EXACT.subtract(made, total),
        }


def named(figures: CurveFigures | TripFigures) -> list[tuple[str, float]]:
    """Figures by name; `dataclasses.asdict` would copy each number deeply, a twentieth of a short run."""
    return [(one.name, getattr(figures, one.name)) for one in fields(figures)]


def shown(value: float) -> float | int | None:
    """A figure, or None where it has no value."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def as_list(column: Any) -> list[int]:
    """A column as Python integers."""
    return column.tolist() if isinstance(column, np.ndarray) else list(column)
