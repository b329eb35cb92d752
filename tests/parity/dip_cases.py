"""Settings of `dip` for parity: quick ones, one for each of its ways, and any drawn at random that are not refused."""

from __future__ import annotations

import random
from typing import Any

# Quick enough to trade often in a short run.
DIP: dict[str, Any] = {"drop": 0.01, "window": 12, "cooldown": 3, "gain_1": 0.01}
LADDER = {"sells": 3, "gain_2": 0.015, "gain_3": 0.02}
# Each is felt: without its first setting the run is another.
OWN: list[dict[str, Any]] = [
    {"drop": 0.02}, {"window": 30}, {"drop_from": "last_buy"}, {"drop_from": "average"},
    {"near_top": 0.03, "top_window": 60}, {"top_window": 25, "near_top": 0.02}, {"cooldown": 9}, {"buys": 1},
    {"buys": 6}, {"growth": 2.0, "buys": 5}, {"rebound": 0.006}, {"patience": 2, "rebound": 0.009},
    {"limit_below": 0.004}, {"limit_life": 1, "limit_below": 0.004}, {"knife": 0.01, "knife_average": 20},
    {"knife_average": 40, "knife": 0.01}, {"gain_1": 0.02}, {"sells": 3, "gain_2": 0.015, "gain_3": 0.02},
    {"sells": 2, "gain_2": 0.015}, {"share_1": 0.2, **LADDER}, {"share_2": 0.4, **LADDER},
    {"gain_2": 0.016, "sells": 2}, {"gain_3": 0.03, **{k: v for k, v in LADDER.items() if k != "gain_3"}},
    {"arm": 0.006, "sells": 0, "min_gain": 0.004, "trail": 0.003}, {"trail": 0.006, "arm": 0.012, "sells": 0},
    {"min_gain": 0.003, "arm": 0.012, "trail": 0.008, "sells": 0}, {"arm": 0.007, "trail": 0.004, **LADDER},
]  # fmt: skip
_ANY: dict[str, tuple[Any, ...]] = {
    "drop": (0.01, 0.02, 0.04), "drop_from": ("high", "last_buy", "average"), "window": (4, 12, 30),
    "near_top": (0.01, 0.03), "top_window": (20, 60), "cooldown": (1, 3, 9), "buys": (1, 2, 6), "growth": (0.5, 3.0),
    "rebound": (0.002, 0.006), "patience": (1, 4), "limit_below": (0.003, 0.008), "limit_life": (1, 4),
    "knife": (0.01, 0.03), "knife_average": (15, 40), "sells": (1, 2, 3), "share_1": (0.2, 0.6), "share_2": (0.1, 0.3),
    "arm": (0.012, 0.03), "trail": (0.002, 0.01), "min_gain": (0.0065, 0.01),
}  # fmt: skip


def any_dip(rng: random.Random) -> dict[str, Any]:
    """Settings that are taken whatever the fee: each left at a quick default, or chosen."""
    base: dict[str, Any] = {"drop": 0.01, "window": 12, "cooldown": 3, "gain_1": 0.0065, "gain_2": 0.012,
                            "gain_3": 0.02, "min_gain": 0.0065, "top_window": 60, "knife_average": 40}  # fmt: skip
    return base | {name: rng.choice(values) for name, values in _ANY.items() if rng.random() < 0.4}
