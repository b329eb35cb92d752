"""A bot's memory as the core's plain functions look at it outside of compiled code.

`core.simulate` asks for the venue's position; live the venue is somewhere else, and what the bot knows of it is its
own ledger, dust included.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class Looking:
    """A State for the core's plain functions to look at, whatever form it has: the names `core.access` reads."""

    def __init__(self, state: Any) -> None:
        self.rows = state.parts["rows"]
        self.lanes = Positions(state)
        self.terms = state.parts["terms"]
        self.width = state.width


class Positions:
    """Lanes whose venue position is what the ledger holds, dust included: the bot's own view of it."""

    def __init__(self, state: Any) -> None:
        self.books = state.parts["books"]

    def __getitem__(self, s: int) -> Any:
        return Held(int(self.books[s].pos) + int(self.books[s].dust))


@dataclass(frozen=True, slots=True)
class Held:
    """A position where the core looks for the venue's."""

    venue_pos: int
