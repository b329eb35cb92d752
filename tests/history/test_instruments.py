"""Instrument files."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from botswain.history.instruments import read_instrument
from botswain.model.errors import BadInput

GOOD = "symbol: BTC/USDT\ntick_size: 0.01\nlot_size: 0.00001\n"


def read(tmp_path: Path, text: str, name: str = "btc.yaml") -> object:
    (tmp_path / name).write_text(text)
    return read_instrument(tmp_path / name)


def test_numbers_become_decimals_exactly_with_or_without_quotes(tmp_path: Path) -> None:
    text = GOOD + 'min_notional: "5"\nmaker_fee: 1e-3\ntaker_fee: 0.00075\nfee_asset: BNB\nfee_asset_price: 600.10\n'
    found = read_instrument_of(tmp_path, text)
    assert found.tick_size == Decimal("0.01")
    assert found.lot_size == Decimal("0.00001")
    assert found.min_notional == 5
    assert found.maker_fee == Decimal("0.001")
    assert str(found.fee_asset_price) == "600.10"
    assert found.fee_in == "third"


def read_instrument_of(tmp_path: Path, text: str, name: str = "btc.yaml"):  # type: ignore[no-untyped-def]
    (tmp_path / name).write_text(text)
    return read_instrument(tmp_path / name)


def test_json_is_read_as_exactly(tmp_path: Path) -> None:
    text = '{"symbol": "BTC/USDT", "tick_size": 0.1, "lot_size": 1e-8, "fee_precision": 8, "shortable": true}'
    found = read_instrument_of(tmp_path, text, "btc.json")
    assert (str(found.tick_size), found.lot_size) == ("0.1", Decimal("1e-8"))
    assert found.fee_precision == 8
    assert found.shortable is True


def test_a_key_that_json_has_twice_is_refused(tmp_path: Path) -> None:
    text = '{"symbol": "BTC/USDT", "tick_size": 0.1, "lot_size": 1e-8, "taker_fee": 0.1, "taker_fee": 0.2}'
    with pytest.raises(BadInput, match=r"taker_fee is given twice, as 0\.1 and 0\.2; give it once"):
        read(tmp_path, text, "btc.json")


def test_what_is_left_out_or_null_has_its_usual_value(tmp_path: Path) -> None:
    found = read_instrument_of(tmp_path, GOOD + "fee_precision: null\nfee_asset_price:\nshortable: no\n")
    assert found.fee_precision is None
    assert found.fee_asset_price is None
    assert found.shortable is False
    assert found.max_qty == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD + "tick: 1\n", r"'tick' is not a key of an instrument; did you mean 'tick_size'\?"),
        ("symbol: BTC/USDT\n", r"tick_size, lot_size is missing; an instrument has at least symbol"),
        (GOOD.replace("0.01", "a cent"), r"tick_size is 'a cent', not a number; write it as 0.01 or 1e-8"),
        (GOOD.replace("0.01", "[1]"), r"tick_size is \['1'\], not a number"),
        (GOOD.replace("0.01", "inf"), r"tick_size is inf, not a finite number"),
        (GOOD.replace("0.01", "0"), r"tick_size is 0; it must be above zero"),
        (GOOD.replace("BTC/USDT", "BTCUSDT"), r"symbol 'BTCUSDT' is not BASE/QUOTE; write it as BTC/USDT"),
        (GOOD.replace("BTC/USDT", "[BTC]"), r"symbol is \['BTC'\]; write a name"),
        (GOOD + "taker_fee: 1.5\n", r"taker_fee is 1.5; write a fraction from 0 to below 1"),
        (GOOD + "fee_precision: 2.5\n", r"fee_precision is 2.5; write whole decimals, such as 8"),
        (GOOD + "shortable: maybe\n", r"shortable is 'maybe'; write true or false"),
        (GOOD + "taker_fee: 0.001\ntaker_fee: 0.01\n", r"taker_fee is given twice, in lines 4 and 5; give it once"),
        (GOOD.replace("0.01", "1e-999999999"), r"tick_size is 1E-999999999; write a number of at most 30 digits"),
        ("- BTC\n", r"holds list, not keys and values; write symbol"),
        ("symbol: [\n", r"is not YAML or JSON \(.*\); write symbol"),
        ("", r"holds str, not keys and values|holds NoneType, not keys and values"),
    ],
)
def test_what_is_wrong_is_named_with_file_value_and_remedy(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(BadInput, match=message) as raised:
        read(tmp_path, text)
    assert "btc.yaml" in str(raised.value)


def test_a_missing_or_unreadable_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"none.yaml: there is no such file; name a YAML or JSON file with symbol"):
        read_instrument(tmp_path / "none.yaml")
    with pytest.raises(BadInput, match=r"cannot be read"):
        read_instrument(tmp_path)
    (tmp_path / "x.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadInput, match=r"x.yaml: cannot be read"):
        read_instrument(tmp_path / "x.yaml")
    with pytest.raises(BadInput, match=r"is not YAML or JSON"):
        read(tmp_path, "{nonsense", "x.json")


def test_a_fee_that_is_not_given_is_the_usual_one_and_never_none(tmp_path: Path) -> None:
    found = read_instrument_of(tmp_path, GOOD + "maker_fee: 0\n")
    assert (found.maker_fee, found.taker_fee) == (0, Decimal("0.001"))


@pytest.mark.parametrize(("asset", "where"), [("base", "base"), ("BTC", "base"), ("quote", "quote"), ("USDT", "quote")])
def test_fees_in_base_or_quote_may_be_said_by_name_or_by_that_word(tmp_path: Path, asset: str, where: str) -> None:
    found = read_instrument_of(tmp_path, GOOD + f"fee_asset: {asset}\n")
    assert found.fee_in == where
    assert found.fee_asset_name == {"base": "BTC", "quote": "USDT"}[where]
