"""Which function of a class is its step: the one that is marked, and no other is taken for it in silence."""
# ruff: noqa: ARG002, ARG005

import pytest

from botswain.core.strategy import Strategy, step
from botswain.model.errors import BadInput


class Base(Strategy):
    @step
    def decide(now, was, p, candle, my, wanted):
        wanted.target(1.0)


def test_that_of_a_base_is_that_of_a_class_without_one():
    assert type("Part", (Base,), {}).step_function() is Base.step_function()


def test_one_of_its_own_stands_in_place_of_the_base_s():
    class Other(Base):
        @step
        def decide(now, was, p, candle, my, wanted):
            wanted.target(0.0)

    assert Other.step_function() is Other.decide


def test_one_that_is_not_marked_is_not_passed_over():
    """The base's went on deciding without a word."""
    own = type("Own", (Base,), {"decide": lambda now, was, p, candle, my, wanted: None})
    with pytest.raises(BadInput, match=r"Own has a decide of its own in place of the step Base.decide; mark it with"):
        own.step_function()


def test_two_are_one_too_many():
    """The first decided, the second was never called."""
    two = type("Two", (Base,), {"other": step(lambda now, was, p, candle, my, wanted: None), "decide": Base.decide})
    with pytest.raises(BadInput, match=r"Two has 2 steps \(other, decide\); mark one"):
        two.step_function()
