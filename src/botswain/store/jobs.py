"""Jobs: long work that somebody asked for, from waiting to its end.

Every change of a state names the states it may come from, so a job that was cancelled stays so whatever its process
still says. A result is two lines of JSON: its figures, which lists show, and all of it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import func

from botswain.store.listing import count
from botswain.store.scope import Tx, values_of
from botswain.store.tables import jobs

MESSAGE_LENGTH = 512
# What of a result lists read: figures are far shorter.
HEAD_LENGTH = 16_384
PAGE = 1_000


class JobState(StrEnum):
    """How a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELED = "canceled"


OPEN = (JobState.WAITING, JobState.RUNNING)


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `jobs`. request is JSON text; figures the same of those that are done."""

    id: str
    tenant_id: str
    kind: str
    state: JobState
    request: str
    progress: float
    message: str
    figures: str | None
    created_ms: int
    started_ms: int | None
    ended_ms: int | None


async def create(tx: Tx, job_id: str, kind: str, request: str, now_ms: int) -> Job:
    """Ask for a job."""
    values = {"id": job_id, "kind": kind, "state": JobState.WAITING, "request": request}
    await tx.insert(jobs, {**values, "progress": 0.0, "message": "", "created_ms": now_ms})
    found = await get(tx, job_id)
    assert found is not None
    return found


async def get(tx: Tx, job_id: str) -> Job | None:
    """The job of an id, None where the tenant has none."""
    row = await tx.row(tx.select(jobs, *_columns()).where(jobs.c.id == job_id))
    return None if row is None else _job(row)


async def page(tx: Tx, kind: str, *, limit: int, offset: int = 0) -> list[Job]:
    """Jobs of a kind, the newest first."""
    statement = tx.select(jobs, *_columns()).where(jobs.c.kind == kind).order_by(jobs.c.id.desc())
    return [_job(row) for row in await tx.rows(statement.limit(limit).offset(offset))]


async def total(tx: Tx, kind: str) -> int:
    """How many there are, `listing.MOST_COUNTED` at most."""
    return await count(tx, tx.select(jobs, jobs.c.id).where(jobs.c.kind == kind))


async def result(tx: Tx, job_id: str) -> str | None:
    """All that came out, as JSON text; None where there is nothing yet."""
    row = await tx.row(tx.select(jobs, jobs.c.result).where(jobs.c.id == job_id))
    return None if row is None or row.result is None else str(row.result).partition("\n")[2]


async def next_waiting(tx: Tx) -> Job | None:
    """The oldest job that waits; None where none does."""
    statement = tx.select(jobs, *_columns()).where(jobs.c.state == JobState.WAITING)
    row = await tx.row(statement.order_by(jobs.c.id).limit(1))
    return None if row is None else _job(row)


async def begin(tx: Tx, job_id: str, now_ms: int) -> bool:
    """Take a waiting job up; False where it waits no more."""
    values = {"state": JobState.RUNNING, "started_ms": now_ms, "progress": 0.0, "message": "starting"}
    return await _change(tx, job_id, (JobState.WAITING,), values)


async def go_on(tx: Tx, job_id: str, progress: float, message: str) -> bool:
    """Say how far it is; False where it runs no more."""
    values = {"progress": progress, "message": message[:MESSAGE_LENGTH]}
    return await _change(tx, job_id, (JobState.RUNNING,), values)


async def finish(tx: Tx, job_id: str, figures: str, whole: str, now_ms: int) -> bool:
    """It is done; False where it runs no more. figures, whole: JSON text in one line each."""
    values = {"state": JobState.DONE, "progress": 1.0, "message": "done", "ended_ms": now_ms}
    return await _change(tx, job_id, (JobState.RUNNING,), {**values, "result": f"{figures}\n{whole}"})


async def fail(tx: Tx, job_id: str, why: str, now_ms: int) -> bool:
    """It went wrong; False where it runs no more."""
    values = {"state": JobState.FAILED, "message": why[:MESSAGE_LENGTH], "ended_ms": now_ms}
    return await _change(tx, job_id, (JobState.RUNNING,), values)


async def cancel(tx: Tx, job_id: str, now_ms: int) -> bool:
    """It is not wanted any more; False where it has ended."""
    values = {"state": JobState.CANCELED, "message": "canceled", "ended_ms": now_ms}
    return await _change(tx, job_id, OPEN, values)


async def wait_again(tx: Tx) -> int:
    """Jobs that a process was at when it ended wait again; how many. tx is the platform's."""
    values = {"state": JobState.WAITING, "progress": 0.0, "message": "waits again after a restart", "started_ms": None}
    return await tx.change(tx.update(jobs).where(jobs.c.state == JobState.RUNNING).values(**values))


async def _change(tx: Tx, job_id: str, from_: tuple[JobState, ...], values: dict[str, Any]) -> bool:
    here = tx.update(jobs).where(jobs.c.id == job_id, jobs.c.state.in_(from_))
    return await tx.change(here.values(**values)) == 1


def _columns() -> tuple[Any, ...]:
    kept = [one for one in jobs.c if one.name != "result"]
    return *kept, func.substr(jobs.c.result, 1, HEAD_LENGTH).label("head")


def _job(row: Any) -> Job:
    values = values_of(row)
    head = values.pop("head")
    figures, line_end, _ = (head or "").partition("\n")
    return msgspec.convert({**values, "figures": figures if line_end else None}, Job)
