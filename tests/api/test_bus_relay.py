"""From the bus to who listens, in the schemas of the door; what comes too soon waits for its turn."""

import asyncio

import msgspec
from tests.api.told import WAIT_S, Heard, nothing
from tests.fakes.fixed_clock import FixedClock
from tests.store.made import NOW_MS

from botswain.api.bus_relay import TOPICS, BusRelay
from botswain.api.conflate import Conflated
from botswain.api.market_words import MarketWords
from botswain.api.relay import FEW_BOTS
from botswain.api.schemas.bots import Blocked
from botswain.api.schemas.live import BotStatus
from botswain.bus.here import Here
from botswain.bus.topics import BotTold, encoded

PRICE = {
    "venue": "binance",
    "environment": "sandbox",
    "symbol": "BTC/USDT",
    "timeframe": "1m",
    "price": "100.5",
    "time_ms": NOW_MS,
    "candle": [NOW_MS, 100.0, 101.0, 99.0, 100.5, 3.0],
    "closed": False,
}


class Bus(Here):
    """A bus that tells when somebody listens to something else."""

    def __init__(self, *given):
        super().__init__(*given)
        self.news = asyncio.Event()

    def changed(self):
        self.news.set()

    async def listened(self):
        """Wait until every topic of the relay is listened to."""
        while not all(self.wanted(one) for one in TOPICS):
            self.news.clear()
            await asyncio.wait_for(self.news.wait(), WAIT_S)


async def heard_by(relay):
    """The relay at work, listening to everything."""
    task = asyncio.create_task(relay.run())
    await relay.bus.listened()
    return task


async def test_words_of_the_bus_are_told_in_the_schemas_of_the_door():
    live, bus, words = Heard("mine"), Bus(), MarketWords()
    relay = BusRelay(bus, live, words, FixedClock(), nothing)
    task = await heard_by(relay)
    market = {name: PRICE[name] for name in ("venue", "environment", "symbol", "timeframe", "price", "time_ms")}
    note = {"level": "warning", "code": "halted", "message": "x", "bot_id": None, "bot_name": None, "time_ms": 1}
    job = {"id": "j", "kind": "backtest", "state": "running", "progress": 0.5, "message": "half"}
    sent = {
        "price": [b"\xc1", msgspec.msgpack.encode({"price": "x"}), msgspec.msgpack.encode(PRICE)],
        "market": [msgspec.msgpack.encode({**market, "state": "live", "change": None, "age_ms": 5})],
        "notification": [msgspec.msgpack.encode({**note, "tenant_id": "mine"})],
        "job": [msgspec.msgpack.encode({**job, "tenant_id": "another"})],
    }
    for topic, messages in sent.items():
        for one in messages:
            bus.publish(topic, one)
    while len(live.words) < 3:
        live.more.clear()
        await asyncio.wait_for(live.more.wait(), WAIT_S)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert {(tenant, event) for tenant, event, _ in live.words} == {
        (None, "price_update"),
        (None, "market_status_changed"),
        ("mine", "notification"),
    }
    assert relay.unread == 2
    assert not bus.prefixes()
    [price] = words.prices.values()
    assert price.price == "100.5"
    assert [one.state for one in words.markets.values()] == ["live"]


async def test_bots_that_turn_together_are_read_and_told_together():
    live, bus, asked = Heard("mine"), Bus(), []

    async def status_of(tenant_id, bot_ids):
        asked.append((tenant_id, list(bot_ids)))
        return [
            BotStatus.model_construct(id=one, state="running", blocked=Blocked.model_construct(code="daily_loss"))
            for one in bot_ids
        ]

    relay = BusRelay(bus, live, MarketWords(), FixedClock(), status_of)
    bots = [f"bot-{n:02d}" for n in range(50)]
    for name in [*bots, *bots]:
        block = "daily_loss" if name == "bot-07" else ""
        await relay.take_bot(encoded(BotTold(name, name, "running", "", "", block, NOW_MS, "mine")))
        await relay.take_bot(encoded(BotTold(name, name, "running", "", "", block, NOW_MS, "another")))
    assert not asked
    task = await heard_by(relay)
    while len(live.words) < 50:
        live.more.clear()
        await asyncio.wait_for(live.more.wait(), WAIT_S)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert asked == [("mine", bots[at : at + FEW_BOTS]) for at in range(0, 50, FEW_BOTS)]
    assert [(event, body["id"]) for _, event, body in live.words] == [("bot_status_changed", one) for one in bots]
    assert [body["id"] for _, _, body in live.words if body["blocked"] is not None] == ["bot-07"]
    assert not relay.turned


async def test_who_was_too_slow_for_the_bus_listens_again(monkeypatch):
    monkeypatch.setattr("botswain.api.bus_relay.AGAIN_S", 0)
    live, bus = Heard("mine"), Bus(1)
    relay = BusRelay(bus, live, MarketWords(), FixedClock(), nothing)
    task = await heard_by(relay)
    for _ in range(2):
        bus.publish("price", msgspec.msgpack.encode(PRICE))
    assert not bus.wanted("price")
    await bus.listened()
    bus.publish("price", msgspec.msgpack.encode(PRICE))
    await asyncio.wait_for(live.more.wait(), WAIT_S)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert [event for _, event, _ in live.words] == ["price_update"]


class Sent:
    """What was sent, and a wait for so many words."""

    def __init__(self):
        self.words = []
        self.more = asyncio.Event()

    async def __call__(self, word):
        self.words.append((asyncio.get_running_loop().time(), word))
        self.more.set()

    async def until(self, count):
        while len(self.words) < count:
            self.more.clear()
            await asyncio.wait_for(self.more.wait(), WAIT_S)
        return [word for _, word in self.words]


async def test_of_what_comes_too_soon_the_newest_goes_out_and_no_sooner_than_it_may():
    sent = Sent()
    conflated = Conflated(sent, gap_s=0.1)
    for n in range(50):
        await conflated.take("btc", n)
    await conflated.take("eth", "other")
    assert await sent.until(3) == [0, "other", 49]
    assert sent.words[2][0] - sent.words[0][0] >= 0.099
    await conflated.take("btc", 50)
    assert (await sent.until(4))[-1] == 50
    assert sent.words[3][0] - sent.words[2][0] >= 0.099


async def test_a_final_word_is_not_replaced_by_one_that_is_not():
    sent = Sent()
    conflated = Conflated(sent, gap_s=0.05)
    await conflated.take("btc", "first")
    await conflated.take("btc", "forming")
    await conflated.take("btc", "closed", final=True)
    for n in range(3):
        await conflated.take("btc", f"next {n}")
    assert await sent.until(3) == ["first", "closed", "next 2"]
    assert not conflated.waiting
    conflated.close()
