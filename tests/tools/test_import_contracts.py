"""The contracts of .importlinter on two small packages: one that keeps every rule and one that breaks each of them.

A contract that nothing can break would pass for years; so the real file is run, by the real program, on a package of
the same name that does each forbidden thing once.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLACED = ("model", "core", "strategies", "ledger", "venues", "history", "control", "engine", "lab", "cli")

ALLOWED = {
    "core/step.py": "import numpy, math\nfrom botswain.ledger import post\nfrom botswain.model import order",
    "strategies/grid.py": "from botswain.core import step",
    "model/order.py": "import decimal, datetime, enum",
    "ledger/post.py": "",
    "venues/paper.py": "import asyncio\nfrom botswain.core import step",
    "engine/bot.py": "import asyncio\nfrom botswain.control import bots\nfrom botswain.ledger import post",
    "control/bots.py": "from botswain.model import order",
    "cli/trade.py": "from botswain.engine import bot\nfrom botswain.venues import paper",
    "main.py": "from botswain.cli import trade\nfrom botswain.venues import paper\nfrom botswain import settings",
    "settings.py": "import os",
}


def lint(root: Path, modules: dict[str, str]) -> tuple[int, str]:
    """Exit status and output of import-linter with the project's contracts on a package of these modules."""
    package = root / "botswain"
    for room in PLACED:
        (package / room).mkdir(parents=True, exist_ok=True)
        (package / room / "__init__.py").touch()
    (package / "__init__.py").touch()
    for name, text in modules.items():
        (package / name).parent.mkdir(exist_ok=True)
        (package / name).write_text(text + "\n", encoding="utf-8")
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    options = ["--config", str(ROOT / ".importlinter"), "--no-cache", "--no-logo"]
    environment = {**os.environ, "PYTHONPATH": str(root), "COLUMNS": "200", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-c", command, *options],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_allowed_imports_are_kept_and_absent_rooms_tolerated(tmp_path: Path) -> None:
    status, printed = lint(tmp_path, ALLOWED)
    assert status == 0, printed
    assert "5 kept, 0 broken" in printed


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is printed about a package that breaks every contract; each breach stands in a module of its own."""
    breaches = {
        "core/upward.py": "from botswain.history import files",
        "history/files.py": "",
        "history/sideways.py": "from botswain.venues import kraken",
        "venues/kraken.py": "",
        "engine/sideways.py": "from botswain.lab import sweep",
        "lab/sweep.py": "",
        "strategies/books.py": "from botswain.ledger import post",
        "ledger/post.py": "import time",
        "core/compiled.py": "import numba",
        "model/rows.py": "import sqlalchemy",
        "engine/direct.py": "from botswain.venues import kraken",
        "lab/one.py": "from botswain.lab import two",
        "lab/two.py": "from botswain.lab import one",
        "nowhere/__init__.py": "",
    }
    status, printed = lint(tmp_path_factory.mktemp("broken"), breaches)
    assert status == 1, printed
    return printed


@pytest.mark.parametrize(
    "expected",
    [
        "botswain.core is not allowed to import botswain.history",
        "botswain.history is not allowed to import botswain.venues",
        "botswain.engine is not allowed to import botswain.lab",
        "botswain.strategies is not allowed to import botswain.ledger",
        "botswain.ledger is not allowed to import time",
        "botswain.core is not allowed to import numba",
        "botswain.model is not allowed to import sqlalchemy",
        "botswain.engine is not allowed to import botswain.venues.kraken",
        "No cycles are allowed in botswain.lab",
        "botswain.nowhere",
        "0 kept, 5 broken",
    ],
)
def test_each_breach_is_named(broken: str, expected: str) -> None:
    assert expected in broken
