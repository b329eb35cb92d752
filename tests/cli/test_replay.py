"""`botswain replay BOT`: zero differences in one line, differences row by row, and never a change of anything."""

import hashlib
import sqlite3

import pytest
from tests.cli.crew_file import crew_file
from tests.cli.shell import Shell

from botswain.engine.roster import checked

FAST = ("--plain", "--speed", "0")


@pytest.fixture
def home(tmp_path):
    return tmp_path / "data"


@pytest.fixture
def shell(capsys, home):
    return Shell(capsys, home)


@pytest.fixture
def traded(shell, tmp_path):
    """A data folder in which two bots ran for thirty candles."""
    assert shell("trade", crew_file(tmp_path), *FAST, "--candles", "30").code == 0


@pytest.mark.usefixtures("traded")
def test_it_says_how_much_was_recomputed_and_zero_differences(shell):
    ended = shell("replay", "trend")
    assert ended.code == 0
    first, last = ended.out.splitlines()
    assert first.startswith("trend: 30 candles, ")
    assert first.endswith(" fills recomputed")
    assert last == "0 differences"


@pytest.mark.usefixtures("traded")
def test_it_needs_no_configuration_no_candles_and_not_the_folder_it_was_started_in(shell, tmp_path, monkeypatch):
    (tmp_path / "crew.yaml").unlink()
    monkeypatch.chdir("/")
    assert shell("replay", "ladder").out.endswith("0 differences\n")


@pytest.mark.usefixtures("traded")
def test_it_changes_no_byte_of_what_is_stored(shell, home):
    connection = sqlite3.connect(home / "botswain.db")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    digest = hashlib.sha256((home / "botswain.db").read_bytes()).digest()
    assert shell("replay", "trend").code == 0
    connection = sqlite3.connect(home / "botswain.db")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    assert hashlib.sha256((home / "botswain.db").read_bytes()).digest() == digest


@pytest.mark.usefixtures("traded")
def test_it_reads_while_somebody_else_writes(shell, home):
    other = sqlite3.connect(home / "botswain.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert shell("replay", "trend").out.endswith("0 differences\n")
    other.execute("ROLLBACK")
    other.close()


@pytest.mark.usefixtures("traded")
def test_an_unknown_bot_is_refused_with_the_near_name(shell):
    assert shell.refused("replay", "trnd") == "there is no bot 'trnd'; did you mean 'trend'?"


def test_without_a_database_it_says_so_and_makes_none(shell, home):
    said = shell.refused("replay", "trend")
    assert said.startswith(f"there is no database at {home / 'botswain.db'}; run botswain trade first")
    assert not home.exists()


def test_a_bot_that_was_refused_before_it_began_is_not_there(shell, tmp_path):
    path = crew_file(tmp_path, bots=[{"name": "a", "strategy": "grid", "symbols": ["BTC/USDT"], "capital": "1e30"}])
    shell.refused("trade", path, *FAST)
    assert shell.refused("replay", "a").startswith("there is no bot 'a'")


@pytest.mark.usefixtures("traded")
def test_differences_are_shown_row_by_row_the_first_of_very_many_only(shell, home):
    connection = sqlite3.connect(home / "botswain.db")
    connection.execute("DROP TRIGGER market_events_no_update")
    connection.execute(
        "UPDATE market_events SET payload = (SELECT payload FROM market_events WHERE sequence = 27) WHERE sequence = 21"
    )
    connection.commit()
    connection.close()
    ended = shell("replay", "trend")
    assert ended.code == 1
    lines = ended.out.splitlines()
    assert sum(line.startswith("  ") for line in lines) <= 11
    assert lines[-1].endswith(" differences")
    assert lines[-1] != "0 differences"


@pytest.mark.usefixtures("traded")
def test_other_code_that_decides_the_same_is_told_and_is_no_difference(shell, monkeypatch):
    monkeypatch.setattr("botswain.engine.replay.checked", with_key("other"))
    ended = shell("replay", "trend")
    assert "the code is not the one that wrote the journal" in ended.out
    assert ended.code == 0


def with_key(key):
    def made(*given):
        one = checked(*given)
        one.decider.key = key
        return one

    return made
