"""The global names that a function reads, taken from its bytes, are those that `dis` finds."""

import dis
import importlib
import pkgutil
from types import CodeType, FunctionType

import botswain.core
import botswain.ledger
import botswain.strategies
from botswain.build.source_key import named


def by_dis(code):
    names = dict.fromkeys(
        one.argval for one in dis.get_instructions(code) if one.opname in ("LOAD_GLOBAL", "LOAD_NAME")
    )
    for one in code.co_consts:
        if isinstance(one, CodeType):
            names |= dict.fromkeys(by_dis(one))
    return tuple(names)


def test_they_are_those_that_dis_finds():
    found = [
        one
        for package in (botswain.core, botswain.ledger, botswain.strategies)
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        for one in vars(importlib.import_module(module.name)).values()
        if isinstance(one, FunctionType)
    ]
    assert len(found) > 1_000
    for one in found:
        assert named(one.__code__) == by_dis(one.__code__), one


def test_a_place_beyond_a_byte_is_read_whole():
    """Of more than 127 globals the last ones are told in two instructions."""
    names = [f"name_{k}" for k in range(300)]
    code = compile("def f():\n    return (" + ", ".join(names) + ")\n", "many", "exec")
    inner = next(one for one in code.co_consts if isinstance(one, CodeType))
    assert named(inner) == tuple(names) == by_dis(inner)
