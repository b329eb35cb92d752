"""The share of the time with a position."""

from __future__ import annotations

import numpy as np
import pytest

from botswain.lab.exposure import exposure, exposure_of_one

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


def test_of_one_symbol_it_is_the_same_number() -> None:
    rng = np.random.default_rng(3)
    for _ in range(50):
        marks = np.sort(rng.choice(1_000, 2 * int(rng.integers(0, 9)) + 1, replace=False)).astype(np.int64) * H
        began, ended, opened = marks[:-1:2], marks[1::2], [int(marks[-1])] if rng.random() < 0.5 else []
        end = 1_000 * H
        whole = exposure(np.append(began, opened), np.append(ended, [end] * len(opened)), 0, end)
        assert exposure_of_one(began, ended, opened, 0, end) == whole
    assert exposure_of_one(marks[:0], marks[:0], [], 5, 5) == 0.0
