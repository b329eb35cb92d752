"""A check without a process of its own: quicker, for all that does not end the process."""

from __future__ import annotations

from pathlib import Path

from tests.cli.shell import KERNELS

from botswain.lab.vetting.child import Examiner
from botswain.lab.vetting.findings import Finding
from botswain.lab.vetting.ground import ground_of
from botswain.lab.vetting.job import Job
from botswain.lab.vetting.made_candles import made_candles

BAD = Path(__file__).parent / "bad"


def examined_here(word: str | Path, hours: int = 400, **params: str) -> list[Finding]:
    """What is found of a strategy on so many hours."""
    found: list[Finding] = []

    def tell(said):
        if said.finding is not None:
            found.append(said.finding)

    Examiner(Job(str(word), params, cache=str(KERNELS)), ground_of(made_candles(hours)), tell).examine()
    return found


def source_line(one: Finding) -> str:
    """The line that a finding names."""
    return Path(one.file).read_text().splitlines()[one.line - 1].strip()


def wrong(found: list[Finding]) -> list[tuple[str, str]]:
    """What must be mended: the question, and the line."""
    return [(one.check, source_line(one) if one.line else "") for one in found if one.verdict == "failed"]
