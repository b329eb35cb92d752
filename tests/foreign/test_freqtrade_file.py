"""A freqtrade strategy's file: what is refused by name and line, what is told, and that nothing is left behind."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.foreign import compared

from botswain.core.indicators import Given, given_column
from botswain.core.panes import pane_of
from botswain.core.streams import Streams
from botswain.foreign.freqtrade_file import load
from botswain.foreign.freqtrade_run import Prepared, prepared
from botswain.model.candles import COLUMNS, Candles
from botswain.model.errors import BadInput

HEAD = """from datetime import datetime
import talib.abstract as ta
from freqtrade.strategy import IStrategy, IntParameter, informative


class Mine(IStrategy):
    timeframe = "5m"
    minimal_roi = {"0": 0.05}
    stoploss = -0.1
"""
BODY = """
    def populate_indicators(self, dataframe, metadata):
        dataframe["mean"] = ta.SMA(dataframe, timeperiod=10)
        return dataframe

    def populate_entry_trend(self, dataframe, metadata):
        dataframe.loc[dataframe["close"] > dataframe["mean"], "enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe, metadata):
        dataframe.loc[dataframe["close"] < dataframe["mean"], "exit_long"] = 1
        return dataframe
"""
CANDLES = compared.made_candles(600, seed=3)


def written(folder: Path, more: str = "", body: str = BODY, head: str = HEAD) -> Path:
    """A strategy's file."""
    path = folder / "mine.py"
    path.write_text(head + more + body, encoding="utf-8")
    return path


def made(path: Path, candles: Candles = CANDLES, **more: Any) -> Prepared:
    """It, prepared on candles."""
    reads = more.pop("reads", {})
    return prepared(path, "", {candles.symbol: candles}, reads, params=more.pop("params", {}), **more)


def refused(path: Path, candles: Candles = CANDLES, **more: Any) -> str:
    """What is said against it."""
    with pytest.raises(BadInput) as said:
        made(path, candles, **more)
    return str(said.value)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            "    def leverage(self, **kwargs):\n        return 3\n",
            "line 10: leverage is not supported: positions have no",
        ),
        ("    position_adjustment_enable = True\n", "line 10: position_adjustment_enable is not supported"),
        (
            "    def adjust_trade_position(self, trade, **k):\n        return 1\n",
            "line 10: adjust_trade_position is not",
        ),
        ("    def custom_entry_price(self, **k):\n        return 1\n", "line 10: custom_entry_price is not supported"),
        (
            "    use_custom_stoploss = True\n    def custom_stoploss(self, pair, trade, **k):\n"
            "        self.seen[pair] = 1\n        return -0.1\n",
            "line 12: custom_stoploss sets self.seen[pair]",
        ),
        (
            "    def custom_exit(self, pair, **k):\n        return self.old()\n    def old(self):\n"
            "        return datetime.now().hour > 3\n",
            "line 13: old calls datetime.now()",
        ),
        (
            "    def custom_exit(self, pair, **k):\n        self.kept.append(pair)\n",
            "line 11: custom_exit calls self.kept.append()",
        ),
    ],
)
def test_what_would_change_its_meaning_is_refused_by_name_and_line(tmp_path: Path, more: str, said: str) -> None:
    assert said in refused(written(tmp_path, more))


def test_what_changes_nothing_is_told(tmp_path: Path) -> None:
    told = made(written(tmp_path, "    protections = [{'method': 'CooldownPeriod'}]\n    trailing_stop = True\n")).told
    assert any("protections are off" in one for one in told)
    assert any("the stop is moved at closes" in one for one in told)
    assert any("from the second candle" in one for one in told)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("import freqtrade.plugins.pairlist", "mine.py, line 1: it imports freqtrade.plugins, which"),
        ("import nothing_like_it", "line 1: ModuleNotFoundError: No module named 'nothing_like_it'"),
        ("from technical.indicators import ichimoku", "line 1: it imports technical.indicators, which"),
    ],
)
def test_an_import_that_is_not_stood_in_for_is_named_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    assert said in refused(written(tmp_path, head=f"{line}\n{HEAD}"))


def test_modules_are_in_place_only_while_the_file_runs(tmp_path: Path) -> None:
    before, finders = dict(sys.modules), list(sys.meta_path)
    path = written(tmp_path)
    made(path)
    refused(written(tmp_path, body=BODY.replace('> dataframe["mean"]', '> dataframe["none"]')))
    assert not [one for one in sys.modules if one.partition(".")[0] in ("freqtrade", "technical")]
    assert sys.modules["talib"] is before["talib"]
    assert sys.meta_path == finders


def test_a_fault_of_the_file_is_told_with_its_line(tmp_path: Path) -> None:
    text = refused(
        written(tmp_path, body=BODY.replace('dataframe["close"] > dataframe["mean"]', 'dataframe["absent"]'))
    )
    assert "mine.py, line 16: KeyError: 'absent'" in text
    assert "it returns 1 rows" in refused(
        written(tmp_path, body=BODY.replace("return dataframe", "return dataframe[:1]", 1))
    )
    assert "asks self.dp.orderbook" in refused(
        written(tmp_path, body=BODY.replace("ta.SMA(dataframe, timeperiod=10)", 'self.dp.orderbook("x", 1)'))
    )


@pytest.mark.parametrize(
    "peeking",
    [
        'dataframe["close"].shift(-1)',
        'dataframe["close"].rolling(9, center=True).mean()',
        'dataframe["close"].mean() + dataframe["volume"] * 0',
    ],
)
def test_signals_that_look_ahead_are_refused_and_the_column_named(tmp_path: Path, peeking: str) -> None:
    path = written(tmp_path, body=BODY.replace("ta.SMA(dataframe, timeperiod=10)", peeking))
    text = refused(path)
    assert re.search(r"look ahead .* not there yet\): mean, (enter|exit)_long", text)
    assert any("look ahead" in one for one in made(path, peeking=True).told)


def test_a_column_that_looks_ahead_and_decides_nothing_is_told(tmp_path: Path) -> None:
    more = "        dataframe['next'] = dataframe['close'].shift(-1)\n        return dataframe\n"
    path = written(tmp_path, body=BODY.replace("        return dataframe\n", more, 1))
    assert [one for one in made(path).told if one.endswith(": next")]


def test_longer_candles_are_closed_ones_and_another_pair_needs_its_own(tmp_path: Path) -> None:
    more = """    startup_candle_count = 5

    @informative("1h", "ETH/{stake}")
    def populate_eth(self, dataframe, metadata):
        dataframe["own"] = dataframe["close"]
        return dataframe
"""
    path = written(tmp_path, more)
    text = refused(path)
    assert "it reads ETH/USDT, of which no candles were given; give them with --reads ETH/USDT=PATH" in text
    other = compared.made_candles(600, seed=4)
    eth = Candles("ETH/USDT", "5m", other.ts, other.open, other.high, other.low, other.close, other.volume)
    frame = made(path, reads={"ETH/USDT": eth}).run.found[CANDLES.symbol].frame
    shown = frame["eth_own_1h"].to_numpy()
    assert np.isnan(shown[:11]).all()
    # The row that opens at 00:55 closes with the hour; the hour's close is that of its last five minutes.
    assert shown[11] == shown[22] == eth.close[11]
    assert shown[23] == eth.close[23]


def test_parameters_are_those_of_the_file_of_the_search_beside_it_and_of_the_person(tmp_path: Path) -> None:
    path = written(tmp_path, '    buy_params = {"period": 12}\n    period = IntParameter(2, 50, default=9)\n')
    assert load(path, "", {}, {}).strategy.period.value == 12
    beside = {
        "strategy_name": "Mine",
        "params": {"buy": {"period": 20}, "roi": {"0": 0.2}, "stoploss": {"stoploss": -0.3}},
    }
    path.with_suffix(".json").write_text(json.dumps(beside), encoding="utf-8")
    loaded = load(path, "", {}, {})
    assert (loaded.strategy.period.value, loaded.value("minimal_roi"), loaded.value("stoploss")) == (
        20,
        {"0": 0.2},
        -0.3,
    )
    assert load(path, "", {}, {"period": "7"}).strategy.period.value == 7
    for text in ("70", "x"):
        with pytest.raises(BadInput, match=f"parameter period is '{text}'"):
            load(path, "", {}, {"period": text})
    with pytest.raises(BadInput, match="has no parameter 'perid'; did you mean 'period'"):
        load(path, "", {}, {"perid": "7"})
    path.with_suffix(".json").write_text("{", encoding="utf-8")
    with pytest.raises(BadInput, match="is no file of parameters"):
        load(path, "", {}, {})


def test_a_file_of_several_or_of_none_and_candles_too_long_are_told(tmp_path: Path) -> None:
    assert "cannot be run as it is: class Mine has no populate_entry_trend" in refused(written(tmp_path, body=""))
    assert "has no class that derives from freqtrade's IStrategy" in refused(written(tmp_path, head="", body="x = 1\n"))
    both = HEAD + BODY + HEAD.replace("Mine", "Other") + BODY
    assert "has 2 strategies (Mine, Other); name one" in refused(written(tmp_path, head="", body=both))
    hours = Candles(CANDLES.symbol, "1h", CANDLES.ts * 12, *(getattr(CANDLES, one) for one in COLUMNS))
    assert "decides on candles of 5m, and those of BTC/USDT are of 1h" in refused(written(tmp_path), hours)


def test_a_start_leaves_as_many_candles_before_it_as_the_strategy_says(tmp_path: Path) -> None:
    path = written(tmp_path, "    startup_candle_count = 20\n")
    start = int(CANDLES.ts[100])
    found = made(path, start_ms=start, end_ms=int(CANDLES.ts[300])).run.found[CANDLES.symbol]
    assert (int(found.candles.ts[20]), int(found.candles.ts[-1])) == (start, int(CANDLES.ts[299]))


def test_a_given_column_is_of_its_symbol_and_of_a_backtest() -> None:
    one = given_column(Given("enter", {"ETH/USDT": (np.array([0]), np.array([1.0]))}))
    with pytest.raises(BadInput, match="the column enter was computed of ETH/USDT, not BTC/USDT"):
        one.inputs[0].at(CANDLES)
    with pytest.raises(BadInput, match="the column enter was computed of past candles; it runs in a backtest only"):
        Streams({"enter": one})
    assert pane_of(one) == "enter"
