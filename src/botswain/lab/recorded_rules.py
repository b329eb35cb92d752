"""The rules under which recorded candles were traded: a backtest on them must not buy what the exchange would not sell.

A feed is recorded for bots, and each bot's first row has the instruments as its exchange told them then.
"""

from __future__ import annotations

from decimal import Decimal

from botswain.control.bot_terms import terms_of
from botswain.control.datasets import RECORDED
from botswain.core.scale import to_ticks
from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.model.journal import RecordKind
from botswain.store import bots, journal
from botswain.store.bot_records import TYPES
from botswain.store.scope import Tx

PRICES = ("open", "high", "low", "close")
# Bots that are looked at, the newest first.
MOST_LOOKED_AT = 200


async def rules_where_recorded(tx: Tx, name: str, candles: Candles) -> Instrument | None:
    """The rules of a data set's symbol, from the newest bot that ran on that feed with it.

    None for stored candles, where no bot tells, and where prices are not on that tick (it was another one meanwhile).
    """
    kind, _, rest = name.partition(":")
    if kind != RECORDED:
        return None
    segment = rest.partition(":")[0]
    newest = sorted(await bots.listed(tx), key=lambda one: one.id, reverse=True)
    for bot in newest[:MOST_LOOKED_AT]:
        first = await journal.read(tx, bot.id, limit=1)
        if not first or first[0].kind != RecordKind.STARTED:
            continue
        started = TYPES.read(first[0].kind, first[0].version, first[0].payload)
        if started.segment != segment:
            continue
        try:
            found = terms_of(started).instrument(candles.symbol)
        except BadInput:
            continue  # its settings cannot be read any more
        if found is not None:
            return found if on_tick(candles, found.tick_size) else None
    return None


def on_tick(candles: Candles, tick: Decimal) -> bool:
    """Whether all prices are."""
    try:
        for name in PRICES:
            to_ticks(getattr(candles, name), tick, name)
    except BadInput:
        return False
    return True
