"""`botswain backtest` of a strategy that reads another symbol: from a file, from the store, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from tests.cli.shell import Shell
from tests.engine.scenes import drawn

from botswain.history.shelf import Shelf
from botswain.model.candles import COLUMNS

SETTINGS = ("--symbol", "ETH/USDT", "--param", "lookback=3", "--param", "enter=0.003", "--param", "filter_trend=5")
FILTER = ("--param", "filter_symbol=BTC/USDT")


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    return Shell(capsys, tmp_path / "home")


def files(folder: Path) -> tuple[Path, Path]:
    """Candles of both symbols; the second has gaps."""
    places = folder / "eth.parquet", folder / "btc.parquet"
    for seed, path in enumerate(places):
        one = drawn(7 + seed, "ETH/USDT", 300, gaps=0.1 * seed)
        pl.DataFrame({name: getattr(one, name) for name in ("ts", *COLUMNS)}).write_parquet(path)
    return places


def test_a_file_of_a_symbol_that_is_read_is_named_by_the_symbol(shell: Shell, tmp_path: Path) -> None:
    own, big = files(tmp_path)
    out = tmp_path / "out.json"
    ended = shell(
        "backtest", "momentum", "--candles", own, *SETTINGS, *FILTER, "--reads", f"btc/usdt={big}", "--json", out
    )  # fmt: skip
    assert ended.code == 0, ended.err
    found = json.loads(out.read_bytes())
    [read] = found["data"]["reads"]
    assert (read["symbol"], read["closes"]) == ("BTC/USDT", 300)
    assert read["without"] > 10
    assert "reads BTC/USDT" in ended.out
    assert found["data"]["hash"] != found["data"]["symbols"][0]["hash"]


def test_what_is_in_the_store_need_not_be_said(shell: Shell, tmp_path: Path) -> None:
    own, _ = files(tmp_path)
    Shelf(tmp_path / "home" / "candles").put("binance", drawn(9, "BTC/USDT", 300))
    assert shell("backtest", "momentum", "--candles", own, *SETTINGS, *FILTER).code == 0
    assert shell("backtest", "momentum", "--candles", own, *SETTINGS, *FILTER, "--reads", "BTC/USDT").code == 0


def test_what_cannot_be_read_is_refused_with_what_to_write(shell: Shell, tmp_path: Path) -> None:
    own, big = files(tmp_path)
    said = {
        (): "strategy momentum reads BTC/USDT, and ",
        ("--reads", "BTC"): "--reads 'BTC' is not SYMBOL or SYMBOL=PATH; write it as --reads BTC/USDT=btc.parquet",
        ("--reads", "BTC/USDT="): "is not SYMBOL or SYMBOL=PATH",
        ("--reads", "BTC/USDT=nowhere"): "--reads BTC/USDT=nowhere: there is no such file",
        ("--reads", "BTC/USDT"): "BTC/USDT",
        ("--reads", f"XRP/USDT={big}", "--reads", f"BTC/USDT={big}"): "candles of XRP/USDT are given to be read",
    }
    for words, text in said.items():
        ended = shell("backtest", "momentum", "--candles", own, *SETTINGS, *FILTER, *words)
        assert ended.code == 2, ended.out
        assert text in ended.err
    assert "--reads BTC/USDT=PATH" in shell("backtest", "momentum", "--candles", own, *SETTINGS, *FILTER).err
