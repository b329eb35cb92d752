"""Cells that a spreadsheet opens."""

import pytest

from botswain.api.spreadsheet import safe_cell


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+cmd", "@SUM(A1)", "\t=1", "\r=1", "-"])
def test_what_begins_as_a_formula_is_marked_as_text(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "cell"), [("-1.5", "-1.5"), ("0", "0"), (None, ""), (7, "7"), ("BTC/USDT", "BTC/USDT"), ("a=b", "a=b")]
)
def test_numbers_and_plain_words_stay_as_they_are(value, cell):
    assert safe_cell(value) == cell
