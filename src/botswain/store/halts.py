"""What people have ordered that running engines must notice: one row that says how often, and the platform's halt.

An engine looks at this row every second and at its bots' rows only where the count has moved. A halt of one bot stands
in the bot's own row; the platform's halt stands here and holds for every bot, whatever its own row says.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from botswain.model.errors import BadInput, FailClosed
from botswain.store import bots, stops
from botswain.store.bots import Bot, DesiredState
from botswain.store.scope import Tx
from botswain.store.tables import meta

NAME = "orders_to_engines"
EVERYBODY = ""
# Engines look every second; so many bots are resumed one by one between two looks by nobody.
KEPT_LIFTED = 500
# Who halts a bot without anybody having asked for it: its own decision, kept by its journal; a start that refused it.
CORE, START = "core", "start"
# The same, and the parts of an engine that stop a bot where something does not add up.
ENGINE, ACCOUNT, RULES, RESOLVER = "engine", "account", "rules", "resolver"
# And where its venue is another one than its books are of: it is not started before somebody has looked.
VENUE = "venue"
BY_ITSELF = frozenset((CORE, START, ENGINE, ACCOUNT, RULES, RESOLVER, VENUE))


class Standing(msgspec.Struct, frozen=True):
    """changes: how many orders there were. The rest is the platform's halt; by is empty where there is none.

    lifted  which order lifted a halt last, by bot id (EVERYBODY: the platform's): one that was halted and resumed
            between two looks of its engine, or while none ran, stands as it stood before, and was resumed all the same
    """

    changes: int = 0
    reason: str = ""
    by: str = ""
    at_ms: int = 0
    lifted: dict[str, int] = {}

    def lifted_since(self, bot_id: str, changes: int) -> bool:
        """Whether a halt of a bot, or the platform's, was lifted after so many orders."""
        return max(self.lifted.get(bot_id, 0), self.lifted.get(EVERYBODY, 0)) > changes

    @property
    def halted(self) -> bool:
        """Whether everything is halted."""
        return bool(self.by)


async def standing(tx: Tx) -> Standing:
    """What stands now. Raises FailClosed where it cannot be read."""
    row = await tx.row(tx.select(meta, meta.c.value).where(meta.c.name == NAME))
    if row is None:
        return Standing()
    try:
        return msgspec.json.decode(str(row.value), type=Standing)
    except msgspec.DecodeError as error:
        raise FailClosed(
            f"whether everything is halted cannot be read ({error}); write it anew with botswain halt --all"
        ) from None


async def told(tx: Tx) -> Standing:
    """Have engines look at their bots' rows. tx must be the platform's."""
    before = await standing(tx)
    return await _put(tx, msgspec.structs.replace(before, changes=before.changes + 1))


async def halt_all(tx: Tx, reason: str, by: str, now_ms: int) -> Standing:
    """Halt everything; the first reason stays. tx must be the platform's."""
    try:
        before = await standing(tx)
    except FailClosed:
        before = Standing(now_ms)
    if before.halted:
        return before
    return await _put(tx, Standing(before.changes + 1, reason[: bots.REASON_LENGTH], by, now_ms, before.lifted))


async def resume_all(tx: Tx) -> Standing:
    """Lift the platform's halt; bots that are halted themselves stay so. Returns what stood. tx: the platform's."""
    before = await standing(tx)
    here = [EVERYBODY] if before.halted else []
    await _put(tx, Standing(before.changes + 1, lifted=lifted_too(before, here)))
    return before


def lifted_too(before: Standing, lifted: Sequence[str]) -> dict[str, int]:
    """What was lifted lately, with what the next order lifts."""
    found = {key: at for key, at in before.lifted.items() if key not in lifted}
    found |= dict.fromkeys(lifted, before.changes + 1)
    return dict(list(found.items())[-KEPT_LIFTED:])


async def halt_bot(tx: Tx, name: str, reason: str, by: str, now_ms: int, mode: str | None = None) -> Bot:
    """Halt one bot. tx must be the platform's.

    mode  what it may have working meanwhile; a bot that is halted already can be halted again with another one
    Raises BadInput where it is halted already, and nothing would change.
    """
    found = await current(tx, name)
    if found.halted_by is not None and mode in (None, found.halt_mode):
        raise BadInput(f"bot {name!r} is halted already, by {found.halted_by}: {found.halted_reason}")
    await bots.halt(tx, found.id, reason, by, now_ms, mode)
    await told(tx)
    return await bots.get(tx, found.id)


async def resume_bot(tx: Tx, name: str) -> Bot:
    """Lift one bot's halt; returns its row as it was. Raises BadInput where there is none to lift."""
    found = await current(tx, name)
    if found.halted_by is None:
        raise BadInput(f"bot {name!r} is not halted")
    if found.halted_by == CORE:
        raise BadInput(
            f"bot {name!r} was halted by its own decision ({found.halted_reason}), which its journal keeps; mend what "
            "led to it and start it under another name"
        )
    await bots.clear_halt(tx, found.id, version=found.version)
    before = await standing(tx)
    lifted = lifted_too(before, [found.id])
    await _put(tx, msgspec.structs.replace(before, changes=before.changes + 1, lifted=lifted))
    return found


async def wish(tx: Tx, name: str, state: DesiredState, stop_mode: str | None = None) -> Bot:
    """Ask for a bot to run or not, and how to stop it this once. tx must be the platform's. Raises BadInput."""
    found = await current(tx, name)
    due = state is DesiredState.STOPPED and (found.lease_owner is not None or await stops.has_left(tx, found.id))
    changed = await bots.set_desired_state(
        tx, found.id, state, version=found.version, stop_mode=stop_mode, stop_due=due
    )
    await told(tx)
    return changed


async def current(tx: Tx, name: str) -> Bot:
    """The bot of a name that may run. Raises BadInput where there is none, and for one that another has replaced."""
    found = await bots.by_name(tx, name)
    if found.archived_ms is not None:
        raise BadInput(f"bot {name!r} was put away: another edition of it has taken its place, or it was deleted")
    return found


async def _put(tx: Tx, new: Standing) -> Standing:
    text = msgspec.json.encode(new).decode()
    if await tx.change(tx.update(meta).where(meta.c.name == NAME).values(value=text)) == 0:
        await tx.insert(meta, {"name": NAME, "value": text})
    return new
