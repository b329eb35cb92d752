"""What is going wrong right now: the faults of the plan that are on, asked by the network, the store and the process.

It only answers; who switches it is the world, by the plan.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from botswain.simulation.death import Killed, Pulse
from botswain.simulation.plan import Injection
from botswain.simulation.trail import Trail

REQUESTS = ("refused", "outage", "request_lost", "request_late", "reply_lost", "reply_late", "reply_garbled", "reset")
CONNECTS = ("connect_refused", "outage")
STORE_ONCE = ("refused", "unsure")
STORE_WHILE = ("locked", "full")
FASTEST_S, SPREAD_S = 0.008, 0.06
COMMIT_S = 0.002


@dataclass(frozen=True, slots=True)
class Fate:
    """What the network does to a request; late_s: how much later than usual."""

    name: str = ""
    late_s: float = 0.0


FINE = Fate()


@dataclass
class Weather:
    """The faults that are on, by kind; `chance` decides whom they meet."""

    chance: random.Random
    trail: Trail
    on: dict[str, list[Injection]] = field(default_factory=dict)
    store_once: list[str] = field(default_factory=list)

    def put(self, one: Injection) -> None:
        """Switch on."""
        if one.group == "DB" and one.name in STORE_ONCE:
            self.store_once += [one.name] * one.times
        else:
            self.on.setdefault(one.kind, []).append(one)

    def lift(self, one: Injection) -> None:
        """Switch off."""
        left = [other for other in self.on.get(one.kind, ()) if other is not one]
        if left:
            self.on[one.kind] = left
        else:
            self.on.pop(one.kind, None)

    def clear(self) -> None:
        """The storm is over."""
        self.on.clear()
        self.store_once.clear()

    def delay_s(self) -> float:
        """One way through the network."""
        slow = self.on.get("PX:slow")
        extra: float = slow[0].settings["late_ms"] / 1000 if slow else 0.0
        return FASTEST_S + SPREAD_S * self.chance.random() ** 3 + extra * self.chance.random()

    def fate(self, said: str) -> Fate:
        """What becomes of a request."""
        if not self.on:
            return FINE
        for name in REQUESTS:
            for one in self.on.get(f"PX:{name}", ()):
                if self.chance.random() < one.settings["share"]:
                    self.trail.fault(one.kind, said)
                    late_ms = one.settings.get("late_ms", 0)
                    return Fate(name, late_ms / 1000 * (0.5 + self.chance.random() / 2) if late_ms else 0.0)
        return FINE

    def connects(self, url: str) -> bool:
        """Whether a connection can be made."""
        for name in CONNECTS:
            for one in self.on.get(f"PX:{name}", ()):
                if self.chance.random() < one.settings["share"]:
                    self.trail.fault(one.kind, url)
                    return False
        return True

    def store(self) -> str:
        """What is wrong with the next write to the store; empty for nothing."""
        for name in STORE_WHILE:
            if f"DB:{name}" in self.on:
                self.trail.fault(f"DB:{name}")
                return name
        if self.store_once:
            name = self.store_once.pop(0)
            self.trail.fault(f"DB:{name}")
            return name
        return ""

    def commit_s(self) -> float:
        """How long a commit takes."""
        slow = self.on.get("DB:slow")
        if slow:
            self.trail.fault("DB:slow")
            late_ms: int = slow[0].settings["late_ms"]
            return COMMIT_S + late_ms / 1000 * self.chance.random()
        return COMMIT_S * (0.5 + self.chance.random())


@dataclass
class Crasher:
    """Kills at named points. `kill` is the world's; the point that was hit least often is aimed at."""

    chance: random.Random
    kill: Callable[[Pulse, str], None]
    visits: dict[str, int] = field(default_factory=dict)
    hits: dict[str, int] = field(default_factory=dict)
    armed: bool = False
    armings: int = 0
    target: str = ""

    def arm(self) -> int:
        """Let the next visit of a point be the last; gives this arming's number."""
        self.armed, self.target = True, ""
        self.armings += 1
        if self.visits:
            least = min(self.hits.get(name, 0) for name in self.visits)
            self.target = self.chance.choice([name for name in self.visits if self.hits.get(name, 0) == least])
        return self.armings

    def disarm(self) -> None:
        """The storm is over."""
        self.armed = False

    def point(self, pulse: Pulse, name: str) -> None:
        """The engine is at a named point. Raises Killed."""
        pulse.check()
        self.visits[name] = self.visits.get(name, 0) + 1
        if self.armed and self.target in ("", name):
            self.armed = False
            self.hits[name] = self.hits.get(name, 0) + 1
            self.kill(pulse, name)
            raise Killed(f"killed at {name}")
