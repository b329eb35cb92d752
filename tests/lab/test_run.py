"""A run from outside: money beyond 64 bits, steps that raise or do not compile, and what is left when they do."""
# ruff: noqa: ARG001

import math
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from tests.stage import PLAIN, T0, bot, closed, drawn, market, marks, play, told

from botswain.core.codes import CLOSE, FILL
from botswain.lab.backtest import Options
from botswain.model.errors import BadInput
from botswain.model.reasons import Reason


def trade(now, was, p, candle, my, wanted):
    """In while the close is even, out while it is odd; where there is a volume, a wish of that many lots instead."""
    if candle.volume == 0.0:
        wanted.target(1.0 if int(candle.close) % 2 == 0 else 0.0)
    else:
        wanted.limit(0, 1, candle.close, candle.volume)
        wanted.limit(1, 1, candle.close - 1.0, 1.0)


GATED = {"limits": {"max_drawdown": "0.99"}}


def played(rows, volume=0.0, **settings):
    """A run of `trade`, always with the same features: they are compiled once."""
    candles = drawn(rows, volume=[volume] + [0.0] * (len(rows) - 1))
    return play(bot(trade, slots=2), candles, **{**GATED, **settings})


def wandering(count):
    """Closes that go up and down by a few ticks."""
    return [int(v) for v in 500 + np.cumsum(np.random.default_rng(7).integers(-9, 10, count))]


class TestOverflow:
    """A run whose money outgrows 64 bits is done with Python's integers, and is the same run."""

    FINE = market(tick="0.00000001", lot="0.0000000001", taker_fee="0.001", fee_precision=6)
    COARSE = market(tick="1", lot="0.01", taker_fee="0.001", fee_precision=6)

    def test_from_the_start_is_the_run_on_a_coarser_grid(self, kernels):
        """10,000 in units of 1e-18 is beyond 64 bits before anything was bought."""
        fine, coarse = (
            played(wandering(120), instrument=rules, options=Options(folder=kernels), sizing="fixed", size="1.25")
            for rules in (self.FINE, self.COARSE)
        )
        assert (fine.ran.compiled, coarse.ran.compiled) == (False, True)
        assert len(fine.fills) > 20
        assert fine.fills == coarse.fills
        assert fine.equity == coarse.equity
        assert fine.round_trips == coarse.round_trips

    def test_on_the_way_is_the_run_on_a_coarser_grid(self, kernels):
        """3.5 can be counted; a position that grows sixfold cannot."""
        fine, coarse = (
            played([2, 2, (2, 4), 4, (4, 12), 12], instrument=rules, options=Options(folder=kernels), capital="3.5",
                   sizing="fixed", size="1.5")
            for rules in (self.FINE, self.COARSE)
        )  # fmt: skip
        assert (fine.ran.compiled, coarse.ran.compiled) == (False, True)
        assert fine.fills == coarse.fills
        paid = Decimal("3.5") - 3 - Decimal("0.003")
        assert marks(fine) == marks(coarse) == [Decimal("3.5"), *(paid + Decimal("1.5") * v for v in (2, 4, 4, 12, 12))]

    def test_adds_up_in_fractions(self):
        """Not against another run of ours: against the rules, in fractions, with numbers of thirty digits."""
        rules = market(tick="0.00000001", lot="0.00000001", taker_fee="0.00075")
        rows = wandering(60)
        result = played(rows, instrument=rules, capital=10**15)
        cash, held, unit = Fraction(10**15), Fraction(0), Fraction(1, 10**16)
        for fill in result.fills:
            sign = 1 if fill.side == "buy" else -1
            notional = Fraction(fill.price) * Fraction(fill.qty)
            fee = math.floor(notional * Fraction(75, 100_000) / unit + Fraction(1, 2)) * unit
            assert Fraction(fill.fee) == fee
            if sign > 0:
                # Bought: the floor of what 99.5 % of the equity paid for at the close before, to the lot.
                close = rows[(fill.time_ms - T0) // 60_000 - 1]
                exact = cash * Fraction(995, 1000) / (close * (1 + Fraction(75, 100_000)))
                assert Fraction(fill.qty) == math.floor(exact * 10**8) * Fraction(1, 10**8)
            cash -= sign * notional + fee
            held += sign * Fraction(fill.qty)
        assert len(result.fills) > 10
        assert Fraction(result.cash) == cash
        assert Fraction(result.final_equity) == cash + held * rows[-1]

    @pytest.mark.parametrize("lots", [4.1e9, 9.3e9, 1.85e10, 3.7e10, 1e12])
    def test_of_an_order_nobody_could_pay_is_refused_by_both_in_the_same_way(self, kernels, lots):
        """Times 1e9 ticks it wraps around in 64 bits, and could look affordable, or below the minimum."""
        rows = [10**9, 10**9, (10**9, 10**9, 10**9 - 1, 10**9)]
        fast, plain = (
            played(rows, lots, options=one, instrument=market(min_notional="10"), capital=3 * 10**9)
            for one in (Options(folder=kernels), PLAIN)
        )
        assert not fast.ran.compiled
        assert fast.fills == plain.fills != []
        assert fast.notes == plain.notes
        assert (plain.notes[0].slot, plain.notes[0].code) == (0, "balance")


def fragile(now, was, p, candle, my, wanted):
    """Buys, rests a buy below, and divides by a volume: on a close by the candle's, on a fill by the one before."""
    if my.event == CLOSE and closed(my) == 0:
        wanted.market(0, 1, 10.0)
        wanted.limit(1, 1, 97.0, 1.0)
    if my.event == CLOSE:
        my.mem.share = 1.0 / (candle.volume - 1.0)
    else:
        my.mem.share = 1.0 / (candle.volume - 2.0)


class TestRaise:
    """A step that raises is not called again; what it wanted and what protects the position stay."""

    ROWS = (100, 100, 100, (100, 100, 96, 98), (98, 98, 90, 90), 90)
    STOP = {"exits": {"stop_loss": "0.05"}}  # noqa: RUF012
    FILLS = (
        (1, "buy", 10, 100, "target"), (3, "buy", 1, 97, "target"), (4, "sell", 11, 95, "stop_loss"),
    )  # fmt: skip

    @pytest.mark.parametrize("compiled", [False, True], ids=["interpreted", "compiled"])
    @pytest.mark.parametrize(
        ("volumes", "instant", "line"), [([0, 0, 1, 0, 0, 0], 2, 6), ([2, 0, 0, 0, 0, 0], 1, 8)], ids=["close", "fill"]
    )
    def test_halts_with_file_and_line_and_keeps_protection(self, kernels, compiled, volumes, instant, line):
        story = bot(fragile, slots=2, events=(CLOSE, FILL), memory={"share": 1})
        options = Options(compiled=compiled, folder=kernels)
        result = play(story, drawn(self.ROWS, volume=volumes), options=options, **self.STOP)
        assert result.halt.reason is Reason.STEP_RAISED
        assert result.halt.instant == instant
        place = f"{__file__}, line {fragile.__code__.co_firstlineno + line}: ZeroDivisionError: "
        assert result.halt.message.startswith(place)
        assert tuple(told(result)) == self.FILLS
        assert len(marks(result)) == len(self.ROWS)
        assert result.ran.compiled is compiled


def mixed(now, was, p, candle, my, wanted):
    """Writes a number out and reads it back, which numba cannot."""
    text = format(candle.close, ".1f")
    for slot in range(2):
        wanted.renew(slot)
        wanted.market(slot, 1 if slot == 0 else -1, 5.0)
    if candle.volume > 1:
        my.mem.x = {"open": candle.open}[text]


class TestNotCompiled:
    """A step that numba refuses is called back, and the result says why."""

    @staticmethod
    def run(options, count=6, volume=0):
        story = bot(mixed, slots=2, events=(CLOSE, FILL), memory={"x": 1})
        candles = drawn([100 + k % 3 for k in range(count)], volume=[0.0] * (count - 1) + [volume])
        return play(story, candles, options=options, instrument=market(shortable=True), exits={"stop_loss": "0.05"})

    def test_gives_the_same_run_and_says_where(self, kernels):
        fast, plain = self.run(Options(folder=kernels)), self.run(PLAIN)
        assert told(fast) == told(plain) != []
        assert marks(fast) == marks(plain)
        assert fast.ran.compiled
        assert "step of Story is left in Python" in fast.ran.in_python
        assert f"{Path(__file__).name}, line {mixed.__code__.co_firstlineno + 2} makes a text" in fast.ran.in_python
        assert plain.ran.in_python == ""

    def test_may_raise_too(self, kernels):
        result = self.run(Options(folder=kernels), volume=2)
        assert result.halt.reason is Reason.STEP_RAISED
        line = mixed.__code__.co_firstlineno + 7
        assert result.halt.message.startswith(f"{__file__}, line {line}: KeyError: '102.0' (ABC/USD, at the close of ")
        assert told(result) == told(self.run(PLAIN, volume=2))

    def test_needs_more_room_and_gets_it(self, kernels):
        assert told(self.run(Options(folder=kernels), 300)) == told(self.run(PLAIN, 300))


def test_without_a_curve_the_result_has_the_same_end():
    full = played(wandering(80))
    bare = played(wandering(80), options=Options(curve=False, compiled=False))
    assert bare.fills == full.fills
    assert bare.final_equity == full.final_equity
    assert bare.cash == full.cash
    for asked in ("equity", "metrics"):
        with pytest.raises(BadInput, match=r"drew no equity curve \(Options\(curve=False\)\), so"):
            getattr(bare, asked)


def test_a_strategy_may_refuse_the_first_price():
    with pytest.raises(BadInput, match="puts two lines on"):
        play("grid", [100], params={"lower": 99, "upper": 101, "levels": 50})
