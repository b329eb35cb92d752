"""What an engine says on the bus: prices, markets and bots as they are, to whoever comes to listen."""

import asyncio
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import msgspec
import pytest
from tests.cli.live_bench import SYMBOL, Bench, exchange, ladder, true_soon
from tests.cli.test_engine_command import MAIN, STOP, engine, have, trading, wish
from tests.sandbox.ports import served

from botswain.api.bus_relay import BusRelay
from botswain.api.market_words import MarketWords
from botswain.api.markets import shown
from botswain.bus.here import Here
from botswain.bus.hub import Hub
from botswain.bus.local import Local
from botswain.bus.topics import (
    BOT,
    MARKET,
    NOTIFICATION,
    PRICE,
    BotTold,
    MarketTold,
    NotificationTold,
    PriceTold,
    decoded,
    encoded,
)
from botswain.engine.announcer import Announcer
from botswain.engine.bot_state import OWN, BotStands
from botswain.engine.supervisor import Berth
from botswain.model.market_events import Candle
from botswain.store import halts


@pytest.fixture
def bench(kernels, tmp_path):
    with served(exchange(kernels)) as site:
        yield Bench(site, kernels, tmp_path)


class Ear:
    """All that is said, decoded."""

    def __init__(self, prefix=""):
        self.prefix = prefix
        self.said = []

    def hear(self, topic, body):
        self.said.append((topic, decoded(topic, body)))

    def of(self, topic):
        return [one for name, one in self.said if name == topic]

    def newest(self, name):
        return next((one for one in reversed(self.of(BOT)) if one.name == name), None)


class Clock:
    now = 1_000_000

    def __call__(self):
        return self.now


async def test_prices_markets_and_bots_are_told_as_they_change_and_to_one_who_comes_late(bench):
    await have(bench, ladder("one"))
    bus, ear, clock = Here(), Ear(), Clock()
    async with engine(bench) as made:
        voice = Announcer(bus, lambda: made.crews, clock)
        await true_soon(lambda: trading(made, "one"), lambda: str(bench.said))
        crew = made.crews[MAIN]
        voice.look()
        bus.join(ear)
        await bench.step(crew, 2)
        voice.look()
        voice.look()
        closed = [one for one in ear.of(PRICE) if one.closed]
        newest = crew.fleet.closed[SYMBOL]
        assert closed[-1].candle[0] == newest.open_ms
        assert closed[-1].price == f"{newest.close:f}"
        assert closed[-1].candle[1:5] == tuple(map(float, (newest.open, newest.high, newest.low, newest.close)))
        assert (closed[-1].venue, closed[-1].environment, closed[-1].timeframe) == ("binance", "sandbox", "1m")
        told = ear.of(MARKET)[-1]
        assert (told.symbol, told.state) == (SYMBOL, "live")
        [row] = crew.fleet.runners.values()
        assert ear.newest("one") == BotTold(row.bot_id, "one", "running", "", "", "", clock.now)

        count = len(ear.of(MARKET))
        voice.look()
        assert len(ear.of(MARKET)) == count
        clock.now += 10_000
        voice.look()
        assert len(ear.of(MARKET)) == count + 1
        assert isinstance(ear.of(MARKET)[-1], MarketTold)
        assert ear.of(MARKET)[-1].age_ms == 10_000

        prices = len(ear.of(PRICE))
        voice.look()
        assert len(ear.of(PRICE)) == prices

        async with bench.store.transaction(None) as tx:
            await halts.halt_bot(tx, "one", "too wild", "somebody", 1)
        await true_soon(lambda: crew.halts.standing)
        voice.look()
        assert (ear.newest("one").state, ear.newest("one").why, ear.newest("one").by) == (
            "halted", "too wild", "somebody"
        )  # fmt: skip
        assert ("info", "bot_paused", "one is paused by somebody: too wild", "one") in [
            (one.level, one.code, one.message, one.bot_name) for one in ear.of(NOTIFICATION)
        ]

        await have(bench, ladder("two", params={"step": "0.01", "levels": 4}, sizing=("percent", "0.1")))
        await true_soon(lambda: trading(made, "one", "two"), lambda: str(bench.said))
        voice.look()
        assert ear.newest("two").state == "running"
        await wish(bench, "two", STOP)
        await true_soon(lambda: trading(made, "one"), lambda: str(bench.said))
        voice.look()
        assert ear.newest("two").state == "stopped"


class Live:
    """Live connections as the relay sees them."""

    def __init__(self):
        self.words = []

    def is_heard(self, tenant_id):
        return tenant_id in (None, "mine")

    async def tell(self, tenant_id, event, body):
        self.words.append((tenant_id, event, body))

    def of(self, event):
        return [(tenant, body) for tenant, name, body in self.words if name == event]


async def test_what_an_engine_says_comes_over_the_socket_to_live_connections_in_their_schemas(bench, tmp_path):
    asked = []

    async def status_of(tenant_id, bot_ids):
        asked.extend((tenant_id, one) for one in bot_ids)
        return []

    await have(bench, ladder("one"))
    hub, live, clock = Hub(), Live(), Clock()
    await hub.start(tmp_path / "b.sock")
    relay = BusRelay(hub, live, MarketWords(), clock, status_of)
    relaying = asyncio.create_task(relay.run())
    async with engine(bench) as made, Local(tmp_path / "b.sock") as bus:
        voice = Announcer(bus, lambda: made.crews, clock, "mine")
        await true_soon(lambda: trading(made, "one") and bus.wanted(BOT), lambda: str(bench.said))
        voice.look()
        await bench.step(made.crews[MAIN], 2)
        voice.look()
        newest = made.crews[MAIN].fleet.closed[SYMBOL]
        words = lambda: [body["price"] for _, body in live.of("price_update")]  # noqa: E731
        await true_soon(lambda: f"{newest.close:f}" in words() and asked, lambda: str(live.words))
        [(tenant, market), *_] = live.of("market_status_changed")
        assert (tenant, market["symbol"], market["state"], market["change"]) == (None, SYMBOL, "live", None)
        [(tenant, note)] = live.of("notification")
        assert (tenant, note["code"], note["bot_name"]) == ("mine", "bot_running", "one")
        [row] = made.crews[MAIN].fleet.runners.values()
        assert asked == [("mine", row.bot_id)]
    relaying.cancel()
    await asyncio.gather(relaying, return_exceptions=True)
    await hub.stop()
    assert relay.unread == 0


async def test_a_market_that_is_not_heard_and_a_limit_that_is_reached_are_said_once(bench):
    await have(bench, ladder("one"))
    bus, ear = Here(), Ear(NOTIFICATION)
    bus.join(ear)
    async with engine(bench) as made:
        voice = Announcer(bus, lambda: made.crews, Clock())
        await true_soon(lambda: trading(made, "one"), lambda: str(bench.said))
        voice.look()
        [runner] = made.crews[MAIN].fleet.runners.values()
        runner.bot.decider.state.account.day_halted = 1
        fleet = made.crews[MAIN].fleet
        fleet.market_down = "the wire was cut"
        for _ in range(3):
            voice.look()
        fleet.market_down = ""
        voice.look()
        voice.remark("engine: hello")
        voice.remark("one has started")
        found = [(one.level, one.code) for one in ear.of(NOTIFICATION)]
        assert found == [
            ("info", "bot_running"),
            ("warning", "market_unheard"),
            ("warning", "daily_loss"),
            ("info", "market_live"),
            ("info", "remark"),
        ]
        runner.bot.decider.state.account.day_halted = 0


@pytest.mark.parametrize(
    ("by", "told"),
    [
        ("ann on desk", ("info", "bot_paused")),
        *((one, ("error", "bot_halted")) for one in (*sorted(halts.BY_ITSELF), OWN)),
    ],
)
def test_what_a_person_asked_for_is_no_error_and_what_broke_is(by, told):
    bus, ear = Here(), Ear(NOTIFICATION)
    bus.join(ear)
    Announcer(bus, dict, Clock()).say_turn(None, BotStands("", "one", "halted", "why", by))
    assert [(one.level, one.code) for one in ear.of(NOTIFICATION)] == [told]


def test_why_a_bot_stands_still_is_in_what_is_told_of_it(monkeypatch):
    bus, ear = Here(), Ear(BOT)
    bus.join(ear)
    stands = {"one": BotStands("7", "one", "running", still="its orders are refused")}
    monkeypatch.setattr("botswain.engine.announcer.stands_of", lambda _crews: stands)
    Announcer(bus, dict, Clock(), "t").say_bots(everything=False)
    assert ear.of(BOT) == [BotTold("7", "one", "running", "", "", "", Clock.now, "t", "its orders are refused")]


def test_that_a_bot_stands_still_is_said_once_and_again_only_when_it_is_something_else():
    bus, ear = Here(), Ear(NOTIFICATION)
    bus.join(ear)
    voice, runs = Announcer(bus, dict, Clock()), BotStands("", "one", "running")
    still = replace(runs, still="its orders of BTC/USDT are refused again and again: No funds.")
    for before, now in ((runs, still), (still, still), (still, runs)):
        voice.say_turn(before, now)
    [told] = ear.of(NOTIFICATION)
    assert (told.level, told.code) == ("warning", "stands_still")
    assert told.message == (
        "one stands still: its orders of BTC/USDT are refused again and again: No funds. Look at its orders, and mend "
        "what the venue says"
    )


async def test_nothing_is_made_where_nobody_listens(bench):
    class Deaf(Here):
        def publish(self, topic, _body):
            raise AssertionError(topic)

    await have(bench, ladder("one"))
    async with engine(bench) as made:
        voice = Announcer(Deaf(), lambda: made.crews, Clock())
        await true_soon(lambda: trading(made, "one"), lambda: str(bench.said))
        await bench.step(made.crews[MAIN], 1)
        voice.look()
        voice.notify("info", "x", "y")


async def test_it_looks_until_it_is_cancelled():
    looks = []

    async def sleep(seconds):
        looks.append(seconds)
        if len(looks) == 3:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await Announcer(Here(), dict, Clock()).keep(sleep)
    assert len(looks) == 3


def test_what_another_version_says_is_passed_over():
    assert decoded("price", b"\x01") is None
    assert decoded("of tomorrow", b"\x80") is None
    body = NotificationTold("info", "a", "b", None, None, 1)
    from_map = {"level": "info", "code": "a", "message": "b", "bot_id": None, "bot_name": None, "time_ms": 1, "new": 2}
    assert decoded(NOTIFICATION, msgspec.msgpack.encode(from_map)) == body


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{MAIN}: nobody can say what became of order 065f99cb-1862", True),
        (f"{MAIN}: +0.3 main came to the account without an order of ours", True),
        (f"{MAIN}: orders of main: somebody else cancelled an order at the venue (buy 1 BTC/USDT at 9)", True),
        ("mainly this is about something else", True),
        (f"{MAIN}: main has started", False),
        (f"{MAIN}: bot 'main' was taken over by another process", False),
        (f"{MAIN}: starting main, other", False),
        ("main: halted by ann", False),
    ],
)
def test_a_bot_named_like_an_account_hides_nothing_that_is_said_of_the_account(text, told):
    bus, ear = Here(), Ear(NOTIFICATION)
    bus.join(ear)
    voice = Announcer(bus, lambda: {MAIN: None}, Clock())
    voice.bots = {"main": BotStands("id", "main", "running")}
    voice.remark(text)
    assert [one.message for one in ear.of(NOTIFICATION)] == [text] * told


PAPER = Berth("binance", "paper", "play", "1m")


def paper_crew(prices, close):
    """A fleet of a paper account as the announcer looks at it."""
    at = Decimal(close)
    candle = Candle("BTCUSDT", "1m", 0, 59_999, at, at, at, at, Decimal(1), at, 1, closed=True, venue_time_ms=60_000)
    fleet = SimpleNamespace(
        side=SimpleNamespace(prices=prices), closed={SYMBOL: candle}, forming={}, market_down="",
        feed=SimpleNamespace(stale=lambda _symbol: False), refused=[], runners={},
    )  # fmt: skip
    return SimpleNamespace(fleet=fleet, wanted=[SimpleNamespace(name="one", symbols=[SYMBOL])], starting="", halts=None)


async def test_prices_of_two_paper_accounts_are_told_apart_from_the_engine_to_what_the_page_reads():
    bus, live, clock, words = Here(), Live(), Clock(), MarketWords()

    async def status_of(_tenant_id, _bot_id):
        return None

    relay = BusRelay(bus, live, words, clock, status_of)
    relaying = asyncio.create_task(relay.run())
    await true_soon(lambda: bus.wanted(PRICE) and bus.wanted(MARKET))
    crews = {
        PAPER: paper_crew("sandbox", "100"),
        replace(PAPER, account="real"): paper_crew("live", "64000"),
        replace(PAPER, environment="live", account="main"): paper_crew("", "64001"),
    }
    Announcer(bus, lambda: crews, clock).look()
    told = lambda: {(one["environment"], one["source"]): one["price"] for _, one in live.of("price_update")}  # noqa: E731
    await true_soon(lambda: len(told()) == 3, lambda: str(live.words))
    assert told() == {("paper", "sandbox"): "100", ("paper", "live"): "64000", ("live", ""): "64001"}
    assert {(one.environment, one.source): one.price for one in words.prices.values()} == told()
    rows = {(one.environment, one.source): one.price for one in shown([], words, clock())}
    assert rows == told()
    relaying.cancel()
    await asyncio.wait({relaying})


async def test_the_market_of_a_paper_account_is_told_once_it_is_known_whose_prices_it_has():
    bus, ear = Here(), Ear()
    bus.join(ear)
    crew = paper_crew("sandbox", "100")
    fleet, crew.fleet = crew.fleet, None
    voice = Announcer(bus, lambda: {PAPER: crew}, Clock())
    voice.look()
    assert ear.of(MARKET) == []
    crew.fleet = fleet
    voice.look()
    crew.fleet = None
    voice.look()
    assert [(one.source, one.state) for one in ear.of(MARKET)] == [("sandbox", "live"), ("sandbox", "unheard")]


def test_what_an_older_version_says_and_reads_stays_the_same():
    price = PriceTold("binance", "sandbox", SYMBOL, "1m", "1.5", 2_000, (0, 1.0, 1.0, 1.0, 1.0, 1.0), closed=False)
    assert "source" not in msgspec.msgpack.decode(encoded(price))
    paper = msgspec.structs.replace(price, environment="paper", source="live")
    assert decoded(PRICE, encoded(paper)) == paper
    assert decoded(PRICE, encoded(price)) == price
