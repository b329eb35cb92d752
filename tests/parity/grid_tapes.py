"""Grids on drawn trades of which each order gets a share: lots of a coin's hundred-millionth, and bands that follow."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np

from botswain import Options, backtest
from botswain.model.trades import OnTrades, Trades

from .cases import A, Case
from .outcome import Outcome
from .scenes import instrument
from .tape import outcome_of

BEGIN = 1_700_000_000_000
_SMALL: list[dict[str, Any]] = [
    {}, {"resting": 2}, {"compound": True}, {"trail": "both"}, {"trail": "up", "resting": 1},
    {"profit": 0.04, "fall": 0.03},
]  # fmt: skip
_EXITS = ({"stop_loss": "0.2"}, {"trailing_stop": "0.15"}, {"stop_loss": "0.3", "take_profit": "0.3"})
_BESIDE: list[dict[str, Any]] = [{"resting": 2}, {"compound": True}, {"profit": 0.04}, {"fall": 0.03}, {"profit": 0.1}]


@dataclass
class OnTape:
    """A grid, the trades that it meets, and how."""

    case: Case
    tape: Trades
    on: OnTrades

    def reference(self) -> Outcome:
        """What must come out."""
        return outcome_of(self.case, self.tape, self.on, 1_000)

    def product(self, *, compiled: bool = False) -> Any:
        """What Botswain makes of it."""
        how = partial(
            backtest, timeframe="1s", meets=self.on.meets, latency_ms=self.on.latency_ms, participation=self.on.share,
            options=Options(compiled=compiled),
        )  # fmt: skip
        self.case.candles = self.tape  # type: ignore[assignment]
        return self.case.product(how)


def in_small_lots(seed: int) -> OnTape:
    """A coin at a millionth of its quote, so that whole numbers of lots go beyond what a float holds."""
    rng = random.Random(seed)
    at, price = BEGIN, 100.0
    times, prices, quantities = [], [], []
    small = rng.random() < 0.4
    capital = "250" if small else rng.choice(["1000", "3000"])
    for _ in range(2_500):
        at += rng.randint(1, 900)
        price = max(40, price * (1 + rng.gauss(0, 0.006)))
        times.append(at)
        prices.append(round(price) / 1e8)
        quantities.append(float(min(int(float(capital) / 1e-6 * rng.uniform(0.02, 1.2)), 80_000_000)))
    params = {
        "step": rng.choice([0.03, 0.04]), "spacing": "geometric", "levels": 2 if small else rng.choice([2, 4]),
    }  # fmt: skip
    params |= rng.choice(_SMALL)
    exits = rng.choice(_EXITS) if rng.random() < 0.5 else {}
    rules = instrument(
        A, "0.00000001", "0.00000001", "0.001", fee_asset="AAA", fee_precision=rng.choice([8, 6]),
        min_notional=Decimal(rng.choice([0, 1])),
    )  # fmt: skip
    on = OnTrades("next", rng.choice([0, 0, 300]), Decimal(rng.choice(["0.3", "0.7", "0"])))
    case = Case("tape", "grid", {}, {A: rules}, params, capital=capital, exits=exits)
    return OnTape(case, Trades(A, np.array(times), np.array(prices), np.array(quantities)), on)


def that_follows(seed: int, fee_assets: tuple[str, ...] = ("AAA", "USD", "BNB"), **params: Any) -> OnTape:
    """A band that follows a loud market; many a cell moves while its order is filled in part, or before it hears so."""
    rng = random.Random(seed)
    at, price, capital = BEGIN, 1000.0, rng.choice([250, 1000, 3000])
    times, prices, quantities = [], [], []
    for _ in range(1_500):
        at += rng.randint(1, 900)
        price = max(300, price * (1 + rng.gauss(0, rng.choice([0.003, 0.01]))))
        times.append(at)
        prices.append(round(price) / 10)
        quantities.append(round(capital / 100 * rng.uniform(0.01, 1.0), 3))
    params = {
        "step": rng.choice([0.02, 0.04]), "spacing": "geometric", "levels": rng.choice([2, 3, 5]),
        "trail": rng.choice(["up", "down", "both"]),
    } | params  # fmt: skip
    for one in _BESIDE:
        params = one | params if rng.random() < 0.25 else params
    short, fee_asset = rng.random() < 0.2, rng.choice(fee_assets)
    cell = capital / params["levels"]
    rules = instrument(
        A, "0.1", rng.choice(["0.001", "0.00000001"]), "0.001", fee_asset=fee_asset, fee_precision=rng.choice([8, 6]),
        min_notional=Decimal(rng.choice([0, 1, int(cell * 0.2), int(cell * 0.5)])), shortable=short,
        **({"fee_asset_price": Decimal(20)} if fee_asset == "BNB" else {}),
    )  # fmt: skip
    on = OnTrades("next", rng.choice([0, 300, 1_500]), Decimal(rng.choice(["0.3", "0.7", "0"])))
    size = "0.5" if short else "1"
    case = Case("tape", "grid", {}, {A: rules}, params, capital=str(capital), size=size)
    return OnTape(case, Trades(A, np.array(times), np.array(prices), np.array(quantities)), on)
