"""Whose a bot is, read in place of a SQLite file: what was committed last, and an error where it cannot be read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.store import made
from tests.store.made import EPOCH, NOW_MS

from botswain.model.errors import Unavailable
from botswain.store import bots
from botswain.store.database import open_database
from botswain.store.holders import HoldersInPlace, holders


async def test_a_lease_that_another_process_has_taken_is_seen_at_once(tmp_path: Path) -> None:
    path = tmp_path / "botswain.db"
    store = await open_database(path, epoch=EPOCH, now_ms=NOW_MS)
    bot = await made.bot_of_owner(store)
    with closing(HoldersInPlace(str(path))) as found:
        for epoch in (bot.lease_epoch, bot.lease_epoch + 1):
            async with store.reading(None) as tx:
                same = await holders(tx, {bot.id, made.new_id(), "no id"})
            assert found.get(bot.id) == same[bot.id]
            assert same.keys() == {bot.id}
            assert same[bot.id].lease_epoch == epoch
            async with store.transaction(None) as tx:
                await bots.take_lease(tx, bot.id, "another", now_ms=NOW_MS, until_ms=NOW_MS, take_over=True)
        assert found.get(made.new_id()) is None
        assert found.get("no id") is None
    await store.close()


async def test_a_file_that_is_locked_by_another_program_is_said_and_read_again_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "botswain.db"
    store = await open_database(path, epoch=EPOCH, now_ms=NOW_MS)
    bot = await made.bot_of_owner(store)
    await store.close()
    with closing(HoldersInPlace(str(path))) as found, closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Unavailable, match="locked by another program"):
            found.get(bot.id)
        other.execute("COMMIT")
        other.close()
        assert found.get(bot.id) is not None
