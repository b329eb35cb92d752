"""Backtests as jobs."""

from __future__ import annotations

from fastapi import APIRouter

from botswain.api.asked import IdempotencyKey, Limit, Offset
from botswain.api.doors import Parts, Signed
from botswain.api.schemas.backtests import Backtest, BacktestResult, Dataset, NewBacktest, Promote
from botswain.api.schemas.bots import Bot
from botswain.api.schemas.shape import Page

router = APIRouter(tags=["backtests"])


@router.get("/datasets")
async def datasets(
    parts: Parts,
    caller: Signed,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Page[Dataset]:
    """Candles that a backtest can use."""
    raise NotImplementedError


@router.get("/backtests")
async def listed(
    parts: Parts,
    caller: Signed,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Page[Backtest]:
    """Backtests, the newest first."""
    raise NotImplementedError


@router.post("/backtests", status_code=202)
async def make(
    parts: Parts,
    caller: Signed,
    body: NewBacktest,
    idempotency_key: IdempotencyKey = None,
) -> Backtest:
    """Ask for a backtest."""
    raise NotImplementedError


@router.get("/backtests/{job_id}")
async def one(parts: Parts, caller: Signed, job_id: str) -> Backtest:
    """How it stands."""
    raise NotImplementedError


@router.get("/backtests/{job_id}/result")
async def result(parts: Parts, caller: Signed, job_id: str) -> BacktestResult:
    """What came out."""
    raise NotImplementedError


@router.delete("/backtests/{job_id}")
async def cancel(parts: Parts, caller: Signed, job_id: str) -> Backtest:
    """Stop it."""
    raise NotImplementedError


@router.post("/backtests/{job_id}/promote", status_code=201)
async def promote(
    parts: Parts,
    caller: Signed,
    job_id: str,
    body: Promote,
    idempotency_key: IdempotencyKey = None,
) -> Bot:
    """Make a bot of its settings."""
    raise NotImplementedError
