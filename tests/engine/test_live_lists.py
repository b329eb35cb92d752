"""Stop and target as one list on an exchange over loopback: what goes wrong with it leaves equal books and no bare day.

The engine is real and acts at once; the exchange moves when told. Parity with a backtest: tests/parity.
"""

import asyncio
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest
from tests.engine.scenes import bot, drawn
from tests.fakes.live import WIDE, now_ms, parts_of, running, side_of
from tests.sandbox.ports import served

from botswain.build.decider import matching
from botswain.control.config import MarketConfig
from botswain.core.codes import LIMIT as LIMIT_KIND
from botswain.core.codes import STOP
from botswain.engine.feed_events import Forming
from botswain.engine.replay import replay
from botswain.model.instrument import Instrument
from botswain.model.intents import Certainty
from botswain.model.market_events import Candle
from botswain.model.news import Crossed
from botswain.model.reasons import Reason
from botswain.sandbox.budget import Allowed
from botswain.sandbox.candle_market import CandleMarket
from botswain.sandbox.control import balances, made_key
from botswain.sandbox.exchange import Exchange, Opening
from botswain.store import bots, fills, journal
from botswain.store.bot_records import TYPES, Ended
from botswain.store.inline import open_memory

CANDLES = 260
TREND = bot(
    "sma_crossover", ["BTC/USDT"], "one", params={"fast": 2, "slow": 5}, sizing=("percent", "0.9"),
    exits={"stop_loss": "0.01", "trailing_stop": "0.008", "take_profit": "0.012"},
)  # fmt: skip
GRID = bot(
    "grid", ["BTC/USDT"], "one", params={"step": "0.004", "levels": 8}, sizing=("percent", "0.9"),
    exits={"stop_loss": "0.05"},
)  # fmt: skip
LIST, OFF = "orderList.place.oco", "orderList.cancel"
# What goes wrong, at every so many candles.
FAULTS = {
    "nothing": [],
    "the answer to a list is lost": [("drop_reply", {"method": LIST})],
    "a list never arrives": [("drop_request", {"method": LIST})],
    "a list is placed and answered with an error": [("error_after_accept", {"method": LIST})],
    "a list is refused for good": [("refuse", {"method": LIST, "code": -1013, "status": 400})],
    "a list's target fills before the answer": [("fill_before_reply", {})],
    "a fill is a part only": [("partial_fills", {"share": "0.3"}), ("partial_fills", {"share": "0.5"})],
    "events are lost": [("drop_event", {}), ("drop_event", {})],
    "a list's cancel is not answered": [("drop_reply", {"method": OFF})],
    "a list's cancel never arrives": [("drop_request", {"method": OFF})],
}


def exchange_of(kernels):
    """The exchange on loud candles."""
    candles = drawn(11, "BTC/USDT", CANDLES, loud=0.002)
    fee = Decimal("0.001")
    rules = Instrument(
        "BTC/USDT", Decimal("0.1"), Decimal("0.00001"), maker_fee=fee, taker_fee=fee, fee_asset="BTC", fee_precision=8
    )
    return Exchange(
        CandleMarket({"BTC/USDT": candles}, {"BTC/USDT": rules}),
        matching(kernels),
        [Opening("main", made_key("main"), balances({"USDT": "10000"}))],
        Allowed(weight=WIDE, orders_10s=WIDE, orders_day=WIDE),
    )


class Scene:
    """A fleet of one bot on the exchange."""

    def __init__(self, site, fleet, parts, remarks):
        self.site, self.fleet, self.parts, self.remarks = site, fleet, parts, remarks
        self.runner = next(iter(fleet.runners.values()))
        self.bot = self.runner.bot

    async def step(self):
        """A candle, and all that follows from it."""
        before = self.fleet.market.sequence
        await self.site.step_soon(1)
        await self.until(lambda: self.fleet.market.sequence > before)
        await self.fleet.settled()

    async def until(self, true):
        """Wait for something that another task does, at most half a minute."""
        for _ in range(30_000):
            if true():
                return
            await asyncio.sleep(0.001)
        raise AssertionError("half a minute has passed and it is not so")

    @property
    def books(self):
        """The account at the exchange."""
        return self.site.exchange.floor.accounts["main"]

    def listed(self):
        """How many order lists there were."""
        return len({one.list_id for one in self.books.orders.values() if one.list_id >= 0})

    def agrees(self):
        """Whether what works at the exchange is what the bot believes to work, and none of it is in doubt."""
        known = all(one.certainty is Certainty.KNOWN for one in self.bot.working.values())
        return known and {one.client_id for one in self.books.open.values()} == set(self.bot.working)

    async def booked(self):
        """The bot's fills, and its journal's records."""
        async with self.parts.store.reading(None) as tx:
            one = await bots.by_name(tx, "one")
            rows = [entry async for entry in journal.walk(tx, one.id)]
            return await fills.of_bot(tx, one.id, limit=100_000), [
                TYPES.read(row.kind, row.version, row.payload) for row in rows
            ]


@asynccontextmanager
async def scene(site, kernels, wanted):
    store, remarks = open_memory(epoch=bytes(16), now_ms=now_ms()), []
    async with side_of(site, remarks=remarks, at_close=False) as (side, ring, held):
        parts = parts_of(store, kernels)
        async with running(parts, side, ring, held, MarketConfig(timeframe="1m"), [wanted]) as fleet:
            made = Scene(site, fleet, parts, remarks)
            await made.until(lambda: fleet.account.fresh and made.runner.quiet)
            yield made
            await made.until(made.agrees)
        found = await replay(parts, "one")
        assert (found.count, found.differences) == (0, ())


@pytest.mark.parametrize("name", FAULTS)
def test_whatever_becomes_of_a_list_the_books_are_equal_and_the_position_is_protected(name, kernels):
    async def trades():
        with served(exchange_of(kernels)) as site:
            async with scene(site, kernels, TREND) as made:
                for k in range(CANDLES - 2):
                    if k in (40, 150):
                        for fault, given in FAULTS[name]:
                            site.exchange.floor.faults.put(fault, dict(given))
                    await made.step()
                    assert made.bot.halted is None
                for fault, _ in FAULTS[name]:
                    site.exchange.floor.faults.clear(fault)
                    assert site.exchange.floor.faults.acted.get(fault, 0) >= 1
                await made.until(made.agrees)
                held = made.bot.held_lots(0)
                stops = [one for one in made.bot.working.values() if one.kind == STOP]
                assert held == 0 or stops, "the position stands bare"
                booked, records = await made.booked()
                books, lists = made.books, made.listed()
            assert {one.venue_trade_id for one in booked} == {str(one.number) for one in books.trades}
            assert lists >= 8
            return records

    records = asyncio.run(trades())
    reasons = {one.reason for one in records if isinstance(one, Ended)}
    assert Reason.EXPIRED not in reasons
    assert Reason.VENUE_CANCELED not in reasons


def test_the_last_price_that_a_bot_has_seen_is_the_close_of_its_last_candle(kernels):
    async def seen():
        with served(exchange_of(kernels)) as site:
            async with scene(site, kernels, TREND) as made:
                for _ in range(12):
                    await made.step()
                return made.runner.last_price(0), made.fleet.closed["BTC/USDT"].close

    last, close = asyncio.run(seen())
    assert last == close > 0


def test_a_price_that_reaches_a_held_stop_takes_the_grid_off_and_sells_it_all(kernels):
    async def trades():
        with served(exchange_of(kernels)) as site:
            async with scene(site, kernels, GRID) as made:
                for _ in range(CANDLES - 2):
                    await made.step()
                    if made.bot.groups.held and made.bot.held_lots(0):
                        break
                below, _ = made.bot.groups.watched(0)
                assert below is not None
                price = Decimal(below) / 10
                forming = Candle(
                    "BTCUSDT",
                    "1m",
                    0,
                    59_999,
                    price,
                    price,
                    price,
                    price,
                    Decimal(1),
                    price,
                    1,
                    closed=False,
                    venue_time_ms=0,
                )
                made.fleet.sink(Forming("BTC/USDT", forming))
                await made.until(lambda: made.bot.held_lots(0) == 0)
                await made.fleet.settled()
                assert not [one for one in made.books.open.values() if one.terms.side < 0]
                booked, records = await made.booked()
                assert booked[-1].reason == Reason.STOP_LOSS
                assert sum(isinstance(one, Crossed) for one in records) == 1

    asyncio.run(trades())


def test_a_list_that_the_exchange_ends_and_forgets_is_placed_anew_at_once(kernels):
    """Neither of its orders has filled, so no end waits for the other's fill: nothing is left to be read."""

    async def trades():
        with served(exchange_of(kernels)) as site:
            async with scene(site, kernels, TREND) as made:
                while not any(one.list_id >= 0 for one in made.books.open.values()):
                    await made.step()
                held = made.bot.held_lots(0)
                await asyncio.to_thread(site.control, "POST", "faults", {"name": "exchange_cancel"})
                await asyncio.to_thread(site.control, "POST", "faults", {"name": "prune_history"})
                await made.until(lambda: any(one.list_id >= 0 for one in made.books.open.values()))
                await made.fleet.settled()
                assert made.agrees()
                assert made.listed() == 1, "it is asked for once"
                assert made.bot.held_lots(0) == held > 0

    asyncio.run(trades())


def test_a_list_refused_for_a_price_that_has_gone_leaves_the_stop_at_the_exchange_and_not_the_target(kernels):
    """The target takes the stop's place, as it would sell at that price; it fills nothing, so the stop comes back."""

    async def trades():
        with served(exchange_of(kernels)) as site:
            async with scene(site, kernels, TREND) as made:
                told = {"method": LIST, "code": -2010, "msg": "Order would immediately match and take.", "status": 400}
                site.exchange.floor.faults.put("refuse", told)
                while not made.bot.held_lots(0):
                    await made.step()
                assert site.exchange.floor.faults.acted["refuse"] == 1
                assert made.agrees()
                types = [one.terms.type for one in made.books.orders.values()]
                assert types[1:] == ["STOP_LOSS", "LIMIT", "STOP_LOSS"], "each is tried once"
                assert [one.terms.type for one in made.books.open.values()] == ["STOP_LOSS"]
                assert [one.kind for one in made.bot.groups.held] == [LIMIT_KIND]
                while made.bot.held_lots(0) and not made.listed():
                    await made.step()
                assert made.listed() == 1, "the next candle places the list"

    asyncio.run(trades())
