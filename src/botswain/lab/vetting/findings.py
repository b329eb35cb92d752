"""What a check found: which question, how it came out, the value, the place, and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

import msgspec

Verdict = Literal["ok", "warning", "failed", "skipped"]
PLACED = re.compile(r"""(?P<file>[^\s"':]+\.py)"?, (?:the step at )?line (?P<line>\d+)""")
# As numba has it now and then.
RAISED = re.compile(r"Raised from (?P<file>\S+\.py) \((?P<line>\d+)\)")


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One of them. check: the question; file and line: 0 and empty where it has no place; remedy: what to write."""

    check: str
    verdict: Verdict
    what: str
    value: str = ""
    file: str = ""
    line: int = 0
    remedy: str = ""


class Place(msgspec.Struct, frozen=True):
    """A line of a file."""

    file: str
    line: int


def failed(check: str, what: str, place: Place | None, remedy: str, value: str = "") -> Finding:
    """A finding that must be mended."""
    at = place or Place("", 0)
    return Finding(check=check, verdict="failed", what=what, value=value, file=at.file, line=at.line, remedy=remedy)


def warning(check: str, what: str, place: Place | None, remedy: str, value: str = "") -> Finding:
    """A finding to know of."""
    at = place or Place("", 0)
    return Finding(check=check, verdict="warning", what=what, value=value, file=at.file, line=at.line, remedy=remedy)


def fine(check: str, what: str, value: str = "") -> Finding:
    """A question that was answered well."""
    return Finding(check=check, verdict="ok", what=what, value=value)


def skipped(check: str, why: str) -> Finding:
    """A question that could not be asked."""
    return Finding(check=check, verdict="skipped", what=why)


def place_in(message: str, otherwise: Place) -> Place:
    """The first place a message names, as `FILE.py, line N`."""
    found = PLACED.search(message) or RAISED.search(message)
    return Place(found["file"], int(found["line"])) if found else otherwise


def has_failed(found: Iterable[Finding]) -> bool:
    """Whether anything must be mended."""
    return any(one.verdict == "failed" for one in found)
