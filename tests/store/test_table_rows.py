"""Rows of the tables held against those they should be: by key, in decimals, a line a field."""

import pytest
from tests.store import made

from botswain.store import table_rows
from botswain.store.table_rows import KEYS, differences, key_of, made_rows


@pytest.fixture
async def step(store):
    """A step with a row in every table, written."""
    bot = await made.bot_of_owner(store)
    order = made.order(1)
    found = made.step(
        bot,
        number=3,
        orders=(order,),
        order_events=(made.event(order, 2),),
        fills=(made.fill("t1", 3, client_order_id=order.client_order_id),),
        positions=(made.position(3),),
    )
    await store.append(found)
    return found


async def kept(store, step, name):
    async with store.reading(step.tenant_id) as tx:
        return [row async for row in table_rows.walk(tx, name, step.bot_id)]


@pytest.mark.parametrize("name", KEYS)
async def test_what_was_written_is_what_is_read(name, store, step):
    [row] = await kept(store, step, name)
    [expected] = made_rows(step)[name]
    assert key_of(name, row) == key_of(name, expected)
    assert differences(name, row, expected) == []
    async with store.reading(step.tenant_id) as tx:
        assert await table_rows.count(tx, name, step.bot_id) == 1
        assert await table_rows.last(tx, name, step.bot_id) == row


async def test_a_bot_without_rows_has_none(store):
    bot = await made.bot_of_owner(store)
    async with store.reading(bot.tenant_id) as tx:
        for name in KEYS:
            assert [row async for row in table_rows.walk(tx, name, bot.id)] == []
            assert await table_rows.count(tx, name, bot.id) == 0
            assert await table_rows.last(tx, name, bot.id) is None


async def test_every_field_that_differs_is_a_line_in_decimals(store, step):
    [row] = await kept(store, step, "fills")
    [expected] = made_rows(step)["fills"]
    changed = row | {"price_ticks": row["price_ticks"] + 4, "fee_units": row["fee_units"] * 2}
    assert sorted(differences("fills", changed, expected)) == [
        "fills, trade t1: fee is 0.00001 in the table, 0.000005 by the journal",
        "fills, trade t1: price is 101.25 in the table, 100.25 by the journal",
    ]
    coarse = row | {"fee_units": row["fee_units"] * 10, "fee_scale": row["fee_scale"] + 1}
    assert differences("fills", coarse, expected) == []


async def test_a_position_of_before_its_paid_fees_were_kept_is_no_other_one(store, step):
    [row] = await kept(store, step, "positions")
    [expected] = made_rows(step)["positions"]
    assert differences("positions", row | {"paid_units": None}, expected) == []
    [line] = differences("positions", row | {"paid_units": 7}, expected)
    assert "paid is " in line


async def test_a_row_that_is_missing_and_one_too_many_are_said_to_be(store, step):
    [row] = await kept(store, step, "positions")
    assert differences("positions", row, None) == ["positions, BTC/USDT is in the table and not in the journal"]
    assert differences("positions", None, row) == ["positions, BTC/USDT is in the journal and not in the table"]


async def test_many_rows_are_read_window_by_window(store, monkeypatch):
    monkeypatch.setattr(table_rows, "WINDOW", 4)
    bot = await made.bot_of_owner(store)
    fills = tuple(made.fill(f"t{seq}", seq) for seq in (1, 4, 4, 5, 11))
    fills = tuple(made.fill(f"t{place}", one.seq) for place, one in enumerate(fills))
    await store.append(made.step(bot, number=11, fills=fills))
    async with store.reading(bot.tenant_id) as tx:
        found = [(row["seq"], row["part"]) async for row in table_rows.walk(tx, "fills", bot.id)]
    assert sorted(found) == [(1, 0), (4, 0), (4, 1), (5, 0), (11, 0)]
