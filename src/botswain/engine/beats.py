"""When bots decide between closes, and on what: the candles that form, as they stood when a beat's time had come.

A beat is due when the market's time has come to a multiple of a frequency from the beginning of the UTC day. Whatever
shows that first, the clock or a message from after it, has it told, so a candle never has in it what came later. A
symbol whose candle is as it was at its last beat of that frequency has none. No clock, no task.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from botswain.engine.feed_events import Beat
from botswain.model.market_events import Candle
from botswain.model.timeframe import beat_after

Chain = tuple[str, str]  # symbol and timeframe
Figures = tuple[int, Decimal, Decimal, Decimal, Decimal, Decimal]


class Beats:
    """Of all symbols that are followed."""

    def __init__(self) -> None:
        self._every: dict[Chain, tuple[int, ...]] = {}
        self._forming: dict[Chain, Candle] = {}
        self._after: dict[int, int] = {}  # by frequency: beats up to this time are over; not there yet: all so far
        self._told: dict[tuple[Chain, int], Figures] = {}
        self._next_ms: int | None = None  # None: nothing is wanted

    def want(self, every: Mapping[Chain, Iterable[int]]) -> None:
        """Have beats told so often, milliseconds; takes the place of what was wanted before. None is told at once."""
        self._every = {chain: found for chain, each in every.items() if (found := tuple(sorted(set(each))))}
        wanted = {one for each in self._every.values() for one in each}
        self._after = {one: after for one, after in self._after.items() if one in wanted}
        self._forming = {chain: one for chain, one in self._forming.items() if chain in self._every}
        self._told = {key: one for key, one in self._told.items() if key[0] in self._every and key[1] in wanted}
        self._next_ms = 0 if wanted else None

    def silent(self) -> None:
        """Nothing is heard any more: what formed until now is not decided on."""
        self._forming.clear()

    def forms(self, symbol: str, one: Candle) -> None:
        """A candle as it stands now."""
        chain = symbol, one.timeframe
        if chain in self._every:
            self._forming[chain] = one

    def due(self, now_ms: int, open_ms: Callable[[Chain], int | None]) -> list[Beat]:
        """The beats whose time has come, the oldest first.

        open_ms  the candle of a chain that may be decided on, by its opening: the one after the last that was told;
                 None where its data is not to be trusted
        """
        if self._next_ms is None or now_ms <= 0 or now_ms < self._next_ms:
            return []
        found: dict[tuple[str, int], dict[str, Candle]] = {}
        for chain, each in self._every.items():
            one = self._forming.get(chain)
            if one is None or one.open_ms != open_ms(chain):
                continue
            for every in each:
                at_ms = beat_after(max(self._after.get(every, now_ms), one.open_ms), every)
                if at_ms <= min(now_ms, one.close_ms) and self._told.get((chain, every)) != figures(one):
                    self._told[chain, every] = figures(one)
                    found.setdefault((chain[1], at_ms), {})[chain[0]] = one
        self._after = dict.fromkeys((one for each in self._every.values() for one in each), now_ms)
        self._next_ms = min(beat_after(now_ms, every) for every in self._after)
        return [Beat(frame, at_ms, found[frame, at_ms]) for frame, at_ms in sorted(found, key=lambda one: one[1])]


def figures(one: Candle) -> Figures:
    """What of a candle is decided on."""
    return one.open_ms, one.open, one.high, one.low, one.close, one.volume
