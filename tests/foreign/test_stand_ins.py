"""What files import: TA-Lib in pandas, qtpylib (values recorded from the package itself), freqtrade's helpers."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from tests.foreign import compared

from botswain.core.talib_alone import talib
from botswain.foreign.freqtrade_frames import frame_of
from botswain.foreign.freqtrade_names import (
    BooleanParameter,
    CategoricalParameter,
    DecimalParameter,
    IntParameter,
    Trade,
    merge_informative_pair,
    stoploss_from_absolute,
    stoploss_from_open,
    timeframe_to_minutes,
    timeframe_to_next_date,
    timeframe_to_prev_date,
)
from botswain.foreign.qtpylib import qtpylib_contents
from botswain.foreign.talib_frames import talib_contents
from botswain.model.errors import BadInput

FRAME = frame_of(compared.made_candles(600))
QT = qtpylib_contents()
# Of technical.qtpylib on the same 600 candles.
LAST = {
    "rolling_mean": 38579.277, "rolling_std": 29.458477304, "sma": 38579.277, "wma": 38549.880652902,
    "rolling_min": 38525.66, "rolling_max": 38618.62,
}  # fmt: skip
LAST_OF_FRAME = {"typical_price": 38539.386666667, "mid_price": 38546.25, "true_range": 53.32}
LAST_OF_SEVERAL = {
    "bollinger_bands": (38520.360045392, 38579.277, 38638.193954608),
    "weighted_bollinger_bands": (38490.963698294, 38549.880652902, 38608.797607509),
}


@pytest.mark.parametrize("name", [*LAST, *LAST_OF_FRAME, *LAST_OF_SEVERAL])
def test_qtpylib_gives_what_the_package_gives(name: str) -> None:
    if name in LAST_OF_FRAME:
        assert QT[name](FRAME).iloc[-1] == pytest.approx(LAST_OF_FRAME[name], rel=1e-9)
    elif name in LAST:
        assert QT[name](FRAME["close"], 20).iloc[-1] == pytest.approx(LAST[name], rel=1e-9)
    else:
        found = QT[name](FRAME["close"], window=20, stds=2)
        assert tuple(found[one].iloc[-1] for one in ("lower", "mid", "upper")) == pytest.approx(LAST_OF_SEVERAL[name])


def test_qtpylib_candles_ranges_and_strength_are_those_of_the_package() -> None:
    smooth = QT["heikinashi"](FRAME).iloc[-1]
    assert tuple(smooth) == pytest.approx((38555.032287263, 38572.91, 38519.59, 38543.9625))
    assert QT["atr"](FRAME, 14).iloc[-1] == pytest.approx(41.986428571)
    assert QT["atr"](FRAME, 14, exp=True).iloc[-1] == pytest.approx(47.788206011)
    assert QT["rsi"](FRAME["close"], 14).iloc[-1] == pytest.approx(49.837009277)
    assert QT["rolling_vwap"](FRAME, 20).iloc[-1] == pytest.approx(38585.00600631)
    assert tuple(QT["macd"](FRAME["close"], 12, 26, 9).iloc[-1]) == pytest.approx(
        (33.460349337, 54.770757978, -21.310408641)
    )


def test_crossings_are_told_by_side_and_of_numbers_too() -> None:
    series = pd.Series([1.0, 3.0, 2.0, 2.0, 1.0])
    assert list(QT["crossed_above"](series, 2)) == [False, True, False, False, False]
    assert list(QT["crossed_below"](series, 2.0)) == [False, False, False, False, True]
    assert list(QT["crossed"](series, series * 0 + 2)) == [False, True, False, False, True]


def test_talib_takes_frames_and_series_and_gives_their_index() -> None:
    made = talib_contents()
    close = FRAME["close"].to_numpy()
    shifted = FRAME.set_index(FRAME.index + 7)
    for found in (made["talib.abstract"]["EMA"](shifted, timeperiod=9), made["talib"]["EMA"](shifted["close"], 9)):
        assert list(found.index[:2]) == [7, 8]
        np.testing.assert_array_equal(found.to_numpy(), talib.EMA(close, 9))
    bands = made["talib.abstract"]["BBANDS"](FRAME, timeperiod=20, nbdevup=2.0, nbdevdn=2.0)
    assert list(bands.columns) == ["upperband", "middleband", "lowerband"]
    np.testing.assert_array_equal(made["talib"]["BBANDS"](FRAME["close"])[0], talib.BBANDS(close)[0])
    np.testing.assert_array_equal(made["talib.abstract"]["SMA"](close, 5), talib.SMA(close, 5))
    np.testing.assert_array_equal(made["talib"]["SMA"](np.arange(9), 5), talib.SMA(np.arange(9.0), 5))
    assert made["talib.abstract"]["EMA"].lookback == 29


def test_a_stop_from_the_opening_and_from_a_price_is_a_distance_from_the_present_one() -> None:
    # Opened at 100, now 110: a stop at 105 is 5 of 110 below.
    assert stoploss_from_open(0.05, 0.10) == pytest.approx(5 / 110)
    assert stoploss_from_absolute(105, 110) == pytest.approx(5 / 110)
    # Short, opened at 100, now 90: a stop at 95 is 5 of 90 above.
    assert stoploss_from_open(0.05, 0.10, is_short=True) == pytest.approx(5 / 90)
    assert stoploss_from_absolute(95, 90, is_short=True) == pytest.approx(5 / 90)
    assert (stoploss_from_open(0.2, 0.1), stoploss_from_absolute(120, 110)) == (0.0, 0.0)
    assert (stoploss_from_open(0.2, -1), stoploss_from_absolute(1, 0)) == (1.0, 1.0)


def test_timeframes_are_told_in_minutes_and_their_candles_by_dates() -> None:
    at = datetime(2024, 1, 1, 10, 7, tzinfo=UTC)
    assert timeframe_to_minutes("4h") == 240
    assert timeframe_to_prev_date("15m", at) == datetime(2024, 1, 1, 10, tzinfo=UTC)
    assert timeframe_to_next_date("15m", at) == datetime(2024, 1, 1, 10, 15, tzinfo=UTC)
    with pytest.raises(BadInput, match="a backtest has no now"):
        timeframe_to_prev_date("15m")


def test_a_frame_is_merged_where_its_candle_has_closed_or_only_there() -> None:
    longer = FRAME.iloc[::12].reset_index(drop=True)[["date", "close"]]
    assert merge_informative_pair(FRAME, longer, "5m", "1h")["close_1h"].notna().sum() == 600 - 11
    once = merge_informative_pair(FRAME, longer, "5m", "1h", ffill=False, append_timeframe=False, suffix="x")
    assert list(once.index[once["close_x"].notna()][:2]) == [11, 23]
    with pytest.raises(BadInput, match="1m is shorter than 5m"):
        merge_informative_pair(FRAME, longer, "5m", "1m")
    with pytest.raises(BadInput, match="a suffix or append_timeframe, not both"):
        merge_informative_pair(FRAME, longer, "5m", "1h", suffix="x")


def test_parameters_are_their_values_and_read_what_a_person_writes() -> None:
    whole, real = IntParameter(1, 9, default=3), DecimalParameter([0, 1], default=0.12345, decimals=2)
    one, flag = CategoricalParameter(["a", "B"]), BooleanParameter(default=False)
    assert (whole.value, real.value, one.value, flag.value) == (3, 0.12, "a", False)
    assert (whole.range, one.range) == ([3], ["a"])
    assert (whole.read("9"), real.read("0.777"), one.read("b"), flag.read("true")) == (9, 0.78, "B", True)
    for parameter, text in ((whole, "10"), (one, "c")):
        with pytest.raises(ValueError):
            parameter.read(text)
    with pytest.raises(BadInput, match="get_trades_proxy asks for earlier trades"):
        Trade.get_trades_proxy()
