"""Candles made by chance, one bot's trades here on them, and how they differ from those of another engine, and why."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from botswain.foreign.backtesting_bot import RUNS, bot_of
from botswain.foreign.freqtrade_run import prepared
from botswain.history.grid import default_instrument
from botswain.lab.backtest import Options, backtest
from botswain.lab.coarser import coarser
from botswain.lab.result import Result
from botswain.model.candles import Candles

HERE = Path(__file__).resolve().parent
STRATEGIES = HERE / "strategies"
EXPECTED = HERE / "expected" / "freqtrade.json"
PY_STRATEGIES = HERE / "backtesting_py"
EXPECTED_PY = HERE / "expected" / "backtesting.json"
PY_NAMES = ("BtBothSides", "BtLimitDip", "BtRsiBracket", "BtSmaCross", "BtTrailing")
SYMBOL, FEE, STAKE, CASH = "BTC/USDT", "0.001", 1_000.0, 1_000_000
START_MS, MINUTES_MS = 1_704_067_200_000, 300_000
# The timeframe of each strategy.
NAMES = {
    "AtrStop": "5m", "BandsRsi": "5m", "Breakout": "5m", "EmaCross": "5m", "HeikinTags": "15m", "HourTrend": "5m",
    "MacdAdx": "5m", "OldNames": "5m", "SteppedStop": "5m", "TimedExit": "5m",
}  # fmt: skip
TICK = 0.0101
TRAILS = ("AtrStop", "Breakout", "SteppedStop")
FIRST_CANDLE, WITHIN, FOLLOWS, OTHER = "in the first candle", "stop moved within a candle", "follows", "other"


@dataclass(frozen=True)
class Trade:
    """One position: when and at which price it was opened and closed, and why it was closed."""

    opened_ms: int
    opened: float
    closed_ms: int
    closed: float
    reason: str


def made_candles(count: int = 5_000, seed: int = 6) -> Candles:
    """Five-minute candles of a price that walks by chance, in calm and in storm."""
    chance = random.Random(seed)
    close, calm, rows = 40_000.0, 0.001, []
    for k in range(count):
        if k % 97 == 0:
            calm = chance.choice((0.0006, 0.001, 0.0015, 0.003))
        first = close
        close = round(first * (1 + chance.gauss(0.00001, calm)), 2)
        high = round(max(first, close) * (1 + abs(chance.gauss(0, calm / 2))), 2)
        low = round(min(first, close) * (1 - abs(chance.gauss(0, calm / 2))), 2)
        rows.append((START_MS + k * MINUTES_MS, first, high, low, close, round(chance.uniform(1, 100), 4)))
    ts, *columns = zip(*rows, strict=True)
    return Candles(SYMBOL, "5m", ts, *columns)


def candles_for(name: str, whole: Candles) -> Candles:
    """The candles of a strategy's timeframe."""
    return whole if NAMES[name] == whole.timeframe else coarser(whole, NAMES[name])


def own_result(path: Path, candles: Candles, *, folder: Path | None, compiled: bool = True, **more: Any) -> Result:
    """A strategy's file run here."""
    made = prepared(path, "", {SYMBOL: candles}, {}, params={}, stake=STAKE, **more)
    how = Options(folder=folder, curve=False, compiled=compiled)
    return backtest(made.bot, made.candles, capital=CASH, fee=FEE, options=how)


def trades_of(result: Result) -> list[Trade]:
    """Its closed positions."""
    fills = list(result.fills)
    return [
        Trade(one.time_ms, float(one.price), two.time_ms, float(two.price), two.reason)
        for one, two in zip(fills[::2], fills[1::2], strict=False)
    ]


def theirs_of(rows: Sequence[Sequence[Any]]) -> list[Trade]:
    """Another engine's, without what it closed only because the candles ended."""
    found = [Trade(row[0], row[1], row[2], row[3], row[6]) for row in rows]
    return [one for one in found if one.reason != "force_exit"]


def differences(name: str, ours: Sequence[Trade], theirs: Sequence[Trade]) -> Mapping[str, list[Trade]]:
    """Their trades that are not ours, by cause."""
    by_time = {one.opened_ms: one for one in ours}
    found: dict[str, list[Trade]] = {}
    late = 0
    for one in theirs:
        mine = by_time.get(one.opened_ms)
        if mine is not None and same(mine, one):
            continue
        if mine is None and one.opened_ms <= late:
            cause = FOLLOWS
        elif mine is not None and one.opened_ms == one.closed_ms:
            cause = FIRST_CANDLE
        elif mine is not None and name in TRAILS and "stop" in one.reason and mine.closed_ms >= one.closed_ms:
            cause = WITHIN
        else:
            cause = OTHER
        late = max(late, mine.closed_ms if mine is not None else 0)
        found.setdefault(cause, []).append(one)
    return found


def same(mine: Trade, one: Trade) -> bool:
    """Whether both opened and closed together, to the tick."""
    at_once = (mine.opened_ms, mine.closed_ms) == (one.opened_ms, one.closed_ms)
    return at_once and abs(mine.opened - one.opened) < TICK and abs(mine.closed - one.closed) < TICK


def own_desk(name: str, candles: Candles, *, folder: Path | None) -> Any:
    """The trades and orders of a backtesting.py strategy's file after its run here."""
    bot = bot_of(PY_STRATEGIES / f"{name}.py", "", candles, {}, peeking=False)
    rules = replace(default_instrument(candles, Decimal(FEE)), shortable=True)
    result = backtest(bot, candles, instrument=rules, capital=CASH, options=Options(folder=folder, curve=False))
    assert result.halt is None, result.halt
    return RUNS[bot.number].desk


def closed_in(desk: Any) -> list[list[float]]:
    """Its closed trades, each opened ms, price, closed ms, price, size."""
    ms = desk.times.as_unit("ms").astype("int64")
    return [
        [int(ms[one.entry_bar]), one.entry_price, int(ms[one.exit_bar]), one.exit_price, one.size]
        for one in desk.closed
    ]


def unlike(ours: Sequence[Sequence[float]], theirs: Sequence[Sequence[float]]) -> list[Sequence[float]]:
    """Trades that one side has and the other has not, to the tick."""
    found = [
        two
        for one, two in zip(sorted(ours), sorted(theirs), strict=False)
        if (one[0], one[2]) != (two[0], two[2])
        or max(abs(one[1] - two[1]), abs(one[3] - two[3])) > TICK
        or abs(one[4] - two[4]) > 1e-6
    ]
    return found + list(sorted(theirs)[len(ours) :]) + list(sorted(ours)[len(theirs) :])
