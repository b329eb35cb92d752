"""The whole fleet at a glance, and its halt."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from botswain.api.doors import Parts, Signed, Worth
from botswain.api.memory import Memory, Remembered
from botswain.api.schemas.bots import Reason
from botswain.api.schemas.markets import FleetAttention, FleetHalt, FleetMoney, HaltNoted, Summary
from botswain.api.shown import asking_of, exact
from botswain.control import summary as control
from botswain.control.bots import Asking

router = APIRouter(tags=["summary"])
NOTED: dict[int | str, dict[str, Any]] = {202: {"model": HaltNoted, "description": "noted beside the database"}}


@router.get("/summary")
async def summary(parts: Parts, caller: Signed, worth: Worth, memory: Remembered) -> Summary:
    """How everything stands."""
    return await shown(asking_of(parts, caller, worth), memory)


@router.post("/halt", response_model=Summary, responses=NOTED)
async def halt_all(
    parts: Parts, caller: Signed, worth: Worth, memory: Remembered, body: Reason | None = None
) -> Summary | Response:
    """Halt everything: nothing is opened any more, whether the database answers or not."""
    asking = asking_of(parts, caller, worth)
    noted = await control.halt_all(asking, body.reason if body is not None else "", parts.emergency)
    if noted is not None:
        return Response(HaltNoted(message=noted).model_dump_json(), 202, media_type="application/json")
    return await shown(asking, memory)


@router.delete("/halt")
async def resume_all(parts: Parts, caller: Signed, worth: Worth, memory: Remembered) -> Summary:
    """Lift the halt of everything."""
    asking = asking_of(parts, caller, worth)
    await control.resume_all(asking, parts.emergency)
    return await shown(asking, memory)


async def shown(asking: Asking, memory: Memory) -> Summary:
    """As it is shown. That nothing can be written concerns every bot, and stands first."""
    found = await control.summary(asking, memory.working, memory.terms, memory.closes)
    unwritable = await memory.writing.refused(asking.store, asking.now_ms)
    whole = [] if unwritable is None else [("database", unwritable)]
    stands = found.everything
    return Summary(
        bots=found.bots,
        money=[
            FleetMoney(
                environment=one.environment.value,
                quote=one.quote,
                bots=one.bots,
                equity=exact(one.equity),
                today=exact(one.today),
                profit=exact(one.profit),
            )
            for one in found.money
        ],
        open_positions=found.open_positions,
        working_orders=found.working_orders,
        attention=[FleetAttention(bot_id=None, bot_name=None, code=code, message=told) for code, told in whole]
        + [
            FleetAttention(bot_id=one.bot.id, bot_name=one.bot.name, code=look.code, message=look.message)
            for one, look in found.looks
        ],
        halted=FleetHalt(reason=stands.reason, by=stands.by, at_ms=stands.at_ms) if stands.halted else None,
    )
