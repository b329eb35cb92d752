"""Somebody changes one bot's rows in the database: it is stopped in one line, the other trades on, the code is 2."""

import sqlite3

from tests.cli.crew_file import MARKET, count, crew_file
from tests.cli.shell import Shell

FAST = ("--plain", "--speed", "0")


def change(home, sql):
    connection = sqlite3.connect(home / "botswain.db")
    connection.execute(sql)
    connection.commit()
    connection.close()


def rows(home, sql):
    connection = sqlite3.connect(home / "botswain.db")
    found = connection.execute(sql).fetchall()
    connection.close()
    return found


def test_the_other_bot_trades_on_and_the_stopped_one_goes_on_once_it_is_put_right(tmp_path, capsys):
    shell = Shell(capsys, tmp_path / "data")
    path = crew_file(tmp_path, MARKET | {"candles": 60})
    assert shell("trade", path, *FAST, "--candles", "20").code == 0
    spoil = "UPDATE positions SET qty_units = qty_units {} 7 WHERE bot_id = (SELECT id FROM bots WHERE name = 'trend')"
    change(shell.home, spoil.format("+"))
    ended = shell("trade", path, *FAST, "--candles", "20")
    assert ended.code == 2
    said = [line for line in ended.out.splitlines() if line.startswith("bot 'trend' was stopped: the position of ")]
    assert len(said) == 1
    assert len(said[0]) < 400
    assert ended.err.splitlines()[-1] == "trend: was not started, see above"
    assert "ladder: equity " in ended.out
    assert "trend: equity " not in ended.out
    assert count(shell.home, "market_events") == 80
    assert rows(shell.home, "SELECT halted_reason, halted_by FROM bots WHERE name = 'trend'") == [(said[0], "start")]

    change(shell.home, spoil.format("-"))
    ended = shell("trade", path, *FAST)
    assert ended.code == 0
    assert "trend: was away and missed " in ended.out
    assert rows(shell.home, "SELECT halted_reason FROM bots") == [(None,), (None,)]
    assert shell("replay", "trend").code == 0


def test_where_no_bot_is_left_it_is_an_error_that_names_them_all(tmp_path, capsys):
    shell = Shell(capsys, tmp_path / "data")
    path = crew_file(tmp_path)
    assert shell("trade", path, *FAST, "--candles", "20").code == 0
    change(shell.home, "UPDATE positions SET qty_units = qty_units + 7")
    said = shell.refused("trade", path, *FAST)
    assert said.startswith("bot 'trend' was stopped: the position of ")
    assert ". bot 'ladder' was stopped: the position of " in said
