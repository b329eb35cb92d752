"""What a backtest gives back: fills, round trips, equity and figures, each made when it is first asked for."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from botswain.build.plan import Plan, Units, as_decimal, units_of
from botswain.core.metrics import CurveFigures, TripFigures, curve_figures, trip_figures
from botswain.lab.market import Market
from botswain.lab.run import Halt, Ran, money
from botswain.model.fill import Fill, Note, RoundTrip
from botswain.model.reasons import Reason, reason_name

MONEY_NOTES = {Reason.BALANCE, Reason.DAILY_LOSS, Reason.DRAWDOWN}
PRICE_NOTES = {Reason.PRICE_COLLAR}


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
        """Closed round trips as columns."""
        return self.ran.state.columns_of("trips", int(self.ran.state.account.trips))

    @cached_property
    def fill_count(self) -> int:
        """How many fills there were."""
        return int(np.count_nonzero(np.asarray(self.reports["lots"])))

    @cached_property
    def fills(self) -> list[Fill]:
        """Every fill, in order."""
        names = ("time_ms", "seq", "symbol", "slot", "side", "lots", "price", "fee", "maker", "reason")
        rows = zip(*(as_list(self.reports[name]) for name in names), strict=True)
        return [self.fill_of(row) for row in rows if row[5] > 0]

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
            lots * units.lot,
            price * units.tick,
            fee * worth,
            asset,
            slot,
            reason_name(reason, self.plan.strategy.tags),
            bool(maker),
        )

    @cached_property
    def round_trips(self) -> list[RoundTrip]:
        """Every closed round trip, in the order they closed."""
        found = []
        names = ("symbol", "direction", "first", "last", "profit", "fees")
        for symbol, direction, first, last, profit, fees in zip(
            *(as_list(self.trips[name]) for name in names), strict=True
        ):
            found.append(
                RoundTrip(
                    self.units[symbol].symbol,
                    direction,
                    int(self.reports["time_ms"][first]),
                    int(self.reports["time_ms"][last]),
                    money(profit, self.unit),
                    money(fees, self.unit),
                    reason_name(int(self.reports["reason"][last]), self.plan.strategy.tags),
                )
            )
        return found

    @cached_property
    def equity(self) -> list[tuple[int, Decimal]]:
        """(close instant, equity) of every instant."""
        instants = as_list(self.market.times + self.market.timeframe_ms)
        return [(at, money(units, self.unit)) for at, units in zip(instants, as_list(self.curve), strict=True)]

    @property
    def curve(self) -> Any:
        """Equity at each instant in money units."""
        return self.ran.state.parts["curve"]

    @cached_property
    def notes(self) -> list[Note]:
        """What the gate, the rounding and the venue did, oldest first; only the last of very many are kept."""
        count = int(self.ran.state.account.notes)
        room = len(self.ran.state.parts["notes"])
        part = self.ran.state.parts["notes"]
        return [self.note_of(part[k % room]) for k in range(max(count - room, 0), count)]

    def note_of(self, one: Any) -> Note:
        """One note with its numbers as a person reads them."""
        symbol = self.units[int(one.symbol)]
        worth = 1.0
        if int(one.code) in MONEY_NOTES:
            worth = float(self.unit)
        elif int(one.code) in PRICE_NOTES:
            worth = float(symbol.tick)
        name = reason_name(int(one.code), self.plan.strategy.tags)
        return Note(int(one.time_ms), symbol.symbol, int(one.slot), name, one.value * worth, one.limit * worth)

    @property
    def reasons(self) -> list[Note]:
        """The same, by the name the rules use."""
        return self.notes

    @cached_property
    def curve_figures(self) -> CurveFigures:
        """Figures of the equity curve."""
        marks = np.asarray(self.curve, np.float64)
        first, last = int(self.market.times[0]), int(self.market.times[-1])
        step = self.market.timeframe_ms
        return curve_figures(float(self.plan.capital_units), marks, first + step, last + step, step)

    @cached_property
    def trip_figures(self) -> TripFigures:
        """Figures of the round trips, money in quote."""
        profits = np.asarray(self.trips["profit"], np.float64) * float(self.unit)
        times = np.asarray(self.reports["time_ms"], np.int64)
        first, last = (np.asarray(self.trips[name], np.int64) for name in ("first", "last"))
        return trip_figures(profits, times[last] - times[first])

    @property
    def final_equity(self) -> Decimal:
        """Equity at the last close."""
        return money(int(self.curve[-1]), self.unit)

    def position(self, symbol: str) -> Decimal:
        """The position in base at the end."""
        s = self.market.symbols.index(symbol)
        return int(self.ran.state.parts["books"][s].pos) * self.units[s].base

    def dust(self, symbol: str) -> Decimal:
        """What is too little to sell, in base, at the end."""
        s = self.market.symbols.index(symbol)
        return int(self.ran.state.parts["books"][s].dust) * self.units[s].base

    @property
    def cash(self) -> Decimal:
        """Cash in quote at the end."""
        return money(int(self.ran.state.account.cash), self.unit)

    @cached_property
    def metrics(self) -> dict[str, Any]:
        """All figures by name: money as Decimal, ratios as floats, counts as ints, None where there is no value."""
        books = self.ran.state.parts["books"]
        fees = sum(int(one.fees_quote) for one in books) + sum(
            int(book.fees_third) * int(terms.third_quantum)
            for book, terms in zip(books, self.ran.state.parts["terms"], strict=True)
        )
        found: dict[str, Any] = {
            "start_equity": self.plan.capital,
            "final_equity": self.final_equity,
            "profit": self.final_equity - self.plan.capital,
            "fees": money(fees, self.unit),
            "volume": money(sum(int(one.volume) for one in books), self.unit),
            "realized_pnl": money(sum(int(one.realized) for one in books), self.unit),
            "fills": self.fill_count,
        }
        found |= {name: shown(value) for name, value in asdict(self.curve_figures).items()}
        found |= {f"trips_{name}": shown(value) for name, value in asdict(self.trip_figures).items()}
        first, last = self.market.ticks[0][3][0], self.market.ticks[0][3][-1]
        found["market_change"] = float(last) / float(first) - 1.0
        return found


def shown(value: float) -> float | int | None:
    """A figure, or None where it has no value."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def as_list(column: Any) -> list[int]:
    """A column as Python integers."""
    return column.tolist() if isinstance(column, np.ndarray) else list(column)
