"""The command loads no linear algebra for numba, and whoever wants it has it."""

import subprocess
import sys

import pytest

pytest.importorskip("scipy", reason="SciPy is not installed: there is nothing to leave away")

SCRIPT = """
import sys
from botswain.cli.without_blas import WithoutBlas
sys.meta_path.insert(0, WithoutBlas())
import numba.np.arraymath
print("scipy.linalg" in sys.modules)
import scipy.linalg
print(scipy.linalg.det([[2.0, 0.0], [0.0, 3.0]]))
"""


def test_numba_goes_without_and_nobody_else():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "6.0"], done.stderr
