"""Runs of the bot that protects itself, from a seed: blocks, limits, venue maxima, exits, one to three symbols."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

from botswain.model.candles import Candles

from .cases import HOUR_MS, A, B, C, Case
from .scenes import instrument, wild


def bracket_case(seed: int, count: int = 250) -> Case:
    """Anything the bot may meet; mostly shortable, since a sale that only closes is the easier case."""
    rng = random.Random(seed)
    symbols = [A, B, C][: rng.choice([1, 1, 2, 3])]
    tick, lot = rng.choice([("0.01", "0.001"), ("0.5", "0.1"), ("0.01", "0.1")])
    timeframe = rng.choice(["5m", "1h"])
    candles, instruments = {}, {}
    for i, symbol in enumerate(symbols):
        drawn = wild(
            seed * 5 + i, count, symbol, tick=tick, start=int(rng.uniform(60, 300) / float(tick)),
            missing=rng.choice([0, 0.05, 0.3]), calm=rng.choice([0.004, 0.01, 0.02]), timeframe=timeframe,
        )  # fmt: skip
        candles[symbol] = _with_wishes(drawn, rng)
        instruments[symbol] = instrument(symbol, tick, lot, **_facts(rng, symbol))
    capital = rng.choice(["10000", "2345.6"])
    value = int(Decimal(capital) * Decimal(rng.choice(["0.02", "0.05", "0.12"])) / (Decimal(tick) * Decimal(lot)))
    kind, size = rng.choice([("percent", "1"), ("percent", "0.4"), ("fixed", "20.3")])
    return Case(
        f"brackets {seed}", "brackets", candles, instruments, {"value": value}, capital=capital,
        slippage_bps=rng.choice(["0", "0", "4"]), sizing=kind, size=size, exits=_exits(rng), limits=_limits(rng),
        fill=rng.choice(["touch", "touch", "through"]),
    )  # fmt: skip


def _with_wishes(c: Candles, rng: random.Random) -> Candles:
    volume = c.volume.copy()
    volume[:] = [rng.randrange(10**9) for _ in range(len(volume))]
    return Candles(c.symbol, c.timeframe, c.ts, c.open, c.high, c.low, c.close, volume)


def _facts(rng: random.Random, symbol: str) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "maker_fee": Decimal(rng.choice(["0", "0.0008"])), "taker_fee": Decimal(rng.choice(["0", "0.001"])),
        "shortable": rng.random() < 0.65, "min_notional": Decimal(rng.choice(["0", "0", "60"])),
        "max_qty": Decimal(rng.choice(["0", "0", "7", "2.5"])),
    }  # fmt: skip
    if rng.random() < 0.2:
        facts |= {"fee_asset": symbol[:3], "fee_precision": rng.choice([None, 8])}
    return facts


def _exits(rng: random.Random) -> dict[str, str]:
    chances = {"stop_loss": ["0.02", "0.06"], "take_profit": ["0.03", "0.1"], "trailing_stop": ["0.03", "0.1"]}
    return {name: rng.choice(values) for name, values in chances.items() if rng.random() < 0.3}


def _limits(rng: random.Random) -> dict[str, Any]:
    chances: dict[str, list[Any]] = {
        "max_position": ["0.1", "0.6"], "max_open_positions": [1, 2], "max_orders_day": [1, 4, 12],
        "max_daily_loss": ["0.002", "0.02"], "max_drawdown": ["0.01", "0.05", "0.3"], "price_collar": ["0.01", "0.03"],
        "max_consecutive_losses": [1, 2],
    }  # fmt: skip
    limits = {name: rng.choice(values) for name, values in chances.items() if rng.random() < 0.3}
    if "max_consecutive_losses" in limits:
        limits["cooldown_ms"] = rng.choice([HOUR_MS, 5 * HOUR_MS])
    return limits
