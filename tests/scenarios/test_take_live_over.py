"""A live bot is taken from an engine that hangs: the first wakes up later, and can neither send nor write any more.

Real processes on one exchange. The first engine stands still (SIGSTOP) at a named point, so that what it has decided
or committed is on its way when it wakes up (SIGCONT). The second one has traded on meanwhile.
"""

import signal
import sqlite3
from contextlib import closing

import pytest
from tests.scenarios.commands import soon
from tests.scenarios.live_scene import AFTER, MOST_STEPS, READY, Scene, loud_market

from botswain.cli.processes import this_process

# By a commit that was refused, or by a start after somebody else had recorded the market.
TAKEN = ("was taken over by another process, which goes on with it", "is traded on by another process: bot ")
REFUSED = 2


@pytest.fixture(scope="module")
def market(tmp_path_factory):
    with loud_market(tmp_path_factory.mktemp("exchange")) as found:
        yield found


def stands_still(process):
    """Whether a process is stopped, as its host tells it."""
    with open(f"/proc/{process.running.pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0] == "T"


def until_still(scene, engine):
    """Move the market until the engine stands still at its point."""
    for _ in range(MOST_STEPS):
        if stands_still(engine):
            return
        before = scene.recorded()
        scene.market.step()
        soon(lambda before=before: scene.recorded() >= before + 2 or stands_still(engine), engine.said)
    raise AssertionError(f"it passed its point never:\n{engine.said()}")


def sent(scene):
    """The orders that the exchange has ever had from the account."""
    return set(scene.shown().orders)


def wakes_up_to_nothing(scene, first, second):
    """The first engine goes on, finds its bots gone and ends; nothing was sent or written by it."""
    before, rows = sent(scene), scene.rows()
    first.running.send_signal(signal.SIGCONT)
    soon(lambda: not first.alive, first.said)
    assert first.running.returncode == REFUSED, first.said()
    assert any(one in first.said() for one in TAKEN), first.said()
    assert "Traceback" not in first.said()
    assert second.alive
    assert sent(scene) == before
    assert scene.rows() == rows


@pytest.mark.parametrize(
    ("point", "count"),
    [
        ("decided", 20),
        ("committed", 24),
        ("sending", 2),
        ("sending", 17),
        ("gateway_received", 4),
        ("told", 9),
    ],
)
def test_an_engine_that_hung_while_its_bots_were_taken_over_sends_and_writes_nothing(
    point, count, tmp_path, market, capsys
):
    scene = Scene(tmp_path / "data", market, f"hung-{point}-{count}")
    # That it was allowed to take bots over itself does not let it take them back.
    with scene.engine("--take-over", "--crash-at", f"{point}:{count}:stop") as first:
        soon(lambda: READY in first.said(), first.said)
        until_still(scene, first)
        with scene.engine("--take-over") as second:
            second.until(READY)
            scene.step(second)
            scene.at_rest(second)
            wakes_up_to_nothing(scene, first, second)
            for _ in range(AFTER):
                scene.step(second)
            scene.at_rest(second)
            assert second.stop() == 0, second.said()
            assert scene.compared() == []
    scene.replays(capsys)


def test_bots_of_another_host_are_refused_by_name_and_taken_over_when_that_is_asked_for(tmp_path, market, capsys):
    scene = Scene(tmp_path / "data", market, "elsewhere")
    with scene.engine() as first:
        first.until(READY)
        for _ in range(10):
            scene.step(first)
        first.kill()
    here = this_process().host
    with closing(sqlite3.connect(scene.home / "botswain.db")) as base, base:
        owners = dict(base.execute("SELECT name, lease_owner FROM bots").fetchall())
        for name, owner in owners.items():
            there = owner.replace(here, "attic", 1)
            base.execute("UPDATE bots SET lease_owner = ? WHERE name = ?", (there, name))
    with scene.engine() as second:
        soon(lambda: not second.alive, second.said)
        assert second.running.returncode == REFUSED
        assert f"is run by process {first.running.pid} on attic, started " in second.said()
        assert "take the bot from it with botswain trade --take-over" in second.said()
    with scene.engine("--take-over") as third:
        scene.goes_on(third)
    scene.replays(capsys)
