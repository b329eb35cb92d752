"""kill -9 in the middle of appending: what was acknowledged is there, what is there is whole."""

import os
import signal
import subprocess
import sys

from tests.store import made
from tests.store.made import EPOCH, NOW_MS

from botswain.store import fills, inline, journal, orders, outbox, positions

CHILD = """
import asyncio, sys
from sqlalchemy import NullPool
from botswain.store.database import open_database
from botswain.store.writer import GroupCommitWriter, commits_of
from tests.store import made

async def run_bot(store, writer, bot):
    seq = 1
    while True:
        order = made.order(seq, client_order_id=made.uuid7(seq, int(bot.id[-4:], 16)), rev=seq)
        fill = made.fill(f"{bot.name} {seq}", seq + 1, client_order_id=order.client_order_id)
        step = made.step(bot, seq, 3, orders=(order,), order_events=(made.event(order, seq),), fills=(fill,),
                         positions=(made.position(seq),), outbox=(made.message(seq),))
        await writer.append(step)
        print(bot.id, seq + 2, flush=True)
        seq += 3

async def main():
    store = await open_database(sys.argv[1], epoch=made.EPOCH, now_ms=made.NOW_MS, poolclass=NullPool)
    owner = await made.tenant(store)
    crew = [await made.bot(store, owner, f"bot {n}") for n in range(8)]
    async with GroupCommitWriter(commits_of(store)) as writer:
        await asyncio.gather(*(run_bot(store, writer, bot) for bot in crew))

asyncio.run(main())
"""


def killed_in_the_middle(where, root, lines):
    """Run the child until it has acknowledged so many steps, kill it, and return {bot: last acknowledged row}."""
    environment = {**os.environ, "PYTHONPATH": str(root)}
    command = [sys.executable, "-W", "ignore", "-c", CHILD, str(where)]
    acknowledged = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=root) as child:
        for _ in range(lines):
            bot, seq = child.stdout.readline().split()
            acknowledged[bot] = int(seq)
        child.send_signal(signal.SIGKILL)
        for line in child.stdout:  # what it said before it died counts as well
            if line.endswith("\n"):
                bot, seq = line.split()
                acknowledged[bot] = int(seq)
    return acknowledged


async def test_after_a_kill_every_acknowledged_step_is_there_and_no_half_one(tmp_path, pytestconfig):
    where = tmp_path / "botswain.db"
    acknowledged = killed_in_the_middle(where, pytestconfig.rootpath, lines=300)
    store = inline.open_file(where, epoch=EPOCH, now_ms=NOW_MS)
    assert len(acknowledged) == 8
    for bot_id, seq in acknowledged.items():
        async with store.reading(None) as tx:
            found = await journal.verify(tx, bot_id)
            assert found.broken_seq is None, found.why
            assert found.head_seq >= seq
            assert found.head_seq % 3 == 0
            steps = found.head_seq // 3
            assert len(await orders.of_bot(tx, bot_id)) == steps
            assert len(await fills.of_bot(tx, bot_id)) == steps
            assert len(await outbox.undelivered(tx, "bus", bot_id)) == steps
            assert (await positions.of_bot(tx, bot_id))[0].seq == found.head_seq - 2
    await store.close()


async def test_a_killed_process_bots_go_on_where_their_journals_end(tmp_path, pytestconfig):
    where = tmp_path / "botswain.db"
    acknowledged = killed_in_the_middle(where, pytestconfig.rootpath, lines=40)
    store = inline.open_file(where, epoch=EPOCH, now_ms=NOW_MS)
    for bot_id in acknowledged:
        async with store.transaction(None) as tx:
            epoch = await made.bots.take_lease(tx, bot_id, "next", now_ms=NOW_MS, until_ms=NOW_MS, take_over=True)
            bot = await made.bots.get(tx, bot_id)
            head = (await journal.verify(tx, bot_id)).head_seq
        assert (bot.lease_epoch, epoch) == (2, 2)
        assert (await store.append(made.step(bot, head + 1))).seq == head + 1
    await store.close()
