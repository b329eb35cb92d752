"""Puts the engine together for one machine: database, paper venue, clock, ids and the secret of order ids.

Everything concrete is named here, by hand, and passed down; no other part of the command line knows how the engine
is made.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from botswain.build.decider import dividing, matching
from botswain.build.layout import layout_of
from botswain.build.plan import Plan, new_state
from botswain.cli.data_folder import make_folder
from botswain.cli.databases import DATABASE, now_ms, opened
from botswain.cli.tag_keys import TAG_KEY, retired_keys, tag_folder, tag_key
from botswain.engine.fleet import Parts
from botswain.model.ids import IdMaker
from botswain.store.emergency import EmergencyFile, emergency_path
from botswain.store.writer import GroupCommitWriter, commits_of
from botswain.venues.paper.book import PaperVenue
from botswain.venues.paper.trail import Trail

VENUE_ROOM = 4096


@asynccontextmanager
async def engine_parts(
    data_dir: Path, cache_dir: Path | None, database: str | None, crash: Callable[[str], None]
) -> AsyncIterator[Parts]:
    """The engine's parts with an open database, closed again afterwards.

    database  a file or URL; None: botswain.db in the data folder. The secret of order ids lies beside the file, so that
              they are moved and found together; for a URL it lies in the data folder
    """
    make_folder(data_dir)
    where = database if database is not None else data_dir / DATABASE
    folder = tag_folder(data_dir, database)
    key, former = tag_key(folder / TAG_KEY), retired_keys(folder)
    emergency = EmergencyFile(emergency_path(where, data_dir))
    async with opened(where) as store, GroupCommitWriter(commits_of(store)) as writer:
        yield Parts(
            store=store,
            writer=writer,
            venue=lambda plan, *, compiled=True: paper_venue(plan, cache_dir, compiled=compiled),
            now_ms=now_ms,
            new_id=IdMaker(now_ms, secrets.token_bytes),
            tag_key=key,
            folder=cache_dir,
            crash=crash,
            emergency=emergency,
            retired_keys=former,
        )


def paper_venue(plan: Plan, folder: Path | None, *, compiled: bool = True) -> PaperVenue:
    """A fresh paper account with the plan's capital. An instant brings a report of each order, and of an exit two."""
    room = max(VENUE_ROOM, len(plan.instruments) * (plan.strategy.slots() + 2 * plan.exit_slots))
    state = new_state(plan, layout_of(plan.strategy), room, compiled=compiled)
    by_candles = plan.slippage.by_candles
    trail = Trail(plan.slippage, [one.lot_size for one in plan.instruments]) if by_candles else None
    rules = matching(folder, compiled=compiled, slips=by_candles)
    return PaperVenue(state, rules, trail, dividing(plan, folder, compiled=compiled))
