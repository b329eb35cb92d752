"""Curves of what bots were worth."""

from __future__ import annotations

from fastapi import APIRouter

from botswain.api.asked import FromMs, LastMs, Points, ToMs
from botswain.api.doors import Parts, Signed, Worth
from botswain.api.memory import Remembered
from botswain.api.schemas.trading import Equity, EquityPoint
from botswain.api.shown import asking_of
from botswain.control import equity
from botswain.control.bots import found_in, worth_now
from botswain.control.decimal_text import text_of
from botswain.control.equity import Curve
from botswain.store import bots
from botswain.store.accounts import Environment

router = APIRouter(tags=["equity"])


@router.get("/bots/{bot_id}/equity")
async def of_bot(
    parts: Parts,
    memory: Remembered,
    worth: Worth,
    caller: Signed,
    bot_id: str,
    from_ms: FromMs = None,
    to_ms: ToMs = None,
    points: Points = 500,
) -> Equity:
    """One bot."""
    async with parts.store.reading(caller.tenant_id) as tx:
        bot = await found_in(tx, bot_id)
        now = (await worth_now(asking_of(parts, caller, worth), tx, [bot]))[bot.id]
        found = await equity.of_bot(tx, memory.terms, bot, now, from_ms=from_ms, to_ms=to_ms, points=points)
    return shown(found)


@router.get("/equity")
async def of_fleet(
    parts: Parts,
    memory: Remembered,
    worth: Worth,
    caller: Signed,
    environment: Environment,
    quote: str = "USDT",
    from_ms: FromMs = None,
    to_ms: ToMs = None,
    last_ms: LastMs = None,
    points: Points = 500,
) -> Equity:
    """All bots of an environment and a quote asset together: at each time the sum of what each was last worth.

    A bot that ran counts with its capital for the time before, one that never ran not at all; one that was put away
    counts with what it made. Of the last so many milliseconds the first point is what it was worth as they began.
    """
    async with parts.store.reading(caller.tenant_id) as tx:
        now = await worth_now(asking_of(parts, caller, worth), tx, await bots.listed(tx, limit=equity.MOST_BOTS))
        found = await equity.of_fleet(
            tx,
            memory.terms,
            environment,
            quote,
            now,
            from_ms=from_ms,
            to_ms=to_ms,
            last_ms=last_ms,
            here_ms=parts.now_ms(),
            points=points,
        )
    return shown(found)


def shown(curve: Curve) -> Equity:
    """A curve as it goes out."""
    points = [
        EquityPoint(time_ms=one.time_ms, equity=text_of(one.equity), realized=text_of(one.realized))
        for one in curve.points
    ]
    return Equity(quote=curve.quote, capital=text_of(curve.capital), points=points)
