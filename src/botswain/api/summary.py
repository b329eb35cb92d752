"""The whole fleet at a glance, and its halt."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from fastapi import APIRouter

from botswain.api.doors import Parts, Signed, Worth
from botswain.api.memory import Remembered
from botswain.api.schemas.bots import Reason
from botswain.api.schemas.markets import FleetAttention, FleetHalt, Summary
from botswain.api.shown import asking_of, exact
from botswain.control import summary as control
from botswain.control.bots import Asking
from botswain.control.orders import WorkingOrders

router = APIRouter(tags=["summary"])


@router.get("/summary")
async def summary(parts: Parts, caller: Signed, worth: Worth, memory: Remembered) -> Summary:
    """How everything stands."""
    return await shown(asking_of(parts, caller, worth), memory.working)


@router.post("/halt")
async def halt_all(
    parts: Parts, caller: Signed, worth: Worth, memory: Remembered, body: Reason | None = None
) -> Summary:
    """Halt everything: nothing is opened any more."""
    asking = asking_of(parts, caller, worth)
    await control.halt_all(asking, body.reason if body is not None else "")
    return await shown(asking, memory.working)


@router.delete("/halt")
async def resume_all(parts: Parts, caller: Signed, worth: Worth, memory: Remembered) -> Summary:
    """Lift the halt of everything."""
    asking = asking_of(parts, caller, worth)
    await control.resume_all(asking)
    return await shown(asking, memory.working)


async def shown(asking: Asking, working: WorkingOrders) -> Summary:
    """As it is shown."""
    found = await control.summary(asking, working)
    stands = found.everything
    return Summary(
        bots=found.bots,
        equity=texts(found.equity),
        today=texts(found.today),
        profit=texts(found.profit),
        open_positions=found.open_positions,
        working_orders=found.working_orders,
        attention=[
            FleetAttention(bot_id=one.bot.id, bot_name=one.bot.name, code=look.code, message=look.message)
            for one, look in found.looks
        ],
        halted=FleetHalt(reason=stands.reason, by=stands.by, at_ms=stands.at_ms) if stands.halted else None,
    )


def texts(amounts: Mapping[str, Decimal]) -> dict[str, str]:
    """Amounts as text."""
    return {asset: exact(amount) for asset, amount in amounts.items()}
