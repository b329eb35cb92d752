"""What the API's process does beside answering: live connections, what feeds them, this machine's bus, and jobs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

from fastapi import FastAPI

from botswain.api.backtests import candles_dir, facts_of
from botswain.api.bot_status import bot_statuses
from botswain.api.bus_relay import BusRelay
from botswain.api.doors import Doors
from botswain.api.job_runner import JobRunner
from botswain.api.live import Admitted, Live
from botswain.api.memory import memory_in
from botswain.api.relay import Relay
from botswain.api.schemas.live import JobProgress
from botswain.api.trip_keeper import TripKeeper
from botswain.build.own_folder import folder_of_own
from botswain.bus.hub import Hub
from botswain.cli.context import Context
from botswain.control.refusals import NotSignedIn
from botswain.control.users import People
from botswain.store.commits_seen import commits_seen

JOB = "botswain.lab.jobs:run_job"
# Of the data folder, what jobs go on from.
JOBS = "jobs"
# Between two looks at the outbox: on SQLite a look at a counter, elsewhere a question to a server.
SQLITE_PAUSE_S, SERVER_PAUSE_S = 0.02, 0.1
# How long a job's process may take to end after it was told to.
PATIENCE_S = 5.0


@dataclass(frozen=True, slots=True)
class Places:
    """bus: the socket at which this machine's processes meet; database: as a job opens it."""

    bus: Path
    database: str


@asynccontextmanager
async def beside(app: FastAPI, places: Places) -> AsyncIterator[Live]:
    """All of it while the block lasts. A fault in one part ends the block: half a door would look like a whole one.

    Raises BadInput where the bus's socket cannot be.
    """
    parts = cast(Doors, app.state.doors)
    memory, hub = memory_in(app), Hub()
    people = cast(People, app.state.people)
    live = Live(partial(admitted, people), parts.now_ms)
    people.on_end(live.end_session)
    live.mount(app)
    runner = runner_of(parts, live, places.database)
    app.state.jobs = runner
    await hub.start(places.bus)
    try:
        with closing(commits_seen(parts.store)) as seen, closing(commits_seen(parts.store)) as seen_fills:
            pause_s = SQLITE_PAUSE_S if parts.store.engine.dialect.name == "sqlite" else SERVER_PAUSE_S
            status_of = partial(bot_statuses, parts, app.state.figures)
            relay = Relay(parts.store, live, memory, seen, status_of, pause_s=pause_s)
            async with asyncio.TaskGroup() as group:
                group.create_task(relay.run(), name="relay")
                told = BusRelay(hub, live, memory.words, parts.now_ms, status_of, parts.stills)
                hearing = group.create_task(told.run(), name="bus")
                keeping = group.create_task(TripKeeper(parts.store, memory, seen_fills).keep(), name="trips")
                working = group.create_task(runner.run(), name="jobs")
                try:
                    yield live
                finally:
                    relay.leave.set()
                    runner.stop()
                    await asyncio.wait({working}, timeout=PATIENCE_S)
                    for task in (working, hearing, keeping):
                        task.cancel()
    finally:
        await live.close()
        await hub.stop()


async def admitted(people: People, token: str) -> Admitted | None:
    """Whose access token it is; None for one that is no good."""
    try:
        found = people.claims(token)
    except NotSignedIn:
        return None
    return Admitted(found.tenant_id, found.user_id, found.expires_ms, found.family)


def runner_of(parts: Doors, live: Live, database: str) -> JobRunner:
    """What does jobs, one after the other, and tells how they go on."""

    async def tell(tenant_id: str, progress: JobProgress) -> None:
        if live.is_heard(tenant_id):
            await live.tell(tenant_id, "job_progress", progress.model_dump(mode="json"))

    context = {
        "candles_dir": str(candles_dir(parts)),
        "facts_dir": str(facts_of(parts).root),
        "trials_dir": str(Context(parts.data_dir).trials_dir),
        "cache_dir": None if parts.cache_dir is None else str(parts.cache_dir),
        "database": database,
        "strategies_dir": None if folder_of_own() is None else str(folder_of_own()),
    }
    return JobRunner(parts.store, parts.now_ms, JOB, context, tell, kept=parts.data_dir / JOBS)
