"""A strategy by its file: the one in it, the one named, and what is said of a file that cannot be used."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.lab.made import INTERPRETED, waves

from botswain.build.strategy_names import strategy_named
from botswain.lab.backtest import backtest
from botswain.model.errors import BadInput
from botswain.strategies.sma_crossover import SmaCrossover

ONE = '''
from botswain import Strategy, step


class {name}(Strategy):
    """In, always."""

    @step
    def decide(now, was, p, candle, my, wanted):
        wanted.target({target})
'''


@pytest.fixture
def write(tmp_path):
    """Writes a file of strategies."""

    def made(text, name="mine.py"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return made


def refused(name, folder=None):
    """Why a name is refused."""
    with pytest.raises(BadInput) as raised:
        strategy_named(str(name), folder)
    return str(raised.value)


def test_a_shipped_bot_is_found_by_its_name():
    assert strategy_named("sma_crossover") is SmaCrossover
    assert refused("sma_crosover") == "strategy 'sma_crosover' is unknown; did you mean 'sma_crossover'?"


def test_the_only_strategy_of_a_file_is_found_and_runs(write):
    path = write(ONE.format(name="Mine", target="1.0"))
    cls = strategy_named(str(path))
    assert cls.__name__ == "Mine"
    assert len(backtest(cls, waves(), options=INTERPRETED).fills) == 1


def test_a_relative_file_is_looked_for_in_the_folder(write, tmp_path, monkeypatch):
    write(ONE.format(name="Mine", target="1.0"))
    assert strategy_named("mine.py", tmp_path).__name__ == "Mine"
    monkeypatch.chdir(tmp_path)
    assert strategy_named("./mine.py").__name__ == "Mine"
    assert refused("mine", tmp_path) == "strategy 'mine' is unknown; did you mean the file mine.py?"


def test_one_of_several_is_found_by_its_class(write):
    path = write(ONE.format(name="Mine", target="1.0") + ONE.format(name="Other", target="0.5"))
    assert strategy_named(f"{path}:Other").__name__ == "Other"
    assert refused(path) == f"{path} has 2 strategies (Mine, Other); name one, as {path}:Mine"
    assert refused(f"{path}:Mein") == f"{path} has no strategy 'Mein'; it has Mine, Other"


def test_what_others_derive_from_is_not_one_of_its_own(write):
    path = write(ONE.format(name="Part", target="1.0") + "\n\nclass Whole(Part):\n    pass\n")
    assert strategy_named(str(path)).__name__ == "Whole"


def test_strategies_that_are_only_imported_do_not_count(write):
    path = write("from botswain.strategies.grid import Grid\n")
    assert refused(path) == (
        f"{path} has no strategy; write a class in it that derives from botswain.Strategy and has a @step"
    )
    assert refused(f"{path}:Grid") == f"{path} has no strategy 'Grid'; it has none"


def test_a_file_imports_what_lies_beside_it_and_leaves_the_path_as_it_was(write):
    write("LEVEL = 0.5\n", "beside_mine.py")
    path = write("from beside_mine import LEVEL\n" + ONE.format(name="Mine", target="LEVEL"))
    before = list(sys.path)
    assert strategy_named(str(path)).__name__ == "Mine"
    assert sys.path == before


def test_an_edited_file_is_read_anew(write):
    path = write(ONE.format(name="Mine", target="1.0"))
    first = backtest(strategy_named(str(path)), waves(), options=INTERPRETED)
    write(ONE.format(name="Mine", target="0.0"))
    again = backtest(strategy_named(str(path)), waves(), options=INTERPRETED)
    assert (len(first.fills), len(again.fills)) == (1, 0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\ny = (\n", ", line 2: '(' was never closed; correct the file"),
        ("import lost_and_never_found\n", ", line 1: ModuleNotFoundError: No module named 'lost_and_never_found'"),
        ("x = 1\ny = x / 0\n", ", line 2: ZeroDivisionError: division by zero; the file cannot be run as it is"),
        ("from botswain import ta\nta.SNA(3)\n", ", line 2: TA-Lib has no function 'SNA'; did you mean 'SMA'?"),
    ],
)
def test_a_file_that_cannot_be_run_is_refused_with_its_line(write, text, said):
    path = write(text)
    assert refused(path).startswith(f"{path}{said}")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert refused(tmp_path / "lost.py").startswith(f"there is no strategy file {tmp_path / 'lost.py'}; name an")
    far = tmp_path / "no" / "lost.py"
    assert refused(far).startswith(f"there is no strategy file {far}; {far.parent} is not a folder; name an existing")


def test_the_command_takes_a_file(write, tmp_path):
    path = write(ONE.format(name="Mine", target="2.0 if candle.close > 0 else 0.0"))
    root = Path(__file__).parents[2]
    code = (
        "import sys; from botswain.cli.root import root; from botswain.cli.context import Context\n"
        "from pathlib import Path\n"
        f"root(sys.argv[1:], obj=Context(Path({str(tmp_path)!r}), Path({str(root / '.cache' / 'botswain-kernels')!r})))"
    )
    rows = "".join(f"{k * 60_000},{100 + k % 7},{108 + k % 7},{99 + k % 7},{100 + k % 7},1\n" for k in range(50))
    candles = tmp_path / "c.csv"
    candles.write_text("ts,open,high,low,close,volume\n" + rows)
    done = subprocess.run(
        [sys.executable, "-c", code, "backtest", str(path), "--candles", str(candles), "--symbol", "A/B"],
        capture_output=True, text=True, env=os.environ, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Mine\nA/B 1m")


BESIDE = "from levels import HEIGHT, scaled\n" + ONE.format(name="Mine", target="scaled(HEIGHT)")


def test_a_module_beside_the_file_that_was_edited_is_imported_anew(write):
    """Of the same size and within the same second, too: what Python takes for no edit."""
    deep = write("HEIGHT = 1.0\n", "deep_levels.py")
    write("from deep_levels import HEIGHT\n\ndef scaled(x):\n    return x\n", "levels.py")
    path = write(BESIDE)
    os.utime(deep, ns=(5 * 10**9, 5 * 10**9))
    assert len(backtest(strategy_named(str(path)), waves(), options=INTERPRETED).fills) == 1
    write("HEIGHT = 0.0\n", "deep_levels.py")
    os.utime(deep, ns=(5 * 10**9 + 1, 5 * 10**9 + 1))
    assert len(backtest(strategy_named(str(path)), waves(), options=INTERPRETED).fills) == 0


def test_a_module_beside_the_file_that_was_not_edited_stays(write):
    write("HEIGHT = 1.0\n\ndef scaled(x):\n    return x\n", "levels.py")
    path = write(BESIDE)
    strategy_named(str(path))
    before = sys.modules["levels"]
    strategy_named(str(path))
    assert sys.modules["levels"] is before


def test_no_bytecode_is_kept_of_a_strategy(write, tmp_path):
    strategy_named(str(write(ONE.format(name="Mine", target="1.0"))))
    assert not list(tmp_path.rglob("*.pyc"))


@pytest.fixture(autouse=True)
def alone():
    """Leave no module of a test's own behind."""
    yield
    for name in ("levels", "deep_levels"):
        sys.modules.pop(name, None)
