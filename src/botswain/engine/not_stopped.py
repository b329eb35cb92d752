"""Bots that somebody wanted stopped while nobody ran them: what they have at the venue, which no stop has looked after.

A stop is what the process does that runs a bot. Where there is none nothing is taken off and nothing is sold until the
next engine begins, which takes such a bot up for nothing but its stop.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import msgspec

from botswain.control.config import STOP_POLICIES, bot_of
from botswain.core.codes import PROTECTIVE, REDUCE_ONLY
from botswain.engine.fleet import Parts
from botswain.model.news import POLICIES, Mode
from botswain.store import orders, positions, stops
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
    if not said and row.stop_due == stops.BEGUN:
        return "nothing works, and the venue has not shown yet that what was taken off is off"
    return ", ".join(said)


def unheeded(row: Bot, left: str) -> str:
    """What becomes of a stop that nobody is there for."""
    if not left:
        return "no process runs it, and by its books it has nothing at the venue that its stop would have ended"
    return (
        f"no process runs it, so nothing is done at the venue yet ({words(way_of(row))}): by its books {left}. The "
        "engine that runs, or the next one that begins, does that before anything else of it"
    )


def words(way: Mode) -> str:
    """A way to stop in words."""
    return way.name.lower().replace("_", " ")


@dataclass(frozen=True)
class Waiting:
    """Bots whose stop is to be carried out, and that nobody runs.

    left  by name, what is to be done, in words; nothing: those of which there is nothing to be done
    """

    left: Mapping[str, str]
    nothing: tuple[Bot, ...] = ()


async def waiting_of(tx: Tx, parts: Parts, rows: Iterable[Bot], here: Collection[str]) -> Waiting:
    """Those among rows as they were read. here: bots that this process runs."""
    left: dict[str, str] = {}
    nothing: list[Bot] = []
    for row in rows:
        if row.desired_state is not DesiredState.STOPPED or row.archived_ms is not None or not row.stop_due:
            continue
        held = row.lease_owner not in (None, parts.owner) and row.lease_until_ms > parts.now_ms()
        if row.name in here or (held and not parts.dead(str(row.lease_owner))):
            continue
        if text := await left_of(tx, row):
            left[row.name] = text
        else:
            nothing.append(row)
    return Waiting(left, tuple(nothing))
