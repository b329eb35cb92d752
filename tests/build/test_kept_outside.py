"""A step that keeps something outside my.mem is refused with its line; one that reads, or changes its own, is not."""

import re

import pytest
from tests.stage import play, told

from botswain.lab.backtest import Options
from botswain.model.errors import BadInput

TARGET = "\nwanted.target(0.5)"
BAG = (
    "class Bag:\n    def __init__(self):\n        self.seen = []\n        self.many = 0\n    def put(self, x):\n"
    "        self.seen.append(x)\n    def bump(self):\n        self.many += 1\n    def __call__(self, x):\n"
    "        self.put(x)\n        return x\n    def add(self, x):\n        return x + self.many\n    many_of = 0\n"
    "    @classmethod\n    def count(cls):\n        cls.many_of += 1\nBAG = Bag()\n"
)
# By what is kept where: what stands in the module, the step, and what the message names.
KEPT = {
    "a list": ("SEEN = []", "SEEN.append(candle.close)", "SEEN (append())"),
    "a dict": ("SEEN = {}", "SEEN['x'] = candle.close", "SEEN (is set)"),
    "a dict's default": ("SEEN = {}", "x = SEEN.setdefault('x', candle.close)", "SEEN (setdefault())"),
    "a set": ("SEEN = set()", "SEEN.add(candle.close)", "SEEN (add())"),
    "an array": ("import numpy as np\nSEEN = np.zeros(3)", "SEEN[0] += candle.close", "SEEN (is set)"),
    "a row of an array": ("import numpy as np\nSEEN = np.ones((2, 2))", "row = SEEN[0]\nrow[1] = 1.0", "SEEN (is set)"),
    "a deque": ("from collections import deque\nSEEN = deque()", "SEEN.appendleft(1.0)", "SEEN (appendleft())"),
    "what is taken out": ("SEEN = [1.0, 2.0, 3.0, 4.0]", "x = SEEN.pop()", "SEEN (pop())"),
    "what is deleted": ("SEEN = {1: 2}", "if candle.close > 100:\n    del SEEN[1]", "SEEN (is set)"),
    "a slice": ("SEEN = [1.0]", "SEEN[len(SEEN):] = [candle.close]", "SEEN (is set)"),
    "in place": ("SEEN = [1.0]", "seen = SEEN\nseen += [candle.close]", "SEEN (is set)"),
    "under another name": ("SEEN = []", "a = SEEN\nb = a\nb.append(1.0)", "SEEN (append())"),
    "given a name on the way": ("SEEN = []", "(seen := SEEN).append(1.0)", "SEEN (append())"),
    "a list in a tuple": ("SEEN = ([],)", "SEEN[0].append(1.0)", "SEEN (append())"),
    "a set that is not there yet": ("SEEN = {}", "if candle.close < 0:\n    SEEN['x'].add(1.0)", "SEEN (add())"),
    "in a loop": ("SEEN = ([], [])", "for one in SEEN:\n    one.append(1.0)", "SEEN (append())"),
    "in a comprehension": ("SEEN = []", "x = [SEEN.append(k) for k in range(2)]", "SEEN (append())"),
    "in a function inside": ("SEEN = []", "def put(x):\n    SEEN.append(x)\nput(1.0)", "SEEN (append())"),
    "a method of the type": ("SEEN = []", "list.append(SEEN, 1.0)", "SEEN (append())"),
    "globals()": ("", "globals()['SEEN'] = candle.close", "globals() (is set)"),
    "an attribute of the class": ("", "Bot.seen = candle.close", "Bot (is set)"),
    "a list of the class": (BAG + "Bag.seen = []", "Bag.seen.append(1.0)", "Bag (append())"),
    "an attribute of a function": ("def put():\n    put.count += 1\nput.count = 0", "put()", "put (is set)"),
    "setattr": (BAG, "setattr(BAG, 'many', 2)", "BAG (setattr())"),
    "an attribute of an object": (BAG, "BAG.many += 1", "BAG (is set)"),
    "a method that sets": (BAG, "BAG.bump()", "BAG (bump())"),
    "a method that calls one": (BAG, "BAG.put(1.0)", "BAG (put())"),
    "an object that is called": (BAG, "x = BAG(1.0)", "BAG (__call__())"),
    "a method of the class": (BAG, "Bag.count()", "Bag (is set)"),
    "an iterator": ("import itertools\nSEEN = itertools.count()", "x = next(SEEN)", "SEEN (next())"),
    "a generator in a loop": ("SEEN = (k for k in range(9))", "for k in SEEN:\n    break", "SEEN (next())"),
    "a heap": ("import heapq\nSEEN = []", "heapq.heappush(SEEN, 1.0)", "SEEN (heappush())"),
    "an array by out": ("import numpy as np\nSEEN = np.zeros(2)", "np.add(SEEN, 1.0, out=SEEN)", "SEEN (is set)"),
    "in a helper": ("SEEN = []\ndef put(x):\n    SEEN.append(x)", "put(candle.close)", "SEEN (append())"),
    "in a helper's helper": (
        "SEEN = []\ndef put(x):\n    SEEN.append(x)\ndef other(x):\n    put(x)", "other(1.0)", "SEEN (append())",
    ),
    "given to a helper": (
        "SEEN = []\ndef put(xs, x):\n    xs.append(x)\ndef other(xs, x):\n    put(x=x, xs=xs)", "other(SEEN, 1.0)",
        "SEEN (append())",
    ),
    "a helper's default": (
        "def put(x, seen=[]):\n    seen.append(x)\n    return x", "x = put(1.0)", "the default of seen (append())",
    ),
    "a helper's closure": (
        "def made():\n    seen = []\n    def put(x):\n        seen.append(x)\n    return put\nput = made()", "put(1.0)",
        "seen (append())",
    ),
    "a number of a closure": (
        "def made():\n    count = 0\n    def put(x):\n        nonlocal count\n        count += 1\n        return x\n"
        "    return put\nput = made()", "x = put(1.0)", "count of the function it stands in",
    ),
    "a name of the module, set inside": (
        "COUNT = 0\ndef put():\n    def inner():\n        global COUNT\n        COUNT += 1\n    inner()", "put()",
        "COUNT of its module",
    ),
    "a helper of numba's": (
        "import numba\nimport numpy as np\nSEEN = np.zeros(2)\n@numba.njit\ndef put(x):\n    SEEN[0] = x", "put(1.0)",
        "SEEN (is set)",
    ),
    "a method under a name of its own": ("SEEN = []\nput = SEEN.append", "put(1.0)", "put (append())"),
    "an object's method under a name of its own": (BAG + "put = BAG.bump", "put()", "put (bump())"),
    "a method that is handed on": ("SEEN = []", "x = list(map(SEEN.append, [1.0]))", "SEEN (append())"),
    "a method that is handed on by its name": (
        "SEEN = []\nput = SEEN.append", "x = list(map(put, [1.0]))", "put (append())",
    ),
    "what a frozen object does not want": (BAG, "object.__setattr__(BAG, 'many', 2)", "BAG (__setattr__())"),
    "a function with its first argument": (
        "from functools import partial\nSEEN = []\ndef add(xs, x):\n    xs.append(x)\nput = partial(add, SEEN)",
        "put(1.0)", "put (append())",
    ),
    "a method with its first argument": (
        "from functools import partial\nSEEN = []\nput = partial(list.append, SEEN)", "put(1.0)", "put (append())",
    ),
    "places of an array": ("import numpy as np\nSEEN = np.zeros(2)", "np.add.at(SEEN, [0], 1.0)", "SEEN (at())"),
    "a kept helper": (
        "from functools import lru_cache\nSEEN = []\n@lru_cache\ndef put(x):\n    SEEN.append(x)", "put(candle.close)",
        "SEEN (append())",
    ),
}  # fmt: skip
# What may stand.
FINE = {
    "a list of its own": ("", "seen = []\nseen.append(candle.close)\nseen[0] = 1.0"),
    "a list of its own by the name of the module's": ("SEEN = [1.0]", "SEEN = [2.0]\nSEEN.append(candle.close)"),
    "a copy": ("SEEN = [1.0]", "seen = list(SEEN)\nseen.append(candle.close)"),
    "this or that": ("SEEN = [1.0]", "seen = SEEN\nseen = seen + [1.0]\nseen.append(2.0)"),
    "reading": ("SEEN = {1: 2.0}", "x = SEEN[1] + SEEN.get(2, 1.0)\nfor k, v in SEEN.items():\n    x += v"),
    "a number that grows": ("MORE = 1.0", "x = MORE\nx += 1.0"),
    "a number of a table": ("MORE = (1.0, 2.0)", "x = MORE[0]\nx += 1.0"),
    "a function of a module": ("import numpy as np", "x = np.append(np.zeros(2), 1.0)\ny = np.sort(x)\nnp.add(1, 2)"),
    "a method that only reads": (BAG, "x = BAG.add(candle.close)"),
    "an addition of a library": (
        "import decimal\nEXACT = decimal.Context()", "x = EXACT.add(decimal.Decimal(1), decimal.Decimal(2))",
    ),
    "an addition of nobody knows what": ("SEEN = {}", "x = 1 if not SEEN else SEEN['x'].add(1.0)"),
    "an object of its own": (BAG, "bag = Bag()\nbag.put(candle.close)\nbag.many = 3"),
    "a helper that fills what it is given": ("def put(xs, x):\n    xs.append(x)", "xs = []\nput(xs, 1.0)"),
    "a helper's own default": ("def put(x, more=(1.0, 2.0)):\n    return x + more[0]", "x = put(1.0)"),
    "memory": ("", "my.mem.count += 1\nmy.mem.many[1] = my.mem.count"),
    "a number of a function inside": (
        "", "count = 0\ndef put():\n    nonlocal count\n    count += 1\nput()",
    ),
    "a method that reads, under a name of its own": ("SEEN = [1.0]\nplace = SEEN.index", "x = place(1.0)"),
    "a method of its own, handed on": ("", "seen = []\nx = list(map(seen.append, [1.0]))"),
    "a function with its first argument": (
        "from functools import partial\nSEEN = [1.0]\ndef at(xs, k):\n    return xs[k]\nfirst = partial(at, SEEN)",
        "x = first(0)",
    ),
    "functions of modules": (
        "import numpy as np\nfrom math import floor", "x = floor(1.5) + len('a') + np.abs(-1) + np.maximum(1, 2)",
    ),
    "an iterator of its own": ("SEEN = [1.0, 2.0]", "seen = iter(SEEN)\nx = next(seen)"),
    "a lambda": ("put = lambda x: x + 1.0", "x = put(1.0)"),
}  # fmt: skip


def played(author, imports, body, compiled=True):
    """The result of a bot with this step."""
    author.bot(body + TARGET, imports)
    return play(author.load().Bot, [100, 101, 101], options=Options(curve=False, compiled=compiled))


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("what", KEPT)
def test_what_is_kept_outside_the_memory_is_refused_with_its_line(author, what, compiled):
    imports, body, said = KEPT[what]
    with pytest.raises(BadInput, match=rf"author_bot\.py, line \d+: .*{re.escape(said)}.*my\.mem"):
        played(author, imports, body, compiled)


def test_the_line_is_the_one_that_changes_it(author):
    author.write("author_size", "SEEN = []\n\n\ndef put(x):\n    y = x\n    SEEN.append(y)\n")
    author.bot("put(candle.close)", "from author_size import put")
    with pytest.raises(BadInput, match=r"author_size\.py, line 6: put changes SEEN"):
        play(author.load().Bot, [100, 101])


@pytest.mark.parametrize("what", FINE)
def test_what_is_read_or_is_its_own_is_let_stand(author, what):
    found = played(author, *FINE[what], compiled=False)
    assert found.halt is None
    assert told(found) == [(1, "buy", 49, 101, "target")]
