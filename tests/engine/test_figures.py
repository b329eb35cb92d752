"""What a bot is worth is the same by columns as record by record, in both forms of its memory."""

import pytest

from botswain.core.records import State
from botswain.engine.figures import Figures, Results

FORMS = pytest.mark.parametrize("compiled", [False, True], ids=["interpreted", "compiled"])
BOOKS = (
    {"pos": 7, "dust": 2, "third": -4, "realized": 50, "fees_quote": 3, "fees_third": 5, "trips": 2, "won": 1},
    {"pos": -3, "dust": 0, "third": 6, "realized": -20, "fees_quote": 1, "fees_third": 2, "trips": 4, "won": 3},
)


def figures_of(compiled):
    state = State(2, 1, 0, 4, compiled=compiled)
    for s, (unit, quantum, mark) in enumerate(((10, 100, 11), (20, 1000, 13))):
        state.parts["terms"][s].unit_money, state.parts["terms"][s].third_quantum = unit, quantum
        state.parts["lanes"][s].mark = mark
        for name, value in BOOKS[s].items():
            setattr(state.parts["books"][s], name, value)
    state.account.cash = 1_000
    return state, Figures(state, [state.look("terms", s) for s in range(2)])


@FORMS
def test_a_bot_is_worth_its_cash_and_all_that_it_holds_at_the_last_closes(compiled):
    _, figures = figures_of(compiled)
    assert figures.cash() == 1_000
    assert figures.held() == [9, -3]
    assert figures.equity() == 1_000 + 9 * 11 * 10 - 4 * 100 - 3 * 13 * 20 + 6 * 1000


@FORMS
def test_results_are_those_of_all_symbols(compiled):
    _, figures = figures_of(compiled)
    assert figures.results() == Results(realized=30, fees=4 + 5 * 100 + 2 * 1000, trips=6, won=4)


@FORMS
def test_what_changes_in_the_memory_is_seen_at_the_next_look(compiled):
    state, figures = figures_of(compiled)
    before = figures.equity()
    state.parts["lanes"][0].mark = 12
    state.account.cash = 1_005
    assert figures.equity() == before + 9 * 10 + 5
    assert all(type(one) is int for one in (figures.cash(), figures.equity(), *figures.held()))
