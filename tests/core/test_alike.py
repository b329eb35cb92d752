"""Moves and what they have in common: exact, compiled or not."""

from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from botswain.build.link import link
from botswain.core.alike import move_of, moves_with
from botswain.core.records import State

SPAN = 5
E6, E8 = 10**6, 10**8
move = st.one_of(st.integers(-3, 3), st.integers(-E6, E6), st.sampled_from([-E6, E6, 0]))
moves = st.lists(move, min_size=SPAN, max_size=SPAN)


@pytest.fixture(scope="module", params=[False, True], ids=["interpreted", "compiled"])
def form(request, kernels):
    """Whether two symbols move together, as it is or as machine code."""
    linked = link(moves_with, {}, compiled=request.param, folder=str(kernels) if request.param else None)

    def told(x, y, least, known=SPAN):
        state = State(2, 1, 0, 1, compiled=request.param)
        state.put("moves", state.filled(2 * SPAN, 0))
        for k, value in enumerate([*x, *y]):
            state.parts["moves"][k] = value
        state.account.moves = known
        state.rules.alike_span, state.rules.alike_from = SPAN, least
        return bool(linked.call(state.handle, 0, 1))

    return told


@settings(max_examples=200)
@given(moves, moves, st.integers(1, E8))
@example([E6, -E6, E6, -E6, E6], [E6, -E6, E6, -E6, E6], E8)
@example([1, 2, 3, 4, 5], [-1, -2, -3, -4, -5], E8)
@example([1, 2, 3, 4, 5], [5, 5, 5, 5, 5], 1)
def test_it_is_the_correlation_of_whole_numbers(form, x, y, least):
    over = [SPAN * sum(v * v for v in z) - sum(z) ** 2 for z in (x, y)]
    shared = SPAN * sum(a * b for a, b in zip(x, y, strict=True)) - sum(x) * sum(y)
    known_not = 0 not in over and Fraction(shared**2) < Fraction(least, E8) ** 2 * over[0] * over[1]
    assert form(x, y, least) is not known_not


def test_fewer_closes_than_are_looked_at_say_nothing(form):
    x, y = [1, -1, 1, -1, 1], [1, 1, -1, -1, 1]
    assert not form(x, y, E8 // 2)
    assert form(x, y, E8 // 2, known=SPAN - 1)


@given(st.integers(1, 1 << 53), st.integers(1, 1 << 53))
@example(1, 1 << 53)
@example(1 << 53, 1)
@example(7, 14)
def test_a_move_is_in_millionths_towards_zero(before, now):
    exact = max(Fraction(-1), min(Fraction(1), Fraction(now - before, before))) * E6
    assert move_of(before, now) == int(exact)


def test_there_is_no_move_from_no_close():
    assert move_of(0, 50) == 0
