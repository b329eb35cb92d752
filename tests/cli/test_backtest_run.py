"""What `botswain backtest` refuses, in one line that names value and remedy; and how it compiles and counts."""

from __future__ import annotations

import gc
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.cli.candle_files import instrument, waves
from tests.cli.shell import Shell, typed
from tests.history.samples import HOUR_MS, START_MS, write

from botswain.cli.kernels import compiling


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    return Shell(capsys, tmp_path / "home")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "BTC-USDT" / "1h.parquet", waves())


def spoiled(tmp_path: Path, name: str, row: int, value: Any) -> Path:
    """Forty sound candles, one of them with another value."""
    columns = waves(40)
    columns[name][row] = value
    return write(tmp_path / "BTC-USDT" / "1h.csv", columns)


def test_an_unknown_strategy_is_refused(shell: Shell, file: Path) -> None:
    message = shell.refused("backtest", "sma_crosover", "--candles", file)
    assert message == "strategy 'sma_crosover' is unknown; did you mean 'sma_crossover'?"


def test_an_unknown_parameter_is_refused(shell: Shell, file: Path) -> None:
    message = shell.refused("backtest", "sma_crossover", "--candles", file, "--param", "fsat=10")
    assert message == "strategy sma_crossover has no parameter 'fsat'; did you mean 'fast'?"


def test_a_limit_given_as_a_parameter_is_refused(shell: Shell, file: Path) -> None:
    message = shell.refused("backtest", "sma_crossover", "--candles", file, "--param", "max_drawdown=0.1")
    assert message == "max_drawdown is a limit, not a parameter; write --limit max_drawdown=0.1"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("slow=1", "parameter slow is 1; it must be from 3 to 5000"),
        ("fast=60", "parameter fast is 60 and slow is 50; fast must be below slow"),
        ("fast=2.5", "parameter fast is 2.5; write a whole number"),
        ("fast=many", "parameter fast is 'many'; write a number"),
        ("late=perhaps", "parameter late is 'perhaps'; write true or false"),
        ("fast", "--param 'fast' is not NAME=VALUE; write it as --param fast=20"),
        ("=3", "--param '=3' is not NAME=VALUE; write it as --param name=20"),
        ("fast=", "--param 'fast=' is not NAME=VALUE; write it as --param fast=20"),
    ],
)
def test_a_parameter_that_cannot_be_is_refused(shell: Shell, file: Path, given: str, message: str) -> None:
    assert shell.refused("backtest", "sma_crossover", "--candles", file, "--param", given) == message


def test_a_value_may_stand_in_a_file(shell: Shell, file: Path, tmp_path: Path) -> None:
    rules, out = tmp_path / "rules.json", tmp_path / "out.json"
    rules.write_text('{"SMA": {"period": 9}, "RSI": {"period": 5, "oversold": 45}}')
    start = ("backtest", "indicator_rules", "--candles", file, "--json", out, "--param")
    assert "rules entry_long" in shell(*start, f"rules=@{rules}").out
    found = json.loads(out.read_bytes())
    assert found["parameters"]["rules"] == '{"RSI":{"oversold":45,"period":5},"SMA":{"period":9}}'
    said = "RSI(5) crosses above 45, at one of the last 5 candles; close is above SMA(9)"
    assert found["assumptions"]["rules entry_long"] == said
    gone = shell.refused(*start, f"rules=@{tmp_path}/gone.json")
    assert "gone.json cannot be read (No such file or directory); name a file" in gone
    assert "is not text; name a file of text" in shell.refused(*start, f"rules=@{file}")


def test_a_value_given_twice_is_refused(shell: Shell, file: Path) -> None:
    start = ("backtest", "sma_crossover", "--candles", file)
    message = shell.refused(*start, "--param", "fast=10", "--param", "fast=11")
    assert message == "--param fast is given twice, as 10 and 11; give it once"
    message = shell.refused(*start, "--param", "stop_loss=0.1", "--exit", "stop_loss=0.2")
    assert message == "stop_loss is given as --param and as --exit; give it once, as --exit"


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("--exit", "stoploss=0.1", "exit 'stoploss' is unknown; did you mean 'stop_loss'?"),
        ("--exit", "stop_loss", "--exit 'stop_loss' is not NAME=VALUE; write it as --exit stop_loss=0.05"),
        ("--exit", "stop_loss=1.5", "exit stop_loss is 1.5 (150 %); write 0 (off) to below 1 (100 %)"),
        ("--limit", "maxdrawdown=0.1", "limit 'maxdrawdown' is unknown; did you mean 'max_drawdown'?"),
        ("--limit", "max_orders_day=-1", "limit max_orders_day is -1; write a whole number"),
        ("--sizing", "percnt", "sizing 'percnt' is unknown; did you mean 'percent'?"),
        ("--sizing", "risk", "sizing risk needs a stop-loss"),
        ("--size", "0", "size is 0; it must be above zero"),
        ("--size", "all", "size is 'all'; write a number"),
        ("--limit", "max_orders_day=1e30", "limit max_orders_day is 1E+30; write at most 1000000000000000"),
        ("--capital", "1e-400", "capital is 1E-400; at most 18 decimals are kept"),
        ("--capital", "-5", "capital is -5; it must be above zero"),
        ("--fee", "1.5", "maker_fee is 1.5; write a fraction from -0.01 to below 1"),
        ("--fee", "nan", "--fee is 'nan'; write a finite number"),
        ("--slippage-bps", "10000", "slippage is 10000 bps; write 0 to below 10000"),
        ("--slippage", "ranges", "slippage model 'ranges' is unknown; known: fixed, impact, spread, volatility"),
        ("--slippage-factor", "0.5", "slippage factor is 0.5 and the model fixed, which has no use for it"),
        ("--slippage-factor", "much", "slippage factor is 'much'; write a number"),
        ("--fill", "thru", "fill is 'thru'; write touch or through"),
        ("--timeframe", "7m", "candles are 1h apart, so timeframe 7m cannot be right"),
        ("--symbol", "BTCUSDT", "symbol 'BTCUSDT' is not BASE/QUOTE; write it as BTC/USDT"),
        ("--start", "spring", "start 'spring' is not a time; write 2024-01-31"),
        ("--start", "2031-01-01", "no candle of BTC/USDT is in the range from 2031-01-01T00:00:00Z; there are candles"),
        ("--end", "2023-01-01", "no candle of BTC/USDT is in the range to 2023-01-01T00:00:00Z; there are candles"),
    ],
)
def test_an_option_that_cannot_be_is_refused(shell: Shell, file: Path, option: str, value: str, message: str) -> None:
    assert message in shell.refused("backtest", "sma_crossover", "--candles", file, option, value)


def test_a_range_that_ends_before_it_starts_is_refused(shell: Shell, file: Path) -> None:
    told = ("--start", "2024-03-01", "--end", "2024-02-01")
    message = shell.refused("backtest", "sma_crossover", "--candles", file, *told)
    assert message == (
        "the range from 2024-03-01T00:00:00Z to 2024-02-01T00:00:00Z is empty; give an end after the start"
    )


def test_no_candles_at_all_is_refused(shell: Shell) -> None:
    ended = shell("backtest", "sma_crossover")
    assert ended.code == 2
    assert "--candles" in ended.err


def test_a_missing_file_is_refused_naming_its_neighbour(shell: Shell, file: Path) -> None:
    message = shell.refused("backtest", "sma_crossover", "--candles", file.with_name("1m.parquet"))
    assert message.endswith("there is no such file; did you mean '1h.parquet'?")


def test_a_symbol_that_is_not_in_the_store_is_refused(shell: Shell) -> None:
    message = shell.refused("backtest", "sma_crossover", "--candles", "BTC/USDT")
    assert "no candles of BTC/USDT in the store" in message
    assert "botswain data import FILE" in message


def test_the_same_symbol_twice_is_refused(shell: Shell, file: Path) -> None:
    message = shell.refused("backtest", "sma_crossover", "--candles", file, "--candles", file)
    assert message.endswith("are both BTC/USDT; say --symbol")


def test_symbols_that_do_not_pair_with_files_are_refused(shell: Shell, file: Path) -> None:
    told = ("--symbol", "A/B", "--symbol", "C/D")
    message = shell.refused("backtest", "sma_crossover", "--candles", file, *told)
    assert message.startswith("--symbol is given 2 times and --candles 1 times; give one symbol for each")


def test_repeated_candles_are_refused(shell: Shell, tmp_path: Path) -> None:
    path = spoiled(tmp_path, "ts", 5, START_MS + 4 * HOUR_MS)
    message = shell.refused("backtest", "sma_crossover", "--candles", path)
    assert "row 6 (2024-01-01T04:00:00Z = 1704081600000): its time is that of row 5 again" in message
    assert "data import --sort" in message


def test_unsorted_candles_are_refused(shell: Shell, tmp_path: Path) -> None:
    path = spoiled(tmp_path, "ts", 5, START_MS - 5 * HOUR_MS)
    message = shell.refused("backtest", "sma_crossover", "--candles", path)
    assert "row 6" in message
    assert "its time is before that of the row above" in message
    assert "oldest first" in message


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            float("nan"),
            "row 4 (2024-01-01T03:00:00Z = 1704078000000): close is empty or nan, which is no number; remove the row",
        ),
        (-7.5, "row 4 (2024-01-01T03:00:00Z = 1704078000000): close is -7.5; prices are above zero"),
    ],
)
def test_candles_with_impossible_prices_are_refused(shell: Shell, tmp_path: Path, value: float, message: str) -> None:
    path = spoiled(tmp_path, "close", 3, value)
    assert message in shell.refused("backtest", "sma_crossover", "--candles", path)


def test_prices_off_the_instruments_grid_are_refused(shell: Shell, file: Path, tmp_path: Path) -> None:
    rules = instrument(tmp_path, tick_size="0.05")
    message = shell.refused("backtest", "sma_crossover", "--candles", file, "--instrument", rules)
    assert re.search(r"row \d+ \(2024-.*\): open [\d.]+ is not a multiple of tick_size 0.05", message)


def test_an_instrument_of_another_symbol_is_refused(shell: Shell, file: Path, tmp_path: Path) -> None:
    rules = instrument(tmp_path, symbol="ETH/USDT")
    message = shell.refused("backtest", "sma_crossover", "--candles", file, "--instrument", rules)
    assert message == "no instrument was given for BTC/USDT; there is one for ETH/USDT"


def test_two_instruments_of_one_symbol_are_refused(shell: Shell, file: Path, tmp_path: Path) -> None:
    rules = instrument(tmp_path)
    twice = ("--instrument", rules, "--instrument", rules)
    message = shell.refused("backtest", "sma_crossover", "--candles", file, *twice)
    assert message == f"{rules} and {rules} are both for BTC/USDT; give one"


def test_an_instrument_nobody_needs_is_refused(shell: Shell, file: Path, tmp_path: Path) -> None:
    spare = tmp_path / "eth.yaml"
    spare.write_text("symbol: ETH/USDT\ntick_size: 0.01\nlot_size: 0.001\n")
    both = ("--instrument", instrument(tmp_path), "--instrument", spare)
    message = shell.refused("backtest", "sma_crossover", "--candles", file, *both)
    assert message == f"{spare} is for ETH/USDT, of which there are no candles; leave it out"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("absent/result.json", "there is no folder"),
        (".", "is a folder; name a file in it"),
        ("x" * 300, "cannot be written (File name too long); free space or name another file"),
    ],
)
def test_a_place_where_no_file_can_be_is_refused_before_the_run(
    shell: Shell, file: Path, tmp_path: Path, name: str, message: str
) -> None:
    assert message in shell.refused("backtest", "sma_crossover", "--candles", file, "--json", tmp_path / name)


def test_a_disk_that_is_full_costs_only_the_file(shell: Shell, file: Path) -> None:
    ended = shell("backtest", "sma_crossover", "--candles", file, "--json", "/dev/full")
    assert ended.code == 2
    assert "--json /dev/full: cannot be written (No space left on device); free space or name another" in ended.err
    assert "Traceback" not in ended.err
    assert "Assumptions" in ended.out


def test_a_file_that_cannot_be_written_keeps_the_old_one(shell: Shell, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "result.json"
    out.write_text("old")
    (tmp_path / ".result.json.unfinished").mkdir()
    ended = shell("backtest", "sma_crossover", "--candles", file, "--json", out)
    assert (ended.code, out.read_text()) == (2, "old")
    assert f"--json {out}: cannot be written (Is a directory)" in ended.err


def test_money_that_outgrows_64_bits_still_runs_and_says_so(shell: Shell, tmp_path: Path) -> None:
    path = write(tmp_path / "BTC-USDT" / "1h.parquet", waves(300))
    out = tmp_path / "result.json"
    ended = shell("backtest", "sma_crossover", "--candles", path, "--capital", "123456789012345678901", "--json", out)
    assert ended.code == 0
    assert "Python integers of any size" in ended.out
    found = json.loads(out.read_bytes())
    assert "in units of 1e-10, outgrows 64 bits; slower. Less capital" in found["assumptions"]["arithmetic"]
    assert found["equity"][0][1] == "123456789012345678901"
    assert Decimal(found["equity"][-1][1]) == Decimal(found["metrics"]["final_equity"])


def test_a_cache_folder_that_cannot_be_used_is_said_once(shell: Shell, tmp_path: Path) -> None:
    file = write(tmp_path / "BTC-USDT" / "1h.parquet", waves(60))
    ended = shell("backtest", "sma_crossover", "--candles", file, "--capital", "1e30", cache=file / "kernels")
    assert ended.code == 0
    assert ended.err.count(f"the compile cache {file / 'kernels'} cannot be used (Not a directory)") == 1
    assert "kept in memory only" in ended.err


def test_a_warm_run_says_nothing_beside_its_report(file: Path, tmp_path: Path) -> None:
    arguments = ("backtest", "sma_crossover", "--candles", file)
    typed(*arguments, home=tmp_path)
    warm = typed(*arguments, home=tmp_path)
    assert (warm.code, warm.err) == (0, "")


def test_compiling_is_announced(capsys: pytest.CaptureFixture[str]) -> None:
    with compiling("grid"):
        assert capsys.readouterr().err == "compiling grid ...\n"


def test_the_garbage_collector_rests_only_during_a_run(shell: Shell, file: Path) -> None:
    assert shell("backtest", "sma_crossover", "--candles", file).code == 0
    assert gc.isenabled()
    shell.refused("backtest", "sma_crosover", "--candles", file)
    assert gc.isenabled()


def test_pandas_is_not_loaded_where_it_is_installed(file: Path, tmp_path: Path) -> None:
    fake = tmp_path / "installed" / "pandas"
    fake.mkdir(parents=True)
    (fake / "__init__.py").write_text("raise RuntimeError('pandas was loaded')\n")
    ended = typed("backtest", "sma_crossover", "--candles", file, home=tmp_path, PYTHONPATH=str(fake.parent))
    assert ended.code == 0, ended.err
