"""The journal in words: what a bot did, what it did not, and why."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from botswain.api.asked import Limit
from botswain.api.doors import Parts, Signed
from botswain.api.memory import Remembered
from botswain.api.schemas.shape import Page
from botswain.api.schemas.trading import Decision, Ground, Note, Row
from botswain.control import decisions
from botswain.control.bot_settings import pointed
from botswain.control.bots import account_in, found_in
from botswain.control.decimal_text import shown as decimal
from botswain.control.decimal_text import text_of
from botswain.control.decisions import ToldRow
from botswain.control.markets import Watched
from botswain.control.moments import Moment, moments
from botswain.control.recorded import Record
from botswain.control.refusals import pointer
from botswain.store import journal
from botswain.store.accounts import Environment
from botswain.store.bot_records import Step

router = APIRouter(tags=["decisions"])


@router.get("/bots/{bot_id}/decisions")
async def listed(
    parts: Parts,
    memory: Remembered,
    caller: Signed,
    bot_id: str,
    kind: Annotated[
        str | None,
        Query(
            max_length=32,
            description="decided, filled, ...; resumed is what of commanded let it trade again",
        ),
    ] = None,
    before_seq: Annotated[int | None, Query(ge=1, le=(1 << 62))] = None,
    limit: Limit = 100,
) -> Page[Decision]:
    """The newest first; before_seq goes further back. total: how many rows the journal has, of every kind."""
    pointed(pointer("query", "kind"), decisions.kinds_of, kind)
    async with parts.store.reading(caller.tenant_id) as tx:
        bot = await found_in(tx, bot_id)
        terms = await memory.terms.of(tx, bot.id)
        if terms is None:
            return Page[Decision](items=[], total=0, limit=limit, offset=0)
        found = await decisions.page(tx, terms, bot.id, kind=kind, before_seq=before_seq, limit=limit)
        total = (await journal.head_of(tx, bot.id))[bot.id]
        # A sandbox runs at a pace of its own.
        paced = (await account_in(tx, bot.account_id)).prices is Environment.SANDBOX
        at = await moments(tx, terms, bot.id, [(one.seq, one.time_ms) for one, _, _ in found]) if paced else {}
    record = Record()
    if any(isinstance(held, Step) for _, held, _ in found):
        async with parts.store.reading(None) as tx:
            record = await memory.recorded.of(tx, terms.segment)

    def watch(symbol: str) -> Watched:
        return memory.watched.of(bot.id, terms, record, symbol)

    told = [
        decisions.told(terms, entry, held, text, watch, at.get(entry.seq) or Moment(entry.time_ms))
        for entry, held, text in found
    ]
    return Page[Decision](items=[shown(one) for one in told], total=total, limit=limit, offset=0)


def shown(one: decisions.Decision) -> Decision:
    """An entry as it goes out."""
    return Decision(
        seq=one.seq,
        time_ms=one.at.time_ms,
        here_ms=one.at.here_ms,
        kind=one.kind,
        summary=one.summary,
        values=one.values,
        rows=[row_of(row) for row in one.rows],
        notes=[Note(symbol=each.symbol, slot=each.slot, code=each.code, text=each.text) for each in one.notes],
        grounds=[
            Ground(symbol=each.symbol, what=each.what, text=each.text, holds=each.holds, values=each.values)
            for each in one.grounds
        ],
    )


def row_of(row: ToldRow) -> Row:
    """A wanted row as it goes out."""
    return Row(
        symbol=row.symbol,
        slot=row.slot,
        rev=row.rev,
        state=row.state,
        side="buy" if row.side == "buy" else "sell",
        kind=row.kind,
        qty=text_of(row.qty),
        effective=text_of(row.effective),
        filled=text_of(row.filled),
        price=decimal(row.price),
        trigger=decimal(row.trigger),
    )
