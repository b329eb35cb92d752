"""Trades pullbacks of five minutes while hours and four hours rise: both ways of reading longer candles."""

import talib.abstract as ta
from pandas import DataFrame

from freqtrade.strategy import IStrategy, informative, merge_informative_pair


class HourTrend(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = "5m"
    informative_timeframe = "4h"
    minimal_roi = {"0": 0.02, "240": 0.01}
    stoploss = -0.025
    startup_candle_count = 30
    use_exit_signal = True

    def informative_pairs(self):
        return [(pair, self.informative_timeframe) for pair in self.dp.current_whitelist()]

    @informative("1h")
    def populate_indicators_1h(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe["fast"] = ta.EMA(dataframe, timeperiod=8)
        dataframe["slow"] = ta.EMA(dataframe, timeperiod=21)
        return dataframe

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        longer = self.dp.get_pair_dataframe(pair=metadata["pair"], timeframe=self.informative_timeframe)
        longer["mean"] = ta.SMA(longer, timeperiod=6)
        dataframe = merge_informative_pair(dataframe, longer, self.timeframe, self.informative_timeframe, ffill=True)
        dataframe["rsi"] = ta.RSI(dataframe, timeperiod=7)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        rising = (dataframe["fast_1h"] > dataframe["slow_1h"]) & (dataframe["close"] > dataframe["mean_4h"])
        dataframe.loc[rising & (dataframe["rsi"] < 25), "enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe["fast_1h"] < dataframe["slow_1h"], "exit_long"] = 1
        return dataframe
