"""Curves over HTTP: one bot's, and the fleet's as an exact sum carried forward."""

from decimal import Decimal

import pytest
from tests.api.desk import desk_on
from tests.store import made
from tests.store.made import NOW_MS
from tests.store.test_equity_curves import put

from botswain.control.config import BotConfig, MarketConfig, stored_form
from botswain.store.tables import accounts, bots


@pytest.fixture
async def desk(store):
    """A desk; signed in is the usual tenant."""
    async with desk_on(store.database, await made.tenant(store)) as found:
        yield found


async def bot_of(store, tenant_id, name, capital, symbol="BTC/USDT", archived=False):
    """A bot that was set up with a capital."""
    bot = await made.bot(store, tenant_id, name)
    config = stored_form(BotConfig(name=name, strategy="grid", symbols=[symbol], capital=capital), MarketConfig())
    async with store.transaction(tenant_id) as tx:
        values = {"config": config, "archived_ms": NOW_MS if archived else None}
        await tx.change(tx.update(bots).where(bots.c.id == bot.id).values(**values))
    return bot


def rows(curve):
    return [(one["time_ms"] - NOW_MS, one["equity"]) for one in curve["points"]]


async def test_a_bots_curve_has_its_capital_and_its_quote(desk, store):
    bot = await bot_of(store, desk.caller.tenant_id, "one", "1000")
    assert await desk.get(f"/bots/{bot.id}/equity") == {"quote": "USDT", "capital": "1000", "points": []}
    await put(store, bot, [(0, "1000"), (60, "1000.000000000001")])
    found = await desk.get(f"/bots/{bot.id}/equity")
    assert rows(found) == [(0, "1000"), (60, "1000.000000000001")]
    assert rows(await desk.get(f"/bots/{bot.id}/equity", from_ms=NOW_MS + 1)) == [(60, "1000.000000000001")]


async def test_the_fleet_is_the_sum_of_what_each_was_last_worth(desk, store):
    mine = desk.caller.tenant_id
    first, second = await bot_of(store, mine, "first", "1000"), await bot_of(store, mine, "second", "500")
    put_away = await bot_of(store, mine, "old", "300", archived=True)
    euros = await bot_of(store, mine, "euros", "7", symbol="BTC/EUR")
    theirs = await bot_of(store, await made.tenant(store, "other"), "theirs", "9")
    await bot_of(store, mine, "never ran", "5000")
    await put(store, first, [(0, "1000"), (100, "1001.1"), (300, "999")])
    await put(store, second, [(100, "500.00000001"), (200, "510")])
    await put(store, put_away, [(0, "300"), (100, "325")])
    for one in (euros, theirs):
        await put(store, one, [(0, "7"), (300, "8")])
    found = await desk.get("/equity", environment="paper", points=1000)
    assert found["capital"] == "1500"
    assert rows(found) == [(0, "1500"), (100, "1526.10000001"), (200, "1536.1"), (300, "1534")]
    late = await desk.get("/equity", environment="paper", points=1000, from_ms=NOW_MS + 150, to_ms=NOW_MS + 300)
    assert rows(late) == [(200, "1536.1")]
    assert rows(await desk.get("/equity", environment="paper", quote="EUR")) == [(0, "7"), (300, "8")]
    assert (await desk.get("/equity", environment="paper", quote="CHF"))["points"] == []
    # Play money of another kind makes no sum with it.
    assert (await desk.get("/equity", environment="live"))["points"] == []
    assert await desk.get("/equity", environment="paper", from_ms=NOW_MS + 900) == {
        "quote": "USDT",
        "capital": "1500",
        "points": [],
    }


async def test_a_fleet_over_a_long_time_has_few_points_and_ends_at_its_last(desk, store):
    bot = await bot_of(store, desk.caller.tenant_id, "one", "1000")
    await put(store, bot, [(k * 1000, 1000 + k) for k in range(300)])
    found = await desk.get("/equity", environment="paper", points=20)
    assert 15 <= len(found["points"]) <= 20
    assert rows(found)[-1] == (299_000, str(Decimal(1299)))


HOUR_MS = 3_600_000


async def at_a_venue(store, bot):
    """Let a bot's account be one of a venue that keeps the world's time."""
    async with store.transaction(bot.tenant_id) as tx:
        await tx.change(tx.update(accounts).where(accounts.c.id == bot.account_id).values(environment="live"))


async def test_the_last_hour_of_a_sandbox_ends_where_its_market_has_come_to(desk, store):
    bot = await bot_of(store, desk.caller.tenant_id, "one", "1000")
    await put(store, bot, [(0, "1000"), (HOUR_MS, "1010"), (2 * HOUR_MS, "1020"), (5 * HOUR_MS // 2, "1030")])
    for here in (-9_000 * HOUR_MS, 9_000 * HOUR_MS):
        desk.clock.now_ms = NOW_MS + here
        found = await desk.get("/equity", environment="paper", last_ms=HOUR_MS)
        # It begins with what the fleet was worth then, though no mark stands there.
        assert rows(found) == [(3 * HOUR_MS // 2, "1010"), (2 * HOUR_MS, "1020"), (5 * HOUR_MS // 2, "1030")]
        whole = await desk.get("/equity", environment="paper", last_ms=100 * HOUR_MS)
        assert rows(whole) == rows(await desk.get("/equity", environment="paper"))


async def test_the_last_hour_of_a_market_that_keeps_the_worlds_time_ends_now(desk, store):
    bot = await bot_of(store, desk.caller.tenant_id, "one", "1000")
    await at_a_venue(store, bot)
    await put(store, bot, [(0, "1000"), (HOUR_MS, "1010")])
    desk.clock.now_ms = NOW_MS + 3 * HOUR_MS // 2
    found = await desk.get("/equity", environment="live", last_ms=HOUR_MS)
    assert rows(found) == [(HOUR_MS // 2, "1000"), (HOUR_MS, "1010")]
    desk.clock.now_ms = NOW_MS + 48 * HOUR_MS
    found = await desk.get("/equity", environment="live", last_ms=HOUR_MS)
    # Nothing has moved within it.
    assert rows(found) == [(47 * HOUR_MS, "1010"), (48 * HOUR_MS, "1010")]


async def test_a_fleets_curve_is_not_made_coarse_by_another_years_market(desk, store):
    mine = desk.caller.tenant_id
    bot, euros = await bot_of(store, mine, "one", "1000"), await bot_of(store, mine, "far", "7", symbol="BTC/EUR")
    await put(store, bot, [(k * 60_000, 1000 + k) for k in range(60)])
    await put(store, euros, [(0, "7"), (9_000 * HOUR_MS, "8")])
    assert len((await desk.get("/equity", environment="paper", points=100))["points"]) == 60
