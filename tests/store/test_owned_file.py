"""Whose a database's file is."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from stat import S_IMODE

import pytest
from tests.store.made import EPOCH, NOW_MS

from botswain.model.errors import BotswainError
from botswain.store import owned_file
from botswain.store.database import open_database


def mode(path):
    return S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def usual_mask():
    """What most machines let everybody read."""
    before = os.umask(0o022)
    yield
    os.umask(before)


async def test_a_new_database_and_what_lies_beside_it_are_their_owners_alone(tmp_path):
    place = tmp_path / "botswain.db"
    store = await open_database(place, epoch=EPOCH, now_ms=NOW_MS)
    async with store.transaction(None):
        found = sorted(tmp_path.iterdir())
        assert [one.name for one in found] == ["botswain.db", "botswain.db-shm", "botswain.db-wal"]
        assert {mode(one) for one in found} == {0o600}
    await store.close()


async def test_one_that_everybody_could_read_is_closed_and_that_is_said_once(tmp_path, caplog):
    place = tmp_path / "botswain.db"
    await (await open_database(place, epoch=EPOCH, now_ms=NOW_MS)).close()
    place.chmod(0o644)
    for _ in range(2):
        await (await open_database(place, epoch=EPOCH, now_ms=NOW_MS)).close()
    assert mode(place) == 0o600
    assert caplog.messages == [f"{place} could be read by everybody here (644); it is its owner's alone now"]


def test_what_a_group_was_given_is_left(tmp_path, caplog):
    place = tmp_path / "botswain.db"
    place.touch()
    place.chmod(0o660)
    owned_file.keep_to_owner(str(place))
    assert (mode(place), caplog.messages) == (0o660, [])


def test_of_somebody_elses_it_is_only_said(tmp_path, caplog, monkeypatch):
    place = tmp_path / "botswain.db"
    place.touch()
    place.chmod(0o604)
    monkeypatch.setattr(owned_file.os, "geteuid", lambda: place.stat().st_uid + 1)
    owned_file.keep_to_owner(str(place))
    assert mode(place) == 0o604
    assert caplog.messages == [f"{place} can be read by everybody here (604) and is not ours to close; chmod 600 it"]


def test_where_none_can_be_made_it_is_for_the_opener_to_say(tmp_path):
    for act in (owned_file.make_for_owner, owned_file.keep_to_owner):
        act(str(tmp_path / "missing" / "botswain.db"))
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").touch()
    for act in (owned_file.make_for_owner, owned_file.keep_to_owner):
        act(str(tmp_path / "file" / "botswain.db"))


async def test_what_is_no_database_of_ours_keeps_the_rights_it_has(tmp_path):
    """A path may be mistyped, and a folder that nobody may enter any more is worse than a message."""
    folder, text, link, foreign = (tmp_path / name for name in ("folder", "notes.txt", "link", "foreign.db"))
    folder.mkdir()
    folder.chmod(0o1777)
    text.write_text("notes")
    text.chmod(0o644)
    link.symlink_to(text)
    with closing(sqlite3.connect(foreign)) as other:
        other.execute("create table songs (name text)")
        other.commit()
    foreign.chmod(0o664)
    for place in (folder, text, link, foreign):
        before = place.stat().st_mode
        with pytest.raises(BotswainError):
            await open_database(place, epoch=EPOCH, now_ms=NOW_MS)
        assert place.stat().st_mode == before, place
