"""From a person's decimals to whole numbers: what divides everything, what is refused, and with which words."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.stage import market

from botswain.core import scale
from botswain.core.records import RECORDS, RULES, SIZE, Record
from botswain.core.scale import TICKS_AT_ONCE, Sizing, fill_rules, fill_sizes, fill_terms, money_unit, to_ticks
from botswain.model.errors import BadInput
from botswain.model.slippage import Slippage

D = Decimal


def terms_of(instrument, unit, bps="0", through=False):
    terms = Record(RECORDS["terms"])
    fill_terms(terms, instrument, unit, Slippage(D(bps)), through)
    return terms


def test_the_money_unit_divides_every_amount_that_is_booked():
    btc = market("BTC/USD", "0.01", "0.001")
    assert money_unit((btc,), D("10000")) == Fraction(1, 100_000)
    assert money_unit((btc,), D("10000.0000003")) == Fraction(1, 10_000_000)
    assert money_unit(
        (
            btc,
            market("ETH/USD", "0.05", "0.0001"),
        ),
        D(1),
    ) == Fraction(1, 200_000)


def test_a_fee_precision_makes_the_money_unit_as_fine_as_the_fee():
    assert money_unit((market(fee_precision=2),), D(100)) == Fraction(1, 100)
    base = market(fee_asset="ABC", fee_precision=3)
    assert money_unit((base,), D(100)) == Fraction(1, 1000)
    assert scale.base_unit(base) == Fraction(1, 1000)
    assert scale.base_unit(market(lot="0.0004", fee_asset="ABC", fee_precision=3)) == Fraction(1, 5000)
    assert scale.base_unit(market(fee_asset="ABC")) == 1


def test_a_third_fee_asset_counts_at_the_price_of_its_smallest_unit():
    bnb = market(fee_asset="BNB", fee_asset_price="300", fee_precision=2)
    assert scale.third_price(bnb) == 3
    assert scale.third_price(market(fee_asset="BNB", fee_asset_price="300")) == Fraction(300, 10**8)
    terms = terms_of(bnb, Fraction(1, 2))
    assert (terms.third_quantum, terms.fee_in) == (6, scale.FEE_THIRD)
    assert money_unit((market(tick="2", fee_asset="BNB", fee_asset_price="300", fee_precision=2),), D(8)) == 1


def test_a_third_fee_asset_without_a_price_is_refused_where_it_is_needed():
    with pytest.raises(BadInput, match="fee_asset_price is missing"):
        scale.third_price(market())


def test_an_instrument_becomes_whole_numbers():
    one = market(
        "BTC/USD", "0.5", "0.01", maker_fee="0.0002", taker_fee="0.00075", min_qty="0.015", max_qty="3.999",
        min_notional="10.001", fee_precision=4, shortable=True,
    )  # fmt: skip
    terms = terms_of(one, Fraction(1, 10_000), "2.5", through=True)
    assert vars(terms) == {
        "lot_units": 1, "unit_money": 50, "lot_money": 50, "maker_e8": 20_000, "taker_e8": 75_000, "fee_in": 0,
        "quote_quantum": 1, "base_quantum": 1, "third_quantum": 1, "shortable": 1, "min_lots": 2, "max_lots": 399,
        "min_notional": 100_010, "slippage_e8": 25_000, "impact_e8": 0, "most_slip_e8": 0,
        "through": 1,
    }  # fmt: skip


def test_a_fee_finer_than_the_money_unit_cannot_be_booked():
    with pytest.raises(BadInput, match=r"quote_quantum is 0\.1, which is not on the grid"):
        terms_of(market(fee_precision=4), Fraction(1, 1000))


def test_base_fees_make_a_lot_several_base_units():
    one = market("BTC/USD", "0.5", "0.01", fee_asset="BTC", fee_precision=4)
    terms = terms_of(one, money_unit((one,), D(100)))
    assert (terms.lot_units, terms.base_quantum, terms.lot_money, terms.unit_money) == (100, 1, 100, 1)
    assert terms.quote_quantum == 2  # 0.0001 of the quote too, in money units of 0.00005


def test_a_number_with_too_many_digits_is_refused():
    with pytest.raises(BadInput, match=r"min_notional has too many digits \(1e\+35 of its unit\); give a smaller one"):
        terms_of(market(min_notional="1" + 29 * "0"), Fraction(1, 10**6))


@pytest.mark.parametrize(
    ("kind", "size", "split", "stop", "unit", "cap", "row"),
    [
        ("percent", "0.5", 4, "0", "0.4975 / 1.001", "0.995 / 1.001", "0.124375 / 1.001"),
        ("fixed", "2.5", 4, "0", "25", "0.995 / 1.001", "25"),
        ("fixed_quote", "1000", 4, "0", "1000000 / 1.001", "0.995 / 1.001", "1000000 / 1.001"),
        ("risk", "0.01", 1, "0.02", "0.5", "0.995 / 1.001", "0.5"),
    ],
)
def test_sizes_are_exact_ratios(kind, size, split, stop, unit, cap, row):
    sizes = Record(SIZE)
    fill_sizes(
        sizes, market(lot="0.1", taker_fee="0.001"), Sizing(kind, D(size)), Fraction(1, 1000), split, D(stop), 60_000
    )
    found = [
        Fraction(over, under)
        for over, under in (
            (sizes.num, sizes.den), (sizes.cap_num, sizes.cap_den), (sizes.row_num, sizes.row_den),
        )
    ]  # fmt: skip
    assert found == [ratio(text) for text in (unit, cap, row)]


def ratio(text):
    """A fraction written as `a / b`, both decimal."""
    over, _, under = text.partition(" / ")
    return Fraction(over) / Fraction(under or "1")


def test_risk_sizing_needs_a_stop():
    with pytest.raises(BadInput, match="risk needs a stop-loss"):
        fill_sizes(Record(SIZE), market(), Sizing("risk", D("0.01")), Fraction(1), 1, D(0), 60_000)


@pytest.mark.parametrize(
    ("kind", "size", "message"),
    [
        ("percnt", "1", "sizing 'percnt' is unknown; did you mean 'percent'?"),
        ("percent", "0", "size is 0; it must be above zero"),
        (
            "percent",
            "1e15",
            "sizing percent takes a share of the account, at most 1000 (100000 %); write a smaller",
        ),
        (
            "risk",
            "1000.1",
            "size is 1000.1 (100010 %); sizing risk takes a share of the account, at most 1000",
        ),
        ("fixed", "1e19", "size is 1E+19; sizing fixed takes an amount, at most 1000000000000000000; write a smaller"),
        ("percent", "NaN", "size is NaN; it must be above zero"),
        ("percent", "0.123456789", "size is 0.123456789; at most 8 decimals are kept"),
    ],
)
def test_a_sizing_that_cannot_be_is_refused(kind, size, message):
    with pytest.raises(BadInput) as raised:
        Sizing(kind, D(size))
    assert message in str(raised.value)


def rules_of(exits=None, limits=None):
    rules = Record(RULES)
    read = [{name: D(value) for name, value in (given or {}).items()} for given in (exits, limits)]
    fill_rules(rules, 3, 2, Sizing(), *read)
    return rules


def test_exits_and_limits_become_parts_of_a_hundred_million():
    rules = rules_of(
        {"stop_loss": "0.02", "take_profit": "2.5", "trailing_stop": "0.00000001"},
        {"max_position": "1.5", "max_daily_loss": "0.05", "max_drawdown": "0.2", "price_collar": "0.1",
         "max_open_positions": "2", "max_orders_day": "30", "max_consecutive_losses": "3", "cooldown_ms": "60000",
         "day_offset_ms": "3600000"},
    )  # fmt: skip
    assert (rules.stop_loss, rules.take_profit, rules.trailing) == (2_000_000, 250_000_000, 1)
    assert (rules.max_position, rules.max_daily_loss) == (150_000_000, 5_000_000)
    assert (rules.max_drawdown, rules.collar) == (20_000_000, 10_000_000)
    assert (rules.max_open, rules.max_orders_day, rules.max_losses) == (2, 30, 3)
    assert (rules.cooldown_ms, rules.day_offset_ms) == (60_000, 3_600_000)
    assert (rules.slots, rules.split, rules.sizing) == (3, 2, 1)


def test_what_is_not_given_is_off():
    rules = rules_of()
    assert not any((rules.stop_loss, rules.take_profit, rules.trailing, rules.max_position, rules.max_losses))


@pytest.mark.parametrize(
    ("exits", "limits", "message"),
    [
        ({"stoploss": "0.1"}, {}, "exit 'stoploss' is unknown; did you mean 'stop_loss'?"),
        ({}, {"max_positions": "1"}, "limit 'max_positions' is unknown; did you mean 'max_position'?"),
        ({"stop_loss": "1"}, {}, "exit stop_loss is 1 (100 %); write 0 (off) to below 1 (100 %)"),
        ({"take_profit": "-0.1"}, {}, "exit take_profit is -0.1 (-10 %); write 0 (off) to below 1000 (100000 %)"),
        ({"trailing_stop": "NaN"}, {}, "exit trailing_stop is NaN"),
        ({"trailing_activation": "-0.1", "trailing_stop": "0.1"}, {}, "exit trailing_activation is -0.1 (-10 %)"),
        ({"trailing_activation": "0.01"}, {}, "trailing_activation is 0.01 (1 %) and trailing_stop is not set"),
        ({"break_even_offset": "0.01"}, {}, "set the exit break_even too, such as break_even=0.02"),
        ({"break_even": "0.01", "break_even_offset": "0.01"}, {}, "write an offset below break_even"),
        ({"roi_0": "0.01"}, {}, "exit roi_0 is 0.01, and the target of a new position is take_profit; write that as"),
        ({"roi_10": "0.01", "roi_9": "0.01"}, {}, "exit roi_10 is 0.01 (1 %) and roi_9, which holds before it, 0.01"),
        ({"take_profit": "0.01", "roi_9": "0.02"}, {}, "exit roi_9 is 0.02 (2 %) and take_profit, which holds before"),
        ({"roi_9": "-0.01"}, {}, "exit roi_9 is -0.01 (-1 %); write 0 (the entry price) to"),
        ({"roi_10000001": "0.01"}, {}, "write at most 10000000"),
        ({f"roi_{one}": str(1 - one / 100) for one in range(1, 22)}, {}, "one of 21; at most 20 are kept"),
        ({"roi_09": "0.01"}, {}, "exit 'roi_09' is unknown; did you mean 'roi_60'?"),
        ({"break_even": "1000"}, {}, "exit break_even is 1000 (100000 %); write 0 (off) to below 1000"),
        ({}, {"max_orders_day": "2.5"}, "limit max_orders_day is 2.5; write a whole number of 0 or more, 0 to switch"),
        ({}, {"max_orders_day": "1e30"}, "limit max_orders_day is 1E+30; write at most 1000000000000000, or 0"),
        ({}, {"cooldown_ms": "1e30"}, "limit cooldown_ms is 1E+30; write at most 1000000000000000, or 0"),
        ({}, {"day_offset_ms": "1e19"}, "limit day_offset_ms is 1E+19; write at most 1000000000000000, or 0"),
        ({}, {"cooldown_ms": "-1"}, "limit cooldown_ms is -1; write a whole number"),
        ({}, {"max_drawdown": "0.000000001"}, "limit max_drawdown is 0.000000001; at most 8 decimals are kept"),
    ],
)
def test_exits_and_limits_that_cannot_be_are_refused(exits, limits, message):
    with pytest.raises(BadInput) as raised:
        rules_of(exits, limits)
    assert message in str(raised.value)


@given(st.integers(1, 10**9), st.sampled_from(["0.01", "0.05", "0.00000001", "1", "2.5", "0.3"]))
def test_a_price_on_the_grid_finds_its_tick(ticks, tick):
    price = float(ticks * D(tick))
    assert to_ticks(np.array([price]), D(tick), "close").tolist() == [ticks]


@pytest.mark.parametrize("price", [100.005, 99.99999, float("nan"), 0.0, -1.0])
def test_a_price_off_the_grid_is_named_with_its_row(price):
    with pytest.raises(BadInput) as raised:
        to_ticks(np.array([1.0, price]), D("0.01"), "ABC/USD close")
    assert f"ABC/USD close price {price!r} in row 2 is not a positive multiple of the tick 0.01" in str(raised.value)


@pytest.mark.parametrize(("price", "ticks"), [(1e300, "1.0e+302"), (1e14, "1.0e+16"), (float("inf"), "inf")])
def test_a_price_of_more_ticks_than_are_counted_is_named_with_its_row(price, ticks):
    with pytest.raises(BadInput) as raised:
        to_ticks(np.array([1.0, price]), D("0.01"), "ABC/USD high")
    said = f"ABC/USD high price {price!r} in row 2 is {ticks} ticks of 0.01; at most 9e+15 are counted: correct the row"
    assert said in str(raised.value)


@pytest.mark.parametrize("count", [0, 1, TICKS_AT_ONCE - 1, TICKS_AT_ONCE, 2 * TICKS_AT_ONCE + 5])
def test_prices_are_made_ticks_in_parts_and_named_by_their_row_of_all(count):
    whole = np.arange(1, count + 1)
    assert np.array_equal(to_ticks(whole * 0.25, Decimal("0.25"), "close"), whole)
    assert to_ticks(whole * 0.25, Decimal("0.25"), "close").dtype == np.int64
    if count:
        prices = whole * 0.25
        prices[-1] += 0.1
        with pytest.raises(BadInput, match=rf"close price .* in row {count} is not"):
            to_ticks(prices, Decimal("0.25"), "close")


def test_noise_of_a_millionth_of_a_tick_is_on_the_grid():
    assert to_ticks(np.array([100.000000009, 0.1 + 0.2]), D("0.01"), "close").tolist() == [10_000, 30]


def test_lots_of_a_row_before_any_run_by_each_sizing():
    btc = market("BTC/USD", "0.01", "0.001", taker_fee=D("0.25"))  # 1.25 of what it costs
    asked = {"fixed": D("0.0025"), "fixed_quote": D(250), "percent": D("0.5"), "risk": D("0.01")}
    lots = {kind: scale.row_lots_at(btc, Sizing(kind, size), D(1000), 4, D(100)) for kind, size in asked.items()}
    # 250 / 125 = 2 BTC; 0.5 x 1000 x 0.995 / 4 / 125 = 0.995 BTC
    assert lots == {"fixed": 2, "fixed_quote": 2000, "percent": 995, "risk": 0}
