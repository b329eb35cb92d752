"""Files of funding and borrow rates, as exchanges and lenders write them; and what is refused, with the row."""

from decimal import Decimal

import polars as pl
import pytest

from botswain.history.rate_file import read_borrow, read_funding
from botswain.model.charges import BorrowRate, FundingRate
from botswain.model.errors import BadInput

BTC = "BTC/USDT"
NOON = 1_704_110_400_000  # of 2024-01-01


def written(folder, text, name="rates.csv"):
    path = folder / name
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    "text",
    [
        "ts,rate\n1704110400007,-0.00012345\n1704081600000,0.0001\n",
        "symbol,fundingTime,fundingRate,markPrice\nBTCUSDT,1704081600000,0.00010000,42000.1\n"
        "BTCUSDT,1704110400007,-0.00012345,\n",
        "calc_time,funding_interval_hours,last_funding_rate\n1704081600000,8,0.0001\n1704110400007,8,-1.2345E-4\n",
        "symbol,time,funding_rate\nBTC/USDT,1704081600000,0.0001\nBTC/USDT,1704110400007,-0.00012345\n",
    ],
)
def test_fundings_are_read_as_exchanges_publish_them_oldest_first(tmp_path, text):
    assert read_funding(written(tmp_path, text), BTC) == [
        FundingRate(BTC, NOON - 8 * 3_600_000, Decimal("0.0001")), FundingRate(BTC, NOON + 7, Decimal("-0.00012345")),
    ]  # fmt: skip


def test_numbers_of_parquet_are_read_to_the_finest(tmp_path):
    path = tmp_path / "rates.parquet"
    pl.DataFrame({"ts": [NOON], "rate": [1.2345678901234567e-05]}).write_parquet(path)
    assert read_funding(path, BTC) == [FundingRate(BTC, NOON, Decimal("0.000012345678901235"))]


def test_a_column_says_of_which_symbols_they_are_and_a_date_is_its_midnight(tmp_path):
    path = written(tmp_path, "symbol,date,rate\nABC/USD,2024-01-01,0.03\nXYZ/USD,2023-12-31T09:00,1.5\n")
    assert read_borrow(path) == [
        BorrowRate("XYZ/USD", NOON - 36 * 3_600_000, Decimal("1.5")),
        BorrowRate("ABC/USD", NOON - 12 * 3_600_000, Decimal("0.03")),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "rates.csv: the file is empty; give one with the columns ts,rate"),
        ("ts,rate\n", "funding rates need a column ts .* there are no rows"),
        ("when,rate\n1,1\n", "funding rates need a column ts .or fundingTime, calc_time, date. and one of rate, .* wh"),
        ("ts,price\n1704110400000,1\n", "there are ts, price"),
        ("ts,rate\n1704110400000,0.1\n1704110400001,NaN\n", "row 2: rate is 'NaN'; write a finite fraction, such as"),
        ("ts,rate\n1704110400000,inf\n", "row 1: rate is 'inf'; write a finite fraction"),
        ("ts,rate\n1704110400000,\n", "row 1: rate is 'None'; write a fraction, such as 0.0001"),
        ("ts,fundingRate\n1704110400000,high\n", "row 1: fundingRate is 'high'; write a fraction"),
        (
            "ts,rate\n1704110400000,5e30\n",
            "row 1: funding rate of BTC/USDT is 5E.30; write a fraction between -1 and 1",
        ),
        ("ts,rate\nnoon,0.1\n", "row 1: ts is 'noon'; write whole milliseconds since 1970"),
        ("ts,rate\n2024-01-01,0.1\n", "row 1: ts is '2024-01-01'; write whole milliseconds"),
        ("ts,rate\n1704110400,0.1\n", "row 1: ts is '1704110400'; write whole milliseconds"),
        ("date,rate\n2024-13-01,0.1\n", "row 1: date is '2024-13-01'; write a day, such as 2024-01-31"),
        ("symbol,ts,rate\nETHUSDT,1704110400000,0.1\n", "row 1: symbol 'ETHUSDT' is not BASE/QUOTE"),
    ],
)
def test_what_is_wrong_is_told_with_the_row(tmp_path, text, said):
    with pytest.raises(BadInput, match=said):
        read_funding(written(tmp_path, text), BTC)


def test_nobody_says_whose_they_are(tmp_path):
    with pytest.raises(BadInput, match="nothing says whose borrow rates these are; add a column symbol"):
        read_borrow(written(tmp_path, "ts,rate\n1704110400000,0.1\n"))


def test_other_files_are_refused(tmp_path):
    with pytest.raises(BadInput, match=r"a file of funding rates ends in .parquet or .csv, not '.json'"):
        read_funding(tmp_path / "rates.json", BTC)
    with pytest.raises(BadInput, match="there is no such file"):
        read_borrow(tmp_path / "rates.csv", BTC)
