"""What people who are new write compiles and is Python's; else they are told the line and what to write."""

import re

import pytest
from tests.build.newcomers import COMPILED, SAID
from tests.stage import play, told

from botswain.lab.backtest import Options

ROWS = [(100, 101, 99, 100), (100, 103, 100, 102), (102, 102, 101, 101), 101, (101, 101, 98, 99), 99, 103, 100, 98, 102]


def played(author, body, imports, compiled):
    """The result of a bot whose step this is."""
    path = author.bot(body, imports)
    return path, play(author.load().Bot, ROWS, options=Options(curve=False, compiled=compiled))


@pytest.mark.parametrize("what", COMPILED)
def test_it_compiles_and_does_what_python_does(author, what):
    imports, body = COMPILED[what]
    _path, found = played(author, body, imports, True)
    _path, plain = played(author, body, imports, False)
    assert not found.ran.in_python
    assert found.halt is None
    assert told(found) == told(plain) != []
    assert list(found.ran.state.parts["mem"]) == plain.ran.state.parts["mem"]


@pytest.mark.parametrize("what", SAID)
def test_what_does_not_is_said_with_its_line_and_what_to_write(author, what):
    imports, body, remedy = SAID[what]
    path, found = played(author, body, imports, True)
    assert remedy in found.ran.in_python
    assert re.search(rf'{re.escape(str(path))}"?, line \d+', found.ran.in_python), found.ran.in_python
    assert told(found) == told(played(author, body, imports, False)[1])
