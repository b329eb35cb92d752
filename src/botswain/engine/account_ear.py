"""Listens to an account's private events on behalf of its actor, and remembers why it cannot be heard, for people."""

from __future__ import annotations

from botswain.model.order_events import UserEvent
from botswain.model.ports import AccountListener


class Ear:
    """Passes everything on. `why` is empty while the account is heard."""

    def __init__(self, listener: AccountListener) -> None:
        self._listener = listener
        self.why = "it was not heard yet"

    def told(self, event: UserEvent) -> None:
        """An event."""
        self._listener.told(event)

    def live(self, missed_since_ms: int | None) -> None:
        """Heard from now on."""
        self.why = ""
        self._listener.live(missed_since_ms)

    def down(self, why: str, since_ms: int) -> None:
        """Nothing is heard since then."""
        self.why = why
        self._listener.down(why, since_ms)

    def reported(self, problem: str) -> None:
        """A message that could not be read."""
        self._listener.reported(problem)
