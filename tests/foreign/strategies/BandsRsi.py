"""Buys below the lower band while the RSI is low; leaves at the middle, at a falling target or at a stop."""

import numpy as np
import talib.abstract as ta
from pandas import DataFrame
from technical import qtpylib

from freqtrade.strategy import IStrategy


class BandsRsi(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = "5m"
    minimal_roi = {"0": 0.03, "60": 0.015, "180": 0.005, "720": 0}
    stoploss = -0.03
    startup_candle_count = 40
    order_types = {"entry": "limit", "exit": "limit", "stoploss": "market", "stoploss_on_exchange": False}

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe["rsi"] = ta.RSI(dataframe, timeperiod=14)
        bands = qtpylib.bollinger_bands(qtpylib.typical_price(dataframe), window=20, stds=2)
        dataframe["lower"], dataframe["middle"] = bands["lower"], bands["mid"]
        dataframe["width"] = np.where(bands["mid"] > 0, (bands["upper"] - bands["lower"]) / bands["mid"], np.nan)
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        low = (dataframe["rsi"] < 30) & (dataframe["close"] < dataframe["lower"]) & (dataframe["width"] > 0.004)
        dataframe.loc[low, ["enter_long", "enter_tag"]] = (1, "below_band")
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[(dataframe["rsi"] > 70) & (dataframe["close"] > dataframe["middle"]), "exit_long"] = 1
        return dataframe
