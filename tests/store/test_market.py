"""Market events: once per feed, in segments that are closed for good."""

import pytest
from tests.store import made
from tests.store.made import NOW_MS

from botswain.model.errors import BadInput, FailClosed
from botswain.model.journal import MarketKind
from botswain.store import market
from botswain.store.failures import AlreadyRecorded, Refused
from botswain.store.market import MarketEvent, Segment
from botswain.store.steps import MarketRow, MarketRows

FEED = "paper BTC/USDT 1m"


@pytest.fixture
async def segment(store):
    """An open segment with five candles."""
    opened = Segment(made.new_id(), FEED, NOW_MS)
    async with store.transaction(None) as tx:
        await market.open_segment(tx, opened)
    await store.append(MarketRows(opened.id, candles(1, 5)))
    return opened


def candles(first, last):
    return tuple(MarketRow(n, MarketKind.CANDLE, NOW_MS + n, b"candle %d" % n) for n in range(first, last + 1))


async def seal(store, segment):
    async with store.transaction(None) as tx:
        return await market.seal(tx, segment.id, NOW_MS + 9)


async def test_events_come_back_in_order(store, segment):
    done = await store.append(MarketRows(segment.id, candles(6, 7)))
    assert (done.seq, done.hash) == (7, b"")
    async with store.reading(await made.tenant(store)) as tx:
        found = await market.read(tx, segment.id, after=5)
        assert found == [MarketEvent(n, MarketKind.CANDLE, 1, NOW_MS + n, b"candle %d" % n) for n in (6, 7)]
        assert await market.last_sequence(tx, segment.id) == 7
        assert await market.last_sequence(tx, made.new_id()) == 0


async def test_an_event_is_written_once_and_only_into_a_segment_that_is(store, segment):
    with pytest.raises(AlreadyRecorded):
        await store.append(MarketRows(segment.id, candles(5, 6)))
    with pytest.raises(Refused, match="refused the rows"):
        await store.append(MarketRows(made.new_id(), candles(1, 1)))
    with pytest.raises(Refused, match="no events to append"):
        await store.append(MarketRows(segment.id, ()))


async def test_a_sealed_segment_takes_no_more_and_stays_whole(store, segment):
    digest = await seal(store, segment)
    with pytest.raises(Refused, match="this market segment is sealed; open a new one"):
        await store.append(MarketRows(segment.id, candles(6, 6)))
    with pytest.raises(AlreadyRecorded):
        await seal(store, segment)
    async with store.reading(None) as tx:
        assert await market.is_whole(tx, segment.id)
        [found] = await market.segments(tx, FEED)
    assert len(digest) == 32
    assert found == Segment(segment.id, FEED, NOW_MS, NOW_MS + 9, 5)


@pytest.mark.parametrize(
    "sql", ["DELETE FROM market_events WHERE sequence = 5", "UPDATE market_events SET time_ms = 1"]
)
async def test_a_change_in_a_sealed_segment_shows(store, segment, sql):
    await seal(store, segment)
    await made.unguard(store, "market_events")
    await made.raw(store, sql)
    async with store.reading(None) as tx:
        assert not await market.is_whole(tx, segment.id)


async def test_segments_are_listed_the_newest_first(store, segment):
    later = Segment(made.new_id(), FEED, NOW_MS + 1)
    async with store.transaction(None) as tx:
        await market.open_segment(tx, later)
        await market.open_segment(tx, Segment(made.new_id(), "another feed", NOW_MS))
        assert await market.segments(tx, FEED) == [later, segment]
        assert await market.segments(tx, FEED, limit=1) == [later]


async def test_what_is_not_there_or_not_sealed_is_said(store, segment):
    with pytest.raises(BadInput, match="no market segment"):
        await seal(store, Segment(made.new_id(), FEED, NOW_MS))
    with pytest.raises(BadInput, match="not sealed"):
        async with store.reading(None) as tx:
            await market.is_whole(tx, segment.id)


async def test_a_tenant_cannot_open_a_segment(store):
    owner = await made.tenant(store)
    with pytest.raises(BadInput, match="belongs to the platform"):
        async with store.transaction(owner) as tx:
            await market.open_segment(tx, Segment(made.new_id(), FEED, NOW_MS))


async def test_an_open_segment_is_anchored_with_the_hash_that_its_seal_will_have(store, segment):
    contents = market.Contents()
    for row in candles(1, 5):
        contents.take(row)
    async with store.transaction(None) as tx:
        assert await market.anchored(tx, segment.id) is None
        await market.anchor(tx, segment.id, contents.last, contents.digest(), NOW_MS)
    async with store.reading(None) as tx:
        found = await market.anchored(tx, segment.id)
    assert (found.sequence, found.anchored_ms) == (5, NOW_MS)
    assert await seal(store, segment) == found.hash


async def test_an_anchor_moves_on_and_never_back(store, segment):
    async with store.transaction(None) as tx:
        for sequence in (3, 5, 4):
            await market.anchor(tx, segment.id, sequence, bytes([sequence]) * 32, NOW_MS)
        found = await market.anchored(tx, segment.id)
    assert (found.sequence, found.hash) == (5, bytes([5]) * 32)


async def test_an_anchor_that_cannot_be_read_is_no_anchor_to_trust(store, segment):
    async with store.transaction(None) as tx:
        await market.anchor(tx, segment.id, 3, bytes(32), NOW_MS)
    await made.raw(store, "UPDATE meta SET value = 'x' WHERE name LIKE 'segment %'")
    with pytest.raises(FailClosed, match=r"the anchor of market segment .* is 'x', which cannot be read"):
        async with store.reading(None) as tx:
            await market.anchored(tx, segment.id)
