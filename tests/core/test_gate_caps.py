"""The limits that few bots have, as stories: a week's loss, exposure, tiers of drawdown and the others."""
# ruff: noqa: ARG001

from tests.stage import DAY_MS, MINUTE_MS, T0, bot, closed, codes, drawn, market, play, told

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


class TestTiers:
    """How far equity is below its peak makes entries smaller, then keeps them out, then closes everything."""

    ALL = {"drawdown_reduce": "0.05", "drawdown_factor": "0.4", "drawdown_pause": "0.1", "drawdown_flatten": "0.2"}  # noqa: RUF012

    def test_the_first_cuts_entries_to_a_share(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 50.0)
            elif closed(my) == 2:
                wanted.market(1, 1, 8.0)
                wanted.limit(2, 1, 80.0, 2.0)

        # 50 at 100, then 90: equity 9,500. Of 8 are left 3, of 2 none.
        result = play(bot(decide, slots=3), [100, (100, 90), 90, 90], limits=self.ALL)
        assert [fill[:4] for fill in told(result)] == [(1, "buy", 50, 100), (3, "buy", 3, 90)]
        assert codes(result) == [(1, "drawdown_reduce", 8, 3), (2, "drawdown_reduce", 2, 0)]

    def test_the_share_is_of_what_is_asked_for_however_often_it_is_judged(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 50.0)
            elif closed(my) == 1:
                wanted.limit(1, 1, 80.0, 5.0)
            elif closed(my) == 2:
                wanted.limit(1, 1, 79.0, 5.0)

        result = play(bot(decide, slots=2), [100, (100, 90), 90, (90, 90, 79, 90), 90], limits=self.ALL)
        assert [fill[:4] for fill in told(result)] == [(1, "buy", 50, 100), (3, "buy", 2, 79)]
        assert codes(result) == [(1, "drawdown_reduce", 5, 2), (1, "drawdown_reduce", 5, 2)]

    def test_the_second_keeps_entries_out_until_it_is_over(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 50.0)
                wanted.limit(1, 1, 70.0, 4.0)

        # 9,000 at 80; the buy at 70 goes, and comes back at 82, where it is let in for its share.
        rows = [100, (100, 80), (80, 80, 70, 80), (80, 82), (82, 82, 70, 82), 82]
        result = play(bot(decide, slots=2), rows, limits=self.ALL)
        assert [fill[:4] for fill in told(result)] == [(1, "buy", 50, 100), (4, "buy", 1, 70)]
        assert codes(result) == [
            (-1, "drawdown_pause", 9_000, 9_000), (1, "drawdown_pause", 4, 0),
            (-1, "drawdown_over", 9_100, 9_000), (1, "drawdown_reduce", 4, 1),
        ]  # fmt: skip

    def test_the_third_closes_everything_for_good(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) in (0, 3):
                wanted.renew(0)
                wanted.market(0, 1, 50.0)

        rows = [100, (100, 60), (60, 95), 95, 95, 95]
        result = play(bot(decide), rows, limits=self.ALL)
        assert told(result) == [(1, "buy", 50, 100, "target"), (2, "sell", 50, 60, "drawdown_exit")]
        assert codes(result) == [(-1, "drawdown_flatten", 8_000, 8_000), (0, "drawdown_flatten", 50, 0)]

    def test_the_third_closes_what_has_no_candle_then_and_what_fills_later(self):
        def decide(now, was, p, candle, my, wanted):
            if my.symbol == 0 and closed(my) == 0:
                wanted.market(0, 1, 60.0)
            elif my.symbol == 1 and closed(my) == 0:
                wanted.market(0, 1, 10.0)
                wanted.limit(1, -1, 70.0, 10.0)

        candles = {A: drawn([100, (100, 60), 60, 60], A), B: drawn([50, 50, 51], B, minutes=[0, 1, 3])}
        result = play(bot(decide, slots=2), candles, limits={"drawdown_flatten": "0.2"})
        sold = [((fill.time_ms - T0) // MINUTE_MS, fill.symbol, fill.price, fill.reason) for fill in result.fills[2:]]
        assert sold == [(2, A, 60, "drawdown_exit"), (3, B, 51, "drawdown_exit")]

    def test_one_wick_does_not_begin_a_smoothed_tier(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 50.0)

        smoothed = {"drawdown_pause": "0.1", "drawdown_smoothing": 3}
        # A fall of 1,500 for one candle counts as 500, then as 334 of 0: at a new peak it is forgotten.
        assert codes(play(bot(decide), [100, (100, 70), (70, 98), 98], limits=smoothed)) == []
        # It lasts: 500, 834, 1,056: nine tenths of 10,000 are reached with the third.
        result = play(bot(decide), [100, (100, 70), 70, 70, 70], limits=smoothed)
        assert codes(result) == [(-1, "drawdown_pause", 8_944, 9_000)]
        assert result.notes[0].time_ms == T0 + 4 * MINUTE_MS

    def test_one_good_candle_does_not_end_a_smoothed_tier(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 50.0)

        smoothed = {"drawdown_pause": "0.1", "drawdown_smoothing": 2}
        # Falls of 1,500: smoothed 750, then 1,125: it begins. At 79, 1,050 and 1,088: it stands. At 92, 400 and 744: it
        # is over. The peak at 101 forgets all.
        rows = [100, (100, 70), 70, (70, 79), (79, 92), (92, 101), 101]
        result = play(bot(decide), rows, limits=smoothed)
        assert codes(result) == [(-1, "drawdown_pause", 8_875, 9_000), (-1, "drawdown_over", 9_256, 9_000)]
        assert result.ran.state.account.smooth_fall == 0

    def test_the_second_goes_over_into_the_third_and_says_so(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 50.0)

        result = play(bot(decide), [100, (100, 80), (80, 60), 60, 60], limits=self.ALL)
        assert [code for _, code, *_ in codes(result)] == ["drawdown_pause", "drawdown_flatten"]
        assert result.equity[-1][1] == 8_000


class TestSymbolCoolDown:
    """After a round trip that lost, no entries of that symbol for a while; others go on."""

    LIMITS = {"symbol_cooldown_ms": 3 * MINUTE_MS}  # noqa: RUF012

    def test_blocks_the_symbol_that_lost_and_no_other(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.target(1.0 if closed(my) % 2 == 0 else 0.0)

        # Both are bought in minutes 1, 3 ... and sold in the next. A loses 10 in minute 2, and cools until minute 5:
        # what is wanted at the close of 2 is lost, what is wanted at that of 4 is wanted in minute 5.
        candles = {A: drawn([100, 100, 99, 99, 99, 99, 99], A), B: drawn([50] * 7, B)}
        result = play(bot(decide), candles, limits=self.LIMITS, sizing="fixed", size=10)
        bought = [((fill.time_ms - T0) // MINUTE_MS, fill.symbol) for fill in result.fills if fill.side == "buy"]
        assert bought == [(1, A), (1, B), (3, B), (5, A), (5, B)]
        assert codes(result) == [(-1, "symbol_cool_down", 10, 0), (0, "symbol_cool_down", 10, 0)]

    def test_takes_off_what_rests_and_brings_it_back(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.target(1.0)
            wanted.limit(1, 1, 50.0, 1.0)

        rows = [100, 100, (100, 90), (90, 90, 50, 90), 90, (90, 90, 50, 90), 90]
        exits = {"stop_loss": "0.05"}
        result = play(bot(decide, slots=2), rows, exits=exits, limits=self.LIMITS, sizing="fixed", size=10)
        assert [fill[:4] for fill in told(result)][1:] == [(2, "sell", 10, 95), (5, "buy", 1, 50)]
        assert codes(result) == [(-1, "symbol_cool_down", 50, 0), (1, "symbol_cool_down", 1, 0)]


class TestTradeRisk:
    """A position is no larger than loses a share of the equity at its stop."""

    LIMITS = {"max_trade_risk": "0.01"}  # noqa: RUF012

    def test_an_entry_is_cut_to_what_its_stop_may_lose(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 30.0)

        # One per cent of 10,000 is 100; a stop of 5 % at 100 loses 5 a lot: 20 lots.
        result = play(bot(decide), [100, 100, (100, 90)], exits={"stop_loss": "0.05"}, limits=self.LIMITS)
        assert told(result) == [(1, "buy", 20, 100, "target"), (2, "sell", 20, 95, "stop_loss")]
        assert codes(result) == [(0, "max_trade_risk", 30, 20)]
        assert result.equity[-1][1] == 9_900

    def test_the_nearer_of_two_stops_counts_and_what_is_held_already(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 30.0)
            if closed(my) == 1:
                wanted.market(1, 1, 30.0)

        exits = {"stop_loss": "0.05", "trailing_stop": "0.02"}
        result = play(bot(decide, slots=2), [100, 100, 100], exits=exits, limits=self.LIMITS)
        assert [fill[2] for fill in told(result)] == [30, 20]
        assert codes(result) == [(1, "max_trade_risk", 30, 20)]

    def test_an_account_in_debt_risks_nothing_more(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) < 1:
                wanted.market(0, -1, 10.0)
            elif closed(my) == 2:
                wanted.market(1, -1, 1.0)

        rows = [100, (100, 100, 100, 100), (1_300, 1_300), (1_300, 1_300)]
        limits, exits = {"max_trade_risk": "0.9"}, {"stop_loss": "0.5"}
        result = play(bot(decide, slots=2), rows, instrument=market(shortable=True), exits=exits, limits=limits)
        assert codes(result) == [(1, "max_trade_risk", 1, 0)]


class TestOrderRate:
    """So many orders in a time of whole candles, which begins anew by the clock."""

    LIMITS = {"order_rate": 2, "order_rate_ms": 5 * MINUTE_MS}  # noqa: RUF012

    def test_a_market_order_beyond_it_is_gone(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.renew(0)
            wanted.market(0, 1, 1.0)

        # Two in minutes 0 to 4, as decided; the close of minute 4 is at minute 5, which begins anew.
        result = play(bot(decide), [100] * 9, limits=self.LIMITS)
        assert [fill[0] for fill in told(result)] == [1, 2, 5, 6]
        assert codes(result) == [(0, "order_rate", 2, 2)] * 5

    def test_what_rests_waits_for_the_next_time_and_what_reduces_is_not_counted(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 5.0)
                wanted.limit(1, 1, 90.0, 1.0)
                wanted.limit(2, 1, 90.0, 1.0)
            elif closed(my) == 1:
                wanted.market(3, -1, 5.0)

        dip = (100, 100, 90, 100)
        result = play(bot(decide, slots=4), [100, 100, dip, dip, 100, dip, 100], limits=self.LIMITS)
        assert [fill[:3] for fill in told(result)] == [(1, "buy", 5), (2, "sell", 5), (2, "buy", 1), (5, "buy", 1)]
        assert codes(result) == [(2, "order_rate", 2, 2)]


def early(now, was, p, candle, my, wanted):
    if closed(my) == (0 if my.symbol == 0 else 2):
        wanted.market(0, 1, 30.0)


def late(now, was, p, candle, my, wanted):
    if closed(my) == (0 if my.symbol == 0 else 4):
        wanted.market(0, 1, 30.0)


class TestWhatMovesTogether:
    """Of the other symbols only those count whose closes moved together with the entry's, or are not known not to."""

    SOME = {"max_correlated_exposure": "0.5", "correlation_period": 4}  # noqa: RUF012
    UP = [100, 110, 99, 108, 97, 106, 106]  # noqa: RUF012
    OWN_WAY = [75, 77, 79, 77, 75, 75, 75]  # noqa: RUF012

    def lots(self, other, step=late, **more):
        """30 of A are bought at 110, then 30 of B are wanted: how many it gets, by its candles."""
        result = play(bot(step), {A: drawn(self.UP, A), B: drawn(other, B)}, limits=self.SOME | more)
        first, *rest = result.fills
        assert (first.symbol, first.qty, first.price) == (A, 30, 110)
        return [int(fill.qty) for fill in rest]

    def test_it_is_cut_beside_one_that_moves_with_it_or_against_it(self):
        # A at 97 is worth 2,910 of an equity of 9,610: half of that leaves 1,895, which is 25 of B at 73 or 75.
        assert self.lots([75, 82, 74, 81, 73, 80, 80]) == [25]
        assert self.lots([75, 68, 75, 68, 75, 68, 68]) == [25]
        assert self.lots([50, 55, 49, 54, 48, 53, 53]) == [30]

    def test_it_is_let_in_beside_one_that_goes_its_own_way(self):
        assert self.lots(self.OWN_WAY) == [30]
        assert self.lots(self.OWN_WAY, correlation="0.01") == [25]

    def test_what_is_not_known_counts(self):
        # Three closes, where four are looked at: A at 99 leaves 1,865 of 4,835, which is 23 at 79.
        assert self.lots(self.OWN_WAY, early) == [23]
        assert self.lots([75] * 7) == [25]
