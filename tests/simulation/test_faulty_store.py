"""The store as a life sees it: commits that fail, commits nobody knows of, and a dead life's that do not happen."""

from __future__ import annotations

import asyncio
import random
from contextvars import copy_context
from typing import Any

import pytest

from botswain.model.errors import Unavailable
from botswain.simulation.clock import VirtualLoop, run
from botswain.simulation.death import Killed, Pulse
from botswain.simulation.faulty_store import FaultyStore
from botswain.simulation.plan import Injection
from botswain.simulation.trail import Trail
from botswain.simulation.weather import Weather
from botswain.store import tenants
from botswain.store.inline import open_memory
from botswain.store.steps import MarketRow, MarketRows

SEGMENT = "019b76da-a800-7698-a935-74334ef73438"


class Desk:
    """A store with its weather."""

    def __init__(self) -> None:
        self.inner = open_memory(epoch=bytes(16), now_ms=0)
        self.inner._connection.execute(
            "INSERT INTO market_segments (id, feed, opened_ms) VALUES (?, 'feed', 0)",
            (bytes.fromhex(SEGMENT.replace("-", "")),),
        )
        self.weather = Weather(random.Random(1), Trail(lambda: 0))
        self.pulse = Pulse(1)
        self.commits = 0
        self.store = FaultyStore(self.inner, self.weather, self.pulse, self.count, copy_context())

    def count(self) -> None:
        self.commits += 1

    async def own(self, dies: bool) -> None:
        """A transaction that makes a tenant, in whose middle the life may end."""
        async with self.store.transaction(None) as tx:
            await tenants.ensure(tx, tenants.Tenant(SEGMENT, "owner", 0))
            self.pulse.beats = not dies

    def ill(self, kind: str, times: int = 1, **settings: Any) -> None:
        self.weather.put(Injection(0, 0, kind, settings, times))


def row(number: int) -> MarketRows:
    return MarketRows(SEGMENT, (MarketRow(number, 1, 0, b"x"),))


def stored(desk: Desk) -> list[int]:
    return [one for (one,) in desk.inner._connection.execute("SELECT sequence FROM market_events ORDER BY sequence")]


def at_a_desk(story: Any) -> Any:
    async def main(_loop: VirtualLoop) -> Any:
        desk = Desk()
        try:
            return await story(desk)
        finally:
            await desk.inner.close()

    return run(main)


@pytest.mark.parametrize("kind", ["DB:refused", "DB:locked", "DB:full"])
def test_a_commit_that_fails_writes_nothing(kind: str) -> None:
    async def story(desk: Desk) -> None:
        desk.ill(kind)
        with pytest.raises(Unavailable):
            await desk.store.append(row(1))
        desk.ill(kind)
        with pytest.raises(Unavailable):
            await desk.own(False)
        assert (stored(desk), desk.commits) == ([], 0)
        desk.weather.clear()
        await desk.store.append(row(1))
        assert (stored(desk), desk.commits) == ([1], 1)

    at_a_desk(story)


def test_a_commit_nobody_is_sure_of_is_written() -> None:
    async def story(desk: Desk) -> None:
        desk.ill("DB:unsure", 2)
        with pytest.raises(Unavailable, match="nobody knows"):
            await desk.store.append(row(1))
        with pytest.raises(Unavailable, match="nobody knows"):
            await desk.own(False)
        async with desk.store.reading(None) as tx:
            assert await tenants.by_name(tx, "owner")
        assert (stored(desk), desk.commits) == ([1], 2)

    at_a_desk(story)


def test_commits_keep_their_order_however_long_each_takes() -> None:
    async def story(desk: Desk) -> None:
        desk.ill("DB:slow", late_ms=30_000)
        seen: list[int] = []

        async def one(number: int) -> None:
            await desk.store.append(row(number))
            seen.append(number)

        await asyncio.gather(*(one(k) for k in range(1, 30)))
        assert seen == list(range(1, 30))

    at_a_desk(story)


def test_a_commit_happens_although_nobody_waits_for_it_any_more() -> None:
    async def story(desk: Desk) -> None:
        task = asyncio.ensure_future(desk.store.append(row(1)))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.sleep(1.0)
        assert stored(desk) == [1]

    at_a_desk(story)


def test_a_dead_life_commits_nothing() -> None:
    async def story(desk: Desk) -> None:
        task = asyncio.ensure_future(desk.store.append(row(1)))
        await asyncio.sleep(0)
        with pytest.raises(Killed):
            await desk.own(True)
        await asyncio.sleep(1.0)
        assert stored(desk) == []
        assert desk.inner._connection.execute("SELECT COUNT(*) FROM tenants").fetchone() == (0,)
        with pytest.raises(Killed):
            await desk.store.append(row(2))
        assert not task.done()
        task.cancel()

    at_a_desk(story)
