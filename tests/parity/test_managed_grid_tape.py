"""Managed grids on drawn trades, of which orders get a part: Botswain and the reference fill alike.

What these found: an order that is asked for again is for what was left of it, and so are the lots of its cell; a cell
that moves while a part of it is sold takes only the rest along, and asks for no coins that are gone.
"""

from __future__ import annotations

import random
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np
import pytest

from botswain import Options, backtest
from botswain.model.trades import OnTrades, Trades

from .cases import A, Case
from .compare import first_difference, first_veto_difference
from .scenes import instrument
from .tape import outcome_of

COUNT = 1_500
MANNERS: list[dict[str, Any]] = [
    {}, {"resting": 2}, {"compound": True}, {"trail": "both"}, {"trail": "up", "resting": 1},
    {"profit": 0.04, "fall": 0.03},
]  # fmt: skip
EXITS = [{"stop_loss": "0.2"}, {"trailing_stop": "0.15"}, {"stop_loss": "0.3", "take_profit": "0.3"}]


def drawn(seed: int) -> tuple[Case, Trades, OnTrades]:
    """A grid of a cheap coin, so that a cell holds more lots than a float64 counts, on trades that are smaller."""
    rng = random.Random(seed)
    small = rng.random() < 0.4
    capital = "250" if small else rng.choice(["1000", "3000"])
    time_ms, price, rows = 1_700_000_000_000, 100.0, []
    for _ in range(COUNT):
        time_ms, price = time_ms + rng.randint(1, 900), max(40, price * (1 + rng.gauss(0, 0.006)))
        rows.append((time_ms, round(price) / 1e8, float(min(int(float(capital) / 1e-6 * rng.uniform(0.02, 1.2)), 8e7))))
    ts, prices, quantities = map(np.array, zip(*rows, strict=True))
    params = {"step": rng.choice([0.03, 0.04]), "spacing": "geometric", "levels": 2 if small else rng.choice([2, 4])}
    params |= MANNERS[seed % len(MANNERS)]
    facts = {"fee_asset": A.partition("/")[0], "fee_precision": rng.choice([8, 6]), "min_notional": Decimal(seed % 2)}
    on = OnTrades("next", rng.choice([0, 300]), Decimal(rng.choice(["0.3", "0.7"])))
    rules = {A: instrument(A, "0.00000001", "0.00000001", "0.001", **facts)}
    exits = rng.choice([{}, *EXITS])
    return Case("tape", "grid", {}, rules, params, capital=capital, exits=exits), Trades(A, ts, prices, quantities), on


@pytest.mark.parametrize("manner", range(len(MANNERS)), ids=[" ".join(one) or "initial" for one in MANNERS])
def test_a_managed_grid_that_gets_a_part_of_drawn_trades_fills_as_the_reference_does(manner: int) -> None:
    trips = 0
    for seed in range(manner, manner + 4 * len(MANNERS), len(MANNERS)):
        case, tape, on = drawn(seed)
        outcome = outcome_of(case, tape, on, 1_000, 0)
        case.candles = tape  # type: ignore[assignment]
        run = partial(backtest, timeframe="1s", latency_ms=on.latency_ms, participation=on.share)
        result = case.product(partial(run, options=Options(compiled=False)))
        assert first_difference(result, outcome) == "", seed
        assert first_veto_difference(result, outcome) == "", seed
        trips += len(result.round_trips)
    assert trips > 4
