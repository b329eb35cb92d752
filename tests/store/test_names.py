"""A bot's name is its owner's own whatever its case: the database says so too, and twins of before are kept."""

import logging

import pytest
from sqlalchemy import text
from tests.store import made
from tests.store.made import EPOCH, NOW_MS

from botswain.store import bot_editions, bots
from botswain.store.bots import NewBot
from botswain.store.database import open_database
from botswain.store.failures import NameTaken


async def test_a_name_that_differs_in_case_only_is_taken(store):
    mine, other = await made.tenant(store), await made.tenant(store, "other")
    first = await made.bot(store, mine, "Straße")
    for name in ("Straße", "STRASSE", "straße"):
        with pytest.raises(NameTaken, match=f"there is a bot '{name}' already, or one .* give this one another name"):
            async with store.transaction(mine) as tx:
                await bots.create(tx, NewBot(made.new_id(), first.account_id, name, "grid", "{}", NOW_MS))
    assert (await made.bot(store, other, "STRASSE")).name == "STRASSE"


async def test_another_name_of_a_bot_is_held_to_it_and_a_bot_put_away_holds_none(store):
    mine = await made.tenant(store)
    first, second = [await made.bot(store, mine, name) for name in ("grid", "slow")]
    with pytest.raises(NameTaken, match="'GRID'"):
        async with store.transaction(mine) as tx:
            await bot_editions.change(tx, second, name="GRID")
    async with store.transaction(mine) as tx:
        own = await bot_editions.change(tx, first, name="Grid")
        assert await bot_editions.archive(tx, own, NOW_MS)
        assert (await bot_editions.change(tx, second, name="GRID")).name == "GRID"


async def test_twins_of_the_version_before_are_kept_and_named_and_no_more_are_made(empty, caplog):
    store = await open_database(empty, epoch=EPOCH, now_ms=NOW_MS)
    mine, other = await made.tenant(store), await made.tenant(store, "other")
    for name in ("grid", "slow", "fast", "gone"):
        await made.bot(store, mine, name)
    theirs = await made.bot(store, other, "GRID")
    await made.bring_back(store, 8)
    async with store.transaction(None) as tx:
        for change in ("name = 'Grid' WHERE name = 'slow'", "name = 'gRID', archived_ms = 1 WHERE name = 'gone'"):
            await tx._execute(text(f"UPDATE bots SET {change}"))
    await store.close()
    with caplog.at_level(logging.WARNING, "botswain.store"):
        store = await open_database(empty, epoch=EPOCH, now_ms=NOW_MS)
    assert [one.message for one in caplog.records] == [
        "bots 'grid' and 'Grid' of one owner differ in upper and lower case only and are taken for each other; both "
        "are kept as they are. Give 'Grid' another name in its settings"
    ]
    async with store.reading(None) as tx:
        kept = [one.name for one in await bots.listed(tx)]
        twin = next(one for one in await bots.listed(tx) if one.name == "Grid")
    assert sorted(kept) == sorted(["grid", "Grid", "fast", "gRID", "GRID"])
    assert theirs.name == "GRID"
    for name in ("GRID", "FAST"):
        with pytest.raises(NameTaken):
            await made.bot(store, mine, name)
    async with store.transaction(mine) as tx:
        assert (await bot_editions.change(tx, twin, name="of its own")).name == "of its own"
    await store.close()
