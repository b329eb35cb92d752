"""The bots that ship, by name. Each is imported only when asked for."""

from __future__ import annotations

from importlib import import_module

from botswain.core.strategy import Strategy
from botswain.model.errors import BadInput, near

# In the order in which people are shown them.
PLACES = {
    "grid": ("botswain.strategies.grid", "Grid"),
    "sma_crossover": ("botswain.strategies.sma_crossover", "SmaCrossover"),
    "dca": ("botswain.strategies.dca", "Dca"),
    "dip": ("botswain.strategies.dip", "Dip"),
    "scalper": ("botswain.strategies.scalper", "Scalper"),
    "momentum": ("botswain.strategies.momentum", "Momentum"),
    "rsi": ("botswain.strategies.rsi", "Rsi"),
    "macd": ("botswain.strategies.macd", "Macd"),
    "bollinger": ("botswain.strategies.bollinger", "Bollinger"),
    "stochastic": ("botswain.strategies.stochastic", "Stochastic"),
    "donchian_breakout": ("botswain.strategies.donchian_breakout", "DonchianBreakout"),
    "supertrend": ("botswain.strategies.supertrend", "Supertrend"),
    "indicator_rules": ("botswain.strategies.indicator_rules", "IndicatorRules"),
}


def strategy_class(name: str) -> type[Strategy]:
    """The class of a shipped bot. Raises BadInput naming the near one."""
    if name not in PLACES:
        raise BadInput(f"strategy {name!r} is unknown{near(name, PLACES)}")
    module, attribute = PLACES[name]
    found: type[Strategy] = getattr(import_module(module), attribute)
    return found
