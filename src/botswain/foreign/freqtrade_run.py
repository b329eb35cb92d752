"""A freqtrade strategy's file and candles in, a bot of ours and what must be told of it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from botswain.foreign.freqtrade_asked import RUNS, Run
from botswain.foreign.freqtrade_bot import FreqtradeBot, asks, bot_of
from botswain.foreign.freqtrade_file import Loaded, load
from botswain.foreign.freqtrade_frames import DECIDING, Provider, analysed, looked_ahead
from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.model.timeframe import candle_ms

NUMBERS = count(1)
SHOWN = 6


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """What `lab.backtest` is to be given: a bot, the candles it decides on, and whether shorts are allowed.

    told  what a person must know before trusting the numbers, a sentence each
    ahead  columns of entries and exits that look ahead, which is refused unless somebody wants it all the same
    beside  other columns that do
    run   the callbacks' run, whose reasons of exits are known afterwards
    """

    bot: FreqtradeBot
    candles: Mapping[str, Candles]
    timeframe: str
    shorts: bool
    told: tuple[str, ...]
    ahead: tuple[str, ...]
    beside: tuple[str, ...]
    run: Run


def prepared(
    path: Path,
    wanted: str,
    runs: Mapping[str, Candles],
    reads: Mapping[str, Candles],
    *,
    params: Mapping[str, str],
    start_ms: int | None = None,
    end_ms: int | None = None,
    peeking: bool = False,
    stake: float = 0.0,
    share: float = 1.0,
) -> Prepared:
    """Load a file, compute its signals on candles and look whether they look ahead. Raises BadInput.

    runs     candles by symbol to trade on, of the strategy's timeframe or finer
    reads    candles that are only read
    peeking  go on where an entry or exit looked ahead
    stake    what an entry costs, in quote; 0: `share` of the account
    """
    quote = next(iter(runs)).partition("/")[2]
    config = {"stake_currency": quote, "dry_run": True, "runmode": "backtest", "exchange": {"name": "botswain"}}
    loaded = load(path, wanted, config, params)
    timeframe = str(loaded.value("timeframe"))
    for symbol, one in runs.items():
        if candle_ms(one.timeframe) > candle_ms(timeframe):
            raise BadInput(
                f"{path} decides on candles of {timeframe}, and those of {symbol} are of {one.timeframe}; give candles "
                f"of {timeframe} or finer"
            )
    startup = int(loaded.value("startup_candle_count"))
    provider = Provider({**reads, **runs}, tuple(runs), start_ms, startup)
    if end_ms is not None:
        provider.end_ms = end_ms
    found = {symbol: analysed(loaded, provider, symbol) for symbol in runs}
    told = [*loaded.told, *differences_told(loaded)]
    ahead: dict[str, bool] = {}
    for symbol, whole in found.items():
        columns = looked_ahead(loaded, provider, symbol, whole)
        told += ahead_told(path, symbol, columns, peeking)
        ahead |= {one: one in DECIDING for one in columns}
    run = Run(loaded, provider, found, tuple(runs))
    number = next(NUMBERS)
    RUNS[number] = run
    bot = bot_of(loaded, found, number, stake=stake, share=share)
    candles = {symbol: one.candles for symbol, one in found.items()}
    deciding, beside = (tuple(name for name, one in ahead.items() if one is way) for way in (True, False))
    return Prepared(bot, candles, timeframe, bool(loaded.value("can_short")), tuple(told), deciding, beside, run)


def differences_told(loaded: Loaded) -> list[str]:
    """Where this strategy means something else here than in freqtrade's backtest."""
    found = []
    if loaded.value("minimal_roi") or float(loaded.value("stoploss")) > -1.0:
        found.append(
            "stop and target rest from the second candle of a position on; freqtrade looks for them within the first "
            "too, and takes the stop first where a candle reaches both"
        )
    if loaded.value("trailing_stop") or asks(loaded)["asks_stop"]:
        found.append("the stop is moved at closes; freqtrade moves it within a candle, by a high that may come later")
    if asks(loaded)["asks_exit"] or loaded.value("exit_profit_only"):
        found.append("current_rate is the last close; in freqtrade's backtest it is the next open")
    if not loaded.value("process_only_new_candles"):
        found.append("process_only_new_candles = False: it decides at closes, as in every backtest")
    return found


def ahead_told(path: Path, symbol: str, columns: Mapping[str, int], peeking: bool) -> list[str]:
    """What is said of columns that look ahead. Raises BadInput where they are entries or exits."""
    if not columns:
        return []
    names = ", ".join([*columns][:SHOWN]) + (", ..." if len(columns) > SHOWN else "")
    text = f"columns of {symbol} look ahead (they are others when later candles are not there yet): {names}"
    if not peeking and any(one in columns for one in DECIDING):
        raise BadInput(
            f"{path}: {text}. What it earns in a backtest nobody can earn; compute them of closed candles, or run it "
            "all the same with --peeking"
        )
    return [text]
