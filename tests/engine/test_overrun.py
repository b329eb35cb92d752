"""A full inbox concerns one bot: it is dropped and recovered beside the others, which notice nothing."""

import pytest
from tests.cli.live_bench import Bench, exchange, ladder, trend, true_soon
from tests.sandbox.ports import served

from botswain.engine import live_runner
from botswain.engine.live_crew import MOST_BEHIND
from botswain.engine.replay import replay
from botswain.model.news import Link


@pytest.fixture
def bench(kernels, tmp_path):
    with served(exchange(kernels)) as site:
        yield Bench(site, kernels, tmp_path)


def named(crew, name):
    return next(one for one in crew.fleet.runners.values() if one.name == name)


def overrun(crew, name):
    """Fill a bot's inbox in one go, and tell it of something that is then lost with the rest."""
    runner = named(crew, name)
    for _ in range(live_runner.MOST_WAITING + 1):
        runner.tell([Link(up=True, why="once more")])
    assert runner.overrun
    return runner


async def test_a_full_inbox_is_dropped_and_its_bot_recovered_while_the_others_go_on(bench):
    async with bench.crew(ladder(), trend()) as crew:
        await bench.step(crew, 20)
        fleet, other = crew.fleet, named(crew, "two")
        lost = overrun(crew, "one")
        before = set(bench.account().open)
        await true_soon(lambda: fleet.runners.get(lost.bot_id, lost) is not lost, lambda: bench.said)
        found = fleet.runners[lost.bot_id]
        await fleet.settled()
        await true_soon(lambda: found.bot.up)
        assert crew.fleet is fleet
        assert named(crew, "two") is other
        assert found in crew.runners
        assert lost not in crew.runners
        assert found.bot.working.keys() == lost.bot.working.keys()
        assert set(bench.account().open) == before
        assert bench.heard("bot 'one' fell behind")
        await bench.step(crew, 40)
        assert found.taker.at == other.taker.at
    for name in ("one", "two"):
        assert not (await replay(crew.parts, name)).differences


async def test_one_that_falls_behind_again_and_again_is_halted_and_the_others_go_on(bench):
    async with bench.crew(ladder(), trend()) as crew:
        await bench.step(crew, 3)
        fleet = crew.fleet
        for _ in range(MOST_BEHIND):
            lost = overrun(crew, "one")
            await true_soon(lambda lost=lost: fleet.runners.get(lost.bot_id, lost) is not lost)
            await true_soon(lambda: named(crew, "one").bot.up)
        overrun(crew, "one")
        await true_soon(lambda: len(fleet.runners) == 1)
        await bench.step(crew, 2)
        assert [one.name for one in fleet.runners.values()] == ["two"]
        row = await bench.row("one")
        assert row.halted_by == "engine"
        assert "fell behind its market 4 times in 10 minutes" in row.halted_reason
