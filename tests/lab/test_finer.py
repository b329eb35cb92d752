"""Candles put together of finer ones, and runs that are decided on as they form: figures by hand, and refusals."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest

from botswain import Options, backtest
from botswain.core.codes import CLOSE, FILL, START, TIMER
from botswain.core.strategy import Strategy, step
from botswain.lab.assumptions import decision_text
from botswain.lab.coarser import coarser, formed
from botswain.lab.data_used import data_used
from botswain.lab.finer import beats_of
from botswain.lab.result import Result
from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.model.timeframe import DAY_MS

MINUTE_MS = 60_000
DAY = 1_704_067_200_000  # a Monday
# Open, high, low, close, volume of minutes 0, 1, 2, 4, 5, 6 and 9 of a day: 3, 7 and 8 are missing.
MINUTES = (0, 1, 2, 4, 5, 6, 9)
ROWS = (
    (10, 12, 9, 11, 0.1), (11, 15, 11, 14, 0.2), (14, 14, 8, 9, 0.3), (9, 10, 9, 10, 0.1),
    (10, 11, 10, 11, 0.7), (11, 11, 7, 8, 0.1), (8, 20, 8, 19, 0.2),
)  # fmt: skip
PLAIN = Options(compiled=False)


def minutes(rows=ROWS, places=MINUTES, start=DAY):
    """Minutes of a day."""
    columns = np.array(rows, float).T
    return Candles("BTC/USDT", "1m", start + MINUTE_MS * np.array(places, np.int64), *columns)


def walk(count, seed=1):
    """Minutes that go up and down."""
    moves = np.random.default_rng(seed).normal(0, 0.3, 4 * count)
    path = np.round(100 + np.cumsum(moves), 1).reshape(count, 4)
    rows = np.column_stack([path[:, 0], path.max(1), path.min(1), path[:, 3], np.ones(count)])
    return minutes(rows, range(count))


def test_a_longer_candle_is_what_its_pieces_are() -> None:
    made = coarser(minutes(), "5m")
    assert (made.timeframe, made.ts.tolist()) == ("5m", [DAY, DAY + 5 * MINUTE_MS])
    rows = zip(made.open, made.high, made.low, made.close, made.volume, strict=True)
    assert list(rows) == [(10, 15, 8, 10, 0.7), (10, 20, 7, 19, 1.0)]


def test_it_counts_only_where_its_pieces_reach_its_end() -> None:
    assert coarser(minutes(ROWS[:6], MINUTES[:6]), "5m").ts.tolist() == [DAY]
    with pytest.raises(BadInput, match="do not reach the end of one of 1h; give more"):
        coarser(minutes(), "1h")


def test_it_is_known_as_it_formed() -> None:
    found = formed(minutes(), "5m")
    assert found.high.tolist() == [12, 15, 15, 15, 11, 11, 20]
    assert found.low.tolist() == [9, 9, 8, 8, 10, 7, 7]
    assert found.volume.tolist() == [0.1, 0.3, 0.6, 0.7, 0.7, 0.8, 1.0], "as the decimals add up"
    odd = formed(minutes([(1, 1, 1, 1, 1 / 3), (1, 1, 1, 1, 1 / 7)], (0, 1)), "5m")
    assert odd.volume.tolist() == [1 / 3, 1 / 3 + 1 / 7]


@pytest.mark.parametrize("frame", ["1m", "30s", "90s"])
def test_what_finer_candles_do_not_make_is_refused(frame: str) -> None:
    with pytest.raises(BadInput, match=f"candles of 1m do not make candles of {frame}; give finer ones"):
        formed(minutes(), frame)


def test_beats_are_due_before_the_next_piece_and_within_their_candle() -> None:
    found = beats_of(DAY + MINUTE_MS * np.array(MINUTES), MINUTE_MS, 5 * MINUTE_MS, 2 * MINUTE_MS)
    # After minutes 0 and 2 none is at their ends; 0's comes with minute 1's end, 2's at 4 within the gap.
    after = [(abs(int(one)) - DAY) // MINUTE_MS if one else 0 for one in found]
    assert after == [0, 2, 4, 5, 6, 8, 10]
    assert [int(one) < 0 for one in found] == [False, False, False, True, False, False, True]
    late = beats_of(np.array([DAY - MINUTE_MS, DAY]), MINUTE_MS, 2 * DAY_MS, 7_000_020)
    assert late.tolist()[0] in (DAY, -DAY), "a day begins one"


class Diary(Strategy):
    """Writes down what it sees by asking for targets at prices that tell."""

    seen: ClassVar[list] = []

    def events(self):
        return (START, CLOSE, FILL, TIMER)

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        row = (my.event, my.time_ms, candle.open, candle.high, candle.low, candle.close, candle.volume, my.close_ticks)
        _ = PEN << row
        wanted.target(1.0 if candle.close > candle.open else 0.0)


class Pen:
    """Keeps what a step saw. Nothing of it comes back into a decision, which no text of a step could show."""

    def __lshift__(self, row):
        Diary.seen.append(row)


PEN = Pen()


def test_a_step_sees_the_candle_as_it_formed_between_closes_and_the_closed_one_at_fills() -> None:
    Diary.seen.clear()
    rows = [
        (10, 10, 10, 10, 1), (10, 11, 10, 11, 1), (11, 11, 9, 9, 1), (9, 9, 9, 9, 1),
        (9, 12, 9, 12, 1), (12, 12, 12, 12, 1), (12, 12, 8, 8, 1), (8, 8, 8, 8, 1),
    ]  # fmt: skip
    data = minutes(rows, range(8))
    result = backtest(Diary, data, timeframe="4m", trading_frequency=60, capital=1_000, fee=0, options=PLAIN)
    at = [(event, (time_ms - DAY) // MINUTE_MS, *rest) for event, time_ms, *rest in Diary.seen]
    assert at == [
        # Before its first close it decides nothing.
        (START, 4, 10, 11, 9, 9, 4, 9), (CLOSE, 4, 10, 11, 9, 9, 4, 9),
        (TIMER, 5, 9, 12, 9, 12, 1, 12),
        (FILL, 5, 10, 11, 9, 9, 4, 9),
        (TIMER, 6, 9, 12, 9, 12, 2, 12), (TIMER, 7, 9, 12, 8, 8, 3, 8),
        (FILL, 7, 10, 11, 9, 9, 4, 9),
        (CLOSE, 8, 9, 12, 8, 8, 4, 8),
    ]  # fmt: skip
    assert [((one.time_ms - DAY) // MINUTE_MS, one.side, int(one.price)) for one in result.fills] == [
        (5, "buy", 12), (7, "sell", 8),
    ]  # fmt: skip
    assert [(at_ms - DAY) // MINUTE_MS for at_ms, _ in result.equity] == [4, 8]
    assert str(result.fills[0].qty) == "82.91666666", "sized by the price of then"


class Untold(Diary):
    """Asks for fills only."""

    def events(self):
        return (START, FILL)


def test_who_asks_for_neither_closes_nor_beats_is_told_none() -> None:
    Diary.seen.clear()
    backtest(Untold, walk(60), timeframe="10m", trading_frequency=60, options=PLAIN)
    assert {one[0] for one in Diary.seen} <= {START, FILL}


def test_the_same_comes_out_compiled_with_exits_limits_and_two_symbols(kernels) -> None:
    both = {"BTC/USDT": walk(900), "ETH/USDT": Candles("ETH/USDT", "1m", *columns_of(walk(880, 5)))}
    settings = {
        "params": {"fast": 2, "slow": 4}, "timeframe": "10m", "trading_frequency": 120, "size": "0.45",
        "exits": {"stop_loss": "0.01", "trailing_stop": "0.015"}, "limits": {"max_orders_day": 60},
    }  # fmt: skip
    plain = backtest("sma_crossover", both, options=PLAIN, **settings)
    fast = backtest("sma_crossover", both, options=Options(folder=kernels), **settings)
    assert len(plain.fills) > 20
    assert (plain.fills, plain.equity, plain.notes) == (fast.fills, fast.equity, fast.notes)


def columns_of(one: Candles):
    """Its columns."""
    return (one.ts, one.open, one.high, one.low, one.close, one.volume)


def test_a_start_warms_indicators_up_on_the_candles_before_it() -> None:
    data = walk(3_000)
    settings = {"params": {"fast": 2, "slow": 5}, "timeframe": "10m", "trading_frequency": 60, "options": PLAIN}
    whole = backtest("sma_crossover", data, **settings)
    later = backtest("sma_crossover", data, start=DAY + 1_005 * MINUTE_MS, **settings)
    assert later.equity[0][0] == DAY + 1_020 * MINUTE_MS, "the first candle that opens at the start or later"
    assert {one.time_ms for one in later.fills[4:]} <= {one.time_ms for one in whole.fills}
    used = data_used(later.market, {})
    assert used[0].timeframe == "10m"
    assert used[0].hash == data_used(whole.market, {})[0].hash, "all minutes were read, for warming up"


def decided(result: Result) -> str:
    return decision_text(result)


def test_the_assumptions_say_what_was_decided_on() -> None:
    data = walk(100)
    found = decided(backtest("sma_crossover", data, timeframe="10m", trading_frequency=120, options=PLAIN))
    assert found == (
        "on closed candles of 10m, and every 120 s on the one that forms, as it has formed of candles of 1m, by which "
        "orders are met; what they want arrives at the next candle's open of 1m"
    )
    alone = decided(backtest("sma_crossover", data, trading_frequency=30, options=PLAIN))
    assert alone.startswith(
        "AT CLOSES ONLY: a trading frequency of 30 s needs candles finer than 1m, and there are none"
    )
    assert decided(backtest("sma_crossover", data, options=PLAIN)).startswith("on closed candles; what")


@pytest.mark.parametrize(
    ("frame", "seconds", "said"),
    [
        ("10m", 90, "trading frequency is 90 s, which is no multiple of the candles' 1m"),
        ("10m", 600, "trading_frequency_s is 600, and a candle lasts 600 s"),
        ("10m", -5, "trading_frequency_s is -5; write 1 to 86400 seconds"),
        (None, 60, "trading_frequency_s is 60, and a candle lasts 60 s"),
        ("90s", 60, "candles of 1m do not make candles of 90s"),
    ],
)
def test_a_frequency_that_these_candles_cannot_follow_is_refused(frame, seconds, said) -> None:
    with pytest.raises(BadInput, match=said):
        backtest("sma_crossover", walk(100), timeframe=frame, trading_frequency=seconds)


class Breaks(Strategy):
    """Raises between closes."""

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        if my.event == TIMER and my.time_ms > 1_704_067_200_000 + 900_000:
            wanted.row(7, 1, 1, 0, 0.0)
        wanted.target(1.0)


def test_a_step_that_goes_wrong_between_closes_is_told_with_its_time() -> None:
    result = backtest(Breaks, walk(100), timeframe="10m", trading_frequency=120, options=PLAIN)
    assert result.halt is not None
    assert "on the candle that formed at 2024-01-01 00:16 UTC" in result.halt.message
    assert int(result.market.steps[result.halt.instant]) == DAY + 15 * MINUTE_MS
