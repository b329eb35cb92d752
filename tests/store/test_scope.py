"""No query leaves its tenant: by what it returns, and by how the source is written."""

import ast
from pathlib import Path

import pytest
from tests.store import made
from tests.store.made import NOW_MS

from botswain import store as room
from botswain.model.errors import BadInput
from botswain.store import accounts, bots, fills, journal, orders, outbox, positions, tenants
from botswain.store.bots import DesiredState

NOUNS = [
    "accounts",
    "books_list",
    "bot_editions",
    "bots",
    "credentials",
    "equity_curves",
    "errands",
    "fill_pages",
    "fills",
    "jobs",
    "journal",
    "mark_reads",
    "journal_pages",
    "listing",
    "market",
    "market_pages",
    "market_times",
    "meta",
    "order_pages",
    "orders",
    "outbox",
    "outbox_tail",
    "position_pages",
    "positions",
    "repeats",
    "sessions",
    "tenants",
    "users",
]  # every file of queries; the rest of the room has none


@pytest.fixture
async def bot(store):
    """A bot with a row in every table that a tenant reads."""
    made_bot = await made.bot_of_owner(store)
    order = made.order()
    rows = {
        "orders": (order,),
        "order_events": (made.event(order),),
        "fills": (made.fill(),),
        "positions": (made.position(),),
        "outbox": (made.message(),),
    }
    await store.append(made.step(made_bot, **rows))
    async with store.transaction(None) as tx:
        await journal.anchor_heads(tx, NOW_MS)
    return made_bot, order


async def everything(tx, bot, order):
    """What a transaction sees of a bot, by every query of the room."""
    return [
        await accounts.listed(tx),
        await bots.listed(tx),
        await journal.read(tx, bot.id),
        await journal.heads(tx),
        await orders.of_bot(tx, bot.id),
        await orders.unfinished(tx, bot.id),
        await orders.events(tx, order.client_order_id),
        [one for one in [await orders.get(tx, order.client_order_id)] if one],
        await fills.of_bot(tx, bot.id),
        [one for one in [await fills.by_trade(tx, bot.account_id, "BTC/USDT", "t1")] if one],
        list(await fills.totals(tx, bot.id)),
        await positions.of_bot(tx, bot.id),
        await positions.of_account(tx, bot.account_id, "BTC/USDT"),
        await outbox.undelivered(tx, "bus", bot.id),
        [one for one in [await journal.last_of_kind(tx, bot.id, 2)] if one],
    ]


async def test_another_tenant_sees_nothing_and_the_owner_and_the_platform_see_it(store, bot):
    other = await made.tenant(store, "other")
    for tenant_id, sees in ((bot[0].tenant_id, 1), (other, 0), (None, 1)):
        async with store.reading(tenant_id) as tx:
            assert [len(found) for found in await everything(tx, *bot)] == [sees] * 15, tenant_id


async def test_another_tenant_can_change_nothing(store, bot):
    other = await made.tenant(store, "other")
    held = bot[0]
    for change in (
        lambda tx: bots.set_desired_state(tx, held.id, DesiredState.RUNNING, version=held.version),
        lambda tx: bots.clear_halt(tx, held.id, version=held.version),
        lambda tx: bots.take_lease(tx, held.id, "thief", now_ms=NOW_MS, until_ms=NOW_MS, take_over=True),
        lambda tx: accounts.get(tx, held.account_id),
    ):
        with pytest.raises(BadInput, match="there is no"):
            async with store.transaction(other) as tx:
                await change(tx)
    async with store.transaction(other) as tx:
        await bots.release_lease(tx, held.id, epoch=held.lease_epoch)
    async with store.reading(None) as tx:
        assert await bots.get(tx, held.id) == held


async def test_what_a_tenant_writes_is_its_own_whatever_it_says(store):
    mine, other = await made.tenant(store), await made.tenant(store, "other")
    account = accounts.Account(made.new_id(), "a", "paper", accounts.Environment.PAPER, NOW_MS)
    async with store.transaction(mine) as tx:
        await tx.insert(room.tables.accounts, {**accounts.columns_of(account), "tenant_id": other})
    async with store.reading(mine) as tx:
        assert await accounts.listed(tx) == [account]


async def test_tenants_are_made_once_and_only_by_the_platform(store):
    first = await made.tenant(store)
    assert await made.tenant(store) == first
    with pytest.raises(BadInput, match="tenants belong to the platform"):
        async with store.reading(first) as tx:
            await tenants.by_name(tx, "owner")


@pytest.mark.parametrize("noun", NOUNS)
def test_the_files_of_queries_build_statements_only_through_the_transaction(noun):
    tree = ast.parse((Path(room.__file__).parent / f"{noun}.py").read_text())
    # column, values: rows that are given, of no tenant, to be joined with a tenant's own.
    # bindparam: values of a condition, no statement.
    more = {"mark_reads": {"column", "values"}, "listing": {"bindparam"}, "orders": {"case"}}
    allowed = {"func", "Row", "Select"} | more.get(noun, set())
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy")
        for alias in node.names
    }
    assert imported <= allowed, f"{noun}.py may use tx.select, tx.update and tx.insert only, which know the tenant"
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import) and "sqlalchemy" in ast.unparse(node)]
