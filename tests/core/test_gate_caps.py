"""The limits that few bots have, as stories: a week's loss, exposure."""
# ruff: noqa: ARG001

from tests.stage import DAY_MS, MINUTE_MS, bot, closed, codes, drawn, market, play, told

from botswain.core.codes import WAITING

A, B = "AAA/USD", "BBB/USD"

# T0 is a Tuesday: its week, and its day, end with minute 4.
WEEK = {"max_weekly_loss": "0.05", "day_offset_ms": DAY_MS + 4 * MINUTE_MS}


def states(result):
    return [row.state for row in result.ran.state.parts["rows"]]


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


class TestExposure:
    """What all symbols are worth together, with the entries that rest, is a share of the equity at most."""

    HALF = {"max_exposure": "0.5"}  # noqa: RUF012

    def test_an_entry_is_cut_to_what_the_other_symbols_leave(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 30.0)

        # Half of 10,000 is 5,000: A at 100 takes 3,000, and 2,000 buys 40 of B at 50; at 75 it would be 26.
        result = play(bot(decide), {A: drawn([100, 100], A), B: drawn([50, 50], B)}, limits=self.HALF)
        assert [fill.qty for fill in result.fills] == [30, 30]
        result = play(bot(decide), {A: drawn([100, 100], A), B: drawn([75, 75], B)}, limits=self.HALF)
        assert [fill.qty for fill in result.fills] == [30, 26]
        assert codes(result) == [(0, "max_exposure", 30, 26)]

    def test_what_rests_counts_at_the_last_close_whatever_its_price(self):
        def decide(now, was, p, candle, my, wanted):
            if my.symbol == 0:
                wanted.limit(0, 1, 10.0, 50.0)
            else:
                wanted.limit(0, 1, 40.0, 8.0)

        result = play(bot(decide), {A: drawn([100] * 2, A), B: drawn([50, (50, 50, 40, 50)], B)}, limits=self.HALF)
        assert codes(result) == [(0, "max_exposure", 8, 0)]
        assert states(result)[2 + 1] == WAITING
        assert result.fills == []

    def test_what_waits_comes_back_with_room(self):
        def decide(now, was, p, candle, my, wanted):
            if my.symbol == 0:
                wanted.target(1.0 if closed(my) < 2 else 0.0)
            else:
                wanted.limit(0, 1, 40.0, 8.0)

        candles = {A: drawn([100] * 6, A), B: drawn([50, 50, 50, 50, (50, 50, 40, 50), 50], B)}
        result = play(bot(decide), candles, limits=self.HALF, sizing="fixed", size=50)
        # A is sold in minute 3; that fill lets B in, whose buy rests from minute 4 on.
        assert [(fill.symbol, fill.qty, fill.price) for fill in result.fills] == [
            (A, 50, 100),
            (A, 50, 100),
            (B, 8, 40),
        ]

    def test_of_one_symbol_its_own_position_and_entries_count(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 30.0)
            wanted.limit(1, 1, 90.0, 15.0)
            wanted.limit(2, 1, 80.0, 15.0)

        result = play(bot(decide, slots=3), [100, 100], limits=self.HALF)
        assert codes(result) == [(2, "max_exposure", 15, 5)]

    def test_a_short_is_exposure_and_what_closes_it_passes(self):
        def decide(now, was, p, candle, my, wanted):
            if my.symbol == 0:
                wanted.target(-1.0 if closed(my) < 2 else 0.0)
            elif closed(my) == 1:
                wanted.market(0, 1, 30.0)

        short = {one: market(one, shortable=True) for one in (A, B)}
        candles = {A: drawn([100, 100, (100, 120), 120, 120], A), B: drawn([50] * 5, B)}
        result = play(bot(decide), candles, instrument=short, limits=self.HALF, sizing="fixed", size=50)
        # 50 short at 120 are 6,000 of 9,000: far over, but only the entry of B is refused.
        assert [(fill.symbol, fill.side, fill.qty) for fill in result.fills] == [(A, "sell", 50), (A, "buy", 50)]
        assert codes(result) == [(0, "max_exposure", 30, 0)]

    def test_an_account_in_debt_has_no_room(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, -1, 10.0)
            if closed(my) == 2:
                wanted.market(1, -1, 1.0)

        rows = [100, (100, 1_300), 1_300, 1_300]
        result = play(bot(decide, slots=2), rows, instrument=market(shortable=True), limits=self.HALF)
        assert codes(result) == [(1, "max_exposure", 1, -10)]
