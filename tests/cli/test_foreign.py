"""`botswain strategy run-freqtrade` and `run-backtesting-py`, as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.shell import Shell
from tests.foreign import compared

from botswain.build.own_folder import KEPT


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setattr(KEPT, "folder", None)
    return Shell(capsys, tmp_path / "home")


@pytest.fixture
def candles(tmp_path: Path) -> Path:
    """A file of a thousand made candles."""
    made = compared.made_candles(1_000)
    rows = zip(made.ts, made.open, made.high, made.low, made.close, made.volume, strict=True)
    path = tmp_path / "btc-5m.csv"
    path.write_text(
        "ts,open,high,low,close,volume\n" + "".join(",".join(map(str, row)) + "\n" for row in rows), encoding="utf-8"
    )
    return path


def test_a_freqtrade_file_is_reported_with_what_is_different(shell: Shell, candles: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    file = compared.STRATEGIES / "BandsRsi.py"
    given = ("--candles", candles, "--symbol", "BTC/USDT", "--stake", "500", "--max-open-trades", "1", "--json", out)
    ended = shell("strategy", "run-freqtrade", file, *given, "--start", "2024-01-01T12:00")
    assert ended.code == 0, ended.err
    assert "note  BandsRsi: order_types: entries and exits by signal go by the market" in ended.err
    assert "Round trips" in ended.out
    found = json.loads(out.read_text(encoding="utf-8"))
    assert any("from the second candle" in one for one in found["notes_of_the_file"])
    bought = [one for one in found["fills"] if one["side"] == "buy"]
    assert bought
    assert all(abs(float(one["price"]) * float(one["qty"]) - 500) < 5 for one in bought)


def test_a_backtesting_py_file_is_reported(shell: Shell, candles: Path) -> None:
    file = compared.PY_STRATEGIES / "BtSmaCross.py"
    given = ("--candles", candles, "--symbol", "BTC/USDT", "--capital", "1000000")
    ended = shell(
        "strategy", "run-backtesting-py", f"{file}:BtSmaCross", *given, "--param", "n1=5", "--end", "2024-01-03"
    )
    assert ended.code == 0, ended.err
    assert "note  BtSmaCross: what Backtest(...) is given in the file" in ended.err
    assert "order" in ended.out


@pytest.mark.parametrize(
    ("command", "file", "told"),
    [
        ("run-freqtrade", compared.STRATEGIES / "BandsRsi.py", "order_types: entries and exits by signal"),
        ("run-backtesting-py", compared.PY_STRATEGIES / "BtSmaCross.py", "what Backtest(...) is given in the file"),
    ],
)
def test_each_has_a_page_that_says_what_is_different_and_is_not_believed_unasked(
    shell: Shell, candles: Path, tmp_path: Path, command: str, file: Path, told: str
) -> None:
    page = tmp_path / "page.html"
    given = ("--candles", candles, "--symbol", "BTC/USDT", "--capital", "1000000", "--html", page)
    ended = shell("strategy", command, file, *given)
    assert ended.code == 0, ended.err
    text = page.read_text(encoding="utf-8")
    assert len(text.encode()) < 6_000_000
    assert "What is different here from the engine that it was written for" in text
    assert told in text
    assert "Whether it can be believed is not asked" in text
    assert 'id="belief"' not in text
    assert '"name":"price-0"' in text.replace(" ", "")
    assert str(candles) in text
    assert "is a folder; name a file in it" in shell.refused("strategy", command, file, *given[:-1], tmp_path)


def test_what_cannot_be_run_is_one_line(shell: Shell, candles: Path, tmp_path: Path) -> None:
    file, one = compared.STRATEGIES / "EmaCross.py", ("--candles", candles, "--symbol", "BTC/USDT")
    two = (*one, "--candles", candles, "--symbol", "ETH/USDT")
    run = ("strategy", "run-freqtrade", file)
    assert "there is no strategy file" in shell.refused("strategy", "run-freqtrade", tmp_path / "no.py", *one)
    assert "--stake is -1; write an amount" in shell.refused(*run, *one, "--stake=-1")
    assert "--symbol is given 1 times and --candles 2 times" in shell.refused(*run, *one, "--candles", candles)
    assert "are both BTC/USDT; give each its own --symbol" in shell.refused(*run, *one, *one)
    assert "trades one symbol" in shell.refused(
        "strategy", "run-backtesting-py", compared.PY_STRATEGIES / "BtSmaCross.py", *two
    )
    broken = tmp_path / "halts.py"
    text = (compared.PY_STRATEGIES / "BtSmaCross.py").read_text(encoding="utf-8")
    broken.write_text(text.replace("self.buy(size=1)", "self.buy(size=1.5)"), encoding="utf-8")
    ended = shell("strategy", "run-backtesting-py", broken, *one)
    assert ended.code == 1
    line = text[: text.index("self.buy(size=1)")].count("\n") + 1
    assert f"halts.py, line {line}: size is 1.5" in ended.err
