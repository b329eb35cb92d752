"""What is shown beside a decision: indicators of the last closed candle; none where it was made between closes."""

from types import SimpleNamespace

import numpy as np
from tests.engine.markets import MINUTE_MS, START_MS, SYMBOL, candle
from tests.store import made

from botswain.build.layout import layout_of
from botswain.control.decisions import grounds_of, page, values_at
from botswain.control.markets import Watched
from botswain.control.recorded import RecordedCandles
from botswain.engine.feed_events import Beat, Closed
from botswain.engine.live_market import LiveMarket
from botswain.model.news import Command, Mode
from botswain.store import market
from botswain.store.bot_records import TYPES
from botswain.store.inline import open_memory
from botswain.store.steps import MarketRows
from botswain.strategies.catalog import strategy_class

PAIRS = (("RSI(14)", "below", 30), ("close", "above", "SMA(5)"))
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


def test_a_decision_by_rules_tells_which_of_them_held_and_what_they_read():
    low, high = ({"left": one, "is": verb, "right": right} for one, verb, right in PAIRS)
    veto = {"left": "ADX(9)", "is": "above", "right": 60, "timeframe": "1h"}
    strategy = strategy_class("indicator_rules")(rules={"entry_long": [low, high], "veto": [veto]})
    layout = layout_of(strategy)
    size, first = layout.memory_size, layout.memory["truth"][0]
    memory = [0.0] * (2 * size)
    memory[first : first + 3] = [1.0, 0.0, -1.0]  # of the first symbol; all fail of the second
    terms = SimpleNamespace(
        strategy=strategy, instruments=[SimpleNamespace(symbol="A/B"), SimpleNamespace(symbol="C/B")]
    )
    values = {"A/B": {"RSI(14)": 28.5, "candle.close": 9.0, "SMA(5)": 10.0, "ADX(9) 1h": None}}
    told = grounds_of(terms, SimpleNamespace(memory=tuple(memory)), values)
    assert [(one.symbol, one.what, one.text, one.holds, one.values) for one in told[:3]] == [
        ("A/B", "entry_long", "RSI(14) is below 30", True, {"RSI(14)": 28.5}),
        ("A/B", "entry_long", "close is above SMA(5)", False, {"candle.close": 9.0, "SMA(5)": 10.0}),
        ("A/B", "veto", "ADX(9) is above 60, on 1h", None, {"ADX(9) 1h": None}),
    ]
    assert [(one.symbol, one.holds) for one in told[3:]] == [("C/B", False)] * 3
    assert grounds_of(terms, SimpleNamespace(memory=()), values) == [], "a step that changed no memory tells none"


async def test_what_resumed_a_bot_is_told_without_what_else_it_was_told():
    store = open_memory(epoch=bytes(16), now_ms=1)
    bot = await made.bot_of_owner(SimpleNamespace(database=store, transaction=store.transaction))
    modes = [Mode.RUN, *[Mode.CANCEL_ENTRIES] * 4, Mode.RUN, Mode.FLATTEN]
    commands = tuple(TYPES.row(Command(mode, "ann", "so"), at) for at, mode in enumerate(modes))
    await store.append(made.step(bot, journal=commands))

    async def told(kind, before_seq=None, limit=2):
        async with store.reading(bot.tenant_id) as tx:
            found = await page(tx, SimpleNamespace(), bot.id, kind=kind, before_seq=before_seq, limit=limit)
        return [(entry.seq, text.partition(":")[0]) for entry, _, text in found]

    first, last = await told("resumed")
    assert (first[0], last[0]) == (6, 1), "between them lie more others than a page has"
    assert "may trade" in first[1]
    assert await told("resumed", before_seq=6) == [last]
    assert await told("resumed", limit=1) == [first]
    assert [seq for seq, _ in await told("commanded", limit=10)] == [7, 6, 5, 4, 3, 2, 1]
