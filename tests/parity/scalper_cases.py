"""Runs of `scalper`: named ones, each with the reasons that must occur in it, and random ones."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

from .cases import BASE_FEE, THIRD_FEE, Case, many, one, random_case
from .scalper_params import IN_RANGES, QUICK, QUOTES, TICKS, any_scalper_params

SHORT = {"shortable": True}


def scalper_cases() -> list[Case]:
    """Each behaviour, and each thing that may come in between."""
    bot, both = "scalper", ("quote", "profit")
    exits = {"stop_loss": "0.02", "take_profit": "0.03", "trailing_stop": "0.02"}
    away = {"stop_loss": "0.03"}
    two = QUICK | {"direction": "both"}
    return [
        one("defaults", bot, 500, bites=both),
        one("quick", bot, 501, params=QUICK, bites=("stop", *both)),
        one("by time", bot, 534, params=QUICK | {"tighten": 0, "hold": 6, "take_profit": 1}, bites=("time", *both)),
        one("as one position", bot, 502, params=QUICK | {"exit": "position"}, bites=("stop", *both)),
        one("by quotes", bot, 503, params=QUOTES, bites=("close", *both)),
        one("by quotes, below cost", bot, 504, params=QUOTES | {"above_cost": False, "stop": 0}, bites=both),
        one("by quotes, some is kept", bot, 505, params=QUOTES | {"min_base": 0.2, "target_base": 0.4,
            "price_skew": 1.5, "hold": 0, "stop": 0}, bites=both),
        one("in ranges", bot, 506, params=IN_RANGES, bites=("stop", *both)),
        one("in ticks", bot, 507, params=TICKS, bites=("stop", *both)),
        one("short", bot, 508, SHORT, params=QUICK | {"direction": "short"}, bites=("stop", *both)),
        one("both sides", bot, 509, SHORT, params=two | {"tighten": 0, "hold": 6}, bites=("stop", "time", *both)),
        one("both sides, one position", bot, 510, SHORT, params=two | {"exit": "position"}, bites=("stop", *both)),
        one("both sides, quotes", bot, 511, SHORT, params=two | {"exit": "quotes", "price_skew": 1.0}, bites=both),
        one("both sides, base fees", bot, 512, {**SHORT, **BASE_FEE, "lot": "0.01"}, params=two, bites=both),
        one("both sides, protected", bot, 513, SHORT, params=two | {"stop": 0}, exits=exits, slippage_bps="4",
            bites=("stop_loss", *both)),
        one("turned away", bot, 514, params=QUICK | {"spread": 0.02, "tolerance": 0.0, "keep": 0.0},
            bites=("POST_ONLY", *both)),
        one("not only as maker", bot, 515, params=QUICK | {"spread": 0.02, "tolerance": 0.0, "post_only": False},
            bites=both),
        one("protected", bot, 516, params=QUICK | {"stop": 0}, exits=exits | {"stop_loss": "0.008"}, fill="through",
            bites=("stop_loss", *both)),
        one("base fees", bot, 517, BASE_FEE, params=QUICK, exits=away, bites=both),
        one("base fees, coarse lot", bot, 518, {**BASE_FEE, "lot": "0.1"}, params=QUICK, bites=both),
        one("base fees, coarse lot, quotes", bot, 519, {**BASE_FEE, "lot": "0.1"}, params=QUOTES, bites=both),
        one("third-asset fees", bot, 520, THIRD_FEE, params=QUICK, bites=both),
        one("makers are paid", bot, 521, {"maker_fee": Decimal("-0.0002")}, params=QUICK | {"take_profit": 0.2},
            bites=both),
        one("parts too small", bot, 522, {"min_notional": Decimal(321), "lot": "0.1", **BASE_FEE}, params=QUICK | {
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


def any_scalper(seed: int) -> Case:
    """Anything at all, from a seed; with enough money that no first order is too small."""
    case = random_case(seed, strategy="rsi")
    size = {"fixed": "9", "fixed_quote": "2500"}.get(case.sizing, case.size)
    shortable = all(one.shortable for one in case.instruments.values())
    params = any_scalper_params(random.Random(f"scalper {seed}"), shortable=shortable)
    return replace(case, strategy="scalper", params=params, capital=str(Decimal(case.capital) * 10), size=size)
