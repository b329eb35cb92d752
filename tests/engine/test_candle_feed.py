"""Every candle is told exactly once and in order, or as Late, whatever the stream and the reads do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as changed

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.feed_desk import TIMES, Desk, short, span
from tests.engine.markets import FRAME, MINUTE_MS, SYMBOL, at, candle

from botswain.engine.candle_chain import MOST_ASKED
from botswain.engine.candle_feed import CandleFeed, FeedOutput
from botswain.engine.feed_events import Ask, Closed, Fault, Forming, Late, Poll, Revised
from botswain.model.market_events import Candle


def test_candles_are_told_when_the_stream_says_that_they_are_final_and_never_before() -> None:
    d = Desk().begin()
    d.hear(candle(0, closed=False)).wait(59_000).hear(candle(0, "101", closed=False))
    assert all(isinstance(one, Forming) for one in d.told())
    d.hear(candle(0, "101"))
    assert d.told() == [0]
    d.hear(candle(1)).hear(candle(2))
    assert (d.told(), d.asked()) == ([1, 2], [])


def test_a_candle_that_comes_twice_is_told_once() -> None:
    d = Desk().begin().hear(candle(0)).hear(candle(0)).hear(candle(1)).hear(candle(0)).hear(candle(1))
    assert d.told() == [0, 1]


def test_a_candle_whose_predecessor_is_missing_is_held_back_until_that_is_read() -> None:
    d = Desk().begin().hear(candle(0)).hear(candle(3))
    assert d.told() == [0]
    assert d.asked() == span(1, 3)
    d.out = list(span(1, 3))
    ask = d.feed._chains[SYMBOL, FRAME]._reading
    assert ask is not None
    d.out = [ask]
    d.answer(candle(1), candle(2), candle(3))
    assert d.told() == [1, 2, 3]


def test_the_first_sign_of_the_next_candle_has_a_missing_one_read_at_once() -> None:
    d = Desk().begin()
    d.now_ms = MINUTE_MS + 200
    d.hear(candle(1, closed=False))
    d.told()
    d.answer(candle(0))
    assert d.told() == [0]


def test_an_unheard_candle_is_read_a_moment_after_its_end_even_where_nothing_more_is_heard() -> None:
    d = Desk().begin().wait(MINUTE_MS + TIMES.ask_ms - 1)
    assert d.asked() == []
    d.wait(1).answer(candle(0))
    assert d.told() == [0]


def test_what_neither_the_stream_nor_reads_have_is_late_after_the_grace_and_later_ones_go_on() -> None:
    d = Desk().begin().wait(MINUTE_MS + TIMES.ask_ms).answer()
    d.wait(TIMES.again_ms).answer()
    assert d.told() == []
    d.wait(TIMES.grace_ms - TIMES.ask_ms - TIMES.again_ms)
    assert d.told() == [("late", 0)]
    d.asked()
    d.hear(candle(1))
    assert d.told() == [1]


def test_a_single_answer_without_it_may_have_been_cut_short() -> None:
    d = Desk().begin().hear(candle(0))
    d.now_ms = 10 * MINUTE_MS
    d.hear(candle(9)).answer().wait(TIMES.again_ms)
    assert d.told() == [0]
    d.answer(*map(candle, range(1, 5)))
    assert d.told() == [1, 2, 3, 4, *(("late", number) for number in range(5, 9)), 9]


def test_a_late_candle_that_comes_after_all_is_a_revision_of_nothing() -> None:
    d = Desk().begin().wait(MINUTE_MS + TIMES.ask_ms).answer().wait(TIMES.again_ms).answer().wait(TIMES.grace_ms)
    d.told()
    d.hear(candle(0)).hear(candle(0))
    assert d.told() == [Revised(SYMBOL, candle(0), None)]


def test_reads_that_fail_are_tried_again_with_pauses_and_given_up_after_the_grace() -> None:
    d = Desk().begin().hear(candle(0)).hear(candle(2))
    began_ms = d.now_ms
    tries = []
    while d.told()[-1:] != [2]:
        if any(isinstance(one, Ask) for one in d.out):
            tries.append(d.now_ms - began_ms)
            d.fail()
        d.wait(100)
        assert d.now_ms - began_ms <= TIMES.grace_ms + 100
    assert tries == [0, 500, 1_500, 3_500]


def test_a_read_that_never_answers_does_not_hold_up_the_stream_for_ever() -> None:
    d = Desk().begin().hear(candle(0)).hear(candle(2)).wait(TIMES.grace_ms)
    assert d.told() == [0, ("late", 1), 2]


def test_what_was_missed_while_nothing_was_heard_is_waited_for_longer() -> None:
    d = Desk().begin().hear(candle(0))
    d.feed.down()
    d.now_ms = 30 * MINUTE_MS
    d.live()
    assert d.told() == [0]
    d.wait(TIMES.grace_ms * 2).hear(candle(30))
    assert d.told() == []
    d.answer(*map(candle, range(31)))
    assert d.told() == list(range(1, 31))


def test_what_cannot_be_read_after_an_outage_is_late_in_the_end() -> None:
    d = Desk().begin().hear(candle(0))
    d.feed.down()
    d.now_ms = 5 * MINUTE_MS
    d.live().told()
    d.wait(TIMES.patience_ms)
    assert d.told() == [("late", number) for number in range(1, 5)]


def test_candles_are_read_while_the_stream_is_down() -> None:
    d = Desk().begin().hear(candle(0))
    d.feed.down()
    d.now_ms = 2 * MINUTE_MS
    d.wait(TIMES.ask_ms).answer(candle(1))
    assert d.told() == [0, 1]


def test_after_an_outage_everything_is_read_from_the_last_closed_one_and_a_change_of_it_is_a_revision() -> None:
    d = Desk().begin().hear(candle(0)).hear(candle(1))
    d.feed.down()
    d.now_ms = 3 * MINUTE_MS + 1
    d.live()
    (ask,) = (one for one in d.out if isinstance(one, Ask))
    assert (ask.start_ms, ask.end_ms) == (at(1), at(3))
    d.answer(candle(1, "100.5"), candle(2))
    assert d.told() == [0, 1, Revised(SYMBOL, candle(1, "100.5"), candle(1)), 2]


def test_an_unfinished_candle_of_an_answer_is_not_a_closed_one() -> None:
    d = Desk().begin().hear(candle(0)).hear(candle(3)).answer(candle(1), candle(2, closed=False))
    assert d.told() == [0, 1]


def test_an_answer_that_comes_again_counts_once() -> None:
    d = Desk().begin().wait(MINUTE_MS + TIMES.ask_ms)
    (ask,) = d.asked()
    for _ in range(3):
        d.out += d.feed.backfilled(ask, (), d.venue_ms, d.now_ms)
    d.wait(TIMES.again_ms)
    d.asked()
    d.wait(TIMES.grace_ms - TIMES.ask_ms - TIMES.again_ms)
    assert d.told() == []


def test_each_missing_candle_is_tried_for_its_own_time() -> None:
    d = Desk().begin().hear(candle(0))
    d.now_ms = 5 * MINUTE_MS + 101
    d.hear(candle(2)).hear(candle(4)).wait(TIMES.grace_ms - 1_000).answer(candle(1))
    assert d.told() == [0, 1, 2]
    d.wait(TIMES.grace_ms - 1)
    assert d.told() == []
    d.wait(1)
    assert d.told() == [("late", 3), 4]


def test_an_answer_that_was_under_way_at_an_outage_does_not_take_the_place_of_reading_again() -> None:
    d = Desk().begin().hear(candle(0)).hear(candle(2))
    d.feed.down()
    d.live().answer(candle(1), candle(2))
    assert d.told() == [0, 1, 2]
    d.answer(candle(0, "100.5"), candle(1), candle(2))
    assert d.told() == [Revised(SYMBOL, candle(0, "100.5"), candle(0))]
    d.wait(1_000)
    assert d.asked() == []


def test_while_nothing_is_heard_reads_that_fail_are_waited_for_longer() -> None:
    d = Desk().begin().hear(candle(0))
    d.feed.down()
    d.now_ms = 2 * MINUTE_MS
    d.wait(TIMES.ask_ms).wait(TIMES.grace_ms * 3)
    assert d.told() == [0]


def test_a_revision_is_told_once_and_what_was_told_first_stays_told() -> None:
    d = Desk().begin().hear(candle(0)).hear(candle(0, "100.01")).hear(candle(0, "100.01"))
    assert d.told() == [0, Revised(SYMBOL, candle(0, "100.01"), candle(0))]


def test_a_long_absence_is_read_in_parts() -> None:
    d = Desk()
    d.now_ms = (MOST_ASKED + 500) * MINUTE_MS
    d.begin()
    (ask,) = d.asked()
    assert ask.end_ms - ask.start_ms == MOST_ASKED * MINUTE_MS
    d.out = [ask]
    d.answer(*map(candle, range(MOST_ASKED))).answer(*map(candle, range(MOST_ASKED, MOST_ASKED + 500)))
    assert d.told() == list(range(MOST_ASKED + 500))


CANDLES = 12
moves = st.one_of(
    st.tuples(st.just("hear"), st.integers(0, CANDLES - 1)),
    st.tuples(st.just("form"), st.integers(0, CANDLES - 1)),
    st.tuples(st.just("wait"), st.integers(1, 70_000)),
    st.tuples(st.just("answer"), st.integers(0, CANDLES)),
    st.tuples(st.sampled_from(("fail", "down", "live")), st.just(0)),
)


class Chaos:
    """The venue's truth, and a stream and reads that treat it badly."""

    def __init__(self, missing: frozenset[int]) -> None:
        self.desk = Desk().begin()
        self.truth = {number: candle(number, str(100 + number % 3)) for number in range(CANDLES)}
        self.missing = missing
        self.pending: list[Ask] = []
        self.told: list[FeedOutput] = []

    def take(self) -> None:
        self.pending += self.desk.asked()
        self.told += (one for one in self.desk.out if not isinstance(one, Poll))
        self.desk.out = []
        assert len(self.pending) <= 1

    def rows(self, ask: Ask, cut: int = CANDLES) -> Sequence[Candle]:
        """What the venue answers: what had ended, in the range, without what it never had, cut short at times."""
        found = [
            one
            for number, one in self.truth.items()
            if number not in self.missing and ask.start_ms <= one.open_ms < ask.end_ms
            if one.close_ms < self.desk.venue_ms
        ]
        return found[:cut]

    def move(self, kind: str, value: int) -> None:
        d = self.desk
        if kind == "hear" and value not in self.missing and self.truth[value].close_ms < d.venue_ms:
            d.out += d.feed.heard(SYMBOL, self.truth[value], d.venue_ms, d.now_ms)
        elif kind == "form" and self.truth[value].open_ms <= d.venue_ms:
            d.hear(candle(value, "100", closed=False, trades=1))
        elif kind == "wait":
            d.wait(min(value, max(at(CANDLES) - 1 - d.venue_ms, 0)))
        elif kind == "answer" and self.pending:
            ask = self.pending.pop()
            d.out += d.feed.backfilled(ask, self.rows(ask, value), d.venue_ms, d.now_ms)
        elif kind == "fail" and self.pending:
            d.feed.failed(self.pending.pop(), d.now_ms)
        elif kind == "down":
            d.feed.down()
        elif kind == "live":
            d.live()
        self.take()

    def settle(self) -> None:
        """Everything is well again, for long enough."""
        for _ in range(200):
            self.move("wait", 1_000)
            self.move("answer", CANDLES)
        self.desk.wait(at(CANDLES) - self.desk.venue_ms + 1)
        for _ in range(30):
            self.take()
            self.move("answer", CANDLES)
            self.desk.wait(1_000)
        self.take()


@settings(max_examples=300, deadline=None)
@given(st.lists(moves, max_size=60), st.frozensets(st.integers(0, CANDLES - 1), max_size=4))
def test_whatever_happens_each_candle_is_told_once_in_order_or_late(
    played: list[tuple[str, int]], missing: frozenset[int]
) -> None:
    chaos = Chaos(missing)
    for kind, value in played:
        chaos.move(kind, value)
    chaos.settle()
    told = [one for one in chaos.told if isinstance(one, (Closed, Late))]
    opened = [one.candle.open_ms if isinstance(one, Closed) else one.open_ms for one in told]
    assert opened[:CANDLES] == [at(number) for number in range(CANDLES)]
    for number, one in enumerate(told[:CANDLES]):
        assert isinstance(one, Late) or one.candle == chaos.truth[number]
    # What was late and came after all is a revision of nothing; nothing else is revised.
    assert all(one.was is None for one in chaos.told if isinstance(one, Revised))
    assert not any(isinstance(one, Fault) for one in chaos.told)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(("hear", "drop", "twice", "cut")), min_size=CANDLES, max_size=CANDLES))
def test_with_reads_that_answer_no_candle_is_ever_late(fates: list[str]) -> None:
    chaos = Chaos(frozenset())
    for number, fate in enumerate(fates):
        chaos.desk.now_ms = (number + 1) * MINUTE_MS + 150
        if fate == "cut":
            chaos.move("down", 0)
            chaos.move("live", 0)
        for _ in range({"hear": 1, "twice": 2}.get(fate, 0)):
            chaos.move("hear", number)
        chaos.desk.wait(TIMES.ask_ms)
        chaos.take()
        chaos.move("answer", CANDLES)
    told = [short(one) for one in chaos.told]
    assert told == list(range(CANDLES))


def test_other_times_may_be_given() -> None:
    d = Desk(CandleFeed(changed(TIMES, ask_ms=0))).begin().wait(MINUTE_MS)
    assert len(d.asked()) == 1


QUIET_STEPS = st.lists(
    st.tuples(st.sampled_from(("wait", "closed", "forming", "down", "live", "answer")), st.integers(0, 70_000)),
    max_size=40,
)


@settings(max_examples=300)
@given(QUIET_STEPS)
def test_what_is_taken_for_quiet_has_nothing_to_say(steps: list[tuple[str, int]]) -> None:
    d = Desk(CandleFeed(TIMES)).begin()
    for what, number in steps:
        k = number % 12
        if what == "wait":
            d.now_ms += number
        elif what == "closed":
            d.hear(candle(k))
        elif what == "forming":
            d.hear(candle(k, closed=False, trades=number))
        elif what == "down":
            d.feed.down()
        elif what == "live":
            d.out += d.feed.live(at(0) + d.now_ms, d.now_ms, missed=bool(k))
        elif what == "answer" and any(isinstance(one, Ask) for one in d.out):
            d.answer(*(candle(j) for j in range(k)))
        venue_ms, chain, fresh = at(0) + d.now_ms, d.feed._chains[SYMBOL, FRAME], d.feed._fresh[SYMBOL]
        if chain.quiet(venue_ms):
            assert (chain.tick(venue_ms, d.now_ms), chain.wants(venue_ms, d.now_ms)) == ([], None)
        if fresh.quiet(d.now_ms):
            assert (fresh.tick(venue_ms, d.now_ms), fresh.wants_poll(d.now_ms)) == (None, False)
