"""`botswain replay BOT`: zero differences in one line, differences row by row, and never a change of anything."""

import hashlib
import re
import sqlite3
from decimal import Decimal

import pytest
from tests.cli.crew_file import crew_file
from tests.cli.shell import Shell

from botswain.cli.replay import chain_line
from botswain.engine.roster import checked
from botswain.store.journal import Verified

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
    first, chain, last = ended.out.splitlines()
    assert first.startswith("trend: 30 candles, ")
    assert first.endswith(" fills recomputed")
    assert re.fullmatch(r"chain verified, \d+ rows, anchored at 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", chain)
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
    change(home, "fills", "UPDATE fills SET price_ticks = price_ticks + 100")
    change(home, "orders", "UPDATE orders SET qty_lots = qty_lots * 2")
    ended = shell("replay", "trend")
    assert ended.code == 1
    lines = ended.out.splitlines()
    assert sum(line.startswith("  ") for line in lines) == 11
    assert re.fullmatch(r"  and \d+ more", lines[-2])
    assert lines[-1].endswith(" differences")
    assert lines[-1] != "0 differences"


@pytest.mark.usefixtures("traded")
def test_other_code_that_decides_the_same_is_told_and_is_no_difference(shell, monkeypatch):
    monkeypatch.setattr("botswain.engine.replay.checked", with_key("other"))
    ended = shell("replay", "trend")
    assert "the code is not the one that wrote the journal" in ended.out
    assert ended.code == 0


@pytest.mark.usefixtures("traded")
def test_a_changed_fill_is_named_by_its_trade_and_both_prices(shell, home):
    [(trade, ticks, tick, scale)] = change(
        home,
        "fills",
        "UPDATE fills SET price_ticks = price_ticks + 100 WHERE (bot_id, seq) IN "
        "(SELECT f.bot_id, f.seq FROM fills f JOIN bots b ON b.id = f.bot_id WHERE b.name = 'trend' LIMIT 1) "
        "RETURNING venue_trade_id, price_ticks, tick_units, unit_scale",
    )
    price, before = (format((Decimal(one * tick) / 10**scale).normalize(), "f") for one in (ticks, ticks - 100))
    ended = shell("replay", "trend")
    said = f"  fills, trade {trade}: price is {price} in the table, {before} by the journal"
    assert ended.out.splitlines()[2:] == [said, "1 differences"]


@pytest.mark.usefixtures("traded")
def test_a_recorded_market_with_a_hole_is_refused_with_the_number(shell, home):
    change(home, "market_events", "DELETE FROM market_events WHERE sequence = 21")
    assert shell.refused("replay", "trend").startswith(
        "the recorded market was changed: event 21 is missing, event 22 follows. Nothing was sent; restore"
    )


def test_a_chain_of_a_process_that_was_killed_is_not_anchored_yet():
    assert chain_line(Verified("bot", 1204, 1204)) == "chain verified, 1,204 rows, not anchored yet"
    whole = Verified("bot", 1204, 1204, None, "", 1204, 1_767_225_600_000)
    assert chain_line(whole) == "chain verified, 1,204 rows, anchored at 2026-01-01T00:00:00Z"
    grown = Verified("bot", 1204, 1204, None, "", 1100, 1_767_225_600_000)
    assert chain_line(grown).endswith("Z up to row 1,100")
    assert chain_line(Verified("bot", 5, 5, 6, "cut")) == "chain broken at row 6"


def change(home, table, sql):
    """Write past a table's guards, as the owner of the file can; returns what the statement does."""
    connection = sqlite3.connect(home / "botswain.db")
    for name in ("update", "delete"):
        connection.execute(f"DROP TRIGGER {table}_no_{name}")
    found = connection.execute(sql).fetchall()
    connection.commit()
    connection.close()
    return found


def with_key(key):
    def made(*given):
        one = checked(*given)
        one.decider.key = key
        return one

    return made
