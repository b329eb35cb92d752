"""Runs in which holding is paid for, from a seed: long and short, several symbols, gaps, splits among them."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal

from botswain.model.candles import Candles
from botswain.model.charges import BorrowRate, FundingRate

from .bracket_cases import bracket_case
from .cases import Case, random_case
from .share_cases import as_share, share_case

HOUR_MS = 3_600_000
BOTS = (
    "sma_crossover",
    "donchian_breakout",
    "momentum",
    "brackets",
    "shares",
    "",
    "shares",
)  # the one of no name is any


def charge_case(seed: int) -> Case:
    """Any bot on contracts, or on shares that can be sold short, with rates that can be felt."""
    rng = random.Random(f"charges {seed}")
    bot = BOTS[seed % len(BOTS)]
    if bot == "shares":
        case = share_case(seed)
    else:
        case = bracket_case(seed) if bot == "brackets" else random_case(seed, 250, bot)
    lot = Decimal(rng.choice(["1", "0.1", "0.001"]))
    instruments = {
        symbol: replace(one if bot == "shares" else as_share(one, lot), shortable=rng.random() < 0.7)
        for symbol, one in case.instruments.items()
    }
    limits = dict(case.limits)
    if rng.random() < 0.4:
        limits |= {"max_daily_loss": "0.02", "max_drawdown": "0.2", "max_consecutive_losses": 2, "cooldown_ms": HOUR_MS}
    funding = [rate for one in case.candles.values() for rate in fundings(rng, one)]
    borrow = [rate for one in case.candles.values() if instruments[one.symbol].shortable for rate in fees(rng, one)]
    rng.shuffle(funding)
    return replace(
        case,
        name=f"charges {seed}",
        instruments=instruments,
        limits=limits,
        funding=tuple(funding),
        borrow=tuple(borrow),
    )


def coin_case(seed: int) -> Case:
    """Funding of what takes its fees in itself, so that what is held is no whole lots: as spot on a paper account."""
    rng = random.Random(f"coins {seed}")
    case = bracket_case(seed) if seed % 2 else random_case(seed, 250, "sma_crossover")
    lot = rng.choice([Decimal("0.01"), Decimal("0.1")])
    instruments = {
        symbol: replace(
            as_share(one, lot), fee_asset=one.base, fee_precision=8, shortable=False, taker_fee=Decimal("0.001")
        )
        for symbol, one in case.instruments.items()
    }
    funding = tuple(rate for one in case.candles.values() for rate in fundings(rng, one))
    return replace(case, name=f"coins {seed}", instruments=instruments, funding=funding)


def fundings(rng: random.Random, candles: Candles) -> list[FundingRate]:
    """Every so many hours or minutes, some a little late as exchanges stamp them; a few outside the candles."""
    every = rng.choice([HOUR_MS, 25 * 60_000, 7 * 60_000 + 1_000])
    first, last = int(candles.ts[0]), int(candles.ts[-1])
    found = []
    for at in range((first // every - 1) * every, last + 2 * every, every):
        if rng.random() < 0.9:
            rate = Decimal(rng.choice(["0.0001", "-0.00013", "0.000012345678901234", "0.003", "-0.0175", "0"]))
            found.append(FundingRate(candles.symbol, at + rng.choice([0, 0, 3, 999]), rate))
    return found


def fees(rng: random.Random, candles: Candles) -> list[BorrowRate]:
    """None, one that never changes, or several, at midnight or not."""
    first, last = int(candles.ts[0]), int(candles.ts[-1])
    times = rng.choice([[], [0], sorted({first, (first + last) // 2, (last // 86_400_000) * 86_400_000})])
    return [BorrowRate(candles.symbol, at, Decimal(rng.choice(["0.03", "0", "1.5", "41.23456789"]))) for at in times]
