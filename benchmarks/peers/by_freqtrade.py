"""freqtrade's own backtest of strategy files, in its own environment: trades as JSON lines.

    python by_freqtrade.py CANDLES.npz SYMBOL TIMEFRAME FEE STRATEGY_FOLDER NAME ...

The market list is the one thing that freqtrade fetches before a backtest; a list of one market stands in its place. The
candles are an .npz of ts, open, high, low, close, volume. A line is [[opened ms, price, closed ms, price, short, tag,
reason], ...] of one strategy.
"""

from __future__ import annotations

import json
import logging
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from freqtrade.configuration import Configuration
from freqtrade.enums import RunMode
from freqtrade.exchange import Exchange
from freqtrade.optimize.backtesting import Backtesting

logging.disable(logging.WARNING)
CASH, STAKE = 1_000_000, 1_000


def market(symbol: str, fee: float, swap: bool) -> dict[str, object]:
    """One market as an exchange lists it."""
    base, quote = symbol.split(":")[0].split("/")
    none = {"min": None, "max": None}
    return {
        "id": base + quote, "symbol": symbol, "base": base, "quote": quote, "settle": quote if swap else None,
        "type": "swap" if swap else "spot", "spot": not swap, "swap": swap, "margin": False, "future": False,
        "option": False, "active": True, "contract": swap, "linear": True if swap else None, "taker": fee, "maker": fee,
        "contractSize": 1 if swap else None, "precision": {"amount": 1e-8, "price": 0.01},
        "limits": {"amount": none, "price": none, "cost": none, "leverage": none}, "info": {},
    }  # fmt: skip


def settings(folder: Path, symbol: str, fee: float, strategies: str, swap: bool) -> dict[str, object]:
    """The configuration, as a person would write it."""
    pricing = {"price_side": "other", "use_order_book": False}
    return {
        "max_open_trades": 1, "stake_currency": "USDT", "stake_amount": STAKE, "dry_run": True, "dry_run_wallet": CASH,
        "trading_mode": "futures" if swap else "spot", "margin_mode": "isolated" if swap else "", "fee": fee,
        "entry_pricing": pricing, "exit_pricing": pricing, "pairlists": [{"method": "StaticPairList"}],
        "exchange": {"name": "binance", "pair_whitelist": [symbol], "pair_blacklist": []},
        "dataformat_ohlcv": "feather", "internals": {}, "strategy_path": strategies, "user_data_dir": str(folder),
    }  # fmt: skip


def main() -> None:
    """Run each strategy and print its trades."""
    candles, symbol, timeframe, fee, strategies, *names = sys.argv[1:]
    columns = np.load(candles)
    offered = [market(symbol, float(fee), False)]
    Exchange._load_async_markets = lambda self, reload=False: self._api_async.set_markets(offered)  # noqa: ARG005
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        data = folder / "data" / "binance"
        data.mkdir(parents=True)
        frame = pd.DataFrame({one: columns[one] for one in ("open", "high", "low", "close", "volume")})
        frame.insert(0, "date", pd.to_datetime(columns["ts"], unit="ms", utc=True))
        frame.to_feather(data / f"{symbol.replace('/', '_')}-{timeframe}.feather", compression="lz4")
        for longer in ("15m", "1h", "4h", "1D"):
            if pd.Timedelta(longer.replace("m", "min")) > pd.Timedelta(timeframe.replace("m", "min")):
                part = frame.set_index("date").resample(longer.replace("m", "min")).agg(
                    {"open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum"}
                ).dropna().reset_index()  # fmt: skip
                part.to_feather(data / f"{symbol.replace('/', '_')}-{longer.lower()}.feather", compression="lz4")
        written = folder / "config.json"
        written.write_text(json.dumps(settings(folder, symbol, float(fee), strategies, False)))
        for name in names:
            given = {"config": [str(written)], "strategy": name, "export": "none", "backtest_cache": "none",
                     "user_data_dir": str(folder), "strategy_path": strategies}  # fmt: skip
            tests = Backtesting(Configuration(given, RunMode.BACKTEST).get_config())
            found, span = tests.load_bt_data()
            tests.backtest_one_strategy(tests.strategylist[0], found, span)
            trades = tests.all_bt_content[name]["results"]
            print(json.dumps([
                [int(one.open_date.timestamp() * 1000), one.open_rate, int(one.close_date.timestamp() * 1000),
                 one.close_rate, bool(one.is_short), one.enter_tag or "", one.exit_reason]
                for one in trades.itertuples()
            ]))  # fmt: skip


main()
