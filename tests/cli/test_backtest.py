"""`botswain backtest`, as a person types it: what it reports and what it writes."""

from __future__ import annotations

import json
import os
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pexpect
import pytest
from tests.cli.candle_files import HOURS, instrument, waves
from tests.cli.shell import BOTSWAIN, KERNELS, Shell, typed
from tests.history.samples import HOUR_MS, START_MS, candles_of, write

from botswain.history.content import content_hash
from botswain.history.parquet_file import read_note, write_parquet
from botswain.history.shelf import Shelf
from botswain.lab.backtest import Options, backtest
from botswain.lab.result import Result

ESCAPE = "\x1b"
# The crossover's parameters that no test here sets.
REST = {
    "average": "SMA", "threshold": 0.0, "direction": "long", "confirm": 1, "late": True, "trend": 0, "cooldown": 0,
}  # fmt: skip


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    return Shell(capsys, tmp_path / "home")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "BTC-USDT" / "1h.parquet", waves())


def library(result_file: Path, **options: Any) -> tuple[dict[str, Any], Result]:
    """What the command wrote, and the same run through the library."""
    made = backtest("sma_crossover", candles_of(waves()), options=Options(folder=KERNELS), **options)
    return json.loads(result_file.read_bytes()), made


def test_the_file_holds_what_the_library_gives_field_by_field(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "result.json"
    ended = typed("backtest", "sma_crossover", "--candles", file, "--json", out, home=tmp_path)
    assert (ended.code, [line for line in ended.err.splitlines() if "compiling" not in line]) == (0, [])
    found, made = library(out)
    assert found["strategy"] == "sma_crossover"
    assert found["parameters"] == {"fast": 20, "slow": 50} | REST
    assert found["halt"] is None
    data = found["data"]
    assert [data[name] for name in ("symbol", "timeframe", "candles", "gaps")] == ["BTC/USDT", "1h", HOURS, 0]
    assert (data["first_ms"], data["last_ms"]) == (START_MS, START_MS + (HOURS - 1) * HOUR_MS)
    assert data["hash"] == content_hash(candles_of(waves()))
    assert len(made.fills) > 20
    assert [tuple(one.values()) for one in found["fills"]] == [
        (
            one.time_ms,
            one.seq,
            one.symbol,
            one.side,
            str(one.qty),
            str(one.price),
            f"{one.fee:f}",
            one.fee_asset,
            one.slot,
            one.reason,
            one.maker,
        )
        for one in made.fills
    ]
    assert [
        (one["symbol"], one["direction"], one["entry_ms"], one["exit_ms"], Decimal(one["profit"]), Decimal(one["fees"]))
        for one in found["round_trips"]
    ] == [(one.symbol, one.direction, one.entry_ms, one.exit_ms, one.profit, one.fees) for one in made.round_trips]
    assert [(at, Decimal(value)) for at, value in found["equity"]] == made.equity
    paid = {name: Decimal(told) for name, told in found["metrics"].pop("fees_by_asset").items()}
    assert paid == made.metrics["fees_by_asset"]
    for name, value in made.metrics.items():
        if name == "fees_by_asset":
            continue
        told = found["metrics"][name]
        assert (Decimal(told) if isinstance(value, Decimal) else told) == value, name
    assert all(isinstance(one[name], str) for one in found["fills"] for name in ("qty", "price", "fee"))


def test_the_report_fits_a_hundred_columns_and_has_no_colour_codes(file: Path, tmp_path: Path) -> None:
    ended = typed("backtest", "sma_crossover", "--candles", file, home=tmp_path)
    assert ended.code == 0
    assert ESCAPE not in ended.out
    assert max(len(line) for line in ended.out.splitlines()) <= 100
    made = backtest("sma_crossover", candles_of(waves()), options=Options(folder=KERNELS))
    assert f"{made.final_equity:,.2f}" in ended.out
    assert f"{HOURS:,} candles, no gaps" in ended.out
    assert content_hash(candles_of(waves())) in ended.out
    for words in ("Sharpe", "Sortino", "Calmar", "round trips", "profit factor", "fees", "Assumptions", "fills"):
        assert words in ended.out
    for words in ("0.01 (the finest decimals", "0.00000001", "rounded half up", "0.5 %", "marked at the last close"):
        assert words in ended.out


def test_a_csv_file_gives_the_same_run(shell: Shell, file: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "BTC-USDT" / "1h.csv", waves())
    first = shell("backtest", "sma_crossover", "--candles", file)
    assert first.code == 0
    assert shell("backtest", "sma_crossover", "--candles", other).out == first.out


def test_a_symbol_in_the_store_gives_the_same_run(shell: Shell, file: Path) -> None:
    Shelf(shell.home / "candles").put("binance", candles_of(waves()))
    stored = shell("backtest", "sma_crossover", "--candles", "BTC/USDT")
    assert stored.out == shell("backtest", "sma_crossover", "--candles", file).out


def test_stored_candles_that_were_altered_are_refused(shell: Shell) -> None:
    shelf = Shelf(shell.home / "candles")
    shelf.put("binance", candles_of(waves(60)))
    path = shelf.path("binance", "BTC/USDT", "1h")
    kept = path.read_bytes()
    shelf.put("binance", candles_of(waves(80)))
    label_of_more = path.read_bytes()
    assert label_of_more != kept
    altered = candles_of({name: values[:80] for name, values in waves(81, swing=21.0).items()})
    rewrite_keeping_label(path, altered)
    message = shell.refused("backtest", "sma_crossover", "--candles", "BTC/USDT")
    assert (
        "these are not the candles that were stored; move the file away, then import or download them again" in message
    )


def rewrite_keeping_label(path: Path, candles: Any) -> None:
    """Put other candles under a stored file's label."""
    note = read_note(path, str(path))
    assert note is not None
    with path.open("wb") as target:
        write_parquet(target, candles, note)


def test_parameters_costs_and_sizing_reach_the_run(shell: Shell, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "result.json"
    ended = shell(
        *("backtest", "sma_crossover", "--candles", file, "--param", "fast=10", "--param", "slow=30"),
        *("--capital", "2500.50", "--fee", "0.002", "--slippage-bps", "5", "--sizing", "fixed_quote", "--size", "400"),
        *("--json", out),
    )
    assert ended.code == 0
    found, made = library(
        out,
        params={"fast": 10, "slow": 30},
        capital="2500.50",
        fee="0.002",
        slippage_bps=5,
        sizing="fixed_quote",
        size=400,
    )
    assert found["parameters"] == {"fast": 10, "slow": 30} | REST
    assert found["metrics"]["final_equity"] == str(made.final_equity)
    assert found["assumptions"]["sizing"] == "fixed_quote 400"
    assert found["assumptions"]["slippage"].startswith("5 bps")
    assert found["assumptions"]["fee"].startswith("0.002 as maker and as taker, in USDT")


def test_a_model_of_slippage_reaches_the_run(shell: Shell, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "result.json"
    numbers = ("--slippage-factor", "0.01", "--slippage-period", "30", "--slippage-most-bps", "80")
    told = ("--slippage", "impact", *numbers, "--slippage-bps", "1", "--size", "0.1", "--json", out)
    assert shell("backtest", "sma_crossover", "--candles", file, *told).code == 0
    slippage = {"model": "impact", "factor": "0.01", "period": 30, "most_bps": 80}
    found, made = library(out, slippage=slippage, slippage_bps=1, size="0.1")
    assert found["metrics"]["final_equity"] == str(made.final_equity)
    assert found["assumptions"]["slippage"] == (
        "1 bps and 0.01 times the move of the last 30 closed candles times the square root of the order's part of "
        "their volume, together at most 80 bps, on market orders and triggers"
    )


def test_a_size_in_percents_is_refused_with_what_was_meant(shell: Shell, file: Path) -> None:
    told = ("backtest", "sma_crossover", "--candles", file, "--size", "5")
    assert "size is 5 (500 %) of its capital, and on spot it can spend no more than it has" in shell.refused(*told)
    assert "write at most 1 (100 %), or 0.05 (5 %) if that is meant" in shell.refused(*told, "--sizing", "percent")
    said = shell.refused(*told, "--sizing", "risk", "--exit", "stop_loss=0.02")
    assert "size is 5 (500 %) of the account, lost when the stop is reached" in said


def test_exits_may_be_given_as_parameters_and_the_gate_tells_what_it_did(
    shell: Shell, file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "result.json"
    ended = shell(
        *("backtest", "sma_crossover", "--candles", file, "--param", "stop_loss=0.02", "--exit", "take_profit=0.1"),
        *("--limit", "max_position=0.5", "--no-compounding", "--json", out),
        *("--sizing", "kelly", "--odds", "win_rate=0.9", "--odds", "payoff=2", "--odds", "cap=0.8"),
    )
    assert ended.code == 0
    found = json.loads(out.read_bytes())
    assert found["assumptions"]["sizing"].startswith("kelly 1 of the starting capital, a share of 0.8000: ")
    assert found["assumptions"]["exits"] == "take_profit 0.1, stop_loss 0.02"
    assert found["assumptions"]["limits"] == "max_position 0.5"
    assert {one["reason"] for one in found["fills"]} & {"stop_loss", "take_profit"}
    codes = [one["code"] for one in found["notes"]]
    assert set(codes) == {"max_position"}
    shown = re.search(r"max_position +(\d+) .* qty ([\d.]+), room ([\d.]+)", ended.out)
    assert shown is not None
    latest = found["notes"][-1]
    assert int(shown[1]) == len(codes)
    assert (shown[2], shown[3], latest["unit"]) == (latest["value"], latest["limit"], "BTC")


def test_two_symbols_share_one_account(shell: Shell, file: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "ETH-USDT" / "1h.parquet", waves(first=60))
    out = tmp_path / "result.json"
    ended = shell("backtest", "sma_crossover", "--candles", file, "--candles", other, "--size", "0.5", "--json", out)
    assert ended.code == 0
    found = json.loads(out.read_bytes())
    assert {one["symbol"] for one in found["fills"]} == {"BTC/USDT", "ETH/USDT"}
    assert found["data"]["symbol"] == "BTC/USDT,ETH/USDT"
    assert found["data"]["candles"] == 2 * HOURS
    assert [one["symbol"] for one in found["data"]["symbols"]] == ["BTC/USDT", "ETH/USDT"]
    assert len({found["data"]["hash"], *(one["hash"] for one in found["data"]["symbols"])}) == 3
    assert "ETH/USDT 1h" in ended.out


def test_files_are_named_by_symbol_in_their_order(shell: Shell, file: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "x.parquet", waves(first=60))
    told = ("--symbol", "AAA/USD", "--symbol", "BBB/USD", "--size", "0.5")
    ended = shell("backtest", "sma_crossover", "--candles", file, "--candles", other, *told)
    assert ended.code == 0
    assert ended.out.index("AAA/USD 1h") < ended.out.index("BBB/USD 1h")


def test_a_range_is_decided_on_and_indicators_warm_up_before_it(shell: Shell, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "result.json"
    start, end = "2024-02-01", "2024-02-20T12:00"
    ended = shell("backtest", "sma_crossover", "--candles", file, "--start", start, "--end", end, "--json", out)
    assert ended.code == 0
    found, made = library(out, start=start, end=end)
    data = found["data"]
    first, last = START_MS + 31 * 24 * HOUR_MS, START_MS + (50 * 24 + 12) * HOUR_MS
    assert (data["first_ms"], data["last_ms"]) == (first, last - HOUR_MS)
    assert data["candles"] == len(found["equity"]) == (last - first) // HOUR_MS
    assert found["equity"][0][0] == first + HOUR_MS
    assert data["symbols"][0]["warmup"] == 500
    assert data["hash"] == content_hash(made.market.candles[0])
    assert found["assumptions"]["indicators"] == (
        "start for BTC/USDT at 2024-01-11T04:00:00Z, 500 candles before the start"
    )
    assert [one["time_ms"] for one in found["fills"]] == [one.time_ms for one in made.fills]
    assert all(first < one["time_ms"] < last for one in found["fills"])


def test_milliseconds_name_a_range_too(shell: Shell, file: Path) -> None:
    day = START_MS + 31 * 24 * HOUR_MS
    by_date = shell("backtest", "sma_crossover", "--candles", file, "--start", "2024-02-01")
    assert by_date.code == 0
    assert shell("backtest", "sma_crossover", "--candles", file, "--start", str(day)).out == by_date.out


def test_an_instrument_brings_its_own_rules_and_fees(shell: Shell, file: Path, tmp_path: Path) -> None:
    rules = instrument(tmp_path, maker_fee="0.0002", taker_fee="0.0004", fee_precision="8", min_notional="5")
    ended = shell("backtest", "sma_crossover", "--candles", file, "--instrument", rules)
    assert ended.code == 0
    assert "0.0002 as maker and 0.0004 as taker, in USDT, rounded half up to 0.00000001" in ended.out
    assert "at least 5 USDT" in ended.out
    assert f"0.00001({rules})" in "".join(ended.out.split())  # long paths are folded


def test_a_fee_given_beside_an_instrument_replaces_both_of_its_fees(shell: Shell, file: Path, tmp_path: Path) -> None:
    rules = instrument(tmp_path, maker_fee="0.0002", taker_fee="0.0004")
    ended = shell("backtest", "sma_crossover", "--candles", file, "--instrument", rules, "--fee", "0.003")
    assert ended.code == 0
    assert "0.003 as maker and as taker, in USDT" in ended.out


def test_candles_that_nothing_names_belong_to_the_only_instrument(shell: Shell, tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", waves())
    ended = shell("backtest", "sma_crossover", "--candles", path, "--instrument", instrument(tmp_path))
    assert ended.code == 0
    assert "BTC/USDT 1h" in ended.out
    assert "it is called BTC/USDT, as the instrument" in ended.out


def test_gaps_are_accepted_and_reported(shell: Shell, tmp_path: Path) -> None:
    columns = {name: values[:300] + values[304:700] + values[701:] for name, values in waves().items()}
    path = write(tmp_path / "BTC-USDT" / "1h.parquet", columns)
    out = tmp_path / "result.json"
    ended = shell("backtest", "sma_crossover", "--candles", path, "--json", out)
    assert ended.code == 0
    assert "1,495 candles, 5 missing in 2 gaps" in ended.out
    assert json.loads(out.read_bytes())["data"]["gaps"] == 2


def test_what_is_odd_about_the_candles_is_told(shell: Shell, tmp_path: Path) -> None:
    columns = waves()
    columns["volume"][7] = 0.0
    path = write(tmp_path / "x.parquet", columns)
    ended = shell("backtest", "sma_crossover", "--candles", path)
    assert ended.code == 0
    assert "it is called BASE/QUOTE" in ended.out
    assert "zero_volume: row 8" in ended.out


def test_an_order_below_the_minimum_after_rounding_is_shown(shell: Shell, file: Path, tmp_path: Path) -> None:
    rules = instrument(tmp_path, lot_size="0.001", min_qty="0.5", taker_fee="0.001")
    ended = shell("backtest", "sma_crossover", "--candles", file, "--instrument", rules, "--capital", "30")
    assert ended.code == 1
    assert re.search(r"below_minimum +\d+ .* qty 0\.\d+, least 0\.5", ended.out)
    said = ended.err.splitlines()[-1]
    assert said.startswith("error: nothing was traded: 29.85 USDT for an order does not buy the smallest one, 0.5 BTC")
    assert said.endswith("give more capital, a larger size or fewer orders")


def test_an_order_below_the_least_notional_is_shown_as_money(shell: Shell, file: Path, tmp_path: Path) -> None:
    rules = instrument(tmp_path, min_notional="50", taker_fee="0.001")
    out = tmp_path / "result.json"
    ended = shell(
        "backtest", "sma_crossover", "--candles", file, "--instrument", rules, "--capital", "30", "--json", out
    )
    assert ended.code == 1
    assert re.search(r"below_minimum +\d+ .* notional 29\.\d+, least 50\.0000", ended.out)
    assert json.loads(out.read_bytes())["notes"][0]["code"] == "below_minimum"


def test_a_terminal_gets_colours_and_its_own_width(file: Path, tmp_path: Path) -> None:
    environment = os.environ | {"BOTSWAIN_CACHE_DIR": str(KERNELS), "TERM": "xterm", "HOME": str(tmp_path)}
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR"):
        environment.pop(name, None)
    arguments = ["backtest", "sma_crossover", "--candles", str(file)]
    child = pexpect.spawn(str(BOTSWAIN), arguments, env=environment, dimensions=(50, 84), timeout=170, encoding="utf-8")
    said = child.read()
    child.close()
    assert child.exitstatus == 0
    assert "\x1b[1;36msma_crossover" in said
    bare = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", said)
    assert max(len(line) for line in bare.splitlines()) <= 84


def test_an_older_result_is_replaced_whole(shell: Shell, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "result.json"
    out.write_text("old")
    assert shell("backtest", "sma_crossover", "--candles", file, "--json", out).code == 0
    assert json.loads(out.read_bytes())["strategy"] == "sma_crossover"
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["result.json"]


def test_a_run_is_judged_without_being_asked(shell: Shell, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "result.json"
    ended = shell("backtest", "sma_crossover", "--candles", file, "--json", out, "--trials", "40")
    found = json.loads(out.read_bytes())
    assert ended.code == 0
    assert "Can it be believed?" in ended.out
    assert found["validation"]["verdict"] in " ".join(ended.out.split())
    assert found["validation"]["luck"]["trials"] == 40
    assert found["figures"]["trades"]["count"] == len(found["round_trips"])
    assert "ulcer_index" not in ended.out
    ended = shell("backtest", "sma_crossover", "--candles", file, "--json", out, "--no-validation", "--full")
    assert "Can it be believed?" not in ended.out
    assert "ulcer_index" in ended.out
    assert json.loads(out.read_bytes())["validation"] is None


def test_a_number_of_trials_that_cannot_be_is_refused(shell: Shell, file: Path) -> None:
    ended = shell("backtest", "sma_crossover", "--candles", file, "--trials", "0")
    assert ended.code == 2
    assert "trials is 0; write how many combinations were tried in all" in ended.err
