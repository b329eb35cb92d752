"""Client order ids: the same for the same order, another for any other, provably ours, and valid everywhere."""

import re
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botswain.engine.order_ids import OrderIds, is_ours

KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))
SCOPE = ("00" * 16, "tenant", "account", "bot")
SHAPE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

words = st.text(st.characters(codec="utf-8", exclude_characters="\x1f"), min_size=1, max_size=20)
counts = st.integers(0, 10**9)
scopes = st.tuples(words, words, words, words)
orders = st.tuples(words, counts, counts, st.integers(1, 10**6))


@given(scopes, orders, st.binary(min_size=16, max_size=64))
def test_an_id_is_36_characters_of_version_4_and_the_same_every_time(scope, order, key):
    made = OrderIds(scope, key).of(*order)
    assert len(made) == 36
    assert SHAPE.fullmatch(made)
    assert str(uuid.UUID(made)) == made
    assert uuid.UUID(made).version == 4
    assert OrderIds(scope, key).of(*order) == made


@given(scopes, orders, st.integers(0, 7), st.data())
def test_a_change_of_any_part_makes_another_id(scope, order, place, data):
    parts = [*scope, *order]
    changed = data.draw((words if place < 5 else counts).filter(lambda one: one != parts[place]))
    other = [*parts[:place], changed, *parts[place + 1 :]]
    first = OrderIds(tuple(parts[:4]), KEY).of(*parts[4:])
    second = OrderIds(tuple(other[:4]), KEY).of(*other[4:])
    assert first != second


def test_parts_do_not_run_into_each_other():
    ids = OrderIds(SCOPE, KEY)
    assert ids.of("A", 1, 11, 1) != ids.of("A", 11, 1, 1)
    assert OrderIds(("a", "bc", "d", "e"), KEY).of("A", 1, 1, 1) != OrderIds(("ab", "c", "d", "e"), KEY).of(
        "A", 1, 1, 1
    )


@given(orders)
def test_ours_are_known_under_the_present_and_under_retired_keys_only(order):
    made = OrderIds(SCOPE, KEY).of(*order)
    assert is_ours(made, (KEY,))
    assert is_ours(made, (OTHER_KEY, KEY))
    assert not is_ours(made, (OTHER_KEY,))
    assert not is_ours(made, ())


@given(st.uuids(version=4))
def test_a_random_uuid_is_not_ours(one):
    assert not is_ours(str(one), (KEY, OTHER_KEY))


@given(orders, st.integers(0, 31), st.sampled_from("0123456789abcdef"))
def test_one_changed_digit_makes_an_id_strange(order, place, digit):
    made = OrderIds(SCOPE, KEY).of(*order)
    at = [k for k, one in enumerate(made) if one != "-"][place]
    changed = made[:at] + digit + made[at + 1 :]
    assert is_ours(changed, (KEY,)) == (changed == made)


@pytest.mark.parametrize(
    "text",
    ["", "x", "not-a-uuid", "0" * 32, "g" * 36, "------------------------------------", "1234", "a" * 36],
)
def test_what_is_no_id_is_not_ours(text):
    assert not is_ours(text, (KEY,))


def test_a_restored_installation_never_makes_an_old_id_again():
    made = {OrderIds((epoch, *SCOPE[1:]), KEY).of("BTC/USDT", 0, 1, 1) for epoch in ("00" * 16, "01" * 16)}
    assert len(made) == 2


def test_an_id_stays_what_it_was_in_earlier_versions():
    assert OrderIds(SCOPE, KEY).of("BTC/USDT", 3, 2, 1) == "8e9a97ee-2429-4acc-a522-c41831d0bfe6"
