"""The signal bots' named runs: what all of them share, told by each, and each bot's own settings.

`felt` names the settings without which a run would be another one; the test takes each away and looks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from .cases import BASE_FEE, Case, one
from .signal_params import AVERAGES, SIGNAL_BOTS

# Quick enough to trade often in a short run. `late` is written out, for sma_crossover has another default.
QUICK: dict[str, dict[str, Any]] = {
    "sma_crossover": {"fast": 3, "slow": 8},
    "rsi": {"period": 4, "leave_long": 60, "leave_short": 40},
    "macd": {"fast": 4, "slow": 9, "signal": 3},
    "bollinger": {"period": 8, "width": 1.2, "min_move": 0.003},
    "stochastic": {"period": 5, "smooth": 2, "signal": 2},
    "donchian_breakout": {"entry": 6, "leave": 4},
    "supertrend": {"period": 4, "multiplier": 1.2},
    "momentum": {"lookback": 3, "enter": 0.006},
}
# Settings of its own that each bot's defaults are left for, one run each.
OWN: dict[str, list[dict[str, Any]]] = {
    "sma_crossover": [
        *({"average": kind} for kind in AVERAGES[1:]), {"threshold": 0.002}, {"fast": 5}, {"slow": 20},
        {"late": False}, {"average": "HMA", "fast": 2, "slow": 7},
    ],
    "rsi": [
        {"period": 7}, {"oversold": 42}, {"overbought": 58}, {"leave_long": 75}, {"leave_short": 22},
        {"leave_long": 90, "leave_short": 10, "overbought": 60, "oversold": 40},
    ],
    "macd": [{"fast": 6}, {"slow": 17}, {"signal": 7}, {"threshold": 0.0005}, {"side_of_zero": True}],
    "bollinger": [
        {"period": 15}, {"width": 0.7}, {"min_move": 0.009}, {"mode": "breakout"},
        {"mode": "breakout", "min_move": 0.012},
    ],
    "stochastic": [
        {"period": 9}, {"smooth": 1}, {"signal": 5}, {"oversold": 40}, {"overbought": 60},
    ],
    "donchian_breakout": [{"entry": 15}, {"leave": 2}, {"buffer": 0.002}, {"leave": 6}],
    "supertrend": [{"period": 9}, {"multiplier": 2.2}, {"near_band": 0.006}],
    "momentum": [
        {"lookback": 6}, {"enter": 0.011}, {"leave": -0.004}, {"min_strength": 25},
        {"min_strength": 25, "strength_period": 5}, {"min_volatility": 0.006},
        {"min_volatility": 0.006, "volatility_period": 3}, {"band": 0.85}, {"band": 0.85, "band_period": 9},
        {"band": 0.85, "band_width": 1.2}, {"macd": True}, {"adds": 2, "add_step": 0.005},
    ],
}  # fmt: skip
SHORT = {"shortable": True}
LIMITS = {"max_position": "0.4", "max_orders_day": 2, "max_daily_loss": "0.05", "max_consecutive_losses": 2,
          "cooldown_ms": 2 * 3_600_000}  # fmt: skip
WIDE = {"stop_loss": "0.008", "take_profit": "0.02", "trailing_stop": "0.012"}
COUNT = 500


def signal_cases() -> list[tuple[Case, tuple[str, ...]]]:
    """Every run with the settings that must be felt in it."""
    return [
        made for k, bot in enumerate(SIGNAL_BOTS) for made in (*_shared(bot, 300 + 10 * k), *_own(bot, 305 + 10 * k))
    ]


def without(case: Case, setting: str) -> Case:
    """The same run with one setting at what it is in a quick run, or at its default."""
    params = {name: value for name, value in case.params.items() if name != setting}
    if setting in QUICK[case.strategy]:
        params[setting] = QUICK[case.strategy][setting]
    return replace(case, params=params)


def _shared(bot: str, seed: int) -> list[tuple[Case, tuple[str, ...]]]:
    def told(
        name: str, params: dict[str, Any], facts: dict[str, Any] | None = None, felt: tuple[str, ...] = (), **more: Any
    ) -> tuple[Case, tuple[str, ...]]:
        return one(name, bot, seed, facts, count=COUNT, params=QUICK[bot] | params, **{"size": "0.5", **more}), felt

    both = {"direction": "both"}
    return [
        told("long", {}),
        told("long, base fees", {}, BASE_FEE, size="1"),
        told("short", {"direction": "short"}, SHORT, ("direction",)),
        told("both", both, SHORT, ("direction",)),
        told("both on spot", both),
        told("confirmed by three", {"confirm": 3, "late": False, **both}, SHORT, ("confirm",)),
        told("confirmed by two, late", {"confirm": 2, "late": True, **both}, SHORT, ("confirm",)),
        told("late after a pause", {"cooldown": 9, "late": True, **both}, SHORT, ("cooldown",)),
        told("in time after a pause", {"cooldown": 9, "late": False, **both}, SHORT, ("cooldown",)),
        told("with the trend", {"trend": 40, **both}, SHORT, ("trend",)),
        told("with the trend, late", {"trend": 15, "late": True}, felt=("trend",)),
        told("stopped out", {"late": True, **both}, SHORT, exits={"stop_loss": "0.006"}, bites=("stop_loss",)),
        told("stopped out, late after a pause", {"late": True, "cooldown": 2, **both}, SHORT,
             exits={"stop_loss": "0.006"}, bites=("stop_loss",)),
        told("stopped out, then a pause", {"cooldown": 5, **both}, SHORT, ("cooldown",), exits=WIDE,
             bites=("stop_loss",)),
        told("in a cage", {"cooldown": 2, **both}, SHORT, exits=WIDE, limits=LIMITS, bites=("MAX_ORDERS",)),
        told("in a cage on spot", {"late": True}, exits=WIDE, limits=LIMITS, bites=("MAX_ORDERS",), slippage_bps="3"),
    ]  # fmt: skip


def _own(bot: str, seed: int) -> list[tuple[Case, tuple[str, ...]]]:
    made = []
    for params in OWN[bot]:
        name = ", ".join(f"{key} {value}" for key, value in params.items())
        case = one(name, bot, seed, SHORT, count=COUNT, size="0.5", params=QUICK[bot] | {"direction": "both"} | params)
        made.append((case, tuple(params)))
    return made
