"""The inline database as one life sees it: commits take a moment, in order, and fail when the weather says so.

A commit that was handed over happens even if whoever asked for it stopped waiting, as with the writer's own thread;
one of a dead life does not. `unsure` is the worst kind: it is written, and the caller hears an error.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from contextvars import Context
from functools import partial

from botswain.model.errors import BotswainError, Unavailable
from botswain.simulation.death import Pulse
from botswain.simulation.weather import Weather
from botswain.store.batch import Outcome
from botswain.store.failures import explain, locked
from botswain.store.inline import InlineDatabase
from botswain.store.marks import MarkRows
from botswain.store.scope import Tx
from botswain.store.steps import Committed, Rows

APART_S = 1e-6


class FaultyStore:
    """A store and its writer. committed: called after every commit, with the database up to date."""

    def __init__(
        self, inner: InlineDatabase, weather: Weather, pulse: Pulse, committed: Callable[[], None], context: Context
    ) -> None:
        self.inner = inner
        self._weather = weather
        self._pulse = pulse
        self._committed = committed
        self._context = context
        self._turn_s = 0.0

    async def append(self, item: Rows) -> Committed:
        """Write one step's rows, or market events; raises what the writer's `append` raises."""
        done: asyncio.Future[Committed] = asyncio.get_running_loop().create_future()
        self.submit(item, partial(tell, done))
        found = await done
        self._pulse.check()
        return found

    def submit(self, item: Rows, then: Callable[[Outcome], None]) -> None:
        """The same without waiting; in a life that is over by then nothing is written and nobody is told."""
        self._pulse.check()
        loop = asyncio.get_running_loop()
        if isinstance(item, MarkRows):
            # Nothing rests on them, so the weather of everything else is not to depend on them.
            loop.call_soon(then, self.inner.append_now(item))
            return
        self._turn_s = max(self._turn_s + APART_S, loop.time() + self._weather.commit_s())
        loop.call_at(self._turn_s, self._write, item, then, context=self._context)

    @asynccontextmanager
    async def transaction(self, tenant_id: str | None) -> AsyncIterator[Tx]:
        """A transaction, committed when the block ends without an error."""
        self._pulse.check()
        ill = self._weather.store()
        if ill and ill != "unsure":
            raise failure(ill, self.inner.name)
        async with self.inner.transaction(tenant_id) as tx:
            yield tx
            self._pulse.check()
        self._committed()
        if ill:
            raise failure(ill, self.inner.name)

    @asynccontextmanager
    async def reading(self, tenant_id: str | None) -> AsyncIterator[Tx]:
        """The same, for reading only."""
        self._pulse.check()
        async with self.inner.reading(tenant_id) as tx:
            yield tx

    def _write(self, item: Rows, then: Callable[[Outcome], None]) -> None:
        if not self._pulse.beats:
            return
        try:
            found: Outcome = self._written(item)
        except BotswainError as error:
            found = error
        asyncio.get_running_loop().call_soon(then, found)

    def _written(self, item: Rows) -> Committed:
        ill = self._weather.store()
        if ill and ill != "unsure":
            raise failure(ill, self.inner.name)
        found = self.inner.append_now(item)
        self._committed()
        if ill:
            raise failure(ill, self.inner.name)
        return found


def tell(done: asyncio.Future[Committed], found: Outcome) -> None:
    """Let whoever waits go on."""
    if done.done():
        return
    if isinstance(found, Committed):
        done.set_result(found)
    else:
        done.set_exception(found)


def failure(ill: str, name: str) -> BotswainError:
    """The error the store really raises for it."""
    if ill == "locked":
        return locked(name)
    if ill == "unsure":
        return Unavailable(f"database {name}: disk I/O error at the commit; nobody knows whether it was written")
    error = sqlite3.OperationalError("database or disk is full" if ill == "full" else "disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL if ill == "full" else sqlite3.SQLITE_IOERR
    return explain(error, name)
