"""Whether a step becomes machine code, and whether machine code decides what Python decides."""

from __future__ import annotations

from pathlib import Path

from botswain.core.strategy import Strategy
from botswain.lab.result import Result
from botswain.lab.run import run
from botswain.lab.vetting.findings import Finding, failed, fine, place_in
from botswain.lab.vetting.ground import Ground, plan_on
from botswain.lab.vetting.probe import Seen
from botswain.lab.vetting.subject import Subject

CHECK = "compiles"
REMEDY = "write it as docs/strategies.md has it under What compiles; as it is it runs in Python, and much slower"


def compiles(subject: Subject, strategy: Strategy, ground: Ground, seen: Seen, folder: Path | None) -> list[Finding]:
    """What was found; `seen` is the same run in Python."""
    market = ground.market(strategy)
    plan = plan_on(ground, strategy)
    ran = run(plan, market, curve=False, folder=folder)
    if ran.in_python:
        return [failed(CHECK, ran.in_python, place_in(ran.in_python, subject.step), REMEDY)]
    compiled = Result(plan, market, ran)
    assert seen.result is not None
    pairs = zip(compiled.fills, seen.result.fills, strict=False)
    other = next((pair for pair in pairs if pair[0] != pair[1]), None)
    if other is not None or len(compiled.fills) != len(seen.result.fills):
        at = f"the fill at {other[0].time_ms} ms is {other[0]} and {other[1]}" if other else "one has more fills"
        return [
            failed(
                CHECK,
                f"machine code and Python decide otherwise: {at}",
                subject.step,
                "keep to + - * / and comparisons, above() and below()",
                f"{len(compiled.fills)} and {len(seen.result.fills)} fills",
            )
        ]
    return [fine(CHECK, "to machine code, which decides as Python does", f"{len(compiled.fills)} fills")]
