"""Up to which event of its market a bot's journal had come at a row: what dates a row by the market's clock.

Of many rows at once, each by a few seeks from its own place backwards, so that it is the same whatever else is asked
for with it.
"""

from __future__ import annotations

from collections.abc import Collection

from botswain.model.journal import MarketKind
from botswain.store.journal import Entry
from botswain.store.scope import Tx, values_of
from botswain.store.tables import journal, market_events

# Events whose time is the market's: of candles that of their opening.
TIMED = (MarketKind.CANDLE, MarketKind.LATE, MarketKind.BEAT)
# To make one for each question takes as long as the question.
BEFORE, ASKED, EARLIER = journal.alias(), journal.alias(), market_events.alias()


async def last_of(
    tx: Tx, bot_id: str, seqs: Collection[int], kinds: Collection[int], within: int | None = None
) -> dict[int, Entry]:
    """For each of these rows of a bot the last one of some kinds up to it, itself included; none where there is none.

    within  only so many rows back
    """
    found = tx.select(BEFORE, BEFORE.c.seq).where(
        BEFORE.c.bot_id == ASKED.c.bot_id, BEFORE.c.kind.in_(sorted(kinds)), BEFORE.c.seq <= ASKED.c.seq
    )
    if within is not None:
        found = found.where(BEFORE.c.seq > ASKED.c.seq - within)
    last = found.order_by(BEFORE.c.seq.desc()).limit(1).correlate(ASKED).scalar_subquery().label("last_seq")
    asked = tx.select(ASKED, ASKED.c.seq, last).where(ASKED.c.bot_id == bot_id, ASKED.c.seq.in_(sorted(seqs)))
    places = {int(row.seq): int(row.last_seq) for row in await tx.rows(asked) if row.last_seq is not None}
    rows = tx.select(journal).where(journal.c.bot_id == bot_id, journal.c.seq.in_(sorted(set(places.values()))))
    known = {int(row.seq): Entry(**values_of(row)) for row in await tx.rows(rows)} if places else {}
    return {seq: known[last] for seq, last in places.items()}


async def times_at(tx: Tx, segment_id: str, sequences: Collection[int], timeframe_ms: int) -> dict[int, int]:
    """The market's time as each of these events of a segment had been recorded: when the last candle had closed, or

    what formed had been looked at since. Before the first of those, the end of what was read of the time before.
    """
    found: dict[int, int] = {}
    for kinds in (TIMED, (MarketKind.HISTORY,)):
        left = sorted(set(sequences) - found.keys())
        if not left:
            break
        here = (EARLIER.c.segment_id == market_events.c.segment_id, EARLIER.c.sequence <= market_events.c.sequence)
        last = tx.select(EARLIER, EARLIER.c.sequence).where(*here, EARLIER.c.kind.in_(sorted(kinds)))
        last = last.order_by(EARLIER.c.sequence.desc()).limit(1)
        place = last.correlate(market_events).scalar_subquery().label("place")
        asked = tx.select(market_events, market_events.c.sequence, place)
        asked = asked.where(market_events.c.segment_id == segment_id, market_events.c.sequence.in_(left))
        places = {int(row.sequence): int(row.place) for row in await tx.rows(asked) if row.place is not None}
        columns = (market_events.c.sequence, market_events.c.kind, market_events.c.time_ms)
        rows = tx.select(market_events, *columns).where(
            market_events.c.segment_id == segment_id, market_events.c.sequence.in_(sorted(set(places.values())))
        )
        times = {
            int(row.sequence): int(row.time_ms) + (0 if row.kind == MarketKind.BEAT else timeframe_ms)
            for row in (await tx.rows(rows) if places else ())
        }
        found |= {sequence: times[one] for sequence, one in places.items()}
    return found
