"""The limits that few bots have, as stories: a week's loss."""
# ruff: noqa: ARG001

from tests.stage import DAY_MS, MINUTE_MS, bot, closed, codes, play, told

# T0 is a Tuesday: its week, and its day, end with minute 4.
WEEK = {"max_weekly_loss": "0.05", "day_offset_ms": DAY_MS + 4 * MINUTE_MS}


class TestWeeklyLoss:
    """Entries stop for the week once equity has fallen by a share of what it was when the week began."""

    def test_blocks_entries_until_the_week_changes(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 50.0)
            if closed(my) in (2, 4):
                wanted.renew(1)
                wanted.market(1, 1, 1.0)

        # 50 bought at 100; at 90 equity is 9,500, five per cent below the week's 10,000.
        result = play(bot(decide, slots=2), [100, (100, 91), (91, 90), 90, 90, 90], limits=WEEK)
        assert codes(result) == [(-1, "weekly_loss", 9_500, 9_500), (1, "weekly_loss", 1, 0)]
        assert [fill[0] for fill in told(result)] == [1, 5]

    def test_does_not_end_with_the_day(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 50.0)
            wanted.limit(1, 1, 80.0, 1.0)

        day = {"max_weekly_loss": "0.05", "day_offset_ms": 4 * MINUTE_MS}
        rows = [100, (100, 90), (90, 90, 79, 90), 90, (90, 90, 79, 90)]
        result = play(bot(decide, slots=2), rows, limits=day)
        assert codes(result) == [(-1, "weekly_loss", 9_500, 9_500), (1, "weekly_loss", 1, 0)]
        assert [fill[0] for fill in told(result)] == [1]
        # The resting buy comes back with the week.
        assert [fill[0] for fill in told(play(bot(decide, slots=2), rows, limits=WEEK))] == [1, 4]

    def test_is_measured_from_the_equity_that_the_week_began_with(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 50.0)

        # The week turns at the close of minute 3, with equity 9,600: another five per cent is 9,120.
        rows = [100, (100, 92), 92, 92, (92, 84), (84, 82)]
        assert codes(play(bot(decide), rows, limits=WEEK)) == [(-1, "weekly_loss", 9_100, 9_120)]

    def test_is_named_before_the_loss_of_the_day(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 50.0)
            if closed(my) == 1:
                wanted.market(1, 1, 1.0)

        result = play(bot(decide, slots=2), [100, (100, 90), 90], limits=WEEK | {"max_daily_loss": "0.01"})
        assert codes(result)[-1] == (1, "weekly_loss", 1, 0)
