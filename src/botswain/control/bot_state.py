"""How a bot stands, in one word, and what a person should look at: from its row and the platform's halt. Pure.

running   somebody runs it and it may open positions
starting  it is wanted to run and nobody runs it yet
stopping  it is wanted to stop and somebody still runs it
stopped   it is not wanted to run and nobody runs it
paused    a person has it open nothing
halted    something else has: its own decision, the engine, a halt of everything
refused   a start refused it and said why
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from botswain.store.accounts import Account
from botswain.store.bots import Bot, DesiredState
from botswain.store.halts import BY_ITSELF, CORE, START, Standing

State = Literal["running", "starting", "stopping", "stopped", "paused", "halted", "refused"]
STATES: tuple[State, ...] = ("running", "starting", "stopping", "stopped", "paused", "halted", "refused")
# What a person's halt has a bot do with what it has working (`halt_mode`).
CANCEL_ENTRIES, FLATTEN = "cancel_entries", "flatten"


@dataclass(frozen=True, slots=True)
class Halted:
    """Why it opens nothing. can_resume: whether a person may lift it at the bot."""

    reason: str
    by: str
    at_ms: int
    can_resume: bool


@dataclass(frozen=True, slots=True)
class Look:
    """Something a person should look at."""

    code: str
    message: str


def is_held(bot: Bot, now_ms: int, dead: bool) -> bool:
    """Whether a process has it."""
    return bot.lease_owner is not None and bot.lease_until_ms > now_ms and not dead


def state_of(bot: Bot, account: Account, everything: Standing, *, held: bool) -> State:
    """The word."""
    wanted = bot.desired_state is DesiredState.RUNNING
    if account.offline:
        wanted = held  # botswain trade runs it, and asks nobody
    if not wanted:
        return "stopping" if held else "stopped"
    if bot.halted_by == START:
        return "refused"
    if bot.halted_by is not None:
        return "halted" if bot.halted_by in BY_ITSELF else "paused"
    if everything.halted:
        return "halted"
    return "running" if held else "starting"


def halt_of(bot: Bot, everything: Standing) -> Halted | None:
    """What keeps it from opening positions: its own halt before that of everything."""
    if bot.halted_by is not None:
        return Halted(bot.halted_reason or "", bot.halted_by, bot.halted_ms or 0, bot.halted_by != CORE)
    if everything.halted:
        return Halted(everything.reason, everything.by, everything.at_ms, can_resume=False)
    return None


def looks_of(bot: Bot, account: Account, state: State, *, ready: bool) -> list[Look]:
    """What a person should look at, and what to do."""
    found = []
    if state == "refused":
        found.append(Look("refused", f"it could not be started: {bot.halted_reason}. Mend that, then resume it"))
    if state == "halted" and bot.halted_by == CORE:
        found.append(
            Look("halted", f"it halted itself: {bot.halted_reason}. Stop it, and give it other settings to go on")
        )
    if state == "halted" and bot.halted_by not in (None, CORE):
        found.append(Look("halted", f"{bot.halted_by} halted it: {bot.halted_reason}. Resume it when that is mended"))
    if state == "stopped" and bot.stop_due:
        how = (bot.stop_mode or "as its settings say").replace("_", " ")
        said = f"it is to be stopped ({how}), and no engine has carried that out yet; start botswain engine"
        found.append(Look("stop_waits", said))
    if state == "starting" and not ready:
        found.append(Look("no_key", f"account {account.name!r} has no key, so it cannot trade; add one"))
    elif state == "starting":
        found.append(Look("nobody_runs_it", "no engine has taken it up yet; start botswain engine if none runs"))
    return found
