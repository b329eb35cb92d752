"""Does jobs, one after the other, each in a process of its own.

Jobs are rows: what waits is there after a restart, and what a process was at when it ended waits again. What a job
wrote to a folder of its own until then it finds there; the folder goes when the job has ended. A job's process may use
all its memory or die of a strategy's native code; then the job has failed, with words, and the next one goes on. A job
that is cancelled has its process ended.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from botswain.api.schemas.live import JobProgress
from botswain.bus.waiting import happened
from botswain.control import backtests
from botswain.model.errors import BotswainError
from botswain.store import jobs
from botswain.store.database import Database
from botswain.store.jobs import Job
from botswain.store.scope import Tx

CHILD = "botswain.api.job_child"
# A line of what came out: fills and trips whole.
MOST_BYTES = 1 << 29
# How often a job's progress is written down, and how long a database that does not answer is left alone.
GAP_S = 0.5
AGAIN_S = 2.0
Told = Callable[[str, JobProgress], Awaitable[None]]


async def tell_nobody(_tenant_id: str, _progress: JobProgress) -> None:
    """Where no one listens."""


@dataclass
class JobRunner:
    """One at a time.

    work     what does a job, as MODULE:FUNCTION: see `job_child`
    context  what the function needs beside the request: where candles and compiled code are kept, the database
    tell     who is told how a tenant's job stands
    kept     where each job has a folder for what it goes on from; None: jobs begin from the beginning
    """

    store: Database
    now_ms: Callable[[], int]
    work: str
    context: dict[str, Any]
    tell: Told = tell_nobody
    kept: Path | None = None
    news: asyncio.Event = field(default_factory=asyncio.Event)
    leaving: bool = False
    under_way: str = ""
    child: asyncio.subprocess.Process | None = None

    async def run(self) -> None:
        """Until `stop`."""
        begun = False
        while not self.leaving:
            self.news.clear()
            try:
                if not begun:
                    async with self.store.transaction(None) as tx:
                        await jobs.wait_again(tx)
                        await self.clear(tx)
                    begun = True
                while not self.leaving and await self.next():
                    pass
            except BotswainError:
                await happened(self.news, AGAIN_S)
                continue
            if not self.leaving:
                await self.news.wait()

    def stop(self) -> None:
        """End the process under way, whose job waits for the next start, and have `run` return."""
        self.leaving = True
        self.news.set()
        self.cancel(self.under_way)

    def wake(self) -> None:
        """There is a new job."""
        self.news.set()

    def cancel(self, job_id: str) -> None:
        """End a job's process, if it has one: its row says already that it is not wanted."""
        if self.under_way == job_id and self.child is not None:
            with contextlib.suppress(ProcessLookupError):
                self.child.kill()

    async def next(self) -> bool:
        """Do the oldest job that waits; whether there was one."""
        async with self.store.transaction(None) as tx:
            job = await jobs.next_waiting(tx)
            if job is None:
                return False
            begun = await jobs.begin(tx, job.id, self.now_ms())
        if begun:
            await self.said(job, "running", 0.0, "starting")
            await self.do(job)
        return True

    async def do(self, job: Job) -> None:
        """One job, to its end. What its process left behind, however that ended, goes with its folder."""
        with TemporaryDirectory(prefix="botswain-job-", ignore_cleanup_errors=True) as scratch:
            await self.done_in(job, scratch)

    async def done_in(self, job: Job, scratch: str) -> None:
        """The same, in a folder of its own."""
        pipe = asyncio.subprocess.PIPE
        self.under_way = job.id
        self.child = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", CHILD, self.work, stdin=pipe, stdout=pipe, limit=MOST_BYTES
        )
        if self.leaving:
            self.cancel(job.id)
        try:
            word = await self.words(job, self.child, scratch)
            code = await self.child.wait()
        except ValueError as error:  # a line longer than MOST_BYTES, or no JSON
            word, code = {"failed": f"what its process said cannot be read ({error}); try a shorter span"}, 0
        finally:
            self.under_way = ""
            if self.child.returncode is None:
                self.child.kill()
                await self.child.wait()
            self.child = None
        if not self.leaving or word:
            await self.ended(job, word, code)

    async def words(self, job: Job, child: asyncio.subprocess.Process, scratch: str) -> dict[str, Any]:
        """Hand the request over and hear the process out; its last word, empty where it had none."""
        assert child.stdin is not None
        assert child.stdout is not None
        asked = {"request": json.loads(job.request), "context": self.context, "scratch": scratch}
        if self.kept is not None:
            asked["kept"] = str(self.kept / job.id)
        with contextlib.suppress(ConnectionError):
            child.stdin.write(json.dumps(asked).encode() + b"\n")
            await child.stdin.drain()
        last_s = 0.0
        while line := await child.stdout.readline():
            word: dict[str, Any] = json.loads(line)
            if "figures" in word:
                # As it comes: it may be long, and nobody here looks into it.
                return {**word, "whole": (await child.stdout.readline()).decode().rstrip("\n")}
            if "progress" not in word:
                return word
            now_s = asyncio.get_running_loop().time()
            if now_s - last_s >= GAP_S:
                last_s = now_s
                progress, message = min(max(float(word["progress"]), 0.0), 1.0), str(word["message"])
                async with self.store.transaction(None) as tx:
                    wanted = await jobs.go_on(tx, job.id, progress, message)
                if not wanted:
                    child.kill()
                    return {}
                await self.said(job, "running", progress, message)
        return {}

    async def ended(self, job: Job, word: dict[str, Any], code: int) -> None:
        """Write down how it ended."""
        now_ms = self.now_ms()
        async with self.store.transaction(None) as tx:
            if word.get("whole"):
                await jobs.finish(tx, job.id, json.dumps(word["figures"]), word["whole"], now_ms)
            else:
                await jobs.fail(tx, job.id, str(word.get("failed") or died(code)), now_ms)
            found = await jobs.get(tx, job.id)
        self.forget(job.id)
        if found is not None:
            await self.said(job, found.state.value, found.progress, found.message)

    async def clear(self, tx: Tx) -> None:
        """Take away what jobs left that are not to be done any more: one may have ended as this process did."""
        for folder in self.kept.iterdir() if self.kept is not None and self.kept.is_dir() else ():
            job = await jobs.get(tx, folder.name)
            if job is None or job.state not in jobs.OPEN:
                self.forget(folder.name)

    def forget(self, job_id: str) -> None:
        """Take away what a job went on from."""
        if self.kept is not None:
            shutil.rmtree(self.kept / job_id, ignore_errors=True)

    async def said(self, job: Job, state: backtests.State, progress: float, message: str) -> None:
        """Tell how it stands."""
        word = JobProgress(id=job.id, kind=job.kind, state=state, progress=progress, message=message)
        await self.tell(job.tenant_id, word)


def died(code: int) -> str:
    """What is said of a process that ended without a word."""
    if code < 0:
        return f"its process was ended by signal {-code}; it may have used all memory: try a shorter span"
    return f"its process ended with code {code} and said nothing; the log has its last words"
