"""A process that dies while data is stale: the next one trades again as soon as it hears something."""

import pytest
from tests.cli.live_bench import SYMBOL, Bench, exchange, ladder
from tests.sandbox.ports import served

from botswain.engine.feed_events import Stale
from botswain.engine.replay import replay


@pytest.fixture
def bench(kernels, tmp_path):
    with served(exchange(kernels)) as site:
        yield Bench(site, kernels, tmp_path)


def the_one(crew):
    [runner] = crew.fleet.runners.values()
    return runner


async def test_entries_are_not_blocked_for_ever_where_data_was_stale_at_the_end_of_a_run(bench):
    async with bench.crew(ladder(on_stop="leave")) as crew:
        await bench.step(crew, 2)
        crew.fleet.sink(Stale(SYMBOL, 0, "the venue is ahead of the stream"))
        assert the_one(crew).bot.blocked == {0}
        await crew.fleet.settled()
    async with bench.crew(ladder(on_stop="leave")) as crew:
        assert the_one(crew).bot.blocked == {0}
        await bench.step(crew, 2)
        assert the_one(crew).bot.blocked == set()
    assert (await replay(crew.parts, "one")).differences == ()
