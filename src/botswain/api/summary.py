"""The whole fleet at a glance, and its halt."""

from __future__ import annotations

from fastapi import APIRouter

from botswain.api.doors import Parts, Signed
from botswain.api.schemas.bots import Reason
from botswain.api.schemas.markets import Summary

router = APIRouter(tags=["summary"])


@router.get("/summary")
async def summary(parts: Parts, caller: Signed) -> Summary:
    """How everything stands."""
    raise NotImplementedError


@router.post("/halt")
async def halt_all(parts: Parts, caller: Signed, body: Reason | None = None) -> Summary:
    """Halt everything: nothing is opened any more."""
    raise NotImplementedError


@router.delete("/halt")
async def resume_all(parts: Parts, caller: Signed) -> Summary:
    """Lift the halt of everything."""
    raise NotImplementedError
