"""An order that no surface knows is told by the balances, where they can be explained in one way only."""

from decimal import Decimal

import pytest

from botswain.engine.forgotten import MOST, MOST_PARTS, Doubt, Moved, filled_of

ONE, FEE = Decimal(1), Decimal("0.001")
FEES = frozenset((Decimal(0), FEE))
LOT = Decimal("0.001")


def buy(name, left, *, eaten=True):
    return Doubt(name, 1, Decimal(left), eaten)


def sale(name, left, group=""):
    return Doubt(name, -1, Decimal(left), eaten=True, group=group)


@pytest.mark.parametrize(
    ("change", "doubts", "filled"),
    [
        ("0", [buy("a", 1)], set()),
        ("0.999", [buy("a", 1)], {"a"}),
        ("1", [buy("a", 1)], {"a"}),
        ("-1", [sale("a", 1)], {"a"}),
        ("-1", [sale("a", 1), sale("b", 3)], {"a"}),
        ("2.997", [buy("a", 1), buy("b", 2)], {"a", "b"}),
        ("1.998", [buy("a", 1), buy("b", 2)], {"b"}),
        ("-0.001", [buy("a", 1), sale("b", 1)], {"a", "b"}),
        ("0", [], set()),
        ("0", [buy(str(number), 1) for number in range(MOST + 1)], set()),
        ("-2", [sale("stop", 1, "list"), sale("target", 1, "list"), sale("a", 2)], {"a"}),
        ("0", [buy("a", "0.14953"), sale("b", "0.14938"), sale("c", "0.14938")], set()),
    ],
)
def test_one_way_of_adding_up_is_believed(change, doubts, filled):
    lefts = {one.name: one.left for one in doubts}
    assert filled_of(Decimal(change), doubts) == {name: lefts[name] for name in filled}


@pytest.mark.parametrize(
    ("change", "doubts"),
    [
        ("0.5", [buy("a", 1)]),
        ("-1", [buy("a", 1)]),
        ("-0.999", [sale("a", 1)]),
        ("0.999", [buy("a", 1, eaten=False)]),
        ("0.999", [buy("a", 1), buy("b", 1)]),
        ("0", [buy("a", 1, eaten=False), sale("b", 1)]),
        ("5", []),
        ("-1", [sale("stop", 1, "list"), sale("target", 1, "list")]),
        ("-2", [sale("stop", 1, "list"), sale("target", 1, "list")]),
        ("-2", [sale("one", 1), sale("two", 1), sale("a", 2)]),
        ("1", [buy(str(number), 1) for number in range(MOST + 1)]),
    ],
)
def test_where_none_fits_or_several_do_nobody_can_say(change, doubts):
    assert filled_of(Decimal(change), doubts) is None


def at(price, side, name, left, *, eaten=True, trigger=0, group=""):
    return Doubt(name, side, Decimal(left), eaten, group, LOT, Decimal(price), Decimal(trigger))


def of(change, quote, *doubts):
    return filled_of(Decimal(change), doubts, Moved(Decimal(quote), FEES))


BUY, SALE = at(100, 1, "buy", 1), at(110, -1, "sale", 1)
STOP = at(0, -1, "stop", 1, trigger=90, group="list")
TARGET = at(110, -1, "target", 1, group="list")


@pytest.mark.parametrize(
    ("change", "quote", "doubts", "filled"),
    [
        ("0.3996", "-40", [BUY], {"buy": "0.4"}),
        ("0.4", "-40", [BUY], {"buy": "0.4"}),
        ("-0.25", "27.4725", [SALE], {"sale": "0.25"}),
        ("-0.001", "0.10989", [SALE], {"sale": "0.001"}),
        ("-0.25", "27.4725", [SALE, at(112, -1, "higher", 1)], {"sale": "0.25"}),
        ("-1.25", "139.3605", [SALE, at(114, -1, "higher", 1)], None),
        ("-1.25", "138.3615", [SALE, at(114, -1, "higher", 1)], {"sale": "1", "higher": "0.25"}),
        ("0.999", "-101", [BUY, at(101, 1, "dearer", 1)], {"dearer": "1"}),
        ("-1", "109.89", [STOP, TARGET], {"target": "1"}),
        ("-1", "89.5", [STOP, TARGET], {"stop": "1"}),
        ("-0.5", "54.945", [STOP, TARGET], {"target": "0.5"}),
    ],
)
def test_with_the_quote_a_part_is_found_and_which_of_two_it_was(change, quote, doubts, filled):
    found = None if filled is None else {name: Decimal(qty) for name, qty in filled.items()}
    assert of(change, quote, *doubts) == found


@pytest.mark.parametrize(
    ("change", "quote", "doubts"),
    [
        ("0.3996", "-39", [BUY]),  # at another price than its own
        ("0.3996", "0", [BUY]),  # a deposit
        ("0.39965", "-40", [BUY]),  # no whole lots
        ("-0.25", "27.4725", [SALE, at(110, -1, "other", 1)]),  # either of two at one price
        ("-0.5", "44", [STOP, TARGET]),  # a part of what has no price of its own
        ("-1", "0", [SALE]),  # sold, and not paid for
        ("-1", "150", [STOP, TARGET]),
    ],
)
def test_with_the_quote_too_what_fits_no_way_or_several_is_never_guessed(change, quote, doubts):
    assert of(change, quote, *doubts) is None


def test_a_buy_that_is_whole_is_believed_though_money_was_taken_out_or_put_in_meanwhile():
    for quote in ("-300", "55"):
        assert of("0.999", quote, BUY) == {"buy": ONE}
    assert of("-1", "300", SALE) == {"sale": ONE}


def test_nothing_has_filled_where_the_base_is_what_it_was_whatever_the_quote_did():
    assert of("0", "500", BUY, SALE) == {}


def test_parts_are_looked_for_among_a_few_orders_only():
    many = [at(100 + k, -1, str(k), 1) for k in range(MOST_PARTS + 1)]
    assert of("-0.25", "24.975", *many) is None
    assert of("-0.25", "24.975", *many[:MOST_PARTS]) == {"0": Decimal("0.25")}
