"""Rows that depend on each other, and the flags beside them: one cancels the other, one triggers the other."""
# ruff: noqa: ARG001

from tests.stage import bot, closed, codes, play, told

from botswain.core.codes import POST_ONLY, REDUCE_ONLY

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

    def test_of_parents_and_children_send_the_child_once_the_parent_is_filled(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.limit(0, 1, 95.0, 2.0)
            wanted.limit(1, -1, 105.0, 2.0)
            wanted.parent(1, 0)

        rows = [100, (100, 106, 100, 100), (100, 106, 95, 100), (100, 106, 100, 100), 100]
        assert told(play(bot(decide, slots=2), rows)) == [(2, "buy", 2, 95, "target"), (3, "sell", 2, 105, "target")]

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
