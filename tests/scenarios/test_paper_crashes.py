"""kill -9 of an engine with bots on a paper account, at each named point; candles go by; and a start.

Two real processes: the exchange whose candles are heard, and the engine. At rest after the start no order and no fill
is lost or there twice, all books are equal to the last digit, and what works is what is wanted.
"""

import pytest
from tests.cli.shell import Shell
from tests.scenarios.commands import soon
from tests.scenarios.live_scene import READY, loud_market
from tests.scenarios.paper_scene import PaperScene

# One kill after the other, each engine being the recovery of the one before.
KILLS = {
    "at the first orders": (("paper_decided", 2), ("paper_kept", 1), ("told", 5)),
    "as candles come": (("candle_received", 9), ("paper_decided", 21), ("committed", 24)),
    "as orders go out": (("paper_kept", 22), ("sending", 17), ("answered", 16)),
}


@pytest.fixture(scope="module")
def market(tmp_path_factory):
    with loud_market(tmp_path_factory.mktemp("exchange")) as found:
        yield found


@pytest.mark.parametrize("kills", KILLS)
def test_an_engine_killed_again_and_again_goes_on_with_equal_books(kills, tmp_path, market, capsys):
    scene = PaperScene(tmp_path / "data", market, kills)
    for place, (point, count) in enumerate(KILLS[kills]):
        with scene.engine("--crash-at", f"{point}:{count}") as engine:
            soon(lambda one=engine: READY in one.said() or not one.alive, engine.said)
            scene.until_killed(engine)
        market.step(1 + (place + count) % 3)
    with scene.engine() as engine:
        scene.goes_on(engine)
    scene.replays(capsys)
    said = Shell(capsys, scene.home)("doctor")
    assert "0 unexplained" in said.out, said
