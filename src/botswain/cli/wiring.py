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
from botswain.core.records import EXIT_SLOTS
from botswain.engine.fleet import Parts
from botswain.model.errors import BadInput
from botswain.model.ids import IdMaker
from botswain.store.database import open_database
from botswain.store.writer import GroupCommitWriter, commits_of
from botswain.venues.paper.book import PaperVenue

KEY_BYTES = 32
EPOCH_BYTES = 16
VENUE_ROOM = 4096
DATABASE = "botswain.db"


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
    key = tag_key((data_dir if is_address(database) else Path(where).parent) / "order-tag.key")
    store = await open_database(where, epoch=secrets.token_bytes(EPOCH_BYTES), now_ms=now_ms())
    try:
        async with GroupCommitWriter(commits_of(store)) as writer:
            yield Parts(
                store=store,
                writer=writer,
                venue=lambda plan, *, compiled=True: paper_venue(plan, cache_dir, compiled=compiled),
                now_ms=now_ms,
                new_id=IdMaker(now_ms, secrets.token_bytes),
                tag_key=key,
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


def is_address(database: str | None) -> bool:
    """Whether a database was named by a URL."""
    return database is not None and "://" in database


def must_exist(data_dir: Path, database: str | None) -> None:
    """For commands that only read: refuse a database file that is not there instead of making one."""
    path = data_dir / DATABASE if database is None else Path(database)
    if not is_address(database) and not path.is_file():
        raise BadInput(f"there is no database at {path}; run botswain trade first, or name another with --database")


def now_ms() -> int:
    """The wall clock in milliseconds UTC."""
    return time.time_ns() // 1_000_000


def paper_venue(plan: Plan, folder: Path | None, *, compiled: bool = True) -> PaperVenue:
    """A fresh paper account with the plan's capital. No instant brings more reports than there are orders."""
    room = max(VENUE_ROOM, len(plan.instruments) * (plan.strategy.slots() + EXIT_SLOTS))
    state = new_state(plan, layout_of(plan.strategy), room, compiled=compiled)
    return PaperVenue(state, matching(folder, compiled=compiled))


def tag_key(path: Path) -> bytes:
    """The installation's secret for order ids, made on first use and readable by its owner only.

    It appears whole or not at all, whatever is killed and whoever starts at the same time: an id named with half a
    secret could never be recognised again.
    """
    try:
        if not path.exists():
            make_key(path)
        key = path.read_bytes()
    except FileNotFoundError:
        raise BadInput(f"there is no folder {path.parent} to keep a database in; make it, or name another") from None
    except OSError as error:
        raise BadInput(f"the secret of order ids {path} cannot be used ({error.strerror}); allow reading it") from None
    if len(key) != KEY_BYTES:
        raise BadInput(
            f"the secret of order ids {path} has {len(key)} bytes instead of {KEY_BYTES}; put back the one that stood "
            "there, or remove it where no bot has run yet"
        )
    return key


def make_key(path: Path) -> None:
    """Write a new secret beside its place, then put it there unless somebody else was first."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
