"""Journal rows a second: msgpack, hash chain and lease check on, every commit durable (WAL, synchronous = FULL).

    python benchmarks/journal.py [--seconds 2] [--folder FOLDER] [--postgres URL]

Bots append steps, each waiting for its answer before its next step; so many bots at once make so many rows a commit.
A row is about 250 bytes in the table. The append is measured from packing the record to the durable answer, and with
it all that the bots and the event loop do; "us of CPU a row" is the process's own time and does not depend on the
disk or on what else the machine does. "in memory" is the inline database of simulations, one commit a row. The
database lies in --folder (default: the machine's temporary folder), which must be a real disk for the figures to
mean anything.
"""

import argparse
import asyncio
import os
import tempfile
import time
from pathlib import Path

import msgspec

from botswain.model.ids import IdMaker
from botswain.model.journal import MarketRef, RecordKind
from botswain.store import accounts, bots, inline, tenants
from botswain.store.database import open_database
from botswain.store.records import RecordType, RecordTypes
from botswain.store.steps import StepRows
from botswain.store.writer import GroupCommitWriter, commits_of


class Decision(msgspec.Struct, array_like=True):
    """About what a bot writes when its wanted orders change: 100 bytes."""

    event: MarketRef
    wanted: list[tuple[int, int, int, int]]
    reasons: list[int]
    memory: list[float]


RECORDS = RecordTypes([RecordType(RecordKind.STEP, Decision)])
# Bots, and rows in each of their steps.
CASES = ((1, 1), (1, 100), (1, 1000), (100, 1), (100, 10), (1000, 1))


def now_ms() -> int:
    """The time."""
    return time.time_ns() // 1_000_000


MAKE_ID = IdMaker(now_ms, os.urandom)


async def crew(database, count):
    """So many bots, held by this process."""
    async with database.transaction(None) as tx:
        owner = await tenants.ensure(tx, tenants.Tenant(MAKE_ID(), "owner", now_ms()))
    made = []
    async with database.transaction(owner.id) as tx:
        account = accounts.Account(MAKE_ID(), MAKE_ID(), "paper", accounts.Environment.PAPER, now_ms())
        await accounts.create(tx, account)
        for _ in range(count):
            bot = await bots.create(tx, bots.NewBot(MAKE_ID(), account.id, MAKE_ID(), "grid", "{}", now_ms()))
            await bots.take_lease(tx, bot.id, "benchmark", now_ms=now_ms(), until_ms=now_ms() + 60_000)
            made.append(await bots.get(tx, bot.id))
    return made


def journal_rows(segment, seq, count):
    """So many records, packed."""
    rows = []
    for place in range(count):
        record = Decision(
            MarketRef(segment, seq + place), [(7, 3, 41234, 25), (8, 3, 41236, 25)], [101], [1.5, 0.25, 3.75]
        )
        rows.append(RECORDS.row(record, 1_700_000_000_000 + place))
    return tuple(rows)


async def run_bot(append, bot, rows, until):
    """Append steps of `rows` rows, one after the other, until the time is up; returns the rows written."""
    seq = 1
    while time.perf_counter() < until:
        step = StepRows(
            tenant_id=bot.tenant_id,
            account_id=bot.account_id,
            bot_id=bot.id,
            lease_epoch=bot.lease_epoch,
            first_seq=seq,
            journal=journal_rows(bot.id, seq, rows),
        )
        seq = (await append(step)).seq + 1
    return seq - 1


async def measure(name, database, append, writer, case, seconds):
    """Run one case and print its line."""
    count, rows = case
    fleet = await crew(database, count)
    commits = writer.commits if writer else 0
    start, cpu = time.perf_counter(), time.process_time()
    written = sum(await asyncio.gather(*(run_bot(append, bot, rows, start + seconds) for bot in fleet)))
    took, cpu = time.perf_counter() - start, time.process_time() - cpu
    per_commit = written / (writer.commits - commits) if writer else rows
    print(
        f"{name:10} {count:5} bots x {rows:4} rows a step {per_commit:8.1f} rows a commit "
        f"{written / took:10,.0f} rows/s {cpu / written * 1e6:8.1f} us of CPU a row",
        flush=True,
    )


async def served(name, where, seconds):
    """The cases through the group-commit writer."""
    database = await open_database(where, epoch=os.urandom(16), now_ms=now_ms())
    try:
        async with GroupCommitWriter(commits_of(database)) as writer:
            for case in CASES:
                await measure(name, database, writer.append, writer, case, seconds)
    finally:
        await database.close()


async def in_place(seconds):
    """The inline database, a commit a step."""
    database = inline.open_memory(epoch=os.urandom(16), now_ms=now_ms())
    for case in ((1, 1), (1, 100)):
        await measure("in memory", database, database.append, None, case, seconds)
    await database.close()


def main():
    """The command line."""
    parser = argparse.ArgumentParser(description="Journal rows a second.")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each case runs")
    parser.add_argument("--folder", default=None, help="where the SQLite file is put for the while")
    parser.add_argument("--postgres", default=None, help="the address of an empty PostgreSQL database to measure too")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        asyncio.run(served("sqlite", Path(folder) / "journal.db", given.seconds))
    asyncio.run(in_place(given.seconds))
    if given.postgres:
        asyncio.run(served("postgresql", given.postgres, given.seconds))


if __name__ == "__main__":
    main()
