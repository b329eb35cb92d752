"""Which process stands behind a lease, as text in the database and back.

Apart from leases themselves, for who only looks whether that process lives (the API) needs nothing of an engine.
"""

from __future__ import annotations

from dataclasses import dataclass

WORDS = 4


@dataclass(frozen=True, slots=True)
class Owner:
    """A process: its host, its number there, when it started in the host's own measure, and since when by the clock.

    started  empty where the host does not tell
    """

    host: str
    pid: int
    started: str
    since_ms: int

    def text(self) -> str:
        """As it stands in a lease."""
        return f"{self.host} {self.pid} {self.started or '-'} {self.since_ms}"


def owner_of(text: str) -> Owner | None:
    """The process behind a lease; None where the text is not one of ours."""
    words = text.split(" ")
    if len(words) != WORDS or not (words[1].isdecimal() and words[3].isdecimal()):
        return None
    return Owner(words[0], int(words[1]), "" if words[2] == "-" else words[2], int(words[3]))
