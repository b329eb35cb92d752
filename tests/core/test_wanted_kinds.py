"""Orders that wait for a trigger, and how long a limit order may rest."""
# ruff: noqa: ARG001

import pytest
from tests.stage import bot, closed, codes, market, play, told

from botswain.core.codes import FOK, GTC, IOC
from botswain.core.strategy import Param
from botswain.model.reasons import Reason

FLAT = [100] * 5


def story(decide, **numbers):
    """A strategy with these numbers as parameters."""
    return type("Told", (bot(decide),), {name: Param(value) for name, value in numbers.items()})


class TestTriggers:
    """A stop goes with the move, a take-profit meets it; both are rounded towards acting sooner."""

    def test_a_stop_buys_what_has_risen_to_its_trigger_and_sells_what_has_fallen_to_it(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.stop(0, 1, 104.0, 2.0)
            wanted.stop(1, -1, 96.0, 2.0)

        rows = [100, 100, (100, 105, 100, 105), (105, 105, 95, 95)]
        assert told(play(bot(decide, slots=2), rows)) == [(2, "buy", 2, 104, "target"), (3, "sell", 2, 96, "target")]

    def test_a_take_profit_buys_what_has_fallen_to_its_trigger_and_sells_what_has_risen_to_it(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.take_profit(0, 1, 96.0, 2.0)
            wanted.take_profit(1, -1, 104.0, 2.0)

        rows = [100, 100, (100, 100, 95, 95), (95, 105, 95, 105)]
        assert told(play(bot(decide, slots=2), rows)) == [(2, "buy", 2, 96, "target"), (3, "sell", 2, 104, "target")]

    def test_a_take_profit_is_put_on_the_tick_that_is_reached_sooner(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.take_profit(0, 1, 95.2, 1.0)
            wanted.take_profit(1, -1, 104.8, 1.0)

        rows = play(bot(decide, slots=2), FLAT, instrument=market(shortable=True)).ran.state.parts["rows"]
        assert [row.trigger for row in rows[:2]] == [96, 104]

    def test_a_trigger_that_is_no_price_halts(self):
        def by_stop(now, was, p, candle, my, wanted):
            wanted.stop(0, 1, -1.0, 1.0)

        def by_take_profit(now, was, p, candle, my, wanted):
            wanted.take_profit(0, 1, -1.0, 1.0)

        for decide in (by_stop, by_take_profit):
            assert play(bot(decide), FLAT).halt.reason is Reason.BAD_ORDER


class TestTimeInForce:
    """GTC rests, IOC and FOK fill on arrival or end."""

    @pytest.mark.parametrize("tif", [IOC, FOK])
    @pytest.mark.parametrize(("price", "fills"), [(100, [(1, "buy", 1, 100, "target")]), (99, [])])
    def test_ioc_and_fok_fill_where_they_arrive_or_end(self, tif, price, fills):
        def decide(now, was, p, candle, my, wanted):
            wanted.limit(0, 1, p.price, 1.0)
            wanted.tif(0, p.tif)

        result = play(story(decide, price=price, tif=tif), [100, 100, (100, 100, 98, 98)])
        assert told(result) == fills
        assert codes(result) == ([] if fills else [(0, "not_filled", 1, 0)])

    def test_gtc_is_what_a_row_has_and_can_be_given_back(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.limit(0, 1, 99.0, 1.0)
            wanted.tif(0, IOC)
            wanted.tif(0, GTC)

        assert told(play(bot(decide), [100, 100, (100, 100, 98, 98)])) == [(2, "buy", 1, 99, "target")]

    def test_another_time_in_force_sends_a_resting_order_anew(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.limit(0, 1, 90.0, 1.0)
            if closed(my) == 2:
                wanted.tif(0, IOC)

        result = play(bot(decide), FLAT)
        assert result.ran.state.account.arrivals == 2
        assert codes(result) == [(0, "not_filled", 1, 0)]

    def test_an_ended_row_is_wanted_again_only_after_it_is_renewed(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 2:
                wanted.renew(0)
                wanted.tif(0, GTC)
            elif closed(my) < 2:
                wanted.tif(0, IOC)
            wanted.limit(0, 1, 99.0, 1.0)

        result = play(bot(decide), [100, 100, 100, 100, (100, 100, 98, 98)])
        assert told(result) == [(4, "buy", 1, 99, "target")]

    @pytest.mark.parametrize(("slot", "tif", "reason"), [(5, 1, "BAD_SLOT"), (0, 3, "BAD_ORDER"), (0, -1, "BAD_ORDER")])
    def test_a_slot_or_a_time_in_force_that_does_not_exist_halts(self, slot, tif, reason):
        def decide(now, was, p, candle, my, wanted):
            wanted.tif(p.slot, p.tif)

        assert play(story(decide, slot=slot, tif=tif), FLAT).halt.reason.name == reason
