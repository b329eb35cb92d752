"""A limit of the whole account that a bot reached stands in its own table, with its numbers and its end, at once."""

from decimal import Decimal

import msgspec
import pytest
from tests.engine.compare import backtested
from tests.engine.scenes import MINUTE_MS, Scene, bot, drawn, instrument
from tests.fakes.installation import Installation

from botswain.model.reasons import Reason
from botswain.model.timeframe import DAY_MS
from botswain.store import blocks, made_tables, tables
from botswain.store.outbox import StepTold, Wrote

X = "BTC/USDT"
HASTY = {"params": {"fast": 2, "slow": 3}}
LIMITS = {
    Reason.DAILY_LOSS: {"max_daily_loss": "0.01"},
    Reason.DRAWDOWN: {"max_drawdown": "0.02"},
    Reason.COOL_DOWN: {"max_consecutive_losses": "2", "cooldown_ms": "1800000"},
}


async def reached(kernels, reason):
    """The rows of a bot that reached its limit on paper, its journal's messages, and the notes of its backtest."""
    scene = Scene(bot("sma_crossover", [X], limits=LIMITS[reason], **HASTY), {X: drawn(8, X, 400)}, {X: instrument(X)})
    here = Installation(kernels)
    await here.process(scene.market, scene.config, [scene.bot])
    row = await here.bot("one")
    async with here.store.reading(None) as tx:
        found = (await blocks.of_bots(tx, [row.id]))[row.id]
        kept = await tx.row(tx.select(made_tables.blocks).where(made_tables.blocks.c.bot_id == row.id))
        said = await tx.rows(tx.select(tables.outbox).where(tables.outbox.c.bot_id == row.id))
    result = backtested(scene.bot, scene.candles, scene.market)
    notes = [one for one in result.notes if one.slot < 0 and one.code == reason.name.lower()]
    return found, kept, [msgspec.msgpack.decode(one.payload, type=StepTold) for one in said], notes


@pytest.mark.parametrize("reason", LIMITS)
async def test_the_last_block_of_a_reason_is_kept_with_what_its_note_said(reason, kernels):
    found, kept, said, notes = await reached(kernels, reason)
    assert notes
    [one] = found
    assert one.reason == reason
    assert (float(one.value), float(one.limit)) == pytest.approx((notes[-1].value, notes[-1].limit), rel=1e-12)
    told = [step for step in said if step.first_seq <= kept.seq <= step.last_seq]
    assert [bool(step.wrote & Wrote.STATUS) for step in told] == [True]


async def test_a_block_ends_when_the_core_would_end_it(kernels):
    [day], _, _, notes = await reached(kernels, Reason.DAILY_LOSS)
    assert day.since_ms == notes[-1].time_ms
    assert day.until_ms == (day.since_ms // DAY_MS + 1) * DAY_MS
    [forever], _, _, _ = await reached(kernels, Reason.DRAWDOWN)
    assert forever.until_ms is None
    [streak], _, _, _ = await reached(kernels, Reason.COOL_DOWN)
    # Counted from the fill inside the candle at whose close it was written down.
    assert 0 <= streak.since_ms + 1_800_000 - streak.until_ms <= MINUTE_MS
    assert (streak.value, streak.limit) == (Decimal(2), Decimal(2))
