"""The same crew on PostgreSQL: traded, stopped, gone on with, recomputed, and taken over."""

import pytest
from tests.cli.crew_file import MARKET, crew_file
from tests.cli.shell import Shell

FAST = ("--plain", "--speed", "0")


@pytest.fixture
def shell(capsys, tmp_path):
    return Shell(capsys, tmp_path / "data")


def test_it_goes_on_and_is_recomputed_without_a_difference(shell, tmp_path, empty_postgres_url):
    here = ("--database", empty_postgres_url)
    path = crew_file(tmp_path, MARKET | {"candles": 40})
    whole = Shell(shell.capsys, tmp_path / "whole")("trade", path, *FAST)
    assert whole.code == 0, whole.err
    first = shell("trade", path, *FAST, "--candles", "15", *here)
    assert (first.code, first.err) == (0, "")
    second = shell("trade", path, *FAST, *here)
    assert second.out.startswith("recovered 15 candles from the journal; going on\n")
    fills = [*first.out.splitlines()[:-2], *second.out.splitlines()[1:]]
    assert fills == whole.out.splitlines()
    for bot in ("trend", "ladder"):
        assert shell("replay", bot, *here).out.endswith("\n0 differences\n")
    assert "there is no bot 'trnd'; did you mean 'trend'?" in shell.refused("replay", "trnd", *here)


def test_a_server_that_does_not_answer_is_refused(shell, tmp_path):
    said = shell.refused("trade", crew_file(tmp_path), *FAST, "--database", "postgresql://nobody@127.0.0.1:1/none")
    assert "did not answer" in said
    assert "check that the server runs and can be reached" in said
