"""Trading windows: when one would be open, to be seen while it is typed."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter

from botswain.api.doors import Parts, Signed
from botswain.api.schemas.bots import Session, WindowAsked, WindowPreview
from botswain.api.shown import window_of
from botswain.control.bot_settings import pointed
from botswain.control.config import windows_of
from botswain.control.trading_hours import next_times, shown
from botswain.control.trading_times import TradingWindow
from botswain.model.timeframe import timeframe_ms

router = APIRouter(tags=["trading_windows"])

SHOWN = 6


@router.post("/trading-windows/preview")
async def preview(parts: Parts, caller: Signed, body: WindowAsked) -> WindowPreview:  # noqa: ARG001
    """When a trading window is open next, without making anything."""
    frame_ms = pointed("/timeframe", timeframe_ms, body.timeframe)
    return await asyncio.to_thread(previewed, window_of(body.trading_window), frame_ms, parts.now_ms())


def previewed(window: TradingWindow, frame_ms: int, now_ms: int) -> WindowPreview:
    """A calendar that is asked for first takes most of a second to load."""
    sessions = next_times(windows_of(window, frame_ms), now_ms, SHOWN)
    return WindowPreview(
        text=shown(window),
        open_now=bool(sessions) and sessions[0][0] <= now_ms,
        sessions=[Session(opens_ms=opens, closes_ms=closes) for opens, closes in sessions],
    )
