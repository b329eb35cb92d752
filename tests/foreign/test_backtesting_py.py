"""Strategies of backtesting.py: their trades equal its own; what they may ask for, and what is refused."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.foreign import compared
from tests.foreign.test_freqtrade_bot import candles

from botswain.foreign.backtesting_bot import RUNS, bot_of
from botswain.foreign.backtesting_names import Data, barssince, cross, crossover, quantile
from botswain.lab.backtest import Options, backtest
from botswain.lab.result import Result
from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument

HEAD = """import numpy as np
from backtesting import Backtest, Strategy
from backtesting.lib import crossover


class Mine(Strategy):
    n = 2

    def init(self):
        self.same = self.I(lambda values: values * 1.0, self.data.Close, name="same")

    def next(self):
"""
RISING = candles([100, 100, 102, 104, 106, 108, 110, 112], [1] * 8)


@pytest.mark.parametrize("name", compared.PY_NAMES)
def test_trades_are_those_of_backtesting_py(name: str, kernels: Path) -> None:
    theirs = json.loads(compared.EXPECTED_PY.read_text(encoding="utf-8"))[name]
    ours = compared.closed_in(compared.own_desk(name, compared.made_candles(), folder=kernels))
    assert compared.unlike(ours, theirs) == []
    assert len(ours) == len(theirs) >= 20


def file(folder: Path, body: str, head: str = HEAD) -> Path:
    """A strategy's file, its next() of these lines."""
    path = folder / "mine.py"
    path.write_text(head + "".join(f"        {line}\n" for line in body.splitlines()), encoding="utf-8")
    return path


def run(tmp_path: Path, body: str, one: Candles = RISING, **params: str) -> tuple[Result, Any]:
    """It, run on candles, and its desk afterwards."""
    bot = bot_of(file(tmp_path, body), "", one, params, peeking=False)
    rules = Instrument("BTC/USDT", "0.01", "0.0001", maker_fee="0", taker_fee="0", shortable=True)
    result = backtest(bot, one, instrument=rules, options=Options(compiled=False, curve=False))
    return result, RUNS[bot.number].desk


def candle_of(time_ms: int) -> int:
    """The place of a candle."""
    return (time_ms - compared.START_MS) // compared.MINUTES_MS


def fills(result: Result) -> list[tuple[int, str, float, float, str]]:
    """Of each fill the candle, side, quantity, price and reason."""
    return [
        (candle_of(one.time_ms), one.side, float(one.qty), float(one.price), one.reason)
        for one in result.fills
    ]  # fmt: skip


def test_a_target_closes_its_trade_and_the_stop_goes_with_it(tmp_path: Path) -> None:
    result, desk = run(tmp_path, "if not self.trades and not self.closed_trades:\n    self.buy(size=1, sl=90, tp=109)")
    # Called first at the second candle's close; filled at the third's open; the target is reached in the seventh.
    assert fills(result) == [(2, "buy", 1, 100, "order"), (6, "sell", 1, 109, "take_profit")]
    assert desk.live() == []
    (closed,) = desk.closed
    assert (closed.pl, round(closed.pl_pct, 4), closed.is_long, closed.value) == (9, 0.09, True, 109)


def test_a_part_of_a_trade_is_closed_and_its_guards_shrink(tmp_path: Path) -> None:
    body = (
        "if len(self.data) == 2:\n    self.buy(size=4, sl=50)\n"
        "if len(self.data) == 4:\n    self.trades[0].close(0.25)\n    self.trades[0].tp = 111\n"
        "if len(self.data) == 6:\n    assert self.position.size == 3 and self.trades[0].sl == 50\n"
        "    assert [o.size for o in self.orders] == [3, 3] and self.orders[0].is_short\n"
        "    self.trades[0].sl = None\n    assert self.trades[0].sl is None and self.position.is_long\n"
    )
    result, desk = run(tmp_path, body)
    assert fills(result) == [
        (2, "buy", 4, 100, "order"), (4, "sell", 1, 104, "closed"), (7, "sell", 3, 111, "take_profit"),
    ]  # fmt: skip
    assert [one.size for one in desk.closed] == [1, 3]


def test_an_order_against_trades_closes_the_oldest_first(tmp_path: Path) -> None:
    body = (
        "k = len(self.data)\n"
        "if k in (2, 3):\n    self.buy(size=k)\n"
        "if k == 5:\n    self.sell(size=6)\n"
        "if k == 7:\n    assert self.position.is_short and self.trades[0].is_short and self.position.pl == -4"
    )
    _, desk = run(tmp_path, body)
    assert [(one.size, one.entry_price, one.exit_price) for one in desk.closed] == [(2, 100, 106), (3, 102, 106)]
    assert [(one.size, one.entry_price) for one in desk.trades] == [(-1, 106)]


def test_limits_stops_and_both_are_orders_that_can_be_taken_off(tmp_path: Path) -> None:
    body = (
        "if len(self.data) == 2:\n    self.buy(size=1, limit=50)\n    self.buy(size=1, stop=103)\n"
        "    self.buy(size=1, stop=105, limit=105)\n    self.sell(size=1, stop=40)\n"
        "if len(self.data) == 4:\n    [o.cancel() for o in self.orders if o.limit == 50]\n"
        "if len(self.data) == 8:\n    assert len(self.orders) == 1 and self.orders[0].stop == 40"
    )
    result, _ = run(tmp_path, body)
    assert fills(result) == [(3, "buy", 1, 103, "order"), (4, "buy", 1, 105, "order")]


def test_a_part_of_the_account_is_sized_at_the_close_and_one_too_dear_ends(tmp_path: Path) -> None:
    result, _ = run(tmp_path, "if len(self.data) == 2:\n    self.buy(size=0.5)")
    assert fills(result)[0][2] == pytest.approx(10_000 * 0.5 * 0.995 / 100)
    result, desk = run(tmp_path, "if len(self.data) == 2:\n    self.buy(size=5000)")
    assert (fills(result), desk.live()) == ([], [])


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("self.buy(size=1.5)", "line 13: size is 1.5; write a part of the account"),
        ("self.buy(size=1, sl=500)", "line 13: an order at 100.0 with sl 500 and tp None"),
        ("[self.buy(size=1, limit=1) for _ in range(50)]", "it has 48 orders at once"),
        ("self.data.Absent", "AttributeError: the candles have no column Absent"),
        ("if len(self.data) == 4: self.trades[0].close(2)\nelse: self.buy(size=1)", "close() is asked for the part 2"),
    ],
)
def test_what_cannot_be_asked_for_halts_the_run_with_its_line(tmp_path: Path, body: str, said: str) -> None:
    result, _ = run(tmp_path, body)
    assert result.halt is not None
    assert said in result.halt.message


def test_a_run_begins_with_nothing_of_the_one_before(tmp_path: Path) -> None:
    body = "self.count = getattr(self, 'count', 0) + 1\nif self.count == 3:\n    self.buy(size=1)"
    bot = bot_of(file(tmp_path, body), "", RISING, {}, peeking=False)
    rules = Instrument("BTC/USDT", "0.01", "0.0001", shortable=True)
    twice = [backtest(bot, RISING, instrument=rules, options=Options(compiled=False, curve=False)) for _ in range(2)]
    assert fills(twice[0]) == fills(twice[1])
    assert len(fills(twice[0])) == 1


def test_parameters_imports_and_indicators_that_cannot_be_are_refused(tmp_path: Path) -> None:
    path = file(tmp_path, "self.buy(size=self.n)")
    assert bot_of(path, "", RISING, {"n": "3"}, peeking=False).label() == "Mine"
    for params, said in (({"m": "1"}, "has no parameter 'm'"), ({"n": "x"}, "parameter n is 'x'; write one like 2")):
        with pytest.raises(BadInput, match=said):
            bot_of(path, "", RISING, params, peeking=False)
    with pytest.raises(BadInput, match="has no strategy 'Mein'"):
        bot_of(path, "Mein", RISING, {}, peeking=False)
    with pytest.raises(BadInput, match="has no strategy; a strategy is a class that derives"):
        bot_of(file(tmp_path, "", "x = 1\n"), "", RISING, {}, peeking=False)
    with pytest.raises(BadInput, match=r"line 1: ImportError|line 1: it imports backtesting\.nothing"):
        bot_of(file(tmp_path, "pass", f"import backtesting.nothing\n{HEAD}"), "", RISING, {}, peeking=False)
    short = HEAD.replace("values * 1.0", "values[1:]")
    with pytest.raises(BadInput, match="gives 7 values for 8 candles"):
        bot_of(file(tmp_path, "pass", short), "", RISING, {}, peeking=False)
    assert not [one for one in sys.modules if one.partition(".")[0] == "backtesting"]


def test_an_indicator_that_looks_ahead_is_refused_by_name(tmp_path: Path) -> None:
    whole = compared.made_candles(300)
    path = file(tmp_path, "pass", HEAD.replace("values * 1.0", "np.append(values[1:], np.nan)"))
    with pytest.raises(BadInput, match="the indicator same looks ahead"):
        bot_of(path, "", whole, {}, peeking=False)
    assert bot_of(path, "", whole, {}, peeking=True).label() == "Mine"


def test_the_functions_of_its_library_give_what_their_names_say() -> None:
    up, level = np.array([1.0, 2.0, 4.0]), np.array([3.0, 3.0, 3.0])
    assert crossover(up, level)
    assert crossover(up, 3)
    assert not crossover(level, up)
    assert cross(level, up)
    assert not crossover(up[:1], 0)
    assert (barssince(np.array([True, False, False])), barssince([False], default=7)) == (2, 7)
    assert (quantile(np.arange(5.0)), quantile(np.arange(5.0), 0.5)) == (1.0, 2.0)


def test_rows_know_their_times() -> None:
    data = Data(frame_for(compared.made_candles(3)))
    assert list(data.Close.s.index) == list(data.index) == list(data.df.index)
    assert data["Open"].to_series().name == "Open"


def frame_for(one: Candles) -> Any:
    """Candles as a frame of backtesting.py's."""
    return pd.DataFrame({"Open": one.open, "Close": one.close}, index=pd.to_datetime(one.ts, unit="ms"))
