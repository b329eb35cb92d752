"""What no order can be stops the bot: prices, quantities, sides, kinds, slots, groups and tags out of their range."""
# ruff: noqa: ARG001

import math
from decimal import Decimal

import pytest
from tests.stage import bot, drawn, play, told

from botswain.core.codes import MARKET
from botswain.model.reasons import Reason

FLAT = [100] * 8


class TestRefused:
    """What no order can be stops the bot, and what it had is kept."""

    @staticmethod
    def halted(decide, volume=1.0, slots=2):
        rows = drawn(FLAT, volume=[1.0, 1.0, volume, 1.0, 1.0, 1.0, 1.0, 1.0])
        result = play(bot(decide, slots=slots), rows)
        assert result.halt.instant == 2
        assert told(result) == [(1, "buy", 1, 100, "target")]
        return result.halt

    @pytest.mark.parametrize("number", [math.nan, math.inf, -1.0, 1e300])
    def test_a_price_or_quantity_that_is_none(self, number):
        def by_price(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.limit(1, 1, 50.0 * candle.volume, 1.0)

        def by_qty(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.limit(1, 1, 50.0, candle.volume)

        def by_trigger(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.stop(1, 1, 150.0 * candle.volume, 1.0)

        def by_stop_limit(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.stop_limit(1, 1, 150.0, 150.0 * candle.volume, 1.0)

        def by_ticks(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.row(1, 2, 1, 50.0 * candle.volume, 1)

        for decide in (by_price, by_qty, by_trigger, by_stop_limit, by_ticks):
            halt = self.halted(decide, number)
            assert halt.reason is Reason.BAD_ORDER, decide.__name__
            assert "; write a " in halt.message

    @pytest.mark.parametrize("number", [2.0**62, 2.0**63, 1e30, -2.0, -(2.0**62)])
    def test_more_lots_than_any_money_pays_for(self, number):
        """As in machine code (test_asked.py): a run in Python took them for an order and noted a refusal."""

        def by_row(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.row(1, 2, 1, 50, candle.volume)

        def by_qty(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.limit(1, 1, 50.0, candle.volume)

        for decide in (by_row, by_qty):
            halt = self.halted(decide, number)
            assert halt.reason is Reason.BAD_ORDER, decide.__name__

    @pytest.mark.parametrize("lots", [2.0**53, 2.0**53 + 2.0, 2.0**62 - 512.0])
    def test_so_many_are_an_order_that_cannot_be_paid(self, lots):
        """Refused where it would fill: of its price nothing is known before."""

        def decide(now, was, p, candle, my, wanted):
            if candle.volume > 1.0:
                wanted.row(0, MARKET, 1, 0, candle.volume)

        rows = drawn(FLAT, volume=[1.0, 1.0, lots, 1.0, 1.0, 1.0, 1.0, 1.0])
        found = play(bot(decide), rows)
        assert found.halt is None
        assert [note.code for note in found.notes] == ["insufficient_balance"]

    def test_an_account_of_more_than_64_bits_may_ask_for_more(self):
        """Its money pays for them; a quantity that nobody means is none there either."""

        def decide(now, was, p, candle, my, wanted):
            if candle.volume > 1.0:
                wanted.row(0, MARKET, 1, 0, candle.volume)

        for lots, capital, halts in (
            (2.0**62, 10**30, False), (2.0**62, 10**18 * 4 - 1, True), (1e300, 10**30, True),
        ):  # fmt: skip
            rows = drawn(FLAT, volume=[1.0, 1.0, lots, 1.0, 1.0, 1.0, 1.0, 1.0])
            found = play(bot(decide), rows, capital=Decimal(capital))
            assert (found.halt is not None) == halts, lots
            assert told(found) == ([] if halts else [(3, "buy", 1 << 62, 100, "target")])

    @pytest.mark.parametrize("number", [0.0, 2.0, -2.0])
    def test_a_side_that_is_neither(self, number):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.limit(1, candle.volume, 50.0, 1.0)

        assert self.halted(decide, number).reason is Reason.BAD_ORDER

    @pytest.mark.parametrize("number", [0.0, 4.0, 6.0])
    def test_a_kind_that_a_row_cannot_have(self, number):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.row(1, 2 if candle.volume == 1.0 else candle.volume, 1, 50, 1)

        assert self.halted(decide, number).reason is Reason.BAD_ORDER

    @pytest.mark.parametrize("number", [0.0, 1e-9])
    def test_a_price_of_nothing(self, number):
        """What memory says that was never set; a sale at 0 would go by the market."""

        def sale(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.limit(1, -1, 0.0 if candle.volume != 1.0 else 500.0, 1.0)

        def limit(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.limit(1, 1, 50.0 * candle.volume, 1.0)

        def stop(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.stop(1, 1, 150.0 * candle.volume, 1.0)

        def stop_limit_price(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.stop_limit(1, 1, 150.0, 150.0 * candle.volume, 1.0)

        def stop_limit_trigger(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.stop_limit(1, 1, 150.0 * candle.volume, 150.0, 1.0)

        def ticks(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.row(1, 5, -1, 150 if candle.volume == 1.0 else 0, 1)

        for decide in (sale, limit, stop, stop_limit_price, stop_limit_trigger, ticks):
            halt = self.halted(decide, number)
            assert halt.reason is Reason.BAD_ORDER, decide.__name__
            assert "tick or more" in halt.message or "1 or more (0 for MARKET)" in halt.message, decide.__name__

    def test_a_price_of_nothing_is_what_a_market_order_has(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.row(0, MARKET, 1, 0, 1)

        assert told(play(bot(decide), FLAT)) == [(1, "buy", 1, 100, "target")]

        def wrong(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            if candle.volume != 1.0:
                wanted.row(1, MARKET, 1, 0, candle.volume)

        assert "; write a quantity in whole lots" in self.halted(wrong, 1.5).message

    @pytest.mark.parametrize("number", [0.7, 1.5])
    def test_a_part_of_a_tick_of_a_lot_of_a_slot(self, number):
        def slot(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.limit(candle.volume, 1, 50.0, 1.0)

        def parent(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            if candle.volume != 1.0:
                wanted.parent(1, candle.volume)

        def ticks(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.row(1, 2, 1, 50.0 + candle.volume, 1)

        def lots(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.row(1, 2, 1, 50, 9.0 + candle.volume)

        def link(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.link(1, candle.volume)

        def tag(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.tag(1, candle.volume)

        def flags(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.flags(1, candle.volume)

        for decide in (slot, parent):
            halt = self.halted(decide, number)
            assert halt.reason is Reason.BAD_SLOT, decide.__name__
            assert f"is {number} and this strategy has 2" in halt.message
        for decide in (ticks, lots, link, tag, flags):
            halt = self.halted(decide, number)
            assert halt.reason is Reason.BAD_ORDER, decide.__name__
            assert "; write " in halt.message

    @pytest.mark.parametrize("number", [-1.0, 2.0, 1e15])
    def test_a_slot_beyond_the_strategy_s_own(self, number):
        def row(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.limit(candle.volume, 1, 50.0, 1.0)

        def stop_limit(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.stop_limit(candle.volume, 1, 150.0, 150.0, 1.0)

        def link(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.link(candle.volume, 1)

        def flags(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.flags(candle.volume, 1)

        def parent(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.parent(candle.volume, 0)

        def tag(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.tag(candle.volume, 0)

        def renew(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            if candle.volume != 1.0:
                wanted.renew(candle.volume)

        def withdraw(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            if candle.volume != 1.0:
                wanted.withdraw(candle.volume)

        for decide in (row, stop_limit, link, flags, parent, tag, renew, withdraw):
            halt = self.halted(decide, number)
            assert halt.reason is Reason.BAD_SLOT, decide.__name__
            assert f"slot is {number:.12g} and this strategy has 2" in halt.message

    @pytest.mark.parametrize("number", [-2.0, 2.0, 1e9])
    def test_a_parent_beyond_the_strategy_s_own_slots(self, number):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            if candle.volume != 1.0:
                wanted.parent(1, candle.volume)

        assert self.halted(decide, number).reason is Reason.BAD_SLOT

    @pytest.mark.parametrize("number", [-1.0, 1e12, math.nan])
    def test_a_group_or_a_tag_beyond_its_range(self, number):
        def link(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.link(1, candle.volume)

        def tag(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 1.0)
            wanted.tag(1, candle.volume)

        for decide in (link, tag):
            assert self.halted(decide, number).reason is Reason.BAD_ORDER, decide.__name__
