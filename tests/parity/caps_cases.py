"""Runs with limits that few bots have, for product and reference alike: named ones and random ones."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

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
    ]  # fmt: skip


def any_caps(seed: int) -> dict[str, Any]:
    """One to three of these limits."""
    rng = random.Random(f"caps {seed}")
    chances: dict[str, list[Any]] = {
        "max_weekly_loss": ["0.005", "0.04"],
        "max_exposure": ["0.08", "0.4", "1.1"],
    }
    names = rng.sample(sorted(chances), min(len(chances), rng.randint(1, 3)))
    return {name: rng.choice(chances[name]) for name in names}


def random_caps_case(seed: int) -> Case:
    """Anything at all, with some of these limits beside what it has."""
    case = random_case(seed)
    return replace(case, name=f"caps {seed}", limits={**case.limits, **any_caps(seed)})


__all__ = ["any_caps", "caps_cases", "many", "random_caps_case"]
