"""A strategy's own protection passes the gate: linked pairs, exits wanted before the position is there, children."""
# ruff: noqa: ARG001

import pytest
from tests.stage import bot, closed, codes, drawn, market, play, told

from botswain.core.codes import CLOSE, FILL, START, WAITING, WORKING

SHORT = market(shortable=True)
SPOT = market()
BLOCKS = [{"max_daily_loss": "0.05"}, {"max_drawdown": "0.05"}]
# Fifty bought at 100 are worth 600 less at 88; then the price falls through the stop at 80.
FALL = [100, 100, 100, (100, 100, 88, 88), 88, (88, 88, 60, 60), 60, 40]
CLOSED = [(1, "buy", 50, 100, "target"), (5, "sell", 50, 80, "target")]


def pair_when_filled(now, was, p, candle, my, wanted):
    """Buys fifty; when they are there, a take-profit and a stop that end each other."""
    if my.event == START:
        wanted.market(0, 1, 50.0)
    elif my.event == FILL and my.slot == 0:
        wanted.limit(1, -1, 130.0, my.lots * my.lot)
        wanted.stop(2, -1, 80.0, my.lots * my.lot)
        wanted.link(1, 1)
        wanted.link(2, 1)


@pytest.mark.parametrize("limits", [*BLOCKS, {"max_orders_day": 1}])
@pytest.mark.parametrize("rules", [SPOT, SHORT])
def test_a_linked_pair_closes_the_position_once_and_both_legs_pass(rules, limits):
    result = play(bot(pair_when_filled, slots=3, events=(START, FILL)), FALL, limits=limits, instrument=rules)
    assert told(result) == CLOSED


def test_a_linked_pair_of_a_short_passes_too():
    def decide(now, was, p, candle, my, wanted):
        if my.event == START:
            wanted.market(0, -1, 30.0)
        elif my.event == FILL and my.slot == 0:
            wanted.limit(1, 1, 70.0, 30.0)
            wanted.stop(2, 1, 120.0, 30.0)
            wanted.link(1, 1)
            wanted.link(2, 1)

    rows = [100, 100, 100, (100, 118, 100, 118), 118, (118, 150, 118, 150)]
    story = bot(decide, slots=3, events=(START, FILL))
    result = play(story, rows, limits={"max_drawdown": "0.05"}, instrument=SHORT)
    assert told(result)[1:] == [(5, "buy", 30, 120, "target")]


def test_of_a_group_the_largest_counts_and_what_is_beyond_the_position_does_not_pass():
    """Ten are held. A pair of ten and six takes ten, so a third sale would open a short: it waits."""

    def decide(now, was, p, candle, my, wanted):
        wanted.market(0, 1, 10.0)
        if closed(my) == 1:
            wanted.limit(1, -1, 120.0, 6.0)
            wanted.link(1, 4)
            wanted.limit(2, -1, 130.0, 10.0)
            wanted.link(2, 4)
            wanted.limit(3, -1, 140.0, 1.0)

    result = play(bot(decide, slots=4), [100] * 4, limits={"max_orders_day": 1}, instrument=SHORT)
    assert codes(result) == [(3, "max_orders", 1, 1)]
    assert [row.state for row in result.ran.state.parts["rows"][1:4]] == [WORKING, WORKING, WAITING]


@pytest.mark.parametrize("limits", BLOCKS)
@pytest.mark.parametrize("rules", [SPOT, SHORT])
def test_a_stop_that_waited_for_its_buy_stays_in_a_block(rules, limits):
    def decide(now, was, p, candle, my, wanted):
        wanted.limit(0, 1, 100.0, 50.0)
        wanted.parent(1, 0)
        wanted.stop(1, -1, 80.0, 50.0)

    rows = [101, (101, 101, 99, 100), (100, 100, 88, 88), (88, 88, 85, 85), (85, 85, 60, 60), (60, 60, 40, 40)]
    result = play(bot(decide, slots=2, events=(START,)), rows, limits=limits, instrument=rules)
    assert told(result)[1:] == [(4, "sell", 50, 80, "target")]


@pytest.mark.parametrize("rules", [SPOT, SHORT])
def test_a_stop_wanted_together_with_the_buy_stays_in_a_block(rules):
    def decide(now, was, p, candle, my, wanted):
        wanted.market(0, 1, 50.0)
        wanted.stop(1, -1, 80.0, 50.0)

    result = play(bot(decide, slots=2, events=(START,)), FALL, limits=BLOCKS[0], instrument=rules)
    assert told(result) == CLOSED


@pytest.mark.parametrize("shortable", [False, True])
def test_a_cool_down_that_one_symbol_starts_leaves_the_stop_of_another(shortable):
    def decide(now, was, p, candle, my, wanted):
        wanted.market(0, 1, 20.0)
        wanted.stop(1, -1, 95.0 if my.symbol == 0 else 80.0, 20.0)

    falls = {
        "AAA/USD": [100, 100, (100, 100, 90, 90), 90, 90, 90, 90],
        "BBB/USD": [100, 100, 100, (100, 100, 85, 85), (85, 85, 60, 60), 60, 60],
    }
    result = play(
        bot(decide, slots=2, events=(START,)), {name: drawn(rows, name) for name, rows in falls.items()},
        instrument={name: market(name, shortable=shortable) for name in falls},
        limits={"max_consecutive_losses": 1, "cooldown_ms": 86_400_000},
    )  # fmt: skip
    assert [(one.symbol, one.side, one.price) for one in result.fills][2:] == [
        ("AAA/USD", "sell", 95), ("BBB/USD", "sell", 80),
    ]  # fmt: skip


class TestWaitsForItsParent:
    """A row is judged when its parent is filled: until then there may be nothing that it could close."""

    @pytest.mark.parametrize("rules", [SPOT, SHORT])
    def test_so_a_collar_does_not_end_the_exit_of_what_is_not_there_yet(self, rules):
        def decide(now, was, p, candle, my, wanted):
            wanted.limit(0, 1, 90.0, 50.0)
            wanted.parent(1, 0)
            wanted.limit(1, -1, 95.0, 50.0)

        rows = [100, (100, 100, 89, 90), (90, 92, 88, 90), (90, 97, 90, 96), 96]
        result = play(bot(decide, slots=2, events=(START,)), rows, limits={"price_collar": "0.04"}, instrument=rules)
        assert codes(result) == []
        assert told(result)[1:] == [(3, "sell", 50, 95, "target")]

    @pytest.mark.parametrize("shortable", [False, True])
    def test_so_it_is_no_open_position_once_its_parent_is_withdrawn(self, shortable):
        def decide(now, was, p, candle, my, wanted):
            if my.symbol == 0 and my.event == START:
                wanted.parent(1, 0)
                wanted.limit(0, 1, 50.0, 5.0)
                wanted.stop(1, -1, 40.0, 5.0)
            elif my.symbol == 0 and closed(my) == 2:
                wanted.withdraw(0)
            elif my.symbol == 1 and closed(my) == 4:
                wanted.market(0, 1, 5.0)

        names = ("AAA/USD", "BBB/USD")
        result = play(
            bot(decide, slots=2, events=(START, CLOSE)), {name: drawn([100] * 8, name) for name in names},
            instrument={name: market(name, shortable=shortable) for name in names}, limits={"max_open_positions": 1},
        )  # fmt: skip
        assert [one.symbol for one in result.fills] == ["BBB/USD"]
        assert codes(result) == []

    def test_an_entry_too(self):
        """A second buy waits for the first; a day allows one order, and the first takes it."""

        def decide(now, was, p, candle, my, wanted):
            wanted.limit(0, 1, 95.0, 1.0)
            wanted.parent(1, 0)
            wanted.limit(1, 1, 90.0, 1.0)

        rows = [100, 100, (100, 100, 95, 95), 95, (95, 95, 80, 80)]
        story = bot(decide, slots=2, events=(START,))
        early = play(story, rows[:2], limits={"max_orders_day": 1})
        assert codes(early) == []
        assert early.ran.state.account.orders_today == 1
        result = play(story, rows, limits={"max_orders_day": 1})
        assert codes(result) == [(1, "max_orders", 1, 1)]
        assert [fill[3] for fill in told(result)] == [95]

    def test_that_is_filled_already_it_is_judged_at_once(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 5.0)
            if closed(my) == 1:
                wanted.parent(1, 0)
                wanted.limit(1, 1, 90.0, 1.0)

        result = play(bot(decide, slots=2), [100] * 3, limits={"max_orders_day": 1})
        assert codes(result) == [(1, "max_orders", 1, 1)]

    def test_and_is_judged_when_it_no_longer_waits_for_one(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.limit(0, 1, 50.0, 5.0)
            wanted.limit(1, 1, 40.0, 1.0)
            wanted.parent(1, 0 if closed(my) == 0 else -1)

        result = play(bot(decide, slots=2), [100] * 3, limits={"max_orders_day": 1})
        assert codes(result) == [(1, "max_orders", 1, 1)]
