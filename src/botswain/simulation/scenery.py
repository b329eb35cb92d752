"""A usual scene from a seed: a made-up market, one account with money, and a plan of faults."""

from __future__ import annotations

import random
from collections.abc import Mapping
from decimal import Decimal

from botswain.model.errors import BadInput
from botswain.sandbox.control import balances
from botswain.sandbox.exchange import Exchange, Opening
from botswain.sandbox.keys import made_key
from botswain.sandbox.lane import Rules
from botswain.sandbox.seed_market import SeedMarket
from botswain.simulation.plan import DAY_MS, PER_DAY, draw
from botswain.simulation.scene import Scene

PRICES = {"BTC/USDT": Decimal(60_000), "ETH/USDT": Decimal(3_000), "BNB/USDT": Decimal(600)}
ACCOUNT = "main"
CASH = "1000000"
# How often the market moves; coarser costs less, finer has more moments at which something can go wrong.
STEPS_MS = (10_000, 20_000, 20_000, 30_000, 60_000)
MOST_DAYS = 366


def scene(
    seed: int,
    days: float,
    faults: str,
    rules: Rules,
    *,
    symbols: int = 1,
    per_day: float = PER_DAY,
    funds: Mapping[str, str] | None = None,
    compiled: bool = True,
    again: str = "",
) -> Scene:
    """The scene of a seed. rules: the core's matching, as `build.decider.matching` gives it. Raises BadInput."""
    if not 0 < days <= MOST_DAYS:
        raise BadInput(f"days is {days}; give more than zero and at most {MOST_DAYS}")
    if not 1 <= symbols <= len(PRICES):
        raise BadInput(f"{symbols} symbols were asked for; there are 1 to {len(PRICES)}")
    prices = dict(list(PRICES.items())[:symbols])
    step_ms = random.Random(f"scene {seed}").choice(STEPS_MS)
    market = SeedMarket(seed, prices, step_ms=step_ms)
    held = balances(funds or {"USDT": CASH})
    exchange = Exchange(market, rules, [Opening(ACCOUNT, made_key(ACCOUNT), held)], compiled=compiled)
    start_ms = exchange.floor.market_ms
    end_ms = start_ms + int(days * DAY_MS)
    return Scene(seed, exchange, draw(seed, faults, start_ms, end_ms, per_day), end_ms, again)
