"""Which share of an account a size may be where a person types it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import pytest
from tests.engine.scenes import instrument

from botswain.control.capital import check_amount, check_size, may_short
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


PRICE = Decimal("60000")


def plan(kind: str, size: str, *, shortable: bool = False, capital: str = "1000") -> SimpleNamespace:
    """What is looked at of a plan."""
    one = instrument("BTC/USDT", lot="0.00001", taker_fee=Decimal("0.001"), shortable=shortable)
    return SimpleNamespace(
        sizing=SimpleNamespace(kind=kind, size=Decimal(size)), capital=Decimal(capital), instruments=[one]
    )


@pytest.mark.parametrize(
    ("kind", "size", "shortable", "price"),
    [
        ("fixed", "0.01665", False, PRICE), ("fixed", "1", True, PRICE), ("fixed", "1", False, None),
        ("fixed_quote", "1000", False, PRICE), ("percent", "1", False, PRICE),
    ],
)  # fmt: skip
def test_a_fixed_size_that_its_capital_can_pay_is_taken(
    kind: str, size: str, shortable: bool, price: Decimal | None
) -> None:
    check_amount(plan(kind, size, shortable=shortable), {"BTC/USDT": price})


@pytest.mark.parametrize(
    ("kind", "size", "price", "said"),
    [
        (
            "fixed", "1", PRICE,
            "size is 1 BTC an order, which is 60060.00 USDT at the last price of 60000, its fee included, and the bot "
            "has 1000.00 USDT: it could not pay one; write at most 0.01665 BTC, or give it more capital",
        ),
        (
            "fixed", "0.01666", PRICE,
            "size is 0.01666 BTC an order, which is 1000.60 USDT at the last price of 60000, its fee included, and the "
            "bot has 1000.00 USDT: it could not pay one; write at most 0.01665 BTC, or give it more capital",
        ),
        (
            "fixed_quote", "50000", None,
            "size is 50000 USDT an order, and the bot has 1000.00 USDT: it could not pay one; write at most 1000 USDT, "
            "or give it more capital",
        ),
    ],
)  # fmt: skip
def test_one_that_it_cannot_pay_once_is_refused_at_its_field(
    kind: str, size: str, price: Decimal | None, said: str
) -> None:
    with pytest.raises(Wrong) as caught:
        check_amount(plan(kind, size), {"BTC/USDT": price})
    assert str(caught.value) == said
    assert caught.value.field == "/sizing/size"
