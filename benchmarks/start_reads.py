"""What a live start pays for what is recorded of its market, and for what of it: so many events in a SQLite file.

    python benchmarks/start_reads.py [--events 500000] [--repeats 3] [--folder FOLDER]

A start takes all events of its timeframe from the database, holds them against their anchor, makes candles of them,
and lets each bot's indicators have those of its symbols. Each is measured by itself, processor time of this process
and of the reading thread, the least of the repeats; `read_all` is the first three as a start does them.
"""

import argparse
import asyncio
import os
import tempfile
import time
from decimal import Decimal
from pathlib import Path

from botswain.build.decider import Decider
from botswain.build.plan import Plan
from botswain.core.scale import Sizing
from botswain.engine.feed import bar_of
from botswain.engine.live_market import LiveMarket, event_of, read_all
from botswain.model.ids import IdMaker
from botswain.model.instrument import Instrument
from botswain.model.journal import MarketKind
from botswain.store import market
from botswain.store.bot_records import CANDLE_ENCODER, Candle
from botswain.store.database import open_database
from botswain.store.market import Contents
from botswain.store.steps import MarketRow, MarketRows
from botswain.store.writer import GroupCommitWriter, commits_of
from botswain.strategies.sma_crossover import SmaCrossover

KERNELS = Path(__file__).resolve().parents[1] / ".cache" / "botswain-kernels"
MINUTE_MS = 60_000
FIRST_MS = 1_700_000_040_000
BATCH = 10_000
PAGE = 1_000
SYMBOL = "BTC/USDT"


def now_ms():
    """The time."""
    return time.time_ns() // 1_000_000


def rows(first, count):
    """Minutes of a price that goes to and fro."""
    made = []
    for number in range(first, first + count):
        price, at_ms = 60_000.0 + number % 997 - number % 101, FIRST_MS + number * MINUTE_MS
        body = Candle(SYMBOL, at_ms, price, price + 9.5, price - 7.25, price + 1.75, 12.5, last=True)
        made.append(MarketRow(number, int(MarketKind.CANDLE), body.open_ms, CANDLE_ENCODER.encode(body)))
    return tuple(made)


async def recorded(database, events):
    """A segment of so many events, anchored at its end."""
    segment = IdMaker(now_ms, os.urandom)()
    async with database.transaction(None) as tx:
        await market.open_segment(tx, market.Segment(segment, "benchmark", now_ms()))
    contents = Contents()
    async with GroupCommitWriter(commits_of(database)) as writer:
        for first in range(1, events + 1, BATCH):
            made = rows(first, min(BATCH, events + 1 - first))
            for one in made:
                contents.take(one)
            await writer.append(MarketRows(segment, made))
    async with database.transaction(None) as tx:
        await market.anchor(tx, segment, contents.last, contents.digest(), now_ms())
    return segment


async def pages(database, segment):
    """All events, as the database has them."""
    found = []
    async with database.reading(None) as tx:
        while page := await market.read(tx, segment, after=found[-1].sequence if found else 0, limit=PAGE):
            found += page
    return found


async def whole(database, segment):
    """As a start does it."""
    opened = LiveMarket(segment, "1m", MINUTE_MS)
    async with database.reading(None) as tx:
        return await read_all(tx, opened)


def hashed(found):
    """Their hash."""
    contents = Contents()
    for one in found:
        contents.take(one)
    return contents.digest()


def plan():
    """A bot with two averages."""
    one = Instrument(SYMBOL, Decimal("0.01"), Decimal("0.00001"))
    return Plan(SmaCrossover(fast=8, slow=21), (one,), MINUTE_MS, Decimal(10_000), Sizing("percent", Decimal(1)))


def fed(decider, tick, events):
    """A bot's indicators take them."""
    for one in events:
        decider.take(one.body.open_ms, {0: bar_of(one.body, tick)})


async def least(repeats, work):
    """The least processor time of some repeats, and what came of the last."""
    took, found = [], None
    for _ in range(repeats):
        found = None
        began = time.process_time()
        found = work()
        if asyncio.iscoroutine(found):
            found = await found
        took.append(time.process_time() - began)
    return min(took), found


async def measured(folder, events, repeats):
    """Make the record, and print what each part of a start's reading takes."""
    database = await open_database(Path(folder) / "start.db", epoch=os.urandom(16), now_ms=now_ms())
    try:
        segment = await recorded(database, events)
        from_database, found = await least(repeats, lambda: pages(database, segment))
        verified, _ = await least(repeats, lambda: hashed(found))
        made, events_of = await least(repeats, lambda: [event_of(one) for one in found])
        all_of_it, _ = await least(repeats, lambda: whole(database, segment))
        decider = Decider(plan(), KERNELS)
        tick = decider.plan.instruments[0].tick_size
        taken, _ = await least(1, lambda: fed(decider, tick, events_of))
    finally:
        await database.close()
    for name, seconds in (
        ("from the database", from_database),
        ("held against the anchor", verified),
        ("made into candles", made),
        ("read_all, as a start does", all_of_it),
        ("into one bot's indicators", taken),
    ):
        print(f"{name:<28} {seconds:7.2f} s  {seconds / events * 1e5:6.3f} s per 100,000 events")


def main():
    """The command line."""
    parser = argparse.ArgumentParser(description="What a live start pays for its recorded market.")
    parser.add_argument("--events", type=int, default=500_000, help="how many are recorded")
    parser.add_argument("--repeats", type=int, default=3, help="of which the least counts")
    parser.add_argument("--folder", default=None, help="where the SQLite file is put for the while")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        asyncio.run(measured(folder, given.events, given.repeats))


if __name__ == "__main__":
    main()
