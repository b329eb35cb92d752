"""What goes wrong and when, drawn from the seed before the run begins, so that no engine can change its own weather.

Swarm style: each seed enables a random part of the kinds, each at a rate of its own. Faults come in storms; after each
storm there is a calm in which everything must come to rest, and is then compared to the last unit.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from botswain.model.errors import BadInput, near
from botswain.simulation.kinds_table import KINDS, SETS, WEIGHTS, Settings

DAY_MS = 86_400_000
PERIOD_MS = 3 * 3_600_000
STORM_FROM, STORM_UNTIL = 0.06, 0.62
PER_DAY = 110
ENABLED = 0.5
MOST_TIMES = 3


@dataclass(frozen=True, slots=True)
class Injection:
    """A fault of the plan: on at at_ms (true time); until_ms: when it is lifted, at the latest at the storm's end."""

    at_ms: int
    until_ms: int
    kind: str
    settings: Settings
    times: int = 1

    @property
    def group(self) -> str:
        """FX, PX, CK, DB or CP."""
        return self.kind.partition(":")[0]

    @property
    def name(self) -> str:
        """Its name within the group."""
        return self.kind.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Plan:
    """A run's faults in order of time, the ends of its storms, and the ends of its calms (when all is compared)."""

    injections: tuple[Injection, ...]
    storms: tuple[tuple[int, int], ...]
    rests: tuple[int, ...]


def draw(seed: int, faults: str, start_ms: int, end_ms: int, per_day: float = PER_DAY) -> Plan:
    """The plan of a seed. faults: one of SETS, or several with commas. Raises BadInput."""
    length_ms = end_ms - start_ms
    if length_ms <= 0:
        raise BadInput(f"a run of {length_ms} ms has no time; give more days")
    count = max(round(length_ms / PERIOD_MS), 1)
    periods = [(start_ms + length_ms * k // count, start_ms + length_ms * (k + 1) // count) for k in range(count)]
    storms = tuple(
        (int(begin + STORM_FROM * (end - begin)), int(begin + STORM_UNTIL * (end - begin))) for begin, end in periods
    )
    chance = random.Random(f"plan {seed} {faults}")
    weights = rates(chance, faults)
    injections: list[Injection] = []
    if weights:
        for _ in range(max(round(per_day * length_ms / DAY_MS), 1)):
            injections.append(injection(chance, weights, chance.choice(storms)))
    injections.sort(key=lambda one: one.at_ms)
    return Plan(tuple(injections), storms, tuple(end - 1 for _, end in periods))


def rates(chance: random.Random, faults: str) -> dict[str, float]:
    """The kinds that this seed enables, and how often each comes against the others. Raises BadInput."""
    groups = faults.split(",")
    for one in groups:
        if one not in SETS:
            raise BadInput(f"fault set {one!r} is unknown{near(one, SETS)}")
    found = {}
    for name, kind in KINDS.items():
        enabled, rate = chance.random() < ENABLED, chance.expovariate(1.0)
        if ("all" in groups or any(one in groups for one in kind.groups)) and enabled:
            found[name] = (0.2 + rate) * WEIGHTS.get(name, 1)
    if not found and groups != ["none"]:
        name = chance.choice([one for one, kind in KINDS.items() if "all" in groups or set(groups) & set(kind.groups)])
        found[name] = 1.0
    return found


def injection(chance: random.Random, weights: dict[str, float], storm: tuple[int, int]) -> Injection:
    """One fault somewhere in a storm."""
    [name] = chance.choices(list(weights), list(weights.values()))
    kind = KINDS[name]
    at_ms = chance.randrange(*storm)
    until_ms = storm[1]
    if kind.lasts_ms is not None:
        until_ms = min(at_ms + chance.randrange(*kind.lasts_ms), until_ms)
    return Injection(at_ms, until_ms, name, kind.draw(chance), chance.randint(1, MOST_TIMES))
