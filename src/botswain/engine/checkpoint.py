"""A bot's whole memory as a journal row, every so many instants, so that a restart need not decide anew on all of them.

What streams of indicators hold cannot be written down: a restart still feeds them every candle from their anchor on.
A checkpoint is trusted only by the code that wrote it; any other recomputes everything and compares. A replay always
recomputes everything, this row too.
"""

from __future__ import annotations

import msgspec

from botswain.core.records import LASTING
from botswain.engine.bot import Bot, Outcome
from botswain.engine.changes import Changes
from botswain.model.journal import MarketRef
from botswain.store.bot_records import Checkpoint

CHECKPOINT_EVERY = 10_000


def with_checkpoint(bot: Bot, venue: bytes, outcome: Outcome, event: MarketRef) -> Outcome:
    """An instant's outcome with the memory after it, and what its venue saved, as its last record.

    Its requests are not sent yet.
    """
    state = bot.decider.state
    record = Checkpoint(
        event=event,
        code=bot.decider.key,
        parts={name: state.saved(name) for name in LASTING},
        notes=state.saved("notes"),
        working=tuple(bot.working.values()),
        attempts=tuple((*slot, *tried) for slot, tried in bot.attempts.items()),
        base_fees=tuple(str(one) for one in bot.base_fees),
        fills=bot.fills,
        latest=tuple(bot.latest),
        halted=bot.halted,
        requests=outcome.requests,
        venue=venue,
        charged=str(bot.charged),
    )
    return msgspec.structs.replace(outcome, records=(*outcome.records, record))


def restore(bot: Bot, saved: Checkpoint) -> None:
    """Give a bot, whose indicators have taken all candles up to it, the memory of a checkpoint."""
    state = bot.decider.state
    for name, part in {**saved.parts, "notes": saved.notes}.items():
        state.load(name, part)
    bot.working = {one.client_order_id: one for one in saved.working}
    bot.attempts = {(s, slot): (rev, attempt) for s, slot, rev, attempt in saved.attempts}
    bot.base_fees = [int(one) for one in saved.base_fees]
    bot.fills = saved.fills
    bot.charged = int(saved.charged)
    bot.latest.clear()
    bot.latest.extend(saved.latest)
    bot.halted = saved.halted
    if bot.halted is not None:
        bot.decider.silence()
    bot.changes = Changes(state)
