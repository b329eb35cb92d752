"""Puts the engine together for one machine: database, paper venue, clock, ids and the secret of order ids.

Everything concrete is named here, by hand, and passed down; no other part of the command line knows how the engine
is made.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from botswain.build.decider import matching
from botswain.build.plan import Plan, new_state
from botswain.build.step import layout_of
from botswain.engine.fleet import Parts
from botswain.model.errors import BadInput
from botswain.model.ids import IdMaker
from botswain.store.database import open_database
from botswain.store.writer import GroupCommitWriter, commits_of
from botswain.venues.paper.book import PaperVenue

KEY_BYTES = 32
EPOCH_BYTES = 16
VENUE_ROOM = 4096


@asynccontextmanager
async def engine_parts(
    data_dir: Path, cache_dir: Path | None, database: str | None, crash: Callable[[str], None]
) -> AsyncIterator[Parts]:
    """The engine's parts with an open database, closed again afterwards.

    database  a file or URL; None: botswain.db in the data folder
    """
    make_folder(data_dir)
    where = database if database is not None else data_dir / "botswain.db"
    store = await open_database(where, epoch=secrets.token_bytes(EPOCH_BYTES), now_ms=now_ms())
    try:
        async with GroupCommitWriter(commits_of(store)) as writer:
            yield Parts(
                store=store,
                writer=writer,
                venue=lambda plan: paper_venue(plan, cache_dir),
                now_ms=now_ms,
                new_id=IdMaker(now_ms, secrets.token_bytes),
                tag_key=tag_key(data_dir / "order-tag.key"),
                folder=cache_dir,
                crash=crash,
            )
    finally:
        await store.close()


def make_folder(data_dir: Path) -> None:
    """Make the data folder where there is none."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"the data folder {data_dir} cannot be made ({error.strerror}); give another") from None


def now_ms() -> int:
    """The wall clock in milliseconds UTC."""
    return time.time_ns() // 1_000_000


def paper_venue(plan: Plan, folder: Path | None) -> PaperVenue:
    """A fresh paper account with the plan's capital."""
    state = new_state(plan, layout_of(plan.strategy), VENUE_ROOM, compiled=True)
    return PaperVenue(state, matching(folder))


def tag_key(path: Path) -> bytes:
    """The installation's secret for order ids, made on first use and readable by its owner only."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        key = secrets.token_bytes(KEY_BYTES)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
    return key
