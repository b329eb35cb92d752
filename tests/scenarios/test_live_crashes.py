"""kill -9 of a live engine, and of its gateway as a process of its own, at each named point; and a start.

Three real processes: the exchange, the engine, the gateway. At rest after the start no order is lost or was sent twice,
the ledger has the exchange's own figures to the last digit, and what works is what is wanted.
"""

import io

import pytest
from tests.cli.shell import Shell
from tests.scenarios.commands import soon
from tests.scenarios.live_scene import (
    DEALS,
    DIP,
    MOMENTUM,
    MOST_STEPS,
    PIECES,
    READY,
    SCALPER,
    TREND,
    USUAL,
    Scene,
    loud_market,
)

from botswain.sandbox.control import made_key

# The orders that one position in pieces has: a stop for each of two rungs and for the rest.
PARTS = 3
# One kill after the other, each engine being the recovery of the one before: where, and how often the point is passed
# before, from the first orders of all to the middle of the trading. By crew: the usual one, one of bots that count and
# remember (purchases, what was added, the price of the last one), and one that makes quotes.
COUNTING, QUOTING = (DEALS, MOMENTUM, DIP), (SCALPER, TREND)
ENGINE = {
    "at the first orders": (USUAL, (("committed", 2), ("sending", 3), ("answered", 1), ("told", 5))),
    "as candles come": (USUAL, (("candle_received", 9), ("event_taken", 30), ("handed_over", 6), ("decided", 27))),
    "as orders go out": (USUAL, (("sending", 17), ("gateway_received", 14), ("gateway_checked", 15))),
    "as they are answered": (USUAL, (("answered", 16), ("gateway_answered", 16), ("committed", 24))),
    "of bots that count": (COUNTING, (("event_taken", 40), ("committed", 12), ("sending", 9), ("told", 14))),
    "of bots that count, later": (COUNTING, (("decided", 33), ("committed", 26), ("answered", 12))),
    "of a maker of quotes": (QUOTING, (("committed", 26), ("sending", 9), ("answered", 13), ("told", 16))),
}
# Of a bot whose positions go in pieces, each of them a list of two orders or a stop.
LISTS = {
    "early": (("committed", 9), ("sending", 8), ("answered", 7), ("told", 13)),
    "later": (("event_taken", 30), ("sending", 21), ("committed", 27)),
    "in the middle": (("answered", 20), ("gateway_answered", 18)),
}
GATEWAY = [("gateway_received", 13), ("gateway_checked", 14), ("gateway_answered", 15)]


@pytest.fixture(scope="module")
def market(tmp_path_factory):
    with loud_market(tmp_path_factory.mktemp("exchange")) as found:
        yield found


def killed(scene, market, kills):
    """Kill the engine at each of these points, the market going on in between."""
    for place, (point, count) in enumerate(kills):
        with scene.engine("--crash-at", f"{point}:{count}") as engine:
            soon(lambda one=engine: READY in one.said() or not one.alive, engine.said)
            scene.until_killed(engine)
        market.step(1 + (place + count) % 3)


@pytest.mark.parametrize("kills", ENGINE)
def test_an_engine_killed_again_and_again_goes_on_with_equal_books(kills, tmp_path, market, capsys):
    crew, points = ENGINE[kills]
    scene = Scene(tmp_path / "data", market, kills, crew)
    killed(scene, market, points)
    with scene.engine() as engine:
        scene.goes_on(engine)
    scene.replays(capsys)


@pytest.mark.parametrize("kills", LISTS)
def test_a_position_in_pieces_goes_on_with_a_stop_for_each(kills, tmp_path, market, capsys):
    scene = Scene(tmp_path / "data", market, f"pieces {kills}", (PIECES,))
    killed(scene, market, LISTS[kills])
    stops = 0
    with scene.engine() as engine:
        engine.until(READY)
        for _ in range(MOST_STEPS):  # what the market does here depends on how far others have moved it
            scene.step(engine)
            scene.at_rest(engine)
            stops = max(stops, scene.nothing_is_bare("pieces"))
            if stops >= PARTS:
                break
        scene.goes_on(engine)
    assert stops >= PARTS, "its position was never in pieces"
    scene.replays(capsys)


@pytest.fixture
def with_key(capsys, monkeypatch):
    """Seals a scene's key, so that only the gateway's process opens it."""

    def sealed(scene):
        key = made_key(scene.name)
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{key.api_key}\n{key.secret}\n"))
        where = ("--venue", "binance", "--environment", "sandbox", "--account", scene.name)
        done = Shell(capsys, scene.home)("keys", "add", "key", *where)
        assert done.code == 0, done

    return sealed


@pytest.mark.parametrize(("point", "count"), GATEWAY)
def test_a_gateway_killed_at_a_point_and_started_again_leaves_equal_books(
    point, count, tmp_path, market, capsys, with_key
):
    scene = Scene(tmp_path / "data", market, f"own-{point}")
    with_key(scene)
    with scene.gateway("--crash-at", f"{point}:{count}") as gateway:
        gateway.until("listening at")
        with scene.engine() as engine:
            engine.until(READY)
            scene.until_killed(gateway, [engine])
            scene.step(engine)
            assert engine.alive
            with scene.gateway() as again:
                again.until("listening at")
                scene.goes_on(engine)
    scene.replays(capsys)


@pytest.mark.parametrize(("point", "count"), [("committed", 8), ("answered", 15)])
def test_an_engine_killed_while_its_gateway_lives_goes_on_with_equal_books(
    point, count, tmp_path, market, capsys, with_key
):
    scene = Scene(tmp_path / "data", market, f"beside-{point}")
    with_key(scene)
    with scene.gateway() as gateway:
        gateway.until("listening at")
        with scene.engine("--crash-at", f"{point}:{count}") as engine:
            engine.until(READY)
            scene.until_killed(engine)
        with scene.engine() as engine:
            scene.goes_on(engine)
    scene.replays(capsys)
