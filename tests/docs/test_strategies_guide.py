"""The authors' guide: every block runs as it stands, and no name an author may write is missing from it."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.shell import BOTSWAIN, KERNELS

import botswain
from botswain import BadInput, Options, backtest
from botswain.build.step import CANDLE, MY, MY_CALLS, WANTED
from botswain.history.files import read_file

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "strategies.md").read_text()
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", GUIDE, re.DOTALL)
COMMANDS = {"python": sys.executable, "botswain": str(BOTSWAIN)}


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """One command line of the guide, in a folder of its own."""
    told = {"BOTSWAIN_DATA_DIR": str(folder), "BOTSWAIN_CACHE_DIR": str(KERNELS)}
    command = [COMMANDS[words[0]], *words[1:]]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=os.environ | told, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The guide's files, each under the name in its first line, and its candles."""
    place = tmp_path_factory.mktemp("guide")
    for language, text in BLOCKS:
        if language == "python":
            name = re.match(r"# (\w+\.py)\n", text)
            assert name is not None, text
            (place / name[1]).write_text(text)
    made = run(place, "python", "make_candles.py")
    assert made.returncode == 0, made.stderr
    return place


LINES = [line for language, text in BLOCKS if language == "sh" for line in text.splitlines()]
FILES = re.findall(r"^# (\w+\.py)$", GUIDE, re.MULTILINE)
WRONG = ("misspelt.py", "wrong_slot.py")
PEEKS = "peeks.py"


def test_blocks_are_of_the_kinds_that_are_run() -> None:
    assert {language for language, _ in BLOCKS} == {"python", "sh", "text"}
    assert [name for name in FILES if name not in (*WRONG, PEEKS) and not any(name in line for line in LINES)] == []


@pytest.mark.parametrize("line", LINES)
def test_a_command_of_the_guide_runs(line: str, folder: Path) -> None:
    done = run(folder, *shlex.split(line))
    assert done.returncode == 0, done.stdout + done.stderr
    if line.startswith("botswain backtest"):
        fills = re.search(r"^.*  fills +([\d,]+)", done.stdout, re.MULTILINE)
        assert fills is not None
        assert int(fills[1].replace(",", "")) > 5, done.stdout
        assert ("called back in Python" in done.stdout) is ("round_prices" in line)


@pytest.mark.parametrize("name", WRONG)
def test_an_error_looks_as_the_guide_shows_it(name: str, folder: Path) -> None:
    [shown] = [text.strip() for language, text in BLOCKS if language == "text" and text.startswith(name)]
    candles = read_file(folder / "hours.csv", "BTC/USDT").candles
    try:
        halt = backtest(folder / name, candles, options=Options(compiled=False)).halt
        said = halt.message if halt is not None else ""
    except BadInput as error:
        said = str(error)
    assert said == str(folder / shown)


def test_a_check_finds_what_the_guide_shows(folder: Path) -> None:
    [shown] = [text.strip() for language, text in BLOCKS if language == "text" and text.startswith(PEEKS)]
    done = run(folder, "botswain", "strategy", "check", PEEKS, "--json", "peeks.json")
    assert done.returncode == 1, done.stdout + done.stderr
    found = json.loads((folder / "peeks.json").read_bytes())["findings"]
    said = [f"{PEEKS}, line {one['line']}: {one['what']}" for one in found if one["verdict"] == "failed"]
    assert shown in said


@pytest.mark.parametrize(
    "name",
    [
        *(f"wanted.{one}" for one in WANTED),
        *(f"my.{one}" for one in (*MY, *MY_CALLS)),
        *(f"candle.{one}" for one in CANDLE),
    ],
)
def test_every_name_of_a_step_is_in_the_guide(name: str) -> None:
    assert re.search(rf"`{re.escape(name)}[`(]", GUIDE), name


def test_every_word_an_author_may_import_is_in_the_guide() -> None:
    others = ("above", "below", "exceeds", "crossed_above", "crossed_below", "ta", "BadInput")
    missing = [name for name in (*botswain.WORDS, *others)
               if not re.search(rf"\b{name}\b", GUIDE)]  # fmt: skip
    assert missing == []
