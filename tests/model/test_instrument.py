"""A symbol's rules, and the ones no venue could have."""

from dataclasses import replace
from decimal import Decimal

import pytest

from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument

BTC = Instrument("BTC/USDT", Decimal("0.01"), Decimal("0.00001"))


def test_base_quote_and_fee_asset_are_told_from_the_symbol():
    assert (BTC.base, BTC.quote, BTC.fee_in, BTC.fee_asset_name) == ("BTC", "USDT", "quote", "USDT")
    assert replace(BTC, fee_asset="USDT").fee_in == "quote"
    assert replace(BTC, fee_asset="BTC").fee_in == "base"
    third = replace(BTC, fee_asset="BNB", fee_asset_price=Decimal(300))
    assert (third.fee_in, third.fee_asset_name) == ("third", "BNB")


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"symbol": "BTCUSDT"}, "symbol 'BTCUSDT' is not BASE/QUOTE; write it as BTC/USDT"),
        ({"symbol": "/USDT"}, "symbol '/USDT' is not BASE/QUOTE"),
        ({"symbol": "BTC/"}, "symbol 'BTC/' is not BASE/QUOTE"),
        ({"tick_size": Decimal(0)}, "tick_size is 0; it must be above zero"),
        ({"lot_size": Decimal("NaN")}, "lot_size is NaN; it must be above zero"),
        ({"min_qty": Decimal(-1)}, "min_qty is -1; it must be zero or more"),
        ({"min_notional": Decimal("Infinity")}, "min_notional is Infinity; it must be zero or more"),
        ({"maker_fee": Decimal(1)}, "maker_fee is 1; write a fraction from -0.01 to below 1 (0.001 is 0.1 %)"),
        ({"taker_fee": Decimal("-0.1")}, "taker_fee is -0.1; write a fraction"),
        ({"maker_fee": Decimal("-0.0101")}, "maker_fee is -0.0101; write a fraction from -0.01 to below 1"),
        ({"taker_fee": Decimal("-0.0001")}, "(0.001 is 0.1 %); only makers are paid back: write maker_fee apart"),
        ({"lot_size": Decimal(1), "max_qty": Decimal("0.5")}, "max_qty is 0.5, below one lot, 1: no order could be"),
        ({"lot_size": Decimal(1), "min_qty": Decimal(3), "max_qty": Decimal("2.5")}, "max_qty is 2.5, below min_qty 3"),
        ({"lot_size": Decimal(2), "min_qty": Decimal(3), "max_qty": Decimal(3)}, "or 0 for no maximum"),
        ({"taker_fee": Decimal("0.000000001")}, "taker_fee is 0.000000001; at most 8 decimals are kept"),
        ({"tick_size": Decimal("1e-400")}, "tick_size is 1E-400; write a number of at most 30 digits before and after"),
        ({"lot_size": Decimal("1e-999999999")}, "lot_size is 1E-999999999; write a number of at most 30 digits"),
        ({"min_qty": Decimal("1e400")}, "min_qty is 1E+400; write a number of at most 30 digits"),
        ({"max_qty": Decimal("1e999999999")}, "max_qty is 1E+999999999; write a number of at most 30 digits"),
        ({"min_notional": Decimal("1e400")}, "min_notional is 1E+400; write a number of at most 30 digits"),
        ({"fee_asset": "BNB", "fee_asset_price": Decimal("1e-31")}, "fee_asset_price is 1E-31; write a number of at"),
        ({"tick_size": "a cent"}, "tick_size is 'a cent'; write a number"),
        ({"lot_size": None}, "lot_size is None; write a number"),
        ({"symbol": None}, "symbol None is not BASE/QUOTE"),
        ({"fee_precision": "8"}, "fee_precision is '8'; write whole decimals"),
        ({"fee_precision": 19}, "fee_precision is 19; write 0 to 18 decimals"),
        ({"fee_asset": "BNB"}, "fee_asset_price (USDT per BNB) must be given and above zero; it is None"),
        ({"fee_asset": "BNB", "fee_asset_price": Decimal("NaN")}, "above zero; it is NaN"),
        ({"fee_asset": "BNB", "fee_asset_price": Decimal(0)}, "above zero; it is 0"),
    ],
)  # fmt: skip
def test_rules_that_cannot_be_are_refused_with_their_value(facts, message):
    with pytest.raises(BadInput) as raised:
        replace(BTC, **facts)
    assert message in str(raised.value)


def test_numbers_of_any_kind_are_read_as_they_are_written():
    written = {"tick_size": 0.1, "lot_size": "0.001", "min_notional": 5, "taker_fee": 0.0007, "fee_asset_price": "300"}
    found = Instrument("BTC/USDT", fee_asset="BNB", **written)
    assert {name: getattr(found, name) for name in written} == {
        name: Decimal(str(one)) for name, one in written.items()
    }
    assert all(isinstance(getattr(found, name), Decimal) for name in written)
