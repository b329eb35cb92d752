"""TA-Lib comes without the tables it would load, and these can still be loaded by whoever wants them."""

import subprocess
import sys

import pytest

TABLES = ("pandas", "polars", "pyarrow")


def printed(code):
    """What a new process prints."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_it_loads_no_tables():
    code = f"import sys, botswain.core.indicators; print([name for name in {TABLES} if name in sys.modules])"
    assert printed(code) == "[]"


@pytest.mark.parametrize("name", ["pandas", "polars"])
def test_tables_loaded_later_are_whole(name):
    pytest.importorskip(name)
    code = f"import botswain.core.indicators, {name}; print({name}.DataFrame(dict(a=[1, 2])).shape)"
    assert printed(code) == "(2, 1)"


def test_tables_loaded_before_stay():
    pytest.importorskip("polars")
    code = "import sys, polars, botswain.core.indicators; print(sys.modules['polars'] is polars)"
    assert printed(code) == "True"
