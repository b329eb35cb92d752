"""Settings of `scalper` for parity: quick ones, one for each of its ways, and any drawn at random."""

from __future__ import annotations

import random
from typing import Any

# Close enough to trade often in a short run.
QUICK: dict[str, Any] = {
    "spread": 0.4,
    "take_profit": 0.6,
    "stop": 1.2,
    "tighten": 20,
    "hold": 60,
    "loss_cooldown": 3,
    "tolerance": 0.4,
}
QUOTES = QUICK | {"exit": "quotes"}
IN_RANGES = QUICK | {"unit": "volatility", "volatility_period": 20, "spread": 0.9, "take_profit": 1.5, "stop": 3}
TICKS = QUICK | {"unit": "ticks", "spread": 40, "take_profit": 60, "stop": 120}
# Each is felt: without its first setting the run is another.
OWN: list[dict[str, Any]] = [
    {"fair": "average"}, {"fair_period": 4, "fair": "average"}, {"levels": 1}, {"levels": 6}, {"spread": 0.7},
    {"step": 1.5}, {"step_scale": 1.8}, {"amount_scale": 2.0}, {"refresh": 3, "tolerance": 3}, {"tolerance": 0.05},
    {"settle": 8, "tolerance": 0.1}, {"keep": 0.9, "tolerance": 0.1}, {"orders_hour": 4}, {"take_profit": 0.9},
    {"stop": 0.5}, {"tighten": 2}, {"hold": 4, "tighten": 0}, {"exit": "position"}, {"exit": "quotes"},
    {"above_cost": False, "exit": "quotes"}, {"position_profit": 0.006}, {"position_stop": 0.008}, {"max_base": 0.4},
    {"target_base": 0.5}, {"least_size": 1.0}, {"price_skew": 1.0},
    {"min_edge_bps": 30, "tighten": 2}, {"slippage_bps": 30, "tighten": 2},
    {"min_volatility": 0.005, "volatility_period": 10}, {"max_volatility": 0.005, "volatility_period": 10},
    {"volatility_period": 5, "max_volatility": 0.005}, {"min_volume": 0.9, "volume_period": 10},
    {"volume_period": 30, "min_volume": 0.9}, {"buy_cooldown": 6}, {"loss_cooldown": 40}, {"trades_day": 4},
    {"losses": 1, "pause": 100}, {"pause": 50, "losses": 2}, {"min_base": 0.3, "exit": "quotes", "target_base": 0.3},
]  # fmt: skip
# What each setting may be drawn as; most are left out, as people do. Chosen so that hardly any are refused.
_ANY: dict[str, tuple[Any, ...]] = {
    "fair": ("average",), "fair_period": (3, 8), "levels": (1, 2, 5), "spread": (0.35, 0.8), "step": (0.3, 1.5),
    "step_scale": (0.7, 1.6), "amount_scale": (0.7, 1.8), "post_only": (False,), "refresh": (0, 2, 9),
    "tolerance": (0.0, 0.1, 1.0), "settle": (0, 4), "keep": (0.0, 0.6), "orders_hour": (3, 12),
    "exit": ("position", "quotes"), "take_profit": (0.75, 1.4), "stop": (0.0, 0.6), "tighten": (0, 4), "hold": (0, 30),
    "above_cost": (False,), "position_profit": (0.01,), "position_stop": (0.01, 0.03), "max_base": (0.2, 0.6),
    "target_base": (0.1, 0.2), "least_size": (0.0, 1.0), "price_skew": (0.5, 2.0), "min_edge_bps": (0.0, 10.0),
    "slippage_bps": (3.0,), "min_volatility": (0.001, 0.004), "max_volatility": (0.006, 0.02),
    "volatility_period": (3, 15), "min_volume": (0.5, 1.0), "volume_period": (3, 15), "buy_cooldown": (2, 9),
    "sell_cooldown": (2, 9), "loss_cooldown": (0, 20), "trades_day": (2, 9), "losses": (1, 2), "pause": (10, 90),
}  # fmt: skip
# For real candles: exits and gate are on there too.
REAL: tuple[dict[str, Any], ...] = (
    {"spread": 0.3, "take_profit": 0.4},
    {"spread": 0.4, "exit": "position", "amount_scale": 1.5, "take_profit": 0.5, "stop": 2},
    {"spread": 0.4, "exit": "quotes", "price_skew": 1.0, "target_base": 0.2},
    {"unit": "volatility", "volatility_period": 30, "spread": 1.2, "take_profit": 2, "stop": 4, "direction": "both"},
    {"spread": 0.4, "direction": "both", "exit": "quotes", "above_cost": False, "fair": "average"},
)


def any_scalper_params(rng: random.Random, *, shortable: bool) -> dict[str, Any]:
    """Settings quick enough to trade in a short run."""
    params = QUICK | {name: rng.choice(values) for name, values in _ANY.items() if rng.random() < 0.25}
    if shortable:
        params["direction"] = rng.choice(["long", "short", "both", "both"])
    if rng.random() < 0.25:
        params |= {"unit": "volatility", "volatility_period": rng.choice([3, 15]), "spread": rng.choice([0.5, 1.2])}
    if params.get("direction") == "both":
        params.pop("target_base", None)
    elif rng.random() < 0.2 and params.get("direction", "long") == "long":
        params |= {"exit": "quotes", "min_base": 0.1, "target_base": 0.15}
    if 0 < params["hold"] <= params["tighten"]:
        params["tighten"] = 4
    return params
