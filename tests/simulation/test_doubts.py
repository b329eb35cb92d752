"""The longest time for which nobody knew what became of an order, by the journal alone, and what is told of it."""

import sqlite3
from types import SimpleNamespace

import pytest

from botswain.simulation.database_rows import DatabaseRows
from botswain.simulation.doubts import Doubts


def row(state, name="a"):
    return SimpleNamespace(client_id=name, state=state)


def doubts(faults=None):
    found = {} if faults is None else faults
    return Doubts(lambda: dict(found))


def lived(*steps):
    """States of one order with their times."""
    made = doubts()
    for at_ms, state in steps:
        made.committed([row(state)], at_ms)
    return made


@pytest.mark.parametrize(
    ("steps", "took_ms", "asked"),
    [
        ([(0, ""), (700, "new")], 700, "placed"),
        ([(0, ""), (100, "unknown"), (900, "rejected")], 900, "placed"),
        ([(0, ""), (100, "partially_filled")], 100, "placed"),
        (
            [(0, ""), (5, "new"), (100, "pending_cancel"), (200, "partially_filled"), (400, "canceled")],
            300,
            "taken off",
        ),
        ([(0, ""), (5, "new"), (100, "pending_replace"), (400, "new")], 300, "changed"),
        ([(0, ""), (5, "new"), (100, "pending_cancel"), (200, "unknown"), (900, "new")], 800, "placed"),
    ],
)
def test_a_doubt_lasts_from_the_request_until_its_end_is_written(steps, took_ms, asked):
    found = lived(*steps).end(5_000)
    assert (found.took_ms, found.asked, found.open) == (took_ms, asked, False)


def test_one_that_is_not_over_counts_until_the_end_and_none_is_none():
    assert doubts().end(9) is None
    found = lived((100, "")).end(70_100)
    assert (found.took_ms, found.open) == (70_000, True)
    assert "1 min 10 s of an order that was to be placed, not over at the end; meanwhile no fault" in found.told()


def test_the_longest_is_told_with_what_went_wrong_meanwhile_and_how_long_no_engine_lived():
    faults = {"PX:outage": 2}
    made = doubts(faults)
    made.began(0)
    made.committed([row("", "short")], 0)
    made.committed([row("new", "short")], 10)
    made.committed([row("", "long")], 1_000)
    faults |= {"PX:outage": 5, "CP:point": 1}
    made.gone(2_000)
    made.began(5_500)
    made.committed([row("filled", "long")], 9_000)
    found = made.end(10_000)
    assert (found.name, found.away_ms, found.lives) == ("long", 3_500, 1)
    assert found.told() == (
        "8.0 s of an order that was to be placed, 1 restart (3.5 s without an engine); "
        "meanwhile PX:outage 3, CP:point 1"
    )


def test_one_that_ended_and_is_shown_working_may_be_alive_again():
    rows = DatabaseRows(connection=sqlite3.connect(":memory:"))
    rows._order((1, b"\1" * 16, b"\2" * 16, "X/Y", 0, 1, 1, "buy", "limit", 5, 7, None, 1, 1, 0, 0))
    [order] = rows.rows.values()
    for state, final in (("new", False), ("canceled", True), ("partially_filled", True), ("new", False)):
        rows._event((1, b"\1" * 16, state, 0, None, 0))
        assert order.final is final
        assert bool(rows.live.get(order.place)) is not final
    assert rows.taken() == [order]
    assert rows.taken() == []
