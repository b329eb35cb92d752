"""The group-commit writer: one per process, and the only writer of journals in it.

Every step that is ready when a commit begins goes into that commit; those that come while the disk works go into the
next. An append returns when its rows are durable, so whoever sends an order after it has written it down before.

Why SQLite's inserts run in the event loop and only COMMIT in a thread: sqlite3 gives up the interpreter lock around
every row, and a thread that wants it back from a busy loop waits up to the switch interval (5 ms) each time. With the
loop busy in slices of 20 ms, 100 rows took 222 ms in a thread; in the loop they take 0.5 ms, which the same
interpreter would spend anyway. COMMIT waits for the disk, needs the lock once, and so belongs in the thread. A lock
held by another program is polled for, never waited for inside the loop.

What a failure means: a step that breaks a rule (`Refused`, `LeaseLost`) fails alone, its neighbours are committed. When
the database itself fails, every step of the batch and every one queued behind it gets the error, because a later step
may rest on an earlier one. An append whose task was cancelled may or may not have been written.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import NamedTuple, Protocol

from botswain.model.errors import BotswainError, Deferred, Unavailable
from botswain.store import sqlite
from botswain.store.batch import Outcome, Planner, Prepared
from botswain.store.database import Database
from botswain.store.failures import Refused, locked
from botswain.store.postgres_commits import PostgresCommits
from botswain.store.sqlite_commits import SqliteCommits
from botswain.store.steps import Committed, Rows
from botswain.store.write_turns import WriteTurns

QUEUE_LIMIT = 10_000
BATCH_ROWS = 1_000
POLL_MS = 2
QUIET_S = 0.25
# Rows after which SQLite's log is moved home in a quiet moment: left to itself it does that inside of some commit,
# which then takes a second.
TIDY_ROWS = 500


class Commits(Protocol):
    """What the writer needs of a database."""

    planner: Planner

    @property
    def untidy(self) -> bool:
        """Whether there is something to put in order when nothing waits to be written."""
        ...

    async def commit(self, batch: Sequence[Prepared]) -> list[Outcome]:
        """Write the batch in one transaction. Raises a BotswainError for the whole of it."""
        ...

    async def tidy(self) -> None:
        """Put it in order."""
        ...

    async def close(self) -> None:
        """Let go of the database."""
        ...


class Waiting(NamedTuple):
    """A step in the queue and who waits for it."""

    prepared: Prepared
    then: Callable[[Outcome], None]


class GroupCommitWriter:
    """Use as `async with GroupCommitWriter(commits_of(database)) as writer: await writer.append(step)`.

    queue_limit   steps that may wait; one more is Deferred
    batch_rows    journal rows at which a commit is full (a single larger step is still one commit)
    """

    def __init__(self, commits: Commits, *, queue_limit: int = QUEUE_LIMIT, batch_rows: int = BATCH_ROWS) -> None:
        self.commits = 0
        self.rows = 0
        self._database = commits
        self._queue_limit = queue_limit
        self._batch_rows = batch_rows
        self._queue: deque[Waiting] = deque()
        self._batch: list[Waiting] = []
        self._wake = asyncio.Event()
        self._closing = False
        self._task: asyncio.Task[None] | None = None

    async def append(self, item: Rows) -> Committed:
        """Write one step's rows, market events or marks; returns when they are durable.

        Raises Refused and its AlreadyRecorded, LeaseLost (this step only), Deferred (queue full), Unavailable (the
        database failed or the writer is closed), BadInput and Overflow (a value that cannot be stored).
        """
        done: asyncio.Future[Committed] = asyncio.get_running_loop().create_future()
        self.submit(item, partial(_told, done))
        return await done

    def submit(self, item: Rows, then: Callable[[Outcome], None]) -> None:
        """The same without waiting: it is queued when this returns, and `then` is called when it is durable.

        then  takes what `append` returns or raises, in the call that learns of it; it must not raise
        What is wrong with the item itself, and a queue that is full, is raised here.
        """
        prepared = self._database.planner.prepare(item)
        if self._closing or self._task is None or self._task.done():
            raise Unavailable("the journal writer is not running; nothing was written. Start it, or start again")
        if len(self._queue) >= self._queue_limit:
            raise Deferred(
                f"the journal's queue is full ({self._queue_limit} steps wait for the disk); nothing was written. "
                "Try again when the database has caught up"
            )
        self._queue.append(Waiting(prepared, then))
        self._wake.set()

    async def __aenter__(self) -> GroupCommitWriter:
        self._task = asyncio.create_task(self._run(), name="journal writer")
        self._task.add_done_callback(self._stopped)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Commit what is queued, then stop. Appends from now on are Unavailable."""
        self._closing = True
        self._wake.set()
        if self._task is not None:
            await asyncio.wait([self._task])
        await self._database.close()

    async def _run(self) -> None:
        while True:
            await self._woken()
            while self._queue:
                self._batch = self._taken()
                await self._commit(self._batch)
                self._batch = []
            if self._closing:
                return

    async def _woken(self) -> None:
        """Wait until there is something to do; in a quiet moment, have the database put itself in order."""
        with suppress(TimeoutError):
            async with asyncio.timeout(QUIET_S if self._database.untidy else None):
                await self._wake.wait()
        if not self._wake.is_set():
            await self._database.tidy()
            await self._wake.wait()
        self._wake.clear()

    def _taken(self) -> list[Waiting]:
        batch = [self._queue.popleft()]
        weight = batch[0].prepared.weight
        while self._queue and weight + self._queue[0].prepared.weight <= self._batch_rows:
            batch.append(self._queue.popleft())
            weight += batch[-1].prepared.weight
        return batch

    async def _commit(self, batch: list[Waiting]) -> None:
        try:
            outcomes = await self._database.commit([waiting.prepared for waiting in batch])
        except Refused as error:
            # One step broke a rule of the database, and the whole transaction went with it. Halving finds it.
            if len(batch) == 1:
                _settle(batch[0], error)
                return
            half = len(batch) // 2
            await self._commit(batch[:half])
            await self._commit(batch[half:])
        except BotswainError as error:
            self._fail(batch, error)
        else:
            self.commits += 1
            self.rows += sum(waiting.prepared.weight for waiting in batch)
            for waiting, outcome in zip(batch, outcomes, strict=True):
                _settle(waiting, outcome)

    def _fail(self, batch: list[Waiting], error: BotswainError) -> None:
        queued = list(self._queue)
        self._queue.clear()
        for waiting in (*batch, *queued):
            _settle(waiting, error)

    def _stopped(self, task: asyncio.Task[None]) -> None:
        """The task ended: by `close`, or by a fault of ours that must not leave anybody waiting for ever."""
        fault = None if task.cancelled() else task.exception()
        error = Unavailable(f"the journal writer stopped ({fault!r}); nothing is known of this step. Start again")
        error.__cause__ = fault
        self._fail(self._batch, error)


class SqliteGroup:
    """Commits of a SQLite file for the async writer: inserts here, COMMIT in one thread of its own."""

    def __init__(self, path: str, turns: WriteTurns, database: Database) -> None:
        self._turns = turns
        self._wait_ms = database.wait_ms
        self._name = database.name
        self._sync = SqliteCommits(partial(sqlite.connect, path, wait_ms=0), database.engine.dialect, database.name)
        self.planner = self._sync.planner
        self._thread = ThreadPoolExecutor(1, "journal-commit")
        self._rows = 0

    @property
    def untidy(self) -> bool:
        """Whether the log has grown since it was moved home last."""
        return self._rows >= TIDY_ROWS

    async def tidy(self) -> None:
        """Move the log home, as far as readers let it."""
        self._rows = 0
        await asyncio.get_running_loop().run_in_executor(self._thread, self._sync.checkpoint)

    async def commit(self, batch: Sequence[Prepared]) -> list[Outcome]:
        """Write the batch in one transaction, durable when it returns. Raises a BotswainError for the whole of it."""
        async with self._turns.turn():
            for _ in range(self._wait_ms // POLL_MS + 1):
                if self._sync.begin():
                    break
                await asyncio.sleep(POLL_MS / 1000)
            else:
                raise locked(self._name)
            plan = self._sync.write(batch)
            self._rows += sum(one.weight for one in batch)
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._sync.commit, batch, plan)

    async def close(self) -> None:
        """Close the connection and the thread."""
        self._sync.close()
        self._thread.shutdown()


def commits_of(database: Database) -> Commits:
    """How a writer writes to this database."""
    if database.path is not None and database.turns is not None:
        return SqliteGroup(database.path, database.turns, database)
    return PostgresCommits(database.engine, database.name)


def _settle(waiting: Waiting, outcome: Outcome) -> None:
    if isinstance(outcome, Committed):
        waiting.then(outcome)
        return
    # Each gets an error of its own: one object raised in many tasks collects all their tracebacks.
    error = type(outcome)(*outcome.args)
    error.__cause__ = outcome.__cause__
    waiting.then(error)


def _told(done: asyncio.Future[Committed], outcome: Outcome) -> None:
    if done.done():
        return  # its task was cancelled meanwhile
    if isinstance(outcome, Committed):
        done.set_result(outcome)
    else:
        done.set_exception(outcome)
