"""Settings of `dca`: drawn at random, and by turn for real candles."""

from __future__ import annotations

import random
from typing import Any

# What each setting may be drawn as; most are left out, as people do.
DRAWN: dict[str, tuple[Any, ...]] = {
    "start": ("rsi", "average"), "rsi_period": (3, 7), "rsi_level": (35, 45), "average_period": (5, 20),
    "average_distance": (0.0, 0.004), "safety_orders": (0, 1, 3, 7), "active": (1, 2, 9), "step": (0.004, 0.01),
    "step_scale": (0.8, 1.0, 1.5), "volume": (0.7, 2), "volume_scale": (0.9, 1.6), "take_profit_from": ("first",),
    "take_profit": (0.009, 0.01, 0.02), "trailing": (0.001, 0.002), "stop_after_loss": (True,), "close_after": (6, 40),
    "cooldown": (1, 5, 20), "deals": (2, 5), "min_price": (90, 100), "max_price": (120,), "dip": (0.005, 0.02),
    "dip_window": (5, 30), "dip_factor": (1.5, 3), "every": (3, 9), "parts": (3, 12),
}  # fmt: skip
# For real candles: exits and gate are on there too.
REAL: tuple[dict[str, Any], ...] = (
    {"step": 0.008, "safety_orders": 4},
    {"step": 0.006, "safety_orders": 4, "take_profit": 0.008, "take_profit_2": 0.016, "share": 0.6, "break_even": True},
    {"start": "rsi", "rsi_level": 40, "trailing": 0.004, "safety_orders": 3, "stop": 0.12, "close_after": 200},
    {"kind": "time", "every": 12, "parts": 8, "dip": 0.02, "take_profit": 0.012},
    {"start": "average", "average_distance": 0.004, "active": 1, "take_profit_from": "first", "cooldown": 3},
)


def any_dca_params(rng: random.Random, *, shortable: bool) -> dict[str, Any]:
    """Settings that are not refused, quick enough to trade in a short run."""
    params: dict[str, Any] = {"step": 0.006, "take_profit": 0.009}
    params |= {name: rng.choice(values) for name, values in DRAWN.items() if rng.random() < 0.3}
    if rng.random() < 0.3:
        params["kind"] = "time"
    elif shortable:
        params["direction"] = "short"
    if rng.random() < 0.4:
        params |= {"take_profit_2": 0.025, "share": rng.choice([0.3, 0.5]), "break_even": rng.random() < 0.5}
        if rng.random() < 0.5:
            params |= {"take_profit_3": 0.04, "share_2": rng.choice([0.2, 0.4])}
    if rng.random() < 0.4:
        params["stop"] = 0.3
        if params.get("safety_orders", 5) <= 1:
            params["stop"] = rng.choice([0.02, 0.05])
    return params
