"""exchangeInfo becomes instruments with exact grids; a bad symbol never hides a good one."""

from decimal import Decimal

import pytest
from tests.venues.binance.payloads import BTCUSDT, EXCHANGE_INFO, raw, without

from botswain.venues.binance.rules import RateLimit, rules
from botswain.venues.binance.wire import Unreadable


def with_filter(name: str, **changes: object) -> dict[str, object]:
    filters = [{**one, **changes} if one["filterType"] == name else one for one in BTCUSDT["filters"]]
    return {**BTCUSDT, "filters": filters}


def test_a_symbol_becomes_an_instrument_with_its_grid_limits_and_the_fees_that_were_given() -> None:
    found = rules(raw(EXCHANGE_INFO), Decimal("0.001"), Decimal("0.002"))
    (one,) = found.listings.items
    instrument = one.instrument
    assert (instrument.symbol, one.market_id) == ("BTC/USDT", "BTCUSDT")
    assert (str(instrument.tick_size), str(instrument.lot_size)) == ("0.01", "0.00001")
    assert (instrument.min_qty, instrument.max_qty) == (Decimal("0.00001"), Decimal("116.22"))
    assert str(instrument.max_qty) == "116.22"
    assert instrument.min_notional == 5
    assert (instrument.maker_fee, instrument.taker_fee) == (Decimal("0.001"), Decimal("0.002"))
    assert (instrument.fee_in, instrument.fee_precision) == ("base", 8)
    assert (one.trading, one.oco, one.replaces, one.amends) == (True, True, True, True)
    assert (one.max_orders, one.max_algo_orders, one.market_max_qty) == (200, 5, Decimal("116.22"))
    assert (one.price_up, one.price_down) == ((5, 5), (Decimal("0.2"), Decimal("0.2")))


def test_the_limits_of_an_address_and_an_account_are_read() -> None:
    assert rules(raw(EXCHANGE_INFO)).limits == (
        RateLimit("REQUEST_WEIGHT", 60_000, 6000),
        RateLimit("ORDERS", 10_000, 100),
        RateLimit("ORDERS", 86_400_000, 200000),
    )


def test_a_filter_that_says_zero_sets_no_grid_of_its_own() -> None:
    symbols = [with_filter("PRICE_FILTER", tickSize="0.00000000")]
    (one,) = rules(raw(EXCHANGE_INFO, symbols=symbols)).listings.items
    assert one.instrument.tick_size == Decimal("0.00000001")


@pytest.mark.parametrize(
    ("market", "lot", "least", "most"),
    [
        ({"maxQty": "0.00000000"}, "0.00001", "0.00001", "9000"),
        ({"maxQty": "9500.00000000"}, "0.00001", "0.00001", "9000"),
        ({"stepSize": "0.00100000", "minQty": "0.00200000"}, "0.001", "0.002", "116.22"),
        ({"stepSize": "0.00000100"}, "0.00001", "0.00001", "116.22"),
    ],
)
def test_of_both_filters_of_quantities_the_stricter_counts_for_all_orders(market, lot, least, most) -> None:
    (one,) = rules(raw(EXCHANGE_INFO, symbols=[with_filter("MARKET_LOT_SIZE", **market)])).listings.items
    found = one.instrument
    assert (str(found.lot_size), str(found.min_qty), str(found.max_qty)) == (lot, least, most)


def test_two_steps_of_which_neither_fits_the_other_set_a_symbol_aside_with_both_numbers() -> None:
    found = rules(raw(EXCHANGE_INFO, symbols=[with_filter("MARKET_LOT_SIZE", stepSize="0.00002500")])).listings
    assert found.items == ()
    assert "steps of 0.000025 and LOT_SIZE of 0.00001" in found.broken[0].why


def test_the_older_notional_filter_counts_where_there_is_no_newer_one() -> None:
    symbols = [with_filter("NOTIONAL", filterType="MIN_NOTIONAL", minNotional="10")]
    (one,) = rules(raw(EXCHANGE_INFO, symbols=symbols)).listings.items
    assert one.instrument.min_notional == 10


def test_a_halted_symbol_is_listed_but_does_not_trade() -> None:
    (one,) = rules(raw(EXCHANGE_INFO, symbols=[{**BTCUSDT, "status": "HALT"}])).listings.items
    assert (one.status, one.trading) == ("HALT", False)


@pytest.mark.parametrize(
    ("bad", "named"),
    [
        ({**BTCUSDT, "symbol": "ETHUSDT", "filters": "none"}, "$.filters"),
        ({**with_filter("LOT_SIZE", stepSize="NaN"), "symbol": "ETHUSDT"}, "stepSize"),
        ({**with_filter("LOT_SIZE", minQty="-1"), "symbol": "ETHUSDT"}, "minQty"),
    ],
)
def test_a_symbol_that_cannot_be_read_is_set_aside_with_its_field_and_the_others_stay(bad: object, named: str) -> None:
    found = rules(raw(EXCHANGE_INFO, symbols=[bad, BTCUSDT])).listings
    assert [one.market_id for one in found.items] == ["BTCUSDT"]
    (broken,) = found.broken
    assert named in broken.why
    assert (broken.row, broken.market_id) == (0, "ETHUSDT")


def test_a_reply_without_its_symbols_is_no_answer() -> None:
    with pytest.raises(Unreadable, match="symbols"):
        rules(without(EXCHANGE_INFO, "symbols"))
