"""What an engine does too often, too rarely, or without a cause, is found; what has a cause is not."""

import sqlite3
from types import SimpleNamespace

import pytest

from botswain.sandbox.order import CANCELED, EXPIRED, FILLED
from botswain.simulation.asks import FREE, FREE_TAKEN, PACE_S, Asks
from botswain.simulation.causes import LONG_MS, Causes
from botswain.simulation.checker import Checker
from botswain.simulation.database_rows import DatabaseRows, text
from botswain.simulation.lives import Charge
from botswain.simulation.rest_checks import A_DAY, idle, silent

PLACE = ("bot", "X/Y", (1,))


def ask(asks, times, *, apart_ms=0, begin=0, terms="terms", taken=False):
    """The same request so often; what is said of the last."""
    said = ""
    for number in range(begin, begin + times):
        said = asks.asked(*PLACE, terms, [f"order-{number}"], number * apart_ms)
        if taken:
            asks.taken(f"order-{number}")
    return said


def test_what_is_refused_may_be_asked_for_again_a_few_times_at_once_and_then_at_a_pace():
    assert ask(Asks(), FREE) == ""
    assert "nothing has happened since the first" in ask(Asks(), FREE + 1)
    assert ask(Asks(), 100, apart_ms=int(PACE_S * 1000)) == ""
    assert ask(Asks(), 100, apart_ms=int(PACE_S * 500)) != ""


def test_what_the_exchange_took_is_not_placed_anew_but_where_it_ended_it_itself():
    assert ask(Asks(), FREE_TAKEN + 1, apart_ms=60_000, taken=True) == ""
    assert "had taken it 4 times" in ask(Asks(), FREE_TAKEN + 2, apart_ms=60_000, taken=True)
    asks = Asks()
    ask(asks, FREE_TAKEN + 1, apart_ms=60_000, taken=True)
    assert asks.before(*PLACE) == [f"order-{number}" for number in range(FREE_TAKEN + 1)]
    asks.ended("order-0")
    assert ask(asks, 1, apart_ms=60_000, begin=FREE_TAKEN + 1) == ""


@pytest.mark.parametrize("happened", ["a fill", "other terms", "another life"])
def test_what_happens_begins_a_new_row(happened):
    asks = Asks()
    assert ask(asks, FREE) == ""
    if happened == "a fill":
        asks.filled("bot", "X/Y")
    elif happened == "other terms":
        ask(asks, 1, terms="others")
    else:
        asks.began()
    assert ask(asks, FREE, begin=FREE) == ""
    assert ask(asks, FREE, begin=2 * FREE) != ""


def order(name, status, executed=0, lots=10, kind="LIMIT"):
    """An order of the exchange."""
    terms = SimpleNamespace(type=kind, tif="GTC")
    facts = SimpleNamespace(lot=1)
    return SimpleNamespace(client_id=name, status=status, executed=executed, lots=lots, facts=facts, terms=terms)


@pytest.mark.parametrize(
    ("status", "off", "rests", "found"),
    [(FILLED, (), True, 1), (CANCELED, ("a",), True, 1), (CANCELED, (), True, 0), ("NEW", (), True, 0),
     (FILLED, (), False, 0)],
)  # fmt: skip
def test_a_slot_that_has_filled_has_its_next_order(status, off, rests, found):
    last = {("bot", "X/Y", 3): [order("a", status)]}
    assert len(list(silent(["bot"] if rests else [], last, off))) == found


@pytest.mark.parametrize(
    ("gone", "found"),
    [(order("a", EXPIRED), 1), (order("a", EXPIRED, executed=3), 0), (order("a", EXPIRED, kind="MARKET"), 0)],
)
def test_nor_is_a_slot_left_empty_that_the_exchange_emptied_by_itself(gone, found):
    assert len(list(silent(["bot"], {("bot", "X/Y", 3): [gone]}, ()))) == found


@pytest.mark.parametrize(
    ("made", "days", "found"),
    [
        ({"a": A_DAY, "b": A_DAY}, 1.0, 0),
        ({"a": 2 * A_DAY - 1}, 1.0, 1),
        ({"a": 5, "b": 2 * A_DAY}, 1.0, 1),
        ({}, 0.4, 0),
    ],
)
def test_a_day_of_bots_has_its_orders_and_each_follower_its_own(made, days, found):
    assert len(list(idle({"a": 10, "b": 0}, made, days))) == found


def test_a_follower_that_reached_its_drawdown_limit_need_not_order_and_one_that_waits_for_the_next_day_does():
    rows = DatabaseRows(connection=sqlite3.connect(":memory:"))
    rows.connection.execute("CREATE TABLE bots (id BLOB, halted_reason TEXT)")
    rows.connection.execute("CREATE TABLE blocks (bot_id BLOB, until_ms INTEGER)")
    over, waits = bytes(16), bytes([1] * 16)
    rows.connection.executemany("INSERT INTO blocks VALUES (?, ?)", [(over, None), (waits, 1)])
    names = [text(over), text(waits)]
    charges = {name: Charge(name, "main", 10_000, protects=True, rests=False, orders=20) for name in names}
    found = []
    checker = Checker(SimpleNamespace(orders={}), None, found.append, rows, charges)
    checker.day(1.0)
    assert [one.invariant for one in found] == ["IDLE", "IDLE"]
    assert found[0].what.startswith("1 bots made 0 orders")
    assert found[1].what.startswith(f"bot {text(waits)} made 0 orders")


class Books(SimpleNamespace):
    """An exchange's books with one order of the bot."""


def causes(state="new", final=False, first_ms=0, off_ms=None, booked=0, acted=(), placed=None, foreign=()):
    """Of a bot with one order."""
    floor = SimpleNamespace(faults=SimpleNamespace(acted=dict.fromkeys(acted, 1)), pairs={})
    books = Books(orders={"a": [placed or order("a", "NEW")]}, exchange=SimpleNamespace(floor=floor),
                  foreign=dict(enumerate(foreign)))  # fmt: skip
    row = SimpleNamespace(bot="bot", symbol="X/Y", state=state, final=final)
    made = Causes(books, SimpleNamespace(rows={"a": row}, booked={"a": booked}))
    made.first_ms["a"] = first_ms
    if off_ms is not None:
        made.off_ms["a"] = off_ms
    return made


HAND = SimpleNamespace(terms=SimpleNamespace(side=-1), executed=3, facts=SimpleNamespace(symbol="X/Y"))


@pytest.mark.parametrize(
    ("given", "cause"),
    [
        ({}, ""),
        ({"placed": order("a", FILLED, 11), "booked": 11}, "more than it was for"),
        ({"acted": ("bad_print",)}, ""),
        ({"foreign": (HAND,)}, "somebody else"),
        ({"state": "unknown"}, "nobody knows"),
        ({"state": "unknown", "first_ms": 1}, ""),
        ({"off_ms": 0}, "nobody knows"),
        ({"off_ms": 1}, ""),
        ({"placed": order("a", FILLED, 4)}, "are not booked"),
    ],
)
def test_a_cause_is_looked_for_in_the_books_and_nowhere_else(given, cause):
    found = causes(**given).cause("bot", LONG_MS)
    assert cause in found
    assert bool(cause) is bool(found)
