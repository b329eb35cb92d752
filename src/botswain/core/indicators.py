"""Indicators: declared once, evaluated as columns in research and as streams live, bit for bit the same.

`ta.SMA(20)` declares a TA-Lib function; inputs are candle columns or other indicators. Columns come from TA-Lib's
array functions, streams from its streaming handles, which carry the same state one candle at a time. Where the
first candle is matters, so both start at the anchor (`core.anchor`).

Five more are ours: a candle's own column (`candle_column`), another indicator one candle before (`before`), one on
longer candles than the bot's (`longer`), of which the last closed one is seen, and one of another symbol (`other`),
which is known at the closes of both (docs/decisions/0021), and a column that was computed elsewhere (`given_column`, in
research only). Whose candles those are comes in as an argument (`core.others`). The streams are in `core.streams`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from botswain.core.longer import longer_candles
from botswain.core.talib_alone import abstract, talib
from botswain.model.candles import COLUMNS, Candles, FloatColumn, IntColumn
from botswain.model.errors import BadInput, near

NAN = float("nan")
# What is no function of TA-Lib's, and how many candles each reads before its first value.
CANDLE, BEFORE, LONGER, OTHER, GIVEN = "CANDLE", "BEFORE", "LONGER", "OTHER", "GIVEN"
OURS = {CANDLE: 0, BEFORE: 1, LONGER: 0, OTHER: 0, GIVEN: 0}
# TA-Lib's whole parameters are less, either way.
MOST = (1 << 31) - 1
# Which rows of the columns of candles have a value, as long as the candles live.
_KNOWN: WeakKeyDictionary[Candles, dict[str, Any]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Indicator:
    """A declared indicator: a TA-Lib function, its parameters, its inputs, and which of its outputs.

    inputs  names of candle columns or other indicators, in the function's order
    output  index into the function's outputs
    symbol  whose candles it is computed on; empty: those of the symbol that is decided on
    """

    function: str
    parameters: tuple[tuple[str, float], ...]
    inputs: tuple[Any, ...]
    output: int = 0
    symbol: str = ""

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

    def parts(self) -> Iterator[Indicator]:
        """Itself, and all that it is made of."""
        yield self
        for one in self.inputs:
            if isinstance(one, Indicator):
                yield from one.parts()


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """Numbers that were computed elsewhere, for each symbol by the opening times of its candles, ascending."""

    name: str
    by_symbol: Mapping[str, tuple[IntColumn, FloatColumn]]

    def at(self, candles: Candles) -> FloatColumn:
        """Their column for candles; no value where a candle has none. Raises BadInput for another symbol."""
        if candles.symbol not in self.by_symbol:
            raise BadInput(f"the column {self.name} was computed of {', '.join(self.by_symbol)}, not {candles.symbol}")
        times, values = self.by_symbol[candles.symbol]
        place = np.searchsorted(times, candles.ts)
        there = np.append(times, -1)[place] == candles.ts
        return np.where(there, np.append(values, NAN)[place], NAN)


# What an indicator of another symbol was worth at closes, by the opening times of their candles; of one, or of many.
ValueOf = Callable[[Indicator, int], float]
ColumnOf = Callable[[Indicator, IntColumn], FloatColumn]


def candle_column(name: str) -> Indicator:
    """A column of the candles themselves: open, high, low, close, volume, or ts, when each opened."""
    return Indicator(CANDLE, (), (name,))


def before(one: Indicator) -> Indicator:
    """Another indicator as it was one candle before."""
    return Indicator(BEFORE, (), (one,))


def longer(one: Indicator, length_ms: int) -> Indicator:
    """An indicator on candles of another length, as it was at the last one of them that has closed."""
    if symbols_of([one]):
        raise BadInput(
            "longer() is given an indicator of another symbol, whose candles are closed by themselves; write "
            "other(longer(...), SYMBOL)"
        )
    # A real number, so that it is not taken for a period.
    return Indicator(LONGER, (("length_ms", float(length_ms)),), (one,))


def other(one: Indicator, symbol: str) -> Indicator:
    """An indicator of another symbol, at each close of the own one that is a close of the other too; else no value.

    Raises BadInput for what is no symbol, and for an indicator that reads another symbol already.
    """
    if not is_symbol(symbol):
        raise BadInput(f"other() is given the symbol {symbol!r}; write it as BASE/QUOTE, such as BTC/USDT")
    if symbols_of([one]):
        raise BadInput(
            f"other() is given an indicator for {symbol} that reads {', '.join(symbols_of([one]))} itself; give each "
            "symbol an indicator of its own, and compare them"
        )
    return Indicator(OTHER, (), (one,), symbol=symbol)


def given_column(given: Given) -> Indicator:
    """A column that was computed elsewhere, as an indicator. There is no stream of it: it is for research."""
    return Indicator(GIVEN, (), (given,))


def is_symbol(text: object) -> bool:
    """Whether something reads as a symbol, BASE/QUOTE."""
    parts = text.split("/") if isinstance(text, str) else []
    return len(parts) == SIDES and all(part and not any(letter.isspace() for letter in part) for part in parts)


SIDES = 2


def symbols_of(declared: Iterable[Indicator]) -> tuple[str, ...]:
    """Other symbols whose candles indicators are computed on, each once, in the order in which they are declared."""
    return tuple(dict.fromkeys(part.symbol for one in declared for part in one.parts() if part.symbol))


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
    source = tuple(of) if isinstance(of, list) else of
    plain = all(type(value) in (int, float) for value in (*values, *named.values()))
    if plain and (source is None or isinstance(source, str | Indicator)):
        return known_declaration(name, values, source, out, tuple(named.items()))
    return declaration(name, values, source, out, tuple(named.items()))


@lru_cache(maxsize=4096)
def known_declaration(
    name: str, values: tuple[float, ...], of: Any, out: str, given: tuple[tuple[str, float], ...]
) -> Indicator:
    """`declaration`, checked once: a run asks for each of its indicators five times."""
    return declaration(name, values, of, out, given)


def declaration(name: str, values: tuple[Any, ...], of: Any, out: str, given: tuple[tuple[str, Any], ...]) -> Indicator:
    """A declaration whose numbers and inputs are checked; `given` are the parameters given by name."""
    info, named = described(name), dict(given)
    known = list(info["parameters"])
    if len(values) > len(known):
        raise BadInput(f"{name} takes {len(known)} parameters ({', '.join(known)}), got {len(values)}")
    placed = dict(zip(known, values, strict=False))
    for key in named:
        if key not in known:
            raise BadInput(f"{name} has no parameter {key!r}{near(key, known)}")
        if key in placed:
            raise BadInput(f"{name} is given {key} twice: {placed[key]!r} by its place and {named[key]!r} by its name")
    parameters = dict(info["parameters"]) | placed | named
    outputs = list(info["output_names"])
    if out and out not in outputs:
        raise BadInput(f"{name} has no output {out!r}{near(out, outputs)}")
    kept = tuple((key, number_of(name, key, value, info["parameters"][key])) for key, value in parameters.items())
    if not takes(name, kept):
        raise BadInput(not_taken(name, dict(kept), info["parameters"]))
    return Indicator(name, kept, inputs_of(name, info["input_names"], of), outputs.index(out) if out else 0)


def number_of(name: str, key: str, value: Any, default: float) -> int | float:
    """A parameter as TA-Lib takes it, whole or real. Raises BadInput for what is no number, or not whole."""
    if isinstance(value, Indicator):
        raise BadInput(f"{name} is given an indicator as its {key}; what it is of goes by the name of: of=...")
    try:
        real = float(value)
    except (TypeError, ValueError):
        raise BadInput(f"{key} of {name} is {value!r}; give a number") from None
    except OverflowError:  # and Python refuses to write so long a number
        raise BadInput(f"{key} of {name} is beyond 10^308; give a smaller number") from None
    if kind_of(default) is float:
        return real
    if not real.is_integer():
        raise BadInput(f"{key} of {name} is {value}; give a whole number")
    return int(real)


def takes(name: str, parameters: tuple[tuple[str, float], ...]) -> bool:
    """Whether TA-Lib takes a function's parameters, asked of itself."""
    if any(isinstance(value, int) and abs(value) >= MOST for _, value in parameters):
        return False
    return lookback_of(name, parameters) >= 0


def not_taken(name: str, values: Mapping[str, float], usual: Mapping[str, float]) -> str:
    """Which parameter TA-Lib does not take beside usual ones, and which numbers it does, where they are whole."""
    wrong = [key for key, value in values.items() if not takes(name, tuple({**usual, key: value}.items()))]
    key = (wrong or list(values))[0]
    told = f"; it takes {bounds_of(name, key, usual)}" if kind_of(usual[key]) is int else ""
    return f"{name} {key} is {values[key]}, which TA-Lib does not take{told}"


def bounds_of(name: str, key: str, usual: Mapping[str, float]) -> str:
    """From where to where TA-Lib takes a whole number, asked of itself."""

    def good(value: int) -> bool:
        return takes(name, tuple({**usual, key: value}.items()))

    low = next(value for value in range(int(usual[key]) + 1) if good(value))
    inside, beyond = int(usual[key]), MOST
    while beyond - inside > 1:
        middle = (inside + beyond) // 2
        inside, beyond = (middle, beyond) if good(middle) else (inside, middle)
    return f"{low} to {inside}"


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


def columns(
    declared_by_name: dict[str, Indicator], candles: Candles, others: ColumnOf | None = None
) -> tuple[FloatColumn, ...]:
    """Each indicator as a float64 column as long as the candles, NaN where it has no value yet.

    Shared parts are computed once. others: asked only for indicators of other symbols.
    """
    made: dict[Any, Any] = {OTHER: others}
    return tuple(column_of(one, candles, made) for one in declared_by_name.values())


def column_of(one: Indicator, candles: Candles, made: dict[Any, Any]) -> FloatColumn:
    """One indicator's column; `made` remembers whole results by function, parameters and inputs."""
    key = (one.function, one.parameters, one.inputs, one.symbol)
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
    if one.function == GIVEN:
        return np.asarray(source.at(candles), np.float64)
    if one.function == OTHER:
        theirs: FloatColumn = given(one, made.get(OTHER))(one, candles.ts)
        return theirs
    length = length_of(one)
    if ("longer", length) not in made:
        made["longer", length] = (*longer_candles(candles, length), {})
    whole, shown, within = made["longer", length]
    return np.where(shown >= 0, np.append(column_of(source, whole, within), NAN)[shown], NAN)


def given(one: Indicator, others: Any) -> Any:
    """What tells of other symbols. Raises BadInput where there is none."""
    if others is None:
        raise BadInput(f"an indicator of {one.symbol} was declared, and nobody gave its candles")
    return others


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


def own_lookback(one: Indicator) -> int:
    """Values of its inputs that a function reads before its first own.

    Of one on longer candles those are longer, too.
    """
    if one.function in OURS:
        return OURS[one.function]
    return lookback_of(one.function, one.parameters)


@lru_cache(maxsize=1024)
def lookback_of(name: str, parameters: tuple[tuple[str, float], ...]) -> int:
    """The same of a function of TA-Lib's; below 0 where it takes no such parameters."""
    function = abstract.Function(name)
    function.parameters = dict(parameters)
    return int(function.lookback)


@lru_cache(maxsize=512)
def described(function: str) -> dict[str, Any]:
    """What TA-Lib says of a function, asked for once; only to be read."""
    info: dict[str, Any] = abstract.Function(function).info
    return info


def output_count(function: str) -> int:
    """How many outputs a TA-Lib function has."""
    return len(described(function)["output_names"])


ta = TaLib()
