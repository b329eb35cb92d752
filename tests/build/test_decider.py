"""A bot's decision one event at a time: compiled as interpreted, and to be taken back where an event went wrong."""

from decimal import Decimal

import numpy as np
import pytest

from botswain.build.decider import Bar, Decider, field_of, matching
from botswain.build.plan import Plan
from botswain.core.indicators import columns
from botswain.core.records import LASTING, RECORDS
from botswain.core.scale import Sizing
from botswain.model.candles import Candles
from botswain.model.instrument import Instrument
from botswain.strategies.sma_crossover import SmaCrossover

SYMBOLS = ("BTC/USDT", "ETH/USDT")
COUNT = 60


def plan():
    """An average crossing on two symbols, with exits and a limit."""
    return Plan(
        SmaCrossover(fast=2, slow=4),
        tuple(Instrument(one, Decimal("0.1"), Decimal("0.001"), taker_fee=Decimal("0.001")) for one in SYMBOLS),
        60_000,
        sizing=Sizing("percent", Decimal("0.4")),
        exits={"stop_loss": Decimal("0.02")},
        limits={"max_drawdown": Decimal("0.9")},
    )


def bars(count=COUNT, seed=4):
    """Both symbols' candles, some missing."""
    chance = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        found = {}
        for s in range(2):
            first, *others = (int(one) for one in chance.integers(900, 1100, 4))
            ticks = (first, max(first, *others), min(first, *others), others[-1])
            if chance.random() < 0.8:
                found[s] = Bar(*ticks, (*(one / 10 for one in ticks), 1.0))
        made.append(found)
    return made


def filled(decider, s, time_ms):
    """A report that fills what row 0 of a symbol wants, at its last close."""
    row = decider.state.parts["rows"][s * decider.state.width]
    lots = int(row.eff) - int(row.filled)
    return {
        **dict.fromkeys(RECORDS["reports"].names, 0),
        "time_ms": time_ms,
        "symbol": s,
        "rev": int(row.rev),
        "side": int(row.side),
        "lots": lots,
        "price": int(decider.state.parts["lanes"][s].mark),
        "final": 1,
    }


def memory(decider):
    """Everything that lasts, as plain numbers."""
    found = {}
    for name in LASTING:
        part = decider.state.parts[name]
        if name in RECORDS:
            fields = [one for one in RECORDS[name].names if one != "money_limit"]  # beyond it, only compiled stops
            found[name] = [tuple(float(getattr(one, field)) for field in fields) for one in part]
        else:
            found[name] = [float(one) for one in part]
    return found


def played(decider, count=COUNT):
    """Run the decider over the candles, filling market rows as soon as they are wanted; returns its memory at each."""
    found = []
    for instant, candles in enumerate(bars(count)):
        for s in candles:
            row = decider.state.parts["rows"][s * decider.state.width]
            if int(row.state) == 2:
                decider.report(filled(decider, s, instant * 60_000))
        decider.close(instant * 60_000, candles)
        found.append(memory(decider))
    return found


@pytest.fixture
def compiled(kernels):
    return Decider(plan(), kernels)


@pytest.fixture
def plain():
    return Decider(plan(), None, compiled=False)


def test_compiled_and_interpreted_decide_alike(compiled, plain):
    left, right = played(compiled), played(plain)
    assert left == right
    assert any(rows != left[0]["rows"] for rows in (one["rows"] for one in left))


def test_indicators_are_those_of_whole_columns_bit_for_bit(compiled):
    made = [one[0] for one in bars() if 0 in one]
    for k, candles in enumerate(bars()):
        compiled.close(k * 60_000, candles)
    values = np.array([one.values for one in made]).T
    run = Candles("BTC/USDT", "1m", np.arange(len(made)) * 60_000, *(row.copy() for row in values))
    for column, whole in zip(compiled.columns, columns(compiled.plan.strategy.indicators(), run), strict=True):
        assert [float(one) for one in column[:2]] == whole[-2:].tolist()


@pytest.mark.parametrize("form", ["compiled", "plain"])
def test_what_an_event_changed_can_be_taken_back_and_done_again(form, request):
    decider = request.getfixturevalue(form)
    played(decider, 30)
    decider.take(30 * 60_000, bars()[30])
    saved = decider.snapshot()
    before = memory(decider)
    decider.decide()
    after = memory(decider)
    assert after != before
    decider.restore(saved)
    assert memory(decider) == before
    decider.decide()
    assert memory(decider) == after


def test_a_silenced_decider_keeps_what_was_wanted_and_wants_no_more(compiled):
    played(compiled, 30)
    xs = [one.x for one in compiled.state.parts["rows"]]
    compiled.silence()
    for k, candles in enumerate(bars()[30:], 30):
        compiled.close(k * 60_000, candles)
    assert [one.x for one in compiled.state.parts["rows"]] == xs


def test_a_step_left_in_python_decides_the_same(compiled, kernels):
    called = Decider(plan(), kernels)
    called.call_back("to compare")
    assert called.in_python == "to compare"
    assert played(called) == played(compiled)


def test_however_many_reports_and_round_trips_there_are_memory_does_not_grow(compiled, plain):
    for decider in (compiled, plain):
        decider.close(0, bars()[0])
        room = len(decider.state.parts["trips"])
        for k in range(3 * room):
            side = 1 if k % 2 == 0 else -1
            trade = {"time_ms": k, "rev": 99, "side": side, "lots": 5, "price": 10, "final": 1}
            decider.report({**dict.fromkeys(RECORDS["reports"].names, 0), **trade})
        assert len(decider.state.parts["trips"]) == len(decider.state.parts["reports"]) == room
        assert int(decider.state.parts["books"][0].trips) == 3 * room // 2


@pytest.mark.parametrize("form", ["compiled", "plain"])
def test_a_field_of_all_records_is_read_and_set_by_number(form, request):
    decider = request.getfixturevalue(form)
    field = field_of(decider.state, "lanes", "mark")
    field[1] = 7
    assert (int(field[0]), int(field[1])) == (0, 7)
    assert int(decider.state.parts["lanes"][1].mark) == 7


def test_a_bot_s_code_is_another_one_where_only_what_a_report_leads_to_is(monkeypatch):
    def count_streak(sim, s, time_ms):
        """Nothing is counted."""

    before = Decider(plan(), None, compiled=False).key
    assert Decider(plan(), None, compiled=False).key == before
    monkeypatch.setattr("botswain.core.pipeline.count_streak", count_streak)
    assert Decider(plan(), None, compiled=False).key != before


def test_matching_without_a_folder_stays_in_memory():
    rules = matching(None, compiled=False)
    assert callable(rules.arrive)
    assert callable(rules.walk)
    assert callable(rules.remove)
