"""Decimals as whole units and back, without a digit lost."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botswain.model.errors import BadInput
from botswain.store.exact import MAX_SCALE, scale_of, to_decimal, to_units, total, units_of

amounts = st.builds(
    lambda units, scale: Decimal(f"{units}E-{scale}"), st.integers(-(10**40), 10**40), st.integers(0, 36)
)


@given(amounts)
def test_an_amount_comes_back_equal(amount):
    scale = scale_of(amount)
    assert to_decimal(to_units(amount, scale), scale) == amount


@given(amounts)
def test_the_scale_is_the_fewest_decimals(amount):
    scale = scale_of(amount)
    assert scale == 0 or to_units(amount, scale) % 10


@given(st.lists(amounts, max_size=6))
def test_a_sum_is_exact(parts):
    assert to_units(total(parts), MAX_SCALE) == sum(to_units(part, MAX_SCALE) for part in parts)


@given(st.lists(amounts, max_size=5))
def test_the_amounts_of_a_row_are_made_units_as_one_by_one(values):
    scale = scale_of(*values)
    assert units_of(values) == ([to_units(value, scale) for value in values], scale)


def test_zeros_at_the_end_cost_no_scale():
    assert scale_of(Decimal("1.500"), Decimal("2")) == 1
    assert scale_of(Decimal("0E-30")) == 0
    assert scale_of(Decimal("1E+3")) == 0
    assert scale_of() == 0


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1E-37"])
def test_what_cannot_be_kept_is_refused(text):
    with pytest.raises(BadInput):
        scale_of(Decimal(text))
    with pytest.raises(BadInput):
        units_of((Decimal(1), Decimal(text)))


def test_an_amount_finer_than_its_scale_is_refused_and_not_rounded():
    with pytest.raises(BadInput, match=r"0\.125 has more than 2 decimals"):
        to_units(Decimal("0.125"), 2)
