"""`botswain trade`: what it prints, that it goes on where it stopped, and what it refuses, with nothing written."""

import functools
import re
import sqlite3

import pytest
from tests.cli.crew_file import LADDER, MARKET, TREND, count, crew_file, what_happened
from tests.cli.shell import Shell

from botswain.cli import databases
from botswain.cli.compiling import SAID
from botswain.store.database import open_database

BROKEN = """from botswain import Strategy, step


class Broken(Strategy):
    @step
    def decide(now, was, p, candle, my, wanted):
        wanted.target(1.0 / my.lots)
"""
FAST = ("--plain", "--speed", "0")


@pytest.fixture
def home(tmp_path):
    """The data folder, which no command has made yet."""
    return tmp_path / "data"


@pytest.fixture
def shell(capsys, home):
    return Shell(capsys, home)


def ran(shell, path, candles, *more):
    """A run that must end well; returns what it printed."""
    ended = shell("trade", path, *FAST, "--candles", str(candles), *more)
    assert (ended.code, ended.err.replace(f"{SAID}\n", "")) == (0, ""), ended
    return ended.out


def test_it_prints_a_line_a_fill_and_a_line_a_bot(shell, tmp_path, home):
    said = ran(shell, crew_file(tmp_path), 40).splitlines()
    found = what_happened(home)
    assert len(said) == len(found["fills"]) + 2
    assert sum(" trend: buy " in line or " trend: sell " in line for line in said) == sum(
        row[0] == "trend" for row in found["fills"]
    )
    assert said[0].startswith("2026-01-01 00:0")
    assert said[0].endswith("(grid)")
    assert said[-2].startswith("trend: equity ")
    assert said[-1].startswith("ladder: equity ")
    assert " orders working" in said[-1]
    assert len(found["candles"]) == 80


def test_the_same_command_goes_on_and_comes_to_what_one_run_comes_to(shell, tmp_path, home):
    path = crew_file(tmp_path)
    ran(shell, path, 25)
    said = ran(shell, path, 25)
    assert said.startswith("recovered 25 candles from the journal; going on")
    whole = Shell(shell.capsys, tmp_path / "whole")
    ran(whole, path, 50)
    assert what_happened(home) == what_happened(tmp_path / "whole")


def test_a_file_is_replayed_in_place_of_the_market_and_comes_to_its_end(shell, tmp_path, home):
    rows = [f"{k * 60_000},{p},{p + 2},{p - 2},{p + 1},1" for k, p in enumerate([100, 104, 99, 103, 98, 105] * 5)]
    (tmp_path / "candles.csv").write_text("ts,open,high,low,close,volume\n" + "\n".join(rows))
    bot = TREND | {"symbols": ["ABC/USD"]}
    path = crew_file(tmp_path, bots=[bot])
    assert "trend: equity" in ran(shell, path, 0, "--replay", tmp_path / "candles.csv")
    assert count(home, "market_events") == 30
    assert shell("replay", "trend").out.splitlines()[-1] == "0 differences"
    (tmp_path / "candles.csv").unlink()
    assert shell("replay", "trend").code == 0  # the journal has all it needs


def test_a_bot_whose_every_order_is_too_small_ends_with_that(shell, tmp_path):
    rows = [f"{k * 60_000},{p},{p + 2},{p - 2},{p + 1},1" for k, p in enumerate([100, 104, 99, 103, 98, 105] * 5)]
    (tmp_path / "candles.csv").write_text("ts,open,high,low,close,volume\n" + "\n".join(rows))
    poor = TREND | {"symbols": ["ABC/USD"], "sizing": {"kind": "fixed_quote", "size": "0.0000005"}}
    ended = shell("trade", crew_file(tmp_path, bots=[poor]), *FAST, "--replay", tmp_path / "candles.csv")
    assert ended.code == 1
    assert "error: trend: nothing was traded: every order that was asked for was too small, the latest" in ended.err
    assert re.search(r"the latest qty 0 ABC on 1970-01-01 00:\d\d where the least is \S+ ABC; give more", ended.err)
    assert ended.err.rstrip().endswith("give more capital or a larger size")


def test_where_another_bot_was_halted_it_is_told_all_the_same(shell, tmp_path):
    rows = [f"{k * 60_000},{p},{p + 2},{p - 2},{p + 1},1" for k, p in enumerate([100, 104, 99, 103, 98, 105] * 5)]
    (tmp_path / "candles.csv").write_text("ts,open,high,low,close,volume\n" + "\n".join(rows))
    (tmp_path / "broken.py").write_text(BROKEN)
    poor = TREND | {"symbols": ["ABC/USD"], "sizing": {"kind": "fixed_quote", "size": "0.0000005"}}
    halted = {"name": "halted", "strategy": str(tmp_path / "broken.py"), "symbols": ["ABC/USD"], "capital": 1000}
    path = crew_file(tmp_path, bots=[poor, halted])
    ended = shell("trade", path, *FAST, "--replay", tmp_path / "candles.csv")
    assert ended.code == 1
    assert "HALTED" in ended.out
    assert "error: trend: nothing was traded: every order that was asked for was too small" in ended.err


def test_a_bot_of_which_some_orders_rest_is_not_told_that_all_were_too_small(shell, tmp_path):
    rows = [f"{k * 60_000},{p},{p + 1},{p - 1},{p},1" for k, p in enumerate([1000, 1001, 1000, 1001])]
    (tmp_path / "candles.csv").write_text("ts,open,high,low,close,volume\n" + "\n".join(rows))
    half = LADDER | {
        "name": "half", "symbols": ["ABC/USD"], "sizing": {"kind": "fixed_quote", "size": "0.000009"},
        "params": {"lower": 500, "upper": 1700, "levels": 6, "initial": "none"},
    }  # fmt: skip
    ended = shell("trade", crew_file(tmp_path, bots=[half]), *FAST, "--replay", tmp_path / "candles.csv")
    assert (ended.code, ended.err.replace(f"{SAID}\n", "")) == (0, "")
    assert "half: equity" in ended.out
    assert "below_minimum" in ended.out.lower()
    assert re.search(r"0 fills, [1-9] orders? working", ended.out)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"timeframe": "7m"}, "candles.csv has candles of 1m, the market's timeframe is 7m; write that, or none"),
        ({"replay": {"ABC/USD": "nope.csv"}}, "market: replay names nope.csv for ABC/USD, and there is no such file"),
        ({"timeframe": "7x"}, "timeframe '7x' is not understood"),
    ],
)
def test_what_the_file_says_of_its_market_is_looked_at_though_another_is_replayed(told, message, shell, tmp_path, home):
    rows = [f"{k * 60_000},100,101,99,100,1" for k in range(5)]
    (tmp_path / "candles.csv").write_text("ts,open,high,low,close,volume\n" + "\n".join(rows))
    path = crew_file(tmp_path, bots=[TREND | {"symbols": ["ABC/USD"]}], market=told)
    assert message in shell.refused("trade", path, *FAST, "--replay", tmp_path / "candles.csv")
    assert not (home / "botswain.db").exists()


def test_a_replay_of_one_file_is_refused_for_several_symbols(shell, tmp_path):
    said = shell.refused("trade", crew_file(tmp_path), *FAST, "--replay", "x.csv")
    assert said.startswith("--replay names one file, but the bots trade BTC/USDT, ETH/USDT; give market: replay:")


def test_another_database_has_its_secret_beside_it(shell, tmp_path, home):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    ran(shell, crew_file(tmp_path), 20, "--database", elsewhere / "crew.db")
    assert {one.name for one in elsewhere.iterdir()} >= {"crew.db", "order-tag.key"}
    assert not (home / "botswain.db").exists()
    assert shell("replay", "trend", "--database", elsewhere / "crew.db").out.endswith("0 differences\n")


REFUSED = [
    ({"strategy": "sma_crosover"}, "strategy 'sma_crosover' is unknown; did you mean 'sma_crossover'?"),
    ({"symbols": ["BTC/USD"]}, "the market has no symbol 'BTC/USD'; did you mean 'BTC/USDT'?"),
    ({"params": {"fats": 5}}, "strategy sma_crossover has no parameter 'fats'; did you mean 'fast'?"),
    ({"params": {"fast": 60}}, "parameter fast is 60 and slow is 50; fast must be below slow"),
    ({"exits": {"stop_los": 0.1}}, "exit 'stop_los' is unknown; did you mean 'stop_loss'?"),
    ({"exits": {"stop_loss": 1.5}}, "exit stop_loss is 1.5 (150 %); write 0 (off) to below 1 (100 %)"),
    ({"limits": {"max_dayly_loss": 0.1}}, "limit 'max_dayly_loss' is unknown; did you mean 'max_daily_loss'?"),
    ({"limits": {"max_orders_day": 2.5}}, "limit max_orders_day is 2.5; write a whole number"),
    ({"sizing": {"kind": "risk", "size": 0.01}, "exits": {}}, "sizing risk needs a stop-loss; set the exit stop_loss"),
    ({"sizing": {"kind": "percent", "size": 5}}, "size is 5 (500 %) of its capital, and on spot it can spend"),
    ({"capital": -5}, "capital is -5; it must be above zero"),
    ({"capital": "1e30"}, "capital 1E+30 is 1.0e+37 of its money unit, 1e-07; at most 1e+34 are counted. Give it less"),
    ({"slippage_bps": 10000}, "slippage is 10000 bps; write 0 to below 10000"),
    ({"instruments": {"BTC/USDT": {"tick_size": 0.07}}}, "tick_size 0.07 does not fit the candles of BTC/USDT"),
    ({"instruments": {"BTC/USDT": {"tik_size": 0.1}}}, "key 'tik_size' is unknown; did you mean 'tick_size'?"),
    ({"captal": 5}, "bots 2: key 'captal' is unknown; did you mean 'capital'?"),
    ({"name": "ladder"}, "bot name 'ladder' is used twice; give every bot its own"),
]


@pytest.mark.parametrize(("change", "message"), REFUSED, ids=lambda one: str(one)[:40])
def test_a_wrong_bot_is_refused_and_the_right_ones_beside_it_are_not_begun(change, message, shell, tmp_path, home):
    path = crew_file(tmp_path, bots=[LADDER, {**TREND, "params": {}} | change])
    assert message in shell.refused("trade", path, *FAST, "--candles", "5")
    if (home / "botswain.db").exists():
        assert [count(home, table) for table in ("bots", "accounts", "journal", "market_events")] == [0, 0, 0, 0]


def test_a_grid_that_does_not_pay_its_fees_is_refused_before_its_first_candle(shell, tmp_path, home):
    path = crew_file(tmp_path, bots=[LADDER | {"params": {"step": "0.0001", "levels": 4}}])
    said = shell.refused("trade", path, *FAST, "--candles", "5")
    assert said.startswith("bot 'ladder': grid step from ")
    assert "does not pay its round-trip fee of 0.2 %; use a wider step or fewer levels" in said
    assert count(home, "bots") == 0


def test_a_word_put_right_is_not_in_its_own_way(shell, tmp_path):
    path = crew_file(tmp_path, bots=[TREND | {"exits": {"stop_los": "0.01"}}])
    shell.refused("trade", path, *FAST, "--candles", "5")
    ran(shell, crew_file(tmp_path, bots=[TREND]), 5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--speed", "-1"), "speed is -1.0; write 0 (as fast as possible) or how many times real time"),
        (("--speed", "nan"), "speed is nan; write 0"),
        (("--candles", "-3"), "candles is -3; write 0 (go on) or how many to handle"),
        (("--replay", "nowhere.csv"), "nowhere.csv"),
        (("--database", "mysql://x/y"), "'mysql' is not a database this works with; use sqlite or postgresql"),
        (("--database", "/nowhere/at/all/x.db"), "/nowhere/at/all"),
    ],
)
def test_a_wrong_argument_is_refused(arguments, message, shell, tmp_path, home):
    path = crew_file(tmp_path, bots=[LADDER])
    assert message in shell.refused("trade", path, "--plain", *arguments)
    assert not (home / "botswain.db").exists()


def test_a_missing_configuration_is_refused(shell, tmp_path):
    assert "nowhere.yaml cannot be read" in shell.refused("trade", tmp_path / "nowhere.yaml", *FAST)


@pytest.mark.parametrize("change", [{"capital": 9000}, {"fee": "0.002"}, {"params": {"fast": 4, "slow": 6}}])
def test_changed_settings_of_a_bot_that_ran_are_refused_and_the_old_ones_go_on(change, shell, tmp_path, home):
    path = crew_file(tmp_path)
    ran(shell, path, 10)
    before = what_happened(home)
    said = shell.refused("trade", crew_file(tmp_path, bots=[TREND | change, LADDER]), *FAST, "--candles", "5")
    [name] = change
    assert said.startswith(f"bot 'trend' was started with other settings ({name} was ")
    assert "; give it the old ones or another name" in said.replace(")", "")
    assert what_happened(home) == before
    ran(shell, crew_file(tmp_path), 5)


def test_a_misspelt_parameter_of_a_bot_that_ran_is_told_as_that(shell, tmp_path):
    ran(shell, crew_file(tmp_path), 10)
    wrong = TREND | {"params": {"fastt": 4, "slow": 6}}
    said = shell.refused("trade", crew_file(tmp_path, bots=[wrong, LADDER]), *FAST, "--candles", "5")
    assert "has no parameter 'fastt'; did you mean 'fast'?" in said


def test_a_changed_market_is_refused_too(shell, tmp_path):
    ran(shell, crew_file(tmp_path), 10)
    said = shell.refused("trade", crew_file(tmp_path, market=MARKET | {"seed": 6}), *FAST, "--candles", "5")
    assert "was started with other settings" in said


def test_a_locked_database_is_refused_and_nothing_is_lost(shell, tmp_path, home, monkeypatch):
    path = crew_file(tmp_path)
    ran(shell, path, 10)
    before = what_happened(home)
    monkeypatch.setattr(databases, "open_database", functools.partial(open_database, wait_ms=50))
    other = sqlite3.connect(home / "botswain.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    said = shell.refused("trade", path, *FAST, "--candles", "5")
    assert f"database {home / 'botswain.db'} stayed locked by another program; nothing was written. Stop the" in said
    other.execute("ROLLBACK")
    other.close()
    assert what_happened(home) == before
    ran(shell, path, 5)


def test_a_database_of_a_newer_version_is_refused_untouched(shell, tmp_path, home):
    path = crew_file(tmp_path)
    ran(shell, path, 10)
    connection = sqlite3.connect(home / "botswain.db")
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    before = what_happened(home)
    for command in (("trade", path, *FAST), ("replay", "trend")):
        said = shell.refused(*command)
        assert "botswain.db" in said
        assert "newer" in said
    assert what_happened(home) == before
    connection.close()


def test_a_file_that_is_no_database_is_refused(shell, tmp_path, home):
    home.mkdir()
    (home / "botswain.db").write_text("this is not a database, however long it is" * 50)
    said = shell.refused("trade", crew_file(tmp_path), *FAST)
    assert "is not a readable SQLite database" in said
    assert (home / "botswain.db").read_text().startswith("this is not")


def test_a_data_folder_that_cannot_be_made_is_refused(shell, tmp_path, home):
    home.write_text("a file where the folder should be")
    said = shell.refused("trade", crew_file(tmp_path), *FAST)
    assert said == f"the data folder {home} cannot be made (File exists); give another"


@pytest.mark.parametrize("content", [b"", b"short", bytes(33)])
def test_half_a_secret_of_order_ids_is_never_used(content, shell, tmp_path, home):
    home.mkdir()
    (home / "order-tag.key").write_bytes(content)
    said = shell.refused("trade", crew_file(tmp_path), *FAST)
    assert f"order-tag.key has {len(content)} bytes instead of 32; put back the one that stood there" in said
    assert (home / "order-tag.key").read_bytes() == content


def test_the_secret_of_order_ids_is_its_owners_only_and_stays(shell, tmp_path, home):
    path = crew_file(tmp_path)
    ran(shell, path, 2)
    secret = (home / "order-tag.key").read_bytes()
    assert len(secret) == 32
    assert (home / "order-tag.key").stat().st_mode & 0o777 == 0o600
    ran(shell, path, 2)
    assert (home / "order-tag.key").read_bytes() == secret
    assert [one.name for one in home.iterdir() if one.name.startswith("order-tag")] == ["order-tag.key"]


def test_a_lost_secret_is_named_and_put_back_the_bots_go_on(shell, tmp_path, home):
    path = crew_file(tmp_path)
    ran(shell, path, 30)
    secret = (home / "order-tag.key").read_bytes()
    (home / "order-tag.key").unlink()
    before = what_happened(home)
    assert "was named with another order-tag.key" in shell.refused("trade", path, *FAST)
    assert what_happened(home) == before
    (home / "order-tag.key").write_bytes(secret)
    ran(shell, path, 5)


def test_a_tampered_row_stops_a_restart_by_its_number(shell, tmp_path, home):
    path = crew_file(tmp_path)
    ran(shell, path, 30)
    connection = sqlite3.connect(home / "botswain.db")
    connection.execute("DROP TRIGGER journal_no_update")
    [(seq,)] = connection.execute(
        "SELECT j.seq FROM journal j JOIN bots b ON b.id = j.bot_id WHERE b.name = 'trend' AND j.kind = 4 LIMIT 1"
    )
    connection.execute(
        "UPDATE journal SET payload = (SELECT payload FROM journal WHERE kind = 4 ORDER BY seq DESC LIMIT 1)"
        " WHERE seq = ? AND bot_id = (SELECT id FROM bots WHERE name = 'trend')",
        (seq,),
    )
    connection.commit()
    connection.close()
    ended = shell("trade", path, *FAST, "--candles", "5")
    assert ended.code == 2
    [said] = [line for line in ended.out.splitlines() if line.startswith("bot 'trend' was stopped")]
    assert f"in its journal's row {seq} " in said
    assert "Nothing was sent" in said
    assert "ladder: equity " in ended.out
    ended = shell("replay", "trend")
    assert ended.code == 1
    assert f"  the hash chain breaks at row {seq}" in ended.out
    assert re.search(rf"  row {seq}: .* in the journal, .* recomputed", ended.out)
