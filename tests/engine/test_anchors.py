"""Anchors: written hourly while a fleet runs and at a clean stop, and never in the way of it."""

import asyncio

import pytest
from tests.engine.crews import CONFIG, crew, market
from tests.engine.test_leases import Waits, never_ready
from tests.fakes.installation import Installation

from botswain.engine import anchors, leases
from botswain.engine.anchors import ANCHOR_MS
from botswain.engine.leases import EVERY_MS
from botswain.model.errors import FailClosed, Unavailable
from botswain.store import market as records
from botswain.store.tables import anchors as ANCHORS


@pytest.fixture
def installation(kernels):
    return Installation(kernels)


async def anchored(installation):
    """Every anchor of a chain: row and time."""
    async with installation.store.reading(None) as tx:
        return [(row.seq, row.anchored_ms) for row in await tx.rows(tx.select(ANCHORS).order_by(ANCHORS.c.anchored_ms))]


def so_many(count):
    left = iter([True] * count)

    async def ready():
        return next(left, False)

    return ready


async def test_a_clean_stop_anchors_every_chain_at_its_end_and_the_market_at_its_own(installation):
    fleet = await installation.start(market(), CONFIG, crew())
    await leases.run(fleet, so_many(10))
    for name in ("trend", "ladder"):
        found = await installation.verified(name)
        assert (found.anchored_seq, found.anchored_ms) == (found.head_seq, installation.clock())
    async with installation.store.reading(None) as tx:
        found = await records.anchored(tx, fleet.segment)
    assert (found.sequence, found.anchored_ms) == (fleet.sequence, installation.clock())
    assert found.hash == fleet.contents.digest()


async def test_what_is_anchored_is_the_hash_that_a_seal_would_have(installation):
    fleet = await installation.start(market(), CONFIG, crew())
    await leases.run(fleet, so_many(4))
    fleet = await installation.start(market(), CONFIG, crew())
    await leases.run(fleet, so_many(4))
    async with installation.store.transaction(None) as tx:
        found = await records.anchored(tx, fleet.segment)
        assert await records.seal(tx, fleet.segment, 1) == found.hash


async def test_a_run_that_fails_anchors_nothing(installation):
    fleet = await installation.start(market(), CONFIG, crew())

    async def ready():
        raise FailClosed("the market lies")

    with pytest.raises(FailClosed, match="the market lies"):
        await leases.run(fleet, ready)
    assert await anchored(installation) == []


async def test_a_fleet_that_runs_is_anchored_hourly(installation):
    waits = Waits(installation.clock)
    fleet = await installation.start(market(), CONFIG, crew(), sleep=waits)
    began = installation.clock()
    running = asyncio.create_task(leases.run(fleet, never_ready))
    for _ in range(ANCHOR_MS // EVERY_MS - 1):
        await waits.over()
    assert await anchored(installation) == []
    await waits.over()
    assert await anchored(installation) == [(1, began + ANCHOR_MS)] * 2
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_database_that_does_not_answer_is_left_for_the_next_time(installation, monkeypatch):
    fleet = await installation.start(market(), CONFIG, crew())

    async def fails(*_):
        raise Unavailable("the database did not answer")

    monkeypatch.setattr(anchors.journal, "anchor_heads", fails)
    monkeypatch.setattr(anchors.market, "anchor", fails)
    assert await leases.run(fleet, so_many(3)) == 3
