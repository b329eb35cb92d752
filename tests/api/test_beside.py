"""What the API's process does beside answering, put together as the command does it: one address serves everything."""

import asyncio

import msgspec
import pytest
from tests.api.door import API, EPOCH, Door
from tests.api.listener import listening
from tests.api.listener import served as serving

from botswain.api.bot_status import bot_statuses
from botswain.bus import topics
from botswain.bus.local import Local
from botswain.bus.topics import BOT, PRICE, BotTold, PriceTold
from botswain.cli.api_live import Places, beside
from botswain.store.database import open_database

CANDLE = (1_000, 1.0, 2.0, 0.5, 1.5, 3.0)
WAIT_S = 20.0


async def wanted(bus, topic):
    """Wait until the hub has said that somebody listens."""
    async with asyncio.timeout(WAIT_S):
        while not bus.wanted(topic):  # noqa: ASYNC110 - another process's word, which brings no event of ours
            await asyncio.sleep(0.01)


@pytest.fixture
async def door(tmp_path):
    """On a file, as the command has it: what is committed is seen from outside."""
    store = await open_database(tmp_path / "botswain.db", epoch=EPOCH, now_ms=1)
    made = await Door(tmp_path, store).fill()
    yield made
    await store.close()


@pytest.fixture
async def address(door, tmp_path):
    """Where the whole is served."""
    async with (
        beside(door.app, Places(tmp_path / "b.sock", str(tmp_path / "botswain.db"))) as live,
        serving(door.served) as place,
    ):
        yield place
        await live.close()  # the command does so before the server waits for its connections
    assert not (tmp_path / "b.sock").exists()


async def test_who_is_signed_in_hears_what_engines_say_at_the_address_of_the_api(
    door, client, address, live_client, tmp_path
):
    bot = await door.made(client)
    token = client.headers["Authorization"].removeprefix("Bearer ")
    async with (
        listening(live_client, address, token, origin=address) as mine,
        listening(live_client, address, "nonsense") as nobody,
        Local(tmp_path / "b.sock") as bus,
    ):
        await mine.next("connected")
        assert "sign in" in (await nobody.next("refused"))["body"]
        await wanted(bus, PRICE)
        price = PriceTold("binance", "sandbox", "BTC/USDT", "1m", "1.5", 2_000, CANDLE, closed=False)
        bus.publish(PRICE, topics.encoded(price))
        assert (await mine.next())["event"] == "price_update"
        turned = BotTold(bot["id"], "ladder", "stopped", "", "", "", 1, door.tenants["admin"])
        theirs = msgspec.structs.replace(turned, tenant_id=door.tenants["mallory"])
        for one in (theirs, turned):
            bus.publish(BOT, topics.encoded(one))
        heard = await mine.next()
        assert (heard["event"], heard["body"]["id"], heard["body"]["state"]) == (
            "bot_status_changed",
            bot["id"],
            bot["state"],
        )


async def test_a_bots_status_is_what_the_list_shows_and_only_its_tenants(door, client):
    bot = await door.made(client)
    await door.mark(bot["id"], door.clock(), 1200)
    [listed] = (await client.get(f"{API}/bots")).json()["items"]
    figures = door.app.state.figures
    [found] = await bot_statuses(door.doors, figures, door.tenants["admin"], [bot["id"]])
    told = found.model_dump(mode="json")
    assert told.pop("time_ms") == door.clock()
    assert told == {name: listed[name] for name in told}
    assert told["equity"] == "1200"
    assert await bot_statuses(door.doors, figures, door.tenants["mallory"], [bot["id"]]) == []
