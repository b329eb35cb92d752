"""From any working set to what is wanted: what is planned, in which order, and that it always gets there."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.stage import tries

from botswain.core.codes import LIMIT, MARKET, STOP
from botswain.core.reconcile import reconcile
from botswain.model.intents import Abilities, Amend, Cancel, Certainty, Place, Replace, Wanted, Working

PLAIN = Abilities()
FULL = Abilities(amends_down=True, replaces=True)


def row(slot=0, leaves=10, price=100, **more):
    """A wanted buy limit."""
    facts = {"symbol": 0, "rev": 1, "side": 1, "kind": LIMIT, "trigger": 0, "tif": 0, "flags": 0, "link": 0, "tag": 0}
    return Wanted(slot=slot, leaves=leaves, price=price, **{**facts, "reducing": False, **more})


def order(slot=0, leaves=10, price=100, name="", **more):
    """The order that satisfies `row` of the same numbers."""
    facts = {"symbol": 0, "rev": 1, "attempt": 1, "side": 1, "kind": LIMIT, "trigger": 0, "tif": 0, "flags": 0}
    return Working(name or f"id-{slot}", slot=slot, leaves=leaves, price=price, **{**facts, "link": 0, **more})


def test_what_is_wanted_and_missing_is_placed():
    assert reconcile([row()], [], PLAIN) == [Place(row())]


def test_what_works_and_is_wanted_is_left_alone():
    assert reconcile([row()], [order()], PLAIN) == []
    assert reconcile([row()], [order()], FULL) == []


def test_what_works_and_is_not_wanted_is_cancelled():
    assert reconcile([], [order()], PLAIN) == [Cancel(order())]
    assert reconcile([row(leaves=0)], [order()], FULL) == [Cancel(order())]


def test_nothing_is_wanted_and_nothing_works():
    assert reconcile([row(leaves=0)], [], PLAIN) == []
    assert reconcile([], [], PLAIN) == []


@pytest.mark.parametrize(
    "different",
    [{"rev": 2}, {"side": -1}, {"kind": STOP}, {"trigger": 5}, {"tif": 1}, {"flags": 1}, {"link": 3}, {"price": 101},
     {"leaves": 11}],
)  # fmt: skip
def test_an_order_that_differs_in_anything_is_replaced_or_cancelled_first(different):
    wanted = row(**different)
    assert reconcile([wanted], [order()], FULL) == [Replace(order(), wanted)]
    assert reconcile([wanted], [order()], PLAIN) == [Cancel(order())]
    assert reconcile([wanted], [], PLAIN) == [Place(wanted)]


def test_a_smaller_quantity_is_amended_where_the_venue_can():
    assert reconcile([row(leaves=4)], [order()], FULL) == [Amend(order(), 4)]
    assert reconcile([row(leaves=4)], [order()], Abilities(replaces=True)) == [Replace(order(), row(leaves=4))]
    assert reconcile([row(leaves=4)], [order()], PLAIN) == [Cancel(order())]
    assert reconcile([row(leaves=4, price=99)], [order()], FULL) == [Replace(order(), row(leaves=4, price=99))]


def test_a_price_within_the_hysteresis_satisfies():
    near = Abilities(amends_down=True, hysteresis=2)
    assert reconcile([row(price=102)], [order()], near) == []
    assert reconcile([row(price=98)], [order()], near) == []
    assert reconcile([row(price=103)], [order()], near) == [Cancel(order())]
    assert reconcile([row(price=102, leaves=4)], [order()], near) == [Amend(order(), 4)]


def test_a_trigger_has_no_hysteresis():
    near = Abilities(hysteresis=9)
    stop = {"kind": STOP, "price": 0}
    assert reconcile([row(trigger=90, **stop)], [order(trigger=91, **stop)], near) == [
        Cancel(order(trigger=91, **stop))
    ]


def test_a_slot_with_an_unresolved_write_is_left_until_it_is_resolved():
    unknown = order(certainty=Certainty.UNKNOWN)
    assert reconcile([row(price=90)], [unknown], FULL) == []
    assert reconcile([], [unknown, order(name="other")], FULL) == []
    assert reconcile([row(), row(1)], [unknown], FULL) == [Place(row(1))]


def test_of_several_orders_in_a_slot_the_one_that_satisfies_is_kept():
    old, good = order(price=90, name="old"), order(name="good")
    assert reconcile([row()], [good, old], FULL) == [Cancel(old)]
    assert reconcile([row()], [old, good], FULL) == [Cancel(old)]


def test_of_several_orders_in_a_slot_none_is_replaced_before_the_others_are_gone():
    old, older = order(price=90, name="old"), order(price=80, name="older")
    assert reconcile([row()], [older, old], FULL) == [Cancel(older), Cancel(old)]
    assert reconcile([row(price=90, leaves=3)], [older, old], FULL) == [Cancel(older), Amend(old, 3)]
    assert reconcile([row(price=95)], [old], FULL) == [Replace(old, row(price=95))]


def test_cancels_come_first_then_what_reduces_then_the_rest():
    wanted = [row(0), row(1, reducing=True), row(2, symbol=1, reducing=True), row(3)]
    gone = order(9)
    assert reconcile(wanted, [gone], PLAIN) == [
        Cancel(gone), Place(wanted[1]), Place(wanted[2]), Place(wanted[0]), Place(wanted[3]),
    ]  # fmt: skip


def test_the_order_of_what_it_is_given_does_not_matter():
    wanted = [row(2), row(0), row(1, symbol=1)]
    working = [order(5), order(4)]
    assert reconcile(wanted, working, PLAIN) == reconcile(wanted[::-1], working[::-1], PLAIN)


class TestProtection:
    """A stop stays until there is another; what is missing is added, what is too much is taken off."""

    STOP = {"kind": STOP, "price": 0, "side": -1, "trigger": 90}  # noqa: RUF012

    def row(self, **more):
        return row(**{**self.STOP, "reducing": True, "protective": True, **more})

    def order(self, name="stop", **more):
        return order(name=name, **{**self.STOP, **more})

    def test_grows_by_a_replacement_or_by_a_second_order(self):
        grown = self.row(leaves=12)
        assert reconcile([grown], [self.order()], FULL) == [Replace(self.order(), grown)]
        assert reconcile([grown], [self.order()], PLAIN) == [Place(self.row(leaves=2))]
        both = [self.order(), self.order("more", leaves=2)]
        assert reconcile([grown], both, PLAIN) == []
        assert reconcile([grown], both, FULL) == []
        assert reconcile([self.row(leaves=15)], both, FULL) == [Place(self.row(leaves=3))]

    def test_shrinks_without_going(self):
        assert reconcile([self.row(leaves=4)], [self.order()], FULL) == [Amend(self.order(), 4)]
        assert reconcile([self.row(leaves=4)], [self.order()], Abilities(replaces=True)) == [
            Replace(self.order(), self.row(leaves=4))
        ]
        both = [self.order(), self.order("more", leaves=2)]
        assert reconcile([self.row()], both, FULL) == [Cancel(both[1])]
        assert reconcile([self.row(leaves=11)], both, FULL) == [Amend(both[1], 1)]

    def test_moves_by_replacing_one_of_several_before_the_others_go(self):
        old, older = self.order("old", trigger=80), self.order("older", trigger=70)
        moved = self.row(trigger=95)
        assert reconcile([moved], [older, old], FULL) == [Replace(old, moved)]
        new = self.order("new", trigger=95)
        assert reconcile([moved], [older, new], FULL) == [Cancel(older)]

    def test_moves_by_a_cancel_where_the_venue_can_do_no_better(self):
        assert reconcile([self.row(trigger=95)], [self.order()], PLAIN) == [Cancel(self.order())]


prices, sizes = st.integers(95, 105), st.integers(0, 3)
sides, kinds = st.sampled_from([1, -1]), st.sampled_from([LIMIT, STOP, MARKET])
rows = st.builds(
    row, slot=st.integers(0, 3), leaves=sizes, price=prices, rev=st.integers(1, 2), side=sides, kind=kinds,
    flags=st.integers(0, 2), link=st.integers(0, 1), reducing=st.booleans(), symbol=st.integers(0, 1),
    protective=st.booleans(),
)  # fmt: skip
orders = st.builds(
    order, slot=st.integers(0, 4), leaves=st.integers(1, 3), price=prices, rev=st.integers(1, 2), side=sides,
    kind=kinds, flags=st.integers(0, 2), link=st.integers(0, 1), symbol=st.integers(0, 1),
    certainty=st.sampled_from([Certainty.KNOWN, Certainty.KNOWN, Certainty.UNKNOWN]), name=st.uuids().map(str),
)  # fmt: skip
tables = st.lists(rows, max_size=6, unique_by=lambda one: (one.symbol, one.slot))
able = st.builds(Abilities, amends_down=st.booleans(), replaces=st.booleans(), hysteresis=st.integers(0, 3))


def carried_out(working, actions):
    """The working set after a venue did everything it was asked, and could say so."""
    held = {one.client_order_id: one for one in working}
    for k, action in enumerate(actions):
        if isinstance(action, Place):
            put = action.wanted
        else:
            gone = held.pop(action.working.client_order_id)
            if isinstance(action, Amend):
                assert action.leaves < gone.leaves
                held[gone.client_order_id] = replace(gone, leaves=action.leaves)
            put = action.wanted if isinstance(action, Replace) else None
        if put is not None:
            assert put.leaves > 0
            facts = {name: getattr(put, name) for name in ("rev", "side", "kind", "trigger", "tif", "link", "symbol")}
            name = f"new {len(held)} {k} {put}"
            held[name] = order(put.slot, put.leaves, put.price, name, flags=put.flags, **facts)
    return list(held.values())


@tries(200)
@given(tables, st.lists(orders, max_size=8), able)
def test_from_any_working_set_it_arrives_at_what_is_wanted(wanted, working, abilities):
    """Unresolved writes are resolved after the first round, by reading; each round is carried out in full."""
    for _ in range(12):
        actions = reconcile(wanted, working, abilities)
        slots = [slot_of(action) for action in actions if not isinstance(action, Cancel)]
        assert len(slots) == len(set(slots)), "two orders of one slot were asked for at once"
        blocked = {(one.symbol, one.slot) for one in working if one.certainty is Certainty.UNKNOWN}
        assert not blocked & {slot_of(action) for action in actions}
        working = [replace(one, certainty=Certainty.KNOWN) for one in carried_out(working, actions)]
    assert reconcile(wanted, working, abilities) == []
    assert totals(working) == totals(one for one in wanted if one.leaves > 0)
    doubled = Counter((one.symbol, one.slot) for one in working)
    protected = {(one.symbol, one.slot) for one in wanted if one.protective}
    assert all(count == 1 or slot in protected for slot, count in doubled.items())


def totals(many):
    """Leaves by symbol, slot and rev."""
    found = Counter()
    for one in many:
        found[one.symbol, one.slot, one.rev] += one.leaves
    return found


@tries(200)
@given(tables, st.lists(orders, max_size=8), st.booleans())
def test_what_protects_is_never_less_than_it_was_where_the_venue_can_replace(wanted, working, amends):
    """After every single action, not only after every round; no more than is wanted need stay."""
    abilities = Abilities(amends_down=amends, replaces=True)
    working = [replace(one, certainty=Certainty.KNOWN) for one in working]
    guarded = {(one.symbol, one.slot): one.leaves for one in wanted if one.protective and one.leaves}
    for _ in range(12):
        for action in reconcile(wanted, working, abilities):
            before = covered(working)
            working = carried_out(working, [action])
            for slot, most in guarded.items():
                assert covered(working)[slot] >= min(before[slot], most)


def covered(working):
    """Leaves by symbol and slot."""
    found = Counter()
    for one in working:
        found[one.symbol, one.slot] += one.leaves
    return found


@given(tables, st.lists(orders, max_size=8), able)
def test_it_is_the_same_every_time_it_is_asked(wanted, working, abilities):
    assert reconcile(wanted, working, abilities) == reconcile(list(wanted), list(working), abilities)


def slot_of(action):
    """The slot an action is about."""
    about = action.wanted if isinstance(action, Place) else action.working
    return about.symbol, about.slot
