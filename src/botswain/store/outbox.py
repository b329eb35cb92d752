"""The outbox: messages committed with the step that caused them, to be published after the commit.

The rows never change. How far a consumer got is one row per consumer and bot in another table, so a message is
delivered in order and at least once; a consumer that sees one twice knows it by (bot, seq, part).
"""

from __future__ import annotations

from enum import IntFlag

import msgspec

from botswain.store.scope import Tx, values_of
from botswain.store.tables import outbox, outbox_delivery

PAGE = 1_000
# The topic of the one message that a step carries: which rows it wrote. What they say is read from their tables.
STEP = "step"


class Wrote(IntFlag):
    """What a step changed beside the journal."""

    FILLS = 1
    ORDERS = 2
    POSITIONS = 4
    STATUS = 8  # a start, a halt, a command, a limit that was reached


class StepTold(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The payload of a step's message: its first and last journal row, and what it wrote (`Wrote`)."""

    first_seq: int
    last_seq: int
    wrote: int


STEP_ENCODER = msgspec.msgpack.Encoder()
STEP_DECODER = msgspec.msgpack.Decoder(StepTold)


class Message(msgspec.Struct, frozen=True, gc=False):
    """A row of the outbox."""

    bot_id: str
    seq: int
    part: int
    tenant_id: str
    topic: str
    payload: bytes
    time_ms: int


async def undelivered(tx: Tx, consumer: str, bot_id: str, *, limit: int = PAGE) -> list[Message]:
    """A bot's messages that `consumer` has not marked, oldest first, about `limit` of them.

    The messages of one journal row come together, since they are marked together: more than `limit` only then.
    """
    got = await delivered_seq(tx, consumer, bot_id)
    statement = tx.select(outbox).where(outbox.c.bot_id == bot_id).order_by(outbox.c.seq, outbox.c.part)
    rows = await tx.rows(statement.where(outbox.c.seq > got).limit(limit))
    if len(rows) == limit:
        first, last = rows[0].seq, rows[-1].seq
        whole = last - 1 if last > first else last
        rows = await tx.rows(statement.where(outbox.c.seq > got, outbox.c.seq <= whole))
    return [Message(**values_of(row)) for row in rows]


async def mark_delivered(tx: Tx, consumer: str, bot_id: str, tenant_id: str, *, seq: int, now_ms: int) -> None:
    """All of a bot's messages up to journal row `seq` have reached `consumer`. Going back does nothing."""
    values = {"consumer": consumer, "bot_id": bot_id, "tenant_id": tenant_id, "seq": seq, "delivered_ms": now_ms}
    await tx.upsert(outbox_delivery, values, newer="seq")


async def delivered_seq(tx: Tx, consumer: str, bot_id: str) -> int:
    """The last journal row whose messages reached `consumer`, 0 when none did."""
    here = (outbox_delivery.c.consumer == consumer, outbox_delivery.c.bot_id == bot_id)
    row = await tx.row(tx.select(outbox_delivery, outbox_delivery.c.seq).where(*here))
    return 0 if row is None else int(row.seq)
