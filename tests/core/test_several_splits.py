"""Several splits before one candle: done one by one, each with its own rounding and what follows from it."""
# ruff: noqa: ARG001

from decimal import Decimal
from fractions import Fraction

from tests.core.test_actions import held, left, split
from tests.stage import at, bot, closed, drawn, play

from botswain.core.codes import CLOSE, END, LIMIT
from botswain.core.indicators import ta
from botswain.model.actions import ShareAction


def test_splits_before_one_candle_are_done_one_by_one_each_with_its_own_rounding():
    """Seven halved are three and one old one's price, 110; three halved are one and half of that at 220, 220."""
    apart = [ShareAction("ABC/USD", at(3) - 1_000, Fraction(1, 2)), split(3, "1/2")]
    for given in (apart, apart[::-1]):
        result = held([100, 100, (100, 110), 440], given, lots=7)
        assert left(result) == (1, 10_000 - 700 + 110 + 220)
        assert [(one.position_before, one.position_after) for one in result.actions] == [(7, 3), (3, 1)]


def test_three_for_one_and_back_is_no_split_and_one_for_three_and_back_has_no_fractions():
    there = ShareAction("ABC/USD", at(2) - 1_000, Fraction(3))
    assert left(held([100, 100, 100], [there, split(2, "1/3")])) == (10, 9_000)
    back = ShareAction("ABC/USD", at(2) - 1_000, Fraction(1, 3))
    assert left(held([100, 100, 100], [back, split(2, "3")])) == (9, 9_000 + 100)


def test_between_two_splits_before_one_candle_those_of_the_first_are_seen():
    """What the first ends is told of candles one for eight; the second then makes them four for one of those."""

    def decide(now, was, p, candle, my, wanted):
        if my.event == END:
            my.mem.seen[int(my.mem.calls)] = candle.close
            my.mem.seen[int(my.mem.calls) + 1] = now.mean
            my.mem.seen[int(my.mem.calls) + 2] = was.mean
            my.mem.calls = my.mem.calls + 3
        elif closed(my) == 2:
            wanted.row(0, LIMIT, 1, 9, 7)
            wanted.row(1, LIMIT, 1, 9, 1)
            wanted.row(1, LIMIT, 1, 8, 15)

    one = bot(decide, slots=2, events=(CLOSE, END), memory={"calls": 1, "seen": 6}, indicators={"mean": ta.SMA(2)})
    one.memory_units = {"calls": "plain", "seen": "plain"}
    actions = [
        ShareAction("ABC/USD", at(3) - 2_000, Fraction(1, 8)),
        ShareAction("ABC/USD", at(3) - 1_000, dividend=Decimal(1)),
        split(3, "1/4"),
    ]
    result = play(one, drawn([10, 12, 14, 450]), actions=actions)
    calls, *seen = result.ran.state.parts["mem"]
    assert calls == 6
    assert seen == [14 * 8, 13 * 8, 11 * 8, 14 * 32, 13 * 32, 11 * 32]
