"""A bot that was stopped and still holds something is worth what its market says, on every page alike."""

import msgspec
import pytest
from tests.api.door import API
from tests.api.test_bots import BOTS
from tests.api.test_rests import BTC, began

from botswain.api.memory import Memory
from botswain.control.bot_figures import Figures
from botswain.control.known_prices import Place, closes_at
from botswain.model.journal import MarketKind
from botswain.store.bot_records import Candle
from botswain.store.tables import market_events, market_segments

MINUTE_MS, DAY_MS = 60_000, 86_400_000
ETH = "ETH/USDT"


class AtRest:
    """A bot with a capital of 1,000 that bought 2 BTC at 100, was worth 1,010 at its last mark and was stopped."""

    def __init__(self, door, client, bot, segment, day):
        self.door, self.client, self.bot, self.segment, self.day = door, client, bot, segment, day
        self.sequence = 1

    async def closes(self, *told, symbol=BTC, before=0.0):
        """Candles of the market: (open time in ms after the day began, close), each opening at the close before it."""
        for after_ms, close in told:
            self.sequence += 1
            candle = Candle(symbol, self.day + after_ms, before or close, close, close, close, 1.0, True)
            row = {"segment_id": self.segment, "sequence": self.sequence, "kind": MarketKind.CANDLE, "version": 1}
            row |= {"time_ms": self.day + after_ms, "payload": msgspec.msgpack.encode(candle)}
            async with self.door.store.transaction(None) as tx:
                await tx.insert(market_events, row)

    async def everywhere(self):
        """(equity, unrealized, today) as its page has it, after making sure that every other page has the same."""
        own = (await self.client.get(f"{BOTS}/{self.bot['id']}")).json()
        assert own in (await self.client.get(BOTS)).json()["items"]
        [position] = (await self.client.get(f"{API}/positions")).json()["items"]
        assert position["environment"] == own["account"]["environment"] == "sandbox"
        assert position["unrealized"] == own["unrealized"]
        assert position["price_ms"] == own["valued_ms"]
        [money] = (await self.client.get(f"{API}/summary")).json()["money"]
        assert (money["equity"], money["today"]) == (own["equity"], own["today"] or "0")
        for path, asked in ((f"{BOTS}/{self.bot['id']}/equity", {}), (f"{API}/equity", {"environment": "sandbox"})):
            last = (await self.client.get(path, params=asked)).json()["points"][-1]
            assert (last["equity"], last["time_ms"]) == (own["equity"], max(own["valued_ms"], self.marked_ms)), path
        assert own["sparkline"][-1] == float(own["equity"])
        return own["equity"], own["unrealized"], own["today"]

    def forget(self):
        """Another process."""
        self.door.app.state.figures = Figures()
        self.door.app.state.memory = Memory(closes=self.door.app.state.figures.prices.closes)


@pytest.fixture
async def at_rest(door, client):
    bot = await began(door, client, BTC)
    await door.write(bot["id"], lease_owner=None, lease_until_ms=0, desired_state="stopped")
    async with door.store.transaction(None) as tx:
        [segment] = await tx.rows(tx.select(market_segments))
    found = AtRest(door, client, bot, segment.id, door.clock() // DAY_MS * DAY_MS)
    await door.book(bot["id"], 2, cost=200, time_ms=1)
    found.marked_ms = found.day - 5 * MINUTE_MS
    await door.mark(bot["id"], found.marked_ms, 1010, cash=800)
    return found


async def test_it_is_valued_at_the_last_close_of_its_market_wherever_it_is_shown(at_rest):
    await at_rest.closes((-2 * MINUTE_MS, 106.0), (-MINUTE_MS, 107.0), (0, 90.0), (MINUTE_MS, 84.0))
    # Another bot's mark says which day it is there.
    other = await at_rest.door.made(at_rest.client, "other", symbols=[ETH])
    await at_rest.door.mark(other["id"], at_rest.day + MINUTE_MS, 1000)
    found = (await at_rest.client.get(f"{BOTS}/{at_rest.bot['id']}")).json()
    assert (found["equity"], found["profit"], found["unrealized"]) == ("968", "-32", "-32")
    # Not since its last mark: since the day began, at 107.
    assert found["today"] == "-46"
    assert found["valued_ms"] == at_rest.day + 2 * MINUTE_MS
    [fleet] = (await at_rest.client.get(f"{API}/summary")).json()["money"]
    assert (fleet["equity"], fleet["today"]) == ("1968", "-46")
    await at_rest.closes((2 * MINUTE_MS, 120.0))
    found = (await at_rest.client.get(f"{BOTS}/{at_rest.bot['id']}")).json()
    assert (found["equity"], found["today"], found["valued_ms"]) == ("1040", "26", at_rest.day + 3 * MINUTE_MS)
    assert [one["equity"] for one in (await at_rest.client.get(BOTS)).json()["items"]] == ["1040", "1000"]


async def test_every_page_says_the_same_of_it(at_rest):
    await at_rest.closes((-10 * MINUTE_MS, 105.0))
    assert await at_rest.everywhere() == ("1010", "10", "10")
    await at_rest.closes((-2 * MINUTE_MS, 96.0))
    assert await at_rest.everywhere() == ("992", "-8", "-8")


async def test_where_its_market_goes_on_without_its_symbol_the_last_price_stands_with_its_time(at_rest):
    await at_rest.closes((-10 * MINUTE_MS, 96.0))
    before = at_rest.sequence
    async with at_rest.door.store.transaction(None) as tx:
        for k in range(1, 2_100):
            at_ms = at_rest.day + k
            body = msgspec.msgpack.encode(Candle(ETH, at_ms, 9.0, 9.0, 9.0, 9.0, 1.0, True))
            row = {"segment_id": at_rest.segment, "sequence": before + k, "kind": MarketKind.CANDLE, "version": 1}
            await tx.insert(market_events, row | {"time_ms": at_ms, "payload": body})
    at_rest.forget()
    assert await at_rest.everywhere() == ("992", "-8", "-8")
    found = (await at_rest.client.get(f"{BOTS}/{at_rest.bot['id']}")).json()
    assert found["valued_ms"] == at_rest.day - 9 * MINUTE_MS


async def test_what_it_made_today_is_not_told_where_nothing_says_what_it_was_worth_as_the_day_began(at_rest):
    await at_rest.closes((2 * MINUTE_MS, 120.0))
    other = await at_rest.door.made(at_rest.client, "other", symbols=[ETH])
    await at_rest.door.mark(other["id"], at_rest.day + MINUTE_MS, 1000)
    found = (await at_rest.client.get(f"{BOTS}/{at_rest.bot['id']}")).json()
    assert (found["equity"], found["today"]) == ("1040", None)


async def test_a_price_at_a_time_is_that_of_the_candle_that_closed_then_or_else_of_the_one_that_opened(at_rest):
    await at_rest.closes((-MINUTE_MS, 107.0), (0, 90.0), before=100.0)
    await at_rest.closes((0, 9.0), symbol=ETH, before=8.0)
    async with at_rest.door.store.reading(None) as tx:
        found = await closes_at(tx, Place(at_rest.segment, MINUTE_MS), at_rest.day)
    assert {symbol: float(price) for symbol, price in found.items()} == {BTC: 107.0, ETH: 8.0}
