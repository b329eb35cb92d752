"""What several processes behind one address have used of a venue's weight: each tells the others what it heard last.

The venue counts by address, and an engine and its gateway stand behind the same one: the engine reads the market, the
gateway reads accounts and sends. Each reply tells the venue's count to whoever asked; here it is passed on, and each
side reckons with the greater figure of the window. What the other has on its way is not known: it shows in the next
reply, and the reserve is there for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from botswain.model.weights import Used


class Meter(Protocol):
    """One address's budget."""

    def last(self) -> Used:
        """What was heard last."""
        ...

    def told(self, used: Used) -> None:
        """Reckon with what another process heard; older windows change nothing."""
        ...


class Meters:
    """The budgets of this process by address; `held` may grow."""

    def __init__(self, held: Mapping[str, Meter] | None = None) -> None:
        self._held: Mapping[str, Meter] = held if held is not None else {}

    def last(self) -> tuple[Used, ...]:
        """What was heard last, of every address."""
        return tuple(one.last() for one in self._held.values())

    def told(self, found: Iterable[Used]) -> None:
        """Take what the other side says; addresses that are not asked from here are no matter."""
        for one in found:
            meter = self._held.get(one.address)
            if meter is not None:
                meter.told(one)
