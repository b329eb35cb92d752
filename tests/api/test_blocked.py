"""A bot that a limit of its account keeps from opening says so wherever it is shown, while it stands and no longer."""

import msgspec
import pytest
from tests.api.door import API
from tests.fakes.fixed_clock import FixedClock

from botswain.api.bot_status import bot_statuses
from botswain.api.bus_relay import BusRelay
from botswain.api.market_words import MarketWords
from botswain.api.schemas.bots import Bot
from botswain.bus.here import Here
from botswain.bus.topics import BotTold, encoded
from botswain.control.stills import MOST_KEPT, Stills
from botswain.model.reasons import Reason
from botswain.store.made_tables import blocks

MINUTE_MS = 60_000


@pytest.fixture
async def bot(door, client):
    """A bot that an engine runs, with a mark."""
    made = await door.made(client, start=True)
    await door.hold(made["id"])
    await door.mark(made["id"], door.clock(), 964)
    return made


async def reach(door, bot, reason=Reason.DAILY_LOSS, minutes=60):
    """A limit is reached now and holds for so long; None: for good."""
    until = None if minutes is None else door.clock() + minutes * MINUTE_MS
    row = {"bot_id": bot["id"], "reason": reason, "seq": 9, "value_units": 9642, "limit_units": 9700, "scale": 1}
    row |= {"since_ms": door.clock(), "until_ms": until}
    async with door.store.transaction(door.tenants["admin"]) as tx:
        await tx.upsert(blocks, row, "seq")


async def shown(client, bot):
    answer = await client.get(f"{API}/bots/{bot['id']}")
    return Bot.model_validate(answer.json())


async def test_a_block_is_shown_with_its_numbers_in_the_list_at_the_bot_and_among_what_needs_attention(
    door, client, bot
):
    assert (await shown(client, bot)).blocked is None
    await reach(door, bot)
    found = await shown(client, bot)
    assert (found.state, found.blocked.code, found.blocked.value, found.blocked.limit) == (
        "running", "daily_loss", "964.2", "970",
    )  # fmt: skip
    assert (found.blocked.since_ms, found.blocked.until_ms) == (door.clock(), door.clock() + 60 * MINUTE_MS)
    assert "equity 964.20 USDT, floor of the day 970.00 USDT" in found.blocked.message
    assert [(one.code, one.message) for one in found.attention] == [("daily_loss", found.blocked.message)]
    [listed] = (await client.get(f"{API}/bots")).json()["items"]
    assert listed["blocked"] == found.blocked.model_dump(mode="json")
    summary = (await client.get(f"{API}/summary")).json()
    assert [(one["bot_id"], one["code"]) for one in summary["attention"]] == [(bot["id"], "daily_loss")]


async def test_it_ends_by_the_time_of_the_bots_own_market(door, client, bot):
    await reach(door, bot, minutes=2)
    await door.mark(bot["id"], door.clock() + MINUTE_MS, 964)
    assert (await shown(client, bot)).blocked is not None
    await door.mark(bot["id"], door.clock() + 2 * MINUTE_MS, 964)
    found = await shown(client, bot)
    assert (found.blocked, found.attention) == (None, [])


async def test_of_several_the_one_that_holds_longest_is_shown_and_none_of_a_bot_that_nobody_runs(door, client, bot):
    await reach(door, bot, Reason.COOL_DOWN)
    await reach(door, bot, Reason.DRAWDOWN, None)
    found = (await shown(client, bot)).blocked
    assert (found.code, found.until_ms) == ("drawdown", None)
    assert "until it is given other settings" in found.message
    await door.write(bot["id"], desired_state="stopped", lease_until_ms=0)
    assert (await shown(client, bot)).blocked is None


class Ear:
    """One tenant's live connections."""

    def __init__(self):
        self.words = []

    def is_heard(self, _tenant_id):
        return True

    async def tell(self, _tenant_id, event, body):
        self.words.append((event, body))


async def test_the_event_tells_it_and_an_engine_that_says_it_is_over_is_believed_before_the_next_mark(door, bot):
    await reach(door, bot)
    ear = Ear()

    async def status_of(tenant_id, bot_ids):
        return await bot_statuses(door.doors, door.app.state.figures, tenant_id, bot_ids)

    relay = BusRelay(Here(), ear, MarketWords(), FixedClock(), status_of)
    for block in ("daily_loss", ""):
        told = BotTold(bot["id"], "ladder", "running", "", "", block, door.clock(), door.tenants["admin"])
        await relay.take_bot(encoded(told))
        await relay.tell_turned()
    (first, stands), (second, over) = ear.words
    assert first == second == "bot_status_changed"
    assert (stands["blocked"]["code"], stands["blocked"]["limit"]) == ("daily_loss", "970")
    assert over["blocked"] is None
    await relay.take_bot(msgspec.msgpack.encode({"id": 3}))
    assert relay.unread == 1


async def test_a_bot_that_stands_still_needs_attention_until_its_engine_says_that_it_does_not_or_nobody_runs_it(
    door, client, bot
):
    """It is kept whether anybody listens or not: the page may be opened a day later."""

    class Deaf(Ear):
        def is_heard(self, _tenant_id):
            return False

    async def codes():
        listed = (await client.get(f"{API}/bots")).json()["items"][0]["attention"]
        summary = (await client.get(f"{API}/summary")).json()["attention"]
        assert [(one["code"], one["message"]) for one in summary] == [(one["code"], one["message"]) for one in listed]
        return [(one["code"], one["message"]) for one in listed]

    relay = BusRelay(Here(), Deaf(), MarketWords(), FixedClock(), None, door.doors.stills)

    async def say(still):
        how = ("running", "", "", "", door.clock(), door.tenants["admin"], still)
        await relay.take_bot(encoded(BotTold(bot["id"], "ladder", *how)))

    await say("its orders of BTC/USDT are refused again and again: No funds.")
    said = (
        "it stands still: its orders of BTC/USDT are refused again and again: No funds. Look at its orders, and mend "
        "what the venue says"
    )
    assert await codes() == [("stands_still", said)]
    await say("")
    assert await codes() == []
    await say("its orders are refused")
    await door.write(bot["id"], desired_state="stopped", lease_until_ms=0)
    assert await codes() == []


async def test_words_of_bots_that_stand_still_do_not_grow_without_end():
    stills = Stills()
    for number in range(MOST_KEPT + 1):
        stills.take(str(number), "why")
    assert list(stills.why) == [str(MOST_KEPT)]
