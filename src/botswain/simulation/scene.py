"""A run as a value: what it is made of, what came of it, and how a broken invariant is told."""

from __future__ import annotations

from dataclasses import dataclass, field

from botswain.model.errors import BotswainError
from botswain.sandbox.exchange import Exchange
from botswain.simulation.checker import Violation
from botswain.simulation.doubts import Doubt
from botswain.simulation.plan import Plan


class Broken(BotswainError):
    """An invariant does not hold. The run stops; the message says what, when, and how to see it again."""

    def __init__(self, violation: Violation, text: str) -> None:
        super().__init__(text)
        self.violation = violation


@dataclass(frozen=True)
class Scene:
    """What a run is made of.

    exchange    open and fresh; its accounts' keys follow from their names
    plan        what goes wrong; end_ms: when the run ends, true time
    again       the command that repeats it
    """

    seed: int
    exchange: Exchange
    plan: Plan
    end_ms: int
    again: str = ""


@dataclass
class Report:
    """What came of a run: faults by kind, visits of crash points and deaths at them, and why bots stood at a rest.

    settled_s  how long after each storm everything agreed again, in seconds
    doubt      the longest time for which nobody knew what became of an order; None where none was ever asked for
    """

    seed: int
    days: float
    bots: int = 0
    lives: int = 1
    counts: dict[str, int] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=dict)
    visits: dict[str, int] = field(default_factory=dict)
    deaths: dict[str, int] = field(default_factory=dict)
    pages: list[tuple[int, str]] = field(default_factory=list)
    halts: list[str] = field(default_factory=list)
    settled_s: list[float] = field(default_factory=list)
    doubt: Doubt | None = None
    hash: str = ""


def stamp(at_ms: int) -> str:
    """A time for people."""
    seconds, ms = divmod(at_ms, 1000)
    days, rest = divmod(seconds, 86_400)
    return f"day {days % 1000} {rest // 3600:02d}:{rest % 3600 // 60:02d}:{rest % 60:02d}.{ms:03d}"
