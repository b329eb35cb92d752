"""What a process that looks at a strategy is given, and what it says."""

from __future__ import annotations

from typing import Literal

import msgspec

from botswain.lab.vetting.findings import Finding
from botswain.lab.vetting.footsteps import Footstep


class CandlesAsked(msgspec.Struct, frozen=True):
    """Which candles: as `--candles` names them; an empty target means those that ship."""

    target: str = ""
    symbol: str | None = None
    timeframe: str | None = None
    venue: str | None = None
    store: str = ""


class Job(msgspec.Struct, frozen=True):
    """A strategy by its word, its parameters as text, and what it is tried on.

    own, cache  the folder of a user's strategies, and of compiled code; empty for none
    work        all: every question; digests: only what each call comes to; way: how one call goes, line by line
    stuck_s     how long one call, or the loading, may stand in one line before the process is ended
    """

    word: str
    params: dict[str, str] = {}
    candles: CandlesAsked = CandlesAsked()
    own: str = ""
    cache: str = ""
    work: Literal["all", "digests", "way"] = "all"
    call: int = 0
    stuck_s: float = 20.0


class Said(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of what such a process says: where it is, a finding, or at its end what its work came to."""

    at: str = ""
    finding: Finding | None = None
    refused: str = ""
    done: bool = False
    digests: list[str] = []
    times: list[int] = []
    way: list[Footstep] = []
    step: tuple[str, int] = ("", 0)
