"""The accessors and the machine instructions that take their place are one table, seen from two sides."""

import inspect
from types import FunctionType

from botswain.build.access import COMPILED
from botswain.build.link import INSTRUCTIONS
from botswain.core import access
from botswain.ledger import exact

ACCESSORS = {name: value for name, value in vars(access).items() if isinstance(value, FunctionType)}


def test_every_accessor_has_its_instruction_and_there_are_no_others():
    assert set(COMPILED) == {*ACCESSORS, "compare"}
    assert set(INSTRUCTIONS) == {*ACCESSORS.values(), exact.compare}


def test_an_instruction_takes_what_its_accessor_takes():
    for name, accessor in [*ACCESSORS.items(), ("compare", exact.compare)]:
        taken = inspect.signature(COMPILED[name]._defn).parameters  # numba's own typing function
        assert len(taken) - 1 == len(inspect.signature(accessor).parameters), name


def test_every_accessor_says_what_it_gives():
    assert all(value.__doc__ for value in ACCESSORS.values())
