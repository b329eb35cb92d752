"""Backtests as jobs."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any, cast

from fastapi import APIRouter, Request, Response

from botswain.api.asked import IdempotencyKey, Limit, Offset
from botswain.api.bots import make as make_bot
from botswain.api.doors import Caller, Doors, Parts, Signed, Worth
from botswain.api.job_runner import JobRunner
from botswain.api.memory import Memory, Remembered
from botswain.api.schemas.backtests import Backtest, BacktestResult, Dataset, FactFile, NewBacktest, Promote
from botswain.api.schemas.bots import Bot, NewBot
from botswain.api.schemas.shape import Page
from botswain.api.schemas.walks import WalkResult
from botswain.control import backtests, datasets
from botswain.control.refusals import Conflict, an_id, missing
from botswain.control.repeats import Key, before, once
from botswain.control.walks import to_be_read, walk_in
from botswain.history.facts import Facts
from botswain.store import jobs
from botswain.store.jobs import Job, JobState
from botswain.store.scope import Tx

# Described with all other problems (`described`).
NOT_DONE: dict[int | str, dict[str, Any]] = {409: {}}

router = APIRouter(tags=["backtests"])


def candles_dir(parts: Doors) -> Path:
    """Where the candle store is."""
    return parts.data_dir / "candles"


def facts_of(parts: Doors) -> Facts:
    """Files of facts: they belong to the installation too."""
    return Facts(parts.data_dir / "facts")


async def known_sets(parts: Doors, memory: Memory) -> list[datasets.Dataset]:
    """All data sets: markets belong to the installation."""
    async with parts.store.reading(None) as tx:
        return await datasets.listed(tx, candles_dir(parts), memory.recorded)


def runner_of(request: Request) -> JobRunner | None:
    """What does jobs in this process; None where jobs only wait."""
    return cast(JobRunner | None, getattr(request.app.state, "jobs", None))


@router.get("/datasets")
async def list_datasets(
    parts: Parts,
    memory: Remembered,
    caller: Signed,  # noqa: ARG001 - whoever is signed in
    limit: Limit = 100,
    offset: Offset = 0,
) -> Page[Dataset]:
    """Candles that a backtest can use."""
    found = await known_sets(parts, memory)
    items = [Dataset.model_validate(one, from_attributes=True) for one in found[offset : offset + limit]]
    return Page[Dataset](items=items, total=len(found), limit=limit, offset=offset)


@router.get("/fact-files")
async def list_fact_files(
    parts: Parts,
    caller: Signed,  # noqa: ARG001 - whoever is signed in
    limit: Limit = 100,
    offset: Offset = 0,
) -> Page[FactFile]:
    """Files that a backtest can be told, beside candles: rates, splits and dividends, trades and order books."""
    found = facts_of(parts).listed()
    items = [FactFile.model_validate(one, from_attributes=True) for one in found[offset : offset + limit]]
    return Page[FactFile](items=items, total=len(found), limit=limit, offset=offset)


@router.get("/backtests")
async def listed(
    parts: Parts,
    caller: Signed,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Page[Backtest]:
    """Backtests, the newest first."""
    async with parts.store.reading(caller.tenant_id) as tx:
        found = await jobs.page(tx, backtests.KIND, limit=limit, offset=offset)
        total = await jobs.total(tx, backtests.KIND)
    return Page[Backtest](items=[shown(one) for one in found], total=total, limit=limit, offset=offset)


@router.post("/backtests", status_code=202, response_model=Backtest)
async def make(
    parts: Parts,
    memory: Remembered,
    caller: Signed,
    body: NewBacktest,
    request: Request,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Ask for a backtest."""
    asked, now_ms = body.model_dump(mode="json"), parts.now_ms()
    key = Key.of(idempotency_key, "POST /backtests", body.model_dump_json())
    async with parts.store.reading(caller.tenant_id) as tx:
        had = await before(tx, key, now_ms)
    if had is None:
        sets = await known_sets(parts, memory)
        times = await asyncio.to_thread(datasets.stored_times, candles_dir(parts), to_be_read(asked, sets))
        backtests.checked(asked, sets, facts_of(parts).listed(), times)

        async def work(tx: Tx) -> str:
            return shown(await backtests.make(tx, parts.new_id(), asked, now_ms)).model_dump_json()

        had, fresh = await once(parts.store, caller.tenant_id, key, 202, now_ms, work)
        runner = runner_of(request)
        if fresh and runner is not None:
            runner.wake()
    return Response(had, 202, media_type="application/json")


@router.get("/backtests/{job_id}")
async def one(parts: Parts, caller: Signed, job_id: str) -> Backtest:
    """How it stands."""
    async with parts.store.reading(caller.tenant_id) as tx:
        return shown(await job_of(tx, job_id))


@router.get("/backtests/{job_id}/result", response_model=BacktestResult, responses=NOT_DONE)
async def result(parts: Parts, caller: Signed, job_id: str) -> Response:
    """What came out of one run."""
    return await written(parts, caller, job_id, walked=False)


@router.get("/backtests/{job_id}/walk", response_model=WalkResult, responses=NOT_DONE)
async def walk(parts: Parts, caller: Signed, job_id: str) -> Response:
    """What came out of a walk-forward or a holdout."""
    return await written(parts, caller, job_id, walked=True)


async def written(parts: Doors, caller: Caller, job_id: str, *, walked: bool) -> Response:
    """The result of a job of this kind, as it was written: it is long, and was made by our own process."""
    async with parts.store.reading(caller.tenant_id) as tx:
        job = await job_of(tx, job_id)
        if is_walk(job) != walked:
            raise Conflict(
                f"backtest {job.id} is {'one run' if walked else 'no single run'}; read its "
                f"{'result' if walked else 'walk'}",
                code="other_kind",
            )
        if job.state is not JobState.DONE:
            raise not_done(job, "its result is there when it is done")
        found = await jobs.result(tx, job.id)
    return Response(found, media_type="application/json")


@router.delete("/backtests/{job_id}")
async def cancel(parts: Parts, caller: Signed, job_id: str, request: Request) -> Backtest:
    """Stop it. One that has ended stays as it is."""
    async with parts.store.transaction(caller.tenant_id) as tx:
        await job_of(tx, job_id)
        await jobs.cancel(tx, job_id, parts.now_ms())
        job = await job_of(tx, job_id)
    runner = runner_of(request)
    if runner is not None:
        runner.cancel(job_id)
    return shown(job)


@router.post("/backtests/{job_id}/promote", status_code=201, response_model=Bot)
async def promote(
    parts: Parts,
    caller: Signed,
    worth: Worth,
    job_id: str,
    body: Promote,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Make a bot of its settings."""
    async with parts.store.reading(caller.tenant_id) as tx:
        job = await job_of(tx, job_id)
        if job.state is not JobState.DONE:
            raise not_done(job, "one that is done can be promoted")
        if is_walk(job):
            raise Conflict(
                f"backtest {job.id} chose parameters more than once; run one choice as a backtest, and make a bot of "
                "that",
                code="other_kind",
            )
        data = json.loads(await jobs.result(tx, job.id) or "{}")["data"]
    return await make_bot(parts, caller, worth, bot_from(job, data, body), idempotency_key)


def bot_from(job: Job, data: dict[str, Any], body: Promote) -> NewBot:
    """A bot of a backtest's settings, on what it was tested with."""
    asked = NewBacktest.model_validate(backtests.request_of(job))
    return NewBot(
        name=body.name,
        start=body.start,
        account_id=body.account_id,
        strategy=asked.strategy,
        symbols=[one["symbol"] for one in data["symbols"]],
        timeframe=body.timeframe or data["timeframe"],
        parameters=asked.parameters,
        capital=asked.capital,
        sizing=asked.sizing,
        exits=asked.exits,
        limits=asked.limits,
        trading_frequency_s=asked.trading_frequency_s,
        trading_window=asked.trading_window,
    )


async def job_of(tx: Tx, job_id: str) -> Job:
    """The caller's backtest. Raises Missing."""
    found = await backtests.one(tx, an_id("backtest", job_id))
    if found is None:
        raise missing("backtest", job_id)
    return found


def is_walk(job: Job) -> bool:
    """Whether it is a walk-forward or a holdout."""
    return walk_in(backtests.request_of(job)) is not None


def not_done(job: Job, words: str) -> Conflict:
    """A 409 that says how it stands."""
    return Conflict(f"backtest {job.id} is {job.state}; {words}", code="not_done")


def shown(job: Job) -> Backtest:
    """A job as it goes out."""
    return Backtest(
        id=job.id,
        state=job.state.value,
        progress=job.progress,
        message=job.message,
        request=NewBacktest.model_validate(backtests.request_of(job)),
        metrics=None if job.figures is None else json.loads(job.figures),
        created_ms=job.created_ms,
        started_ms=job.started_ms,
        ended_ms=job.ended_ms,
    )
