"""When entries were, where the market has a clock of its own: one clock in one list."""

from types import SimpleNamespace

import numpy as np

from botswain.control.moments import Moment, moments
from botswain.control.recorded import Beats
from botswain.store.bot_records import Filled, Step

HERE_MS = 1_796_000_000_000
MINUTE_MS = 60_000
OPENED_MS = 1_767_262_380_000


def entry(seq, time_ms):
    return SimpleNamespace(seq=seq, time_ms=time_ms)


def decided(sequence, time_ms):
    return Step(SimpleNamespace(segment="s", sequence=sequence), time_ms, (), (), ())


def fill(time_ms):
    values = dict.fromkeys(Filled.__struct_fields__, 0) | {"client_order_id": "x", "trade_id": "1"}
    return Filled(**values | {"time_ms": time_ms})


def watch(_symbol):
    candles = SimpleNamespace(ts=np.array([OPENED_MS, OPENED_MS + MINUTE_MS]))
    return SimpleNamespace(seen=SimpleNamespace(sequence=np.array([10, 20]), candles=candles, beats=Beats()))


TERMS = SimpleNamespace(instruments=[SimpleNamespace(symbol="A/B")], timeframe_ms=MINUTE_MS)


def test_what_was_heard_stands_at_the_time_of_the_market_it_came_at():
    close_ms = OPENED_MS + MINUTE_MS
    rows = [
        (entry(7, close_ms + MINUTE_MS), decided(20, close_ms + MINUTE_MS)),
        (entry(6, HERE_MS + 9), decided(10, HERE_MS + 9)),
        (entry(5, HERE_MS + 9), fill(close_ms + 4_000)),
        (entry(4, HERE_MS + 9), object()),
        (entry(3, close_ms), object()),
        (entry(2, close_ms), decided(10, close_ms)),
        (entry(1, HERE_MS), object()),
    ]
    found = moments(TERMS, rows, watch)
    assert found == {
        1: Moment(close_ms, HERE_MS),
        2: Moment(close_ms),
        3: Moment(close_ms),
        4: Moment(close_ms, HERE_MS + 9),
        5: Moment(close_ms + 4_000, HERE_MS + 9),
        6: Moment(close_ms + 4_000, HERE_MS + 9),
        7: Moment(close_ms + MINUTE_MS),
    }
    assert moments(TERMS, rows[::-1], watch) == found


def test_an_entry_without_any_of_the_market_beside_it_has_its_own_time():
    assert moments(TERMS, [(entry(1, HERE_MS), object())], watch) == {1: Moment(HERE_MS)}
    assert moments(TERMS, [(entry(1, HERE_MS), decided(9, HERE_MS))], watch) == {1: Moment(HERE_MS)}, "before a candle"


def test_a_decision_between_closes_has_its_own_time():
    beats = Beats()
    beats.sequence.append(15)
    beats.time_ms.append(OPENED_MS + 80_000)

    def seen(_symbol):
        watched = watch(_symbol)
        watched.seen.beats = beats
        return watched

    at = OPENED_MS + 80_000
    assert moments(TERMS, [(entry(1, at), decided(15, at))], seen) == {1: Moment(at)}
