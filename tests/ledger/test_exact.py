"""The exact arithmetic against Python's own integers and fractions, interpreted and compiled, up to its limits."""

import math
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from botswain.build.link import link
from botswain.ledger import exact

E8 = 100_000_000
WIDEST = (1 << 62) - 1


def sign(q, d, e, f, a, b, c):
    """`compare` as others call it: linked, its 256-bit form is put in."""
    return exact_compare(q, d, e, f, a, b, c)


exact_compare = exact.compare
FUNCTIONS = (
    exact.mul_div_floor,
    exact.ratio_floor,
    exact.ratio_ceil,
    exact.rounded_fee,
    exact.with_slippage,
    exact.root_of_ratio,
    sign,
)

numbers = st.one_of(st.integers(0, 300), st.integers(0, WIDEST), st.integers(0, 62).map(lambda bits: (1 << bits) - 1))
divisors = numbers.map(lambda value: value + 1)
rates = st.one_of(st.integers(0, E8 - 1), st.sampled_from([0, 1, 75_000, 100_000, 50_000_000, E8 - 1]))
thorough = settings(max_examples=300)


@pytest.fixture(scope="module", params=[False, True], ids=["interpreted", "compiled"])
def form(request, kernels):
    """The functions of `exact` by name, as they are or as machine code."""
    return {
        one.__name__: link(one, {}, compiled=request.param, folder=str(kernels) if request.param else None).call
        for one in FUNCTIONS
    }


@thorough
@given(numbers, divisors, st.data())
@example(WIDEST, WIDEST, None)
def test_mul_div_floor_is_the_true_floor_of_a_share(form, a, c, data):
    c = min(c, WIDEST)
    b = c if data is None else data.draw(st.one_of(st.integers(0, c), st.sampled_from([0, 1, c - 1, c])))
    assert form["mul_div_floor"](a, b, c) == a * b // c


@thorough
@given(st.tuples(numbers, numbers, numbers), st.tuples(divisors, divisors, divisors))
@example((WIDEST, 1, 1), (1, 1, 1))
@example((WIDEST, WIDEST, WIDEST), (WIDEST, WIDEST, 1))
@example((WIDEST - 1, E8, 1), (E8, 1, 1))
@example((7, 0, 5), (3, 1, 1))
@example((WIDEST, 999_999_999, 1), (1_000_000_000, 1, 1))
def test_the_floor_and_ceiling_of_a_ratio_of_products_are_true(form, over, under):
    a, b, c = over
    d, e, f = (min(one, WIDEST) for one in under)
    true = Fraction(a * b * c, d * e * f)
    if true >= WIDEST:
        return
    assert form["ratio_floor"](a, b, c, d, e, f) == math.floor(true)
    assert form["ratio_ceil"](a, b, c, d, e, f) == math.ceil(true)


@given(st.integers(0, 1 << 61), st.integers(1, E8), st.integers(-1, 1))
def test_a_ratio_beside_a_whole_number_falls_on_the_right_side_of_it(form, whole, divisor, beside):
    """a / d is the whole number exactly, or misses it by 1 / d: closer than any float can tell."""
    a = whole * divisor + beside
    if not 0 <= a <= WIDEST:
        return
    assert form["ratio_floor"](a, 1, 1, divisor, 1, 1) == a // divisor
    assert form["ratio_floor"](a, E8, 3, divisor, E8, 3) == a // divisor
    assert form["ratio_ceil"](a, E8, 3, divisor, E8, 3) == -(-a // divisor)


def test_integers_beyond_64_bits_are_divided_exactly_and_at_once():
    """What a run with Python's integers needs; a correction one by one would take 10^20 steps here."""
    capital, price = 10**40 + 12_345, 7
    assert exact.ratio_floor(capital, 99_500_000, 1, price, E8, 1) == capital * 99_500_000 // (price * E8)
    assert exact.ratio_ceil(capital, 1, 3, 7, 1, 1) == -(-capital * 3 // 7)
    assert exact.mul_div_floor(capital, 10**38 + 1, 10**38 + 7) == capital * (10**38 + 1) // (10**38 + 7)


@thorough
@given(st.tuples(*[numbers] * 7))
@example((WIDEST,) * 7)
@example((6, 35, 1, 1, 10, 3, 7))
@example((6, 35, 1, 1, 10, 3, 8))
def test_products_of_four_and_three_are_compared_in_full_width(form, seven):
    q, d, e, f, a, b, c = seven
    left, right = q * d * e * f, a * b * c
    assert form["sign"](q, d, e, f, a, b, c) == (left > right) - (left < right)


@thorough
@given(numbers, rates | rates.map(lambda rate: -rate), st.one_of(st.integers(1, 1000), st.integers(1, 10**12)))
@example(50_000_000, 1, 1)
@example(50_000_000, -1, 1)
@example(50_000_001, -1, 1)
@example(15, -50_000_000, 5)
@example(49_999_999, 1, 1)
@example(15, 50_000_000, 5)
def test_a_fee_is_rounded_half_up_to_whole_quanta(form, notional, rate, quantum):
    assert form["rounded_fee"](notional, rate, quantum) == math.floor(
        Fraction(notional * rate, E8 * quantum) + Fraction(1, 2)
    )


@thorough
@given(st.tuples(numbers, numbers, numbers), st.tuples(divisors, divisors), st.integers(0, E8 - 1))
@example((25, 1, 1), (1, 1), E8 - 1)
@example((26, 1, 1), (1, 1), E8 - 1)
@example((24, 3, 1), (3, 1), E8 - 1)
@example((9_999, 9_999, 1), (1, 1), 9_999)
@example((9_999, 9_999, 1), (1, 1), 9_998)
@example((9_999_999_600_000_003, 1, 1), (1, 1), E8 - 1)  # a double has the square of 99,999,998 for it
@example((WIDEST, WIDEST, WIDEST), (1, 1), E8 - 1)
@example((WIDEST, WIDEST, 1), (WIDEST, WIDEST), E8 - 1)
def test_a_root_goes_up_to_a_whole_number_and_no_higher_than_the_most(form, over, under, most):
    a, b, c = over
    d, e = (min(one, WIDEST) for one in under)
    square = -(-a * b * c // (d * e))
    root = math.isqrt(square)
    assert form["root_of_ratio"](a, b, c, d, e, most) == min(most, root + (root * root < square))


@thorough
@given(st.integers(1, 10**15), rates)
def test_slippage_worsens_a_price_to_the_next_whole_tick(form, price, rate):
    share = Fraction(rate, E8)
    assert form["with_slippage"](price, rate, 1) == math.ceil(price * (1 + share))
    assert form["with_slippage"](price, rate, -1) == max(1, math.floor(price * (1 - share)))


@pytest.mark.parametrize(
    ("price", "bps_e8", "buy", "sell"),
    [
        (10_000, 5_000, 10_001, 9_999),  # half a basis point of 10,000 is half a tick: a whole one against us
        (10_000, 10_000, 10_001, 9_999),  # one basis point is exactly one tick
        (10_000, 10_001, 10_002, 9_998),
        (1, 10_000, 2, 1),  # nothing is sold below one tick
        (5, 99_999_999, 10, 1),
        (777, 0, 777, 777),
    ],
)
def test_slippage_by_hand(form, price, bps_e8, buy, sell):
    assert form["with_slippage"](price, bps_e8, 1) == buy
    assert form["with_slippage"](price, bps_e8, -1) == sell
