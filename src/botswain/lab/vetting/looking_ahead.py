"""Whether what comes later changes what was decided before.

Three ways: the run's candles behind a curtain that tells who looks beyond it; the candles cut off at several places;
and what comes after a place turned over. What was wanted, remembered and filled before must be the same.
"""

from __future__ import annotations

from collections.abc import Callable

from botswain.core.strategy import Strategy
from botswain.history.instants import iso
from botswain.lab.vetting.findings import Finding, Place, failed, fine
from botswain.lab.vetting.footsteps import parting
from botswain.lab.vetting.ground import Ground, plan_on
from botswain.lab.vetting.horizon import Horizon
from botswain.lab.vetting.probe import Seen, first_difference, probe
from botswain.lab.vetting.subject import Subject

CHECK = "look-ahead"
REMEDY = "decide by now, was, candle and my only; keep older values in my.mem"
# Where the future is cut off, and where it is turned over, as parts of the candles; of that so much is run.
CUTS = (0.3, 0.55, 0.8, 0.97)
TURNS = (0.15, 0.25, 0.4, 0.5, 0.6, 0.7, 0.85, 0.95)
AFTER = 60


def look_ahead(subject: Subject, strategy: Strategy, ground: Ground, seen: Seen) -> list[Finding]:
    """What was found; `seen` is the run over all candles."""
    horizon = Horizon()
    probe(plan_on(ground, strategy), ground.market(strategy), watching=horizon.around)
    if horizon.seen:
        return [
            failed(CHECK, f"it reads {name} of {ahead} candles ahead", place, REMEDY, f"+{ahead}")
            for place, (name, ahead) in horizon.seen.items()
        ]
    for parts, other, words in (
        (CUTS, Ground.until, "without the candles from {time} on"),
        (TURNS, Ground.otherwise, "with other candles from {time} on"),
    ):
        for part in parts:
            place = int(part * len(ground.candles))
            changed = before_it(subject, strategy, ground, seen, place, other, words)
            if changed is not None:
                return [changed]
    count = f"{len(CUTS)} cuts, {len(TURNS)} other futures"
    return [fine(CHECK, "what comes later changes nothing that was wanted or filled before", count)]


def before_it(
    subject: Subject,
    strategy: Strategy,
    ground: Ground,
    seen: Seen,
    place: int,
    other: Callable[[Ground, int], Ground],
    words: str,
) -> Finding | None:
    """The finding where the run before `place` comes out otherwise on an other ground."""
    before_ms = int(ground.candles.ts[place])
    changed = other(ground, place).until(min(place + AFTER, len(ground.candles)))
    plan = plan_on(ground, strategy)
    again = probe(plan, changed.market(strategy))
    call = first_difference(seen, again, before_ms)
    if call is None:
        if fills(seen, before_ms) == fills(again, before_ms):
            return None
        return failed(CHECK, f"it fills otherwise {words.format(time=iso(before_ms))}", subject.step, REMEDY)
    at_ms = (seen if call < len(seen.calls) else again).calls[call].at_ms
    where, values = apart(subject.step, *(probe(plan, one.market(strategy), way_of=call) for one in (ground, changed)))
    what = f"{words.format(time=iso(before_ms))} it decides otherwise at the candle of {iso(at_ms)}, before them"
    return failed(CHECK, what, where, REMEDY, values)


def apart(step: Place, one: Seen, other: Seen) -> tuple[Place, str]:
    """The line at which the ways of one call part in two runs, and by which values; the step where they do not."""
    found = parting(one.way, other.way)
    return (step, "") if found is None else found


def fills(seen: Seen, before_ms: int) -> list[object]:
    """The fills of a run before a time."""
    assert seen.result is not None
    return [one for one in seen.result.fills if one.time_ms < before_ms]
