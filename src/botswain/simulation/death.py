"""Kill -9, simulated: a pulse that every port of a life asks, and the exception that stands for not being there."""

from __future__ import annotations

from dataclasses import dataclass


class Killed(BaseException):
    """The process is gone. Nobody may catch it: what still runs afterwards is the interpreter taking down the stack."""


@dataclass
class Pulse:
    """Whether a life still lives."""

    life: int
    beats: bool = True

    def check(self) -> None:
        """Raises Killed for a dead life: its bytes go nowhere."""
        if not self.beats:
            raise Killed(f"life {self.life} is over")
