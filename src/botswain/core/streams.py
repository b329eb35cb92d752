"""Indicators as streams: the values of their columns, one candle at a time, for live trading.

Bit for bit the column's last value for the same history (`core.indicators`). What still forms can be looked at, and
nothing moves on by that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from botswain.core.indicators import (
    BEFORE,
    CANDLE,
    GIVEN,
    LONGER,
    NAN,
    OTHER,
    Indicator,
    ValueOf,
    given,
    length_of,
    output_count,
    own_lookback,
)
from botswain.core.longer import Forming
from botswain.core.talib_alone import talib
from botswain.model.errors import BadInput


class Streams:
    """The same indicators, one candle at a time.

    `update` takes a closed candle and returns every indicator's value, bit for bit the column's last value for the
    same history.

    own_ms  how long the candles are that it is fed; asked only by indicators on longer ones
    others  asked only for indicators of other symbols, which must have taken their candle of an instant before
    """

    def __init__(self, declared_by_name: dict[str, Indicator], own_ms: int = 0, others: ValueOf | None = None) -> None:
        self.sources: list[Source] = []
        self.own_ms = own_ms
        self.others = others
        self._places: dict[Any, int] = {}
        self.wanted = [self.add(one) for one in declared_by_name.values()]

    def add(self, one: Indicator) -> tuple[int, int]:
        """Register an indicator and what it reads, inputs first: the place of its function, and of its output there."""
        key = (one.function, one.parameters, one.inputs, one.symbol)
        if one.function == GIVEN:
            raise BadInput(f"the column {one.inputs[0].name} was computed of past candles; it runs in a backtest only")
        if key not in self._places and one.function in (LONGER, OTHER):
            self._places[key] = len(self.sources)
            longs = one.function == LONGER
            self.sources.append(LongerStream(one, self.own_ms) if longs else OtherStream(one, given(one, self.others)))
        elif key not in self._places:
            inputs = tuple(self.add(source) if isinstance(source, Indicator) else source for source in one.inputs)
            self._places[key] = len(self.sources)
            self.sources.append(STREAMS.get(one.function, Stream)(one, inputs))
        return self._places[key], one.output

    def update(self, candle: dict[str, float]) -> tuple[float, ...]:
        """Feed one closed candle: open, high, low, close, volume, and ts for longer ones and other symbols.

        Returns the values in the order declared.
        """
        values: list[tuple[float, ...]] = []
        for stream in self.sources:
            values.append(stream.update(candle, values))
        return tuple([values[place][output] for place, output in self.wanted])

    def peek(self, candle: dict[str, float]) -> tuple[float, ...]:
        """What `update` would return for a candle that still forms; nothing moves on."""
        values: list[tuple[float, ...]] = []
        for stream in self.sources:
            values.append(stream.peek(candle, values))
        return tuple([values[place][output] for place, output in self.wanted])


class Stream:
    """One TA-Lib function fed a candle at a time: collects what it needs, then opens TA-Lib's handle."""

    def __init__(self, one: Indicator, inputs: tuple[Any, ...]) -> None:
        self.one = one
        self.inputs = inputs
        self.needs = own_lookback(one) + 1
        self.outputs = output_count(one.function)
        self.history: list[list[float]] = [[] for _ in inputs]
        self.handle: Any = None

    def update(self, candle: dict[str, float], values: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
        """The function's outputs after one more candle; NaN while it has too little history.

        values  the outputs of those registered before it, after that candle
        """
        row = self.row(candle, values)
        if not all(map(math.isfinite, row)):
            return (NAN,) * self.outputs
        if self.handle is not None:
            return as_outputs(self.handle.update(*row))
        for kept, value in zip(self.history, row, strict=True):
            kept.append(value)
        if len(self.history[0]) < self.needs:
            return (NAN,) * self.outputs
        self.handle = self.opened(self.history)
        self.history = []
        return as_outputs(self.handle.value)

    def peek(self, candle: dict[str, float], values: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
        """What `update` would return; nothing moves on."""
        row = self.row(candle, values)
        if not all(map(math.isfinite, row)):
            return (NAN,) * self.outputs
        if self.handle is not None:
            return as_outputs(self.handle.peek(*row))
        if len(self.history[0]) + 1 < self.needs:
            return (NAN,) * self.outputs
        return as_outputs(self.opened([[*kept, value] for kept, value in zip(self.history, row, strict=True)]).value)

    def row(self, candle: dict[str, float], values: Sequence[tuple[float, ...]]) -> list[float]:
        """What it reads of a candle and of the indicators before it."""
        return [candle[source] if isinstance(source, str) else values[source[0]][source[1]] for source in self.inputs]

    def opened(self, history: list[list[float]]) -> Any:
        """TA-Lib's handle after a history."""
        arrays = [np.array(kept) for kept in history]
        return getattr(talib.stream, self.one.function)(*arrays, **dict(self.one.parameters))


class CandleStream:
    """A column of the candles themselves, or what another stream gives."""

    def __init__(self, _one: Indicator, inputs: tuple[Any, ...]) -> None:
        (self.source,) = inputs

    def update(self, candle: dict[str, float], values: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
        """The value at one more candle."""
        source = self.source
        return (candle[source] if isinstance(source, str) else values[source[0]][source[1]],)

    def peek(self, candle: dict[str, float], values: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
        """The same of one that forms."""
        return self.update(candle, values)


class BeforeStream(CandleStream):
    """Another indicator as it was one candle before."""

    def __init__(self, one: Indicator, inputs: tuple[Any, ...]) -> None:
        super().__init__(one, inputs)
        self.kept: tuple[float, ...] = (NAN,)

    def update(self, candle: dict[str, float], values: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
        """What it was; what it is now is kept."""
        found, self.kept = self.kept, super().update(candle, values)
        return found

    def peek(self, _candle: dict[str, float], _values: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
        """What it was at the last closed candle."""
        return self.kept


class LongerStream:
    """An indicator on longer candles, which it puts together itself."""

    def __init__(self, one: Indicator, own_ms: int) -> None:
        if own_ms <= 0:
            raise BadInput("an indicator on longer candles was declared, and nobody said how long the bot's own are")
        self.inner = Streams({"only": one.inputs[0]}, length_of(one))
        self.forming = Forming(length_of(one), own_ms)
        self.value: tuple[float, ...] = (NAN,)

    def update(self, candle: dict[str, float], _values: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
        """Its value at the last longer candle that is over with this one."""
        for whole in self.forming.take(int(candle["ts"]), candle):
            self.value = self.inner.update(whole)
        return self.value

    def peek(self, _candle: dict[str, float], _values: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
        """The same: of longer candles only closed ones are seen, whatever forms."""
        return self.value


class OtherStream:
    """An indicator of another symbol, which somebody else feeds."""

    def __init__(self, one: Indicator, others: ValueOf) -> None:
        self.one = one
        self.others = others
        self.value: tuple[float, ...] = (NAN,)

    def update(self, candle: dict[str, float], _values: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
        """Its value at the other's candle of the same time."""
        self.value = (self.others(self.one, int(candle["ts"])),)
        return self.value

    def peek(self, _candle: dict[str, float], _values: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
        """What it was at the last close: of others only closed candles are seen, whatever forms."""
        return self.value


Source = Stream | CandleStream | LongerStream | OtherStream
STREAMS: dict[str, type[CandleStream]] = {CANDLE: CandleStream, BEFORE: BeforeStream}


def as_outputs(value: Any) -> tuple[float, ...]:
    """A function's outputs as floats, one or several."""
    return tuple(float(one) for one in value) if isinstance(value, tuple) else (float(value),)
