"""What the bot of a freqtrade strategy does at closes, candle by candle, reckoned by hand; interpreted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.foreign import compared

from botswain.foreign.freqtrade_run import prepared
from botswain.lab.backtest import Options, backtest
from botswain.lab.result import Result
from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument

HEAD = """from freqtrade.strategy import IStrategy, stoploss_from_open


class Mine(IStrategy):
    timeframe = "5m"
    minimal_roi = {}
    stoploss = -0.1
"""
BODY = """
    def populate_entry_trend(self, dataframe, metadata):
        dataframe["enter_long"] = dataframe["volume"].isin([1, 5]).astype(int)
        dataframe["enter_short"] = (dataframe["volume"] == 3).astype(int)
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        dataframe["exit_long"] = dataframe["volume"].isin([2, 3]).astype(int)
        dataframe["exit_short"] = dataframe["volume"].isin([4, 5]).astype(int)
        return dataframe
"""


def candles(closes: list[float], volumes: list[float]) -> Candles:
    """Candles that go straight from one close to the next; a volume says what is signalled at it."""
    close = np.array(closes)
    first = np.append(close[0], close[:-1])
    ts = compared.START_MS + compared.MINUTES_MS * np.arange(len(close))
    return Candles(
        "BTC/USDT", "5m", ts, first, np.maximum(first, close), np.minimum(first, close), close, np.array(volumes)
    )


def run(tmp_path: Path, more: str, one: Candles, fee: str = "0") -> Result:
    """A file's strategy on candles, a thousand an entry."""
    path = tmp_path / "mine.py"
    path.write_text(HEAD + more + BODY, encoding="utf-8")
    made = prepared(path, "", {"BTC/USDT": one}, {}, params={}, stake=1000.0)
    rules = Instrument("BTC/USDT", "0.01", "0.0001", maker_fee=fee, taker_fee=fee, shortable=made.shorts)
    return backtest(made.bot, made.candles, instrument=rules, options=Options(compiled=False, curve=False))


def fills(result: Result) -> list[tuple[int, str, float, str]]:
    """Of each fill the candle, side, price and reason."""
    return [
        ((one.time_ms - compared.START_MS) // compared.MINUTES_MS, one.side, float(one.price), one.reason)
        for one in result.fills
    ]


def test_a_signal_opens_and_another_closes_at_the_next_open(tmp_path: Path) -> None:
    one = candles([100, 101, 102, 103, 104, 105], [9, 1, 9, 2, 9, 9])
    assert fills(run(tmp_path, "", one)) == [(2, "buy", 101, "enter"), (4, "sell", 103, "exit_signal")]


def test_a_stop_rests_from_the_second_candle_on(tmp_path: Path) -> None:
    one = candles([100, 100, 95, 92, 85, 80], [9, 1, 9, 9, 9, 9])
    assert fills(run(tmp_path, "", one)) == [(2, "buy", 100, "enter"), (4, "sell", 90, "stop_loss")]


def test_the_gain_that_is_enough_falls_with_time_and_pays_both_fees(tmp_path: Path) -> None:
    one = candles([100, 100, 101, 103, 104, 104], [9, 1, 9, 9, 9, 9])
    found = fills(run(tmp_path, '    minimal_roi = {"0": 0.2, "10": 0.03}\n', one, fee="0.001"))
    # 100 x 1.001 x 1.03 / 0.999 = 103.2062..., up to the tick.
    assert found == [(2, "buy", 100, "enter"), (4, "sell", 103.21, "roi")]
    forced = fills(run(tmp_path, '    minimal_roi = {"0": 0.5, "15": -1}\n', one))
    assert forced == [(2, "buy", 100, "enter"), (5, "sell", 104, "roi_force_exit")]


def test_an_entry_signal_keeps_the_target_away_where_that_is_said(tmp_path: Path) -> None:
    one = candles([100, 100, 101, 104, 104, 104], [9, 1, 1, 9, 9, 9])
    more = '    minimal_roi = {"0": 0.03}\n'
    assert fills(run(tmp_path, more, one))[1] == (3, "sell", 103, "roi")
    kept = fills(run(tmp_path, more + "    ignore_roi_if_entry_signal = True\n", one))
    assert kept[1] == (4, "sell", 104, "roi")


def test_a_stop_trails_by_highs_once_the_offset_is_reached(tmp_path: Path) -> None:
    one = candles([100, 100, 104, 106, 120, 117, 110], [9, 1, 9, 9, 9, 9, 9])
    more = (
        "    trailing_stop = True\n    trailing_stop_positive = 0.02\n    trailing_stop_positive_offset = 0.05\n"
        "    trailing_only_offset_is_reached = True\n"
    )
    assert fills(run(tmp_path, more, one)) == [(2, "buy", 100, "enter"), (5, "sell", 117.6, "trailing_stop_loss")]


def test_a_loss_is_not_taken_by_signal_where_only_profits_are(tmp_path: Path) -> None:
    one = candles([100, 100, 99, 98, 103, 104], [9, 1, 2, 9, 2, 9])
    assert fills(run(tmp_path, "    exit_profit_only = True\n", one))[1] == (5, "sell", 103, "exit_signal")
    assert len(fills(run(tmp_path, "    use_exit_signal = False\n", one))) == 1


def test_a_short_is_opened_turned_and_stopped_where_it_may_be(tmp_path: Path) -> None:
    one = candles([100, 100, 101, 102, 104, 90, 91, 91], [9, 1, 9, 3, 9, 5, 9, 9])
    assert fills(run(tmp_path, "", one)) == [
        (2, "buy", 100, "enter"), (4, "sell", 102, "exit_signal"), (6, "buy", 90, "enter"),
    ]  # fmt: skip
    # One order closes and opens: of 10 bought and 9.8039 sold short, then 9.8039 bought back and 11.1111 bought.
    turned = run(tmp_path, "    can_short = True\n", one)
    assert fills(turned) == [(2, "buy", 100, "enter"), (4, "sell", 102, "enter"), (6, "buy", 90, "enter")]
    assert [float(fill.qty) for fill in turned.fills] == [10, 19.8039, 20.915]
    stopped = candles([100, 100, 104, 112, 112, 112], [9, 3, 9, 9, 9, 9])
    assert fills(run(tmp_path, "    can_short = True\n", stopped)) == [
        (2, "sell", 100, "enter"), (3, "buy", 110, "stop_loss"),
    ]  # fmt: skip
    target = candles([100, 100, 99, 90, 90, 90], [9, 3, 9, 9, 9, 9])
    more = '    can_short = True\n    minimal_roi = {"0": 0.05}\n    trailing_stop = True\n'
    assert fills(run(tmp_path, more, target))[1] == (3, "buy", 95, "roi")


CALLBACKS = """    use_custom_stoploss = True

    def custom_stoploss(self, pair, trade, current_time, current_rate, current_profit, **kwargs):
        assert trade.calc_profit(trade.max_rate) >= trade.calc_profit(trade.min_rate)
        return stoploss_from_open(0.01, current_profit) if current_profit > 0.03 else None

    def custom_exit(self, pair, trade, current_time, current_rate, current_profit, **kwargs):
        return "late" if (current_time - trade.open_date_utc).total_seconds() >= 1200 else False

    def confirm_trade_entry(self, pair, order_type, amount, rate, time_in_force, current_time, entry_tag, side, **k):
        return current_time.minute != 5

    def custom_stake_amount(self, proposed_stake, **kwargs):
        return proposed_stake / 4
"""


def test_callbacks_are_asked_at_closes(tmp_path: Path) -> None:
    one = candles([100, 100, 104, 103, 100.5, 100, 100, 100, 100, 100, 100], [1, 1, 9, 9, 9, 1, 9, 9, 9, 9, 9])
    result = run(tmp_path, CALLBACKS, one)
    # The entry at 00:05 is not confirmed; the stop of 0.01 above the entry rests after the high of 104.
    assert fills(result) == [
        (2, "buy", 100, "enter"), (4, "sell", 101, "trailing_stop_loss"),
        (6, "buy", 100, "enter"), (10, "sell", 100, "custom_exit"),
    ]  # fmt: skip
    assert [float(fill.qty) for fill in result.fills][:2] == [2.5, 2.5]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("trade.orders", "mine.py, line 10: it asks trade.orders, which is not told here"),
        ("self.dp.get_pair_dataframe(pair, '5m')", "line 10: get_pair_dataframe() is called in a callback"),
        ("1 / 0", "line 10: ZeroDivisionError"),
    ],
)
def test_what_a_callback_cannot_have_halts_the_run_with_its_line(tmp_path: Path, asked: str, said: str) -> None:
    more = f"\n    def custom_exit(self, pair, trade, **kwargs):\n        return {asked}\n"
    result = run(tmp_path, more, candles([100, 100, 100, 100], [1, 9, 9, 9]))
    assert result.halt is not None
    assert said in result.halt.message


def test_numbers_that_cannot_be_are_refused(tmp_path: Path) -> None:
    one = candles([100, 100], [1, 1])
    with pytest.raises(BadInput, match=r"stoploss is 0; write one such as -0\.1"):
        run(tmp_path, "    stoploss = 0\n", one)
    with pytest.raises(BadInput, match="minimal_roi has 30 steps; at most 24 are read"):
        run(tmp_path, "    minimal_roi = {str(k): 1 - k / 100 for k in range(30)}\n", one)
