"""Bots that somebody wanted stopped while nobody ran them: what they have at the venue, which no stop has looked after.

A stop is what the process does that runs a bot. Where there is none nothing is taken off and nothing is sold, and a bot
that is not wanted to run is not started for that: it would trade. So it is said what is left, and what to do.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from botswain.control.config import STOP_POLICIES, bot_of
from botswain.core.codes import PROTECTIVE, REDUCE_ONLY
from botswain.engine.fleet import Parts
from botswain.model.news import POLICIES, Mode
from botswain.store import orders, positions
from botswain.store.bots import Bot, DesiredState
from botswain.store.scope import Tx


def way_of(row: Bot) -> Mode:
    """How a bot is to be stopped: as it was asked for this once, or as its settings say."""
    if row.stop_mode in POLICIES:
        return POLICIES[str(row.stop_mode)]
    try:
        return STOP_POLICIES[bot_of(row.config)[0].on_stop]
    except msgspec.DecodeError:
        return Mode.LEAVE  # nobody knows


async def left_of(tx: Tx, row: Bot) -> str:
    """What a bot's books have at the venue that its stop would have ended, in words; empty where there is nothing."""
    way = way_of(row)
    if way is Mode.LEAVE:
        return ""
    working = await orders.unfinished(tx, row.id)
    if way is Mode.CANCEL_ENTRIES:
        working = [one for one in working if not one.flags & (PROTECTIVE | REDUCE_ONLY)]
    held = [one for one in await positions.of_bot(tx, row.id) if one.qty] if way is Mode.FLATTEN else []
    said = [f"{len(working)} {'order works' if len(working) == 1 else 'orders work'}"] if working else []
    said += [f"it holds {one.qty.normalize():f} {one.symbol.partition('/')[0]}" for one in held]
    return ", ".join(said)


def unheeded(row: Bot, left: str) -> str:
    """What becomes of a stop that nobody is there for."""
    way = way_of(row).name.lower().replace("_", " ")
    if not left:
        return "no process runs it, and by its books it has nothing at the venue that its stop would have ended"
    again = f" --policy {row.stop_mode}" if row.stop_mode else ""
    return (
        f"no process runs it, so nothing is done at the venue ({way}): by its books {left}. The next botswain engine "
        "does not start it for that and leaves all of it as it is. To have it done start the bot and, once it runs, "
        f"stop it again: botswain start {row.name}, botswain stop {row.name}{again}"
    )


async def forsaken(tx: Tx, parts: Parts, rows: Iterable[Bot]) -> list[str]:
    """What is to be said, when an engine begins, of bots that were to be stopped and have something at the venue."""
    found = []
    for row in rows:
        if row.desired_state is not DesiredState.STOPPED or row.archived_ms is not None or row.stop_mode is None:
            continue
        if row.lease_until_ms > parts.now_ms() and not parts.dead(str(row.lease_owner)):
            continue
        left = await left_of(tx, row)
        if left:
            found.append(f"bot {row.name!r} is wanted to stop; {unheeded(row, left)}")
    return found
