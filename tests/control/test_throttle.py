"""Attempts are counted from their beginning, per key, within a span, and forgotten after it."""

import pytest

from botswain.control import throttle
from botswain.control.refusals import Throttled
from botswain.control.throttle import SPAN_MS, Throttle


def test_a_limit_is_reached_and_ends_with_the_span():
    made = Throttle()
    for k in range(3):
        made.attempt({"a": 3}, k)
    with pytest.raises(Throttled) as refused:
        made.attempt({"a": 3}, 10)
    assert refused.value.retry_after_s == 300
    made.attempt({"b": 3}, 10)
    made.attempt({"a": 3}, SPAN_MS)


def test_one_key_at_its_limit_refuses_and_counts_for_none():
    made = Throttle()
    made.attempt({"a": 1}, 0)
    with pytest.raises(Throttled):
        made.attempt({"b": 1, "a": 1}, 1)
    made.attempt({"b": 1}, 2)


def test_what_succeeded_is_taken_back_and_what_failed_before_it_is_not():
    made = Throttle()
    made.attempt({"a": 2}, 0)
    made.attempt({"a": 2}, 1)
    made.take_back({"a": 2})
    made.attempt({"a": 2}, 2)
    with pytest.raises(Throttled):
        made.attempt({"a": 2}, 3)


def test_no_more_keys_are_kept_than_there_is_room_for(monkeypatch):
    monkeypatch.setattr(throttle, "MOST_KEYS", 10)
    made = Throttle()
    for k in range(100):
        made.attempt({f"key {k}": 1}, k * SPAN_MS // 5)
    assert len(made._tried) <= 11
