"""kill -9 of an engine with bots on a paper account, at each named point; candles go by; and a start.

Two real processes: the exchange whose candles are heard, and the engine. At rest after the start no order and no fill
is lost or there twice, all books are equal to the last digit, and what works is what is wanted.
"""

import random

import pytest
from tests.cli.shell import Shell
from tests.scenarios.commands import soon
from tests.scenarios.live_scene import READY, loud_market
from tests.scenarios.paper_scene import PaperScene

POINTS = [
    ("paper_decided", 2),
    ("paper_decided", 21),
    ("paper_kept", 1),
    ("paper_kept", 22),
    ("candle_received", 9),
    ("committed", 24),
    ("sending", 17),
    ("answered", 16),
    ("told", 5),
]


@pytest.fixture(scope="module")
def market(tmp_path_factory):
    with loud_market(tmp_path_factory.mktemp("exchange")) as found:
        yield found


@pytest.mark.parametrize(("point", "count"), POINTS)
def test_an_engine_killed_at_a_point_goes_on_with_equal_books(point, count, tmp_path, market, capsys):
    scene = PaperScene(tmp_path / "data", market, f"{point}-{count}")
    with scene.engine("--crash-at", f"{point}:{count}") as engine:
        soon(lambda: READY in engine.said() or not engine.alive, engine.said)
        scene.until_killed(engine)
    market.step(random.Random(count).randint(1, 3))
    with scene.engine() as engine:
        scene.goes_on(engine)
    scene.replays(capsys)
    said = Shell(capsys, scene.home)("doctor")
    assert "0 unexplained" in said.out, said
