"""What keeps the supervisor or a bot from working is said once each time it happens, not once for ever."""

import asyncio
from types import SimpleNamespace

import pytest

from botswain.engine import supervision
from botswain.engine.muster import DUE_S, KEPT_TOLD, Muster, first_word
from botswain.engine.supervision import Supervision
from botswain.model.errors import BadInput, Unavailable

LOCKED = "the database stayed locked by another program"


class Shaky(Supervision):
    """Its looks end as they are told to; after the last one it stops."""

    outcomes: list[Exception | None]

    async def look(self):
        outcome = self.outcomes.pop(0)
        if not self.outcomes:
            self.stop.set()
        if outcome is not None:
            raise outcome


def shaky(said, *outcomes):
    made = Shaky(SimpleNamespace(muster=Muster()), lambda _market, _remark: None, said.append)
    made.outcomes = list(outcomes)
    return made


async def test_rows_that_cannot_be_read_are_told_of_each_time_that_begins(monkeypatch):
    monkeypatch.setattr(supervision, "LOOK_S", 0.0)
    said, locked = [], Unavailable(LOCKED)
    await shaky(said, locked, locked, None, locked, locked, None).run()
    assert said == [LOCKED, LOCKED]


@pytest.mark.parametrize(("ran", "times"), [(True, 2), (False, 1)])
async def test_a_bot_that_ran_and_cannot_again_is_told_of_again(ran, times):
    said = []
    made = shaky(said)
    for _ in range(2):
        ended = asyncio.get_running_loop().create_future()
        ended.set_exception(BadInput("no key"))
        made.tasks[ended] = "main"
        made.crews["main"] = SimpleNamespace(wanted=[SimpleNamespace(name="one")], last=object() if ran else None)
        made.reap()
    assert said == ["main: one cannot run: no key"] * times


async def test_a_bot_that_is_to_leave_while_it_is_on_its_way_in_is_looked_at_again_at_the_next_look():
    made = shaky([])
    made.crews["main"] = SimpleNamespace(wanted=[], fleet=None)
    made.moving["one"] = asyncio.get_running_loop().create_future()
    made.depart("main", "one")
    assert made.unsettled


def fleet_of(*bots):
    return SimpleNamespace(runners=dict.fromkeys(bots), refused=[])


async def test_whose_bots_the_process_has_counts_all_fleets_and_for_a_while_those_that_are_about_to_start():
    made = shaky([])
    muster, now_s = made.parts.muster, asyncio.get_running_loop().time()
    made.ids = {name: f"id {name}" for name in ("one", "five", "due", "refused", "late", "down", "nobody's")}
    made.since = {"one": now_s, "due": now_s, "refused": now_s, "late": now_s - DUE_S, "unknown": now_s}
    made.resting = {"refused"}
    made.crews["1m"] = SimpleNamespace(wanted=[], fleet=fleet_of("id one"))
    made.crews["5m"] = SimpleNamespace(wanted=[], fleet=fleet_of("id five"))
    made.crews["1h"] = SimpleNamespace(wanted=[SimpleNamespace(name="down"), SimpleNamespace(name="new")], fleet=None)
    assert muster.awaited() == {"id due"}
    assert muster.looked_after() == {"id one", "id five", "id due", "id down"}


def test_what_was_told_of_an_order_is_remembered_of_the_latest_ones():
    told = {}
    assert [first_word(told, name) for name in ("a", "a", "b")] == [True, False, True]
    assert all(first_word(told, str(number)) for number in range(KEPT_TOLD))
    assert len(told) == KEPT_TOLD
