"""What a live bot is worth by its books is what its memory says, at every close and when a stop has sold all of it."""

import asyncio
from decimal import Decimal

import sqlalchemy as sa
from tests.engine.scenes import windows
from tests.fakes.live import now_ms, parts_of, running, side_of
from tests.fakes.stepping import Stepper, until
from tests.parity.test_over_sockets import BOTS, exchange_of
from tests.sandbox.ports import served

from botswain.control.bot_figures import Figures
from botswain.control.config import MarketConfig
from botswain.engine.live_stop import wind_down
from botswain.engine.marks import Marks
from botswain.engine.recovery import local_tenant
from botswain.model.news import Mode
from botswain.store import accounts, bots, fills, made_tables, positions
from botswain.store.exact import to_decimal
from botswain.store.inline import open_memory

CANDLES = 120
D = Decimal


async def figure_of(parts, name):
    """A bot's figure, by nothing that was remembered."""
    async with parts.store.reading(await local_tenant(parts)) as tx:
        bot = await bots.by_name(tx, name)
        known = {one.id: one for one in await accounts.listed(tx)}
        return (await Figures().of(tx, [bot], [bot.id], known, {bot.id: D(10_000)}, now_ms()))[bot.id]


async def rows_of(parts, name):
    """Its marks, its fills and its positions."""
    async with parts.store.reading(await local_tenant(parts)) as tx:
        bot = await bots.by_name(tx, name)
        asked = tx.select(made_tables.marks).where(made_tables.marks.c.bot_id == bot.id).order_by(sa.text("time_ms"))
        return await tx.rows(asked), await fills.of_bot(tx, bot.id, limit=10_000), await positions.of_bot(tx, bot.id)


async def traded(site, candles, kernels):
    """Trade so many candles, looking at each close, then flatten within the next one."""
    parts, remarks = parts_of(open_memory(epoch=bytes(16), now_ms=now_ms()), kernels), []
    config = MarketConfig(timeframe=candles.timeframe)
    async with (
        side_of(site, remarks=remarks) as made,
        running(parts, *made, config, [BOTS["grid"]]) as fleet,
    ):
        [runner] = fleet.runners.values()
        await until(lambda: fleet.account.fresh and runner.quiet, "the account was read")
        marks, unit, stepper = Marks(parts.writer), runner.plan.unit, Stepper(site, fleet)
        for _ in range(CANDLES - 3):
            await stepper.candle()
            await marks.gather([(runner.steps, runner.bot)])
            found = await figure_of(parts, "one")
            assert found.equity == runner.bot.equity() * unit
            assert found.realized + found.unrealized == found.profit == found.equity - 10_000
        [held], closed = runner.bot.figures.held(), found
        stopping = asyncio.ensure_future(wind_down(fleet, {"one": Mode.FLATTEN}, "ann", "enough", patience_s=60))
        await until(lambda: len(runner.bot.working) == 1, "its one order is the one that sells all it has")
        await fleet.settled()
        # The next candle's open, and no further: nothing closes any more.
        await site.play_soon({"BTCUSDT": {"below": "1000000", "arriving": []}})
        await until(lambda: not runner.bot.working, "it was sold")
        assert await stopping == []
    return parts, held, closed


def test_by_its_books_it_is_worth_what_its_memory_says_and_a_stop_that_sold_is_in_every_figure_and_in_a_mark(kernels):
    found, rules = windows(["BTC-USDT/5m.parquet"], 0, CANDLES, ["BTC/USDT"])
    candles = found["BTC/USDT"]
    with served(exchange_of(candles, rules["BTC/USDT"].tick_size, kernels)) as site:
        parts, held, closed = asyncio.run(traded(site, candles, kernels))

    async def looked_at():
        return await figure_of(parts, "one"), await rows_of(parts, "one")

    figure, (marks, filled, books) = asyncio.run(looked_at())
    assert held > 0
    last, sale = marks[-1], filled[-1]
    assert [(one.qty, one.dust > 0) for one in books] == [(0, True)]
    gained, fees = sum(one.gained for one in books), sum(one.fees for one in books)
    assert (figure.realized, figure.fees, figure.open_positions, figure.valued_ms) == (gained, fees, 0, None)
    assert figure.fees > closed.fees
    assert to_decimal(last.realized_units, last.money_scale) == gained
    assert to_decimal(last.fees_units, last.money_scale) == fees
    assert to_decimal(last.equity_units, last.money_scale) == figure.equity
    assert figure.equity - 10_000 == figure.profit == gained + figure.unrealized
    assert last.time_ms == max(sale.time_ms, marks[-2].time_ms + 1) > marks[-2].time_ms
