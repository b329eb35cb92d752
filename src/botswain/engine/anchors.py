"""Anchors: the heads of the bots' chains and the hash of the recorded market, written down apart from them.

Hourly and at a clean stop. A chain alone cannot show that its end was cut off or that all of it was written anew; one
that must agree with what was written down an hour ago can.
"""

from __future__ import annotations

from contextlib import suppress

from botswain.engine.fleet import Fleet, Parts
from botswain.model.errors import Deferred, Unavailable
from botswain.store import journal, market
from botswain.store.failures import AlreadyRecorded
from botswain.store.market import Contents

ANCHOR_MS = 3_600_000


async def anchor(fleet: Fleet) -> None:
    """Anchor every bot's chain and the market's record as they are now."""
    await anchor_now(fleet.parts, fleet.segment, fleet.contents)


async def anchor_now(parts: Parts, segment: str, contents: Contents) -> None:
    """The same of a record whose events up to this one are all committed.

    A database that does not answer is left alone, and so is what another process anchors at the same moment: the
    next time comes.
    """
    now_ms, last, digest = parts.now_ms(), contents.last, contents.digest()
    with suppress(Unavailable, Deferred, AlreadyRecorded):
        async with parts.store.transaction(None) as tx:
            await journal.anchor_heads(tx, now_ms)
    if last == 0:
        return
    with suppress(Unavailable, Deferred, AlreadyRecorded):
        async with parts.store.transaction(None) as tx:
            await market.anchor(tx, segment, last, digest, now_ms)
