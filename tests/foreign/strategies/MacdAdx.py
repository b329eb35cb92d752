"""MACD with a filter by trend strength, its numbers searched for, their results written beside them."""

import talib.abstract as ta
from pandas import DataFrame

from freqtrade.strategy import BooleanParameter, CategoricalParameter, DecimalParameter, IntParameter, IStrategy
import freqtrade.vendor.qtpylib.indicators as qtpylib


class MacdAdx(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = "5m"
    minimal_roi = {"0": 0.10}
    stoploss = -0.02
    startup_candle_count: int = 100

    buy_params = {"buy_adx": 22, "buy_trend": True, "buy_average": "ema"}

    buy_adx = IntParameter(10, 50, default=25, space="buy")
    buy_trend = BooleanParameter(default=False, space="buy")
    buy_average = CategoricalParameter(["sma", "ema"], default="sma", space="buy")
    sell_distance = DecimalParameter(0.0, 0.01, decimals=4, default=0.0005, space="sell")

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        macd = ta.MACD(dataframe)
        dataframe["macd"] = macd["macd"]
        dataframe["macdsignal"] = macd["macdsignal"]
        dataframe["adx"] = ta.ADX(dataframe)
        average = ta.EMA if self.buy_average.value == "ema" else ta.SMA
        dataframe["trend"] = average(dataframe, timeperiod=50)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        conditions = [
            qtpylib.crossed_above(dataframe["macd"], dataframe["macdsignal"]),
            dataframe["adx"] > self.buy_adx.value,
        ]
        if self.buy_trend.value:
            conditions.append(dataframe["close"] > dataframe["trend"])
        whole = conditions[0]
        for one in conditions[1:]:
            whole &= one
        dataframe.loc[whole, "enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        below = dataframe["close"] < dataframe["trend"] * (1 - self.sell_distance.value)
        dataframe.loc[below & (dataframe["macd"] < dataframe["macdsignal"]), "exit_long"] = 1
        return dataframe
