"""Helpers that an author had numba compile: what runs is the function beneath, compiled and in Python alike."""

import pytest
from tests.stage import market, play, told

from botswain.build.plan import Plan
from botswain.build.simulator import simulator
from botswain.lab.backtest import Options
from botswain.model.errors import BadInput

CLOSES = [100, 101, 101, 100, 100]
# In machine code of 64 bits this is below zero, in Python it is not.
WRAPS = "(int(x) * 4294967296 * 4294967296 > 0)"
HELPERS = {
    "plain": "@numba.njit",
    "with types": "@numba.njit('b1(f8)')",
    "by rules of its own": "@numba.njit(fastmath=True)",
    "jit": "@numba.jit(nopython=True, cache=False)",
    "a callback": "@numba.cfunc('b1(f8)')",
}
FOUND = {
    "by name": ("from author_size import wraps", "wraps(candle.close)"),
    "by its module": ("import author_size", "author_size.wraps(candle.close)"),
    "in a closure": (
        "from author_size import wraps\ndef made():\n    inner = wraps\n    def outer(x):\n        return inner(x)\n"
        "    return outer\nouter = made()\n", "outer(candle.close)",
    ),
    "by a function beside it": (
        "import author_size", "author_size.calls(candle.close)",
    ),
}  # fmt: skip


def written(author, decorator, how="by name"):
    """A bot that buys a half where the product is above zero, as it is in Python."""
    imports, called = FOUND[how]
    author.write(
        "author_size",
        f"import numba\n\n\n{decorator}\ndef wraps(x):\n    return {WRAPS}\n\n\ndef calls(x):\n    return wraps(x)\n",
    )
    author.bot(f"wanted.target(0.5 if {called} else 0.25)", imports)
    return author.load().Bot


@pytest.mark.parametrize("how", FOUND)
@pytest.mark.parametrize("what", HELPERS)
def test_it_gives_python_s_number_wherever_it_is_found(author, what, how):
    """Beyond 64 bits the run is done again in Python; it was done with the same machine code."""
    bot = written(author, HELPERS[what], how)
    found = [play(bot, CLOSES, options=Options(curve=False, compiled=compiled)) for compiled in (True, False)]
    assert found[0].ran.in_python
    assert told(found[0]) == told(found[1]) == [(1, "buy", 49, 101, "target")]


@pytest.mark.parametrize("how", FOUND)
def test_a_plain_one_is_compiled_with_the_step(author, how):
    imports, called = FOUND[how]
    author.write(
        "author_size",
        "import numba\n\n\n@numba.njit\ndef wraps(x):\n    return x > 100.0\n\n\ndef calls(x):\n    return wraps(x)\n",
    )
    author.bot(f"wanted.target(0.5 if {called} else 0.25)", imports)
    bot = author.load().Bot
    found = [play(bot, CLOSES, options=Options(curve=False, compiled=compiled)) for compiled in (True, False)]
    assert found[0].ran.in_python == ""
    assert told(found[0]) == told(found[1]) != []


@pytest.mark.parametrize("what", ["with types", "by rules of its own", "a callback"])
def test_one_by_rules_of_its_own_is_left_in_python_with_its_line(author, what):
    bot = written(author, HELPERS[what])
    found = play(bot, CLOSES, options=Options(curve=False))
    assert "author_size.py, line " in found.ran.in_python
    assert "wraps() is compiled by rules of its own" in found.ran.in_python
    assert "leave its decorator out" in found.ran.in_python


OTHERS = {
    "@vectorize": "@numba.vectorize\ndef size(x):\n    return x\n",
    "@guvectorize": "@numba.guvectorize(['(f8[:], f8[:])'], '(n)->(n)')\ndef size(x, y):\n    y[0] = x[0]\n",
    "@stencil": "@numba.stencil\ndef size(x):\n    return x[0] + x[1]\n",
    "@jitclass": (
        "@numba.experimental.jitclass([('a', numba.float64)])\nclass size:\n    def __init__(self, x):\n"
        "        self.a = x\n"
    ),
}


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("how", ["by name", "by its module"])
@pytest.mark.parametrize("kind", OTHERS)
def test_what_is_another_function_than_the_one_beneath_is_refused_with_the_line(author, kind, how, compiled):
    author.write("author_size", f"import numba\nimport numba.experimental\n\n\n{OTHERS[kind]}")
    imports, called = {
        "by name": ("from author_size import size", "size"),
        "by its module": ("import author_size", "author_size.size"),
    }[how]
    author.bot(f"x = candle.close\n{called}(x)", imports)
    with pytest.raises(
        BadInput, match=rf"author_bot\.py, line \d+: user_step uses {called}, which numba made \({kind}\)"
    ):
        play(author.load().Bot, CLOSES, options=Options(compiled=compiled))


@pytest.mark.parametrize("kept", ["KEPT = (size,)", "KEPT = [size]", "KEPT = {0: size}"])
def test_one_that_is_kept_in_a_table_is_refused_with_the_line(author, kept):
    author.write("author_size", f"import numba\n\n\n@numba.njit\ndef size(x):\n    return x\n\n\n{kept}\n")
    author.bot("wanted.target(KEPT[0](0.5))", "from author_size import KEPT")
    with pytest.raises(
        BadInput, match=r"line \d+: user_step uses KEPT, in which functions are kept that numba compiled"
    ):
        play(author.load().Bot, CLOSES)


def test_an_edit_of_it_is_another_key(author):
    keys = []
    for how in FOUND:
        for more in ("100.0", "101.0", "100.0"):
            author.write(
                "author_size",
                f"import numba\n\nMORE = {more}\n\n\n@numba.njit(fastmath=True)\ndef wraps(x):\n    return x > MORE\n"
                "\n\ndef calls(x):\n    return wraps(x)\n",
            )
            imports, called = FOUND[how]
            author.bot(f"wanted.target(0.5 if {called} else 0.25)", imports)
            keys.append(key_of(author.load().Bot()))
        assert keys[-1] == keys[-3] != keys[-2], how


def key_of(strategy):
    """The hash of all source that a strategy depends on."""
    features = Plan(strategy, (market(),), 60_000).features(curve=True)
    return simulator(strategy, features).linked.key
