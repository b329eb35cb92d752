"""Leaves after a time, or sooner with a gain: custom_exit with reasons."""

from datetime import datetime, timedelta

import pandas as pd
from pandas import DataFrame

from freqtrade.persistence import Trade
from freqtrade.strategy import IStrategy


class TimedExit(IStrategy):
    INTERFACE_VERSION = 3
    timeframe = "5m"
    minimal_roi = {}
    stoploss = -0.2
    startup_candle_count = 50

    def populate_indicators(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe["mean"] = dataframe["close"].rolling(48).mean()
        dataframe["dev"] = dataframe["close"].rolling(48).std()
        return dataframe

    def populate_entry_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        dataframe.loc[dataframe["close"] < dataframe["mean"] - 2.5 * dataframe["dev"], "enter_long"] = 1
        return dataframe

    def populate_exit_trend(self, dataframe: DataFrame, metadata: dict) -> DataFrame:
        return dataframe

    def custom_exit(
        self, pair: str, trade: Trade, current_time: datetime, current_rate: float, current_profit: float, **kwargs
    ):
        frame, _ = self.dp.get_analyzed_dataframe(pair, self.timeframe)
        last = frame.iloc[-1]
        if not pd.isna(last["mean"]) and last["close"] > last["mean"]:
            return "back_at_mean"
        if current_time - trade.open_date_utc >= timedelta(hours=6):
            return "too_old"
        return None
