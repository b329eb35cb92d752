"""Files of splits and dividends: lists, candles that carry them, factor files; and what is refused, with the row."""

from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest

from botswain.history.action_file import read_actions
from botswain.model.actions import ShareAction
from botswain.model.errors import BadInput

SUMMER, WINTER = 1_598_846_400_000, 1_704_085_200_000  # midnight in New York of 2020-08-31 and 2024-01-01


def written(folder, text, name="actions.csv"):
    path = folder / name
    path.write_text(text)
    return path


def test_a_list_has_days_in_new_york_and_what_is_on_them(tmp_path):
    path = written(tmp_path, "date,split,dividend\n2024-01-01,,0.24\n20200831,4:1,\n2020-09-01,1,0\n")
    assert read_actions(path, "ABC/USD") == [
        ShareAction("ABC/USD", SUMMER, Fraction(4)), ShareAction("ABC/USD", WINTER, dividend=Decimal("0.24")),
    ]  # fmt: skip


def test_a_column_says_whose_they_are_and_another_when(tmp_path):
    path = written(tmp_path, "symbol,ts,dividend\nABC/USD,1598846400000,0.1\nXYZ/USD,5,1.23456789\n")
    assert read_actions(path) == [
        ShareAction("XYZ/USD", 5, dividend=Decimal("1.23456789")),
        ShareAction("ABC/USD", SUMMER, dividend=Decimal("0.1")),
    ]


def test_candles_may_carry_them(tmp_path):
    path = tmp_path / "1d.parquet"
    columns = {"ts": [1, 2, 3, 4], "close": [1.0] * 4, "dividend": [0.0, 1.759024, None, 0.0]}
    pl.DataFrame(columns | {"split_factor": [1.0, 1.0, 0.2, 0.0]}).write_parquet(path)
    assert read_actions(path, "ABC/USD") == [
        ShareAction("ABC/USD", 2, dividend=Decimal("1.759024")), ShareAction("ABC/USD", 3, Fraction(1, 5)),
    ]  # fmt: skip


def test_a_factor_file_tells_by_what_changes_from_row_to_row(tmp_path):
    rows = (
        "20200101,0.9,0.25,1", "20200102,0.9,0.25,100", "20200828,0.9090909,0.25,500", "20201105,0.9090909,1,120",
        "20501231,1,1,0",
    )  # fmt: skip
    path = written(tmp_path, "date,price_factor,split_factor,reference_price\n" + "\n".join(rows) + "\n")
    found = read_actions(path, "ABC/USD")
    assert [(one.split, one.dividend) for one in found] == [
        (1, Decimal("1.0000")), (4, 0), (1, Decimal("10.9091")),
    ]  # fmt: skip
    assert found[1].time_ms == SUMMER - 2 * 86_400_000  # the day after


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty; give one with the columns date,dividend,split"),
        ("date,dividend\n", "there are no rows"),
        (
            "day,dividend\n2020-01-01,1\n",
            "need a column date or ts and one of dividend, split and split_factor; ",
        ),
        ("date,amount\n2020-01-01,1\n", "there are date, amount"),
        ("date,dividend\n2020-01-01,1\n2020-13-01,1\n", "row 2: date is '2020-13-01'; write a day, such as 2020-08-31"),
        ("date,dividend\n2020-01-01,much\n", "row 1: dividend is 'much'; write cash for one share"),
        ("date,dividend\n2020-01-01,inf\n", "row 1: dividend of ABC/USD is Infinity"),
        ("date,split\n2020-01-01,2:0\n", "row 1: split is '2:0'"),
        ("ts,split\nnoon,2\n", "row 1: ts is 'noon'; write whole milliseconds since 1970"),
        ("symbol,ts,split\nABC,5,2\n", "row 1: symbol 'ABC' is not BASE/QUOTE"),
        (
            "date,price_factor,split_factor,reference_price\n20200101,x,1,1\n20200102,1,1,1\n",
            "row 1: price_factor 'x', split_factor '1', reference_price '1' are no factors",
        ),
        (
            "date,price_factor,split_factor,reference_price\n20200101,1,1,1\n20200102,0,1,1\n",
            "are no factors; write numbers above zero",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_row(tmp_path, text, said):
    with pytest.raises(BadInput) as refused:
        read_actions(written(tmp_path, text), "ABC/USD")
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("actions.txt", "ends in .parquet or .csv, not '.txt'"),
        ("absent.csv", "there is no such file"),
        ("broken.parquet", "cannot be read"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path, name, said):
    if not name.startswith("absent"):
        written(tmp_path, "date,split\n", name)
    with pytest.raises(BadInput) as refused:
        read_actions(tmp_path / name, "ABC/USD")
    assert said in str(refused.value)


def test_nobody_knows_whose_they_are(tmp_path):
    with pytest.raises(BadInput, match="nothing says whose splits and dividends these are; add a column symbol"):
        read_actions(written(tmp_path, "date,split\n2020-01-01,2\n"))
