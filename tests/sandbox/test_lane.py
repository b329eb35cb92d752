"""The book of resting orders grows when it is full, and every order keeps its place in the queue."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.sandbox.scenes import RULES

from botswain.build.decider import matching
from botswain.core.codes import LIMIT, STOP
from botswain.sandbox.lane import ROOM, Entry, Lane


@pytest.mark.parametrize("compiled", [False, True])
def test_a_full_book_grows_and_forgets_nothing(kernels: Path, compiled: bool) -> None:
    lane = Lane(matching(kernels) if compiled else RULES, compiled=compiled)
    slots = []
    for k in range(ROOM + 10):
        kind, side = (LIMIT, 1) if k % 2 else (STOP, -1)
        slots.append(lane.write(Entry(side, kind, 1 + k, price=90 if k % 2 else 0, trigger=0 if k % 2 else 90)))
        assert lane.arrive(slots[-1], 100) == []
    assert len(set(slots)) == ROOM + 10
    lane.remove(slots[3])
    lane.set_leaves(slots[5], 7)
    said = lane.walk(100, 100, 90, 95)
    assert [one.slot for one in said] == [slot for slot in slots if slot != slots[3]]
    assert said[4].lots == 7
    assert {one.price for one in said} == {90}
    for one in said:
        lane.release(one.slot)
    assert sorted(lane.free) == list(range(lane.state.width))
