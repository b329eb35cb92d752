"""A user's own strategies over HTTP: listed with what may be set, run by name, never by a path; a broken one beside."""

from pathlib import Path

import pytest
from tests.api.door import API, problem_of

from botswain.build.own_folder import KEPT

MINE = '''"""A module of mine."""

from botswain import Param, Strategy, above, step, ta


class Mine(Strategy):
    """Holds above its average.

    It loses where prices go to and fro.
    """

    candles = Param({default}, 2, 500, help="candles in the average")

    def indicators(self):
        return {{"mean": ta.SMA(self.candles)}}

    @step
    def decide(now, was, p, candle, my, wanted):
        wanted.target(1.0 if above(candle.close, now.mean) else 0.0)
'''


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    place = tmp_path / "strategies"
    place.mkdir()
    monkeypatch.setattr(KEPT, "folder", place)
    return place


async def own(client):
    """Those that are no bots that ship."""
    answer = await client.get(f"{API}/strategies", params={"limit": 1000})
    assert answer.status_code == 200, answer.text
    return {one["name"]: one for one in answer.json()["items"] if one["own"]}


async def test_what_the_folder_holds_is_listed_with_what_may_be_set(client, folder):
    assert await own(client) == {}
    (folder / "mine.py").write_text(MINE.format(default=50))
    found = (await own(client))["mine"]
    assert (found["summary"], found["help"], found["problem"]) == (
        "Holds above its average.",
        "It loses where prices go to and fro.",
        "",
    )
    assert [(one["name"], one["default"], one["least"], one["most"]) for one in found["parameters"]] == [
        ("candles", 50, 2, 500)
    ]
    assert (await client.get(f"{API}/strategies/mine")).json() == found
    assert "did you mean 'mine'" in problem_of(await client.get(f"{API}/strategies/mien"), 404, "not_found")
    (folder / "mine.py").write_text(MINE.format(default=100))
    assert (await own(client))["mine"]["parameters"][0]["default"] == 100
    (folder / "mine.py").unlink()
    assert await own(client) == {}


async def test_a_broken_file_says_so_and_breaks_nothing_else(client, folder):
    (folder / "mine.py").write_text(MINE.format(default=50))
    for name, text in (
        ("typo", "from botswain import Stratgy\n"),
        ("endless", "while True: pass\n"),
        ("leaves", "import sys\nsys.exit()\n"),
        ("bounds", MINE.format(default=900)),
        ("grid", MINE.format(default=50)),
        ("odd", MINE.format(default=50) + "\n    def validate(self):\n        raise KeyError('odd')\n"),
    ):
        (folder / f"{name}.py").write_text(text)
    found = await own(client)
    assert found["mine"]["problem"] == ""
    problems = {name: one["problem"] for name, one in found.items() if one["problem"]}
    assert problems.keys() == {"typo.py", "endless.py", "leaves.py", "bounds.py", "grid.py", "odd.py"}
    assert "typo.py, line 1: ImportError" in problems["typo.py"]
    assert "endless.py, line 1: it was still running after 3,000,000 instructions" in problems["endless.py"]
    assert "leaves.py, line 2: the file ends the program" in problems["leaves.py"]
    assert "parameter candles is 900; it must be from 2 to 500" in problems["bounds.py"]
    assert "Grid of botswain.strategies.grid, which ships" in problems["grid.py"]
    assert "KeyError: 'odd'" in problems["odd.py"]
    assert (await client.get(f"{API}/strategies/grid")).json()["own"] is False


async def test_a_bot_runs_one_by_its_name_and_never_by_a_path(door, client, folder):
    path = folder / "mine.py"
    path.write_text(MINE.format(default=50))
    settings = door.settings(strategy="mine", parameters={"candles": 20})
    made = await client.post(f"{API}/bots", json=settings | {"name": "of mine"})
    assert made.status_code == 201, made.text
    assert made.json()["settings"]["strategy"] == "mine"
    for word in (str(path), "mine.py", f"{folder}/mine", "../mine.py:Mine"):
        refused = await client.post(f"{API}/bots", json=settings | {"strategy": word, "name": "by path"})
        assert "is unknown here" in problem_of(refused, 422, "bad_input", "/strategy")
    wrong = await client.post(f"{API}/bots", json=settings | {"parameters": {"candles": 1}, "name": "wrong"})
    problem_of(wrong, 422, "bad_input", "/parameters/candles")
