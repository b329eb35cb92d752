"""Opening a database: made once, made whole, and left alone when it is not ours to change."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import NullPool, text
from tests.store import made
from tests.store.made import EPOCH, NOW_MS

from botswain.model.errors import BadInput, Unavailable
from botswain.store import bots, inline, meta, migrate, schema
from botswain.store.database import open_database

OTHER_EPOCH = bytes(16)


async def opened(where, epoch=EPOCH, wait_ms=5_000):
    """The database at `where`, opened and closed again; returns its epoch."""
    database = await open_database(where, epoch=epoch, now_ms=NOW_MS, wait_ms=wait_ms, poolclass=NullPool)
    async with database.reading(None) as tx:
        found = await meta.journal_epoch(tx)
    await database.close()
    return found


async def on(where, *sqls):
    """Run SQL there, as another program would."""
    database = await open_database(where, epoch=EPOCH, now_ms=NOW_MS, poolclass=NullPool)
    async with database.transaction(None) as tx:
        for sql in sqls:
            await tx._execute(text(sql))
    await database.close()


async def test_a_new_database_gets_its_epoch_and_keeps_it(empty):
    assert await opened(empty) == EPOCH
    assert await opened(empty, OTHER_EPOCH) == EPOCH


async def test_programs_that_start_at_once_make_one_schema(empty):
    epochs = [bytes([number]) * 16 for number in range(4)]
    # One after the other: the last waits for all before it, however slow the machine is.
    found = await asyncio.gather(*(opened(empty, epoch, wait_ms=60_000) for epoch in epochs))
    assert len(set(found)) == 1


async def test_a_database_of_a_newer_version_is_refused_and_unchanged(empty):
    await opened(empty)
    await on(empty, "UPDATE alembic_version SET version_num = '0999'")
    before = empty.read_bytes() if isinstance(empty, Path) else None
    said = r"newer version: its schema is '0999', the newest .* '0012'.*Install the Botswain that wrote it"
    with pytest.raises(BadInput, match=said) as refused:
        await opened(empty)
    assert str(empty).rpartition("/")[2].partition("?")[0] in str(refused.value)
    if before is not None:
        assert empty.read_bytes() == before


async def test_somebody_elses_database_is_refused_and_unchanged(empty):
    await opened(empty)
    await on(empty, "DELETE FROM alembic_version")
    with pytest.raises(BadInput, match=r"tables that are not Botswain's \(accounts, .*Name an empty"):
        await opened(empty)


async def test_a_migration_that_fails_leaves_nothing_behind(empty, monkeypatch):
    upgrade = command.upgrade

    def fails_at_the_end(config, revision):
        upgrade(config, revision)
        raise BadInput("power cut")

    monkeypatch.setattr(migrate.command, "upgrade", fails_at_the_end)
    with pytest.raises(BadInput, match="power cut"):
        await opened(empty)
    monkeypatch.undo()
    assert await opened(empty, OTHER_EPOCH) == OTHER_EPOCH


@pytest.mark.parametrize("length", [0, 15, 17])
def test_an_epoch_of_the_wrong_length_is_refused(length, tmp_path):
    with pytest.raises(BadInput, match=f"16 bytes, not {length}"):
        inline.open_file(tmp_path / "x.db", epoch=bytes(length), now_ms=NOW_MS)


async def open_inline(where, wait_ms=5_000):
    """The inline database of a file, opened and closed again."""
    await inline.open_file(where, epoch=EPOCH, now_ms=NOW_MS, wait_ms=wait_ms).close()


async def open_served(where, wait_ms=5_000):
    """The same through the async engine."""
    await opened(where, wait_ms=wait_ms)


@pytest.fixture(params=[open_inline, open_served], ids=["inline", "served"])
def open_it(request):
    """Both ways of opening a SQLite file."""
    return request.param


async def test_a_file_is_in_wal_mode_and_its_commits_wait_for_the_disk(open_it, tmp_path):
    where = tmp_path / "botswain.db"
    await open_it(where)
    database = inline.open_file(where, epoch=EPOCH, now_ms=NOW_MS)
    pragmas = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
    found = [database._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas]
    await database.close()
    assert found == ["wal", 2, 1, 1]


async def test_a_locked_file_is_refused_after_the_wait_with_its_name_and_a_remedy(open_it, tmp_path):
    where = tmp_path / "botswain.db"
    holder = sqlite3.connect(where, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    holder.execute("CREATE TABLE held (x)")
    try:
        with pytest.raises(Unavailable, match=r"botswain\.db stayed locked by another program.*Stop the other"):
            await open_it(where, wait_ms=50)
    finally:
        holder.execute("ROLLBACK")
        holder.close()
    await open_it(where)


async def test_a_finished_database_opens_while_somebody_writes(open_it, tmp_path):
    where = tmp_path / "botswain.db"
    await open_it(where)
    holder = sqlite3.connect(where, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    await open_it(where, wait_ms=50)
    holder.close()


async def test_a_file_that_is_no_database_is_refused_and_unchanged(open_it, tmp_path):
    where = tmp_path / "botswain.db"
    where.write_bytes(b"not a database, whatever its name says " * 100)
    before = where.read_bytes()
    with pytest.raises(BadInput, match=r"botswain\.db is not a readable SQLite database.*nothing was changed"):
        await open_it(where)
    assert where.read_bytes() == before


async def test_a_folder_that_is_not_there_is_named(open_it, tmp_path):
    with pytest.raises(BadInput, match=r"nowhere/botswain\.db cannot be opened.*folder exists"):
        await open_it(tmp_path / "nowhere" / "botswain.db")


async def test_a_restored_copy_is_put_into_wal_mode_again(open_it, tmp_path, sqlite_image):
    where = tmp_path / "botswain.db"
    where.write_bytes(sqlite_image)
    await open_it(where)
    found = sqlite3.connect(where)
    assert found.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    found.close()


async def test_a_file_in_a_memory_mode_that_wal_cannot_replace_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(schema, "_WAL_MODES", ("never",))
    with pytest.raises(BadInput, match=r"cannot use WAL .* put it on a local disk"):
        await open_inline(tmp_path / "botswain.db")


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("mysql://u:p@h/d", "'mysql' is not a database this works with"),
        ("gibberish://", "'gibberish' is not a database"),
        ("sqlite://", "a database in memory dies"),
    ],
)
async def test_an_address_that_is_not_served_is_refused(where, said):
    with pytest.raises(BadInput, match=said):
        await opened(where)


async def test_a_server_that_is_not_there_is_unavailable_and_its_password_unsaid(tmp_path):
    with pytest.raises(Unavailable, match="did not answer") as refused:
        await opened(f"postgresql://me:hidden-word@/botswain?host={tmp_path}", wait_ms=500)
    assert "hidden-word" not in str(refused.value)


async def test_a_database_that_the_server_does_not_have_is_named(empty_postgres_url):
    with pytest.raises(BadInput, match=r"no_such.*check the user, the password and the database's name"):
        await opened(empty_postgres_url.replace("/test_", "/no_such_test_"))


def test_an_installed_wheel_finds_its_migrations(tmp_path):
    wheels = pytest.importorskip("hatchling.builders.wheel", reason="hatchling is not installed")
    root = Path(__file__).resolve().parents[2]
    wheel = next(wheels.WheelBuilder(str(root)).build(directory=str(tmp_path), versions=["standard"]))
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "site")
    program = (
        "from botswain.store import inline\n"
        "assert 'site' in inline.__file__, inline.__file__\n"
        "inline.open_file('made.db', epoch=bytes(16), now_ms=0)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, env=environment, check=True, timeout=60)
    with sqlite3.connect(tmp_path / "made.db") as found:
        assert found.execute("SELECT version_num FROM alembic_version").fetchone() == ("0012",)
    found.close()


async def test_a_renewed_epoch_is_that_of_bots_made_later_and_those_there_follow_one_by_one(store):
    bot = await made.bot_of_owner(store)
    async with store.transaction(None) as tx:
        await meta.renew_journal_epoch(tx, OTHER_EPOCH)
    async with store.reading(None) as tx:
        assert await meta.journal_epoch(tx) == OTHER_EPOCH
        assert (await bots.get(tx, bot.id)).journal_epoch == EPOCH
    async with store.transaction(bot.tenant_id) as tx:
        await bots.name_anew(tx, bot.id, OTHER_EPOCH)
        found = await bots.get(tx, bot.id)
    assert (found.journal_epoch, found.version) == (OTHER_EPOCH, bot.version + 1)


@pytest.mark.parametrize("epoch", [EPOCH, b"short"])
async def test_an_epoch_that_is_not_fresh_is_refused(store, epoch):
    with pytest.raises(BadInput, match="fresh random bytes"):
        async with store.transaction(None) as tx:
            await meta.renew_journal_epoch(tx, epoch)


async def test_a_tenant_cannot_renew_the_epoch_and_a_lost_one_is_said(store):
    owner = await made.tenant(store)
    with pytest.raises(BadInput, match="belongs to the platform"):
        async with store.transaction(owner) as tx:
            await meta.renew_journal_epoch(tx, OTHER_EPOCH)
    await made.raw(store, "DELETE FROM meta")
    with pytest.raises(Exception, match="no journal epoch"):
        async with store.reading(owner) as tx:
            await meta.journal_epoch(tx)
