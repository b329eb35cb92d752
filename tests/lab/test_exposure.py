"""The share of the time with a position."""

from __future__ import annotations

import numpy as np
import pytest

from botswain.lab.exposure import exposure

H = 3_600_000


def share(*positions: tuple[int, int], end: int = 10) -> float:
    """Exposure of positions given in hours, over `end` hours."""
    began = np.array([a for a, _ in positions], np.int64) * H
    ended = np.array([b for _, b in positions], np.int64) * H
    return exposure(began, ended, 0, end * H)


@pytest.mark.parametrize(
    ("positions", "expected"),
    [
        ((), 0.0),
        (((0, 10),), 1.0),
        (((2, 4), (6, 9)), 0.5),
        (((6, 9), (2, 4)), 0.5),
        (((2, 6), (4, 8)), 0.6),
        (((1, 9), (2, 3), (4, 5)), 0.8),
        (((3, 3),), 0.0),
    ],
)
def test_overlapping_positions_count_once(positions: tuple[tuple[int, int], ...], expected: float) -> None:
    assert share(*positions) == pytest.approx(expected)


def test_no_time_has_no_exposure() -> None:
    assert share((0, 1), end=0) == 0.0
