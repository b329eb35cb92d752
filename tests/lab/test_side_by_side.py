"""Runs that go side by side through blocks of candles are each what they are alone."""
# ruff: noqa: ARG001

from dataclasses import replace

import numpy as np
import pytest
from tests.stage import bot, drawn, market

from botswain.core.codes import CLOSE, FILL
from botswain.core.indicators import ta
from botswain.core.num import above
from botswain.lab import side_by_side
from botswain.lab.backtest import Options, backtest
from botswain.lab.run import ended
from botswain.lab.side_by_side import SideBySide
from botswain.lab.spares import Spares
from botswain.model.reasons import Reason


def crossing(now, was, p, candle, my, wanted):
    """In above its mean, out below."""
    wanted.target(1.0 if above(candle.close, now.mean) else 0.0)


def raising(now, was, p, candle, my, wanted):
    """Divides by nothing where the close is 119."""
    wanted.target(1.0 / (119.0 - candle.close))


def walk(count, seed):
    """Prices from 80 to 120."""
    steps = np.cumsum(np.random.default_rng(seed).integers(-2, 3, count)) % 80
    return drawn((80 + np.abs(steps - 40)).tolist())


def facts(result):
    """All that a run came to."""
    whole = (result.fills, result.round_trips, result.notes, result.cash, result.final_equity, result.fees)
    return (*whole, result.exposure, list(result.ran.state.parts["curve"]), result.halt, result.ran.compiled)


def both(runs, monkeypatch, *, block, room=1 << 14, **options):
    """The same runs side by side and each alone."""
    monkeypatch.setattr(side_by_side, "BLOCK", block)
    monkeypatch.setattr(side_by_side, "ROOM", room)
    beside = SideBySide()
    begun = [backtest(**one, options=Options(runs=beside.begin, **options)) for one in runs]
    beside.go_on()
    found = [replace(one, ran=ended(going)) for one, going in zip(begun, beside.goings, strict=True)]
    return found, [backtest(**one, options=Options(**options)) for one in runs]


def one(decide, candles, mean, **more):
    """The arguments of a run."""
    cls = bot(decide, indicators={"mean": ta.SMA(mean)}, events=(CLOSE, FILL))
    return {"strategy": cls, "candles": candles, "instrument": market(taker_fee="0.001"), "capital": 100_000} | more


@pytest.mark.parametrize("block", [1, 7, 64, 1000])
@pytest.mark.parametrize("curve", [True, False])
def test_any_block_gives_what_each_run_gives_alone(block, curve, monkeypatch):
    """Markets of different lengths, one that is decided on from later on, and one whose step raises on the way."""
    runs = [
        one(crossing, walk(300, 1), 3), one(crossing, walk(150, 2), 5), one(crossing, walk(300, 1), 9),
        one(crossing, walk(300, 1), 4, start=int(walk(300, 1).ts[200])), one(raising, walk(300, 1), 3),
    ]  # fmt: skip
    found, alone = both(runs, monkeypatch, block=block, curve=curve, compiled=False)
    assert [facts(result) for result in found] == [facts(result) for result in alone]
    assert [result.halt and result.halt.reason for result in alone] == [None, None, None, None, Reason.STEP_RAISED]
    assert all(len(result.fills) > 10 for result in alone[:3])


def test_one_with_more_reports_than_room_gets_more(monkeypatch):
    found, alone = both([one(crossing, walk(300, 1), 3)] * 2, monkeypatch, block=50, room=1, compiled=False)
    assert [facts(result) for result in found] == [facts(result) for result in alone]


def test_machine_code_and_what_does_not_compile_or_outgrows_it(monkeypatch, kernels):
    """One is compiled, one left in Python because of what it does, one is of money beyond 64 bits."""

    def listed(now, was, p, candle, my, wanted):
        wanted.target(sorted([candle.close % 2.0, 0.5])[0])

    runs = [
        one(crossing, walk(300, 1), 3),
        one(listed, walk(300, 1), 3),
        one(crossing, walk(300, 1), 3, capital="1e25"),
    ]
    found, alone = both(runs, monkeypatch, block=64, folder=kernels)
    assert [facts(result) for result in found] == [facts(result) for result in alone]
    assert [result.ran.in_python for result in found] == [result.ran.in_python for result in alone]
    assert [result.ran.compiled for result in found] == [True, True, False]
    assert found[1].ran.in_python
    assert not found[0].ran.in_python


def test_nothing_begun_is_nothing_to_go_on_with():
    beside = SideBySide()
    beside.go_on()
    assert beside.goings == []


GUARDED = {"exits": {"stop_loss": "0.05", "trailing_stop": "0.03"}, "limits": {"max_drawdown": "0.5"}}


def in_turn(groups, kernels, *, curve):
    """What runs came to that go side by side in one group after the other, and what each had for memory."""
    spares, found, states = Spares(), [], []
    for runs in groups:
        beside = SideBySide(spares)
        begun = [backtest(**one, options=Options(curve=curve, folder=kernels, runs=beside.begin)) for one in runs]
        beside.go_on()
        done = [replace(one, ran=ended(going)) for one, going in zip(begun, beside.goings, strict=True)]
        found.append([facts(result) for result in done])
        states.append([going.state for going in beside.goings])
        spares.give_back()
    return found, states


@pytest.mark.parametrize("curve", [True, False])
@pytest.mark.parametrize("more", [{}, GUARDED, {"size": "0.00001"}])
def test_memory_of_runs_that_are_over_is_as_good_as_new(more, curve, kernels):
    """The second group has that of the first, whatever was left in it; the last begin elsewhere or pay otherwise."""
    candles = {name: walk(300, seed) for name, seed in (("long", 1), ("short", 2))}

    def crossed(name="long", fast=2, slow=5, **other):
        given = {"strategy": "sma_crossover", "instrument": market(taker_fee="0.001"), "capital": 100_000}
        return given | {"candles": candles[name], "params": {"fast": fast, "slow": slow}} | more | other

    groups = [
        [crossed(), crossed(fast=3)], [crossed(slow=9), crossed(fast=4)], [crossed("short"), crossed(slow=7)],
        [crossed("short", start=int(candles["short"].ts[100])), crossed(fee="0.002"), crossed(fee="0.002", slow=8)],
    ]  # fmt: skip
    found, states = in_turn(groups, kernels, curve=curve)
    how = Options(curve=curve, folder=kernels)
    assert found == [[facts(backtest(**one, options=how)) for one in runs] for runs in groups]
    first, second, third, _ = ({id(one) for one in group} for group in states)
    assert first == second
    assert len(second & third) == 1
    assert len({id(one) for group in states for one in group}) == 6
    assert all(len(fills) > 2 for group in found for fills, *_ in group) or "size" in more


def test_memory_that_has_grown_or_is_of_a_halted_run_is_no_other_runs(kernels, monkeypatch):
    monkeypatch.setattr(side_by_side, "ROOM", 1)
    again = one(raising, walk(300, 1), 3)
    runs = [one(crossing, walk(300, 1), 3), again]
    found, states = in_turn([runs, runs[::-1]], kernels, curve=False)
    alone = [facts(backtest(**each, options=Options(curve=False, folder=kernels))) for each in runs]
    assert found == [alone, alone[::-1]]
    (grown, halted), (like, second) = states
    assert len(grown.parts["reports"]) > len(halted.parts["reports"])
    assert second is not grown
    assert like is halted
