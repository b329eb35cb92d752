"""What a bot is worth over time is written beside its work: exact, thinned, and the same after a restart."""

import pytest
import sqlalchemy as sa
from tests.engine.crews import CONFIG, COUNT, crew, market
from tests.engine.scenes import MINUTE_MS, T0
from tests.fakes.installation import Installation

from botswain.engine import leases
from botswain.engine.marks import APART_MS, Marks
from botswain.ledger.books import traded
from botswain.model.errors import Unavailable
from botswain.store import made_tables
from botswain.store.exact import to_decimal


async def always():
    return True


async def kept(installation, name):
    bot = await installation.bot(name)
    async with installation.store.reading(None) as tx:
        found = tx.select(made_tables.marks).where(made_tables.marks.c.bot_id == bot.id)
        return await tx.rows(found.order_by(sa.text("time_ms")))


async def marked_at_every_instant(installation, marks=None):
    """A fleet along its market, its bots looked at after each instant; returns it and what they were worth."""
    fleet = await installation.start(market(), CONFIG, crew())
    marks = marks or Marks(installation.store)
    worth = []
    for instant in fleet.market.instants(fleet.last_open_ms):
        await fleet.handle(instant)
        await marks.gather(leases.marked(fleet))
        worth.append([one.bot.equity() for one in fleet.runners])
    return fleet, worth


async def test_every_minute_has_one_mark_and_it_is_what_the_bots_memory_says(kernels):
    installation = Installation(kernels)
    fleet, worth = await marked_at_every_instant(installation)
    for place, runner in enumerate(fleet.runners):
        rows = await kept(installation, runner.name)
        own = [k for k, one in enumerate(fleet.market.instants(-1)) if runner.bars(one)]
        assert len(rows) == len(own)
        assert all(row.time_ms % APART_MS == 0 for row in rows)
        unit = runner.plan.unit
        assert [to_decimal(row.equity_units, row.money_scale) for row in rows] == [worth[k][place] * unit for k in own]
        last, books = rows[-1], runner.bot.decider.state.parts["books"]
        assert any(traded(book) for book in books)
        assert last.round_trips == sum(int(book.trips) for book in books) > 0
        assert 0 < last.won <= last.round_trips
        assert to_decimal(last.cash_units, last.money_scale) == int(runner.bot.decider.state.account.cash) * unit
        positions = (await installation.positions(runner.name)).values()
        assert to_decimal(last.realized_units, last.money_scale) == sum(one.gained for one in positions)
        assert to_decimal(last.fees_units, last.money_scale) == sum(one.fees for one in positions)
    assert rows[-1].time_ms == T0 + COUNT * MINUTE_MS


async def test_looking_again_within_a_minute_or_after_a_restart_writes_nothing_more(kernels):
    installation = Installation(kernels)
    fleet, _ = await marked_at_every_instant(installation)
    before = [tuple(row) for row in await kept(installation, "trend")]
    marks = Marks(installation.store)
    await marks.gather(leases.marked(fleet))
    await marks.gather(leases.marked(await installation.start(market(), CONFIG, crew(), owner="again", take_over=True)))
    assert [tuple(row) for row in await kept(installation, "trend")] == before
    assert marks.failed == 0


async def test_a_writer_that_takes_nothing_is_counted_and_stops_nobody(kernels):
    class Full:
        def submit(self, *_):
            raise Unavailable("the disk is full")

    marks = Marks(Full())
    installation = Installation(kernels)
    fleet, _ = await marked_at_every_instant(installation, marks)
    assert marks.failed > 0
    assert (await installation.replay("trend")).count == 0
    assert await kept(installation, fleet.runners[0].name) == []


async def test_a_session_on_paper_leaves_marks_behind(kernels):
    installation = Installation(kernels)
    fleet = await installation.start(market(), CONFIG, crew())
    await leases.run(fleet, always)
    for name in ("trend", "ladder"):
        assert (await kept(installation, name))[-1].equity_units > 0


@pytest.mark.parametrize("kind", ["trend", "ladder"])
async def test_a_bots_marks_do_not_change_what_is_replayed(kernels, kind):
    installation = Installation(kernels)
    await marked_at_every_instant(installation)
    assert (await installation.replay(kind)).count == 0
