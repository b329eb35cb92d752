"""Reading in the event loop: what is committed is seen, in one view, one after the other."""

import asyncio

import pytest
import sqlalchemy as sa
from tests.store import made
from tests.store.made import EPOCH, NOW_MS

from botswain.model.errors import BotswainError
from botswain.store import bots
from botswain.store.database import open_database
from botswain.store.tables import tenants


class Told(Exception):
    """Somebody went wrong inside."""


@pytest.fixture(params=["sqlite", "postgres"])
def kind(request):
    """Which database a test runs on: the inline one does everything in place."""
    return request.param


@pytest.fixture
async def store(where):
    database = await open_database(where, epoch=EPOCH, now_ms=NOW_MS)
    yield database
    await database.close()


async def counted(tx):
    return len(await tx.rows(tx.select(tenants)))


async def test_what_was_committed_is_seen_and_what_comes_meanwhile_is_not(store):
    async with store.looking(None) as tx:
        before = await counted(tx)
    await made.tenant(store, "first")
    async with store.looking(None) as tx:
        assert await counted(tx) == before + 1
        if store.path is not None:
            await made.tenant(store, "second")
            assert await counted(tx) == before + 1
    async with store.looking(None) as tx:
        assert await counted(tx) == before + (1 if store.path is None else 2)


async def test_a_tenant_sees_its_own(store):
    mine, theirs = await made.tenant(store, "mine"), await made.tenant(store, "theirs")
    bot = await made.bot(store, mine, "one")
    for tenant, seen in ((mine, [bot.id]), (theirs, [])):
        async with store.looking(tenant) as tx:
            assert [one.id for one in await bots.listed(tx)] == seen


async def test_after_a_fault_others_go_on(store):
    with pytest.raises(Told):
        async with store.looking(None):
            raise Told
    with pytest.raises(BotswainError):
        async with store.looking(None) as tx:
            await tx.rows(sa.text("SELECT 1 FROM nowhere"))
    async with store.looking(None) as tx:
        assert await counted(tx) >= 0


async def test_who_comes_meanwhile_waits(store):
    inside = []

    async def look():
        async with store.looking(None) as tx:
            inside.append(await counted(tx))
            await asyncio.sleep(0)
            inside.append(await counted(tx))

    await asyncio.gather(look(), look(), look())
    assert len(inside) == 6
