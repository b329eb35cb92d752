"""An order that no surface knows is told by the balances, where they can be explained in one way only."""

from decimal import Decimal

import pytest

from botswain.engine.forgotten import MOST, Doubt, filled_of

ONE, FEE = Decimal(1), Decimal("0.001")


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
        ("-2", [sale("stop", 1, "list"), sale("target", 1, "list"), sale("a", 2)], {"a"}),
        ("0", [buy("a", "0.14953"), sale("b", "0.14938"), sale("c", "0.14938")], set()),
    ],
)
def test_one_way_of_adding_up_is_believed(change, doubts, filled):
    assert filled_of(Decimal(change), doubts) == filled


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
