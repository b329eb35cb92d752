"""What a person's word for candles means, and the verdict on them."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from tests.history.samples import candles_of, same, sound, sound_columns, write

from botswain.history.shelf import Shelf
from botswain.history.sources import find_source
from botswain.history.verdicts import verdict_object, verdict_on
from botswain.model.errors import BadInput


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    shelf = Shelf(tmp_path / "candles")
    shelf.put("a", sound(20))
    return shelf


def test_a_suffix_means_a_file_and_all_else_a_symbol(tmp_path: Path, shelf: Shelf) -> None:
    path = write(tmp_path / "ETH-EUR-1h.csv", sound_columns(5))
    from_file = find_source(str(path), shelf)
    assert (from_file.checked().symbol, from_file.stored_hash) == ("ETH/EUR", "")
    from_store = find_source("BTC/USDT", shelf, "BTC/USDT", "1h", "a")
    assert same(from_store.checked(), sound(20))
    assert len(from_store.stored_hash) == 64


def test_what_is_neither_is_refused_by_name(tmp_path: Path, shelf: Shelf) -> None:
    with pytest.raises(BadInput, match=r"is a folder; name one .parquet or .csv file in it"):
        find_source(str(tmp_path), shelf)
    with pytest.raises(BadInput, match=r"cannot be called ETH/USDT; leave --symbol out"):
        find_source("BTC/USDT", shelf, symbol="ETH/USDT")
    with pytest.raises(BadInput, match=r"no candles of ADA/USDT"):
        find_source("ADA/USDT", shelf)
    with pytest.raises(BadInput, match=r"there is no such file"):
        find_source(str(tmp_path / "x.csv"), shelf)


def test_a_source_with_errors_can_be_looked_at_but_not_used(tmp_path: Path, shelf: Shelf) -> None:
    columns = sound_columns(5)
    columns["low"][2] = -1.0
    source = find_source(str(write(tmp_path / "x.csv", columns)), shelf)
    assert len(source.candles) == 5
    with pytest.raises(BadInput, match=r"x\.csv: row 3 .*low is -1\.0"):
        source.checked()
    verdict = verdict_on(source)
    assert not verdict.sound
    assert verdict.tick_size is None


def test_a_sound_source_has_a_verdict_that_json_can_hold(shelf: Shelf) -> None:
    verdict = verdict_on(find_source("BTC/USDT", shelf))
    assert verdict.sound
    assert verdict.tick_size == Decimal("0.01")
    found = json.loads(json.dumps(verdict_object(verdict)))
    assert found["sound"] is True
    assert (found["rows"], found["tick_size"], found["gaps"], found["findings"]) == (20, "0.01", [], [])


def test_prices_without_a_grid_are_sound_but_said_to_need_an_instrument(tmp_path: Path, shelf: Shelf) -> None:
    columns = sound_columns(5)
    columns["close"][2] = 101.8699951171875
    verdict = verdict_on(find_source(str(write(tmp_path / "x.csv", columns)), shelf))
    assert verdict.sound
    assert verdict.tick_size is None
    assert "101.8699951171875" in verdict.no_grid


def test_stored_candles_that_were_altered_behind_our_back_are_not_sound(shelf: Shelf) -> None:
    path = shelf.path("a", "BTC/USDT", "1h")
    columns = sound_columns(20)
    columns["volume"][3] += 1
    label = shelf.entries()[0].label
    assert label is not None
    Shelf(shelf.root).put("b", candles_of(columns))
    source = find_source("BTC/USDT", shelf, venue="a")
    altered = find_source("BTC/USDT", shelf, venue="b")
    mixed = type(source)(altered.candles, str(path), (), source.stored_hash)
    verdict = verdict_on(mixed)
    assert verdict.altered
    assert not verdict.sound
