"""Bots as people change them, and what lists read of many at once, on all three databases."""

from decimal import Decimal

import pytest
from tests.store import made
from tests.store.made import NOW_MS

from botswain.model.errors import BadInput
from botswain.model.orders import OrderState
from botswain.store import books_list, bot_editions, halts, mark_reads
from botswain.store.bot_editions import archived_name
from botswain.store.bots import DesiredState, NewBot
from botswain.store.listing import present
from botswain.store.made_tables import marks

MINUTE_MS = 60_000


@pytest.fixture
async def bot(store):
    """A bot of the usual tenant."""
    return await made.bot_of_owner(store)


async def mark(store, bot, minute, equity):
    row = {"bot_id": bot.id, "time_ms": NOW_MS + minute * MINUTE_MS, "money_scale": 2, "round_trips": 3, "won": 2}
    row |= {"equity_units": equity, "cash_units": 5, "realized_units": 10**25, "fees_units": 1}
    async with store.transaction(bot.tenant_id) as tx:
        await tx.insert(marks, row)


async def test_a_bot_is_found_by_id_and_name_by_its_own_tenant_only(store, bot):
    for tenant, sees in ((bot.tenant_id, bot), (await made.tenant(store, "other"), None)):
        async with store.reading(tenant) as tx:
            assert await bot_editions.find(tx, bot.id) == sees
            assert await bot_editions.named(tx, bot.name) == sees
            assert await bot_editions.present(tx) == ([bot] if sees else [])
            assert await bot_editions.counts_by_account(tx) == ({bot.account_id: 1} if sees else {})


async def test_a_row_is_changed_as_it_was_seen(store, bot):
    async with store.transaction(bot.tenant_id) as tx:
        after = await bot_editions.change(tx, bot, desired_state=DesiredState.RUNNING, stop_mode="flatten")
        assert after == await bot_editions.find(tx, bot.id)
        assert (after.version, after.stop_mode) == (bot.version + 1, "flatten")
        assert await bot_editions.change(tx, bot, stop_mode=None) is None
        assert await bot_editions.archive(tx, bot, NOW_MS) is None


async def test_an_edition_takes_the_name_and_the_line_goes_on(store, bot):
    async with store.transaction(bot.tenant_id) as tx:
        for number in (2, 3):
            before = await bot_editions.named(tx, "grid")
            new = NewBot(made.new_id(), bot.account_id, "grid", "grid", "{}", NOW_MS + number)
            after = await bot_editions.succeed(tx, before, new)
            assert (after.edition, after.lineage, after.name) == (number, bot.id, "grid")
        line = await bot_editions.of_lineage(tx, bot.id)
        assert [one.edition for one in line] == [3, 2, 1]
        assert [one.name for one in await bot_editions.present(tx)] == ["grid"]
        assert await bot_editions.present(tx, strategy="other") == []
        assert line[2].name == f"grid (edition 1, {bot.id[-6:]})"
        assert line[2].archived_ms == NOW_MS + 2
        stale = NewBot(made.new_id(), bot.account_id, "late", "grid", "{}", NOW_MS)
        assert await bot_editions.succeed(tx, bot, stale) is None


async def test_an_archived_bot_is_never_wanted_to_run_again(store, bot):
    async with store.transaction(None) as tx:
        await bot_editions.archive(tx, bot, NOW_MS)
        for state in DesiredState:
            with pytest.raises(BadInput, match="was put away"):
                await halts.wish(tx, archived_name(bot), state)


async def test_what_a_bot_holds_and_has_working_is_seen(store, bot):
    order, gone = made.order(), made.order(slot=2)
    ended = made.event(gone, state=OrderState.CANCELED)
    empty = made.position(symbol="ETH/USDT", qty=Decimal(0), cost=Decimal(0))
    async with store.reading(bot.tenant_id) as tx:
        assert not await bot_editions.has_working(tx, bot.id)
    await store.append(
        made.step(
            bot, orders=(order, gone), order_events=(ended,), positions=(made.position(paid=Decimal("0.0003")), empty)
        )
    )
    async with store.reading(bot.tenant_id) as tx:
        assert await bot_editions.has_working(tx, bot.id)
        found = await books_list.of_bots(tx, [bot.id, made.new_id()])
        assert list(found) == [bot.id]
        books = found[bot.id]
        assert (len(books.held), books.realized) == (1, Decimal("-0.0003"))
        assert books.fees == Decimal("0.001")


async def test_marks_of_many_bots_are_read_at_their_edges_and_at_times(store, bot):
    other = await made.bot(store, bot.tenant_id, "second")
    idle = await made.bot(store, bot.tenant_id, "idle")
    for minute, equity in ((0, 100_050), (1, 100_100), (2, 100_200), (5, 99_000)):
        await mark(store, bot, minute, equity)
    await mark(store, other, 3, 7)
    ids = [bot.id, other.id, idle.id]

    def at(minute):
        return NOW_MS + minute * MINUTE_MS

    async with store.reading(bot.tenant_id) as tx:
        newest = await mark_reads.newest(tx, ids)
        assert {key: one.time_ms for key, one in newest.items()} == {bot.id: at(5), other.id: at(3)}
        assert (newest[bot.id].equity, newest[bot.id].realized) == (Decimal(990), Decimal(10**23))
        assert (newest[bot.id].round_trips, newest[bot.id].won) == (3, 2)
        until = await mark_reads.until_times(tx, {bot.id: at(3) - 1, other.id: at(3) - 1, idle.id: at(9)})
        assert {key: one.time_ms for key, one in until.items()} == {bot.id: at(2)}
        assert await mark_reads.newest(tx, []) == {}
        assert await mark_reads.newest(tx, present(tx, ids)) == newest
    async with store.reading(await made.tenant(store, "stranger")) as tx:
        assert await mark_reads.newest(tx, ids) == {}
        assert await mark_reads.newest(tx, present(tx, ids)) == {}
        assert await mark_reads.at_even_times(tx, [bot.id], 3) == {bot.id: []}


async def test_marks_at_even_times_are_each_there_once_with_both_ends(store, bot):
    other = await made.bot(store, bot.tenant_id, "second")
    idle = await made.bot(store, bot.tenant_id, "idle")
    for minute in (0, 1, 2, 5, 6, 9):
        await mark(store, bot, minute, 100_000 + minute)
    await mark(store, other, 3, 7)

    async def minutes(points, *ids):
        async with store.reading(bot.tenant_id) as tx:
            found = await mark_reads.at_even_times(tx, ids, points)
        return [[(one.time_ms - NOW_MS) // MINUTE_MS for one in found[key]] for key in ids]

    # At 0, 3, 6 and 9 minutes; then at each minute; then at every two and a quarter.
    assert await minutes(4, bot.id, other.id, idle.id) == [[0, 2, 6, 9], [3], []]
    assert await minutes(10, bot.id) == [[0, 1, 2, 5, 6, 9]]
    assert await minutes(5, bot.id) == [[0, 2, 6, 9]]


async def test_bots_that_were_put_away_are_not_among_those_that_are_present(store, bot):
    await mark(store, bot, 1, 100_000)
    async with store.reading(bot.tenant_id) as tx:
        assert list(await mark_reads.newest(tx, present(tx, [bot.id]))) == [bot.id]
    async with store.transaction(bot.tenant_id) as tx:
        assert await bot_editions.archive(tx, bot, NOW_MS) is not None
    async with store.reading(bot.tenant_id) as tx:
        assert await mark_reads.newest(tx, present(tx, [])) == {}
