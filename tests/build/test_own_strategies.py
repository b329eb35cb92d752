"""A user's own strategies by name: a folder, a package that is really installed, and two by one name."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.shell import typed
from tests.lab.made import INTERPRETED, waves

from botswain.build.own_folder import KEPT
from botswain.build.own_strategies import own_strategies
from botswain.build.strategy_names import clash_of, known_by_name, strategy_named
from botswain.lab.backtest import backtest
from botswain.model.errors import BadInput
from botswain.strategies.grid import Grid

ONE = '''
from botswain import Strategy, step


class {name}(Strategy):
    """In, always."""

    @step
    def decide(now, was, p, candle, my, wanted):
        wanted.target({target})
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of strategies, with one in it."""
    place = tmp_path / "strategies"
    place.mkdir()
    (place / "mine.py").write_text(ONE.format(name="Mine", target="1.0"))
    monkeypatch.setattr(KEPT, "folder", place)
    return place


def refused(word: str) -> str:
    """Why a word is refused."""
    with pytest.raises(BadInput) as raised:
        strategy_named(word)
    return str(raised.value)


@pytest.mark.usefixtures("folder")
def test_a_file_of_the_folder_is_found_by_its_name_and_runs() -> None:
    cls = strategy_named("mine")
    assert cls.__name__ == "Mine"
    assert strategy_named("mine:Mine").__name__ == "Mine"
    assert len(backtest(cls, waves(), options=INTERPRETED).fills) == 1
    assert len(backtest("mine", waves(), options=INTERPRETED).fills) == 1
    assert refused("mien") == "strategy 'mien' is unknown; did you mean 'mine'?"
    assert refused("mine:Mein") == "strategy 'mine' has no class 'Mein'; it has Mine"
    assert refused("grid:Mein") == "strategy 'grid' has no class 'Mein'; it has Grid"


def test_what_stands_beside_strategies_is_passed_over(folder: Path) -> None:
    for name in ("test_mine.py", "_part.py", ".mine.py", "notes.txt"):
        (folder / name).write_text("raise AssertionError")
    (folder / "data").mkdir()
    assert [one.name for one in own_strategies()] == ["mine"]


def test_a_folder_is_a_package_whose_files_import_each_other(folder: Path, tmp_path: Path) -> None:
    package = folder / "whole"
    package.mkdir()
    (package / "__init__.py").write_text("from .bot import Bot\n")
    (package / "numbers.py").write_text("SHARE = 0.5\n")
    bot = ONE.format(name="Bot", target="SHARE")
    (package / "bot.py").write_text(f"from .numbers import SHARE\n{bot}")
    assert strategy_named("whole").__name__ == "Bot"
    assert strategy_named(f"{package}:Bot").__name__ == "Bot"
    assert strategy_named("strategies/whole", tmp_path).__name__ == "Bot"
    half = backtest("whole", waves(), options=INTERPRETED).fills[0].qty
    (package / "numbers.py").write_text("SHARE = 1.0 \n")  # another length: caches tell files apart by it
    importlib.invalidate_caches()
    assert backtest("whole", waves(), options=INTERPRETED).fills[0].qty > 1.9 * float(half)
    (package / "numbers.py").write_text("SHARE = 1 / 0\n")
    assert refused("whole") == (
        f"{package}, numbers.py, line 1: ZeroDivisionError: division by zero; the file cannot be run as it is"
    )


def test_a_package_is_compiled_ahead_by_another_process(folder: Path, tmp_path: Path) -> None:
    package = folder / "whole"
    package.mkdir()
    (package / "__init__.py").write_text("from .bot import Bot\n")
    (package / "bot.py").write_text(ONE.format(name="Bot", target="0.5"))
    (folder / "bots.yaml").write_text(
        "market: {seed: 1, prices: {BTC/USDT: 100}, timeframe: 1m, candles: 20}\n"
        "bots:\n  - {name: one, strategy: whole, symbols: [BTC/USDT]}\n"
        "  - {name: two, strategy: ./whole, symbols: [BTC/USDT]}\n"
    )
    ended = typed("trade", folder / "bots.yaml", home=tmp_path, BOTSWAIN_STRATEGIES=str(folder))
    assert ended.code == 0, ended
    assert "the strategy is compiled in this process" not in ended.err
    for name in ("one", "two"):
        replayed = typed("replay", name, home=tmp_path, BOTSWAIN_STRATEGIES=str(folder))
        assert (replayed.code, "0 differences" in replayed.out) == (0, True), replayed


def test_a_folder_without_init_is_no_package(folder: Path) -> None:
    (folder / "empty").mkdir()
    assert refused(f"{folder}/empty") == (
        f"{folder}/empty is a folder without __init__.py; name a file in it, or write __init__.py that imports its "
        "strategy"
    )


def test_a_file_that_ends_the_program_is_refused(folder: Path) -> None:
    path = folder / "quits.py"
    path.write_text("import sys\nsys.exit(3)\n")
    assert refused("quits").startswith(f"{path}, line 2: the file ends the program (SystemExit: 3) when it is loaded")


def test_a_name_that_ships_stays_what_it_is_and_the_clash_is_told(folder: Path) -> None:
    (folder / "grid.py").write_text(ONE.format(name="MyGrid", target="1.0"))
    assert strategy_named("grid") is Grid
    assert clash_of("grid") == (
        f"strategy 'grid' is Grid of botswain.strategies.grid, which ships, and not {folder / 'grid.py'}, which has "
        "the same name; rename yours, or name it by its path"
    )
    assert clash_of("mine") == ""
    assert strategy_named(str(folder / "grid.py")).__name__ == "MyGrid"


def test_no_path_is_found_by_name(folder: Path) -> None:
    for word in (str(folder / "mine.py"), "mine.py", "../strategies/mine"):
        with pytest.raises(BadInput, match="is unknown"):
            known_by_name(word)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny package with two entry points, installed by pip into a folder of its own."""
    source = tmp_path_factory.mktemp("source")
    (source / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "tiny-bots"\nversion = "1.2"\n'
        '[project.entry-points."botswain.strategies"]\ntiny = "tiny_bots:Tiny"\nbroken_tiny = "tiny_bots:Nothing"\n'
        '[tool.hatch.build.targets.wheel]\ninclude = ["tiny_bots.py"]\n'
    )
    (source / "tiny_bots.py").write_text(ONE.format(name="Tiny", target="1.0"))
    target = tmp_path_factory.mktemp("target")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*pip, "--target", str(target), str(source)], check=True, capture_output=True, timeout=150)
    return target


def test_a_package_that_is_installed_brings_its_strategies(installed: Path, folder: Path, tmp_path: Path) -> None:
    told = {"PYTHONPATH": str(installed), "BOTSWAIN_STRATEGIES": str(folder)}
    listed = typed("strategy", "list", home=tmp_path, **told)
    assert "tiny_bots:Tiny of the package tiny-bots" in " ".join(listed.out.split())
    assert "module 'tiny_bots' has no attribute 'Nothing'" in listed.out
    assert typed("strategy", "show", "tiny", home=tmp_path, **told).out.startswith("Tiny")
    checked = typed("strategy", "check", "tiny", home=tmp_path, **told)
    assert checked.code == 0, checked.out + checked.err
    (folder / "tiny.py").write_text(ONE.format(name="Mine", target="1.0"))
    twice = typed("strategy", "show", "tiny", home=tmp_path, **told)
    assert (twice.code, twice.err) == (
        2,
        f"error: strategy 'tiny' is two: {folder / 'tiny.py'}, and tiny_bots:Tiny of the package tiny-bots; rename one "
        "of them, or name the file by its path\n",
    )
