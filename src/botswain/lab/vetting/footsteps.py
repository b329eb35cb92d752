"""Which way a call of a step went: line by line, with the numbers at hand. Where two ways part, the cause stands."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

import msgspec

from botswain.build.line_budget import is_authors
from botswain.build.misuse import Watched
from botswain.build.step import ARGUMENTS
from botswain.lab.vetting.findings import Place

MOST = 20_000
PLAIN = (int, float, str, bool, type(None))


class Footstep(msgspec.Struct, frozen=True):
    """One line about to run with the numbers its function has, or one call with what it was given."""

    file: str
    line: int
    call: bool
    values: str


class Footsteps:
    """`with Footsteps() as way:` notes what an author's code does; `way.steps` has it."""

    def __init__(self) -> None:
        self.steps: list[Footstep] = []
        self.before: Any = None

    def __enter__(self) -> Footsteps:
        self.before = sys.gettrace()
        sys.settrace(self.called)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(self.before)

    def called(self, frame: FrameType, _event: str, _arg: Any) -> Callable[..., Any] | None:
        """A new frame: an author's is followed; one that is called from there is noted with what it was given."""
        if is_authors(frame.f_code.co_filename):
            return self.line
        back = frame.f_back
        if back is not None and is_authors(back.f_code.co_filename):
            said = asked(frame)
            self.note(Footstep(back.f_code.co_filename, back.f_lineno, True, said))
        return None

    def line(self, frame: FrameType, event: str, arg: Any) -> Callable[..., Any]:
        """A line, or a function's end with what it returns."""
        if event in ("line", "return"):
            said = numbers(frame.f_locals) if event == "line" else f"returns {number(arg)}"
            self.note(Footstep(frame.f_code.co_filename, frame.f_lineno, event == "return", said))
        return self.line

    def note(self, one: Footstep) -> None:
        """Kept, up to a limit."""
        if len(self.steps) < MOST:
            self.steps.append(one)


def asked(frame: FrameType) -> str:
    """A call as it is written: of `wanted` by its name there, else the function with the numbers it was given."""
    watched = frame.f_locals.get("self")
    if isinstance(watched, Watched):
        return f"wanted.{watched.name}({', '.join(str(frame.f_locals[name]) for name in watched.names)})"
    return f"{frame.f_code.co_name}({numbers(frame.f_locals)})"


def numbers(values: Mapping[str, Any]) -> str:
    """The numbers among values, as text."""
    found = {name: number(value) for name, value in values.items() if name not in ARGUMENTS}
    return ", ".join(f"{name}={value}" for name, value in found.items() if value)


def number(value: Any) -> str:
    """A plain value or a short row of them; nothing for what is neither."""
    if isinstance(value, PLAIN):
        return repr(value)
    if isinstance(value, list | tuple) and len(value) <= 20 and all(isinstance(one, PLAIN) for one in value):
        return repr(value)
    return ""


def parting(one: list[Footstep], other: list[Footstep]) -> tuple[Place, str] | None:
    """The line after which two ways differ, and the two values; None where they are the same.

    A line is noted before it runs, so what differs there was made by the line before.
    """
    for place, (here, there) in enumerate(zip(one, other, strict=False)):
        if here == there:
            continue
        at = here if here.call or place == 0 else one[place - 1]
        return Place(at.file, at.line), difference(here, there)
    if len(one) == len(other):
        return None
    last = (one if len(one) < len(other) else other)[-1] if one and other else (one or other)[0]
    return Place(last.file, last.line), ""


def difference(here: Footstep, there: Footstep) -> str:
    """What differs, in few words."""
    if here.values == there.values:
        return f"line {here.line} in one run, line {there.line} in the other"
    if here.call or there.call:
        return f"{here.values} in one run, {there.values} in the other"
    mine, yours = here.values.split(", "), there.values.split(", ")
    pairs = [(a, b) for a, b in zip(mine, yours, strict=False) if a != b]
    return "; ".join(f"{a} in one run, {b.rpartition('=')[2]} in the other" for a, b in pairs[:2])
