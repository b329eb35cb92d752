"""What a freqtrade strategy computes of candles: its frames, and the signal columns that our bot reads.

A frame ends where it is said to, so that the same can be computed of less: what then differs was read from the future.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from botswain.core.longer import longer_candles
from botswain.foreign.faults import telling
from botswain.foreign.freqtrade_file import Loaded
from botswain.foreign.freqtrade_names import RunMode, merge_informative_pair
from botswain.model.candles import COLUMNS, Candles
from botswain.model.errors import BadInput
from botswain.model.timeframe import candle_ms

SIGNALS = ("enter_long", "exit_long", "enter_short", "exit_short")
# Columns that are entries and exits, by the names of both interfaces.
DECIDING = (*SIGNALS, "buy", "sell")
OLD_SIGNALS = {"buy": "enter_long", "sell": "exit_long", "buy_tag": "enter_tag", "exit_tag": "exit_tag"}
LAST_MS = 1 << 62
PLACES = (0.5, 0.75, 0.9)
# The same of its signals.
SIGNAL_PLACES = (0.3, 0.6, 0.95)
NEAR = 1e-9


@dataclass(slots=True)
class Provider:
    """What a strategy knows as `self.dp`: frames of the candles that were given, up to `end_ms`.

    sources   candles by symbol, as fine as they were given; start_ms: the first decision
    frames    what was computed of each symbol; shown: how many of its rows a callback may see
    """

    sources: Mapping[str, Candles]
    traded: tuple[str, ...]
    start_ms: int | None
    startup: int
    end_ms: int = LAST_MS
    frames: dict[str, Any] = field(default_factory=dict)
    shown: int | None = None
    runmode: RunMode = RunMode.BACKTEST

    def candles(self, symbol: str, timeframe: str) -> Candles:
        """A symbol's closed candles of a timeframe, from its warm-up on. Raises BadInput where they cannot be had."""
        if symbol not in self.sources:
            raise BadInput(f"it reads {symbol}, of which no candles were given; give them with --reads {symbol}=PATH")
        whole, length = self.sources[symbol], candle_ms(timeframe)
        found = whole if whole.timeframe == timeframe else longer_candles(whole, length)[0]
        first = 0
        if self.start_ms is not None:
            first = int(np.searchsorted(found.ts, self.start_ms - self.startup * length))
        last = int(np.searchsorted(found.ts, self.end_ms - length, side="right"))
        return found.slice(first, max(first, last))

    def get_pair_dataframe(self, pair: str, timeframe: str | None = None, candle_type: str = "") -> Any:  # noqa: ARG002
        """A frame of a pair's candles."""
        if self.shown is not None:
            raise BadInput("get_pair_dataframe() is called in a callback; use get_analyzed_dataframe(), or the trade")
        if timeframe is None:
            raise BadInput("get_pair_dataframe() is called without a timeframe; name one")
        return frame_of(self.candles(pair, timeframe))

    def historic_ohlcv(self, pair: str, timeframe: str, candle_type: str = "") -> Any:
        """The same by another name."""
        return self.get_pair_dataframe(pair, timeframe, candle_type)

    def get_analyzed_dataframe(self, pair: str, timeframe: str) -> tuple[Any, Any]:  # noqa: ARG002
        """What was computed of a pair, up to the last closed candle, and when."""
        if pair not in self.frames:
            raise BadInput(f"get_analyzed_dataframe({pair!r}) is called before {pair} was analyzed")
        frame = self.frames[pair]
        found = frame if self.shown is None else frame.iloc[: self.shown]
        return found, found["date"].iloc[-1] if len(found) else None

    def current_whitelist(self) -> list[str]:
        """The traded pairs."""
        return list(self.traded)

    def __getattr__(self, name: str) -> Any:
        raise BadInput(f"it asks self.dp.{name}, which a backtest on candles cannot answer; take it out")


@dataclass(frozen=True, slots=True, eq=False)
class Analysed:
    """Of one symbol: the candles that are decided on, its frame, and its signals as arrays of 0 and 1 by row."""

    candles: Candles
    frame: Any
    signals: Mapping[str, Any]
    tags: tuple[str, ...]


def frame_of(candles: Candles) -> Any:
    """A frame as freqtrade gives it: date (UTC), open, high, low, close, volume, rows numbered from 0."""
    columns = {name: np.array(getattr(candles, name)) for name in COLUMNS}
    dates = pd.to_datetime(candles.ts, unit="ms", utc=True).as_unit("ms")
    return pd.DataFrame({"date": dates, **columns})


def analysed(loaded: Loaded, provider: Provider, symbol: str) -> Analysed:
    """Everything that a strategy computes of one symbol. Raises BadInput with the line at which it fails."""
    strategy, timeframe = loaded.strategy, loaded.value("timeframe")
    strategy.dp = provider
    candles = provider.candles(symbol, timeframe)
    if len(candles) == 0:
        raise BadInput(f"there are no candles of {symbol} of {timeframe} in that range; give others")
    metadata = {"pair": symbol}
    with loaded.modules.in_place(), telling(loaded.path):
        frame = frame_of(candles)
        for method, asked in informatives(strategy):
            frame = with_informative(frame, strategy, method, asked, symbol, timeframe)
        frame = strategy.populate_indicators(frame, dict(metadata))
        for name in ("populate_entry_trend", "populate_exit_trend"):
            if loaded.has(name):
                frame = loaded.method(name)(frame, dict(metadata))
    if not isinstance(frame, pd.DataFrame) or len(frame) != len(candles):
        raise BadInput(
            f"{loaded.path}: of {len(candles)} candles of {symbol} it returns "
            f"{len(frame) if isinstance(frame, pd.DataFrame) else type(frame).__name__} rows; a row for each is needed"
        )
    frame = frame.rename(columns={was: now for was, now in OLD_SIGNALS.items() if now not in frame.columns})
    signals = {name: ones(frame, name) for name in SIGNALS}
    tags = tuple(tag_of(one) for one in frame["enter_tag"]) if "enter_tag" in frame.columns else ("",) * len(frame)
    return Analysed(candles, frame, signals, tags)


def ones(frame: Any, name: str) -> Any:
    """A signal column as whole numbers 0 and 1: it is given where it equals 1."""
    if name not in frame.columns:
        return np.zeros(len(frame), np.int64)
    return (pd.to_numeric(frame[name], errors="coerce") == 1).to_numpy().astype(np.int64)


def tag_of(value: Any) -> str:
    """An entry's tag as text."""
    return value if isinstance(value, str) else ""


def informatives(strategy: Any) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """The methods that populate other frames, with what each is of, in the order in which they are written."""
    for cls in reversed(type(strategy).__mro__):
        for method in vars(cls).values():
            for asked in reversed(getattr(method, "informative_of", ())):
                yield method, asked


def with_informative(
    frame: Any, strategy: Any, method: Any, asked: tuple[Any, ...], symbol: str, timeframe: str
) -> Any:
    """A frame with the columns beside it that a method marked `@informative` populates."""
    longer, asset, fmt, _, ffill = asked
    stake = strategy.config["stake_currency"]
    base, _, quote = symbol.partition("/")
    pair = asset.format(stake=stake, BASE=base, QUOTE=quote, base=base, quote=quote) if asset else symbol
    other = method(strategy, strategy.dp.get_pair_dataframe(pair, longer), {"pair": pair})
    base, _, quote = pair.partition("/")
    if fmt is None:
        fmt = "{column}_{timeframe}"
        if asset:
            fmt = "{base}_{column}_{timeframe}" if quote == stake else "{base}_{quote}_{column}_{timeframe}"
    words = {"BASE": base.upper(), "QUOTE": quote.upper(), "base": base.lower(), "quote": quote.lower()}

    def called(column: str) -> str:
        more: dict[str, Any] = {**words, "asset": pair, "timeframe": longer, "column": column}
        return str(fmt(**more) if callable(fmt) else fmt.format(**more))

    other = other.rename(columns={name: called(str(name)) for name in other.columns})
    clash = sorted(set(other.columns) & set(frame.columns))
    if clash:
        raise BadInput(f"columns {', '.join(clash)} of {pair} {longer} are there already; give @informative a fmt")
    return merge_informative_pair(
        frame, other, timeframe, longer, ffill=ffill, append_timeframe=False, date_column=called("date")
    )


def looked_ahead(loaded: Loaded, provider: Provider, symbol: str, whole: Analysed) -> dict[str, int]:
    """Columns that are others where later candles are not there, each with the time of the first row that differs.

    Candles end at three places, and where some of the signals are given: one that goes by the very next candle is
    another there, and nowhere else.
    """
    found: dict[str, int] = {}
    length = candle_ms(loaded.value("timeframe"))
    before = provider.end_ms
    least = loaded.value("startup_candle_count") + 2
    rows = [int(len(whole.candles) * place) for place in PLACES]
    for row in dict.fromkeys(one for one in (*rows, *signalled(whole)) if one >= least):
        provider.end_ms = int(whole.candles.ts[row]) + length
        try:
            part = analysed(loaded, provider, symbol)
        finally:
            provider.end_ms = before
        for name in [one for one in part.frame.columns if one in whole.frame.columns]:
            differing = differences(part.frame[name], whole.frame[name].iloc[: len(part.frame)])
            if len(differing):
                found.setdefault(str(name), int(whole.candles.ts[differing[0]]))
    return found


def signalled(whole: Analysed) -> list[int]:
    """Some rows at which there is a signal, spread over all of them."""
    rows = np.flatnonzero(np.logical_or.reduce([one != 0 for one in whole.signals.values()]))
    return [int(rows[int(len(rows) * place)]) for place in SIGNAL_PLACES] if len(rows) else []


def differences(part: Any, whole: Any) -> Any:
    """The rows at which two columns of numbers differ."""
    if not (pd.api.types.is_numeric_dtype(part.dtype) and pd.api.types.is_numeric_dtype(whole.dtype)):
        return np.zeros(0, np.int64)
    one, other = part.to_numpy(np.float64, na_value=np.nan), whole.to_numpy(np.float64, na_value=np.nan)
    same = (one == other) | (np.isnan(one) & np.isnan(other))
    same |= np.isclose(one, other, rtol=NEAR, atol=0.0)
    return np.flatnonzero(~same)
