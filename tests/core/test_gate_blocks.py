"""Blocks of the whole account: a bad day, a drawdown, a losing streak; what they cut, and what comes back."""
# ruff: noqa: ARG001

from tests.stage import T0, bot, closed, codes, drawn, market, play, told

from botswain.core.codes import WAITING

FIXED = {"sizing": "fixed", "size": 10}
SHORT = market(shortable=True)
MINUTE_MS = 60_000


def in_and_out(now, was, p, candle, my, wanted):
    wanted.target(1.0 if closed(my) % 2 == 0 else 0.0)


def states(result):
    return [row.state for row in result.ran.state.parts["rows"]]


class TestDailyLoss:
    """Entries stop for the day once equity has fallen by a share of what it was when the day began."""

    LIMITS = {"max_daily_loss": "0.05", "day_offset_ms": 4 * MINUTE_MS}  # noqa: RUF012

    def test_blocks_entries_until_the_day_changes(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 50.0)
            if closed(my) in (1, 2, 4):
                wanted.renew(1)
                wanted.market(1, 1, 1.0)

        # 50 bought at 100 and one at 91; at 90 equity is 9,499: over five per cent below the day's 10,000.
        result = play(bot(decide, slots=2), [100, (100, 91), (91, 90), 90, 90, 90], limits=self.LIMITS)
        assert codes(result) == [(-1, "daily_loss", 9_499, 9_500), (1, "daily_loss", 1, 0)]
        assert [fill[0] for fill in told(result)] == [1, 2, 5]

    def test_cuts_resting_entries_and_brings_them_back(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 50.0)
            wanted.limit(1, 1, 80.0, 1.0)
            if closed(my) > 1:
                wanted.limit(2, 1, 79.0, 1.0)

        rows = [100, (100, 90), (90, 90, 79, 90), (90, 90, 79, 90), (90, 90, 79, 90)]
        result = play(bot(decide, slots=3), rows[:3], limits=self.LIMITS)
        assert states(result)[1:3] == [WAITING, WAITING]
        result = play(bot(decide, slots=3), rows, limits=self.LIMITS)
        assert codes(result) == [(-1, "daily_loss", 9_500, 9_500), (1, "daily_loss", 1, 0), (2, "daily_loss", 1, 0)]
        assert told(result)[1:] == [(4, "buy", 1, 80, "target"), (4, "buy", 1, 79, "target")]

    def test_lets_what_reduces_pass(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.target(1.0 if closed(my) == 0 else 0.0)

        result = play(bot(decide), [100, (100, 50), 50], limits={"max_daily_loss": "0.01"}, **FIXED)
        assert told(result)[1] == (2, "sell", 10, 50, "target")

    def test_is_measured_from_the_equity_that_the_day_began_with(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 50.0)

        # The day turns at the close of minute 3, with equity 9,600: another five per cent is 9,120.
        rows = [100, (100, 92), 92, 92, (92, 84), (84, 82)]
        assert codes(play(bot(decide), rows, limits=self.LIMITS)) == [(-1, "daily_loss", 9_100, 9_120)]

    def test_of_an_account_in_debt_is_debt(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, -1, 10.0)

        rows = [100, (100, 1_300), 1_300, 1_300, 1_300]
        result = play(bot(decide), rows, instrument=SHORT, limits=self.LIMITS)
        assert codes(result) == [(-1, "daily_loss", -2_000, 9_500), (-1, "daily_loss", -2_000, -2_000)]


class TestDrawdown:
    """Entries stop for good once equity has fallen by a share of its peak."""

    def test_blocks_for_good(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 50.0)
            if closed(my) > 1:
                wanted.renew(1)
                wanted.market(1, 1, 1.0)

        # Peak 12,000 at 140; a tenth below is 10,800, at 116.
        rows = [100, (100, 140), (140, 116), 140, 140]
        result = play(bot(decide, slots=2), rows, limits={"max_drawdown": "0.1", "day_offset_ms": 3 * MINUTE_MS})
        assert codes(result)[0] == (-1, "drawdown", 10_800, 10_800)
        assert {code for _, code, *_ in codes(result)} == {"drawdown"}
        assert len(result.fills) == 1


class TestCoolDown:
    """After so many losing round trips in a row, no entries for a while."""

    LIMITS = {"max_consecutive_losses": 2, "cooldown_ms": 3 * MINUTE_MS}  # noqa: RUF012

    def test_starts_with_the_last_loss_and_ends_in_time(self):
        rows = [100, (100, 99), 99, (99, 98), 98, 97, 97, 97, 97, 97, 97]
        result = play(bot(in_and_out), rows, limits=self.LIMITS, **FIXED)
        # Bought at 1 and 3, sold lower at 2 and 4: cooling until minute 7, so the entry wanted at the close of 4 is
        # lost; what the close of 6 wants is wanted at minute 7, when it is over.
        assert [fill[0] for fill in told(result)] == [1, 2, 3, 4, 7, 8, 9, 10]
        assert codes(result) == [(-1, "cool_down", 2, 2), (0, "cool_down", 10, 0)]

    def test_is_forgotten_after_a_round_trip_that_gains(self):
        rows = [100, (100, 99), 99, (99, 100), 100, (100, 99), 99, 99]
        assert codes(play(bot(in_and_out), rows, limits=self.LIMITS, **FIXED)) == []

    def test_takes_a_round_trip_that_only_paid_fees_for_a_loss(self):
        result = play(bot(in_and_out), [100] * 6, instrument=market(taker_fee="0.001"), limits=self.LIMITS, **FIXED)
        assert codes(result)[0] == (-1, "cool_down", 2, 2)

    def test_blocks_resting_entries_as_soon_as_the_losing_fill_is_told(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.target(1.0)
            wanted.limit(1, 1, 50.0, 1.0)

        limits = {"max_consecutive_losses": 1, "cooldown_ms": 10 * MINUTE_MS}
        result = play(bot(decide, slots=2), [100, 100, 90], exits={"stop_loss": "0.05"}, limits=limits, **FIXED)
        assert codes(result) == [(-1, "cool_down", 1, 1), (1, "cool_down", 1, 0)]
        assert states(result)[1] == WAITING


def test_a_block_concerns_symbols_that_have_no_candle_when_it_begins():
    """B rests a buy and misses the minute in which A loses: when B trades again, the buy is gone."""

    def decide(now, was, p, candle, my, wanted):
        if my.symbol == 0:
            wanted.market(0, 1, 50.0)
        else:
            wanted.limit(0, 1, 40.0, 1.0)

    candles = {
        "AAA/USD": drawn([100, 100, (100, 80), (80, 100)], "AAA/USD"),
        "BBB/USD": drawn([50, 50, (50, 50, 40, 50)], "BBB/USD", minutes=[0, 1, 3]),
    }
    result = play(bot(decide), candles, limits={"max_daily_loss": "0.05"})
    assert [fill.symbol for fill in result.fills] == ["AAA/USD"]
    assert [(note.symbol, note.code, (note.time_ms - T0) // MINUTE_MS) for note in result.notes] == [
        ("AAA/USD", "daily_loss", 3), ("BBB/USD", "daily_loss", 3),
    ]  # fmt: skip
