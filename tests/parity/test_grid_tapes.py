"""Botswain's managed grid and the reference's on drawn trades, where orders fill in parts and are heard of late."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from . import managed_grid
from .compare import first_difference, first_veto_difference
from .grid_tapes import OnTape, in_small_lots, that_follows
from .units import BUY, SELL

# Each has something that few others have: orders of before a move that fill, shorts, parts that are too small.
FOLLOWING = (40, 53, 66, 94, 161, 166, 193, 209, 231)


def compare(one: OnTape, *, compiled: bool = False) -> int:
    """Fail where fills or vetoes differ; return how many fills there were."""
    result, outcome = one.product(compiled=compiled), one.reference()
    assert result.halt is None, result.halt
    assert first_difference(result, outcome) == "", one.case.params
    assert first_veto_difference(result, outcome) == "", one.case.params
    return len(outcome.fills)


@pytest.mark.parametrize("seed", [2, 3, 9, 14, 200])
def test_a_grid_in_small_lots_fills_as_in_the_reference(seed: int) -> None:
    assert compare(in_small_lots(seed)) > 100


def test_bands_that_follow_fill_as_in_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    """And there a cell moves in each of the ways: with a part sold, with one bought, and filled afterwards."""
    ways: Counter[tuple[str, int, int]] = Counter()
    grid = managed_grid.ManagedGrid
    late, small, moved = grid._fill_of_before, grid._join_small, grid._move

    def see_late(self: Any, desk: Any, cell: Any, side: int, lots: int) -> None:
        ways["late", side, cell.wants] += 1
        late(self, desk, cell, side, lots)

    def see_small(self: Any, desk: Any) -> None:
        before = [(cell, cell.wants) for cell in self.cells]
        small(self, desk)
        for cell, wants in before:
            ways["small", wants, cell.wants] += wants != cell.wants

    def see_moved(self: Any, desk: Any, cell: Any, line: int, following: int) -> None:
        ways["moved", cell.wants, cell.got > 0] += 1
        moved(self, desk, cell, line, following)

    monkeypatch.setattr(grid, "_fill_of_before", see_late)
    monkeypatch.setattr(grid, "_join_small", see_small)
    monkeypatch.setattr(grid, "_move", see_moved)
    assert sum(compare(that_follows(seed)) for seed in FOLLOWING) > 1_000
    assert min(ways["late", side, wants] for side in (BUY, SELL) for wants in (BUY, SELL)) > 0, ways
    assert min(ways["small", SELL, wants] for wants in (BUY, managed_grid.WAITS)) > 0, ways
    assert min(ways["moved", wants, True] for wants in (BUY, SELL)) > 0, ways


def test_machine_code_fills_the_same() -> None:
    """One kernel: a share, a latency, no exits or limits."""
    for seed in (161, 193):
        assert compare(that_follows(seed), compiled=True) > 100
