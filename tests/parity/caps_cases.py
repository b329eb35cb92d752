"""Runs with limits that few bots have, for product and reference alike: named ones and random ones."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from .bracket_cases import bracket_case
from .cases import HOUR_MS, Case, many, one, random_case

WEEK_BEGINS = 22 * HOUR_MS


def caps_cases() -> list[Case]:
    """One for each limit."""
    quick = {"fast": 4, "slow": 11}
    near = {"centre": 0, "step": 0.01, "levels": 16}
    week = {"max_weekly_loss": "0.02", "day_offset_ms": WEEK_BEGINS}
    return [
        one("max_weekly_loss", "sma_crossover", 123, count=3_500, params=quick, limits=week, bites=("WEEKLY_LOSS",)),
        one("max_weekly_loss", "grid", 124, count=3_500, params=near, limits=week, bites=("WEEKLY_LOSS",),
            returns=("WEEKLY_LOSS",)),
        many("max_exposure", "sma_crossover", 125, params=quick, size="0.3", limits={"max_exposure": "0.5"},
             bites=("MAX_EXPOSURE",)),
        many("max_exposure", "grid", 126, params=near, size="0.3", limits={"max_exposure": "0.55"},
             bites=("MAX_EXPOSURE",), returns=("MAX_EXPOSURE",)),
        many("max_correlated_exposure", "sma_crossover", 141, params=quick, size="0.3",
             limits={"max_correlated_exposure": "0.4", "correlation": "0.1", "correlation_period": 12},
             bites=("MAX_CORRELATED_EXPOSURE",)),
        many("max_correlated_exposure", "grid", 142, params=near, size="0.3",
             limits={"max_correlated_exposure": "0.35", "correlation": "0.2", "correlation_period": 30},
             bites=("MAX_CORRELATED_EXPOSURE",), returns=("MAX_CORRELATED_EXPOSURE",)),
        many("max_correlated_exposure, usual numbers", "sma_crossover", 143, params=quick, size="0.3",
             limits={"max_correlated_exposure": "0.4", "max_exposure": "0.7"},
             bites=("MAX_CORRELATED_EXPOSURE", "MAX_EXPOSURE")),
        one("tiers", "sma_crossover", 127, params=quick, exits={"stop_loss": "0.02"},
            limits={"drawdown_reduce": "0.02", "drawdown_factor": "0.4", "drawdown_flatten": "0.07",
                    "drawdown_smoothing": 12},
            bites=("DRAWDOWN_REDUCE", "DRAWDOWN_FLATTEN", "drawdown_exit")),
        many("tiers", "grid", 128, params=near, size="0.3",
             limits={"drawdown_reduce": "0.004", "drawdown_factor": "0.37", "drawdown_pause": "0.02",
                     "drawdown_smoothing": 30},
             bites=("DRAWDOWN_REDUCE", "DRAWDOWN_PAUSE"), returns=("DRAWDOWN_PAUSE",)),
        many("symbol cool-down", "sma_crossover", 129, params=quick, size="0.3", exits={"stop_loss": "0.01"},
             limits={"symbol_cooldown_ms": 3 * HOUR_MS}, bites=("SYMBOL_COOL_DOWN",)),
        one("max_trade_risk", "sma_crossover", 130, params=quick, exits={"stop_loss": "0.03", "trailing_stop": "0.013"},
            limits={"max_trade_risk": "0.004"}, bites=("MAX_TRADE_RISK",)),
        one("max_trade_risk, a stop that waits", "sma_crossover", 130, params=quick,
            exits={"stop_loss": "0.03", "trailing_stop": "0.013", "trailing_activation": "0.02"},
            limits={"max_trade_risk": "0.004"}, bites=("MAX_TRADE_RISK",)),
        many("order_rate", "grid", 131, params=near, size="0.3",
             limits={"order_rate": 3, "order_rate_ms": HOUR_MS}, bites=("ORDER_RATE",), returns=("ORDER_RATE",)),
    ]  # fmt: skip


def any_caps(seed: int, exits: dict[str, str]) -> dict[str, Any]:
    """One to three of these limits."""
    rng = random.Random(f"caps {seed}")
    chances: dict[str, list[Any]] = {
        "max_weekly_loss": ["0.01", "0.04"],
        "max_exposure": ["0.08", "0.4", "1.1"],
        "symbol_cooldown_ms": [HOUR_MS, 7 * HOUR_MS],
    }
    hasty = random.Random(f"rate {seed}")
    rate = {"order_rate": hasty.choice([1, 4]), "order_rate_ms": hasty.choice([1, 12, 50]) * HOUR_MS}
    if exits.get("stop_loss") or (exits.get("trailing_stop") and not exits.get("trailing_activation")):
        chances["max_trade_risk"] = ["0.0004", "0.003"]
    tiers: dict[str, Any] = {
        "drawdown_reduce": rng.choice(["0.001", "0.004"]), "drawdown_pause": rng.choice(["0.005", "0.02"]),
        "drawdown_flatten": rng.choice(["0.03", "0.06"]),
    }  # fmt: skip
    tiers = {name: value for name, value in tiers.items() if rng.random() < 0.6}
    if "drawdown_reduce" in tiers:
        tiers["drawdown_factor"] = rng.choice(["0.5", "0.13"])
    if tiers:
        tiers["drawdown_smoothing"] = rng.choice([0, 5, 40])
    alike: dict[str, Any] = {}
    near = random.Random(f"alike {seed}")
    if near.random() < 0.4:
        alike = {"max_correlated_exposure": near.choice(["0.06", "0.3"]), "correlation": near.choice(["0.05", "0.3"])}
        alike["correlation_period"] = near.choice([3, 10, 60])
    names = rng.sample(sorted(chances), min(len(chances), rng.randint(1, 3)))
    return {name: rng.choice(chances[name]) for name in names} | tiers | alike | (rate if hasty.random() < 0.25 else {})


def any_moves(seed: int) -> dict[str, str]:
    """Exits that move, for every third seed: stops that a gain switches on, and a target that falls."""
    if seed % 3:
        return {}
    rng = random.Random(f"moves {seed}")
    moves = {"trailing_stop": rng.choice(["0.005", "0.02"]), "trailing_activation": rng.choice(["0.001", "0.01"])}
    if rng.random() < 0.5:
        moves = {"break_even": rng.choice(["0.002", "0.01"]), "break_even_offset": rng.choice(["0", "0.001"])}
    ages = sorted(rng.sample(range(1, 300), 3))
    return moves | {f"roi_{age}": gain for age, gain in zip(ages, ("0.009", "0.004", "0"), strict=True)}


def random_caps_case(seed: int) -> Case:
    """Anything at all, with some of these limits beside what it has, and some with exits that move."""
    case = bracket_case(seed) if seed % 2 else random_case(seed)
    beside = {} if seed % 4 == 1 else case.limits
    exits = case.exits | any_moves(seed)
    if any_moves(seed):
        exits.pop("take_profit", None)
    return replace(case, name=f"caps {seed}", exits=exits, limits={**beside, **any_caps(seed, exits)})
