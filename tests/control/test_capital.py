"""Which share of an account a size may be where a person types it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from botswain.control.capital import check_size, may_short
from botswain.control.refusals import Wrong
from botswain.lab.backtest import made_strategy
from botswain.model.instrument import Instrument

FITS = [
    ("percent", "1", False), ("percent", "2", True), ("percent", "0.05", False), ("risk", "1", True),
    ("volatility", "1", False), ("fixed", "5", False), ("fixed_quote", "5000", False),
]  # fmt: skip
TOO_MUCH = [
    ("percent", "5", False, "on spot it can spend no more than it has; write at most 1 (100 %), or 0.05 (5 %) if"),
    ("percent", "1.5", False, "size is 1.5 (150 %) of its capital"),
    ("percent", "2.01", True, "its margin is for shorts of at most twice that; write at most 2 (200 %)"),
    ("risk", "2", True, "size is 2 (200 %) of the account, lost when the stop is reached"),
    ("volatility", "2", False, "won or lost on a usual day: more than there is; write at most 1 (100 %)"),
    ("percent", "500", False, "write at most 1 (100 %)"),
    ("percent", "100", False, "write at most 1 (100 %)"),
]


@pytest.mark.parametrize(("kind", "size", "shortable"), FITS)
def test_what_an_account_can_hold_is_taken(kind: str, size: str, shortable: bool) -> None:
    check_size(kind, Decimal(size), shortable=shortable)


@pytest.mark.parametrize(("kind", "size", "shortable", "said"), TOO_MUCH)
def test_what_it_never_can_is_refused_with_what_may_be_meant(kind: str, size: str, shortable: bool, said: str) -> None:
    with pytest.raises(Wrong) as caught:
        check_size(kind, Decimal(size), shortable=shortable)
    assert said in str(caught.value)
    assert caught.value.field == "/sizing/size"
    assert ("if that is meant" in str(caught.value)) == (Decimal(size) < 100)


@pytest.mark.parametrize(
    ("strategy", "params", "may"),
    [
        ("sma_crossover", {}, False), ("sma_crossover", {"direction": "both"}, True), ("dca", {}, False),
        ("dca", {"direction": "short"}, True), ("grid", {}, True),
    ],
)  # fmt: skip
def test_a_share_above_all_is_for_bots_that_sell_short(strategy: str, params: dict[str, str], may: bool) -> None:
    rules = Instrument("BTC/USDT", Decimal("0.01"), Decimal("0.00001"))
    made = made_strategy(strategy, params)
    assert may_short(made, [replace(rules, shortable=True)]) is may
    assert not may_short(made, [rules])
