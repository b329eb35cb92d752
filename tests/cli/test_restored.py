"""`botswain restored`: a backup is put back, said so once, and the bots go on under other names."""

import shutil
import sqlite3
from contextlib import closing

import pytest
from tests.cli.crew_file import FILLS, crew_file
from tests.cli.shell import Shell

FAST = ("--plain", "--speed", "0")


@pytest.fixture
def home(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def shell(capsys, home):
    return Shell(capsys, home)


def asked(home, sql):
    """What a query finds in the database."""
    with closing(sqlite3.connect(home / "botswain.db")) as base:
        found = base.execute(sql).fetchall()
        base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return found


NAMES = "SELECT client_order_id FROM orders"


def test_a_backup_goes_on_with_the_same_fills_and_other_names(shell, home, tmp_path):
    crew = crew_file(tmp_path)
    assert shell("trade", crew, *FAST, "--candles", "20").code == 0
    kept = {one for (one,) in asked(home, NAMES)}
    shutil.copy(home / "botswain.db", tmp_path / "backup.db")
    assert shell("trade", crew, *FAST, "--candles", "30").code == 0
    lost, fills = {one for (one,) in asked(home, NAMES)} - kept, asked(home, FILLS)
    shutil.copy(tmp_path / "backup.db", home / "botswain.db")
    ended = shell("restored", "--reason", "the disk broke")
    assert (ended.code, ended.err) == (0, "")
    first, *more = ended.out.splitlines()
    assert first == "2 bots name their orders anew from here on: ladder, trend"
    assert [one.split()[0] for one in more] == ["next:", "1.", "2.", "3."]
    assert shell("trade", crew, *FAST, "--candles", "30").code == 0
    again = {one for (one,) in asked(home, NAMES)}
    assert kept < again
    assert lost
    assert not lost & again
    assert [one[:-1] for one in asked(home, FILLS)] == [one[:-1] for one in fills]
    for bot in ("trend", "ladder"):
        assert shell("replay", bot).out.endswith("\n0 differences\n")


def test_it_is_refused_without_a_database_and_while_a_bot_is_run(shell, home, tmp_path):
    assert shell.refused("restored").startswith("there is no database at ")
    assert shell("trade", crew_file(tmp_path), *FAST, "--candles", "5").code == 0
    with closing(sqlite3.connect(home / "botswain.db")) as base, base:
        base.execute("UPDATE bots SET lease_owner = 'deck 7 - 0', lease_until_ms = 9000000000000 WHERE name = 'trend'")
    said = shell.refused("restored")
    assert said.startswith("order ids cannot be renewed while bots run, and nothing was changed: bot 'trend' is run by")
    assert asked(home, "SELECT count(*) FROM journal WHERE kind = 20") == [(0,)]


def test_a_database_without_bots_is_fine(shell, home, tmp_path):
    assert shell("trade", crew_file(tmp_path), *FAST, "--candles", "1").code == 0
    before = asked(home, "SELECT value FROM meta WHERE name = 'journal_epoch'")
    with closing(sqlite3.connect(home / "botswain.db")) as base, base:
        found = base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in found:
            base.execute(f"DROP TRIGGER {name}")
        for table in ("positions", "fills", "order_events", "orders", "anchors", "outbox", "journal", "bots"):
            base.execute(f"DELETE FROM {table}")
    assert shell("restored").out.startswith("there are no bots in this database; those made from now on name ")
    assert asked(home, "SELECT value FROM meta WHERE name = 'journal_epoch'") != before
