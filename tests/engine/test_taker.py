"""How a live bot takes recorded events: what waits for other symbols is lost to nobody, and stale data stays known."""

from __future__ import annotations

from collections import deque
from decimal import Decimal
from types import SimpleNamespace

import msgspec
import pytest
from tests.engine.markets import SYMBOL
from tests.engine.markets import candle as told

from botswain.engine.feed_events import Beat
from botswain.engine.live_market import Event, Formed, LiveMarket, Mark
from botswain.engine.live_recompute import between_renewals
from botswain.engine.taker import Taker
from botswain.model.errors import FailClosed
from botswain.model.journal import MarketKind
from botswain.store.bot_records import Away, Candle
from botswain.store.market import MarketEvent

FIRST, SECOND = "BTC/USDT", "ETH/USDT"


class Noted:
    """A bot that notes what it is given."""

    def __init__(self):
        self.decided, self.gone, self.blocked, self.beaten, self.turned = [], [], set(), [], []
        self.ends_ms = None
        self.taken = []
        self.decider = SimpleNamespace(take=lambda open_ms, bars: self.taken.append((open_ms, sorted(bars))))

    def instant(self, _event, open_ms, bars):
        self.decided.append((open_ms, sorted(bars)))

    def beat(self, _event, at_ms, bars):
        self.beaten.append((at_ms, {s: bar.close for s, bar in bars.items()}))

    def over_by(self, time_ms):
        return self.ends_ms is not None and self.ends_ms <= time_ms

    def turn(self, event, time_ms):
        self.turned.append((event.sequence, time_ms))
        self.ends_ms = None

    def missed(self, _segment, candles):
        self.gone.append([(one.at, one.open_ms, sorted(one.bars)) for one in candles])
        return self

    def block(self, s, *, on):
        (self.blocked.add if on else self.blocked.discard)(s)


def taker(*symbols, after=0, every_ms=0, reads=()):
    instruments = [SimpleNamespace(symbol=one, tick_size=Decimal("0.5")) for one in symbols]
    plan = SimpleNamespace(
        instruments=instruments, symbols=(*symbols, *reads), frequency_ms=every_ms, timeframe_ms=60_000
    )
    return Taker(Noted(), plan, "segment", after=after)


def candle(sequence, symbol, open_ms, kind=MarketKind.CANDLE):
    return Event(sequence, kind, Candle(symbol, open_ms, 10.0, 11.0, 9.0, 10.5, 1.0, last=True))


def formed(sequence, time_ms, *candles):
    """A beat; candles are (symbol, open time, close)."""
    rows = tuple(Candle(symbol, open_ms, 10.0, 11.0, 9.0, close, 1.0, last=True) for symbol, open_ms, close in candles)
    return Event(sequence, MarketKind.BEAT, Formed(time_ms, rows))


def mark(sequence, kind, symbol=FIRST, open_ms=0):
    return Event(sequence, kind, Mark(symbol, open_ms, ""))


def walk(taker, events, aways):
    """What a recovery or a replay makes of events with the absences that the journal tells."""
    for _ in between_renewals(taker, events, deque(), {one.first: one for one in aways}):
        pass
    return taker


def test_a_candle_that_waited_for_another_symbols_is_missed_with_it_and_not_lost():
    one = taker(FIRST, SECOND)
    list(one.take(candle(1, FIRST, 60_000)))
    one.skip([candle(2, SECOND, 60_000), candle(3, FIRST, 120_000)])
    assert one.bot.decided == []
    assert one.bot.gone == [[(2, 60_000, [0]), (2, 60_000, [1]), (3, 120_000, [0])]]
    again = walk(
        taker(FIRST, SECOND),
        [candle(1, FIRST, 60_000), candle(2, SECOND, 60_000), candle(3, FIRST, 120_000)],
        [Away(2, 3, 3)],
    )
    assert (again.bot.gone, again.bot.decided) == (one.bot.gone, [])


def test_so_is_one_whose_instant_would_have_ended_by_a_late_candle():
    one = taker(FIRST, SECOND)
    list(one.take(candle(1, FIRST, 60_000)))
    events = [mark(2, MarketKind.LATE, SECOND, 60_000)]
    one.skip(events)
    assert (one.bot.decided, one.bot.gone, one.at) == ([], [[(2, 60_000, [0])]], 2)
    assert one.bot.blocked == {1}
    again = walk(taker(FIRST, SECOND), [candle(1, FIRST, 60_000), *events], [Away(2, 2, 1)])
    assert (again.bot.gone, again.bot.decided, again.bot.blocked) == (one.bot.gone, [], {1})


def test_an_instant_of_which_one_candle_came_too_late_is_not_waited_for_any_more():
    events = [
        candle(1, FIRST, 60_000), candle(2, FIRST, 120_000), candle(3, SECOND, 60_000, MarketKind.HISTORY),
        candle(4, SECOND, 120_000), candle(5, FIRST, 180_000), candle(6, SECOND, 180_000),
    ]  # fmt: skip
    one = taker(FIRST, SECOND)
    for event in events:
        list(one.take(event))
    assert one.bot.gone == [[(3, 60_000, [0]), (3, 60_000, [1])]]
    assert one.bot.decided == [(120_000, [0, 1]), (180_000, [0, 1])]
    again = walk(taker(FIRST, SECOND), events, [Away(3, 3, 2)])
    assert (again.bot.gone, again.bot.decided) == (one.bot.gone, one.bot.decided)


def test_nor_is_one_that_was_late_on_one_symbol_and_came_too_late_on_the_other():
    one = taker(FIRST, SECOND)
    for event in (
        mark(1, MarketKind.LATE, SECOND, 60_000), candle(2, FIRST, 60_000, MarketKind.HISTORY),
        candle(3, FIRST, 120_000), candle(4, SECOND, 120_000),
    ):  # fmt: skip
        list(one.take(event))
    assert (one.bot.gone, one.bot.decided) == ([[(2, 60_000, [0])]], [(120_000, [0, 1])])


def test_a_bot_that_begins_between_two_candles_of_one_instant_does_not_wait_for_the_one_before():
    one = taker(FIRST, SECOND, after=1)
    one.bot.decider = SimpleNamespace(take=lambda _open_ms, _bars: None)
    one.warm_up([candle(1, FIRST, 60_000).body])
    for event in (candle(2, SECOND, 60_000), candle(3, FIRST, 120_000), candle(4, SECOND, 120_000)):
        list(one.take(event))
    assert one.bot.decided == [(60_000, [1]), (120_000, [0, 1])]


def test_what_was_said_of_stale_data_meanwhile_counts_where_candles_went_by():
    events = [
        mark(5, MarketKind.STALE), candle(6, FIRST, 60_000), mark(7, MarketKind.FRESH), candle(8, FIRST, 120_000),
        mark(9, MarketKind.STALE),
    ]  # fmt: skip
    one = taker(FIRST)
    one.skip(events)
    # What comes after the last candle is not gone by: whoever recovers it lets it be taken, as a replay does.
    assert (one.at, one.bot.blocked) == (8, set())
    again = walk(taker(FIRST), events, [Away(6, 8, 2)])
    assert (again.bot.gone, again.bot.blocked, again.stale) == (one.bot.gone, {0}, {0})

    before = taker(FIRST)
    list(before.take(mark(4, MarketKind.STALE)))
    before.skip([mark(5, MarketKind.FRESH), candle(6, FIRST, 60_000)])
    assert before.bot.blocked == set()


def test_a_bot_that_begins_while_its_symbols_data_is_stale_knows_it():
    events = [mark(1, MarketKind.STALE), candle(2, FIRST, 60_000), candle(3, FIRST, 120_000)]
    one = walk(taker(FIRST, after=2), events, [])
    assert (one.bot.decided, one.bot.blocked) == ([(120_000, [0])], {0})


def test_a_market_knows_of_which_symbols_its_record_says_that_they_are_stale():
    market = LiveMarket("segment", "1m", 60_000)
    market.row(MarketKind.STALE, Mark(FIRST, 0, "behind"), 1)
    market.row(MarketKind.STALE, Mark(SECOND, 0, "behind"), 1)
    market.row(MarketKind.FRESH, Mark(SECOND, 0, ""), 2)
    assert market.stale == {FIRST}


def test_a_beat_is_for_those_who_decide_then_on_what_has_moved_and_has_not_closed():
    events = [
        formed(1, 70_000, (FIRST, 60_000, 10.0), ("XRP/USDT", 60_000, 10.0)), formed(2, 75_000, (FIRST, 60_000, 10.5)),
        formed(3, 80_000, (FIRST, 60_000, 10.0)), formed(4, 90_000, (FIRST, 60_000, 9.5), (SECOND, 60_000, 9.0)),
        formed(5, 100_000, ("XRP/USDT", 60_000, 10.0)), candle(6, FIRST, 60_000),
        formed(7, 110_000, (FIRST, 60_000, 11.0)),
        candle(8, SECOND, 60_000), formed(9, 130_000, (FIRST, 120_000, 11.0)),
    ]  # fmt: skip
    one = taker(FIRST, SECOND, every_ms=10_000)
    for event in events:
        list(one.take(event))
    # Not at 75 s, which is no tenth second; not at 80 s, as nothing has moved; not on a candle that another waits for.
    assert one.bot.beaten == [(70_000, {0: 20}), (90_000, {0: 19, 1: 18}), (130_000, {0: 22})]
    assert one.bot.decided == [(60_000, [0, 1])]
    assert one.at == 9
    again = walk(taker(FIRST, SECOND, every_ms=10_000), events, [])
    assert (again.bot.beaten, again.bot.decided) == (one.bot.beaten, one.bot.decided)
    never = taker(FIRST, SECOND)
    for event in events:
        list(never.take(event))
    assert (never.bot.beaten, never.at) == ([], 8)


def test_a_beat_that_nobody_decided_at_goes_by_as_a_candle_does_and_again_in_a_replay():
    events = [candle(1, FIRST, 0), formed(2, 70_000, (FIRST, 60_000, 10.0)), formed(3, 80_000, (FIRST, 60_000, 10.5))]
    one = taker(FIRST, every_ms=10_000)
    list(one.take(events[0]))
    one.skip(events[1:])
    assert (one.bot.gone, one.bot.beaten, one.at) == ([[(2, 10_000, []), (3, 20_000, [])]], [], 3)
    again = walk(taker(FIRST, every_ms=10_000), events, [Away(2, 3, 2)])
    assert (again.bot.gone, again.bot.beaten, again.at) == (one.bot.gone, [], 3)


def test_a_beat_is_written_down_and_read_back_as_it_was():
    market = LiveMarket("segment", "1m", 60_000)
    row, event = market.record(Beat("1m", 1_700_000_070_000, {SYMBOL: told(0, "101.5", closed=False)}), 0, 0)
    assert (row.kind, row.time_ms, event.symbol, event.body.open_ms) == (MarketKind.BEAT, 1_700_000_070_000, "", 0)
    stored = MarketEvent(row.sequence, row.kind, row.version, row.time_ms, row.payload)
    again = LiveMarket("segment", "1m", 60_000)
    assert again.read(stored) == event
    assert again.last_ms == {}


@pytest.mark.parametrize(("kind", "payload"), [(MarketKind.CANDLE, b"\x00"), (MarketKind.BEAT, b"\xc1"), (99, b"\x90")])
def test_an_event_that_cannot_be_read_is_named_with_its_number(kind, payload):
    market = LiveMarket("segment", "1m", 60_000)
    with pytest.raises(
        FailClosed, match=r"market was changed: event 1 cannot be read \(.+\)\. Nothing was sent; restore"
    ):
        market.read(MarketEvent(1, int(kind), 1, 0, payload))


def test_hours_that_end_where_no_candle_closes_are_over_when_all_are_late():
    one = taker(FIRST, SECOND)
    one.bot.ends_ms = 120_000
    for event in (mark(1, MarketKind.LATE, FIRST, 0), mark(2, MarketKind.LATE, SECOND, 0)):
        list(one.take(event))
    assert one.bot.turned == []  # they last until the next candle's end
    list(one.take(mark(3, MarketKind.LATE, FIRST, 60_000)))
    assert one.bot.turned == []  # the other symbol's may come
    list(one.take(mark(4, MarketKind.LATE, SECOND, 60_000)))
    assert (one.bot.turned, one.bot.decided) == ([(4, 120_000)], [])
    list(one.take(mark(5, MarketKind.LATE, FIRST, 120_000)))
    list(one.take(mark(6, MarketKind.LATE, SECOND, 120_000)))
    assert len(one.bot.turned) == 1


def test_a_candle_that_closes_when_hours_end_is_decided_on_and_nothing_more():
    one = taker(FIRST, SECOND)
    one.bot.ends_ms = 60_000
    list(one.take(mark(1, MarketKind.LATE, SECOND, 0)))
    list(one.take(candle(2, FIRST, 0)))
    assert (one.bot.decided, one.bot.turned) == ([(0, [0])], [])


def test_a_symbol_that_is_only_read_is_waited_for_and_its_lateness_blocks_nobody():
    one = taker(FIRST, reads=(SECOND,))
    list(one.take(candle(1, FIRST, 0)))
    assert one.bot.decided == []
    list(one.take(candle(2, SECOND, 0)))
    list(one.take(candle(3, FIRST, 60_000)))
    list(one.take(mark(4, MarketKind.LATE, SECOND, 60_000)))
    list(one.take(mark(5, MarketKind.STALE, SECOND)))
    assert one.bot.decided == [(0, [0, 1]), (60_000, [0])]
    assert one.bot.blocked == set()


def test_an_instant_of_a_symbol_that_is_only_read_is_none():
    one = taker(FIRST, reads=(SECOND,))
    list(one.take(candle(1, SECOND, 0)))
    list(one.take(mark(2, MarketKind.LATE, FIRST, 0)))
    assert (one.bot.decided, one.bot.taken) == ([], [(0, [1])])
    one.bot.ends_ms = 120_000
    list(one.take(candle(3, SECOND, 60_000)))
    list(one.take(mark(4, MarketKind.LATE, FIRST, 60_000)))
    assert one.bot.taken == [(0, [1]), (60_000, [1])]
    assert one.bot.turned == [(4, 120_000)]


def test_a_candle_of_it_that_comes_too_late_is_taken_and_nothing_was_missed():
    one = taker(FIRST, reads=(SECOND,))
    assert list(one.take(candle(1, SECOND, 0, MarketKind.HISTORY))) == []
    assert (one.bot.gone, one.bot.taken) == ([], [(0, [1])])
    # What waited for it is missed with it, as with any symbol's.
    list(one.take(candle(2, FIRST, 60_000)))
    assert len(list(one.take(candle(3, SECOND, 60_000, MarketKind.HISTORY)))) == 1
    assert one.bot.gone == [[(3, 60_000, [0]), (3, 60_000, [1])]]


def test_a_beat_is_of_what_it_trades():
    one = taker(FIRST, every_ms=30_000, reads=(SECOND,))
    assert not one.concerns(formed(1, 30_000, (SECOND, 0, 10.5)))
    list(one.take(formed(2, 30_000, (FIRST, 0, 11.0), (SECOND, 0, 10.5))))
    assert one.bot.beaten == [(30_000, {0: 22})]
    assert (one.trades(FIRST), one.trades(SECOND), one.trades("XRP/USDT")) == (True, False, False)


def test_a_candle_between_a_bots_own_steps_is_to_it_as_if_it_had_not_come():
    def odd(sequence, open_ms, kind=MarketKind.CANDLE):
        return Event(sequence, kind, Candle(FIRST, open_ms, 10.0, 11.0, 9.0, 10.25, 1.0, last=True))

    one = taker(FIRST)
    list(one.take(candle(1, FIRST, 0)))
    list(one.take(odd(2, 60_000)))
    assert (one.bot.decided, one.bot.blocked, one.bot.turned) == ([(0, [0])], {0}, [])
    list(one.take(candle(3, FIRST, 120_000)))
    assert (one.bot.decided[1:], one.bot.blocked) == ([(120_000, [0])], set())
    # Nor does it go by, nor is it decided on between closes; a bot's hours are over all the same.
    assert one.skip([odd(4, 180_000)]) is None
    list(one.take(odd(4, 180_000)))
    assert one.bot.blocked == {0}
    one.skip([candle(5, FIRST, 240_000), odd(6, 300_000, MarketKind.HISTORY), candle(7, FIRST, 360_000)])
    assert (one.bot.gone, one.bot.blocked) == ([[(5, 240_000, [0]), (7, 360_000, [0])]], set())
    one.plan.frequency_ms = 1_000
    assert list(one.take(formed(8, 421_000, (FIRST, 420_000, 10.25)))) == []
    one.bot.ends_ms = 480_000
    list(one.take(odd(9, 420_000)))
    assert one.bot.turned == [(9, 480_000)]


def test_of_the_past_indicators_take_the_candles_that_are_on_its_steps():
    one = taker(FIRST, reads=(SECOND,))
    odd = Candle(FIRST, 60_000, 10.0, 11.25, 9.0, 10.5, 1.0, last=True)
    one.warm_up([candle(1, FIRST, 0).body, odd, msgspec.structs.replace(odd, symbol=SECOND), candle(2, FIRST, 1).body])
    assert one.bot.taken == [(0, [0]), (60_000, [1]), (1, [0])], "of what is only read any price will do"
    assert one.newest == {0: 60_000, 1: 60_000}
