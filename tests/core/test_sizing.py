"""How many lots a target and a row come to, computed by hand and, for any numbers, with fractions."""
# ruff: noqa: ARG001

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.stage import bot, closed, drawn, market, play, told

from botswain.build.layout import layout_of
from botswain.build.plan import Plan, new_state
from botswain.core import sizing
from botswain.core.scale import Sizing
from botswain.core.wanted import countable
from botswain.model.errors import BadInput
from botswain.model.reasons import Reason

RISKY = {"sizing": "risk", "size": "0.01", "exits": {"stop_loss": "0.02"}}


def hold(now, was, p, candle, my, wanted):
    wanted.target(1.0)


LAYOUT = layout_of(bot(hold)())


def two_rows(now, was, p, candle, my, wanted):
    wanted.limit(0, 1, 50.0, 0.0)
    wanted.market(1, 1, 0.0)


def bought(close=100, **settings):
    """What a target of 1 buys after a first candle that stands still."""
    fills = told(play(bot(hold), [close, close], **settings))
    return int(fills[0][2]) if fills else 0


def test_percent_keeps_half_a_percent_and_the_fee_aside():
    assert bought() == 99  # 10,000 x 0.995 / 100
    assert bought(size="0.5") == 49
    assert bought(instrument=market(taker_fee="0.001")) == 99  # 9,950 / 100.1
    assert bought(instrument=market(taker_fee="0.01")) == 98
    assert bought(close=9_951) == 0


def test_percent_is_of_equity_with_what_is_held():
    def grow(now, was, p, candle, my, wanted):
        wanted.target(0.5 if closed(my) == 0 else 1.0)

    # 49 bought at 100, then 200: equity 14,900, 74 in all.
    assert told(play(bot(grow), [100, (100, 200), 200]))[1] == (2, "buy", 25, 200, "target")


def test_fixed_is_a_quantity_and_fixed_quote_an_amount():
    assert bought(sizing="fixed", size="7.9") == 7
    assert bought(sizing="fixed_quote", size="750") == 7
    assert bought(sizing="fixed_quote", size="750", instrument=market(taker_fee="0.08")) == 6


def test_risk_loses_its_share_where_the_stop_is_and_never_borrows():
    assert bought(**RISKY) == 50  # 1 % of 10,000 over 2 of stop distance
    assert bought(**RISKY | {"exits": {"stop_loss": "0.001"}}) == 99


class TestWithoutCompounding:
    """Shares are of what the account started with, and no more than it has."""

    @staticmethod
    def after(row, **settings):
        """What is bought a second time, after a first trade from 100 to `row`."""

        def in_out_in(now, was, p, candle, my, wanted):
            wanted.target(float(closed(my) in (0, 2)))

        fills = told(play(bot(in_out_in), [100, (100, row), (row, 100), 100], compounding=False, **settings))
        assert fills[0][1:4] == ("buy", fills[0][2], 100)
        return int(fills[2][2])

    def test_a_profit_is_not_put_in_again(self):
        # 49 bought at 100 and sold at 200: 14,900, and again half of 10,000 less the reserve.
        assert self.after(200, size="0.5") == 49

    def test_a_loss_is_made_up_for_as_far_as_there_is_money(self):
        # 49 sold at 50 leaves 7,550: 4,975 are 49 at 100 still, 9,950 are more than there is.
        assert self.after(50, size="0.5") == 49
        # 99 sold at 50 leaves 5,050: 5,024 of it.
        assert self.after(50) == 50

    def test_risk_is_of_the_start_too(self):
        # 1 % of 10,000 over 2 is 50, with 20,000 as with 10,000; over 50 it is 2, with 9,998 too.
        assert self.after(300, **RISKY) == 50
        assert self.after(99, **RISKY | {"exits": {"stop_loss": "0.5"}}) == 2

    def test_a_fixed_size_knows_no_difference(self):
        assert self.after(200, sizing="fixed", size="7") == 7
        assert self.after(200, sizing="fixed_quote", size="700") == 7

    def test_more_than_the_start_is_refused(self):
        with pytest.raises(BadInput, match=r"size is 1.5 .*, at most 1 .*or leave compounding on"):
            Sizing("percent", Decimal("1.5"), compounding=False)
        assert Sizing("percent", Decimal("1.5")).compounding


def test_a_broken_account_buys_nothing():
    def flip(now, was, p, candle, my, wanted):
        wanted.target(-1.0 if closed(my) == 0 else 1.0)

    short = market(shortable=True)
    result = play(bot(flip), [100, (100, 300), 300], instrument=short)
    assert told(result) == [(1, "sell", 99, 100, "target"), (2, "buy", 99, 300, "target")]
    assert result.final_equity == -9_800
    assert told(play(bot(flip), [100, (100, 300), 300], instrument=short, **RISKY)) == [
        (1, "sell", 50, 100, "target"), (2, "buy", 50, 300, "target"),
    ]  # fmt: skip


def test_rows_share_the_starting_capital_at_their_own_price():
    rows = [100, 100, (100, 100, 50, 50)]
    assert told(play(bot(two_rows, slots=2), rows)) == [(1, "buy", 49, 100, "target"), (2, "buy", 99, 50, "target")]
    assert told(play(bot(two_rows, slots=2), rows, sizing="fixed", size=3)) == [
        (1, "buy", 3, 100, "target"), (2, "buy", 3, 50, "target"),
    ]  # fmt: skip
    assert told(play(bot(two_rows, slots=2), rows, sizing="fixed_quote", size=400)) == [
        (1, "buy", 4, 100, "target"), (2, "buy", 8, 50, "target"),
    ]  # fmt: skip


def test_rows_cannot_be_sized_by_risk_and_that_is_said():
    result = play(bot(two_rows, slots=2), [100] * 3, **RISKY)
    assert result.halt.reason is Reason.BAD_ORDER
    assert told(result) == []


def test_a_row_before_any_price_is_known_comes_to_nothing():
    """A symbol that has not closed yet has no price: what is sized for it is too small to send."""

    def early(now, was, p, candle, my, wanted):
        wanted.target(1.0)

    candles = {"ABC/USD": drawn([100] * 4), "XYZ/USD": drawn([50] * 2, "XYZ/USD", minutes=[2, 3])}
    assert told(play(bot(early), candles, size="0.3")) == [
        (1, "buy", 29, 100, "target"), (3, "buy", 59, 50, "target"),
    ]  # fmt: skip


@given(
    st.integers(1, 10**9),
    st.integers(1, 10**7),
    st.integers(0, 10**7),
    st.integers(1, 4 * 10**8),
    st.sampled_from([0.3, 1.0, 0.123456789, 2.5]),
)
def test_percent_is_the_floor_of_the_exact_fraction(cents, ticks, taker, size, x):
    """Any capital, price, fee, size and target: floored once, at the end."""

    def sized(now, was, p, candle, my, wanted):
        wanted.target(candle.volume)

    rules = market(tick="0.01", lot="0.001", taker_fee=f"{taker / 10**8:.8f}")
    price = ticks / 100
    candles = drawn([price, price], volume=[x, x])
    result = play(bot(sized), candles, instrument=rules, capital=f"{cents}.07", size=f"{size / 10**8:.8f}")
    money = (cents + Fraction(7, 100)) * Fraction(size, 10**8) * Fraction(995, 1000)
    exact = Fraction(int(x * 10**8 + 0.5), 10**8) * money / (Fraction(ticks, 100) * (1 + Fraction(taker, 10**8)))
    row = result.ran.state.parts["rows"][0]
    assert row.qty == math.floor(exact / Fraction(1, 1000))


class TestGuards:
    """What a run cannot come to by itself, and must not divide by or wrap around at if it does."""

    @staticmethod
    def memory(kind, **account):
        state = new_state(
            Plan(bot(hold)(), (market(),), 60_000, sizing=Sizing(kind, Decimal(5))), LAYOUT, 10, compiled=False
        )
        for name, value in account.items():
            setattr(state.account, name, value)
        return state

    @pytest.mark.parametrize("kind", ["percent", "fixed_quote"])
    def test_without_a_price_there_are_no_lots(self, kind):
        state = self.memory(kind)
        assert sizing.target_lots(state.handle, 0, 1.0) == 0
        assert sizing.row_lots(state.handle, 0, 0) == 0

    def test_equity_beyond_what_can_be_counted_stops_the_run(self):
        state = self.memory("percent", money_limit=1_000_000.0)
        book, lane = state.parts["books"][0], state.parts["lanes"][0]
        book.pos, lane.mark = 10, 90_000
        assert sizing.equity_now(state.handle) == 910_000
        assert state.account.code == 0
        lane.mark = 100_001
        sizing.equity_now(state.handle)
        assert state.account.code == Reason.MONEY_OVERFLOW

    def test_lots_beyond_what_can_be_counted_stop_the_run(self):
        state = self.memory("fixed", money_limit=1_000.0)
        state.parts["lanes"][0].mark = 1
        assert sizing.target_lots(state.handle, 0, 200.0) == 1000
        assert state.account.code == 0
        assert sizing.target_lots(state.handle, 0, 200.1) == 0
        assert state.account.code == Reason.MONEY_OVERFLOW

    @pytest.mark.parametrize("kind", ["percent", "fixed", "fixed_quote"])
    def test_lots_of_a_row_beyond_what_can_be_counted_stop_the_run(self, kind):
        state = self.memory(kind, capital=1000)
        size = state.parts["sizes"][0]
        size.row_num, size.row_den = 10**18, 1
        assert sizing.row_lots(state.handle, 0, 1) > 0
        assert state.account.code == 0
        state.account.money_limit = 1.0e15
        assert sizing.row_lots(state.handle, 0, 1) == 0
        assert state.account.code == Reason.MONEY_OVERFLOW

    def test_a_run_in_python_counts_lots_beyond_64_bits(self):
        """Whoever has that much money may order that much; in machine code no account can pay for 2^62 lots."""

        def sized(now, was, p, candle, my, wanted):
            wanted.row(0, 2, 1, 100, wanted.size(100))

        result = play(bot(sized, slots=1), [100, 100], capital="1e25")
        assert result.halt is None
        assert told(result) == [(1, "buy", 99_500_000_000_000_000_000_000, 100, "target")]
        for name, money, able in (
            ("cash", 4 * 10**18 - 1024, False), ("cash", 4 * 10**18, True), ("equity", 4 * 10**18, True),
        ):  # fmt: skip
            state = self.memory("fixed", money_limit=1.0e300)
            setattr(state.account, name, money)
            assert countable(state.handle, 1 << 61)
            assert countable(state.handle, 1 << 62) == able
            assert countable(state.handle, 1 << 63) == able
            assert not countable(state.handle, 1e300)
            assert countable(state.handle, 1e25) == able
            assert not countable(state.handle, float("inf"))
            assert not countable(state.handle, float("nan"))
