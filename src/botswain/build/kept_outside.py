"""Refuses a step that keeps something outside its memory: in a list of the module, in an attribute, in an iterator.

It would be carried from one run of a process to the next, a restart would not give it back, and a replay would find
another decision. What is looked at is text: everything that a step and the functions of its author that it calls write
to, where it can be told what that is. What cannot (`outside.UNKNOWN` and names that stand for this or that) passes, and
is found by `botswain strategy check`, which runs a strategy twice.
"""

from __future__ import annotations

import ast
import bisect
import builtins
import heapq
import inspect
import operator
import random
from collections.abc import Iterator, MutableMapping, MutableSequence, MutableSet
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from types import BuiltinMethodType, FunctionType, MethodType, ModuleType, NoneType
from typing import Any, NamedTuple

import numpy as np

from botswain.build.decorated import beside
from botswain.build.outside import UNKNOWN, Names, Thing, inside, part, within
from botswain.build.source_key import of_library
from botswain.build.source_text import as_imported
from botswain.model.errors import BadInput

# How something is changed, beside the names of methods.
SET = "set"
NEXT = "next()"
# Methods that change what they belong to, of Python's containers, of numpy's arrays and of iterators.
CHANGING = frozenset(
    {
        "append", "appendleft", "add", "byteswap", "clear", "difference_update", "discard", "extend", "extendleft",
        "fill", "insert", "intersection_update", "itemset", "move_to_end", "partition", "pop", "popitem", "popleft",
        "put", "remove", "resize", "reverse", "rotate", "send", "setdefault", "setflags", "sort",
        "symmetric_difference_update", "update", "__setitem__", "__delitem__", "__setattr__", "__delattr__",
        "__iadd__", "__ior__", "__next__",
    }
)  # fmt: skip
# Those of them that are no method of anything that stays what it is; the others (`add` of a number of a library) change
# something that is not known where nobody takes what they return.
SURE = frozenset(
    {
        "append", "appendleft", "clear", "discard", "extend", "extendleft", "insert", "popitem", "popleft",
        "setdefault", "__setitem__", "__delitem__", "__setattr__", "__delattr__", "__next__",
    }
)  # fmt: skip
# What they are methods of.
CONTAINERS = (MutableSequence, MutableMapping, MutableSet, Iterator, np.ndarray)
# Functions that change their first argument.
CHANGES_FIRST = (
    setattr, delattr, heapq.heappush, heapq.heappop, heapq.heapify, heapq.heapreplace, heapq.heappushpop,
    bisect.insort, bisect.insort_left, bisect.insort_right, operator.setitem, operator.delitem, operator.iadd,
    operator.iconcat, operator.ior, random.shuffle, np.copyto, np.put, np.place, np.putmask, np.fill_diagonal,
    np.random.shuffle,
)  # fmt: skip
FIXED = (NoneType, bool, int, float, complex, str, bytes, tuple, frozenset, range, np.generic, Enum)


class Change(NamedTuple):
    """How a function changes what it is given for a parameter: that itself, or something within it."""

    how: str
    deep: bool


@dataclass(slots=True)
class Seen:
    """What one look at a step has found so far: how each function changes its parameters."""

    changes: dict[FunctionType, dict[str, set[Change]]] = field(default_factory=dict)


def check_kept(step: FunctionType) -> None:
    """Refuse a step that keeps something outside my.mem. Raises BadInput with file and line."""
    changes_of(step, Seen())


def changes_of(function: FunctionType, seen: Seen) -> dict[str, set[Change]]:
    """How a function changes its parameters. Raises BadInput where it changes what lies outside."""
    if function not in seen.changes:
        seen.changes[function] = {}
        code = function.__code__
        try:
            text, first = as_imported(code, code.co_filename, code.co_linetable, function.__qualname__)
        except BadInput:  # a lambda, or what was made of a text: nothing can be said of it
            return {}
        (node,) = ast.parse(text).body
        assert isinstance(node, ast.FunctionDef)
        Look(function, node, first - 1, seen).through()
    return seen.changes[function]


class Look:
    """One function, looked through."""

    def __init__(self, function: FunctionType, node: ast.FunctionDef, offset: int, seen: Seen) -> None:
        self.function = function
        self.node = node
        self.offset = offset
        self.seen = seen
        self.names = Names(function, node)
        self.dropped = {one.value for one in inside(node) if isinstance(one, ast.Expr)}
        self.called_here = {one.func for one in inside(node) if isinstance(one, ast.Call)}

    def through(self) -> None:
        """All that it does."""
        for one in inside(self.node):
            if isinstance(one, ast.Attribute | ast.Subscript) and not isinstance(one.ctx, ast.Load):
                self.changed(self.names.thing(one.value), SET, one)
            elif isinstance(one, ast.AugAssign) and isinstance(one.target, ast.Name):
                self.grown(one)
            elif isinstance(one, ast.Call):
                self.called(one)
            elif isinstance(one, ast.Name | ast.Attribute):
                self.used(one)

    def grown(self, node: ast.AugAssign) -> None:
        """`name += ...`: in place, where that is a container."""
        assert isinstance(node.target, ast.Name)
        thing = self.names.thing(ast.Name(node.target.id, ast.Load()))
        if thing is not None and isinstance(thing.value, list | set | dict | bytearray | np.ndarray):
            self.changed(thing, SET, node)

    def used(self, node: ast.expr) -> None:
        """A function of the author's that is named, called or not, is looked through too. An iterator is used up by

        whoever has it.
        """
        thing = self.names.thing(node)
        if thing is None or thing.param:
            return
        if isinstance(thing.value, Iterator):
            self.changed(thing, NEXT, node)
        if node not in self.called_here:
            self.handed_on(thing, node)
        function = self.authors(thing.value)
        if function is not None:
            changes_of(function, self.seen)

    def handed_on(self, thing: Thing, node: ast.expr) -> None:
        """A method that changes its container, named without being called: whoever has it calls it."""
        value = thing.value
        if isinstance(node, ast.Attribute) and node.attr in CHANGING:
            owner = self.names.thing(node.value)
            if owner is not None and isinstance(owner.value, CONTAINERS):
                self.changed(owner, node.attr, node)
        elif isinstance(value, BuiltinMethodType) and isinstance(value.__self__, CONTAINERS):
            self.changed(Thing(thing.name, value.__self__), value.__name__, node)

    def called(self, node: ast.Call) -> None:
        """A call may change its arguments, and what it is a method of."""
        thing = self.names.thing(node.func)
        value = UNKNOWN if thing is None else thing.value
        if isinstance(node.func, ast.Attribute):
            owner = self.names.thing(node.func.value)
            if owner is not None and isinstance(owner.value, np.ufunc) and node.func.attr == "at" and node.args:
                self.changed(self.names.thing(node.args[0]), "at", node, certain=True)
                return
            if owner is not None and not isinstance(owner.value, ModuleType | type):
                self.changed(owner, node.func.attr, node)
                return
            of_type = owner is not None and isinstance(owner.value, type)
            if of_type and isinstance(value, classmethod):
                method: Any = value.__func__
                self.given(method, [node.func.value, *node.args], node)
                return
            if of_type and node.func.attr in CHANGING and node.args:
                self.changed(self.names.thing(node.args[0]), node.func.attr, node)
        if isinstance(value, staticmethod):
            value = value.__func__
        if thing is not None and not thing.param:
            self.bound(value, thing.name, node)
        if value is builtins.next and node.args:
            self.changed(self.names.thing(node.args[0]), NEXT, node)
        elif any(value is one for one in CHANGES_FIRST) and node.args:
            self.changed(self.names.thing(node.args[0]), getattr(value, "__name__", SET), node, certain=True)
        elif (function := self.authors(value)) is not None:
            self.given(function, node.args, node)
        elif thing is not None and not thing.param and not isinstance(value, type):
            self.changed(thing, "__call__", node)
        for one in node.keywords:
            if one.arg == "out":
                self.changed(self.names.thing(one.value), SET, node)

    def bound(self, value: Any, name: str, node: ast.Call) -> None:
        """A call of what has something with it already: a method of an object, a function with its first arguments."""
        if isinstance(value, BuiltinMethodType | MethodType):
            self.changed(Thing(name, value.__self__), value.__name__, node)
        elif isinstance(value, partial):
            function = self.authors(value.func)
            if function is not None:
                has = dict(zip(function.__code__.co_varnames, value.args, strict=False)) | value.keywords
                for one, changes in changes_of(function, self.seen).items():
                    for change in changes if one in has else ():
                        self.changed(Thing(name, UNKNOWN if change.deep else has[one]), change.how, node)
            elif value.args:
                self.changed(Thing(name, value.args[0]), value.func.__name__, node)

    def given(self, function: FunctionType, arguments: list[ast.expr], node: ast.Call) -> None:
        """Arguments of a call of a function of the author's, which may change them."""
        changes = changes_of(function, self.seen)
        names = function.__code__.co_varnames[: function.__code__.co_argcount + function.__code__.co_kwonlyargcount]
        by_name = dict(zip(names, arguments, strict=False))
        by_name |= {one.arg: one.value for one in node.keywords if one.arg is not None}
        for name, value in by_name.items():
            thing = self.names.thing(value)
            for one in changes.get(name, ()):
                self.changed(within(thing, lambda _value: UNKNOWN) if one.deep else thing, one.how, node)

    def changed(self, thing: Thing | None, how: str, node: ast.AST, *, certain: bool = False) -> None:
        """Something is changed, or a method of it is called. Raises BadInput where it lies outside and is changed."""
        if thing is None:
            return
        if thing.param:
            self.seen.changes[self.function].setdefault(thing.param, set()).add(
                Change(SET if certain else how, thing.deep)
            )
            default = inspect.signature(self.function).parameters[thing.param].default
            if default is inspect.Parameter.empty or default is None:
                return
            thing = Thing(f"the default of {thing.param}", UNKNOWN if thing.deep else default)
        if self.is_changed(thing.value, SET if certain else how, node):
            line = getattr(node, "lineno", 1) + self.offset
            what = "is set" if how == SET else how if how == NEXT else f"{how}()"
            raise BadInput(
                f"{self.function.__code__.co_filename}, line {line}: {self.function.__name__} changes {thing.name} "
                f"({what}), which lies outside its memory and would be carried from one run to the next; keep what a "
                "strategy remembers in my.mem"
            )

    def is_changed(self, value: Any, how: str, node: ast.AST) -> bool:
        """Whether a value is changed in this way."""
        if value is UNKNOWN:
            return how in (SET, NEXT) or how in SURE or (how in CHANGING and node in self.dropped)
        if isinstance(value, FIXED):
            return False
        if how == SET:
            return True
        if how == NEXT:
            return isinstance(value, Iterator)
        if isinstance(value, ModuleType | type):  # a function of a module, and a class method, change no container
            return False
        method = self.authors(part(type(value), how))
        if method is None:
            return how in ("__setattr__", "__delattr__") or (how in CHANGING and isinstance(value, CONTAINERS))
        own = method.__code__.co_varnames[:1]
        return any(one in own and found for one, found in changes_of(method, self.seen).items())

    def authors(self, value: Any) -> FunctionType | None:
        """The function of the step's author that a value is, or that stands beneath a decorator."""
        function = value if isinstance(value, FunctionType) else getattr(value, "__wrapped__", None)
        if not isinstance(function, FunctionType) or of_library(function):
            return None
        return function if beside(self.function, function) else None
