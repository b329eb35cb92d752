"""Runs through splits and dividends, from a seed: candles that jump at splits, and bots that can go through them."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np

from botswain.model.actions import ShareAction
from botswain.model.candles import Candles
from botswain.model.instrument import Instrument

from .bracket_cases import bracket_case
from .cases import Case, random_case

SPLITS = [Fraction(4), Fraction(10), Fraction(3, 2), Fraction(7), Fraction(1, 8), Fraction(1, 5), Fraction(2, 3)]
BOTS = ("sma_crossover", "donchian_breakout", "momentum", "dip", "brackets", "brackets", "brackets")
PRICES = ("open", "high", "low", "close")


def share_case(seed: int) -> Case:
    """Any bot that may be in the market when its shares split; coarse lots, so that fractions are left over."""
    rng = random.Random(f"shares {seed}")
    bot = BOTS[seed % len(BOTS)]
    case = bracket_case(seed) if bot == "brackets" else random_case(seed, 250, bot)
    lot = Decimal(rng.choice(["1", "0.1", "0.001"]))
    candles: dict[str, Candles] = {}
    actions: list[ShareAction] = []
    for symbol, one in case.candles.items():
        splits = drawn_splits(rng, one, case.instruments[symbol].tick_size)
        candles[symbol] = shared_out(one, case.instruments[symbol].tick_size, splits)
        early = rng.choice([0, 0, 1])  # some come while nobody trades
        actions += [ShareAction(symbol, int(one.ts[at]) - early, ratio) for at, ratio in splits]
        actions += dividends(rng, candles[symbol])
        actions += taken_apart(random.Random(f"apart {seed} {symbol}"), one, splits)
    instruments = {symbol: as_share(one, lot) for symbol, one in case.instruments.items()}
    exits = dict(case.exits)
    if rng.random() < 0.3:
        exits.pop("take_profit", None)
        exits |= {"take_profit_1": "0.01", "take_profit_share_1": "0.4", "take_profit_2": "0.05"}
    if rng.random() < 0.3:
        exits |= {"trailing_stop": "0.04", "trailing_activation": "0.01", "break_even": "0.015"}
    limits = dict(case.limits)
    if len(candles) > 1 and rng.random() < 0.4:
        limits |= {"max_correlated_exposure": "0.4", "correlation": "0.2", "correlation_period": 10}
    return replace(
        case,
        name=f"shares {seed}",
        limits=limits,
        candles=candles,
        instruments=instruments,
        exits=exits,
        actions=tuple(actions),
    )


def drawn_splits(rng: random.Random, candles: Candles, tick: Decimal) -> list[tuple[int, Fraction]]:
    """Up to three; none leaves a price of few ticks."""
    found: list[tuple[int, Fraction]] = []
    least = float(candles.low.min()) / float(tick)
    for at in sorted(rng.sample(range(20, len(candles) - 5), rng.randint(0, 3))):
        ratio = rng.choice(SPLITS)
        ratio = 1 / ratio if least / ratio < 300 else ratio
        least /= float(ratio)
        found.append((at, ratio))
    return found


def taken_apart(rng: random.Random, candles: Candles, splits: list[tuple[int, Fraction]]) -> list[ShareAction]:
    """Of some a split and its contrary before the same candle: shares are of what they were, fractions are gone."""
    found = []
    for at, _ in splits:
        if rng.random() < 0.4:
            ratio, ms = rng.choice(SPLITS), int(candles.ts[at])
            found += [ShareAction(candles.symbol, ms - 3, 1 / ratio), ShareAction(candles.symbol, ms - 2, ratio)]
    return found


def dividends(rng: random.Random, candles: Candles) -> list[ShareAction]:
    """Some, each a part of the price; one may come before the first candle, where it is none."""
    found = []
    for at in rng.sample(range(len(candles)), rng.choice([0, 1, 4])):
        price = Decimal(repr(float(candles.close[at])))
        paid = (price * Decimal(rng.choice(["0.0037", "0.01", "0.06"]))).quantize(Decimal("0.00001"))
        found.append(ShareAction(candles.symbol, int(candles.ts[at]), dividend=max(paid, Decimal("0.00001"))))
    return found


def as_share(rules: Instrument, lot: Decimal) -> Instrument:
    """An instrument whose fees are not taken in itself."""
    asset = rules.quote if rules.fee_in == "base" else rules.fee_asset
    return replace(rules, lot_size=lot, fee_asset=asset, fee_precision=None, min_qty=Decimal(0), max_qty=Decimal(0))


def shared_out(candles: Candles, tick: Decimal, splits: list[tuple[int, Fraction]]) -> Candles:
    """Candles as they would have been traded through these splits: whole ticks, one at least."""
    factor = np.ones(len(candles))
    for at, ratio in splits:
        factor[at:] *= float(ratio)
    columns = {}
    for name in PRICES:
        ticks = np.maximum(np.rint(getattr(candles, name) / factor / float(tick)), 1)
        columns[name] = np.array([float(int(one) * tick) for one in ticks])
    return replace(candles, **columns)
