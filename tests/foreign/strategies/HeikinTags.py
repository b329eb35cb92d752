"""Smoothed candles, two reasons to enter, and a loop in numpy."""

import numpy as np
import talib.abstract as ta
from pandas import DataFrame
from technical.qtpylib import heikinashi

from freqtrade.strategy import IStrategy


def supertrend(frame: DataFrame, period: int, factor: float) -> np.ndarray:
    reach = factor * ta.ATR(frame, timeperiod=period)
    middle = (frame["high"] + frame["low"]) / 2
    upper, lower = (middle + reach).to_numpy().copy(), (middle - reach).to_numpy().copy()
    close, side = frame["close"].to_numpy(), np.zeros(len(frame))
    for k in range(1, len(frame)):
        if close[k - 1] <= upper[k - 1]:
            upper[k] = min(upper[k], upper[k - 1])
        if close[k - 1] >= lower[k - 1]:
            lower[k] = max(lower[k], lower[k - 1])
        side[k] = 1 if close[k] > upper[k - 1] else -1 if close[k] < lower[k - 1] else side[k - 1]
    return side


class HeikinTags(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = "15m"
    minimal_roi = {}
    stoploss = -0.5
    startup_candle_count = 60
    exit_profit_only = False

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        smooth = heikinashi(dataframe)
        dataframe["ha_open"], dataframe["ha_close"] = smooth["open"], smooth["close"]
        dataframe["side"] = supertrend(dataframe, 10, 3.0)
        dataframe["tema"] = ta.TEMA(dataframe["close"], timeperiod=9)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        turned = (dataframe["side"] > 0) & (dataframe["side"].shift(1) < 0)
        green = (dataframe["ha_close"] > dataframe["ha_open"]) & (dataframe["tema"] > dataframe["tema"].shift(1))
        third = green & green.shift(1, fill_value=False) & green.shift(2, fill_value=False)
        dataframe.loc[third & (dataframe["side"] > 0), ["enter_long", "enter_tag"]] = (1, "three_green")
        dataframe.loc[turned, ["enter_long", "enter_tag"]] = (1, "turned")
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        red = dataframe["ha_close"] < dataframe["ha_open"]
        dataframe.loc[red & (dataframe["tema"] < dataframe["tema"].shift(1)), "exit_long"] = 1
        return dataframe
