"""`botswain backtest --trades`, as a person types it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from tests.cli.shell import Shell
from tests.history.samples import START_MS

# In all runs that come to an end: the same machine code for each.
LATE_AND_A_SHARE = ("--latency-ms", "1500", "--participation", "0.5")


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    return Shell(capsys, tmp_path / "home")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Twenty minutes of a trade a second that goes up and down."""
    path = tmp_path / "BTC-USDT" / "trades.parquet"
    path.parent.mkdir()
    seconds = np.arange(1_200)
    price = np.round(100 + 5 * np.sin(seconds / 90), 2)
    pl.DataFrame({"ts": START_MS + 1_000 * seconds, "price": price, "quantity": 1.0 + seconds % 3}).write_parquet(path)
    return path


def test_a_file_of_trades_is_run_on_and_the_result_says_how(shell: Shell, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "result.json"
    ended = shell(
        "backtest", "sma_crossover", "--trades", file, "--param", "fast=2", "--param", "slow=4", *LATE_AND_A_SHARE,
        "--json", out,
    )  # fmt: skip
    assert ended.code == 0
    assert "trades, latency 1500 ms" in " ".join(ended.out.split())
    found = json.loads(out.read_bytes())
    assert [found["data"][name] for name in ("symbol", "timeframe", "candles")] == ["BTC/USDT", "1m", 19]
    assert found["assumptions"]["quantity"].startswith("50 % of each trade")
    # Decided at a minute's end, at the market a second and a half later, where the next trade is half a second on.
    assert found["fills"][0]["time_ms"] % 60_000 == 2_000
    assert len(found["fills"]) > 20


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--candles", "x.csv"), "--candles is given beside --trades"),
        (("--finer", "1s"), "--finer is given beside --trades"),
        (("--symbol", "A/B", "--symbol", "C/D"), "a run on --trades has one symbol"),
        (("--latency-ms", "-3"), "latency is -3 ms"),
        (("--participation", "2"), "participation is 2"),
        (("--timeframe", "2h"), "do not reach the end of one of 2h"),
    ],
)
def test_what_does_not_go_with_trades_is_said(shell: Shell, file: Path, more: tuple[str, ...], said: str) -> None:
    ended = shell("backtest", "sma_crossover", "--trades", file, *more)
    assert ended.code != 0
    assert said in ended.err


def test_an_instrument_names_trades_that_nothing_names_and_must_be_theirs(shell: Shell, file: Path) -> None:
    rules = file.parent / "rules.yaml"
    rules.write_text("symbol: A/B\ntick_size: 0.01\nlot_size: 0.001\nmaker_fee: 0\ntaker_fee: 0\n")
    ended = shell("backtest", "sma_crossover", "--trades", file, "--instrument", rules)
    assert (ended.code != 0, "the instrument is of A/B and the trades are of BTC/USDT" in ended.err) == (True, True)
    unnamed = file.rename(file.parent.parent / "mine.parquet")
    ended = shell(
        "backtest", "sma_crossover", "--trades", unnamed, "--instrument", rules, "--timeframe", "5m", *LATE_AND_A_SHARE
    )
    assert ended.code == 0
    assert "it is called A/B, as the instrument" in " ".join(ended.out.split())


def test_trades_are_run_on_with_the_order_book_beside_them(shell: Shell, file: Path, tmp_path: Path) -> None:
    out, trades = tmp_path / "result.json", pl.read_parquet(file)
    ts, price = trades["ts"].to_numpy() - 1, trades["price"].to_numpy()
    quotes = file.parent / "quotes.parquet"
    columns = {
        "ts": ts,
        "bid": np.round(price - 0.01, 2),
        "bid_size": 3.0,
        "ask": np.round(price + 0.01, 2),
        "ask_size": 4.0,
    }
    pl.DataFrame(columns).write_parquet(quotes)
    ended = shell(
        "backtest", "sma_crossover", "--trades", file, "--quotes", quotes, "--param", "fast=2", "--param", "slow=4",
        "--json", out, "--sizing", "fixed", "--size", "6",
    )  # fmt: skip
    assert ended.code == 0, ended.err
    assert "a recorded order book and trades, latency 0 ms" in " ".join(ended.out.split())
    found = json.loads(out.read_bytes())
    # Four stand at the best ask; the rest of the six waits for the next quote.
    assert [float(one["qty"]) for one in found["fills"][:2]] == [4, 2]
    assert found["assumptions"]["order book"].startswith("4,668 changes at 1,000 prices, ")
    both = shell("backtest", "sma_crossover", "--trades", file, "--quotes", quotes, "--depth", quotes)
    assert "give one of them, depth where there is any" in both.err
    candles = shell("backtest", "sma_crossover", "--candles", file, "--quotes", quotes)
    assert candles.code != 0
    levels = shell("backtest", "sma_crossover", "--trades", file, "--depth", quotes)
    assert "levels of depth need the columns ts, side, price, quantity and snapshot" in levels.err


def test_nothing_to_run_on_is_said(shell: Shell) -> None:
    ended = shell("backtest", "sma_crossover")
    assert ended.code != 0
    assert "give --candles PATH, or --trades PATH" in ended.err
