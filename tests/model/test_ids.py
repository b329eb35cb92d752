"""UUIDv7: shape, time, order."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botswain.model.errors import BadInput
from botswain.model.ids import IdMaker, id_time_ms, is_id, uuid7


@given(st.integers(0, (1 << 48) - 1), st.integers(0, (1 << 74) - 1))
def test_an_id_is_a_uuid_of_version_7_that_tells_its_millisecond(time_ms, tail):
    made = uuid7(time_ms, tail)
    assert str(uuid.UUID(made)) == made
    assert uuid.UUID(made).version == 7
    assert uuid.UUID(made).variant == uuid.RFC_4122
    assert id_time_ms(made) == time_ms
    assert is_id(made)


@pytest.mark.parametrize("time_ms", [-1, 1 << 48])
def test_a_time_that_does_not_fit_is_refused(time_ms):
    with pytest.raises(BadInput, match=str(time_ms)):
        uuid7(time_ms, 0)


@pytest.mark.parametrize(
    "text", ["", "no", "018BCFE5-6800-7000-8000-000000000001", "018bcfe5-6800-4000-8000-000000000001"]
)
def test_the_time_of_what_is_no_uuid_7_is_refused(text):
    with pytest.raises(BadInput):
        id_time_ms(text)


def test_ids_increase_within_a_millisecond_and_when_the_clock_steps_back():
    times = iter([5, 5, 5, 4, 3, 6])
    make = IdMaker(lambda: next(times), lambda n: b"\xff" * n)
    made = [make() for _ in range(6)]
    assert made == sorted(made)
    assert len(set(made)) == 6
    assert id_time_ms(made[4]) == 5
    assert id_time_ms(made[5]) == 6


def test_a_millisecond_that_is_used_up_lends_from_the_next():
    make = IdMaker(lambda: 5, lambda n: bytes(n))
    first = make()
    make._tail = (1 << 74) - 1
    second = make()
    assert second > first
    assert id_time_ms(second) == 6


def test_the_same_clock_and_chance_make_the_same_ids():
    makers = [IdMaker(lambda: 7, lambda n: b"\x01" * n) for _ in range(2)]
    assert [makers[0]() for _ in range(3)] == [makers[1]() for _ in range(3)]
