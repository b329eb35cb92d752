"""Bots of lists as JSON, remembered by what they were written from: of 200 bots few have changed since the last list.

Nothing tells of changes here and nothing can go stale: a bot's text is used again only where all that is shown of it
is equal to what it was written from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec

from botswain.api.shown import bot_shown
from botswain.control.bots import Seen

MOST_KEPT = 5_000


@dataclass
class BotRows:
    """One for a process; it may forget at any time."""

    kept: dict[str, tuple[tuple[Any, ...], msgspec.Raw]] = field(default_factory=dict)

    def of(self, found: Seen) -> msgspec.Raw:
        """A bot as `Bot` has it, as JSON."""
        key = shown_of(found)
        before = self.kept.get(found.bot.id)
        if before is not None and before[0] == key:
            return before[1]
        made = msgspec.Raw(msgspec.json.encode(bot_shown(found)))
        if len(self.kept) >= MOST_KEPT:
            self.kept.clear()
        self.kept[found.bot.id] = (key, made)
        return made


def shown_of(found: Seen) -> tuple[Any, ...]:
    """All that `bot_shown` reads. Of the bot's row not the lease, which is renewed all the time."""
    bot = found.bot
    return (
        found.figure,
        found.state,
        found.halt,
        found.looks,
        found.blocked,
        found.account,
        (
            bot.name,
            bot.config,
            bot.account_id,
            bot.desired_state,
            bot.edition,
            bot.version,
            bot.created_ms,
            bot.archived_ms,
        ),
    )
