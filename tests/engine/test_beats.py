"""A beat comes once, at its time, with the candle as it stood then; a feed that tells nothing new has none."""

from __future__ import annotations

from msgspec.structs import replace as changed
from tests.engine.feed_desk import Desk
from tests.engine.markets import FRAME, MINUTE_MS, START_MS, SYMBOL, candle

from botswain.engine.beats import Beats
from botswain.engine.candle_feed import CandleFeed
from botswain.engine.feed_events import Beat
from botswain.model.market_events import Candle
from botswain.model.timeframe import DAY_MS, beat_after, is_beat, opening_of

CHAIN = (SYMBOL, FRAME)
SECOND_MS = 1_000


def forming(seconds: int, close: str = "100", number: int = 0) -> Candle:
    """A candle that forms, told so many seconds after its opening."""
    told_ms = START_MS + number * MINUTE_MS + seconds * SECOND_MS
    return changed(candle(number, close, closed=False), venue_time_ms=told_ms)


def at(seconds: int) -> int:
    return START_MS + seconds * SECOND_MS


class Heard:
    """Beats of one symbol, by what is heard and what the clock says."""

    def __init__(self, *every_s: int) -> None:
        self.beats = Beats()
        self.beats.want({CHAIN: [one * SECOND_MS for one in every_s]})
        self.next_ms: int | None = START_MS

    def clock(self, seconds: int) -> list[tuple[int, str]]:
        """What is due."""
        found = self.beats.due(at(seconds), lambda _chain: self.next_ms)
        return [((one.time_ms - START_MS) // SECOND_MS, str(one.candles[SYMBOL].close)) for one in found]

    def hear(self, one: Candle) -> None:
        self.beats.forms(SYMBOL, one)


def test_a_beat_comes_at_its_time_with_the_candle_of_then_and_once() -> None:
    heard = Heard(20)
    assert heard.clock(1) == []
    heard.hear(forming(5, "101"))
    assert heard.clock(19) == []
    assert heard.clock(20) == [(20, "101")]
    assert heard.clock(20) == heard.clock(39) == []
    heard.hear(forming(38, "102"))
    assert heard.clock(41) == [(40, "102")]


def test_nothing_new_is_no_beat_and_neither_is_a_candle_that_has_ended() -> None:
    heard = Heard(20)
    heard.clock(1)
    heard.hear(forming(5, "101"))
    assert heard.clock(20) == [(20, "101")]
    heard.hear(forming(30, "101"))
    assert heard.clock(40) == []
    heard.hear(forming(59, "103"))
    assert heard.clock(60) == []
    heard.next_ms = START_MS + MINUTE_MS
    heard.hear(forming(1, "104", number=1))
    assert heard.clock(79) == []
    assert heard.clock(80) == [(80, "104")]


def test_each_frequency_has_its_own_and_they_come_in_order() -> None:
    heard = Heard(10, 30)
    heard.clock(1)
    heard.hear(forming(5, "101"))
    assert heard.clock(10) == [(10, "101")]
    assert heard.clock(20) == []
    assert heard.clock(30) == [(30, "101")], "one that decides every half minute has not seen it"
    heard.hear(forming(31, "102"))
    assert heard.clock(59) == [(40, "102")]


def test_a_candle_before_which_one_was_not_told_or_of_stale_data_has_none() -> None:
    heard = Heard(20)
    heard.clock(1)
    heard.hear(forming(5, "101"))
    heard.next_ms = START_MS - MINUTE_MS
    assert heard.clock(20) == []
    heard.next_ms = None
    assert heard.clock(40) == []


def test_what_formed_before_the_feed_fell_silent_is_not_decided_on() -> None:
    heard = Heard(20)
    heard.clock(1)
    heard.hear(forming(5, "101"))
    heard.beats.silent()
    assert heard.clock(20) == []
    heard.hear(forming(25, "102"))
    assert heard.clock(40) == [(40, "102")]


def test_a_feed_without_a_time_yet_has_no_past_and_one_that_nobody_asks_has_none() -> None:
    heard = Heard(20)
    heard.hear(forming(5, "101"))
    assert heard.beats.due(0, lambda _chain: START_MS) == []
    assert heard.clock(45) == []
    assert heard.clock(59) == []
    heard.hear(forming(59, "102"))
    heard.beats.want({})
    heard.hear(forming(59, "103"))
    assert heard.clock(200) == []


def test_the_times_are_those_of_the_utc_day() -> None:
    day = START_MS - START_MS % DAY_MS
    assert beat_after(day, 7_000_000) == day + 7_000_000
    assert beat_after(day + 12 * 7_000_000, 7_000_000) == day + DAY_MS, "a day begins one"
    assert beat_after(day - 1, 7_000_000) == day
    assert is_beat(day, 7_000_000)
    assert is_beat(day + 14_000_000, 7_000_000)
    assert not is_beat(day + 14_000_001, 7_000_000)
    assert opening_of(day + 5, MINUTE_MS) == day
    monday = 1_704_067_200_000  # 2024-01-01
    assert opening_of(monday + 3 * DAY_MS, 7 * DAY_MS) == monday


class TestOfTheFeed:
    """The candle feed's part: what of the stream may be decided on."""

    def desk(self) -> Desk:
        found = Desk().begin()
        found.feed.beats({CHAIN: [20_000]})
        found.wait(1_000)
        return found

    def beats(self, desk: Desk) -> list[tuple[int, str]]:
        kept = [one for one in desk.out if isinstance(one, Beat)]
        desk.out = [one for one in desk.out if not isinstance(one, Beat)]
        return [((one.time_ms - START_MS) // SECOND_MS, str(one.candles[SYMBOL].close)) for one in kept]

    def test_a_message_from_after_a_beat_has_it_told_with_what_was_before(self) -> None:
        desk = self.desk()
        desk.hear(forming(15, "101")).hear(forming(21, "102"))
        assert self.beats(desk) == [(20, "101")]

    def test_the_clock_does_too(self) -> None:
        desk = self.desk()
        desk.hear(forming(15, "101")).wait(19_000)
        assert self.beats(desk) == [(20, "101")]

    def test_a_price_that_cannot_be_is_not_decided_on(self) -> None:
        desk = self.desk()
        desk.hear(forming(5, "101"))
        desk.hear(replace_close(forming(15, "101"), "101.001"))
        desk.wait(19_000)
        assert self.beats(desk) == [(20, "101")]

    def test_while_nothing_is_heard_there_is_none(self) -> None:
        desk = self.desk()
        desk.hear(forming(5, "101"))
        desk.feed.down()
        desk.wait(19_000)
        assert self.beats(desk) == []

    def test_of_a_symbol_that_is_followed_no_more_there_is_none(self) -> None:
        feed = CandleFeed()
        assert feed._open_ms(CHAIN) is None


def replace_close(one: Candle, close: str) -> Candle:
    """A candle whose close is off the grid."""
    price = type(one.close)(close)
    return changed(one, close=price, high=max(one.high, price))
