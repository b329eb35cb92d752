"""What machine code once made another thing of without a word: it is left in Python with a line, or raises."""

import math

import numpy as np
import pytest
from tests.build.compared import Left, compiled, made, outcome, prepared

LARGE = 2**53 + 1
TABLE = np.array([1.5, 2.5, 1e16])
LEFT = {
    "a sum of truth values of an array": "(TABLE[0] < x) + (TABLE[1] < x)",
    "a truth value of an array inverted": "~(TABLE[0] < x)",
    "numpy's sum": "TABLE.sum()", "numpy's mean": "TABLE.mean()", "numpy's sum by name": "np.sum(TABLE)",
    "sum() of an array": "sum(TABLE)",
    "gamma": "math.gamma(x)", "lgamma": "math.lgamma(x)", "hypot": "math.hypot(x, 1.0)", "ldexp": "math.ldexp(x, 3)",
    "numpy's int of a float": "np.int64(x)",
    "a call by keywords": "round(number=x)", "a starred call": "max(*(x, 2.0))",
    "a function as a value": "apply(math.sqrt, x)",
    "in": "x in (x, 1.0)",
}  # fmt: skip
RAISED = {
    "max": "max(LARGE + n, x)", "min": "min(LARGE + n, x + 1e30)",
    "a conditional expression": "LARGE + n if x > 0 else x",
    "a float of a join": "(LARGE + n if x > 0 else x) + 1",
    "range() at the end": "len([k for k in range(LAST - n, LAST, 3)])",
    "a join in a tuple": "(x, LARGE + n) if x > 0 else (x, x)",
    "a high power": "(n - 1) ** LARGE",
}  # fmt: skip
SCOPE = {"TABLE": TABLE, "LARGE": LARGE, "LAST": 2**63 - 1}
TEXT = "def apply(g, x):\n    return g(x)\ndef f(x, n):\n    return {}\n"


@pytest.mark.parametrize("what", LEFT)
def test_it_is_left_in_python_and_the_line_is_told(what):
    with pytest.raises(Left, match="line 4"):
        prepared(compiled(made(TEXT.format(LEFT[what]), **SCOPE)), (1.5, 0))


@pytest.mark.parametrize("what", RAISED)
def test_it_raises_as_it_runs_and_is_done_in_python_then(what):
    done, found = outcome(prepared(compiled(made(TEXT.format(RAISED[what]), **SCOPE)), (1.5, 0)), (1.5, 0))
    assert not done
    assert isinstance(found, OverflowError)


def test_a_float_put_into_whole_numbers_is_left():
    text = "def f(x, n):\n    z = np.zeros(2, np.int64)\n    z[0] = x\n    return int(z[0])"
    with pytest.raises(Left, match="line"):
        prepared(compiled(made(text, **SCOPE)), (1.5, 0))


def test_code_for_one_kind_is_never_found_for_another():
    """numba looks code up by kinds; that for a number that may be None had no check, and was taken for plain ones."""
    none = "def f(x, n):\n    v = None\n    if n > 0:\n        v = n\n    return v * n"
    with pytest.raises(Left):
        prepared(compiled(made(none)), (1.5, 3))
    machine = prepared(compiled(made("def f(x, n):\n    return n * n, abs(n), round(x)")), (1.5, 3))
    for given in ((1.5, 2**40), (1.5, -(2**63)), (math.nan, 1)):
        assert not outcome(machine, given)[0]
