"""A class that a step reads and that is written anew under the same name, as in a notebook, is seen by the next run."""

import os
import subprocess
import sys

import pytest
from tests.stage import play, told

from botswain.lab.backtest import Options

# What stands in the module, where 1.0 becomes 2.0, and what a step buys by it.
CLASSES = {
    "a number of it": ("class S:\n    MORE = 1.0", "S.MORE"),
    "a number of its base": ("class B:\n    MORE = 1.0\nclass S(B):\n    pass", "S.MORE"),
    "a function of it": ("class S:\n    @staticmethod\n    def more():\n        return 1.0", "S.more()"),
    "a method of it": ("class S:\n    @classmethod\n    def more(cls):\n        return 1.0", "S.more()"),
    "a property": ("class S:\n    @property\n    def more(self):\n        return 1.0", "S().more"),
    "a default of a dataclass": (
        "from dataclasses import dataclass\n@dataclass\nclass S:\n    more: float = 1.0", "S().more",
    ),
    "a method of a named tuple": (
        "from typing import NamedTuple\nclass S(NamedTuple):\n    a: int = 3\n    def more(self):\n        return 1.0\n"
        "C = S()", "C.more()",
    ),
    "a method of an enum": (
        "from enum import IntEnum\nclass S(IntEnum):\n    A = 3\n    def more(self):\n        return 1.0", "S.A.more()",
    ),
    "of an enum, by its member": (
        "from enum import IntEnum\nclass S(IntEnum):\n    A = 3\n    def more(self):\n        return 1.0\nC = S.A",
        "C.more()",
    ),
    "a class within": ("class S:\n    class T:\n        MORE = 1.0", "S.T.MORE"),
    "a function that reads it": ("class S:\n    MORE = 1.0\ndef more():\n    return S.MORE", "more()"),
}  # fmt: skip


@pytest.mark.parametrize("what", CLASSES)
def test_the_next_run_sees_the_class_that_is_there(author, what):
    above, read = CLASSES[what]
    author.bot(f"wanted.market(0, 1, 1.0 + {read})", above + "\n")
    module = author.load()
    found = told(play(module.Bot, [100, 100], options=Options(curve=False, compiled=False)))
    exec(compile(above.replace("1.0", "2.0"), str(module.__file__), "exec"), vars(module))  # the cell, run again
    found += told(play(module.Bot, [100, 100], options=Options(curve=False, compiled=False)))
    assert [one[2] for one in found] == [2, 3]


def test_a_step_may_read_its_own_class(author):
    """Its functions are looked at then, and what they read: `ta`, which takes any name for one of TA-Lib's."""
    author.bot("wanted.market(0, 1, Bot.MORE)")
    module = author.load()
    module.Bot.MORE = 2.0
    assert [one[2] for one in told(play(module.Bot, [100, 100], options=Options(curve=False)))] == [2]


def test_classes_have_the_same_key_in_every_process(author):
    """Else what was compiled of a step that reads one would never be found again."""
    author.write(
        "author_classes",
        "from enum import IntEnum\nfrom typing import NamedTuple\n"
        "class E(IntEnum):\n    A = 1\n    def more(self):\n        return E.A\n"
        "class N(NamedTuple):\n    a: float = 1.0\n    def more(self):\n        return N(2.0)\n"
        "class X(Exception):\n    many = (1.0, 2.0)\n",
    )
    code = (
        "import author_classes as one\nfrom botswain.build.source_key import constant\n"
        "print([constant(x) for x in (one.E, one.E.A, one.N, one.N(1.0), one.X)])\n"
    )
    found = {
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120,
                       env={**os.environ, "PYTHONPATH": os.pathsep.join([str(author.folder), *sys.path]),
                            "PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(found) == 1
