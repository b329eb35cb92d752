"""Judges branch coverage room by room, from the JSON report of coverage.py, and prints the table.

One number for the whole package would let a well-tested command line pay for an untested ledger; so the rooms that
compute money are judged alone, and the rest together. It measures nothing itself: `make test` does. Compiled functions
are plain Python until they are linked, so the tests that call them interpreted are what is counted here.

    python tools/check_coverage.py REPORT.json      exits 1 when a room is under its limit, 2 without a usable report
"""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

# Every order and every unit of money goes through these two (reconcile is a module of core): a branch that no test
# takes is a trade that nobody has checked.
EXACT_ROOMS = ("core", "ledger")
EXACT_PERCENT = 100.0

# All other rooms together: what is left over is mostly refusals by an operating system that a test cannot provoke.
REST_PERCENT = 85.0

PACKAGE = "botswain"

# Stands for the modules beside the rooms, such as main.py.
TOP = "(top)"


@dataclass
class Tally:
    """Counts of one room: statements and branches there are, and how many of each a test has taken."""

    statements: int = 0
    statements_taken: int = 0
    branches: int = 0
    branches_taken: int = 0
    missing: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.statements += other.statements
        self.statements_taken += other.statements_taken
        self.branches += other.branches
        self.branches_taken += other.branches_taken
        self.missing += other.missing

    @property
    def percent(self) -> float:
        """Share of statements and branches taken, 0 to 100; 100 only when none is left, whatever rounding says."""
        there = self.statements + self.branches
        return 100.0 * (self.statements_taken + self.branches_taken) / there if there else 100.0


def rooms(report: dict[str, Any]) -> dict[str, Tally]:
    """One tally a room of src/botswain; modules beside the rooms are under TOP. KeyError without branch counts."""
    tallies: dict[str, Tally] = {}
    for name, measured in sorted(report["files"].items()):
        parts = Path(name.replace("\\", "/")).parts
        if PACKAGE not in parts:
            continue
        inside = parts[parts.index(PACKAGE) + 1 :]
        room = inside[0] if len(inside) > 1 else TOP
        tallies.setdefault(room, Tally()).add(tally_of(name, measured))
    return tallies


def tally_of(name: str, measured: dict[str, Any]) -> Tally:
    summary = measured["summary"]
    lines = list(ranges(measured["missing_lines"]))
    branches = [f"{start}->{'exit' if end <= 0 else end}" for start, end in measured["missing_branches"]]
    return Tally(
        summary["num_statements"],
        summary["covered_lines"],
        summary["num_branches"],
        summary["covered_branches"],
        [f"{name}: {', '.join(lines + branches)}"] if lines or branches else [],
    )


def ranges(lines: list[int]) -> Iterator[str]:
    """Ascending line numbers with neighbours joined: [1, 4, 5, 6] gives "1", "4-6"."""
    for _, group in groupby(enumerate(lines), lambda pair: pair[1] - pair[0]):
        run = [line for _, line in group]
        yield f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}"


def table(tallies: dict[str, Tally]) -> Iterable[str]:
    """The printed lines: the exact rooms first, then the others by name, then the others together."""
    others = sorted(set(tallies) - set(EXACT_ROOMS))
    yield f"{'room':<12}{'statements':>12}{'branches':>12}{'percent':>10}{'limit':>10}"
    for name in [*EXACT_ROOMS, *others]:
        if name in tallies:
            yield row(name, tallies[name], f"{EXACT_PERCENT:.1f}" if name in EXACT_ROOMS else "")
    yield row("the rest", rest_of(tallies), f"{REST_PERCENT:.1f}")


def row(name: str, tally: Tally, limit: str) -> str:
    percent = int(tally.percent * 100) / 100
    return f"{name:<12}{tally.statements:>12}{tally.branches:>12}{percent:>10.2f}{limit:>10}"


def rest_of(tallies: dict[str, Tally]) -> Tally:
    rest = Tally()
    for name, tally in tallies.items():
        if name not in EXACT_ROOMS:
            rest.add(tally)
    return rest


def failures(tallies: dict[str, Tally]) -> Iterable[str]:
    """What is under its limit, each with the lines and branches (from->to) that no test takes."""
    for name in EXACT_ROOMS:
        if name not in tallies:
            yield f"room {name} is not in the report; it must be measured at {EXACT_PERCENT:.1f} %"
        elif tallies[name].percent < EXACT_PERCENT:
            yield f"room {name} is under {EXACT_PERCENT:.1f} %. Not taken by any test:"
            yield from (f"  {line}" for line in tallies[name].missing)
    rest = rest_of(tallies)
    if rest.percent < REST_PERCENT:
        yield f"the rest is at {rest.percent:.2f} %, under {REST_PERCENT:.1f} %. Not taken by any test:"
        yield from (f"  {line}" for line in rest.missing)


def main(arguments: list[str]) -> int:
    """Prints the table of the report named in `arguments`. 0 when every room reaches its limit."""
    path = Path(arguments[0]) if len(arguments) == 1 else Path()
    try:
        tallies = rooms(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError) as error:
        print(
            f"check_coverage: no usable branch report at {path} ({error!r}); make one with: make test", file=sys.stderr
        )
        return 2
    print("\n".join(table(tallies)))
    found = list(failures(tallies))
    print("\n".join(found) if found else "check_coverage: every room reaches its limit")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
