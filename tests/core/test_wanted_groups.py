"""Rows that depend on each other, and the flags beside them: one cancels the other, one triggers the other."""
# ruff: noqa: ARG001

from tests.stage import bot, closed, codes, play, told

from botswain.core import gate, wanted
from botswain.core.codes import CLOSE, DONE, END, FILL, LIMIT, POST_ONLY, REDUCE_ONLY
from botswain.core.records import State
from botswain.core.rows import wanted_leaves

FLAT = [100] * 8


class TestGroups:
    """One cancels the other; one triggers the other."""

    def test_of_resting_rows_end_when_one_fills(self):
        def decide(now, was, p, candle, my, wanted):
            for slot in range(3):
                wanted.limit(slot, 1, 97.0 - slot, 1.0)
                wanted.link(slot, 1 if slot < 2 else 0)

        result = play(bot(decide, slots=3), [100, 100, (100, 100, 95, 100)])
        assert [fill.slot for fill in result.fills] == [0, 2]
        assert codes(result) == [(1, "linked", 1, 0)]

    def test_that_arrive_together_fill_only_one(self):
        """Both cross the open they meet: the first fills, the other is ended on its way."""

        def decide(now, was, p, candle, my, wanted):
            for slot in range(2):
                wanted.limit(slot, 1, 101.0, 1.0)
                wanted.link(slot, 5)

        result = play(bot(decide, slots=2), FLAT)
        assert told(result) == [(1, "buy", 1, 100, "target")]
        assert codes(result) == [(1, "linked", 1, 0)]

    def test_that_are_on_their_way_end_in_the_order_in_which_they_would_arrive(self):
        """Slot 3 fills as it arrives. Slot 2 has rested before; of the others the reducing one would come first."""

        def decide(now, was, p, candle, my, wanted):
            if my.event == END:
                my.mem.ended = my.mem.ended * 10.0 + my.slot
            elif closed(my) == 0:
                wanted.market(4, 1, 1.0)
                wanted.limit(2, 1, 90.0, 5.0)
                wanted.link(2, 5)
            elif closed(my) == 1:
                wanted.limit(0, 1, 99.0, 5.0)
                wanted.limit(1, 1, 98.0, 5.0)
                wanted.limit(3, -1, 99.0, 1.0)
                wanted.limit(5, -1, 101.0, 1.0)
                for slot in (0, 1, 3, 5):
                    wanted.link(slot, 5)

        story = bot(decide, slots=6, events=(CLOSE, END), memory={"ended": 1})
        result = play(story, [100] * 4)
        assert [fill.slot for fill in result.fills] == [4, 3]
        assert result.ran.state.parts["mem"][0] == 2501

    def test_of_parents_and_children_send_the_child_once_the_parent_is_filled(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.limit(0, 1, 95.0, 2.0)
            wanted.limit(1, -1, 105.0, 2.0)
            wanted.parent(1, 0)

        rows = [100, (100, 106, 100, 100), (100, 106, 95, 100), (100, 106, 100, 100), 100]
        assert told(play(bot(decide, slots=2), rows)) == [(2, "buy", 2, 95, "target"), (3, "sell", 2, 105, "target")]

    def test_of_children_that_were_let_go_work_on_when_their_parent_is_renewed(self):
        """The child rests since candle 2; the parent begins its next life after candle 2."""

        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 2:
                wanted.renew(0)
            wanted.limit(0, 1, 95.0 if closed(my) < 2 else 50.0, 2.0)
            wanted.limit(1, -1, 105.0, 2.0)
            wanted.parent(1, 0)
            wanted.flags(1, 2 if closed(my) < 3 else 0)  # it is sent anew

        rows = [100, (100, 106, 95, 100), 100, 100, (100, 106, 100, 100)]
        assert told(play(bot(decide, slots=2), rows)) == [(1, "buy", 2, 95, "target"), (4, "sell", 2, 105, "target")]

    def test_of_a_parent_renewed_on_its_own_fill_do_not_lose_the_child(self):
        def decide(now, was, p, candle, my, wanted):
            if my.event == FILL and my.slot == 0:
                wanted.renew(0)
                wanted.limit(0, 1, 90.0, 2.0)
            elif closed(my) == 0:
                wanted.limit(0, 1, 95.0, 2.0)
                wanted.limit(1, -1, 105.0, 2.0)
                wanted.parent(1, 0)

        rows = [100, (100, 100, 95, 100), (100, 105, 100, 100), 100]
        story = bot(decide, slots=2, events=(CLOSE, FILL))
        assert told(play(story, rows)) == [(1, "buy", 2, 95, "target"), (2, "sell", 2, 105, "target")]

    def test_of_children_begun_anew_wait_for_the_next_fill_of_a_renewed_parent(self):
        def decide(now, was, p, candle, my, wanted):
            if my.event == FILL and my.slot == 1:
                wanted.renew(0)
                wanted.renew(1)
                wanted.limit(0, 1, 95.0, 2.0)
                wanted.limit(1, -1, 105.0, 2.0)
            elif closed(my) == 0:
                wanted.limit(0, 1, 95.0, 2.0)
                wanted.limit(1, -1, 105.0, 2.0)
                wanted.parent(1, 0)

        down, up = (100, 100, 95, 100), (100, 105, 100, 100)
        rows = [100, down, up, up, down, up]
        story = bot(decide, slots=2, events=(CLOSE, FILL))
        assert [fill[:2] for fill in told(play(story, rows))] == [(1, "buy"), (2, "sell"), (4, "buy"), (5, "sell")]

    def test_of_a_child_asked_for_after_its_parent_was_filled_send_it_at_once(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.limit(0, 1, 100.0, 2.0)
            if closed(my) == 2:
                wanted.limit(1, -1, 105.0, 2.0)
                wanted.parent(1, 0)
            if closed(my) == 3:
                wanted.renew(0)

        rows = [100, 100, 100, 100, (100, 105, 100, 100)]
        assert [fill[:2] for fill in told(play(bot(decide, slots=2), rows))] == [(1, "buy"), (4, "sell")]

    def test_of_a_parent_asked_for_no_more_than_is_filled_let_the_child_go(self):
        """A part of the parent is filled and the rest is no longer wanted: it stands filled."""
        state = State(1, 2, 0, 4, compiled=False)
        sim = state.handle
        state.rules.slots = 2
        for name in ("lot_units", "lot_money", "unit_money"):
            setattr(state.parts["terms"][0], name, 1)
        state.account.money_limit = 1e300
        state.parts["ticks"] = sim.ticks = [1.0]
        wanted.want_row(sim, 0, 0, LIMIT, 1, 95, 5)
        wanted.want_row(sim, 0, 1, LIMIT, -1, 105, 5)
        wanted.parent_row(sim, 0, 1, 0)
        gate.judge(sim, 0, False)
        assert wanted_leaves(sim, 0, 1) == 0
        state.parts["rows"][0].filled = 2
        wanted.want_row(sim, 0, 0, LIMIT, 1, 95, 1)
        gate.judge(sim, 0, False)
        assert (state.parts["rows"][0].state, wanted_leaves(sim, 0, 1)) == (DONE, 5)

    def test_of_a_row_that_waits_for_itself_halt(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.limit(1, 1, 95.0, 2.0)
            wanted.parent(1, 1)

        halt = play(bot(decide, slots=2), FLAT).halt
        assert halt.reason.name == "BAD_ORDER"

    def test_that_lose_their_parent_are_sent_at_once(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.limit(0, 1, 95.0, 2.0)
            wanted.limit(1, 1, 99.0, 1.0)
            wanted.parent(1, 0 if closed(my) < 2 else -1)

        assert told(play(bot(decide, slots=2), [100] * 3 + [(100, 100, 99, 99)] * 2)) == [(3, "buy", 1, 99, "target")]

    def test_changed_before_anything_is_wanted_only_wait_for_it(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.link(0, 3)
            wanted.flags(0, 2)
            wanted.parent(0, -1)

        result = play(bot(decide), FLAT)
        assert (told(result), codes(result)) == ([], [])


class TestFlags:
    """Post-only and reduce-only, set beside the row."""

    def test_post_only_ends_what_would_cross(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.limit(0, 1, 100.0, 1.0)
            wanted.flags(0, 1)

        result = play(bot(decide), [101, 100, 99])
        assert told(result) == []
        assert codes(result) == [(0, "post_only", 1, 0)]

    def test_a_change_of_flags_sends_the_order_anew(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.limit(0, 1, 90.0, 1.0)
            wanted.flags(0, 0 if closed(my) == 0 else 1)

        assert play(bot(decide), [100] * 4).ran.state.account.arrivals == 2

    def test_only_a_strategy_s_own_flags_can_be_set(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.limit(0, 1, 90.0, 1.0)
            wanted.flags(0, 7)

        row = play(bot(decide), [100] * 3).ran.state.parts["rows"][0]
        assert row.flag_bits == POST_ONLY | REDUCE_ONLY
