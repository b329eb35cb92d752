"""Stopping with Ctrl-C or SIGTERM, going on, and a second process on the same bots: refused, or told to take over."""

import signal

import pytest
from tests.cli.crew_file import count, crew_file, what_happened
from tests.cli.shell import Shell
from tests.scenarios.terminal import killed, trade


@pytest.fixture
def home(tmp_path):
    return tmp_path / "data"


def uninterrupted(capsys, tmp_path, path, candles):
    """What one run over so many candles comes to."""
    whole = Shell(capsys, tmp_path / "whole")
    assert whole("trade", path, "--plain", "--speed", "0", "--candles", str(candles)).code == 0
    return what_happened(tmp_path / "whole")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_between_two_candles_and_the_same_command_goes_on(number, tmp_path, home, capsys):
    path = crew_file(tmp_path)
    with trade(home, path, "--speed", "600") as process:
        assert len(process.lines(2)) == 2
        process.signal(number)
        code, out, err = process.end()
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "stopped; orders stay as they are. The same command goes on from here."
    done = count(home, "market_events") // 2
    with trade(home, path, "--candles", "10") as process:
        code, out, err = process.end()
    assert (code, err) == (0, "")
    assert out.startswith(f"recovered {done} candles from the journal; going on\n")
    assert what_happened(home) == uninterrupted(capsys, tmp_path, path, done + 10)


def test_it_does_not_wait_for_the_next_candle_to_stop(tmp_path, home):
    path = crew_file(tmp_path)
    with trade(home, path, "--candles", "3") as process:
        assert process.end()[0] == 0
    with trade(home, path, "--speed", "0.001") as process:  # the next candle but one is due in 16 hours
        assert process.lines(1) == ["recovered 3 candles from the journal; going on\n"]
        process.signal(signal.SIGINT)
        assert process.end()[0] == 0


def test_a_second_process_is_refused_and_the_first_goes_on(tmp_path, home):
    path = crew_file(tmp_path)
    with trade(home, path, "--speed", "120") as first:
        assert first.lines(1)
        done = count(home, "market_events")
        with trade(home, path, "--candles", "40") as second:
            code, out, err = second.end()
        assert (code, out) == (2, "")
        assert f"error: bot 'trend' is run by process {first.running.pid} on " in err
        assert f"Stop that process (kill {first.running.pid}), or take the bot from it" in err
        assert len(err.splitlines()) == 1
        assert first.lines(1)
        assert count(home, "market_events") > done
        first.signal(signal.SIGINT)
        assert first.end()[0] == 0
    with trade(home, path, "--candles", "1") as third:  # a clean stop gave the bots back
        assert third.end()[0] == 0


def test_told_to_take_over_the_second_process_goes_on_and_the_first_ends_by_saying_so(tmp_path, home, capsys):
    path = crew_file(tmp_path)
    with trade(home, path, "--speed", "120") as first:
        assert first.lines(1)
        with trade(home, path, "--candles", "40", "--take-over") as second:
            code, _, err = second.end()
        assert (code, err) == (0, "")
        code, _, err = first.end()
    assert code == 2
    assert "was taken over by another process, which goes on with it; this one stopped" in err
    assert "Traceback" not in err
    with trade(home, path, "--candles", "1") as third:
        assert third.end()[0] == 0
    done = count(home, "market_events") // 2
    assert what_happened(home) == uninterrupted(capsys, tmp_path, path, done)
    for bot in ("trend", "ladder"):
        assert Shell(capsys, home)("replay", bot).out.endswith("\n0 differences\n")


def test_a_killed_process_is_not_waited_for(tmp_path, home):
    path = crew_file(tmp_path)
    with trade(home, path, "--speed", "120") as first:
        assert first.lines(1)
        first.signal(signal.SIGKILL)
        assert killed(first.end())
    with trade(home, path, "--candles", "1") as second:
        code, out, err = second.end()
    assert (code, err) == (0, "")
    assert out.startswith("recovered ")
