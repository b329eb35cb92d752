"""Prices on their way to those who trade on paper: orders meet them first, in order, also those that were missed."""

import asyncio

from tests.venues.paper.test_paper_account import BTC, MINUTE, Ear, candle, desk_with, row

from botswain.core.codes import LIMIT
from botswain.model.outcomes import Answer, Failed
from botswain.venues.paper.account import PaperAccount
from botswain.venues.paper.source import PaperSource


class Market:
    """A venue's market: candles that can be read, and a listener that a test tells."""

    def __init__(self, *closed):
        self.closed, self.reads, self.down = list(closed), [], ""
        self.listening = asyncio.Event()

    async def candles(self, _symbol, _timeframe, start_ms, end_ms):
        self.reads.append((start_ms // MINUTE, end_ms // MINUTE))
        if self.down:
            return Failed(self.down)
        return Answer(tuple(one for one in self.closed if start_ms <= one.open_ms < end_ms))

    async def newest(self, _symbol, _timeframe):
        return Answer(self.closed[-1])

    async def listen(self, listener, _turn=None):
        self.listener = listener
        self.listening.set()
        await asyncio.Event().wait()


class Log:
    """Who hears the market and the account, in one list."""

    def __init__(self):
        self.said, self.left, self.through = [], 0, asyncio.Event()

    def heard(self, _symbol, event):
        self.came(("candle", event.open_ms // MINUTE, event.closed))

    def live(self, _since_ms):
        self.came("live")

    def came(self, what):
        """Something came through; the last of it is what a test waits for."""
        self.said.append(what)
        self.left -= 1
        if not self.left:
            self.through.set()

    def order(self, report):
        self.said.append(("order", report.client_order_id, report.state.value))


async def heard(desk, market, log, *events):
    """Have a market tell events to a source, until all of them came through."""
    source = PaperSource(market, desk.book, "1m", log.said.append)
    desk.book.listeners[Ear(log.order)] = "1m"
    listening = asyncio.ensure_future(source.listen(log))
    await market.listening.wait()
    log.left = len(events)
    for one in events:
        if one == "live":
            market.listener.live(None)
        else:
            market.listener.heard(BTC, one)
    await log.through.wait()
    listening.cancel()
    await asyncio.wait({listening})
    return log.said


async def test_an_order_hears_of_its_fill_before_anybody_hears_of_the_candle_and_all_else_stays_behind_it():
    async with desk_with() as desk:
        await desk.closes(9, 100, 100, 100, 100)
        await desk.ask("a", row(1, 1_000, LIMIT, price=900))
        events = [
            candle(10, (100, 100, 95, 99), closed=False),
            candle(10, (100, 100, 95, 99)),
            candle(11, (99, 99, 89, 95)),
            "live",
            candle(12, (95, 95, 95, 95), closed=False),
        ]
        assert await heard(desk, Market(), Log(), *events) == [
            ("order", "a", "new"),
            ("candle", 10, False),
            ("candle", 10, True),
            ("order", "a", "filled"),
            ("candle", 11, True),
            "live",
            ("candle", 12, False),
        ]


async def test_candles_that_were_missed_are_read_and_met_before_the_next_one():
    async with desk_with() as desk:
        await desk.closes(9, 100, 100, 100, 100)
        await desk.ask("a", row(1, 1_000, LIMIT, price=900))
        market = Market(candle(10, (100, 100, 99, 99)), candle(11, (99, 99, 80, 99)))
        said = await heard(desk, market, Log(), candle(12, (99, 99, 99, 99)))
        assert market.reads == [(10, 12)]
        assert said[-2:] == [("order", "a", "filled"), ("candle", 12, True)]
        assert [one[0] for one in await desk.fills()] == ["a"]


async def test_where_they_cannot_be_read_the_candle_goes_on_and_the_orders_meet_all_of_them_later():
    async with desk_with() as desk:
        await desk.closes(9, 100, 100, 100, 100)
        await desk.ask("a", row(1, 1_000, LIMIT, price=900))
        market = Market(candle(10, (100, 100, 80, 99)), candle(11, (99, 99, 99, 99)))
        market.down = "it sleeps"
        said = await heard(desk, market, Log(), candle(11, (99, 99, 99, 99)))
        assert "it sleeps" in said[0]
        assert await desk.fills() == []
        market.down = ""
        await PaperSource(market, desk.book, "1m", print).caught_up()
        assert [one[0] for one in await desk.fills()] == ["a"]


async def test_bots_of_two_timeframes_share_the_money_and_each_is_met_by_its_own_candles():
    async with desk_with() as desk:
        await desk.closes(9, 100, 100, 100, 100)
        desk.account = PaperAccount(desk.book, "5m", lambda: desk.now_ms, desk.nothing)
        await desk.ask("slow", row(1, 60_000))
        desk.account = PaperAccount(desk.book, "1m", lambda: desk.now_ms, desk.nothing)
        await desk.ask("quick", row(1, 60_000))
        await desk.closes(10, 100, 100, 100, 100)
        assert [one[0] for one in await desk.fills()] == ["quick"]
        await desk.book.met((BTC, "5m"), candle(10, (100, 100, 100, 100)))
        assert (await desk.order("slow")).cause == "INSUFFICIENT_BALANCE"
