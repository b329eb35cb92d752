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
    return filed(tmp_path, 1_000)


def filed(tmp_path: Path, count: int) -> Path:
    """A file of so many made candles."""
    made = compared.made_candles(count)
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
def test_each_has_a_page_that_says_what_is_different_and_whether_it_can_be_believed(
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
    assert 'id="belief"' in text
    for words in ("Verdict", "Twice the fees", "More slippage", "Look-ahead", "Sharpe ratio"):
        assert words in text
    assert "Computed again on candles that end earlier" in text
    assert "Its own file computes what it goes by on all candles at once, and is not made to begin later." in text
    assert "Its parameters are those of its own file" in text
    assert "0 parameters; say" not in text
    assert '"name":"price-0"' in text.replace(" ", "")
    assert str(candles) in text
    assert "is a folder; name a file in it" in shell.refused("strategy", command, file, *given[:-1], tmp_path)


@pytest.mark.parametrize(
    ("command", "file"),
    [
        ("run-freqtrade", compared.STRATEGIES / "EmaCross.py"),
        ("run-backtesting-py", compared.PY_STRATEGIES / "BtSmaCross.py"),
    ],
)
def test_its_costs_are_doubled_and_what_was_not_looked_at_is_said(
    shell: Shell, tmp_path: Path, command: str, file: Path
) -> None:
    """A run with twice the fees by hand is what the look at dearer costs says."""
    given = (
        "strategy",
        command,
        file,
        "--candles",
        filed(tmp_path, 4_000),
        "--symbol",
        "BTC/USDT",
        "--capital",
        "1000000",
    )
    once, twice = tmp_path / "once.json", tmp_path / "twice.json"
    ended = shell(*given, "--fee", "0.001", "--json", once)
    assert "Can it be believed?" in ended.out
    assert "parameters beside it: not looked at - its parameters are those of its own file" in " ".join(
        ended.out.split()
    )
    shell(*given, "--fee", "0.002", "--trials", "40", "--json", twice)
    found, dearer = (json.loads(one.read_bytes()) for one in (once, twice))
    judged = found["validation"]
    assert judged["costs"]["fees_x2"]["total_return"] == dearer["metrics"]["total_return"]
    assert found["metrics"]["total_return"] != dearer["metrics"]["total_return"]
    assert judged["costs"]["slippage_x2"]["slippage_bps"] == "5"
    assert judged["bootstrap"]["paths"] == 1_000
    assert judged["trade_order"]["trips"] == found["metrics"]["trips_count"]
    assert judged["look_ahead"]["verdict"] == "ok"
    assert judged["warm_up"]["verdict"] == "skipped"
    assert judged["neighbours"] is None
    assert list(judged["left_out"]) == ["neighbours"]
    assert (judged["luck"]["trials"], judged["luck"]["trials_from"]) == (1, "counted")
    assert (dearer["validation"]["luck"]["trials"], dearer["validation"]["luck"]["trials_from"]) == (40, "told")
    assert "trials is 0" in shell.refused(*given, "--trials", "0")


def test_what_looks_ahead_and_is_run_all_the_same_is_no_evidence(shell: Shell, candles: Path, tmp_path: Path) -> None:
    for command, source, was, peeks, name in (
        (
            "run-freqtrade",
            compared.STRATEGIES / "EmaCross.py",
            "ta.EMA(dataframe, timeperiod=12)",
            'dataframe["close"].shift(-1)',
            "exit_long, enter_long",
        ),
        (
            "run-backtesting-py",
            compared.PY_STRATEGIES / "BtSmaCross.py",
            "self.I(SMA, close, self.n1)",
            "self.I(lambda one: SMA(one, 10) + one[-1] - one[-2], close, name='peeking')",
            "peeking",
        ),
    ):
        file, out = tmp_path / source.name, tmp_path / "out.json"
        text = source.read_text(encoding="utf-8")
        assert was in text
        file.write_text(text.replace(was, peeks), encoding="utf-8")
        given = (command, file, "--candles", candles, "--symbol", "BTC/USDT", "--capital", "1000000", "--json", out)
        assert "look" in shell.refused("strategy", *given)
        shell("strategy", *given, "--peeking")
        judged = json.loads(out.read_bytes())["validation"]
        assert judged["look_ahead"]["verdict"] == "failed"
        assert judged["look_ahead"]["columns"] == name.split(", ")
        assert judged["warnings"][0]["code"] == "looks_ahead"
        assert judged["verdict"].startswith(f"This run is no evidence: {name} looks ahead")


def test_a_column_that_looks_ahead_and_may_decide_nothing_is_not_said_to_be_fine(
    shell: Shell, candles: Path, tmp_path: Path
) -> None:
    file, out = tmp_path / "EmaCross.py", tmp_path / "out.json"
    text = (compared.STRATEGIES / file.name).read_text(encoding="utf-8")
    more = "        dataframe['later'] = dataframe['close'].shift(-1)\n        return dataframe\n"
    file.write_text(text.replace("        return dataframe\n", more, 1), encoding="utf-8")
    ended = shell("strategy", "run-freqtrade", file, "--candles", candles, "--symbol", "BTC/USDT", "--json", out)
    assert ended.code == 0, ended.err
    look = json.loads(out.read_bytes())["validation"]["look_ahead"]
    assert (look["verdict"], look["columns"]) == ("skipped", ["later"])
    assert "whether they hang on it is not known" in look["what"]


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
