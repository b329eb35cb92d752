"""The tables that follow from a journal: a change of any row is found by a replay, and most by the next start."""

import pytest
from tests.engine.crews import CONFIG, crew, market
from tests.engine.test_recovery import stopped, tampered
from tests.fakes.installation import Installation

OF_TREND = "(SELECT id FROM bots WHERE name = 'trend')"
ONE_FILL = f"(bot_id, seq) IN (SELECT bot_id, seq FROM fills WHERE bot_id = {OF_TREND} ORDER BY seq LIMIT 1)"
LAST_FILL = f"(bot_id, seq) IN (SELECT bot_id, seq FROM fills WHERE bot_id = {OF_TREND} ORDER BY seq DESC LIMIT 1)"
AN_ORDER = f"client_order_id = (SELECT client_order_id FROM orders WHERE bot_id = {OF_TREND} ORDER BY seq LIMIT 1)"

# What somebody does to the tables, what a replay says of it, and what a start says (None: it does not look there).
CHANGES = {
    "the price of a fill": (
        f"UPDATE fills SET price_ticks = price_ticks + 100 WHERE {ONE_FILL}",
        "price is ",
        None,
    ),
    "the price of the last fill": (
        f"UPDATE fills SET price_ticks = price_ticks + 100 WHERE {LAST_FILL}",
        "price is ",
        "bot 'trend' was stopped: of fills, trade ",
    ),
    "the fee of a fill in another scale": (
        f"UPDATE fills SET fee_scale = fee_scale + 1 WHERE {ONE_FILL}",
        "fee is ",
        None,
    ),
    "the quantity of an order": (f"UPDATE orders SET qty_lots = qty_lots * 2 WHERE {AN_ORDER}", "qty is ", None),
    "the state of an order event": (
        f"UPDATE order_events SET state = 'new' WHERE {AN_ORDER}",
        "state is new in the table, ",
        " works by its tables and not by its journal",
    ),
    "a position": (
        f"UPDATE positions SET qty_units = qty_units + 7 WHERE bot_id = {OF_TREND}",
        "positions, BTC/USDT: qty is ",
        "the position of BTC/USDT has qty ",
    ),
    "a position that is gone": (
        f"DELETE FROM positions WHERE bot_id = {OF_TREND} AND symbol = 'BTC/USDT'",
        "positions, BTC/USDT is in the journal and not in the table",
        "the position of BTC/USDT has ",
    ),
    "every fill": (
        f"DELETE FROM fills WHERE bot_id = {OF_TREND}",
        "is in the journal and not in the table",
        "its table fills has 0 rows, its journal leads to ",
    ),
    "an order": (
        f"DELETE FROM orders WHERE {AN_ORDER}",
        "is in the journal and not in the table",
        "its table orders has ",
    ),
    "an order event": (
        f"DELETE FROM order_events WHERE {AN_ORDER}",
        "is in the journal and not in the table",
        "its table order_events has ",
    ),
    "a fill of nobody's": (
        "INSERT INTO fills SELECT bot_id, 999999, part, tenant_id, account_id, symbol, 'made up', kind,"
        " linked_trade_id, client_order_id, slot, side, qty_lots, price_ticks, tick_units, lot_units, unit_scale,"
        " fee_asset, fee_units,"
        f" fee_scale, cash_units, realized_units, money_scale, liquidity, reason, time_ms, instant_seq FROM fills"
        f" WHERE {ONE_FILL}",
        "fills, trade made up is in the table and not in the journal",
        "Its end was cut off",
    ),
}


@pytest.fixture
async def installation(kernels):
    """A database after some busy candles."""
    made = Installation(kernels)
    await made.process(market(), CONFIG, crew(), candles=20)
    return made


@pytest.mark.parametrize("what", CHANGES)
async def test_a_change_of_a_table_is_found_by_replay_and_by_the_next_start(what, installation):
    change, replayed, told = CHANGES[what]
    assert (await installation.replay("trend")).count == 0
    tampered(installation, change)
    found = await installation.replay("trend")
    assert found.count == len(found.differences) >= 1
    assert any(replayed in one for one in found.differences), found.differences
    assert (await installation.replay("ladder")).count == 0
    if told is None:
        assert (await installation.start(market(), CONFIG, crew())).refused == []
    else:
        assert told in await stopped(installation)


async def test_a_difference_names_table_key_field_and_both_values(installation):
    last = (await installation.fills("trend"))[-1]
    tampered(installation, f"UPDATE fills SET price_ticks = price_ticks + 100 WHERE {LAST_FILL}")
    changed = (await installation.fills("trend"))[-1]
    expected = (
        f"fills, trade {last.venue_trade_id}: price is {changed.price:f} in the table, {last.price:f} by the journal"
    )
    assert (await installation.replay("trend")).differences == (expected,)


async def test_rows_that_are_not_written_yet_are_no_difference_of_the_tables(kernels):
    trend, ladder = crew()
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, [trend, ladder], candles=12)
    await installation.process(market(), CONFIG, [ladder], candles=8)
    assert (await installation.replay("trend")).count == 0
