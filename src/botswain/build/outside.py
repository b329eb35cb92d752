"""What the names of an author's function stand for: something outside of it, one of its parameters, or its own.

Outside is what lies in its module, in the function it stands in, and what it imports. A name that is given something
outside and nothing else stands for that; one that is given this or that counts as the function's own, for nobody can
tell.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from botswain.build.source_key import MISSING, attribute

# What cannot be told.
UNKNOWN: Any = object()
# How one name may stand for another: a limit, for text may go round in a ring.
MOST_NAMES = 20
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class Thing:
    """What an expression stands for, where that is not the function's own.

    name   how it is called where it lies
    value  what it is; UNKNOWN where that cannot be told
    param  of what parameter it is a part; empty where it lies outside
    deep   it is something within what the name stands for
    """

    name: str
    value: Any
    param: str = ""
    deep: bool = False


class Names:
    """The names of one function, given its tree."""

    def __init__(self, function: FunctionType, node: ast.FunctionDef) -> None:
        code = function.__code__
        self.globals = function.__globals__
        self.closure = dict(zip(code.co_freevars, function.__closure__ or (), strict=True))
        self.params = frozenset(one.arg for one in ast.walk(node.args) if isinstance(one, ast.arg))
        self.given = given_names(node)

    def thing(self, node: ast.expr, left: int = MOST_NAMES) -> Thing | None:
        """What an expression stands for; None for what is the function's own, and for what is made there."""
        if isinstance(node, ast.Name):
            return self.named(node.id, left)
        if isinstance(node, ast.NamedExpr):
            return self.thing(node.value, left)
        if isinstance(node, ast.Attribute):
            return within(self.thing(node.value, left), lambda value: part(value, node.attr))
        if isinstance(node, ast.Subscript):
            return within(self.thing(node.value, left), element)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id not in self.given:
            if node.func.id == "globals":
                return Thing("globals()", {})
            if node.func.id == "vars" and node.args:
                return within(self.thing(node.args[0], left), lambda _value: {})
        return None

    def named(self, name: str, left: int) -> Thing | None:
        """What a name stands for."""
        if name in self.params:
            return Thing(name, UNKNOWN, name) if name not in self.given else None
        if name in self.given:
            return self.other_name(name, left - 1) if left else None
        if name in self.closure:
            with suppress(ValueError):
                return Thing(name, self.closure[name].cell_contents)
            return None
        value = self.globals.get(name, getattr(builtins, name, MISSING))
        return None if value is MISSING else Thing(name, value)

    def other_name(self, name: str, left: int) -> Thing | None:
        """What a name stands for that the function gives something: where all of that stands for one thing."""
        found = [self.source(one, left) for one in self.given[name]]
        first = found[0]
        if first is None or any(one is None or (one.name, one.param) != (first.name, first.param) for one in found):
            return None
        return first

    def source(self, given: ast.AST | None, left: int) -> Thing | None:
        """What one giving gives: an expression, a loop over one, an import; None for others."""
        if isinstance(given, ast.expr):
            return self.thing(given, left)
        if isinstance(given, ast.For | ast.comprehension):
            return within(self.thing(given.iter, left), element)
        if isinstance(given, ast.alias):
            return Thing(given.name, sys.modules.get(given.name, UNKNOWN))
        return None


def given_names(node: ast.FunctionDef) -> dict[str, list[ast.AST | None]]:
    """Every name that a function or one inside it gives something, with what; None for what is no expression."""
    found: dict[str, list[ast.AST | None]] = {}
    plain: set[ast.AST] = set()
    for one in inside(node):
        for target, given in givings(one):
            if isinstance(target, ast.Name):
                found.setdefault(target.id, []).append(given)
                plain.add(target)
        if isinstance(one, ast.AugAssign):  # in place, where it can be: the name stands for what it stood for
            plain.add(one.target)
    for one in inside(node):
        if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load) and one not in plain:
            found.setdefault(one.id, []).append(None)
        elif isinstance(one, SCOPES):
            found.setdefault(one.name, []).append(None)
        elif isinstance(one, ast.arg):
            found.setdefault(one.arg, []).append(None)
        elif isinstance(one, ast.ExceptHandler) and one.name:
            found.setdefault(one.name, []).append(None)
        elif isinstance(one, ast.Import | ast.ImportFrom):
            for alias in one.names:
                whole = isinstance(one, ast.Import) and (alias.asname or "." not in alias.name)
                found.setdefault(alias.asname or alias.name.partition(".")[0], []).append(alias if whole else None)
    return found


def inside(node: ast.FunctionDef) -> Iterator[ast.AST]:
    """All of a function's body, functions in it included, but not its own parameters."""
    for statement in node.body:
        yield from ast.walk(statement)


def givings(node: ast.AST) -> Iterable[tuple[ast.expr, ast.AST]]:
    """The targets of a statement that gives each of them the same, with that."""
    if isinstance(node, ast.Assign):
        return [(target, node.value) for target in node.targets]
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        return [(node.target, node.value)]
    if isinstance(node, ast.NamedExpr):
        return [(node.target, node.value)]
    if isinstance(node, ast.For | ast.comprehension):
        return [(node.target, node)]
    return []


def within(thing: Thing | None, of: Any) -> Thing | None:
    """Something within a thing."""
    if thing is None:
        return None
    value = UNKNOWN if thing.value is UNKNOWN else of(thing.value)
    return Thing(thing.name, value, thing.param, deep=True)


def part(value: Any, name: str) -> Any:
    """What stands under a name of a value; UNKNOWN where it is worked out when it is asked for."""
    if isinstance(value, ModuleType):
        found = attribute(value, name)
        return UNKNOWN if found is MISSING else found
    try:
        found = inspect.getattr_static(value, name)
    except AttributeError:
        return UNKNOWN
    return UNKNOWN if isinstance(found, property) or inspect.isdatadescriptor(found) else found


def element(value: Any) -> Any:
    """What stands at some place of a value: its first."""
    with suppress(IndexError, StopIteration, TypeError):
        if isinstance(value, Mapping):
            return next(iter(value.values()))
        if isinstance(value, Sequence | np.ndarray):
            return value[0]
    return UNKNOWN
