"""Live connections with the client that browsers use: who gets in, what is heard, and what becomes of the slow."""

import asyncio
from dataclasses import dataclass

import aiohttp
import msgspec
import pytest
from fastapi import FastAPI
from tests.api.listener import listening, served
from tests.store import made
from tests.store.made import NOW_MS

from botswain.api.live import MOST_UNREAD, Admitted, Live
from botswain.api.memory import Memory
from botswain.api.relay import Changed, Relay, Steps
from botswain.api.schemas.live import BotStatus
from botswain.store.commits_seen import CommitsSeen
from botswain.store.steps import OutboxRow

LONG_MS = 600_000


@pytest.fixture(params=["sqlite"])
def kind(request):
    """What is heard does not depend on the database; that the relay reads both is shown in test_relay."""
    return request.param


@dataclass
class Door:
    """A live server and where it is."""

    live: Live
    place: str


@pytest.fixture
async def door():
    """Tokens are `TENANT until MS`, each of a sign-in of its tenant's name; the clock stands at 0."""

    async def admit(token):
        tenant_id, _, until = token.partition(" until ")
        return Admitted(tenant_id, "a person", int(until), f"{tenant_id} signed in") if until else None

    live, app = Live(admit, lambda: 0, origins=["http://elsewhere.test"]), FastAPI()
    live.mount(app)
    async with served(app) as place:
        yield Door(live, place)
        await live.close()


def token(tenant_id, until_ms=LONG_MS):
    return f"{tenant_id} until {until_ms}"


async def test_what_is_told_to_a_tenant_is_heard_by_it_alone(door, live_client):
    async with (
        listening(live_client, door.place, token("mine")) as mine,
        listening(live_client, door.place, token("other")) as other,
    ):
        await mine.next("connected")
        await other.next("connected")
        await door.live.tell("mine", "notification", {"for": "mine"})
        await door.live.tell(None, "price_update", {"for": "everybody"})
        assert await mine.next() == {"event": "notification", "body": {"for": "mine"}}
        assert await mine.next() == {"event": "price_update", "body": {"for": "everybody"}}
        assert await other.next() == {"event": "price_update", "body": {"for": "everybody"}}


async def test_many_words_at_once_are_what_the_servers_own_emit_would_send_and_in_their_order(door, live_client):
    bodies = [
        {"n": n, "text": 'a "word" \u00fc \u2028 \U0001f600', "none": None, "some": [1.5, 1e21, True]}
        for n in range(50)
    ]
    async with listening(live_client, door.place, token("mine")) as found:
        await found.next("connected")
        await door.live.tell("mine", "notification", *bodies)
        await door.live.tell("mine", "notification")
        for body in bodies:
            await door.live.server.emit("emitted", body, room="tenant mine")
        heard = [await found.next() for _ in range(100)]
    assert [one["event"] for one in heard] == ["notification"] * 50 + ["emitted"] * 50
    assert [one["body"] for one in heard[:50]] == [one["body"] for one in heard[50:]] == bodies


@pytest.mark.parametrize("bad", ["nonsense", "mine until 0"])
async def test_a_token_that_is_not_good_is_refused_with_words(door, live_client, bad):
    async with listening(live_client, door.place, bad) as found:
        assert "sign in" in (await found.next("refused"))["body"]
    assert not door.live.listeners


async def test_a_token_in_the_address_counts_for_nothing(door, live_client):
    place = f"{door.place}/?token={token('mine').replace(' ', '%20')}"
    async with listening(live_client, place, "") as found:
        assert "sign in" in (await found.next("refused"))["body"]


async def test_a_connection_ends_with_its_token_and_comes_back_with_a_fresh_one(door, live_client):
    async with listening(live_client, door.place, token("mine", 300), token("mine")) as found:
        assert (await found.next())["event"] == "connected"
        assert await found.next() == {"event": "disconnected", "body": "io server disconnect"}
        assert (await found.next())["event"] == "connected"
        await door.live.tell("mine", "notification", {"n": 1})
        assert (await found.next())["body"] == {"n": 1}
    assert not door.live.ending


async def test_a_sign_in_that_is_ended_ends_its_connections_at_once_and_no_others(door, live_client):
    async with (
        listening(live_client, door.place, token("mine"), "nonsense") as mine,
        listening(live_client, door.place, token("other")) as other,
    ):
        await mine.next("connected")
        await other.next("connected")
        door.live.end_session("mine signed in")
        assert await mine.next() == {"event": "disconnected", "body": "io server disconnect"}
        await door.live.tell("other", "notification", {"n": 1})
        assert (await other.next())["body"] == {"n": 1}
    assert not door.live.listeners


@pytest.mark.parametrize(
    ("origin", "let_in"), [("http://evil.test", False), ("http://elsewhere.test", True), ("null", False)]
)
async def test_a_page_of_another_host_is_refused_unless_it_was_named(door, live_client, origin, let_in):
    async with listening(live_client, door.place, token("mine"), origin=origin) as found:
        assert (await found.next("connected", "refused"))["event"] == ("connected" if let_in else "refused")


async def test_a_page_of_this_host_is_let_in(door, live_client):
    async with listening(live_client, door.place, token("mine"), origin=door.place) as found:
        assert (await found.next())["event"] == "connected"


async def test_who_does_not_read_is_dropped_and_holds_up_nobody(door, live_client):
    async with listening(live_client, door.place, token("mine")) as reader, aiohttp.ClientSession() as session:
        await reader.next("connected")
        address = f"{door.place}/socket.io/?EIO=4&transport=websocket"
        wire = await session.ws_connect(address, max_msg_size=0)
        await wire.receive()
        await wire.send_str(f'40{{"token":"{token("mine")}"}}')
        await wire.receive()
        wire._response.connection.transport.pause_reading()
        assert len(door.live.listeners) == 2
        big = {"text": "x" * 20_000}
        for n in range(MOST_UNREAD * 3):
            await door.live.tell("mine", "notification", {"n": n, **big})
            heard = await reader.next("notification")
            assert heard["body"]["n"] == n
            if len(door.live.listeners) == 1:
                break
        assert len(door.live.listeners) == 1
        wire._response.connection.transport.resume_reading()
        await wire.close()


async def test_closing_ends_every_connection_lets_nobody_in_and_may_be_done_again(door, live_client):
    async with listening(live_client, door.place, token("mine")) as found:
        await found.next("connected")
        await door.live.close()
        assert await found.next() == {"event": "disconnected", "body": "io server disconnect"}
        assert "stopping" in (await found.next("refused"))["body"]
        await door.live.close()
        assert not door.live.listeners


async def status_of(_tenant_id, bot_ids):
    return [stands(one) for one in bot_ids]


def stands(bot_id):
    return BotStatus(
        id=bot_id,
        name="grid",
        state="running",
        halt=None,
        blocked=None,
        equity=None,
        profit=None,
        today=None,
        realized="0",
        unrealized=None,
        valued_ms=None,
        open_positions=1,
        rests=0,
        version=2,
        time_ms=NOW_MS,
    )


async def test_a_committed_fill_is_heard_in_the_schemas_of_the_door(door, live_client, store):
    bot = await made.bot_of_owner(store)
    relay = Relay(store.database, door.live, Memory(), CommitsSeen(None), status_of, pause_s=0.01)
    await relay.look()
    async with listening(live_client, door.place, token(bot.tenant_id)) as found:
        await found.next("connected")
        order = made.order()
        bits = Changed.FILLS | Changed.ORDERS | Changed.POSITIONS | Changed.STATUS
        word = msgspec.msgpack.encode(Steps(1, 1, int(bits)))
        rows = {"orders": (order,), "fills": (made.fill(client_order_id=order.client_order_id),)}
        step = made.step(bot, positions=(made.position(),), outbox=(OutboxRow(1, "step", word, NOW_MS),), **rows)
        await store.append(step)
        task = asyncio.create_task(relay.run())
        heard = [await found.next() for _ in range(4)]
        relay.leave.set()
        await task
    assert [one["event"] for one in heard] == [
        "trade_executed",
        "order_updated",
        "position_updated",
        "bot_status_changed",
    ]
    fill, order_told, position, status = (one["body"] for one in heard)
    assert (fill["price"], fill["qty"], fill["bot_name"]) == ("100.25", "0.005", "grid")
    assert (order_told["client_order_id"], order_told["state"]) == (order.client_order_id, "new")
    assert (position["qty"], position["avg_price"]) == ("0.005", "100.25")
    assert status["open_positions"] == 1
