"""Journal rows a second: msgpack, hash chain and lease check on, every commit durable (WAL, synchronous = FULL).

    python benchmarks/journal.py [--seconds 2] [--folder FOLDER] [--postgres URL]

Each line is one way of arriving. "alone" is one bot that waits for its row before it writes the next: a commit a row.
"together" is so many bots whose steps are ready at the same moment, a row each, which is what group commit is for.
"steps of N" is so many bots with N rows a step. The append is measured from packing the record to the durable answer.
"in memory" is the inline database of simulations, one commit a row. The database lies in --folder (default: the
machine's temporary folder, which must be a real disk for the figures to mean anything).
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
CASES = (("alone", 1, 1), ("together", 100, 1), ("together", 1000, 1), ("steps of 5", 100, 5), ("steps of 10", 100, 10))


def now_ms() -> int:
    """The time."""
    return time.time_ns() // 1_000_000


MAKE_ID = IdMaker(now_ms, os.urandom)


async def crew(database: object, count: int) -> list[bots.Bot]:
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


async def run_bot(append: object, bot: bots.Bot, rows: int, until: float) -> int:
    """Append steps of `rows` rows, one after the other, until the time is up; returns the rows written."""
    seq, segment = 1, bot.id
    while time.perf_counter() < until:
        journal = []
        for place in range(rows):
            event = MarketRef(segment, seq + place)
            record = Decision(event, [(7, 3, 41234, 25), (8, 3, 41236, 25)], [101], [1.5, 0.25, 3.75])
            journal.append(RECORDS.row(record, now_ms()))
        step = StepRows(
            tenant_id=bot.tenant_id,
            account_id=bot.account_id,
            bot_id=bot.id,
            lease_epoch=bot.lease_epoch,
            first_seq=seq,
            journal=tuple(journal),
        )
        seq = (await append(step)).seq + 1
    return seq - 1


async def measure(name: str, database: object, append: object, writer: object, case: tuple[str, int, int], seconds: float):
    """Run one case and print its line."""
    label, count, rows = case
    fleet = await crew(database, count)
    commits = writer.commits if writer else 0
    start = time.perf_counter()
    written = sum(await asyncio.gather(*(run_bot(append, bot, rows, start + seconds) for bot in fleet)))
    took = time.perf_counter() - start
    per_commit = written / (writer.commits - commits) if writer else rows
    print(f"{name:10} {label:12} {count:5} bots {written / took:10,.0f} rows/s {per_commit:9.1f} rows a commit", flush=True)


async def served(name: str, where: object, seconds: float) -> None:
    """The cases through the group-commit writer."""
    database = await open_database(where, epoch=os.urandom(16), now_ms=now_ms())
    try:
        async with GroupCommitWriter(commits_of(database)) as writer:
            for case in CASES:
                await measure(name, database, writer.append, writer, case, seconds)
    finally:
        await database.close()


async def in_place(seconds: float) -> None:
    """The inline database, a commit a row."""
    database = inline.open_memory(epoch=os.urandom(16), now_ms=now_ms())
    await measure("in memory", database, database.append, None, CASES[0], seconds)
    await database.close()


def main() -> None:
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
