"""Settings of a managed grid for parity: one for each of its ways, and any drawn at random that are not refused."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

from .cases import BASE_FEE, CELLS, THIRD_FEE, Case, many, one, random_case

NEAR: dict[str, Any] = {"step": 0.01, "levels": 8, "spacing": "geometric"}
SHORT = {"shortable": True}
# Each is felt: without its first setting the run is another.
OWN: list[dict[str, Any]] = [
    {"trail": "up"}, {"trail": "down"}, {"trail": "both"}, {"trail_top": 108, "trail": "up"},
    {"trail_bottom": 94, "trail": "down"}, {"trigger": 103}, {"trigger": 97}, {"profit": 0.02}, {"equal": "coins"},
    {"compound": True}, {"initial_part": 0.5}, {"initial_part": 0}, {"resting": 1}, {"resting": 3, "trail": "both"},
    {"beyond": "pause"}, {"beyond": "end"}, {"fall": 0.02}, {"fall_pause": 60, "fall": 0.02}, {"end_below": 92},
    {"end_above": 112}, {"end_gain": 0.01}, {"end_loss": 0.03}, {"end_after": 300},
    {"at_end": "keep", "end_after": 300}, {"compound": True, "trail": "both"},
    {"profit": 0.015, "trail": "both", "resting": 2},
]  # fmt: skip
FOLLOWS = NEAR | {"trail": "both"}
_ANY: dict[str, tuple[Any, ...]] = {
    "trigger": (80, 100, 130), "profit": (0.012, 0.03), "compound": (True,), "initial_part": (0, 0.3, 0.5),
    "resting": (1, 2, 4), "trail": ("up", "down", "both"), "fall": (0.01, 0.04), "fall_pause": (2, 20),
    "end_gain": (0.02, 0.1), "end_loss": (0.05, 0.2), "end_after": (50, 250), "at_end": ("keep",),
    "initial": ("none",), "levels": (2, 5, 12),
}  # fmt: skip


def grid_cases() -> list[Case]:
    """Each behaviour, and each thing that may come in between."""
    bot = "grid"
    exits = {"stop_loss": "0.08", "take_profit": "0.3"}
    own = [one(", ".join(f"{k} {v}" for k, v in each.items()), bot, 601, params=NEAR | each) for each in OWN]
    return [
        *own,
        one("equal steps, up", bot, 602, params=CELLS | {"trail": "up", "trail_top": 250, "lower": 95, "upper": 105}),
        one("equal steps, down, waits", bot, 603, params={"levels": 9, "trail": "down", "initial": "none"}),
        one("equal steps, both, coins of a cell", bot, 604, {"fee": "0"}, params={"levels": 9, "trail": "both"}),
        one("follows, base fees", bot, 605, BASE_FEE, params=FOLLOWS),
        one("follows, base fees, coarse lot", bot, 606, {**BASE_FEE, "lot": "0.1"}, params=FOLLOWS),
        one("follows, third-asset fees", bot, 607, THIRD_FEE, params=FOLLOWS | {"compound": True}),
        one("follows, short", bot, 608, SHORT, params=FOLLOWS, size="0.5"),
        one("follows, short, base fees", bot, 609, {**SHORT, **BASE_FEE, "lot": "0.01"}, params=FOLLOWS, size="0.5"),
        one("pauses, short", bot, 610, SHORT, params=NEAR | {"beyond": "pause"}, size="0.5"),
        one("ends, short", bot, 611, SHORT, params=NEAR | {"beyond": "end"}, size="0.5", bites=("end",)),
        one("follows, protected", bot, 612, params=FOLLOWS, exits=exits, slippage_bps="5", bites=("stop_loss",)),
        one("few rest, protected", bot, 613, params=FOLLOWS | {"resting": 2}, exits=exits, bites=("stop_loss",)),
        one("ends by loss, slippage", bot, 614, params=NEAR | {"end_loss": 0.02}, slippage_bps="12", bites=("end",)),
        one("ends, cut to the maximum", bot, 615, {"max_qty": Decimal("9")}, params=NEAR | {"end_loss": 0.02},
            bites=("end",)),
        one("too dear", bot, 616, params=FOLLOWS, size="1.5", bites=("INSUFFICIENT_BALANCE",), returns=("again",)),
        one("follows, fixed quote", bot, 617, params=FOLLOWS, sizing="fixed_quote", size="700"),
        one("down, fixed", bot, 618, params=NEAR | {"trail": "down"}, sizing="fixed", size="3.21"),
        one("in a cage", bot, 619, params=FOLLOWS | {"resting": 3}, exits={"stop_loss": "0.3"},
            limits={"max_position": "0.4", "max_orders_day": 25, "max_daily_loss": "0.01"},
            bites=("MAX_ORDERS", "MAX_POSITION")),
        one("price collar", bot, 620, params=FOLLOWS, limits={"price_collar": "0.002"}, bites=("PRICE_COLLAR",)),
        one("through", bot, 621, params=FOLLOWS | {"beyond": "pause", "trail_top": 110}, fill="through"),
        one("hours", bot, 622, params=FOLLOWS, hours=(60, 960, (0, 1, 2, 3, 4, 5, 6)), bites=("OUTSIDE_WINDOW",)),
        many("three symbols", bot, 623, params=FOLLOWS | {"end_gain": 0.2}, size="0.3"),
        many("three symbols want too much", bot, 626, params=FOLLOWS, size="0.9", bites=("BALANCE",)),
    ]  # fmt: skip


def any_grid(seed: int) -> Case:
    """Anything at all, from a seed; enough money that no cell is too small."""
    case = random_case(seed, strategy="rsi")
    rng = random.Random(f"grid {seed}")
    params = {"step": rng.choice([0.008, 0.012, 0.03]), "spacing": "geometric", "levels": 6}
    params |= {name: rng.choice(values) for name, values in _ANY.items() if rng.random() < 0.25}
    if rng.random() < 0.4:
        params["trail"] = rng.choice(["up", "down", "both"])
    if params.get("initial") == "none":
        params.pop("initial_part", None)
    if "trail" not in params:
        params["beyond"] = rng.choice(["hold", "pause", "end"])
        params["equal"] = rng.choice(["money", "coins"])
    if rng.random() < 0.3 and params.get("trail", "down") == "down":
        params["spacing"] = "arithmetic"
    sizing, size = case.sizing, case.size
    if sizing == "fixed" and params.get("trail") in ("up", "both"):
        sizing, size = "fixed_quote", "900"
    # An exit or a limit ends most grids soon.
    exits = case.exits if rng.random() < 0.25 else {}
    limits = case.limits if rng.random() < 0.4 else {}
    return replace(
        case, strategy="grid", params=params, capital=str(Decimal(case.capital) * 20), sizing=sizing, size=size,
        exits=exits, limits=limits,
    )  # fmt: skip
