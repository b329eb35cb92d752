"""Rule sets drawn at random, wide enough for every verb, join, list, short form and timeframe, and none refused."""

from __future__ import annotations

import random
from typing import Any

from botswain.model.errors import BadInput
from botswain.strategies.catalog import strategy_class

Rule = dict[str, Any]
# Indicators by the kind of their numbers, so that what is compared may be.
PRICES: tuple[Any, ...] = (
    "close", "open", "high", "low", {"indicator": "SMA", "period": 5}, {"indicator": "EMA", "timeperiod": 9},
    {"indicator": "SMA", "period": 3, "of": "high"}, {"indicator": "BBANDS", "period": 8, "width": 1.0},
    {"indicator": "BBANDS", "period": 8, "width": 1.0, "output": "lowerband"}, {"indicator": "MAX", "period": 6},
    {"indicator": "KAMA", "period": 6},
)  # fmt: skip
INDICES: tuple[tuple[Any, tuple[float, ...]], ...] = (
    ({"indicator": "RSI", "period": 5}, (25, 40, 50, 60, 75)),
    ({"indicator": "MFI", "period": 5}, (30, 50, 70)),
    ({"indicator": "STOCH", "output": "slowd"}, (25, 50, 75)),
    ({"indicator": "ADX", "period": 4}, (20, 35)),
    ({"indicator": "WILLR", "period": 7}, (-70, -30)),
    ({"indicator": "CCI", "period": 6}, (-90, 0, 90)),
    ({"indicator": "MACD", "fast": 4, "slow": 9, "signal": 3, "output": "macdhist"}, (0,)),
    ({"indicator": "MOM", "period": 4}, (0,)),
    ({"indicator": "CDLENGULFING"}, (0,)),
    ({"indicator": "ROCP", "period": 3}, (-0.004, 0.0, 0.004)),
)
FRAMES = {"1m": ("5m", "15m"), "5m": ("15m", "30m", "1h"), "1h": ("2h", "4h", "1d")}
SHORTS: tuple[dict[str, Any], ...] = (
    {"RSI": {"period": 6, "oversold": 35, "overbought": 65}},
    {"MACD": {"fast": 5, "slow": 11, "signal": 4}, "SMA": {"period": 12}},
    {"RSI": {"period": 5, "within": 9}, "MACD": {}, "SMA": {"fast": 4, "slow": 12}, "need": 2},
    {"BBANDS": {"period": 9, "width": 1.2}, "ADX": {"period": 5, "least": 18}},
    {"STOCH": {"oversold": 35, "overbought": 65}, "EMA": {"period": 8}, "need": "any"},
    {"CCI": {"period": 7}, "WILLR": {"period": 9, "within": 4}, "CMO": {"period": 6, "oversold": -30}, "need": 2},
    {"ULTOSC": {"oversold": 45, "overbought": 55}}, {"MFI": {"period": 5}},
)  # fmt: skip


def any_rule(rng: random.Random, frames: tuple[str, ...]) -> Rule:
    """One rule."""
    made = rng.choice((price_rule, index_rule, moving_rule))(rng)
    if rng.random() < 0.3:
        made["within"] = rng.choice((2, 3, 6, 15))
    if rng.random() < 0.35:
        made["timeframe"] = rng.choice(frames)
    return made


def price_rule(rng: random.Random) -> Rule:
    """Prices against prices."""
    left, right, far = rng.sample(PRICES, 3)
    verb = rng.choice(("above", "below", "crosses_above", "crosses_below", "between", "near"))
    if verb == "between":
        return {"left": left, "is": verb, "low": right, "high": far}
    made = {"left": left, "is": verb, "right": right}
    if verb == "near" or rng.random() < 0.3:
        made["by"] = rng.choice((0.001, 0.003, 0.01))
    return made


def index_rule(rng: random.Random) -> Rule:
    """An index against levels."""
    left, levels = rng.choice(INDICES)
    verb = rng.choice(("above", "below", "crosses_above", "crosses_below", "between"))
    if verb == "between" and len(levels) > 1:
        low, high = sorted(rng.sample(levels, 2))
        return {"left": left, "is": verb, "low": low, "high": high}
    return {"left": left, "is": "above" if verb == "between" else verb, "right": rng.choice(levels)}


def moving_rule(rng: random.Random) -> Rule:
    """What goes up or down."""
    left = rng.choice([*PRICES, {"indicator": "OBV"}, "volume", INDICES[0][0]])
    return {"left": left, "is": rng.choice(("rising", "falling")), "candles": rng.choice((1, 2, 3))}


def any_list(rng: random.Random, frames: tuple[str, ...], most: int) -> Any:
    """A list with members joined in some way, some of them groups."""
    parts: list[Any] = []
    for _ in range(rng.randint(1, most)):
        if rng.random() < 0.25:
            parts.append(joined(rng, [any_rule(rng, frames) for _ in range(rng.randint(2, 3))]))
        else:
            parts.append(any_rule(rng, frames))
    return joined(rng, parts) if rng.random() < 0.7 else parts


def joined(rng: random.Random, parts: list[Any]) -> dict[str, Any]:
    """By all, any or so many."""
    kind = rng.choice(("all", "any", "of"))
    return {"at_least": rng.randint(1, len(parts)), "of": parts} if kind == "of" else {kind: parts}


def any_rules(rng: random.Random, timeframe: str, direction: str) -> dict[str, Any]:
    """A whole set."""
    if rng.random() < 0.2:
        return rng.choice(SHORTS)
    frames = FRAMES[timeframe]
    chances = {"exit": 0.4, "exit_long": 0.5, "exit_short": 0.5, "veto": 0.3}
    places = [f"entry_{side}" for side in ("long", "short") if direction in (side, "both")]
    places += [name for name, chance in chances.items() if rng.random() < chance]
    return {place: any_list(rng, frames, 1 if place == "veto" else 3) for place in places}


def any_settings(seed: int, timeframe: str) -> dict[str, Any]:
    """Settings that the bot takes: of those that are drawn, the first that it does not refuse."""
    rng = random.Random(f"rules {seed}")
    while True:
        direction = rng.choice(("long", "short", "both", "both"))
        found: dict[str, Any] = {"direction": direction, "rules": any_rules(rng, timeframe, direction)}
        for name, values in {"confirm": (2,), "late": (True,), "trend": (20,), "cooldown": (1, 5)}.items():
            if rng.random() < 0.2:
                found[name] = rng.choice(values)
        try:
            strategy_class("indicator_rules")(**found)
        except BadInput:
            continue
        return found
