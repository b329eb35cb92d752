"""Strategies that stand in no module a worker can import: those of a script that is being run, or of a notebook.

Such a class travels as what it is made of, and loses on the way where its code was written; but a step is compiled from
its text. So the text goes along, and every function is told its place again.
"""

from __future__ import annotations

import linecache
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from inspect import isfunction
from types import CodeType, FunctionType

from botswain.core.strategy import Strategy

# A function's name and first line.
Mark = tuple[str, int]
MAIN = "__main__"


@dataclass(frozen=True, slots=True)
class Typed:
    """Where functions were written: a file's name, or what stands for one, and the text of each of those."""

    places: Mapping[Mark, str]
    texts: Mapping[str, str]


def typed_of(cls: type[Strategy]) -> Typed:
    """What a worker needs beside the class itself; nothing of one that it can import."""
    if cls.__module__ != MAIN:
        return Typed({}, {})
    places = {mark_of(one.__code__): one.__code__.co_filename for one in functions_of(cls)}
    texts = {name: "".join(linecache.getlines(name)) for name in sorted(set(places.values()))}
    return Typed(places, texts)


def told_again(cls: type[Strategy], typed: Typed) -> None:
    """Tell the functions of a class that has travelled where they were written."""
    for name, text in typed.texts.items():
        linecache.cache[name] = len(text), None, text.splitlines(keepends=True), name
    for one in functions_of(cls):
        place = typed.places.get(mark_of(one.__code__))
        if place is not None:
            one.__code__ = at(one.__code__, place)


def functions_of(cls: type[Strategy]) -> Iterator[FunctionType]:
    """The functions of a class and of what it is made from, and those that they name, in the module that is run."""
    left = [one for part in cls.__mro__ if part.__module__ == MAIN for one in vars(part).values() if isfunction(one)]
    seen: set[int] = set()
    while left:
        one = left.pop()
        if id(one) in seen or one.__module__ != MAIN:
            continue
        seen.add(id(one))
        yield one
        named = (one.__globals__.get(name) for name in one.__code__.co_names)
        left.extend(found for found in named if isfunction(found))


def mark_of(code: CodeType) -> Mark:
    """What tells a function from the others of its program."""
    return code.co_qualname, code.co_firstlineno


def at(code: CodeType, place: str) -> CodeType:
    """A function's code as written at a place, what is within it too."""
    within = tuple(at(one, place) if isinstance(one, CodeType) else one for one in code.co_consts)
    return code.replace(co_filename=place, co_consts=within)
