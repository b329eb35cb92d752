"""Settings of the signal bots drawn at random: quick ones, so that a short run trades, and none that are refused."""

from __future__ import annotations

import random
from typing import Any

AVERAGES = ("SMA", "EMA", "WMA", "HMA", "DEMA", "TEMA", "TRIMA", "KAMA", "T3")
# What each may be set to, by bot; left out at random, as a person leaves most of them.
OWN: dict[str, dict[str, tuple[Any, ...]]] = {
    "sma_crossover": {"average": AVERAGES, "fast": (2, 3, 5, 9), "slow": (21, 30), "threshold": (0.001, 0.004)},
    "rsi": {
        "period": (2, 5, 9), "oversold": (20, 35, 45), "overbought": (55, 65, 80), "leave_long": (46, 60, 90),
        "leave_short": (10, 40, 54),
    },
    "macd": {
        "fast": (2, 5, 9), "slow": (13, 20), "signal": (2, 3, 6), "threshold": (0.0002, 0.001), "side_of_zero": (True,),
    },
    "bollinger": {"period": (2, 5, 12), "width": (0.4, 1.0, 1.7), "min_move": (0.0065, 0.012)},
    "stochastic": {
        "period": (2, 5, 9), "smooth": (1, 2, 5), "signal": (2, 4, 6), "oversold": (10, 35, 45),
        "overbought": (55, 65, 90),
    },
    "donchian_breakout": {"entry": (2, 6, 14), "leave": (2, 5, 13), "buffer": (0.001, 0.004)},
    "supertrend": {"period": (2, 4, 14), "multiplier": (0.5, 1.2, 2.0), "near_band": (0.003, 0.01)},
    "momentum": {
        "lookback": (1, 3, 8), "enter": (0.0065, 0.01, 0.02), "leave": (-0.01, 0.001, 0.006), "min_strength": (15, 25),
        "strength_period": (3, 6), "min_volatility": (0.001, 0.004), "volatility_period": (1, 5),
        "band": (0.6, 0.9), "band_period": (4, 9), "band_width": (1.0, 1.6), "macd": (True,), "adds": (1, 2, 7),
        "add_step": (0.0065, 0.01),
    },
}  # fmt: skip
SHARED: dict[str, tuple[Any, ...]] = {
    "direction": ("short", "both", "both"), "confirm": (2, 3), "late": (True, False), "trend": (8, 40),
    "cooldown": (1, 6, 30),
}  # fmt: skip
SIGNAL_BOTS = tuple(OWN)


def any_params(bot: str, rng: random.Random) -> dict[str, Any]:
    """Settings that the bot takes. The first bars of a run are few, so what it counts over is short mostly."""
    params = {name: rng.choice(values) for name, values in OWN[bot].items() if rng.random() < 0.7}
    params |= {name: rng.choice(values) for name, values in SHARED.items() if rng.random() < 0.35}
    if bot == "bollinger" and rng.random() < 0.5:
        params["mode"] = "breakout"
        params["min_move"] = rng.choice((0.0, 0.001, 0.004))
    elif bot == "bollinger":  # more than two of the dearest taker fees
        params.setdefault("min_move", 0.0065)
    if bot == "donchian_breakout":
        params["leave"] = min(params.get("leave", 10), params.get("entry", 20))
    return params
