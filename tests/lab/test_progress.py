"""A run that tells how far it is comes to the same as one that does not."""

from dataclasses import replace

from tests.lab.made import INTERPRETED, crossed


def test_a_run_in_parts_is_the_same_run() -> None:
    told: list[float] = []
    plain, parts = crossed(), crossed(options=replace(INTERPRETED, progress=told.append))
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.02, 0.98)
    assert len(plain.fills) > 5
    assert parts.fills == plain.fills
    assert parts.equity == plain.equity
    assert parts.round_trips == plain.round_trips
