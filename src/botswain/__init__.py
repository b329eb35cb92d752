"""Botswain runs crews of trading bots: one decision in backtest, paper and live trading, exact to the last unit.

`from botswain import Strategy, Param, step, ta, backtest`. Importing this package compiles nothing and loads what
is asked for only.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

PLACES = {
    "backtest": "botswain.library",
    "Options": "botswain.lab.backtest",
    "Strategy": "botswain.core.strategy",
    "Param": "botswain.core.strategy",
    "step": "botswain.core.strategy",
    "START": "botswain.core.strategy",
    "CLOSE": "botswain.core.strategy",
    "FILL": "botswain.core.strategy",
    "ta": "botswain.core.indicators",
    "above": "botswain.core.num",
    "below": "botswain.core.num",
    "crossed_above": "botswain.core.num",
    "crossed_below": "botswain.core.num",
    "Candles": "botswain.model.candles",
    "Instrument": "botswain.model.instrument",
    "read_candles": "botswain.history.files",
}
__all__ = ["__version__", *PLACES]


def __getattr__(name: str) -> Any:
    if name not in PLACES:
        raise AttributeError(f"module 'botswain' has no attribute {name!r}")
    return getattr(import_module(PLACES[name]), name)
