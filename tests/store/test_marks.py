"""What bots were worth: written with whatever else waits, and never twice for a time."""

import msgspec
import pytest
import sqlalchemy as sa
from tests.store import made
from tests.store.made import NOW_MS

from botswain.store import made_tables
from botswain.store.failures import Refused
from botswain.store.marks import MarkRow, MarkRows


def mark(bot, time_ms=NOW_MS, **more):
    given = {"equity_units": 10**25, "cash_units": -5, "realized_units": 7, "fees_units": 3, "money_scale": 12}
    given |= {"round_trips": 2, "won": 1, **more}
    return MarkRow(tenant_id=bot.tenant_id, bot_id=bot.id, time_ms=time_ms, **given)


async def kept(store, bot):
    async with store.reading(bot.tenant_id) as tx:
        rows = await tx.rows(
            tx.select(made_tables.marks).where(made_tables.marks.c.bot_id == bot.id).order_by(sa.text("time_ms"))
        )
    return [(row.time_ms, row.equity_units, row.cash_units, row.realized_units, row.fees_units) for row in rows]


async def test_marks_are_kept_with_all_their_digits_and_the_first_of_a_time_stays(store):
    bot = await made.bot_of_owner(store)
    await store.append(MarkRows((mark(bot), mark(bot, NOW_MS + 60_000))))
    await store.append(MarkRows((mark(bot, equity_units=1), mark(bot, NOW_MS + 120_000))))
    row = (10**25, -5, 7, 3)
    assert await kept(store, bot) == [(NOW_MS + k * 60_000, *row) for k in range(3)]


async def test_marks_of_no_bot_are_refused_alone_and_steps_beside_them_are_written(store):
    if store.writer is None:
        pytest.skip("the inline database writes one thing a commit")
    bot = await made.bot_of_owner(store)
    stray = msgspec.structs.replace(mark(bot), bot_id=made.new_id())
    told = []
    store.writer.submit(MarkRows((stray,)), told.append)
    store.writer.submit(made.step(bot), told.append)
    store.writer.submit(MarkRows((mark(bot),)), told.append)
    await store.append(made.step(bot, 2))
    assert [isinstance(one, Refused) for one in told] == [True, False, False]
    assert len(await kept(store, bot)) == 1
