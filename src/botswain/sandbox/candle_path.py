"""The way of the price through one candle, piece by piece: it stands still where a watched price is come to.

SEMANTICS 4.2: what the open has passed, then the open, the nearer of high and low, the other, the close. A candle says
that the price went through everything in between, not when, and nobody is told of each tick. Whoever holds an order
back until a price comes (docs/decisions/0006) has to be told of that price while the market is there: such prices are
named by who moves the market. It then fills what rests up to there, prints a trade there, and waits to be moved on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from botswain.sandbox import streams
from botswain.sandbox.amounts import HIDDEN
from botswain.sandbox.desk import opened, walk
from botswain.sandbox.floor import Floor
from botswain.sandbox.pair import Pair
from botswain.sandbox.tape import Kline

PRINTS = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """A candle in ticks; volume in units of 1e-18 base."""

    open: int
    high: int
    low: int
    close: int
    volume: int

    @property
    def path(self) -> tuple[int, int, int, int]:
        """Open, the nearer of high and low (tie: low), the other, close."""
        near_low = self.open - self.low <= self.high - self.open
        middle = (self.low, self.high) if near_low else (self.high, self.low)
        return (self.open, *middle, self.close)


@dataclass(frozen=True, slots=True)
class Watched:
    """Prices in ticks to stand still at: when the price falls to `below`, and when it rises to `above`.

    arriving  of the two, those that were not watched in the candle before: an order at such a price meets the open as
              it arrives, before all that has rested
    """

    below: int | None = None
    above: int | None = None
    arriving: frozenset[str] = frozenset()


NOTHING = Watched()


class Played:
    """One symbol's candle while it is played: what it has printed so far.

    A fourth of its volume is printed at each point of the path, and the least that can be where it stands still
    between them; a candle of less than that prints nothing, and only its prices are shown.
    """

    def __init__(self, floor: Floor, pair: Pair, bar: Bar, open_ms: int, length_ms: int) -> None:
        self.floor, self.pair, self.bar = floor, pair, bar
        self.open_ms, self.length_ms = open_ms, length_ms
        self.each = bar.volume // PRINTS // HIDDEN * HIDDEN
        self.left = bar.volume
        self.points = 0
        self.before = bar.open

    def point(self, price: int) -> None:
        """The price is at the next point of the path."""
        if self.each:
            self.print(price, self.each if self.points < PRINTS - 1 else self.left)
        self.points += 1

    def between(self, price: int) -> None:
        """The price stands still before the next point."""
        if self.each and self.left - self.each * (PRINTS - 1 - self.points) >= 2 * HIDDEN:
            self.print(price, HIDDEN)
        else:
            self.pair.tape.touch(price)

    def print(self, price: int, qty: int) -> None:
        """A trade."""
        time_ms = self.open_ms + min(self.points, PRINTS - 1) * self.length_ms // PRINTS
        one = self.pair.tape.add(price, qty, time_ms, price < self.before)
        streams.printed(self.floor, self.pair, one)
        self.left -= qty
        self.before = price

    def stand(self, price: int) -> None:
        """The book stands here, and everybody is told: whatever arrives now meets this price."""
        self.pair.ladder.stand(price)
        streams.book(self.floor, self.pair, self.open_ms)
        streams.candle(self.floor, self.pair, self.open_ms, self.open_ms)

    def walked(self, watch: Callable[[str], Watched], *, told: bool) -> Iterator[None]:
        """Match what rests along the path; yields where it stands still.

        watch  the prices of a symbol that are watched now
        told   whether the open was told when the candle before it had closed
        """
        bar, symbol = self.bar, self.pair.facts.symbol
        if watch(symbol) != NOTHING:
            yield from self.through(lambda: watch(symbol), told=told)
            return
        if not told:
            self.stand(bar.open)
        walk(self.floor, self.pair, bar.open, bar.high, bar.low, bar.close)

    def close(self) -> None:
        """Print what was not printed on the way, which makes the candle."""
        for price in self.bar.path[self.points :]:
            self.point(price)
        tape, bar = self.pair.tape, self.bar
        if self.each:
            tape.close()
            return
        end = self.open_ms + self.length_ms - 1
        tape.record(Kline(self.open_ms, end, bar.open, bar.high, bar.low, bar.close, bar.volume))

    def through(self, watched: Callable[[], Watched], *, told: bool) -> Iterator[None]:
        """The path in pieces, from what the open has passed, each printed."""
        at = self.bar.open
        if not told:
            yield from self.opening(watched)
        opened(self.floor, self.pair, at, at, at)
        self.point(at)
        for goal in self.bar.path[1:]:
            while True:
                stop = stop_on(at, goal, watched())
                to = goal if stop is None else stop
                walk(self.floor, self.pair, at, max(at, to), min(at, to), to)
                at = to
                if to == goal:
                    self.point(to)
                else:
                    self.between(to)
                if stop is not None:
                    self.stand(to)
                    yield
                if to == goal:
                    break

    def opening(self, watched: Callable[[], Watched]) -> Iterator[None]:
        """Tell the open when all was filled at it that comes before a watched price which it has passed."""
        first, now = self.bar.open, watched()
        fallen = now.below is not None and now.below >= first
        risen = now.above is not None and now.above <= first
        if ("below" if fallen else "above") not in now.arriving:
            if fallen and now.below is not None:
                opened(self.floor, self.pair, first, now.below, 0)
            elif risen and now.above is not None:
                opened(self.floor, self.pair, first, first, now.above)
        self.stand(first)
        if fallen or risen:
            yield


def stop_on(at: int, goal: int, watched: Watched) -> int | None:
    """The first watched price on the way from a price to another, the goal included; None where there is none."""
    if goal < at and watched.below is not None and goal <= watched.below < at:
        return watched.below
    if goal > at and watched.above is not None and at < watched.above <= goal:
        return watched.above
    return None
