"""The package from outside: light to import, and everything it promises by name."""

import subprocess
import sys

import pytest

import botswain

HEAVY = ("numba", "llvmlite", "talib", "numpy", "polars", "sqlalchemy", "ccxt", "rich")


def test_importing_it_loads_nothing_heavy_and_compiles_nothing():
    code = f"import sys, botswain; print([name for name in {HEAVY} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.strip() == "[]"


def test_asking_for_a_strategy_s_words_compiles_nothing():
    code = (
        "import sys\n"
        "from botswain import Param, Strategy, above, step, ta\n"
        "print([name for name in ('numba', 'llvmlite') if name in sys.modules])\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.strip() == "[]"


def test_an_engine_at_a_venue_loads_no_tables():
    code = (
        "import sys, botswain.cli.engine_run\n"
        "print([name for name in ('pandas', 'polars', 'pyarrow') if name in sys.modules])\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize("name", botswain.__all__)
def test_every_name_it_promises_is_there(name):
    assert getattr(botswain, name) is not None


def test_another_name_is_an_error():
    with pytest.raises(AttributeError, match="module 'botswain' has no attribute 'backtset'"):
        _ = botswain.backtset
