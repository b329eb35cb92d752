"""What a start need not load: the page is away until the API has come back."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["api_run", "processes"])
def test_who_serves_the_page_loads_neither_the_compiler_nor_an_engine(module):
    told = f"import sys, botswain.cli.{module}; print(*sorted({{'numba', 'botswain.engine.fleet'}} & set(sys.modules)))"
    ended = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, timeout=120, check=True)
    assert ended.stdout.strip() == ""
