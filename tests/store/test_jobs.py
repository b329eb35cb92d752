"""Jobs: from waiting to their end, and no further."""

import pytest
from tests.store import made
from tests.store.made import NOW_MS

from botswain.store import jobs
from botswain.store.jobs import JobState


@pytest.fixture
async def mine(store):
    """The usual tenant."""
    return await made.tenant(store)


async def asked(store, tenant_id, text="{}"):
    async with store.transaction(tenant_id) as tx:
        return await jobs.create(tx, made.new_id(), "backtest", text, NOW_MS)


async def test_a_job_is_asked_for_taken_up_and_done(store, mine):
    job = await asked(store, mine, '{"n":1}')
    assert (job.state, job.request, job.progress, job.figures) == (JobState.WAITING, '{"n":1}', 0.0, None)
    async with store.transaction(None) as tx:
        assert (await jobs.next_waiting(tx)).id == job.id
        assert await jobs.begin(tx, job.id, NOW_MS + 1)
        assert not await jobs.begin(tx, job.id, NOW_MS + 2)
        assert await jobs.next_waiting(tx) is None
        assert await jobs.go_on(tx, job.id, 0.5, "running " + "x" * 600)
        half = await jobs.get(tx, job.id)
        assert (half.progress, len(half.message), half.started_ms) == (0.5, 512, NOW_MS + 1)
        assert await jobs.result(tx, job.id) is None
        assert await jobs.finish(tx, job.id, '{"profit":"1"}', '{"whole":true}', NOW_MS + 3)
    async with store.reading(mine) as tx:
        [done] = await jobs.page(tx, "backtest", limit=10)
        assert (done.state, done.progress, done.figures, done.ended_ms) == (
            JobState.DONE,
            1.0,
            '{"profit":"1"}',
            NOW_MS + 3,
        )
        assert await jobs.result(tx, job.id) == '{"whole":true}'
        assert await jobs.total(tx, "backtest") == 1
        assert await jobs.page(tx, "another kind", limit=10) == []


async def test_the_oldest_waits_first_and_lists_begin_with_the_newest(store, mine):
    first, second = await asked(store, mine), await asked(store, mine)
    async with store.transaction(None) as tx:
        assert (await jobs.next_waiting(tx)).id == first.id
    async with store.reading(mine) as tx:
        assert [one.id for one in await jobs.page(tx, "backtest", limit=10)] == [second.id, first.id]
        assert [one.id for one in await jobs.page(tx, "backtest", limit=1, offset=1)] == [first.id]


async def test_a_cancelled_job_stays_so_whatever_its_process_says(store, mine):
    job = await asked(store, mine)
    async with store.transaction(mine) as tx:
        assert await jobs.begin(tx, job.id, NOW_MS)
        assert await jobs.cancel(tx, job.id, NOW_MS)
        assert not await jobs.go_on(tx, job.id, 0.9, "running")
        assert not await jobs.finish(tx, job.id, "{}", "{}", NOW_MS)
        assert not await jobs.fail(tx, job.id, "died", NOW_MS)
        assert not await jobs.cancel(tx, job.id, NOW_MS)
        assert (await jobs.get(tx, job.id)).state is JobState.CANCELED


async def test_what_a_process_was_at_waits_again(store, mine):
    running, waiting = await asked(store, mine), await asked(store, mine)
    async with store.transaction(None) as tx:
        await jobs.begin(tx, running.id, NOW_MS)
        assert await jobs.wait_again(tx) == 1
        found = await jobs.get(tx, running.id)
        assert (found.state, found.started_ms, found.message) == (JobState.WAITING, None, "waits again after a restart")
        assert (await jobs.next_waiting(tx)).id == running.id
        assert (await jobs.get(tx, waiting.id)).message == ""


async def test_another_tenant_neither_sees_nor_cancels_it(store, mine):
    job = await asked(store, mine)
    other = await made.tenant(store, "other")
    async with store.transaction(other) as tx:
        assert await jobs.get(tx, job.id) is None
        assert await jobs.result(tx, job.id) is None
        assert await jobs.page(tx, "backtest", limit=10) == []
        assert not await jobs.cancel(tx, job.id, NOW_MS)
        assert await jobs.next_waiting(tx) is None
