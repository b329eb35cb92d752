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


# Arithmetic that is another number in 64 bits, or in numba, than in Python; each leads to 0.5 or 0.25.
HALF = "\nwanted.target(0.5 if {} else 0.25)"
OTHERWISE = {
    "a product": "n = int(candle.close) * 4294967296" + HALF.format("n * n > 0"),
    "a number that may be none": (
        "n = None\nif candle.close > 0.0:\n    n = int(candle.close) * 4294967296" + HALF.format("n * n > 0")
    ),
    "a sum": "n = 9223372036854775807\nn += int(candle.close)" + HALF.format("n > 0"),
    "sum()": "n = sum([9223372036854775807, int(candle.close)])" + HALF.format("n > 0"),
    "a power below zero": "n = int(candle.close / 50)" + HALF.format("n ** (0 - n) > 0"),
    "a power": "n = int(candle.close)" + HALF.format("n ** 20 == 10 ** 40 or n > 100"),
    "a shift": "n = int(candle.close)" + HALF.format("(n << 62) > 0"),
    "a long shift": "n = int(candle.close)" + HALF.format("(1 << n) > 0"),
    "a quotient without room": "n = -9223372036854775807 - int(candle.close / 100)" + HALF.format("n // -1 > 0"),
    "a sign": "n = -9223372036854775807 - int(candle.close / 100)" + HALF.format("-n > 0"),
    "a size": "n = -9223372036854775807 - int(candle.close / 100)" + HALF.format("abs(n) > 0"),
    "a comparison": "n = 9007199254740993 + int(candle.close) * 0" + HALF.format("n == 9007199254740992.0"),
    "a root that is complex": "x = (candle.close - 200.0) ** 0.5" + HALF.format("x == x"),
    "a large whole number": HALF.format("int(candle.close * 1e30) > 0").strip(),
    "digits": "wanted.target(0.25 if round(2.675 * candle.close / candle.close, 2) == 2.67 else 0.5)",
    "an error that only machine code has": (
        "n = int(candle.close) * 4294967296\ntry:\n    x = 0.5 if n * n > 0 else 0.25\nexcept Exception:\n    x = 0.1\n"
        "wanted.target(x)"
    ),
    "small numbers of a table": HALF.format("~BYTES[0] > 0").strip(),
    "short floats of a table": "wanted.target(0.5 if SHORT[0] * 1.1 == 0.11 else 0.25)",
}
TABLES = "import numpy as np\nBYTES = np.array([1], np.uint8)\nSHORT = np.array([0.1], np.float32)"
# What Python raises and machine code as it comes does not.
RAISED = {
    "int(nan)": ("wanted.target(0.5 if int(now.mean) < 0 else 0.25)", "cannot convert float NaN to integer"),
    "round(nan)": ("wanted.target(0.5 if round(now.mean) < 0 else 0.25)", "cannot convert float NaN to integer"),
    "floor(nan)": ("wanted.target(0.5 if math.floor(now.mean) < 0 else 0.25)", "cannot convert float NaN to integer"),
    "a root": ("x = math.sqrt(candle.close - 200.0)\nwanted.target(0.5 if x == x else 0.25)", "math domain error"),
    "a root of a whole number": (
        "x = math.sqrt(int(candle.close) - 200)\nwanted.target(0.5 if x == x else 0.25)", "math domain error",
    ),
    "a root by another name": (
        "r = math.sqrt\nx = r(candle.close - 200.0)\nwanted.target(0.5 if x == x else 0.25)", "math domain error",
    ),
    "a logarithm": ("wanted.target(0.5 if math.log(candle.close * 0.0) < 0 else 0.25)", "math domain error"),
    "an exponential": ("wanted.target(0.5 if math.exp(candle.close * 100) > 0 else 0.25)", "math range error"),
    "a power": ("wanted.target(0.5 if candle.close ** 1000.0 > 0 else 0.25)", "OverflowError"),
    "a power of 0": ("wanted.target(0.5 if (candle.close * 0.0) ** -1.0 > 1 else 0.25)", "ZeroDivisionError"),
    "a shift": ("n = int(candle.close)\nwanted.target(0.5 if 1 >> (n - 200) > 0 else 0.25)", "negative shift count"),
    "a flat place": ("A = np.zeros(3)\nwanted.target(A.flat[int(candle.close)])", "out of bounds"),
}  # fmt: skip
# What compiles, and comes to the same.
SAME = {
    "whole numbers": "n = int(candle.close)\nn += 3\nn *= 2\nwanted.target((n // 7 % 5 + n / 7 + (n >> 1)) / 300)",
    "truth values": "x = (candle.close > 100) + (candle.close > 99) - (~(candle.close > 100))\nwanted.target(x / 10)",
    "a power": "wanted.target((candle.close / 1000) ** 3 + 2 ** int(candle.close / 50) / 100)",
    "a function inside": "def half(x):\n    return x * 0.5\nwanted.target(half(candle.close / 100))",
    "a list in place": "a = [0.1]\nb = a\na += [candle.close / 200]\nwanted.target(b[1])",
    "a table in place": "a = np.zeros(2)\nb = a\na[1] += candle.close / 200\nwanted.target(b[1])",
    "a square": "x = candle.close / 100 * 923.2681140745275" + HALF.format("x ** 2 > 852424.010466735"),
    "a square by name": "x = candle.close / 100 * 923.2681140745275" + HALF.format("math.pow(x, 2) > 852424.010466735"),
    "rounding": "wanted.target(round(candle.close / 0.5) * 0.5 / 200 + math.ceil(candle.close / 3) / 1000)",
}


@pytest.mark.parametrize("what", OTHERWISE)
def test_what_counts_otherwise_as_machine_code_is_left_in_python_and_said(author, what):
    found = played(author, OTHERWISE[what], True, TABLES)
    assert found.halt is None
    assert found.ran.in_python
    assert "link.py" not in found.ran.in_python
    assert told(found) == told(played(author, OTHERWISE[what], False, TABLES)) != []


@pytest.mark.parametrize("what", RAISED)
def test_what_python_raises_is_raised(author, what):
    body, message = RAISED[what]
    for compiled in (True, False):
        found = played(author, body, compiled, "import math\nimport numpy as np")
        assert found.halt is not None
        assert message in found.halt.message
        assert told(found) == []


@pytest.mark.parametrize("what", SAME)
def test_usual_arithmetic_compiles_and_is_the_same(author, what):
    imports = "import math\nimport numpy as np"
    found = played(author, SAME[what], True, imports)
    assert not found.ran.in_python
    assert told(found) == told(played(author, SAME[what], False, imports)) != []


@pytest.mark.parametrize("chance", ["random.random()", "np.random.random()"])
def test_chance_is_python_s(author, chance):
    """Seeded by the author it is the same in every run; machine code has a state of its own."""
    imports = "import random\nimport numpy as np\nrandom.seed(3)\nnp.random.seed(3)"
    found = played(author, f"wanted.target({chance})", True, imports)
    assert "another state" in found.ran.in_python
    assert told(found) == told(played(author, f"wanted.target({chance})", False, imports)) != []


def test_a_number_that_may_be_none_takes_no_check_from_plain_ones(author):
    """The first product lets the second find code for its kinds; the last must not find the second's."""
    for body in (OTHERWISE["a product"], OTHERWISE["a number that may be none"], "y = 0.0\n" + OTHERWISE["a product"]):
        found = played(author, body, compiled=True)
        assert found.ran.in_python
        assert told(found) == told(played(author, body, compiled=False))


def test_a_step_whose_machine_code_fails_before_its_own_fault_halts_where_python_does(author):
    body = (
        "n = int(candle.close) * 4294967296\nwanted.target(0.5 if n * n > 0 else 0.25)\n"
        "if my.lots > 0:\n    raise ValueError('enough')"
    )
    found = played(author, body, compiled=True)
    assert found.halt is not None
    assert "ValueError: enough" in found.halt.message
    assert told(found) == told(played(author, body, compiled=False)) != []


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


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("body", ["bump()\nwanted.target(1.0 if COUNT > 1 else 0.0)", "global COUNT\nCOUNT = 2"])
def test_a_name_of_the_module_is_not_set_by_a_step(author, body, compiled):
    """It would be another thing in every run of a process, and in each of the two forms."""
    counting = "COUNT = 0\ndef bump():\n    global COUNT\n    COUNT += 1\n"
    with pytest.raises(BadInput, match=r"line \d+: .* sets COUNT of its module.*my\.mem"):
        played(author, body, compiled, counting)
