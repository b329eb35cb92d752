"""A stream is stale where the venue is further, and not where nothing happens."""

from __future__ import annotations

from tests.engine.feed_desk import TIMES, Desk
from tests.engine.markets import FRAME, MINUTE_MS, START_MS, SYMBOL, at, candle, listing, quote

from botswain.engine.candle_feed import CandleFeed
from botswain.engine.feed_events import Ask, Forming, Fresh, Poll, Stale


def fresh_desk() -> Desk:
    return Desk(CandleFeed(TIMES))


def polls(d: Desk) -> list[Poll]:
    found = [one for one in d.out if isinstance(one, Poll)]
    d.out = [one for one in d.out if not isinstance(one, Poll)]
    return found


def test_a_quiet_stream_is_held_against_the_venue_and_is_stale_only_where_that_is_further() -> None:
    d = fresh_desk().begin().hear(candle(0, closed=False, trades=5))
    d.wait(TIMES.quiet_ms)
    (poll,) = polls(d)
    d.out += d.feed.polled(poll, candle(0, closed=False, trades=5), d.now_ms)
    d.wait(TIMES.quiet_ms - 1)
    assert polls(d) == []
    d.wait(1)
    (poll,) = polls(d)
    d.told()
    d.out += d.feed.polled(poll, candle(0, closed=False, trades=6), d.now_ms)
    d.wait(TIMES.lag_ms - 1)
    assert d.told() == []
    d.wait(1)
    (stale,) = d.told()
    assert isinstance(stale, Stale)
    assert (stale.since_ms, d.feed.stale(SYMBOL)) == (START_MS, True)
    # The same said again is nothing new, and something between is not far enough.
    d.hear(candle(0, closed=False, trades=5))
    assert [type(one) for one in d.told()] == [Forming]
    d.hear(candle(0, closed=False, trades=6))
    assert [type(one) for one in d.told()] == [Fresh, Forming]
    assert not d.feed.stale(SYMBOL)


def test_a_payload_that_is_said_again_and_again_is_not_news() -> None:
    d = fresh_desk().begin().hear(candle(0, closed=False))
    for _ in range(4):
        d.wait(TIMES.quiet_ms // 4).hear(candle(0, closed=False))
    assert len(polls(d)) == 1


def test_a_symbol_in_which_nothing_happens_is_never_stale() -> None:
    d = fresh_desk().begin().hear(candle(0, closed=False))
    for _ in range(10):
        d.wait(TIMES.quiet_ms)
        for poll in polls(d):
            d.out += d.feed.polled(poll, candle(0, closed=False), d.now_ms)
    assert [one for one in d.told() if isinstance(one, (Stale, Fresh))] == []


def test_an_answer_of_another_timeframe_than_the_judging_one_says_nothing() -> None:
    d = fresh_desk().begin(frame="5m").wait(TIMES.quiet_ms)
    (poll,) = polls(d)
    d.feed.follow(listing(), FRAME, at(0), d.venue_ms, d.now_ms)
    assert d.feed.polled(poll, candle(3, frame="5m"), d.now_ms) == ()
    d.wait(TIMES.lag_ms)
    assert d.told() == []


def test_a_stream_that_catches_up_in_time_was_never_stale() -> None:
    d = fresh_desk().begin().hear(candle(0, closed=False, trades=5)).wait(TIMES.quiet_ms)
    (poll,) = polls(d)
    d.feed.polled(poll, candle(0, closed=False, trades=9), d.now_ms)
    d.wait(TIMES.lag_ms - 1).hear(candle(0, closed=False, trades=9)).wait(5)
    assert all(isinstance(one, Forming) for one in d.told())


def test_where_the_venue_does_not_answer_silence_is_stale() -> None:
    d = fresh_desk().begin().hear(candle(0, closed=False, trades=5))
    for _ in range(3):
        d.wait(TIMES.quiet_ms)
        for poll in polls(d):
            d.feed.failed(poll, d.now_ms)
    assert [type(one) for one in d.told()] == [Forming, Stale]
    d.wait(TIMES.quiet_ms)
    (poll,) = polls(d)
    d.out += d.feed.polled(poll, candle(0, closed=False, trades=5), d.now_ms)
    assert d.told() == [Fresh(SYMBOL)]


def test_a_symbol_of_two_timeframes_is_judged_by_the_shorter_and_each_has_its_own_chain() -> None:
    d = fresh_desk().begin(frame="5m").begin()
    d.hear(candle(0))
    long = candle(0, frame="5m", length_ms=5 * MINUTE_MS)
    d.now_ms = 5 * MINUTE_MS
    d.out += d.feed.heard(SYMBOL, long, d.venue_ms, d.now_ms)
    assert d.told() == [0, 0]
    d.feed.unfollow(SYMBOL, FRAME, d.now_ms)
    d.wait(TIMES.quiet_ms)
    assert [one.timeframe for one in polls(d)] == ["5m"]
    d.feed.unfollow(SYMBOL, "5m", d.now_ms)
    d.hear(candle(1)).hear(quote("1", "2"))
    assert d.feed.backfilled(Ask(SYMBOL, "5m", 0, 1), (), 0, 0) == ()
    assert d.told() == []


def test_what_was_told_stale_before_this_feed_began_is_fresh_again_with_the_first_news() -> None:
    d = fresh_desk()
    d.feed.follow(listing(), FRAME, at(0), d.venue_ms, d.now_ms, stale=True)
    d.out += d.feed.live(d.venue_ms, d.now_ms, missed=False)
    assert d.feed.stale(SYMBOL)
    d.hear(candle(0, closed=False, trades=5))
    assert Fresh(SYMBOL) in d.told()
    assert not d.feed.stale(SYMBOL)


def test_or_with_an_answer_that_the_venue_is_no_further() -> None:
    d = fresh_desk()
    d.feed.follow(listing(), FRAME, at(0), d.venue_ms, d.now_ms, stale=True)
    d.out += d.feed.polled(Poll(SYMBOL, FRAME), candle(0, closed=False, trades=0), d.now_ms)
    assert d.feed.stale(SYMBOL)
    d.hear(candle(0, closed=False, trades=5))
    assert d.told()[0] == Fresh(SYMBOL)


def test_stale_data_stays_stale_when_another_timeframe_judges_it() -> None:
    d = fresh_desk()
    d.feed.follow(listing(), "5m", at(0), d.venue_ms, d.now_ms, stale=True)
    d.begin()
    assert d.feed.stale(SYMBOL)
