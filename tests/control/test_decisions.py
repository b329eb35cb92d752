"""What is shown beside a decision: indicators of the last closed candle; none where it was made between closes."""

from types import SimpleNamespace

import numpy as np
from tests.engine.markets import MINUTE_MS, START_MS, SYMBOL, candle

from botswain.control.decisions import values_at
from botswain.control.markets import Watched
from botswain.control.recorded import RecordedCandles
from botswain.engine.feed_events import Beat, Closed
from botswain.engine.live_market import LiveMarket
from botswain.store import market
from botswain.store.inline import open_memory
from botswain.store.steps import MarketRows

SEGMENT = "0190a000-0000-7000-8000-000000000001"


async def test_a_decision_between_closes_is_shown_without_the_values_of_another_candle():
    store = open_memory(epoch=bytes(16), now_ms=1)
    feed = LiveMarket(SEGMENT, "1m", MINUTE_MS)
    beat_ms = START_MS + MINUTE_MS + 20_000
    told = (Closed(SYMBOL, candle(0)), Beat("1m", beat_ms, {SYMBOL: candle(1, "101", closed=False)}))
    rows = tuple(feed.record(one, START_MS + MINUTE_MS, 0)[0] for one in told)
    async with store.transaction(None) as tx:
        await market.open_segment(tx, market.Segment(SEGMENT, "feed", 1))
    await store.append(MarketRows(SEGMENT, rows))
    async with store.reading(None) as tx:
        record = await RecordedCandles().of(tx, SEGMENT)
    seen = record.recorded(SYMBOL, "1m")
    assert seen.candles.close.tolist() == [100.0], "what forms is no candle of a chart"
    watched = Watched(seen, {"fast": np.array([99.5])}, {})

    def values(sequence, time_ms):
        return values_at(watched, SimpleNamespace(event=SimpleNamespace(sequence=sequence), instant_ms=time_ms))

    assert values(1, START_MS + MINUTE_MS) == {"fast": 99.5}
    assert values(2, beat_ms) == {}
    assert values(2, beat_ms + 5) == {"fast": 99.5}, "a fill after it is decided on by the closed candle"
    assert values(0, beat_ms) == {}
