"""Botswain runs crews of trading bots: one decision in backtest, paper and live trading, exact to the last unit.

`from botswain import Strategy, Param, step, ta, backtest`: all that an author of strategies writes is here
(docs/strategies.md). Importing this package compiles nothing and loads what is asked for only.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# The whole numbers a step speaks: events, kinds, times in force, flags and states of a row.
WORDS = (
    *("START", "CLOSE", "FILL", "END", "TIMER"),
    *("MARKET", "LIMIT", "STOP", "TAKE_PROFIT"),
    *("GTC", "IOC", "FOK"),
    *("POST_ONLY", "REDUCE_ONLY"),
    *("EMPTY", "ASKED", "WORKING", "WAITING", "DONE", "ENDED"),
)
PLACES = {
    "backtest": "botswain.library",
    "sweep": "botswain.library",
    "optimise": "botswain.library",
    "validate": "botswain.library",
    "figures": "botswain.lab.metrics.figures",
    "Options": "botswain.lab.backtest",
    "Strategy": "botswain.core.strategy",
    "Param": "botswain.core.strategy",
    "step": "botswain.core.strategy",
    "SymbolName": "botswain.core.strategy",
    "ta": "botswain.core.indicators",
    "other": "botswain.core.indicators",
    "longer": "botswain.core.indicators",
    "before": "botswain.core.indicators",
    "candle_column": "botswain.core.indicators",
    "above": "botswain.core.num",
    "below": "botswain.core.num",
    "exceeds": "botswain.core.num",
    "crossed_above": "botswain.core.num",
    "crossed_below": "botswain.core.num",
    **dict.fromkeys(WORDS, "botswain.core.codes"),
    "Candles": "botswain.model.candles",
    "Instrument": "botswain.model.instrument",
    "BadInput": "botswain.model.errors",
    "read_candles": "botswain.history.files",
    "Trades": "botswain.model.trades",
    "read_trades": "botswain.history.trade_file",
    "Depth": "botswain.model.depth",
    "read_depth": "botswain.history.depth_file",
    "read_quotes": "botswain.history.depth_file",
    "ShareAction": "botswain.model.actions",
    "read_actions": "botswain.history.action_file",
    "FundingRate": "botswain.model.charges",
    "read_funding": "botswain.history.rate_file",
    "BorrowRate": "botswain.model.charges",
    "read_borrow": "botswain.history.rate_file",
    "made_candles": "botswain.lab.vetting.made_candles",
}
__all__ = ["__version__", *PLACES]


def __getattr__(name: str) -> Any:
    if name not in PLACES:
        raise AttributeError(f"module 'botswain' has no attribute {name!r}")
    return getattr(import_module(PLACES[name]), name)
