"""The runner of jobs: what becomes of a job that works, refuses, dies, is cancelled, or was under way at a crash."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.fakes.fixed_clock import FixedClock
from tests.store import made
from tests.store.made import NOW_MS

from botswain.api.job_runner import JobRunner
from botswain.store import jobs
from botswain.store.jobs import JobState

WORK = "tests.api.job_work:work"
WAIT_S = 60.0


@pytest.fixture(params=["sqlite", "postgres"])
def kind(request):
    """A process of its own reads and writes no database, so the inline one adds nothing."""
    return request.param


@pytest.fixture
def at_hand(monkeypatch, tmp_path):
    """The tests' folder on the child's path, and a pipe that nobody has opened."""
    every = [str(Path(__file__).parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(every))
    os.mkfifo(tmp_path / "pipe")
    return tmp_path


class Told:
    """What the runner said, in order."""

    def __init__(self):
        self.words = asyncio.Queue()

    async def __call__(self, tenant_id, progress):
        await self.words.put((tenant_id, progress))

    async def until(self, *states):
        """The next word of one of these states."""
        while True:
            _, found = await asyncio.wait_for(self.words.get(), WAIT_S)
            if found.state in states:
                return found


def test_its_process_ends_well_while_its_input_is_open(at_hand):
    command = [sys.executable, "-m", "botswain.api.job_child", WORK]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as child:
        asked = {"request": {"do": "work"}, "context": {"folder": str(at_hand)}, "scratch": str(at_hand)}
        child.stdin.write(json.dumps(asked).encode() + b"\n")
        child.stdin.flush()
        assert child.wait(WAIT_S) == 0
        assert b"Fatal" not in child.stderr.read()


@asynccontextmanager
async def running(store, folder, work=WORK):
    """A runner under way."""
    told = Told()
    runner = JobRunner(store.database, FixedClock(NOW_MS), work, {"folder": str(folder)}, told, folder / "jobs")
    task = asyncio.create_task(runner.run())
    try:
        yield runner, told
    finally:
        runner.stop()
        await asyncio.wait_for(task, WAIT_S)


async def asked(store, tenant_id, do):
    async with store.transaction(tenant_id) as tx:
        return await jobs.create(tx, made.new_id(), "backtest", json.dumps({"do": do}), NOW_MS)


async def state_of(store, job):
    async with store.reading(None) as tx:
        return await jobs.get(tx, job.id)


async def test_jobs_are_done_one_after_the_other_also_after_one_that_dies_or_refuses(store, at_hand):
    mine = await made.tenant(store)
    dies, refuses, works = [await asked(store, mine, do) for do in ("die", "refuse", "work")]
    async with running(store, at_hand) as (runner, told):
        assert (await told.until("failed")).id == dies.id
        assert (await told.until("failed")).message == "levels is 900; write 1 to 500"
        assert (await told.until("done")).id == works.id
        later = await asked(store, mine, "work")
        runner.wake()
        assert (await told.until("done")).id == later.id
    assert (await state_of(store, dies)).message == (
        "its process ended with code 7 and said nothing; the log has its last words"
    )
    assert (await state_of(store, refuses)).state is JobState.FAILED
    done = await state_of(store, works)
    assert json.loads(done.figures) == {"profit": "1.50"}
    async with store.reading(mine) as tx:
        whole = json.loads(await jobs.result(tx, works.id))
    assert whole["request"] == '{"do": "work"}'
    assert whole["nice"] == min(os.nice(0) + 10, 19)  # what trades beside it goes first


async def test_progress_is_told_to_its_owner(store, at_hand):
    mine = await made.tenant(store)
    job = await asked(store, mine, "work")
    async with running(store, at_hand) as (_, told):
        words = [await asyncio.wait_for(told.words.get(), WAIT_S) for _ in range(3)]
    assert {tenant_id for tenant_id, _ in words} == {mine}
    assert [(one.id, one.state, one.progress, one.message) for _, one in words] == [
        (job.id, "running", 0.0, "starting"),
        (job.id, "running", 0.25, "doing work"),
        (job.id, "done", 1.0, "done"),
    ]


async def test_a_job_that_is_cancelled_has_its_process_ended_and_leaves_nothing(store, at_hand):
    mine = await made.tenant(store)
    job, after = await asked(store, mine, "wait"), await asked(store, mine, "work")
    async with running(store, at_hand) as (runner, told):
        await told.until("running")
        await told.until("running")
        # It is open once the job reads it, and has written what it writes.
        pipe = await asyncio.to_thread(os.open, at_hand / "pipe", os.O_WRONLY)
        child = runner.child
        async with store.transaction(mine) as tx:
            await jobs.cancel(tx, job.id, NOW_MS)
        runner.cancel(job.id)
        assert (await told.until("canceled")).id == job.id
        assert child.returncode == -9
        assert (await told.until("done")).id == after.id
    os.close(pipe)
    left = Path((at_hand / "scratch").read_text())
    assert (left.name, left.parent.exists()) == ("kept", False)


async def test_a_job_under_way_at_a_stop_is_begun_again_and_its_process_is_gone(store, at_hand):
    mine = await made.tenant(store)
    job = await asked(store, mine, "wait")
    async with running(store, at_hand) as (runner, told):
        await told.until("running")
        await told.until("running")
        child = runner.child
    assert child.returncode == -9
    assert (await state_of(store, job)).state is JobState.RUNNING
    async with running(store, at_hand, "tests.api.job_work:nothing") as (_, told):
        assert (await told.until("failed")).id == job.id


async def test_what_a_job_wrote_is_there_when_it_is_begun_again_and_goes_with_its_end(store, at_hand):
    mine = await made.tenant(store)
    job = await asked(store, mine, "keep")
    (at_hand / "jobs" / made.new_id()).mkdir(parents=True)  # of one that nobody knows any more
    async with running(store, at_hand) as (_, told):
        await told.until("running")
        await told.until("running")
        # It is open once the job reads it, and has written what it writes.
        pipe = await asyncio.to_thread(os.open, at_hand / "pipe", os.O_WRONLY)
    os.close(pipe)
    assert [one.name for one in (at_hand / "jobs").iterdir()] == [job.id]
    async with running(store, at_hand) as (_, told):
        assert (await told.until("done")).id == job.id
    async with store.reading(mine) as tx:
        assert json.loads(await jobs.result(tx, job.id))["did"] == "xx"
    assert not list((at_hand / "jobs").iterdir())


async def test_a_child_ends_when_whoever_wanted_it_is_gone(at_hand):
    pipe = asyncio.subprocess.PIPE
    command = ("-P", "-m", "botswain.api.job_child", WORK)
    child = await asyncio.create_subprocess_exec(
        sys.executable, *command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL
    )
    request = {"request": {"do": "wait"}, "context": {"folder": str(at_hand)}, "scratch": str(at_hand)}
    child.stdin.write(json.dumps(request).encode() + b"\n")
    assert json.loads(await child.stdout.readline()) == {"progress": 0.25, "message": "doing wait"}
    child.stdin.close()
    assert await asyncio.wait_for(child.wait(), WAIT_S) == 3


async def test_ctrl_c_is_for_who_started_it_and_not_for_the_job(store, at_hand):
    """A terminal tells it to every process; a job that was under way would be lost as one that failed."""
    mine = await made.tenant(store)
    job = await asked(store, mine, "wait")
    async with running(store, at_hand) as (runner, told):
        await told.until("running")
        await told.until("running")
        # It is open once the job reads it.
        pipe = await asyncio.to_thread(os.open, at_hand / "pipe", os.O_WRONLY)
        os.kill(runner.child.pid, signal.SIGINT)
        os.close(pipe)
        assert (await told.until("done", "failed")).state == "done"
    assert (await state_of(store, job)).state is JobState.DONE
