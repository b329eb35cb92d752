"""What strategies import of backtesting.py: the base class, and the functions of its `lib`, written anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from botswain.model.errors import BadInput

COLUMNS = ("Open", "High", "Low", "Close", "Volume")
# Of the account, what an order without a size takes.
ALL = 0.9999


class Row(np.ndarray):
    """A column of prices or an indicator, as an array that knows its times and name."""

    index: Any = None
    name: str = ""

    def __array_finalize__(self, source: Any) -> None:
        if source is not None:
            self.index = getattr(source, "index", None)
            self.name = getattr(source, "name", "")

    @property
    def s(self) -> Any:
        """As a series."""
        return pd.Series(np.asarray(self), index=self.index[: len(self)], name=self.name)

    def to_series(self) -> Any:
        """As a series."""
        return self.s


class Indicator(Row):
    """A row that `Strategy.I` made, which grows with the candles."""


def row_of(values: Any, index: Any, name: str, kind: type[Row] = Row) -> Any:
    """An array as a row."""
    found = np.asarray(values).view(kind)
    found.index, found.name = index, name
    return found


class Data:
    """The candles as `self.data`: all of them in init(), in next() those that have closed."""

    def __init__(self, frame: Any) -> None:
        self._frame = frame
        self._whole = {name: row_of(frame[name].to_numpy(), frame.index, name) for name in frame.columns}
        self.seen = len(frame)

    def __len__(self) -> int:
        return self.seen

    def __getitem__(self, name: str) -> Any:
        return self._whole[name][: self.seen]

    def __getattr__(self, name: str) -> Any:
        if name in self._whole:
            return self[name]
        raise AttributeError(f"the candles have no column {name}; they have {', '.join(self._whole)}")

    @property
    def df(self) -> Any:
        """As a frame."""
        return self._frame.iloc[: self.seen]

    @property
    def index(self) -> Any:
        """The times at which the candles opened."""
        return self._frame.index[: self.seen]


class Strategy:
    """The base of a strategy: `init` and `next` are written by its author. `_desk` is set before both."""

    _desk: Any
    data: Any

    def init(self) -> None:
        """Indicators."""

    def next(self) -> None:
        """One closed candle."""

    def I(self, func: Callable[..., Any], *args: Any, name: Any = None, **kwargs: Any) -> Any:  # noqa: E743 - as it is called
        """An indicator: what a function gives of columns, as long as they are."""
        for shown in ("plot", "overlay", "color", "scatter"):
            kwargs.pop(shown, None)
        found = func(*args, **kwargs)
        if isinstance(found, pd.DataFrame):
            found = found.to_numpy().T
        values = np.asarray(found)
        if values.shape[-1] != len(self.data):
            raise BadInput(
                f"self.I({getattr(func, '__name__', func)}) gives {values.shape[-1]} values for {len(self.data)} "
                "candles; give one for each"
            )
        made = row_of(values, self.data.index, str(name or getattr(func, "__name__", "")), Indicator)
        self._desk.indicators.append(made)
        return made

    def buy(self, *, size: float = ALL, limit: Any = None, stop: Any = None, sl: Any = None, tp: Any = None,
            tag: Any = None) -> Any:  # fmt: skip
        """An order to buy."""
        return self._desk.order(1, size, limit, stop, sl, tp, tag)

    def sell(self, *, size: float = ALL, limit: Any = None, stop: Any = None, sl: Any = None, tp: Any = None,
             tag: Any = None) -> Any:  # fmt: skip
        """An order to sell."""
        return self._desk.order(-1, size, limit, stop, sl, tp, tag)

    @property
    def position(self) -> Any:
        """All open trades together."""
        return self._desk.position

    @property
    def trades(self) -> tuple[Any, ...]:
        """The open trades."""
        return tuple(self._desk.trades)

    @property
    def closed_trades(self) -> tuple[Any, ...]:
        """Those that are closed."""
        return tuple(self._desk.closed)

    @property
    def orders(self) -> tuple[Any, ...]:
        """The orders that wait or rest."""
        return tuple(self._desk.live())

    @property
    def equity(self) -> float:
        """What the account is worth."""
        return float(self._desk.equity)


class Backtest:
    """Stands where a file would run itself; the file is run here instead, so it does nothing."""

    def __init__(self, *_: Any, **__: Any) -> None: ...

    def run(self, **_: Any) -> dict[str, Any]:
        """Nothing."""
        return {}

    optimize = run

    def plot(self, **_: Any) -> None:
        """Nothing."""


def pair_of(value: Any) -> tuple[float, float]:
    """The last two of a row; of a number, it twice."""
    if np.ndim(value) == 0:
        return float(value), float(value)
    values = value.to_numpy() if isinstance(value, pd.Series) else value
    return (float(values[-2]), float(values[-1])) if len(values) > 1 else (float("nan"), float("nan"))


def crossover(first: Any, second: Any) -> bool:
    """Whether `first` has come above `second` at the last candle."""
    one, other = pair_of(first), pair_of(second)
    return one[0] < other[0] and one[1] > other[1]


def cross(first: Any, second: Any) -> bool:
    """Whether the two have crossed at the last candle."""
    return crossover(first, second) or crossover(second, first)


def barssince(condition: Any, default: float = np.inf) -> float:
    """Candles since a condition was true; 0: it is now."""
    places = np.flatnonzero(np.asarray(condition)[::-1])
    return int(places[0]) if len(places) else default


def quantile(series: Any, quantile: float | None = None) -> Any:
    """The value at a quantile; without one, the quantile of the last value."""
    values = np.asarray(series, np.float64)
    if quantile is not None:
        return float(np.nanquantile(values, quantile))
    return float(np.mean(values[:-1] < values[-1]))


def simple_average(arr: Any, n: int) -> Any:
    """The plain average of the last n."""
    return pd.Series(np.asarray(arr)).rolling(n).mean()


def backtesting_contents() -> dict[str, dict[str, Any]]:
    """`backtesting`, `backtesting.lib` and `backtesting.test`, for `StandIns`."""
    lib = {one.__name__: one for one in (crossover, cross, barssince, quantile)}
    return {
        "backtesting": {"Strategy": Strategy, "Backtest": Backtest},
        "backtesting.backtesting": {"Strategy": Strategy, "Backtest": Backtest},
        "backtesting.lib": lib,
        "backtesting.test": {"SMA": simple_average},
    }
