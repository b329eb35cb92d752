"""What a strategy's decision rests on, as far as it can say so: conditions, and whether each held.

Read from its parameters and its memory, which the journal keeps with every decision that changed it; so what is shown
later is what was so then.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ground:
    """One condition.

    what   which part of the decision it belongs to, such as entry_long
    text   in words
    holds  None where something that it reads had no value, or where nothing has been decided yet
    reads  the names of the indicators that it reads
    """

    what: str
    text: str
    holds: bool | None
    reads: tuple[str, ...]
