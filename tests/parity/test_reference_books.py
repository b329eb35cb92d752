"""The reference's books, added up again from its fills alone: nothing appears and nothing is lost."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from .cases import Case, random_case


@pytest.mark.parametrize("seed", range(1000, 1040))
def test_cash_position_and_equity_are_the_sum_of_the_fills(seed: int) -> None:
    case = random_case(seed)
    outcome = case.reference()
    cash, third = Decimal(case.capital), Decimal(0)
    held: Counter[str] = Counter()
    for f in outcome.fills:
        signed = f.qty if f.side == "buy" else -f.qty
        cash -= signed * f.price
        base, _, quote = f.symbol.partition("/")
        in_base = f.fee if f.fee_asset == base else Decimal(0)
        held[f.symbol] += signed - in_base  # type: ignore[assignment]
        cash -= f.fee if f.fee_asset == quote else 0
        third -= f.fee if f.fee_asset not in (base, quote) else 0
    assert outcome.cash == cash
    assert all(outcome.position[s] + outcome.dust[s] == held[s] for s in case.candles)
    worth = sum((held[s] * last_close(case, s) for s in case.candles), Decimal(0))
    assert outcome.equity[-1][1] == cash + worth + third * Decimal("312.5")


@pytest.mark.parametrize("seed", range(1040, 1080))
def test_every_fill_is_inside_its_candle_but_for_slippage(seed: int) -> None:
    case = random_case(seed)
    rows = {s: {t: i for i, t in enumerate(c.ts.tolist())} for s, c in case.candles.items()}
    slack = 1 + Decimal(case.slippage_bps) / 10_000
    for f in case.reference().fills:
        c, i = case.candles[f.symbol], rows[f.symbol][f.time_ms]
        tick = case.instruments[f.symbol].tick_size if case.slippage_bps != "0" else 0
        assert (
            Decimal(repr(float(c.low[i]))) / slack - tick <= f.price <= Decimal(repr(float(c.high[i]))) * slack + tick
        )


def last_close(case: Case, symbol: str) -> Decimal:
    """A symbol's last close."""
    return Decimal(repr(float(case.candles[symbol].close[-1])))
