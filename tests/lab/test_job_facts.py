"""A backtest as a job that is told more than candles: what the files say reaches the run, and the result tells it."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from tests.engine.scenes import T0, drawn

from botswain import Options, backtest
from botswain.history.action_file import read_actions
from botswain.history.depth_file import read_quotes
from botswain.history.grid import default_instrument
from botswain.history.rate_file import read_funding
from botswain.history.shelf import Shelf
from botswain.history.trade_file import read_trades
from botswain.lab.jobs import run_job
from botswain.model.errors import BadInput

DAY_MS = 86_400_000
ASKED = {
    "strategy": "sma_crossover", "dataset_ids": ["history:binance:1m:BTC/USDT"], "symbols": [],
    "parameters": {"fast": 3, "slow": 9, "direction": "both"}, "capital": "5000", "fee": "0.001", "slippage_bps": "0",
    "sizing": {"kind": "percent", "size": "0.4"}, "exits": {}, "limits": {}, "start_ms": None, "end_ms": None,
    "shortable": True,
}  # fmt: skip
PLAIN = {
    "params": ASKED["parameters"], "capital": "5000", "size": "0.4", "options": Options(compiled=False),
}  # fmt: skip


@pytest.fixture
def place(tmp_path, kernels):
    """Where candles and facts are, as a job is told it."""
    Shelf(tmp_path / "candles").put("binance", drawn(4, "BTC/USDT", 4000))
    put(tmp_path, "funding/BTC-USDT.csv", ["ts,rate", *(f"{T0 + k * 1_800_000},0.0003" for k in range(1, 130))])
    put(tmp_path, "actions/anything.csv", ["ts,split,dividend", f"{T0 + 3 * DAY_MS // 2},2:1,0.5"])
    return {
        "candles_dir": str(tmp_path / "candles"),
        "facts_dir": str(tmp_path / "facts"),
        "cache_dir": str(kernels),
        "database": None,
    }


def put(folder, name, lines):
    path = folder / "facts" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")


def done(place, **more):
    return run_job({"request": ASKED | more, "context": place}, lambda _done, _what: None)


def same(found, expected):
    """The job did what the library does."""
    assert found["metrics"]["final_equity"] == f"{expected.final_equity:f}"
    assert [(one["time_ms"], one["price"], one["qty"]) for one in found["fills"]] == [
        (one.time_ms, f"{one.price:f}", f"{one.qty:f}") for one in expected.fills
    ]


def test_what_holding_costs_is_charged_and_told(place, tmp_path):
    holding = {"funding": ["funding/BTC-USDT.csv"], "borrow_rate": "0.5", "borrow": [], "actions": []}
    found = done(place, holding=holding)
    candles = Shelf(tmp_path / "candles").find("BTC/USDT")
    rules = replace(default_instrument(candles, Decimal("0.001")), shortable=True)
    told = read_funding(tmp_path / "facts/funding/BTC-USDT.csv", "BTC/USDT")
    same(found, backtest("sma_crossover", candles, instrument=rules, funding=told, borrow="0.5", **PLAIN))
    assert {one["kind"] for one in found["charges"]} == {"funding", "borrow"}
    assert float(found["metrics"]["borrow_paid"]) > 0
    by_file = {**holding, "borrow_rate": "0", "borrow": ["borrow/some.csv"]}
    put(tmp_path, "borrow/some.csv", ["date,rate", "2020-01-01,0.5"])
    assert done(place, holding=by_file)["charges"] == found["charges"]


def test_splits_and_dividends_are_applied_and_told(place, tmp_path):
    found = done(place, holding={"actions": ["actions/anything.csv"]})
    candles = Shelf(tmp_path / "candles").find("BTC/USDT")
    rules = replace(default_instrument(candles, Decimal("0.001")), shortable=True)
    told = read_actions(tmp_path / "facts/actions/anything.csv", "BTC/USDT")
    same(found, backtest("sma_crossover", candles, instrument=rules, actions=told, **PLAIN))
    assert [one["kind"] for one in found["actions"]] == ["split", "dividend"]


def test_of_several_symbols_a_file_is_of_the_one_that_its_name_tells(place, tmp_path):
    Shelf(tmp_path / "candles").put("binance", drawn(5, "ETH/USDT", 4000))
    both = ["history:binance:1m:BTC/USDT", "history:binance:1m:ETH/USDT"]
    found = done(place, dataset_ids=both, holding={"funding": ["funding/BTC-USDT.csv"]})
    assert {one["symbol"] for one in found["charges"]} == {"BTC/USDT"}
    with pytest.raises(BadInput, match=r"anything\.csv: nothing says whose splits"):
        done(place, dataset_ids=both, holding={"actions": ["actions/anything.csv"]})


def test_trades_are_met_with_a_latency_and_a_book(place, tmp_path):
    chance = np.random.default_rng(8)
    count = 3000
    ts = T0 + np.cumsum(chance.integers(1, 2000, count))
    price = np.round(100 + np.cumsum(chance.integers(-1, 2, count)) * 0.1, 1)
    folder = tmp_path / "facts"
    for name in ("trades", "quotes"):
        (folder / name).mkdir(parents=True)
    pl.DataFrame({"ts": ts, "price": price, "quantity": np.full(count, 0.5)}).write_parquet(
        folder / "trades/BTC-USDT.parquet"
    )
    sizes = {"bid_size": np.full(count, 2.0), "ask_size": np.full(count, 2.0)}
    pl.DataFrame({"ts": ts - 1, "bid": price - 0.1, "ask": price + 0.1, **sizes}).write_parquet(
        folder / "quotes/q.parquet"
    )
    tape = {
        "trades": "trades/BTC-USDT.parquet",
        "book": None,
        "meets": "next",
        "latency_ms": 250,
        "participation": "0.3",
    }
    trades = read_trades(folder / "trades/BTC-USDT.parquet", "BTC/USDT")
    rules = replace(default_instrument(trades.candles(), Decimal("0.001")), shortable=True)
    found = done(place, dataset_ids=[], tape=tape)
    same(found, backtest("sma_crossover", trades, instrument=rules, latency_ms=250, participation="0.3", **PLAIN))
    assert found["data"]["symbols"][0]["origin"] == "trades/BTC-USDT.parquet"
    assert "latency 250 ms" in found["assumptions"]["orders meet"]
    booked = done(place, dataset_ids=[], tape=tape | {"book": "quotes/q.parquet", "participation": "0"})
    depth = read_quotes(folder / "quotes/q.parquet", "BTC/USDT")
    same(booked, backtest("sma_crossover", trades, instrument=rules, latency_ms=250, depth=depth, **PLAIN))
    assert booked["fills"]
    assert booked["fills"] != found["fills"]


def test_what_is_wrong_in_a_file_is_told_by_its_name_and_not_by_its_place(place, tmp_path):
    put(tmp_path, "funding/odd.csv", ["ts,rate", f"{T0},much"])
    put(tmp_path, "trades/odd.csv", ["ts,price,quantity", f"{T0},-1,1"])
    tape = {"trades": "trades/odd.csv", "book": None, "meets": "next", "latency_ms": 0, "participation": "0"}
    for more, said in (
        ({"holding": {"funding": ["funding/odd.csv"]}}, "funding/odd.csv: row 1: rate is 'much'"),
        (
            {"dataset_ids": [], "tape": tape},
            "trades/odd.csv: trades of BASE/QUOTE: row 1: price -1.0 is not above zero",
        ),
    ):
        with pytest.raises(BadInput) as refused:
            done(place, **more)
        assert str(refused.value).startswith(said)
        assert str(tmp_path) not in str(refused.value)


def test_a_file_that_is_gone_or_a_folder_that_is_none_fails_with_words(place):
    with pytest.raises(BadInput, match="no file of funding named"):
        done(place, holding={"funding": ["funding/gone.csv"]})
    with pytest.raises(BadInput, match="no file of funding named"):
        done(place, holding={"funding": ["../candles/binance/BTC-USDT/1m.parquet"]})
    with pytest.raises(BadInput, match="no folder of them"):
        done(place | {"facts_dir": ""}, holding={"funding": ["funding/BTC-USDT.csv"]})
