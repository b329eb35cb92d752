"""What strategies import of freqtrade: the base class, parameters, decorators and the helpers beside them.

Written anew from what is documented of them. A parameter is its value: a run is one setting, and searching over them is
the work of a sweep.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

import pandas as pd

from botswain.model.errors import BadInput
from botswain.model.timeframe import candle_ms

MINUTE_MS = 60_000
PRICES = ("open", "high", "low", "close")


class IStrategy:
    """The base of a strategy: its defaults, and callbacks that do nothing."""

    INTERFACE_VERSION: int = 3
    timeframe: str = ""
    minimal_roi: ClassVar[dict[str, float]] = {}
    stoploss: float = -1.0
    trailing_stop: bool = False
    trailing_stop_positive: float | None = None
    trailing_stop_positive_offset: float = 0.0
    trailing_only_offset_is_reached: bool = False
    use_custom_stoploss: bool = False
    use_exit_signal: bool = True
    exit_profit_only: bool = False
    exit_profit_offset: float = 0.0
    ignore_roi_if_entry_signal: bool = False
    can_short: bool = False
    startup_candle_count: int = 0
    process_only_new_candles: bool = True
    position_adjustment_enable: bool = False
    max_entry_position_adjustment: int = -1
    order_types: ClassVar[dict[str, Any]] = {}
    order_time_in_force: ClassVar[dict[str, Any]] = {}
    plot_config: ClassVar[dict[str, Any]] = {}
    protections: ClassVar[list[dict[str, Any]]] = []

    dp: Any = None
    wallets: Any = None

    def __init__(self, config: dict[str, Any]) -> None:
        self.config = config

    def bot_start(self, **_: Any) -> None:
        """Called once."""

    def version(self) -> str | None:
        """A strategy may say its version."""
        return None

    def informative_pairs(self) -> list[tuple[str, str]]:
        """What is read beside the traded pair."""
        return []

    def populate_indicators(self, dataframe: Any, metadata: dict[str, Any]) -> Any:
        """Columns of indicators."""
        return dataframe


class Parameter:
    """One parameter of a search; here its value, which may be set by name."""

    def __init__(self, default: Any = None, *, space: str | None = None, **_: Any) -> None:
        self.value = default
        self.space = space
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def read(self, text: str) -> Any:
        """A value from a person's text. Raises ValueError."""
        return type(self.value)(text) if self.value is not None else text


class NumberParameter(Parameter):
    """A number between two bounds; `range` is the value alone, as outside of a search."""

    def __init__(self, low: Any, high: Any = None, *, default: Any = None, **more: Any) -> None:
        bounds = low if high is None else (low, high)
        self.low, self.high = bounds
        super().__init__(default, **more)

    @property
    def range(self) -> Any:
        """The values that a search would try; outside of one, the value."""
        return [self.value]

    def read(self, text: str) -> Any:
        """A number within the bounds. Raises ValueError."""
        found = self.number(text)
        if not self.low <= found <= self.high:
            raise ValueError(f"it must be from {self.low} to {self.high}")
        return found

    def number(self, text: str) -> Any:
        """A number of its kind."""
        return float(text)


class IntParameter(NumberParameter):
    """A whole number."""

    def number(self, text: str) -> Any:
        """A whole number."""
        return int(text)


class RealParameter(NumberParameter):
    """A number."""


class DecimalParameter(NumberParameter):
    """A number of so many decimals."""

    def __init__(self, low: Any, high: Any = None, *, default: Any = None, decimals: int = 3, **more: Any) -> None:
        super().__init__(low, high, default=default, **more)
        self.decimals = decimals
        self.value = round(float(self.value), decimals)

    def number(self, text: str) -> Any:
        """A number, rounded."""
        return round(float(text), self.decimals)


class CategoricalParameter(Parameter):
    """One of several values."""

    def __init__(self, categories: Any, *, default: Any = None, **more: Any) -> None:
        self.opt_range = list(categories)
        super().__init__(self.opt_range[0] if default is None else default, **more)

    @property
    def range(self) -> Any:
        """The values that a search would try; outside of one, the value."""
        return [self.value]

    def read(self, text: str) -> Any:
        """The value that is written so. Raises ValueError."""
        found = [one for one in self.opt_range if str(one).lower() == text.lower()]
        if not found:
            raise ValueError(f"it is one of {', '.join(map(str, self.opt_range))}")
        return found[0]


class BooleanParameter(CategoricalParameter):
    """True or false."""

    def __init__(self, *, default: Any = None, **more: Any) -> None:
        super().__init__([True, False], default=default, **more)


def timeframe_to_minutes(timeframe: str) -> int:
    """The length of a timeframe in minutes."""
    return candle_ms(timeframe) // MINUTE_MS


def timeframe_to_seconds(timeframe: str) -> int:
    """The length of a timeframe in seconds."""
    return candle_ms(timeframe) // 1000


def timeframe_to_prev_date(timeframe: str, date: datetime | None = None) -> datetime:
    """The opening of the candle in which a time lies."""
    if date is None:
        raise BadInput("timeframe_to_prev_date() is called without a date, which means now; a backtest has no now")
    length = timeframe_to_seconds(timeframe)
    return datetime.fromtimestamp(date.timestamp() // length * length, UTC)


def timeframe_to_next_date(timeframe: str, date: datetime | None = None) -> datetime:
    """The opening of the candle after that in which a time lies."""
    before = timeframe_to_prev_date(timeframe, date)
    return datetime.fromtimestamp(before.timestamp() + timeframe_to_seconds(timeframe), UTC)


def merge_informative_pair(
    dataframe: Any,
    informative: Any,
    timeframe: str,
    timeframe_inf: str,
    ffill: bool = True,
    append_timeframe: bool = True,
    date_column: str = "date",
    suffix: str | None = None,
) -> Any:
    """A frame with another one's columns beside it, each row with the last longer candle that had closed by its end.

    Columns of the other are called NAME_TIMEFRAME, or NAME_SUFFIX.
    """
    own, length = candle_ms(timeframe), candle_ms(timeframe_inf)
    if length < own:
        raise BadInput(f"merge_informative_pair(): {timeframe_inf} is shorter than {timeframe}; give a longer one")
    if suffix and append_timeframe:
        raise BadInput("merge_informative_pair(): give a suffix or append_timeframe, not both")
    ending = suffix or (timeframe_inf if append_timeframe else "")
    other = informative.copy()
    # A row of the frame closes at its date + own: the longer candle is known there once its own end is no later.
    later = pd.Timedelta(milliseconds=length - own)
    other["known"] = (other[date_column] + later).astype(dataframe["date"].dtype)
    if ending:
        other = other.rename(columns={name: f"{name}_{ending}" for name in other.columns if name != "known"})
    if ffill:
        found = pd.merge_asof(
            dataframe.sort_values("date"), other.sort_values("known"), left_on="date", right_on="known"
        )
    else:
        found = pd.merge(dataframe, other, left_on="date", right_on="known", how="left")
    return found.drop(columns="known")


def informative(
    timeframe: str,
    asset: str = "",
    fmt: str | Callable[..., str] | None = None,
    *,
    candle_type: str | None = None,
    ffill: bool = True,
) -> Callable[[Any], Any]:
    """Marks a method that populates a frame of another timeframe, or of another pair."""

    def marked(method: Any) -> Any:
        kept = getattr(method, "informative_of", [])
        method.informative_of = [*kept, (timeframe, asset, fmt, candle_type, ffill)]
        return method

    return marked


def stoploss_from_open(
    open_relative_stop: float, current_profit: float, is_short: bool = False, leverage: float = 1.0
) -> float:
    """A stop's distance from the present price, for one at `open_relative_stop` from the opening price; 0: none."""
    if current_profit == (1 if is_short else -1):
        return 1.0
    profit, relative = current_profit / leverage, open_relative_stop / leverage
    found = -1 + (1 - relative) / (1 - profit) if is_short else 1 - (1 + relative) / (1 + profit)
    return max(found * leverage, 0.0)


def stoploss_from_absolute(
    stop_rate: float, current_rate: float, is_short: bool = False, leverage: float = 1.0
) -> float:
    """A stop's distance from the present price, for one at a price; 0: none."""
    if current_rate == 0:
        return 1.0
    found = 1 - stop_rate / current_rate
    return max((-found if is_short else found) * leverage, 0.0)


class RunMode(StrEnum):
    """What freqtrade would say of how it runs."""

    LIVE = "live"
    DRY_RUN = "dry_run"
    BACKTEST = "backtest"
    HYPEROPT = "hyperopt"
    PLOT = "plot"
    OTHER = "other"


class CandleType(StrEnum):
    """Kinds of candles; ours are spot ones."""

    SPOT = "spot"
    FUTURES = "futures"
    MARK = "mark"
    FUNDING_RATE = "funding_rate"


class SignalDirection(StrEnum):
    """Sides of a signal."""

    LONG = "long"
    SHORT = "short"


class Nothing:
    """A name that files import to write types with, and of which nothing can be used."""


class Queried(type):
    """A class whose methods would ask a database of trades."""

    def __getattr__(cls, name: str) -> Any:
        raise BadInput(
            f"{cls.__name__}.{name} asks for earlier trades, which are not told to a strategy here; decide by candles "
            "and the open trade"
        )


class Trade(metaclass=Queried):
    """The class of trades, to write types with."""


class Order(metaclass=Queried):
    """The class of orders, to write types with."""


class PairLocks(metaclass=Queried):
    """Locks of pairs, which are not supported."""


def strategy_contents() -> dict[str, dict[str, Any]]:
    """The modules of `freqtrade` that strategies import from, but for `qtpylib`."""
    names: dict[str, Any] = {
        one.__name__: one
        for one in (
            IStrategy, IntParameter, RealParameter, DecimalParameter, CategoricalParameter, BooleanParameter,
            merge_informative_pair, informative, stoploss_from_open, stoploss_from_absolute, timeframe_to_minutes,
            timeframe_to_seconds, timeframe_to_prev_date, timeframe_to_next_date, Trade, Order, PairLocks,
        )
    }  # fmt: skip
    frames = {
        name: names[name]
        for name in (
            "timeframe_to_minutes", "timeframe_to_seconds", "timeframe_to_prev_date", "timeframe_to_next_date",
        )
    }  # fmt: skip
    provider = type("DataProvider", (Nothing,), {})
    return {
        "freqtrade.strategy": names,
        "freqtrade.strategy.interface": {"IStrategy": IStrategy},
        "freqtrade.strategy.hyper": {"HyperStrategyMixin": Nothing},
        "freqtrade.strategy.parameters": names,
        "freqtrade.strategy.strategy_helper": names,
        "freqtrade.persistence": {"Trade": Trade, "Order": Order, "PairLocks": PairLocks, "LocalTrade": Trade},
        "freqtrade.exchange": frames,
        "freqtrade.exchange.exchange": frames,
        "freqtrade.data.dataprovider": {"DataProvider": provider},
        "freqtrade.enums": {one.__name__: one for one in (RunMode, CandleType, SignalDirection)},
        "freqtrade.constants": {"Config": dict[str, Any]},
        "freqtrade.misc": {},
        "freqtrade.loggers": {"logging": logging},
    }
