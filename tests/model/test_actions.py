"""What companies do to their shares, as values: what is a split, and what no share ever does."""

from decimal import Decimal
from fractions import Fraction

import pytest

from botswain.model.actions import ShareAction, ratio_text, split_of
from botswain.model.errors import BadInput


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("4:1", "4"), ("1:8", "1/8"), (" 3:2 ", "3/2"), ("4", "4"), ("4.0", "4"), ("0.125", "1/8"), ("1.5", "3/2"),
        ("0.33333333", "1/3"), ("6.9999972", "7"), ("0.2", "1/5"), ("2/3", "2/3"),
    ],
)  # fmt: skip
def test_a_split_is_read_as_people_write_it(text, split):
    assert split_of(text) == Fraction(split)
    assert ratio_text(Fraction(split)).count(":") == 1


@pytest.mark.parametrize("text", ["", "four", "4:0", "1.23456789", "0.98765", "inf"])
def test_what_is_no_split_is_refused_with_its_text(text):
    with pytest.raises(BadInput, match="split is"):
        split_of(text)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "is no split and no dividend; leave it out"),
        ({"split": Fraction(0)}, "split of ABC/USD is 0:1; write shares after for shares before"),
        ({"split": Fraction(1001)}, "each at most 1000"),
        ({"split": split_of("1:5000")}, "split of ABC/USD is 1:5000"),
        ({"split": split_of("-2")}, "split of ABC/USD is -2:1"),
        ({"dividend": Decimal("-1")}, "dividend of ABC/USD is -1; write cash for one share"),
        ({"dividend": Decimal("nan")}, "dividend of ABC/USD is NaN"),
        ({"dividend": Decimal("1e10")}, "write cash for one share"),
        ({"dividend": Decimal("0.000000001")}, "at most 8 decimals are kept"),
    ],
)
def test_what_no_share_does_is_refused(given, said):
    with pytest.raises(BadInput, match=said):
        ShareAction("ABC/USD", 0, **given)
