"""A backtest on candles that were recorded for bots goes by the rules that the exchange told those bots."""

import asyncio
from decimal import Decimal

from tests.engine.crews import BTC, CONFIG, crew, market
from tests.fakes.installation import Installation

from botswain.control.datasets import listed
from botswain.control.recorded import RecordedCandles
from botswain.lab.job_ground import RECORDED_WITH
from botswain.lab.jobs import run_job

ASKED = {
    "strategy": "sma_crossover", "symbols": [], "parameters": {"fast": 3, "slow": 9}, "capital": "5000", "fee": "0.001",
    "slippage_bps": "0", "sizing": {"kind": "percent", "size": "1"}, "exits": {}, "limits": {}, "start_ms": None,
    "end_ms": None,
}  # fmt: skip


async def test_lots_steps_and_least_orders_are_those_that_a_bot_there_has(kernels, tmp_path):
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, crew())
    async with installation.store.reading(None) as tx:
        [name] = [one.id for one in await listed(tx, tmp_path, RecordedCandles()) if one.symbol == BTC]
    where = tmp_path / "botswain.db"
    where.write_bytes(installation.store.image())
    await installation.store.close()
    context = {"candles_dir": str(tmp_path), "cache_dir": str(kernels), "database": str(where)}
    told = market().instruments[BTC]
    assert told.lot_size > Decimal("1E-8")

    async def ran(**more):
        asked = {"request": ASKED | {"dataset_ids": [name]} | more, "context": context}
        return await asyncio.to_thread(run_job, asked, lambda _done, _what: None)

    found = await ran()
    assert found["assumptions"]["lot"] == f"{told.lot_size} ({RECORDED_WITH})"
    assert found["assumptions"]["tick"] == f"{told.tick_size} ({RECORDED_WITH})"
    assert all(Decimal(one["qty"]) % told.lot_size == 0 for one in found["fills"])
    assert len(found["fills"]) >= 3
    # What is sold short is traded nowhere that is recorded: there the rules are the usual ones.
    short = await ran(shortable=True)
    assert "no instrument was given" in short["assumptions"]["lot"]
