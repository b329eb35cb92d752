"""Indicators: declared once, evaluated as columns in research and as streams live, bit for bit the same.

`ta.SMA(20)` declares a TA-Lib function; inputs are candle columns or other indicators. Columns come from TA-Lib's
array functions, streams from its streaming handles, which carry the same state one candle at a time. Where the
first candle is matters, so both start at the anchor (`core.anchor`).

Three more are ours: a candle's own column (`candle_column`), another indicator one candle before (`before`), and one
on longer candles than the bot's (`longer`), of which the last closed one is seen.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from botswain.core.longer import Forming, longer_candles
from botswain.core.talib_alone import abstract, talib
from botswain.model.candles import COLUMNS, Candles, FloatColumn
from botswain.model.errors import BadInput, near

NAN = float("nan")
# What is no function of TA-Lib's, and how many candles each reads before its first value.
CANDLE, BEFORE, LONGER = "CANDLE", "BEFORE", "LONGER"
OURS = {CANDLE: 0, BEFORE: 1, LONGER: 0}
# Which rows of the columns of candles have a value, as long as the candles live.
_KNOWN: WeakKeyDictionary[Candles, dict[str, Any]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Indicator:
    """A declared indicator: a TA-Lib function, its parameters, its inputs, and which of its outputs.

    inputs  names of candle columns or other indicators, in the function's order
    output  index into the function's outputs
    """

    function: str
    parameters: tuple[tuple[str, float], ...]
    inputs: tuple[Any, ...]
    output: int = 0

    @property
    def lookback(self) -> int:
        """Candles before the first value, its inputs' included."""
        return own_lookback(self) + max((one.lookback for one in self.inputs if isinstance(one, Indicator)), default=0)

    @property
    def longest_period(self) -> int:
        """The largest integer parameter along the chain of inputs; 1 where there is none."""
        own = [int(value) for _, value in self.parameters if isinstance(value, int)]
        own += [one.longest_period for one in self.inputs if isinstance(one, Indicator)]
        return max(own, default=1)


def candle_column(name: str) -> Indicator:
    """A column of the candles themselves: open, high, low, close, volume, or ts, when each opened."""
    return Indicator(CANDLE, (), (name,))


def before(one: Indicator) -> Indicator:
    """Another indicator as it was one candle before."""
    return Indicator(BEFORE, (), (one,))


def longer(one: Indicator, length_ms: int) -> Indicator:
    """An indicator on candles of another length, as it was at the last one of them that has closed."""
    # A real number, so that it is not taken for a period.
    return Indicator(LONGER, (("length_ms", float(length_ms)),), (one,))


def length_of(one: Indicator) -> int:
    """The length of the candles that an indicator is computed on, in ms; 0: those that are decided on."""
    return int(one.parameters[0][1]) if one.function == LONGER else 0


class TaLib:
    """`ta.NAME(*parameters, of=..., out=..., **parameters)` declares TA-Lib's function NAME.

    of   an input or several: a candle column (`"high"`) or an Indicator, in place of the function's own price
    out  the name of the output wanted where there are several, such as "macdsignal"; the first by default
    """

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # nobody's function: Python and its tools ask any object for such
            raise AttributeError(name)
        if name not in known_functions():
            raise BadInput(f"TA-Lib has no function {name!r}{near(name, known_functions())}")

        def declare(*values: float, of: Any = None, out: str = "", **named: float) -> Indicator:
            return declared(name, values, of, out, named)

        return declare


def declared(name: str, values: tuple[float, ...], of: Any, out: str, named: dict[str, float]) -> Indicator:
    """Check a declaration against what TA-Lib says of the function. Raises BadInput with the name at fault."""
    info = described(name)
    known = list(info["parameters"])
    if len(values) > len(known):
        raise BadInput(f"{name} takes {len(known)} parameters ({', '.join(known)}), got {len(values)}")
    parameters = dict(info["parameters"]) | dict(zip(known, values, strict=False))
    for key, value in named.items():
        if key not in parameters:
            raise BadInput(f"{name} has no parameter {key!r}{near(key, known)}")
        parameters[key] = value
    outputs = list(info["output_names"])
    if out and out not in outputs:
        raise BadInput(f"{name} has no output {out!r}{near(out, outputs)}")
    kept = tuple((key, kind_of(info["parameters"][key])(value)) for key, value in parameters.items())
    return Indicator(name, kept, inputs_of(name, info["input_names"], of), outputs.index(out) if out else 0)


def kind_of(default: float) -> type[int] | type[float]:
    """Whether a parameter is whole or real, by its default."""
    return int if isinstance(default, int) else float


def inputs_of(name: str, wanted: dict[str, Any], of: Any) -> tuple[Any, ...]:
    """The inputs of a function: its own columns, or those named by `of`."""
    own: list[Any] = []
    for value in wanted.values():
        own.extend(value if isinstance(value, list | tuple) else [value])
    if of is not None:
        given = list(of) if isinstance(of, list | tuple) else [of]
        if len(given) != len(own):
            raise BadInput(f"{name} reads {len(own)} inputs ({', '.join(own)}), `of` names {len(given)}")
        own = given
    for one in own:
        if not isinstance(one, Indicator) and one not in COLUMNS:
            raise BadInput(f"{name} cannot read {one!r}{near(str(one), COLUMNS)}")
    return tuple(own)


@lru_cache(maxsize=1)
def known_functions() -> frozenset[str]:
    """Every function TA-Lib has."""
    return frozenset(talib.get_functions())


def columns(declared_by_name: dict[str, Indicator], candles: Candles) -> tuple[FloatColumn, ...]:
    """Each indicator as a float64 column as long as the candles, NaN where it has no value yet.

    Shared parts are computed once.
    """
    made: dict[Any, Any] = {}
    return tuple(column_of(one, candles, made) for one in declared_by_name.values())


def column_of(one: Indicator, candles: Candles, made: dict[Any, Any]) -> FloatColumn:
    """One indicator's column; `made` remembers whole results by function, parameters and inputs."""
    key = (one.function, one.parameters, one.inputs)
    if one.function in OURS:
        if key not in made:
            made[key] = (own_column(one, candles, made),)
        found: FloatColumn = made[key][0]
        return found
    if key not in made:
        inputs, holes = [], []
        for source in one.inputs:
            within = isinstance(source, Indicator)
            inputs.append(column_of(source, candles, made) if within else getattr(candles, source))
            known = known_rows(inputs[-1], made) if within else known_candles(candles, source)
            if known is not None:
                holes.append(known)
        made[key] = outputs_of(one, inputs, np.logical_and.reduce(holes) if holes else None)
    column: FloatColumn = made[key][one.output]
    return column


def own_column(one: Indicator, candles: Candles, made: dict[Any, Any]) -> FloatColumn:
    """The column of one that is no function of TA-Lib's."""
    (source,) = one.inputs
    if one.function == CANDLE:
        return np.asarray(getattr(candles, source), np.float64)
    if one.function == BEFORE:
        return np.append(NAN, column_of(source, candles, made)[:-1])[: len(candles)]
    length = length_of(one)
    if ("longer", length) not in made:
        made["longer", length] = (*longer_candles(candles, length), {})
    whole, shown, within = made["longer", length]
    return np.where(shown >= 0, np.append(column_of(source, whole, within), NAN)[shown], NAN)


def known_rows(source: FloatColumn, made: dict[Any, Any]) -> Any:
    """Where another indicator's output has a value, None for everywhere."""
    key = ("known", id(source))
    if key not in made:
        # The input is kept with the answer, so that its id stays its own.
        made[key] = source, finite_rows(source)
    return made[key][1]


def known_candles(candles: Candles, name: str) -> Any:
    """Where a column of the candles has a value, None for everywhere. Asked once: their columns are read-only."""
    kept = _KNOWN.setdefault(candles, {})
    if name not in kept:
        kept[name] = finite_rows(getattr(candles, name))
    return kept[name]


def finite_rows(source: FloatColumn) -> Any:
    """Where a column has a value, None for everywhere. Infinities are none: TA-Lib's streams refuse them too."""
    finite = np.isfinite(source)
    return None if finite.all() else finite


def outputs_of(one: Indicator, inputs: list[FloatColumn], known: Any) -> tuple[FloatColumn, ...]:
    """All outputs of a function. Rows in which an input has no value are skipped, as missing candles are."""
    read = inputs if known is None else [source[known] for source in inputs]
    own = own_lookback(one)
    if len(read[0]) <= own:
        return tuple(np.full(len(inputs[0]), NAN) for _ in range(output_count(one.function)))
    result = getattr(talib, one.function)(*read, **dict(one.parameters))
    parts = result if isinstance(result, tuple) else (result,)
    return tuple(spread(as_floats(part, own), known) for part in parts)


def as_floats(column: Any, own: int) -> FloatColumn:
    """An output as float64. TA-Lib writes 0 where a whole-numbered output has no value yet; NaN says so."""
    found: FloatColumn = column
    if column.dtype != np.float64:
        found = column.astype(np.float64)
        found[:own] = NAN
    return found


def spread(column: FloatColumn, known: Any) -> FloatColumn:
    """A column over the known rows as one over all rows."""
    if known is None:
        return column
    found: FloatColumn = np.full(len(known), NAN)
    found[known] = column
    return found


@lru_cache(maxsize=1024)
def own_lookback(one: Indicator) -> int:
    """Values of its inputs that a function reads before its first own; below 0 where TA-Lib takes no such parameters.

    Of one on longer candles those are longer, too.
    """
    if one.function in OURS:
        return OURS[one.function]
    function = abstract.Function(one.function)
    function.parameters = dict(one.parameters)
    return int(function.lookback)


@lru_cache(maxsize=512)
def described(function: str) -> dict[str, Any]:
    """What TA-Lib says of a function, asked for once; only to be read."""
    info: dict[str, Any] = abstract.Function(function).info
    return info


def output_count(function: str) -> int:
    """How many outputs a TA-Lib function has."""
    return len(described(function)["output_names"])


class Streams:
    """The same indicators, one candle at a time.

    `update` takes a closed candle and returns every indicator's value, bit for bit the column's last value for the
    same history.

    own_ms  how long the candles are that it is fed; asked only by indicators on longer ones
    """

    def __init__(self, declared_by_name: dict[str, Indicator], own_ms: int = 0) -> None:
        self.sources: list[Source] = []
        self.own_ms = own_ms
        self._places: dict[Any, int] = {}
        self.wanted = [self.add(one) for one in declared_by_name.values()]

    def add(self, one: Indicator) -> tuple[int, int]:
        """Register an indicator and what it reads, inputs first: the place of its function, and of its output there."""
        key = (one.function, one.parameters, one.inputs)
        if key not in self._places and one.function == LONGER:
            self._places[key] = len(self.sources)
            self.sources.append(LongerStream(one, self.own_ms))
        elif key not in self._places:
            inputs = tuple(self.add(source) if isinstance(source, Indicator) else source for source in one.inputs)
            self._places[key] = len(self.sources)
            self.sources.append(STREAMS.get(one.function, Stream)(one, inputs))
        return self._places[key], one.output

    def update(self, candle: dict[str, float]) -> tuple[float, ...]:
        """Feed one closed candle (open, high, low, close, volume; ts for indicators on longer ones).

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


Source = Stream | CandleStream | LongerStream
STREAMS: dict[str, type[CandleStream]] = {CANDLE: CandleStream, BEFORE: BeforeStream}


def as_outputs(value: Any) -> tuple[float, ...]:
    """A function's outputs as floats, one or several."""
    return tuple(float(one) for one in value) if isinstance(value, tuple) else (float(value),)


ta = TaLib()
