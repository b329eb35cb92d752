"""Runs of `dca`: named ones, each with the reasons that must occur in it, and random ones."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

from .cases import BASE_FEE, THIRD_FEE, Case, many, one, random_case
from .dca_params import any_dca_params

SHORT = {"shortable": True}
# A tight ladder that meets its market often.
QUICK = {"step": 0.006, "safety_orders": 4, "take_profit": 0.009, "step_scale": 1.2, "volume_scale": 1.2}
STEPS = {"take_profit": 0.006, "take_profit_2": 0.012, "take_profit_3": 0.02, "share": 0.4, "share_2": 0.3}
CLOCK = {"kind": "time", "every": 5, "parts": 8, "take_profit": 0.01}


def dca_cases() -> list[Case]:
    """Each behaviour, and each thing that may come in between."""
    bot = "dca"
    exits = {"stop_loss": "0.03", "take_profit": "0.05", "trailing_stop": "0.04"}
    both = ("base", "safety", "profit")
    return [
        one("at once", bot, 400, params=QUICK, bites=both),
        one("by the index", bot, 401, params=QUICK | {"start": "rsi", "rsi_period": 5}, bites=both),
        one("by the average", bot, 402, params=QUICK | {"start": "average", "average_period": 10,
            "average_distance": 0.004}, bites=both),
        one("one at a time", bot, 403, params=QUICK | {"active": 1, "safety_orders": 7}, bites=both),
        one("three steps", bot, 404, params=QUICK | STEPS, bites=both),
        one("three steps, break even", bot, 405, params=QUICK | STEPS | {"break_even": True}, bites=("stop", *both)),
        one("two steps from the first", bot, 406, params=QUICK | {"take_profit": 0.006, "take_profit_2": 0.015,
            "take_profit_from": "first", "stop": 0.04}, bites=("stop", *both)),
        one("trailing", bot, 407, params=QUICK | {"trailing": 0.003}, bites=("close", "base", "safety")),
        one("trailing after a step", bot, 408, params=QUICK | {"take_profit_2": 0.014, "trailing": 0.004},
            bites=("close", *both)),
        one("stopped for good", bot, 409, params=QUICK | {"stop": 0.035, "stop_after_loss": True}, bites=("stop",)),
        one("closed by age", bot, 410, params=QUICK | {"close_after": 25, "cooldown": 4}, bites=("close", *both)),
        one("five deals", bot, 411, params=QUICK | {"deals": 5, "cooldown": 3}),
        one("within a band", bot, 412, params=QUICK | {"min_price": 85, "max_price": 120}),
        one("short", bot, 413, SHORT, params=QUICK | {"direction": "short"}, size="0.5", bites=both),
        one("short, by the index, steps", bot, 414, SHORT, params=QUICK | STEPS | {"direction": "short",
            "start": "rsi", "rsi_period": 4, "stop": 0.05}, size="0.5", bites=("stop", *both)),
        one("protected", bot, 415, params=QUICK, exits=exits, slippage_bps="4", bites=("stop_loss", *both)),
        one("protected, steps", bot, 416, params=QUICK | STEPS, exits=exits, fill="through",
            bites=("stop_loss", *both)),
        one("base fees", bot, 417, BASE_FEE, params=QUICK | STEPS | {"break_even": True}, bites=both),
        one("base fees, coarse lot", bot, 418, {**BASE_FEE, "lot": "0.1"}, params=QUICK | STEPS, bites=both),
        one("third-asset fees", bot, 419, THIRD_FEE, params=QUICK, bites=both),
        one("parts too small", bot, 420, {"min_notional": Decimal(400), "lot": "0.01"}, params=QUICK | STEPS | {
            "volume_scale": 1.0, "safety_orders": 3}, size="0.25", bites=("BELOW_MINIMUM", *both)),
        one("cut to the maximum", bot, 421, {"max_qty": Decimal("7")}, params=QUICK | {"stop": 0.06}, bites=both),
        one("more than there is", bot, 422, params=QUICK, size="1.4", bites=both),
        one("in a cage", bot, 423, params=QUICK | STEPS, exits=exits, limits={"max_position": "0.5",
            "max_orders_day": 9, "max_daily_loss": "0.02", "price_collar": "0.008"},
            bites=("MAX_ORDERS", "DAILY_LOSS")),
        one("cool-down", bot, 424, params=QUICK | {"stop": 0.04}, limits={"max_consecutive_losses": 1,
            "cooldown_ms": 6 * 3_600_000}, bites=("COOL_DOWN", "stop")),
        one("by the clock", bot, 425, params=CLOCK, bites=("base", "profit")),
        one("by the clock, more in dips", bot, 426, params=CLOCK | {"dip": 0.01, "dip_window": 20, "dip_factor": 2.5},
            bites=("base", "profit")),
        one("by the clock, kept", bot, 427, params=CLOCK | {"take_profit": 0}),
        one("by the clock, trailing, stopped", bot, 428, BASE_FEE, params=CLOCK | {"trailing": 0.004, "stop": 0.05,
            "deals": 6, "cooldown": 7}, bites=("close", "base")),
        one("by the clock, too dear", bot, 429, params=CLOCK, size="1.4", bites=("INSUFFICIENT_BALANCE",)),
        many("three symbols", bot, 430, params=QUICK, size="0.3", exits=exits, bites=both),
        many("three symbols want too much", bot, 433, params=QUICK | STEPS, size="0.7", bites=("BALANCE",)),
    ]  # fmt: skip


def any_dca(seed: int) -> Case:
    """Anything at all, from a seed; settings that the class would refuse are mended here."""
    case = random_case(seed, strategy="rsi")
    # Twelve orders share the money: enough of it that no first order is too small.
    size = {"fixed": "30", "fixed_quote": "9000"}.get(case.sizing, case.size)
    shortable = all(one.shortable for one in case.instruments.values())
    params = any_dca_params(random.Random(f"dca {seed}"), shortable=shortable)
    return replace(case, strategy="dca", params=params, capital=str(Decimal(case.capital) * 25), size=size)
