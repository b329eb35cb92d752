"""What may be said of slippage, and what is refused with the value."""

from decimal import Decimal
from typing import Any

import pytest

from botswain.model.errors import BadInput
from botswain.model.slippage import Slippage, check_words


def test_what_is_not_said_is_as_usual() -> None:
    assert Slippage() == Slippage(Decimal(0), "fixed")
    assert not Slippage(Decimal(5), "spread").by_candles
    one = Slippage(model="impact")
    assert (one.by_candles, one.times, one.candles, one.most) == (True, 1, 20, 1000)
    assert Slippage(model="volatility").times == Decimal("0.1")
    two = Slippage(Decimal(3), "volatility", Decimal("0.5"), 7, Decimal(40))
    assert (two.times, two.candles, two.most) == (Decimal("0.5"), 7, 40)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"bps": Decimal(-1)}, "slippage is -1 bps; write 0 to below 10000"),
        ({"bps": Decimal("NaN")}, "slippage is NaN bps; write 0 to below 10000"),
        ({"bps": Decimal("0.00001")}, "slippage is 0.00001 bps; at most 4 decimals are kept"),
        ({"model": "volatile"}, "slippage model 'volatile' is unknown; did you mean 'volatility'?"),
        ({"factor": Decimal(2)}, "slippage factor is 2 and the model fixed, which has no use for it"),
        ({"model": "spread", "period": 9}, "slippage period is 9 and the model spread, which has no use for it"),
        ({"most_bps": Decimal(9)}, "slippage most_bps is 9 and the model fixed, which has no use for it"),
        ({"model": "impact", "factor": Decimal(-1)}, "slippage factor is -1; write 0 to 100, at most 4 decimals"),
        ({"model": "impact", "factor": Decimal(101)}, "slippage factor is 101; write 0 to 100"),
        ({"model": "impact", "factor": Decimal("Infinity")}, "slippage factor is Infinity; write 0 to 100"),
        ({"model": "impact", "factor": Decimal("0.00001")}, "0 for the usual 1"),
        ({"model": "volatility", "period": -1}, "slippage period is -1; write a number of candles from 1 to 500"),
        ({"model": "volatility", "period": 501}, "slippage period is 501; write a number of candles from 1 to 500"),
        ({"model": "impact", "most_bps": Decimal(10_000)}, "slippage most_bps is 10000 bps; write 0 to below 10000"),
        (
            {"model": "impact", "bps": Decimal(60), "most_bps": Decimal(50)},
            "slippage is 60 bps and most_bps, which it never exceeds, 50; write a larger most_bps",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_value(given: dict[str, Any], told: str) -> None:
    with pytest.raises(BadInput) as refused:
        Slippage(**given)
    assert told in str(refused.value)


def test_a_name_that_no_model_has_is_refused() -> None:
    check_words(["model", "factor", "period", "most_bps"])
    with pytest.raises(BadInput, match="slippage 'factr' is unknown; did you mean 'factor'"):
        check_words(["factr"])
