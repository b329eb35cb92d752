"""Whether the same candles give the same decisions: twice in one process, in another process, and as machine code."""

from __future__ import annotations

import hashlib

from botswain.core.strategy import Strategy
from botswain.history.instants import iso
from botswain.lab.vetting.findings import Finding, failed, fine
from botswain.lab.vetting.ground import Ground, plan_on
from botswain.lab.vetting.looking_ahead import apart
from botswain.lab.vetting.probe import Seen, first_difference, probe
from botswain.lab.vetting.subject import Subject

CHECK = "same again"
REMEDY = (
    "a decision may hang on candles, parameters and my.mem only: keep numbers in my.mem, and leave out chance, clock, "
    "environment, files and the module's own variables"
)
# Chance may give the same once more; so often it is looked again for where two ways part.
TRIES = 6


def twice(subject: Subject, strategy: Strategy, ground: Ground, seen: Seen) -> list[Finding]:
    """Whether a second run in this process gives what the first gave."""
    plan = plan_on(ground, strategy)
    call = first_difference(seen, probe(plan, ground.market(strategy)))
    if call is None:
        return []
    what = f"a second run over the same candles decides otherwise {at(seen, call)}"
    for _ in range(TRIES):
        ways = [probe(plan, ground.market(strategy), way_of=call) for _ in range(2)]
        place, values = apart(subject.step, *ways)
        if place != subject.step:
            break
    return [failed(CHECK, what, place, REMEDY, values)]


def digests(seen: Seen) -> list[str]:
    """What each call came to, to be compared with another process."""
    return [hashlib.sha256(one.said.encode()).hexdigest()[:16] for one in seen.calls]


def same(count: int) -> Finding:
    """All runs were the same."""
    return fine(CHECK, "two runs and two processes decide the same", f"{count:,} calls")


def at(seen: Seen, call: int) -> str:
    """When a call was, in words."""
    return f"at the candle of {iso(seen.calls[call].at_ms)}" if call < len(seen.calls) else "at the end"
