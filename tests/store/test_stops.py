"""A stop that is wanted stands in the bot's row until it is carried out."""

import pytest
from tests.store import made

from botswain.store import bots, halts, stops
from botswain.store.bots import DesiredState

RUN, STOP = DesiredState.RUNNING, DesiredState.STOPPED


@pytest.fixture
async def bot(store):
    """A bot nobody holds."""
    return await made.bot(store, await made.tenant(store), "grid", lease=False)


async def wished(store, state, mode=None):
    async with store.transaction(None) as tx:
        return await halts.wish(tx, "grid", state, mode)


async def test_one_of_a_bot_that_has_nothing_and_that_nobody_runs_is_done_already(store, bot):
    assert (await wished(store, STOP, "flatten")).stop_due == 0
    async with store.transaction(None) as tx:
        await bots.take_lease(tx, bot.id, "somebody", now_ms=1, until_ms=2)
    assert (await wished(store, STOP, "flatten")).stop_due == 1


@pytest.mark.parametrize(("mode", "done", "left"), [("flatten", "flatten", 0), (None, None, 0), ("flatten", None, 1)])
async def test_it_is_over_when_it_was_carried_out_in_the_way_that_is_wanted_now(store, bot, mode, done, left):
    async with store.transaction(None) as tx:
        await bots.set_desired_state(tx, bot.id, STOP, version=1, stop_mode=mode, stop_due=True)
        await stops.carried_out(tx, bot.id, done)
        assert (await bots.get(tx, bot.id)).stop_due == left


async def test_a_start_forgets_it_whoever_starts_the_bot(store, bot):
    async with store.transaction(None) as tx:
        await bots.set_desired_state(tx, bot.id, STOP, version=1, stop_due=True)
        await stops.overtaken(tx, bot.id)
        assert (await bots.get(tx, bot.id)).stop_due == 0
        await bots.set_desired_state(tx, bot.id, STOP, version=2, stop_due=True)
    assert (await wished(store, RUN)).stop_due == 0
