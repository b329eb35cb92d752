"""What closes a position gets through and what protects it stays, whatever the gate parks, cuts or refuses beside."""
# ruff: noqa: ARG001

from tests.stage import bot, closed, codes, drawn, market, play, told

from botswain.core.codes import WORKING

SHORT = market(shortable=True)
STOP = {"stop_loss": "0.05"}
PAIR = {name: market(name, shortable=True) for name in ("AAA/USD", "BBB/USD")}


def pair(decide, *, last):
    """Two symbols of forty each at 100; AAA falls to 80 in minute 5, where BBB has no candle: a daily loss."""
    candles = {
        "AAA/USD": drawn([100] * 5 + [(100, 80), 80, 80], "AAA/USD"),
        "BBB/USD": drawn([100] * 5 + [last, 90], "BBB/USD", minutes=[0, 1, 2, 3, 4, 6, 7]),
    }
    limits = {"max_daily_loss": "0.01"}
    result = play(bot(decide, slots=2), candles, instrument=PAIR, exits=STOP, limits=limits, sizing="fixed", size=40)
    assert [fill[:4] for fill in told(result)][:3] == [(1, "buy", 40, 100)] * 2 + [(5, "sell", 40, 95)]
    return told(result)[3:]


class TestWaitingForItsParent:
    """A sale by the market that waits for a buy far below, beside a position of ten."""

    def test_it_leaves_the_stop_where_it_is(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 10.0)
            wanted.limit(1, 1, 10.0, 1.0)
            wanted.market(2, -1, 10.0)
            wanted.parent(2, 1)

        result = play(bot(decide, slots=3), [100, 100, (100, 90), 90], exits=STOP)
        assert told(result) == [(1, "buy", 10, 100, "target"), (2, "sell", 10, 95, "stop_loss")]

    def test_the_stop_gives_way_once_the_parent_is_filled(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 10.0)
            if closed(my) == 1:
                wanted.limit(1, 1, 98.0, 1.0)
                wanted.market(2, -1, 11.0)
                wanted.parent(2, 1)

        result = play(bot(decide, slots=3), [100, 100, (100, 97), 97, (97, 90)], exits=STOP)
        assert [fill[:4] for fill in told(result)[1:]] == [(2, "buy", 1, 98), (3, "sell", 11, 97)]

    def test_a_parent_that_is_filled_already_is_not_waited_for(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 10.0)
            if closed(my) > 0:
                wanted.market(1, -1, 10.0)
                wanted.parent(1, 0)

        result = play(bot(decide, slots=2), [100, 100, (94, 94), 94], exits=STOP)
        assert told(result)[1:] == [(2, "sell", 10, 94, "target")]

    def test_it_pays_for_nothing(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 99.0)
            wanted.limit(1, 1, 10.0, 1.0)
            if closed(my) > 0:
                wanted.market(2, -1, 99.0)
                wanted.parent(2, 1)
                wanted.market(3, 1, 50.0)

        result = play(bot(decide, slots=4), [100] * 4, limits={"max_orders_day": 9})
        # 50 at 100 beside the 10 of the resting buy; 100 of the 10,000 is left.
        assert codes(result) == [(3, "balance", 5_010, 100)]

    def test_it_takes_no_room_from_what_reduces(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 10.0)
            wanted.limit(1, 1, 10.0, 1.0)
            if closed(my) > 0:
                wanted.market(2, -1, 10.0)
                wanted.parent(2, 1)
                wanted.limit(3, -1, 110.0, 10.0)

        result = play(bot(decide, slots=4), [100] * 4, instrument=SHORT, limits={"max_orders_day": 2})
        assert codes(result) == []
        assert result.ran.state.parts["rows"][3].state == WORKING


class TestBlockedBeforeItWasSent:
    """A block begins between the close at which an order was approved and the candle it would have gone out with."""

    def test_an_order_through_zero_still_closes(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.target(-1.0 if my.symbol == 1 and closed(my) > 3 else 1.0)

        assert pair(decide, last=100) == [(6, "sell", 40, 100, "target")]

    def test_what_goes_now_goes_before_what_rests(self):
        """Thirty rest at 130 and reduce; of the sixty by the market forty close, and the thirty make way for them."""

        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.market(0, 1, 40.0)
            if my.symbol == 1 and closed(my) == 3:
                wanted.renew(0)
                wanted.limit(0, -1, 130.0, 30.0)
            if my.symbol == 1 and closed(my) == 4:
                wanted.market(1, -1, 60.0)

        assert pair(decide, last=(100, 90)) == [(6, "sell", 40, 100, "target")]


class TestCutToMaxPosition:
    """Five are held of at most five; sells that rest take what room there is on the other side."""

    LIMITS = {"max_position": "0.05"}  # noqa: RUF012

    def test_what_closes_is_not_cut(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 5.0)
            if closed(my) == 1:
                wanted.limit(1, -1, 200.0, 8.0)
            if closed(my) == 2:
                wanted.market(2, -1, 10.0)

        result = play(bot(decide, slots=3), [100] * 5, instrument=SHORT, limits=self.LIMITS)
        assert codes(result) == [(2, "max_position", 10, 5)]
        assert told(result)[1:] == [(3, "sell", 5, 100, "target")]

    def test_what_goes_now_is_cut_to_the_position_whatever_rests(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 5.0)
            if closed(my) == 1:
                wanted.limit(1, -1, 200.0, 3.0)
                wanted.limit(2, -1, 201.0, 8.0)
            if closed(my) == 2:
                wanted.market(3, -1, 10.0)

        rows = [100, 100, 100, (100, 90), 90]
        result = play(bot(decide, slots=4), rows, instrument=SHORT, limits=self.LIMITS, exits=STOP)
        assert codes(result)[0] == (3, "max_position", 10, 5)
        assert told(result)[1:] == [(3, "sell", 5, 100, "target")]
