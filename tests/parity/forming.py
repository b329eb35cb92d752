"""The reference for a bot that decides between closes: its timeline goes by finer candles, its own are put together.

Independent of the product as the rest is: candles grow one piece at a time, and an average that is asked for on a
candle that forms is computed anew over all closes and the last price.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import talib

from botswain.model.candles import Candles
from botswain.model.timeframe import timeframe_ms

from .cases import Case
from .clock import shortened
from .managed_grid import ManagedGrid
from .outcome import Outcome
from .reference import Station, Timeline
from .rows import Sizing
from .scalper import Scalper
from .signal_kinds import Sma
from .units import price_ticks
from .venue import Matching

DAY_MS = 86_400_000


@dataclass
class Growing:
    """A candle as far as it is known: open, high, low, close, volume in units of 1e-8."""

    opened: int
    figures: list[Any]
    told: tuple[Any, ...] | None = None  # as it was when it was last decided on between closes

    def take(self, row: tuple[float, float, float, float, float]) -> None:
        """Another piece."""
        _, high, low, close, volume = row
        self.figures[1] = max(self.figures[1], high)
        self.figures[2] = min(self.figures[2], low)
        self.figures[3] = close
        self.figures[4] += volume


@dataclass
class Side:
    """One symbol's own candles: those that closed, and the one that forms."""

    rows: list[tuple[float, float, float, float, float]]
    closes: list[float] = field(default_factory=list)
    growing: Growing | None = None


def rows_of(candles: Candles) -> list[tuple[float, float, float, float, float]]:
    """Candles as tuples."""
    columns = (one.tolist() for one in (candles.open, candles.high, candles.low, candles.close, candles.volume))
    return list(zip(*columns, strict=True))


def whole(candles: Candles, length_ms: int) -> tuple[Candles, Candles]:
    """The pieces of candles that are whole at the end, and those longer candles."""
    piece = timeframe_ms(candles.timeframe)
    last = int(candles.ts[-1])
    count = len(candles)
    if (last + piece) % length_ms:
        count = int(np.searchsorted(candles.ts, last - last % length_ms))
    pieces = candles.slice(0, count)
    found: dict[int, list[Any]] = {}
    for ts, (first, high, low, close, volume) in zip(pieces.ts.tolist(), rows_of(pieces), strict=True):
        one = found.setdefault(ts - ts % length_ms, [first, high, low, close, 0.0])
        one[1], one[2], one[3], one[4] = max(one[1], high), min(one[2], low), close, one[4] + volume
    columns = np.array(list(found.values())).T
    made = Candles(candles.symbol, f"{length_ms // 60_000}m", np.array(list(found), np.int64), *columns)
    return pieces, made


class FormingTimeline(Timeline):
    """The same account, gate and venue; what is decided, and when, by candles that form."""

    every_ms: int

    def begin(self, pieces: dict[str, Candles], every_ms: int) -> None:
        """Go by finer candles, and decide so often between closes."""
        self.every_ms = every_ms
        self.piece_ms = timeframe_ms(next(iter(pieces.values())).timeframe)
        self.sides: dict[str, Side] = {}
        for symbol, one in pieces.items():
            station = self.stations[symbol]
            grid = station.desk.market
            columns = [price_ticks(c.tolist(), grid.tick) for c in (one.open, one.high, one.low, one.close)]
            station.ts, station.candles = one.ts.tolist(), list(zip(*columns, strict=True))
            self.sides[symbol] = Side(rows_of(one))
        self.times = sorted({t for s in self.stations.values() for t in s.ts})

    def go(self) -> None:
        """All instants."""
        for place, instant in enumerate(self.times):
            following = self.times[place + 1] if place + 1 < len(self.times) else None
            self.turns(instant)
            self.meet(instant)
            opened = instant - instant % self.length_ms
            if following is None or following >= opened + self.length_ms:
                self.close_all(opened + self.length_ms)
                continue
            at = self.due(instant + self.piece_ms)
            if at <= following and at < opened + self.length_ms:
                self.beat(at)

    def due(self, time_ms: int) -> int:
        """The first multiple of the frequency from the beginning of the day on, or the next day."""
        day = time_ms // DAY_MS * DAY_MS
        at = day
        while at < time_ms:
            at += self.every_ms
        return min(at, day + DAY_MS) if time_ms > day else at

    def turns(self, instant: int) -> None:
        """Hours that ended before the bot's candle that an instant lies in."""
        self._turn(instant - instant % self.length_ms)

    def meet(self, instant: int) -> None:
        """Orders meet the finer candles, and the longer ones grow."""
        self.instant, self.seq = instant, 0
        here = [s for s in self.stations.values() if s.now_open(instant)]
        self._arrivals(here)
        for station in here:
            station.venue.walk(*station.candles[station.at])
        for station in here:
            side = self.sides[station.symbol]
            row = side.rows[station.at]
            if side.growing is None:
                side.growing = Growing(instant - instant % self.length_ms, list(row))
            else:
                side.growing.take(row)
            station.at += 1

    def forming(self) -> list[Station]:
        """Symbols whose candle has begun."""
        return [s for s in self.stations.values() if self.sides[s.symbol].growing is not None]

    def price(self, station: Station) -> int:
        """The last one, in ticks."""
        return station.candles[station.at - 1][3]

    def close_all(self, now: int) -> None:
        """The longer candles close."""
        here = self.forming()
        for station in here:
            station.desk.book.close = station.desk.table.close = self.price(station)
        self.equity = self.account.equity()
        self.marks.append((now, self.equity))
        self.gate.close_instant(now, self.equity)
        for station in here:
            side, desk, book = self.sides[station.symbol], station.desk, station.desk.book
            assert side.growing is not None
            station.exits.clock.closed(book)
            if book.position:
                book.best = max(book.best, book.close) if book.direction > 0 else min(book.best, book.close)
            desk.equity, desk.at = self.equity, len(side.closes)
            if not side.closes:
                station.bot.on_start(desk)
            side.closes.append(side.growing.figures[3])
            self.learn(station, side.growing)
            side.growing = None
            station.bot.on_close(desk)
            self._follow(station, now)
        for station in self.stations.values():
            if station not in here:
                self._go_in_time(station, now)
            self._judge(station, now)
        self.looked = now

    def learn(self, station: Station, closed: Growing) -> None:
        """The venue knows a candle."""
        first, high, low, last = price_ticks(closed.figures[:4], station.desk.market.tick)
        station.venue.learn((first, high, low, last), closed.figures[4])

    def beat(self, now: int) -> None:
        """Between closes: on what has moved, after the first close."""
        here = []
        for station in self.forming():
            side = self.sides[station.symbol]
            assert side.growing is not None
            told = tuple(side.growing.figures)
            if side.growing.told != told:
                side.growing.told = told
                if side.closes:
                    here.append(station)
        kept = [(station.desk, station.desk.book.close) for station in here]
        for station in here:
            station.desk.book.close = station.desk.table.close = self.price(station)
        for station in here:
            station.desk.equity = self.account.equity()
            self.decide(station)
            self._follow(station, now)
        for station in here:
            self._judge(station, now)
        for desk, close in kept:
            desk.book.close = desk.table.close = close

    def decide(self, station: Station) -> None:
        """The bot's close, as if the candle closed now."""
        side, desk, bot = self.sides[station.symbol], station.desk, station.bot
        assert side.growing is not None
        desk.at = len(side.closes)
        if isinstance(bot, ManagedGrid | Scalper):
            columns = (desk.highs, desk.lows, desk.closes)
            later = [column[desk.at] for column in columns]
            for column, value in zip(columns, side.growing.figures[1:4], strict=True):
                column[desk.at] = value
            bot.on_beat(desk)
            for column, value in zip(columns, later, strict=True):
                column[desk.at] = value
            return
        if not isinstance(bot, Sma):
            bot.on_close(desk)
            return
        kept = bot.fast, bot.slow
        column = np.array([*side.closes, side.growing.figures[3]])
        bot.fast, bot.slow = (
            talib.SMA(column, timeperiod=int(bot.params.get(name, usual))).tolist()
            for name, usual in (("fast", 20), ("slow", 50))
        )
        bot.on_close(desk)
        bot.fast, bot.slow = kept


def outcome_of(case: Case, length_ms: int, every_ms: int) -> Outcome:
    """What must come out of a case whose candles are pieces of the bot's own."""
    parts = {symbol: whole(one, length_ms) for symbol, one in case.candles.items()}
    far = {name: Fraction(value) for name, value in case.exits.items()}
    sizing = Sizing(case.sizing, Fraction(case.size), Fraction(case.capital), far.get("stop_loss", Fraction(0)))
    matching = Matching(case.slip, case.fill == "through")
    own = {symbol: made for symbol, (_, made) in parts.items()}
    hours = case.hours
    if hours is not None and case.at_end == "flatten":
        hours = shortened(hours, case.minutes_before, length_ms)
    line = FormingTimeline(
        case.strategy, own, case.instruments, case.params, Decimal(case.capital), sizing, far, case.limits, matching,
        hours, case.at_end,
    )  # fmt: skip
    line.begin({symbol: pieces for symbol, (pieces, _) in parts.items()}, every_ms)
    line.go()
    return line.outcome()
