"""Backtests as jobs: what is asked of one is checked before it waits, so that a typing error is told at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

import msgspec

from botswain.control.config import number
from botswain.control.trading_times import checked_frequency
from botswain.core.scale import EXIT_NAMES, LIMIT_NAMES
from botswain.model.errors import BadInput, near
from botswain.model.timeframe import timeframe_ms
from botswain.store import jobs
from botswain.store.jobs import Job
from botswain.store.scope import Tx
from botswain.strategies.catalog import strategy_class

KIND = "backtest"
State = Literal["waiting", "running", "done", "failed", "canceled"]
# What requests once carried; they are read as they were written.
KEY = "idempotency_key"


def checked(request: Mapping[str, Any], dataset_ids: Sequence[str]) -> None:
    """Raise BadInput for what cannot be run: strategy, parameters, numbers, data sets (`dataset_ids` are known)."""
    cls = strategy_class(request["strategy"])
    stray = next((one for one in request["parameters"] if one not in cls.parameters()), None)
    if stray is not None:
        raise BadInput(f"strategy {cls.label()} has no parameter {stray!r}{near(stray, cls.parameters())}")
    cls(**request["parameters"]).check_sizing(request["sizing"]["kind"])
    for name in ("capital", "fee", "slippage_bps"):
        number(name, request[name])
    if number("capital", request["capital"]) <= 0:
        raise BadInput(f"capital is {request['capital']}; write an amount above zero")
    if not Decimal(0) <= number("fee", request["fee"]) < 1:
        raise BadInput(f"fee is {request['fee']}; write a fraction from 0 to below 1 (0.001 is 0.1 %)")
    for what, known in (("exits", EXIT_NAMES), ("limits", LIMIT_NAMES)):
        stray = next((one for one in request[what] if one not in known), None)
        if stray is not None:
            raise BadInput(f"{what} names {stray!r}, which is unknown{near(stray, known)}")
    for name in request["dataset_ids"]:
        if name not in dataset_ids:
            raise BadInput(f"there is no data set {name!r}{near(name, dataset_ids)}")
    if request["timeframe"] is not None:
        checked_frequency(request["trading_frequency_s"], timeframe_ms(request["timeframe"]))
    start_ms, end_ms = request["start_ms"], request["end_ms"]
    if start_ms is not None and end_ms is not None and start_ms >= end_ms:
        raise BadInput(f"it is to start at {start_ms} and to end at {end_ms}; write a start before the end")


async def make(tx: Tx, job_id: str, request: Mapping[str, Any], now_ms: int) -> Job:
    """A job that waits."""
    return await jobs.create(tx, job_id, KIND, msgspec.json.encode(request).decode(), now_ms)


async def one(tx: Tx, job_id: str) -> Job | None:
    """A backtest; None where the tenant has none of that id."""
    found = await jobs.get(tx, job_id)
    return found if found is not None and found.kind == KIND else None


def request_of(job: Job) -> dict[str, Any]:
    """What was asked for."""
    found: dict[str, Any] = msgspec.json.decode(job.request)
    found.pop(KEY, None)
    return found
