"""Places, stores and loops of tuples, lists and arrays: Python's to the last bit, or left in Python with the line."""

import re

import pytest
from tests.build.compared import Left, compiled, differs, made, outcome, prepared
from tests.build.containers import GIVEN, LEFT_OVER, LOOPS, PLACES, RAISED, SCOPE, STORES, rows, text


def same(body):
    """Hold a function with this body against Python; returns how often machine code had an answer."""
    function = made(text(body), **SCOPE)
    machine = prepared(compiled(function), GIVEN[0])
    through = 0
    for given in GIVEN:
        done, found = outcome(machine, given)
        if done:  # else the step is done in Python, whatever it was
            fine, plain = outcome(function, given)
            assert fine, (body, given, plain, found)
            assert not differs(plain, found), (body, given, plain, found)
            through += 1
    return through


@pytest.mark.parametrize("table", [PLACES, STORES, LOOPS], ids=["places", "stores", "loops"])
def test_what_compiles_is_python_s(table):
    for body in rows(table):
        assert same(body), body


def test_what_python_raises_is_raised_though_nobody_reads_what_comes_of_it():
    """numba drops what nobody reads once a list's own loop is put in its place, and its errors with it."""
    for body in rows(RAISED):
        assert same(body) < len(GIVEN), body


def test_what_does_not_compile_is_left_with_its_line():
    for body in rows(LEFT_OVER):
        with pytest.raises(Left) as raised:
            prepared(compiled(made(text(body), **SCOPE)), GIVEN[0])
        assert re.search(r"<author \d+>(\"?, line |.*\()\d+|'SWAPPED'", str(raised.value)), (body, str(raised.value))
