"""Bots that begin one after the other while the market goes on: what one needs of the past is no news to the others."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

from tests.cli.live_bench import Bench, exchange, ladder, ready, trend, true_soon
from tests.fakes.live import parts_of
from tests.sandbox.ports import served

from botswain.engine.replay import replay


async def test_candles_that_close_while_the_next_bot_begins_reach_the_first_one_too(kernels, tmp_path):
    with served(exchange(kernels)) as site:
        bench = Bench(site, kernels, tmp_path)
        wanted = [ladder("one"), trend("two", params={"fast": 3, "slow": 20})]
        crew = bench.made(*wanted)
        begun = []

        async def slowly(plan, _folder):
            """Compiling the second bot takes as long as three candles."""
            begun.append(plan)
            if len(begun) == 2:
                await site.step_soon(3)

        crew.parts = replace(crew.parts, prepare=slowly)
        async with running(bench, crew):
            await bench.step(crew, 3)
            [first] = [one for one in crew.fleet.runners.values() if one.name == "one"]
            [second] = [one for one in crew.fleet.runners.values() if one.name == "two"]
            assert first.bot.decider.open_ms == second.bot.decider.open_ms
        assert len(begun) == 2
        for name in ("one", "two"):
            found = await replay(parts_of(bench.store, bench.kernels), name)
            assert (found.count, found.differences) == (0, ())
        async with bench.crew(*wanted) as again:
            await bench.step(again, 1)
            assert not again.fleet.refused


@asynccontextmanager
async def running(bench, crew):
    """A crew that was made before, trading until the block ends."""
    under_way = asyncio.ensure_future(crew.run())
    try:
        await true_soon(lambda: under_way.done() or ready(crew), lambda: str(bench.said))
        yield
    finally:
        crew.stop.set()
        await under_way
