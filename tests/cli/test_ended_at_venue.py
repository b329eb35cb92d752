"""Orders that end at the exchange without the bot's doing: said by name, asked for again by the grid or by a person."""

import asyncio

import pytest
from tests.cli.live_bench import Bench, exchange, ladder, true_soon
from tests.sandbox.ports import served

from botswain.engine import end_notes
from botswain.engine.replay import replay
from botswain.model.news import Mode
from botswain.store import halts


@pytest.fixture
def bench(kernels, tmp_path, monkeypatch):
    monkeypatch.setattr(end_notes, "TOGETHER_S", 0.05)
    with served(exchange(kernels)) as site:
        yield Bench(site, kernels, tmp_path)


async def fault(bench, name):
    await asyncio.to_thread(bench.site.control, "POST", "faults", {"name": name})


async def ordered(bench, order, *arguments):
    async with bench.store.transaction(None) as tx:
        return await order(tx, *arguments)


def resting(bench):
    """What rests at the exchange: slots do not stand there, so side, price and quantity."""
    return sorted((one.terms.side, one.terms.price, one.lots) for one in bench.account().open.values())


def mode(crew):
    return next(iter(crew.runners)).bot.mode


async def same_again(crew):
    """A replay of all that happened comes to the same."""
    assert not (await replay(crew.parts, "one")).differences


async def test_what_somebody_took_off_stays_off_is_said_and_comes_back_when_a_person_resumes_the_bot(bench):
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 3)
        before = resting(bench)
        assert len(before) > 2
        await fault(bench, "foreign_cancel")
        await true_soon(lambda: bench.heard("Nothing of this bot works any more"))
        side, _, _ = before[0]
        assert bench.heard("orders of one: somebody else cancelled")
        assert bench.heard("they stay off unless the bot asks for them anew at its next close")
        assert bench.heard(f", number {next(iter(bench.account().orders))}")
        assert bench.heard("botswain resume one")
        assert bench.heard("buy " if side > 0 else "sell ")
        await bench.step(crew, 3)
        assert resting(bench) == []
        await ordered(bench, halts.halt_bot, "one", "to have it again", "ann on desk", 5)
        await true_soon(lambda: mode(crew) is Mode.CANCEL_ENTRIES)
        await ordered(bench, halts.resume_bot, "one")
        await true_soon(lambda: mode(crew) is Mode.RUN)
        assert resting(bench) == [], "the gate has not looked yet"
    async with bench.crew(ladder()) as crew:  # which a restart does not forget
        await bench.step(crew, 1)
        await true_soon(
            lambda: len(bench.account().open) == len(before), lambda: str((before, resting(bench), bench.said))
        )
        await same_again(crew)


async def test_a_bot_that_is_halted_and_resumed_before_its_engine_has_looked_was_resumed(bench):
    """As who types both commands on one line does: what is off is asked for again all the same."""
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 3)
        await fault(bench, "foreign_cancel")
        await true_soon(lambda: bench.heard("Nothing of this bot works any more"))
        async with bench.store.transaction(None) as tx:
            await halts.halt_bot(tx, "one", "to have it again", "ann on desk", 5)
            await halts.resume_bot(tx, "one")
        await true_soon(lambda: bench.heard("one: goes on, it is no longer halted"))
        await bench.step(crew, 1)
        assert len(resting(bench)) > 2
        await same_again(crew)


async def test_a_bot_that_is_resumed_while_no_engine_runs_was_resumed(bench):
    """Halted before or only then: the next start asks again for what is off, once, and says so."""
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 3)
        await fault(bench, "foreign_cancel")
        await true_soon(lambda: bench.heard("Nothing of this bot works any more"))
    await ordered(bench, halts.halt_bot, "one", "to have it again", "ann on desk", 5)
    await ordered(bench, halts.resume_bot, "one")
    async with bench.crew(ladder()) as crew:
        await true_soon(lambda: bench.heard("one: goes on, it is no longer halted"))
        await bench.step(crew, 1)
        await true_soon(lambda: len(resting(bench)) > 2)
        await ordered(bench, halts.halt_bot, "one", "to have it again", "ann on desk", 5)
        await true_soon(lambda: mode(crew) is Mode.CANCEL_ENTRIES)
        await same_again(crew)
    await ordered(bench, halts.resume_bot, "one")
    for more in (1, 0):  # the second start has nothing to obey
        bench.said.clear()
        async with bench.crew(ladder()) as crew:
            await bench.step(crew, 1)
            assert bench.said.count("one: goes on, it is no longer halted") == more
            await same_again(crew)


@pytest.mark.parametrize("every", [1, 10_000])
async def test_a_start_asks_for_nothing_that_a_person_took_off_after_resuming(bench, every):
    bench.every = every
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 3)
        await ordered(bench, halts.halt_bot, "one", "a moment", "ann on desk", 5)
        await true_soon(lambda: mode(crew) is Mode.CANCEL_ENTRIES)
        await ordered(bench, halts.resume_bot, "one")
        await true_soon(lambda: mode(crew) is Mode.RUN)
        await bench.step(crew, 2)
        assert resting(bench)
        await fault(bench, "foreign_cancel")
        await true_soon(lambda: bench.heard("Nothing of this bot works any more"))
    bench.said.clear()
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 2)
        assert resting(bench) == []
        assert not bench.heard("goes on")
        await same_again(crew)


async def test_what_the_exchange_ended_by_itself_is_asked_for_again_at_once(bench):
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 3)
        before, names = resting(bench), set(bench.account().open)
        await fault(bench, "exchange_cancel")
        await true_soon(lambda: resting(bench) == before)
        assert names.isdisjoint(bench.account().open)
        await true_soon(lambda: bench.heard("orders of one: the venue ended"))
        assert bench.heard("the bot goes on by its own rules")
        assert not bench.heard("Nothing of this bot works any more")
        await same_again(crew)
