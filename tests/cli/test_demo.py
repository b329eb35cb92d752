"""`botswain demo`: two bots on a seeded market that asks for nothing, goes on, and can be recomputed."""

import pytest
from tests.cli.crew_file import count
from tests.cli.shell import Shell


@pytest.fixture
def shell(capsys, tmp_path):
    return Shell(capsys, tmp_path / "data")


def test_both_bots_trade_and_the_command_to_recompute_them_is_told_and_works(shell, tmp_path):
    ended = shell("demo", "--speed", "0", "--candles", "120")
    assert (ended.code, ended.err) == (0, "")
    lines = ended.out.splitlines()
    assert any(" trend-11: " in line for line in lines)
    assert any(" ladder-11: " in line for line in lines)
    assert lines[-3].startswith("trend-11: equity ")
    assert lines[-2].startswith("ladder-11: equity ")
    database = tmp_path / "data" / "demo" / "botswain.db"
    assert lines[-1] == f"to recompute it from its journal: botswain replay trend-11 --database {database}"
    assert shell("replay", "trend-11", "--database", database).out.endswith("0 differences\n")


def test_a_second_demo_goes_on_and_another_seed_is_another_market(shell, tmp_path):
    home = tmp_path / "data" / "demo"
    shell("demo", "--speed", "0", "--candles", "20")
    ended = shell("demo", "--speed", "0", "--candles", "20")
    assert ended.out.startswith("recovered 20 candles from the journal; going on")
    assert count(home, "market_events") == 80
    ended = shell("demo", "--speed", "0", "--candles", "20", "--seed", "12")
    assert (ended.code, count(home, "market_segments"), count(home, "bots")) == (0, 2, 4)


def test_the_same_seed_makes_the_same_fills(shell, tmp_path):
    first = shell("demo", "--speed", "0", "--candles", "80").out.splitlines()[:-1]
    again = Shell(shell.capsys, tmp_path / "again")("demo", "--speed", "0", "--candles", "80").out.splitlines()[:-1]
    assert first == again
    assert len(first) > 10


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(("--speed", "-5"), "speed is -5.0"), (("--seed", "-5"), "seed"), (("--candles", "-1"), "candles is -1")],
)
def test_a_number_that_means_nothing_is_refused(arguments, message, shell):
    assert message in shell.refused("demo", *arguments)
