"""`examined(job)`: everything that is found of a strategy, by processes of their own.

One process asks every question. A second one, which hashes otherwise, decides over the same candles, and where the two
decide otherwise both show their way. A process that was ended instead says where it stood.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec

from botswain.build.ahead import environment
from botswain.build.line_budget import is_authors
from botswain.history.instants import iso
from botswain.lab.vetting.findings import Finding, Place, failed
from botswain.lab.vetting.footsteps import parting
from botswain.lab.vetting.job import Job, Said
from botswain.lab.vetting.sameness import CHECK, REMEDY, same
from botswain.model.errors import BadInput

# What is drawn at each loading may come out the same once more.
TRIES = 3
COMMAND = ("-P", "-m", "botswain.lab.vetting.child")
STOOD = re.compile(r'^  File "(?P<file>.*)", line (?P<line>\d+) in ', re.MULTILINE)
Tell = Callable[[str], None]


@dataclass(slots=True)
class Heard:
    """What a process said."""

    found: list[Finding] = field(default_factory=list)
    last: Said | None = None
    at: str = ""
    code: int = 0
    errors: str = ""


def examined(job: Job, tell: Tell = lambda _at: None) -> list[Finding]:
    """Every finding. `tell` is told where it is. Raises BadInput where nothing can be looked at."""
    heard = done_by(job, "1", tell)
    if heard.last is None:
        return [*heard.found, ended(heard)]
    if heard.last.refused:
        raise BadInput(heard.last.refused)
    if not heard.last.digests:
        return heard.found
    tell("in another process")
    other = done_by(msgspec.structs.replace(job, work="digests"), "2", tell)
    if other.last is None:
        return [*heard.found, ended(other)]
    return [*heard.found, compared(job, heard.last, other.last)]


def compared(job: Job, one: Said, other: Said) -> Finding:
    """Whether two processes decided the same, and where they part."""
    pairs = enumerate(zip(one.digests, other.digests, strict=False))
    call = next((place for place, (mine, yours) in pairs if mine != yours), None)
    if call is None and len(one.digests) == len(other.digests):
        return same(len(one.digests))
    if call is None:
        call = min(len(one.digests), len(other.digests))
    wanted = msgspec.structs.replace(job, work="way", call=call)
    step = Place(*other.step)
    place, values = step, ""
    for _ in range(TRIES):
        one_way, other_way = (done_by(wanted, hashing, lambda _at: None).last for hashing in ("1", "2"))
        found = parting(one_way.way, other_way.way) if one_way is not None and other_way is not None else None
        if found is not None:
            place, values = found
            break
    times = one.times if call < len(one.times) else other.times
    at = f"at the candle of {iso(times[call])}" if call < len(times) else "at the end"
    return failed(CHECK, f"another process decides otherwise {at}", place, REMEDY, values)


def ended(heard: Heard) -> Finding:
    """What is said of a process that was ended: by the watch, or by the strategy itself."""
    own = [one for one in STOOD.finditer(heard.errors) if is_authors(one["file"])]
    place = Place(own[0]["file"], int(own[0]["line"])) if own else None
    if "Timeout (" in heard.errors:
        return failed("ends", "it takes for ever: it stood still in this line", place, "leave the line out", heard.at)
    what = f"it ended the process that looked at it, with {heard.code}, while at: {heard.at or 'the beginning'}"
    lines = heard.errors.strip().splitlines()
    return failed("ends", what, place, "a strategy decides and does nothing else", lines[-1] if lines else "")


def done_by(job: Job, hashing: str, tell: Tell) -> Heard:
    """Have a process do a job, and hear all it says."""
    heard = Heard()
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            [sys.executable, *COMMAND],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=environment() | {"PYTHONHASHSEED": hashing},
        )
        assert child.stdin is not None
        assert child.stdout is not None
        try:
            child.stdin.write(msgspec.json.encode(job) + b"\n")
            child.stdin.flush()
            for line in child.stdout:
                said = msgspec.json.decode(line, type=Said)
                hear(heard, said, tell)
        except BrokenPipeError:
            pass  # it was ended before it read; its code says so
        finally:
            child.stdin.close()
            child.stdout.close()
            heard.code = child.wait()
        errors.seek(0)
        heard.errors = errors.read().decode(errors="replace")
    return heard


def hear(heard: Heard, said: Said, tell: Tell) -> None:
    """One line of what a process says."""
    if said.finding is not None:
        heard.found.append(said.finding)
    elif said.done:
        heard.last = said
    else:
        heard.at = said.at
        tell(said.at)
