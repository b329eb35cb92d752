"""A part is said as it is kept and in percent, with the digits it has."""

from decimal import Decimal

import pytest

from botswain.model.parts import in_percent, part


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.02, "0.02 (2 %)"),
        (0.0005, "0.0005 (0.05 %)"),
        (1e-7, "0.0000001 (0.00001 %)"),
        (0.1 + 0.2, "0.30000000000000004 (30.000000000000004 %)"),
        (1, "1 (100 %)"),
        (0.0, "0 (0 %)"),
        (Decimal("-0.10"), "-0.10 (-10 %)"),
        (Decimal("1E+3"), "1000 (100000 %)"),
        (Decimal("NaN"), "NaN"),
        (float("inf"), "inf"),
    ],
)
def test_a_part_as_it_is_kept_and_in_percent(value, said):
    assert part(value) == said


def test_a_fee_in_percent_has_no_zeros_behind_it():
    assert in_percent(Decimal("0.0020")) == "0.2 %"
    assert in_percent(Decimal(0)) == "0 %"
