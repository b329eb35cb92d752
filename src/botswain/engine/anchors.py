"""Anchors: the heads of the bots' chains and the hash of the recorded market, written down apart from them.

Hourly and at a clean stop. A chain alone cannot show that its end was cut off or that all of it was written anew; one
that must agree with what was written down an hour ago can.
"""

from __future__ import annotations

from contextlib import suppress

from botswain.engine.fleet import Fleet
from botswain.model.errors import Deferred, Unavailable
from botswain.store import journal, market
from botswain.store.failures import AlreadyRecorded

ANCHOR_MS = 3_600_000


async def anchor(fleet: Fleet) -> None:
    """Anchor every bot's chain and the market's record as they are now.

    A database that does not answer is left alone, and so is what another process anchors at the same moment: the
    next time comes.
    """
    now_ms = fleet.parts.now_ms()
    with suppress(Unavailable, Deferred, AlreadyRecorded):
        async with fleet.parts.store.transaction(None) as tx:
            await journal.anchor_heads(tx, now_ms)
    if fleet.contents.last == 0:
        return
    with suppress(Unavailable, Deferred, AlreadyRecorded):
        async with fleet.parts.store.transaction(None) as tx:
            await market.anchor(tx, fleet.segment, fleet.contents.last, fleet.contents.digest(), now_ms)
