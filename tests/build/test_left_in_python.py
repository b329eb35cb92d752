"""What is left in Python because machine code would not read it, or would make another thing of it without a word."""

import pytest
from tests.stage import market, play, told

from botswain.build.link import NotCompiled, prepare
from botswain.build.plan import Plan
from botswain.build.simulator import simulator
from botswain.lab.backtest import Options
from botswain.model.errors import BadInput

# Steps by what is odd about them, each buying where the close is above 100.
UNREADABLE = {
    "an import": "import math\nwanted.target(1.0 if math.sqrt(candle.close) > 10.0 else 0.0)",
    "a caught error by name": (
        "try:\n    x = candle.close\nexcept Exception as error:\n    x = 0.0\nwanted.target(1.0 if x > 100.0 else 0.0)"
    ),
    "a starred name": "a, *b = (candle.close, 1.0, 2.0)\nwanted.target(1.0 if a > 100.0 else 0.0)",
    "a class": "class X:\n    y = 1\nwanted.target(1.0 if candle.close > 100.0 else 0.0)",
}
TEXTS = {
    "an f-string": "t = f'{candle.close:.0f}'\nwanted.target(1.0 if t == '101' else 0.0)",
    "str": "wanted.target(1.0 if str(candle.close)[:3] == '101' else 0.0)",
    "repr": "wanted.target(1.0 if repr(candle.close)[:3] == '101' else 0.0)",
    "format": "wanted.target(1.0 if '{}'.format(candle.close)[:3] == '101' else 0.0)",
}
CLOSES = [100, 101, 101, 100, 100]


def played(author, body, compiled, imports=""):
    """The result of a bot whose step this is."""
    author.bot(body, imports)
    return play(author.load().Bot, CLOSES, options=Options(curve=False, compiled=compiled))


@pytest.mark.parametrize("what", UNREADABLE | TEXTS)
def test_it_runs_in_python_and_says_so(author, what):
    body = (UNREADABLE | TEXTS)[what]
    found = played(author, body, compiled=True)
    assert found.halt is None
    assert found.ran.in_python
    assert len(told(found)) == 2
    assert told(found) == told(played(author, body, compiled=False))


def test_a_text_is_named_with_file_and_line(author):
    path = author.bot(TEXTS["str"])
    strategy = author.load().Bot()
    linked = simulator(strategy, Plan(strategy, (market(),), 60_000).features(curve=True)).linked
    with pytest.raises(NotCompiled, match="makes a text, which machine code would write otherwise") as raised:
        prepare(linked, "Bot")
    [line] = [k for k, text in enumerate(path.read_text("utf-8").splitlines(), 1) if "str(candle" in text]
    assert f"{path}, line {line} " in str(raised.value)


def test_a_text_in_a_helper_counts_too(author):
    helper = "def size(x):\n    return str(x)[:3] == '101'"
    found = played(author, "wanted.target(1.0 if size(candle.close) else 0.0)", True, helper)
    assert "makes a text" in found.ran.in_python
    assert len(told(found)) == 2


@pytest.mark.parametrize("compiled", [False, True])
def test_a_variable_that_was_never_set_is_an_error_and_not_0(author, compiled):
    found = played(author, "if candle.close > 100.0:\n    q = 1.0\nwanted.target(q)", compiled)
    assert found.halt is not None
    assert "UnboundLocalError" in found.halt.message


def test_what_only_fails_as_machine_code_is_no_halt(author):
    """Machine code counts in 64 bits, where 2^64 is 0; Python's word stands."""
    body = "n = int(candle.volume) * 0 + 4_294_967_296\nwanted.target(0.5 + 1 // (n * n))"
    found = played(author, body, compiled=True)
    assert found.halt is None
    assert "fails" in found.ran.in_python
    assert told(found) == told(played(author, body, compiled=False)) != []


def test_without_a_compiler_it_is_said(author, monkeypatch):
    monkeypatch.setattr("numba.config.DISABLE_JIT", 1)
    with pytest.raises(BadInput, match="NUMBA_DISABLE_JIT is set in the environment"):
        played(author, "wanted.target(0.25)", compiled=True)
