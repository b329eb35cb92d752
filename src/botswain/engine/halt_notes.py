"""Halts in the emergency file: kept there while the database does not answer, and moved into it when it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from botswain.control.noted_halts import written
from botswain.engine.fleet import Parts
from botswain.engine.live_runner import Runner
from botswain.model.news import HALTS, Mode
from botswain.store.bots import REASON_LENGTH
from botswain.store.emergency import Halting


@dataclass(frozen=True, slots=True)
class Halt:
    """Who pulled it, why, and on what: platform or bot. mode: what may work meanwhile."""

    level: str
    by: str
    why: str
    mode: Mode = Mode.CANCEL_ENTRIES

    def text(self) -> str:
        """In words."""
        return f"halted ({self.level}) by {self.by}: {self.why}"


def mode_of(word: str | None) -> Mode:
    """What a halted bot may have working, by the word in its row; what reduces where there is none."""
    return HALTS.get(word or "", Mode.CANCEL_ENTRIES)


async def merge_halts(parts: Parts, say: Callable[[str], None]) -> None:
    """Move the halts in the emergency file into the database. Raises Unavailable and Deferred where that fails."""
    file = parts.emergency
    if file is None:
        return
    found = file.pending()
    for line in found.broken:
        say(f"line {line + 1} of {file.path} was cut off and is not obeyed; was a halt ordered just then? Halt again")
    waiting = found.halts()
    if not waiting:
        return
    async with parts.store.transaction(None) as tx:
        await written(tx, waiting.values(), say)
    file.done(list(waiting), parts.now_ms())


def note_halt(parts: Parts, bot: str, reason: str, by: str) -> bool:
    """Keep a halt that the database does not take; False where there is no file for it."""
    if parts.emergency is None:
        return False
    parts.emergency.append(Halting(bot, reason[:REASON_LENGTH], by, parts.now_ms()))
    return True


def noted_halts(parts: Parts, runners: Iterable[Runner]) -> dict[str, Halt]:
    """The halts in the file that concern these bots, by bot id."""
    if parts.emergency is None:
        return {}
    waiting = parts.emergency.pending().halts().values()
    everything = next((one for one in waiting if not one.bot), None)
    found: dict[str, Halt] = {}
    for runner in runners:
        own = next((one for one in waiting if one.bot == runner.name), None)
        if everything is not None:
            found[runner.bot_id] = Halt("platform", everything.by, everything.reason)
        elif own is not None:
            found[runner.bot_id] = Halt("bot", own.by, own.reason, mode_of(own.mode))
    return found
