"""What live bots are worth is written as candles close, beside their work."""

import sqlalchemy as sa
from tests.cli.live_bench import Bench, exchange, ladder, trend, true_soon
from tests.cli.test_engine_command import MAIN, engine, have, trading
from tests.sandbox.ports import served

from botswain.store import made_tables
from botswain.store.exact import to_decimal


async def kept(bench):
    async with bench.store.reading(None) as tx:
        return await tx.rows(tx.select(made_tables.marks).order_by(sa.text("time_ms")))


async def test_both_bots_of_a_fleet_have_a_mark_of_the_newest_close(kernels, tmp_path):
    with served(exchange(kernels)) as site:
        bench = Bench(site, kernels, tmp_path)
        await have(bench, ladder("one"), trend("two"))
        async with engine(bench) as made:
            await true_soon(lambda: trading(made, "one", "two"), lambda: str(bench.said))
            crew = made.crews[MAIN]
            await bench.step(crew, 5)
            rows = []

            async def both():
                nonlocal rows
                newest_ms = max(one.bot.decider.open_ms for one in crew.fleet.runners.values()) + 60_000
                rows = [one for one in await kept(bench) if one.time_ms == newest_ms]
                return len(rows) == 2

            for _ in range(100):
                if await both():
                    break
                await crew.parts.sleep(0.1)
            worth = {one.bot_id: one.bot.equity() * one.plan.unit for one in crew.fleet.runners.values()}
            assert {row.bot_id: to_decimal(row.equity_units, row.money_scale) for row in rows} == worth
