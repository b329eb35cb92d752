"""Settings of `scalper` for parity: quick ones, one for each of its ways, and any drawn at random that are not refused."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

from .cases import BASE_FEE, THIRD_FEE, Case, many, one, random_case

SHORT = {"shortable": True}
# Close enough to trade often in a short run.
QUICK: dict[str, Any] = {"spread": 0.4, "take_profit": 0.6, "stop": 1.2, "tighten": 20, "hold": 60, "loss_cooldown": 3}
QUOTES = QUICK | {"exit": "quotes"}
IN_RANGES = QUICK | {"unit": "volatility", "volatility_period": 20, "spread": 0.9, "take_profit": 1.5, "stop": 3}
TICKS = QUICK | {"unit": "ticks", "spread": 40, "take_profit": 60, "stop": 120}
# Each is felt: without its first setting the run is another.
OWN: list[dict[str, Any]] = [
    {"fair": "average"}, {"fair_period": 4, "fair": "average"}, {"levels": 1}, {"levels": 6}, {"spread": 0.7},
    {"step": 1.5}, {"step_scale": 1.8}, {"amount_scale": 2.0}, {"refresh": 3, "tolerance": 3}, {"tolerance": 0.05},
    {"settle": 8, "tolerance": 0.1}, {"keep": 0.9, "tolerance": 0.1}, {"orders_hour": 4}, {"take_profit": 0.9},
    {"stop": 0.5}, {"tighten": 0}, {"hold": 25}, {"exit": "position"}, {"exit": "quotes"},
    {"above_cost": False, "exit": "quotes"}, {"position_profit": 0.006}, {"position_stop": 0.008}, {"max_base": 0.4},
    {"target_base": 0.5}, {"least_size": 1.0}, {"price_skew": 1.0}, {"min_edge_bps": 35}, {"slippage_bps": 35},
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


def scalper_cases() -> list[Case]:
    """Each behaviour, and each thing that may come in between."""
    bot, both = "scalper", ("quote", "profit")
    exits = {"stop_loss": "0.02", "take_profit": "0.03", "trailing_stop": "0.02"}
    away = {"stop_loss": "0.03"}
    two = QUICK | {"direction": "both"}
    return [
        one("defaults", bot, 500, bites=both),
        one("quick", bot, 501, params=QUICK, bites=("stop", "time", *both)),
        one("as one position", bot, 502, params=QUICK | {"exit": "position"}, bites=("stop", *both)),
        one("by quotes", bot, 503, params=QUOTES, bites=("close", *both)),
        one("by quotes, below cost", bot, 504, params=QUOTES | {"above_cost": False, "stop": 0}, bites=both),
        one("by quotes, some is kept", bot, 505, params=QUOTES | {"min_base": 0.2, "target_base": 0.4,
            "price_skew": 1.5, "hold": 0, "stop": 0}, bites=both),
        one("in ranges", bot, 506, params=IN_RANGES, bites=("stop", *both)),
        one("in ticks", bot, 507, params=TICKS, bites=("stop", *both)),
        one("short", bot, 508, SHORT, params=QUICK | {"direction": "short"}, bites=("stop", *both)),
        one("both sides", bot, 509, SHORT, params=two, bites=("stop", "time", *both)),
        one("both sides, one position", bot, 510, SHORT, params=two | {"exit": "position"}, bites=("stop", *both)),
        one("both sides, quotes", bot, 511, SHORT, params=two | {"exit": "quotes", "price_skew": 1.0}, bites=both),
        one("both sides, base fees", bot, 512, {**SHORT, **BASE_FEE, "lot": "0.01"}, params=two, bites=both),
        one("both sides, protected", bot, 513, SHORT, params=two | {"stop": 0}, exits=exits, slippage_bps="4",
            bites=("stop_loss", *both)),
        one("turned away", bot, 514, params=QUICK | {"spread": 0.02, "tolerance": 0.0, "keep": 0.0},
            bites=("POST_ONLY", *both)),
        one("not only as maker", bot, 515, params=QUICK | {"spread": 0.02, "tolerance": 0.0, "post_only": False},
            bites=both),
        one("protected", bot, 516, params=QUICK | {"stop": 0}, exits=exits, fill="through", bites=("stop_loss", *both)),
        one("base fees", bot, 517, BASE_FEE, params=QUICK, exits=away, bites=both),
        one("base fees, coarse lot", bot, 518, {**BASE_FEE, "lot": "0.1"}, params=QUICK, bites=both),
        one("base fees, coarse lot, quotes", bot, 519, {**BASE_FEE, "lot": "0.1"}, params=QUOTES, bites=both),
        one("third-asset fees", bot, 520, THIRD_FEE, params=QUICK, bites=both),
        one("makers are paid", bot, 521, {"maker_fee": Decimal("-0.0002")}, params=QUICK | {"take_profit": 0.2},
            bites=both),
        one("parts too small", bot, 522, {"min_notional": Decimal(290), "lot": "0.1", **BASE_FEE}, params=QUICK | {
            "least_size": 0.0}, size="0.1", bites=("BELOW_MINIMUM", *both)),
        one("parts too small, quotes", bot, 523, {"min_notional": Decimal(320), "lot": "0.1", **BASE_FEE},
            params=QUOTES | {"least_size": 0.0, "max_base": 0.3}, size="0.1", bites=("BELOW_MINIMUM", *both)),
        one("cut to the maximum", bot, 524, {"max_qty": Decimal(9)}, params=QUICK | {"exit": "position"}, bites=both),
        one("more than there is", bot, 525, params=QUICK | {"least_size": 1.0}, size="1.8", bites=both),
        one("in a cage", bot, 526, params=QUICK, exits=away, limits={"max_position": "0.4", "max_orders_day": 9,
            "max_daily_loss": "0.01", "price_collar": "0.008"}, bites=("MAX_ORDERS", *both)),
        one("cool-down", bot, 527, params=QUICK, limits={"max_consecutive_losses": 1, "cooldown_ms": 6 * 3_600_000},
            bites=("COOL_DOWN", "stop")),
        one("hours", bot, 528, params=QUICK, exits=away, hours=(60, 960, (0, 1, 2, 3, 4, 5, 6)),
            bites=("OUTSIDE_WINDOW", *both)),
        one("both sides in a cage", bot, 529, SHORT, params=two, exits=away, limits={"max_position": "0.5",
            "max_orders_day": 12, "max_consecutive_losses": 3, "cooldown_ms": 3_600_000}, bites=("MAX_ORDERS", *both)),
        many("three symbols", bot, 530, params=QUICK, size="0.3", exits=away, bites=both),
        many("three symbols want too much", bot, 533, params=QUICK | {"max_base": 0.6}, size="0.7", bites=("BALANCE",)),
    ]  # fmt: skip


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


def any_scalper(seed: int) -> Case:
    """Anything at all, from a seed; with enough money that no first order is too small."""
    case = random_case(seed, strategy="rsi")
    size = {"fixed": "9", "fixed_quote": "2500"}.get(case.sizing, case.size)
    shortable = all(one.shortable for one in case.instruments.values())
    params = any_scalper_params(random.Random(f"scalper {seed}"), shortable=shortable)
    return replace(case, strategy="scalper", params=params, capital=str(Decimal(case.capital) * 10), size=size)
