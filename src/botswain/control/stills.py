"""What engines last said of bots that stand still although they run. It is gone with the process.

No row holds it: an engine that starts, or hears that somebody listens, says it of all of its bots again.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from botswain.control.bot_state import Look, State

CODE = "stands_still"
MOST_KEPT = 10_000


@dataclass
class Stills:
    """why: by bot, for those that stand still."""

    why: dict[str, str] = field(default_factory=dict)

    def take(self, bot_id: str, why: str) -> None:
        """A word of an engine; an empty one says that it does not any more."""
        self.why.pop(bot_id, None)
        if why:
            if len(self.why) >= MOST_KEPT:
                self.why.clear()
            self.why[bot_id] = why

    def look(self, bot_id: str, state: State) -> Look | None:
        """What a person should look at. A bot that does not run asks for nothing, whatever was said before."""
        why = self.why.get(bot_id)
        return Look(CODE, said_of(why)) if why is not None and state == "running" else None


def said_of(why: str, who: str = "it") -> str:
    """What is said of a bot that stands still."""
    return f"{who} stands still: {why.rstrip('.')}. Look at its orders, and mend what the venue says"
