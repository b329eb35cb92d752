"""A live bot's database is put back from a backup while its orders went on: no name comes to the venue twice.

The exchange is the same all along, so what was sent after the backup is there and in no journal.
"""

import pytest
from tests.cli.live_bench import Bench, exchange, ladder, trend
from tests.fakes.live import parts_of
from tests.sandbox.ports import served

from botswain.cli import doctor_run
from botswain.cli.doctor_run import examined
from botswain.engine.replay import replay
from botswain.engine.restored import Wish, renew
from botswain.model.journal import RecordKind
from botswain.store import accounts, journal, orders
from botswain.store.inline import open_memory

BOTS = ("one", "two")
WISH = Wish(bytes(range(16)), "ann on deck", "the disk broke")


@pytest.fixture
def bench(kernels, tmp_path):
    with served(exchange(kernels)) as site:
        yield Bench(site, kernels, tmp_path)


def crew():
    """A grid and a trend follower that leave their orders at the venue when they are stopped."""
    return ladder(on_stop="leave"), trend(on_stop="leave", exits={"stop_loss": "0.02"})


async def named(bench):
    """All ids that a database has, by bot, in the order of its journal."""
    found = {}
    for name in BOTS:
        bot = await bench.row(name)
        async with bench.store.reading(None) as tx:
            kept = await orders.of_bot(tx, bot.id, limit=100_000)
        found[name] = [one.client_order_id for one in sorted(kept, key=lambda one: one.seq)]
    return found


async def clean(bench):
    """A replay of each bot finds no difference."""
    for name in BOTS:
        found = await replay(parts_of(bench.store, bench.kernels), name)
        assert (found.count, found.differences) == (0, ())


async def lived_on(bench, before=12, after=30):
    """Trade, take a backup, trade on and stop, put the backup back; returns all ids of the time that was lost."""
    async with bench.crew(*crew()) as made:
        await bench.step(made, before)
    backup = bench.store.image()
    async with bench.crew(*crew()) as made:
        await bench.step(made, after)
    lost = await named(bench)
    bench.store = open_memory(epoch=b"", now_ms=0, image=backup)
    kept = await named(bench)
    return {name: lost[name][len(kept[name]) :] for name in BOTS}


@pytest.mark.parametrize("every", [10_000, 4])
async def test_no_name_is_used_twice_and_a_replay_over_the_renewal_finds_no_difference(every, bench):
    bench.every = every
    lost = await lived_on(bench)
    assert min(len(one) for one in lost.values()) > 1
    kept = await named(bench)
    assert await renew(parts_of(bench.store, bench.kernels), WISH) == BOTS
    await clean(bench)
    # What was sold in the time that was lost is missing by the books put back, and stops entries (F31): here it is made
    # good, so that both bots trade on.
    for asset in list(bench.account().free):
        bench.account().free[asset] += 10**12
    async with bench.crew(*crew()) as made:
        await bench.step(made, 25)
        assert set(made.fleet.runners) == {(await bench.row(name)).id for name in BOTS}
        assert not made.fleet.refused
    await clean(bench)
    again = await named(bench)
    # The one that follows trends may find none in so few candles.
    assert any(len(again[name]) > len(kept[name]) for name in BOTS)
    for name, found in again.items():
        assert found[: len(kept[name])] == kept[name]
        assert len(found) == len(set(found))
        assert not set(found) & set(lost[name])
        bot = await bench.row(name)
        async with bench.store.reading(None) as tx:
            rows = [one async for one in journal.walk(tx, bot.id)]
        place = next(one.seq for one in rows if one.kind == RecordKind.RENEWED)
        assert 1 < place < rows[-1].seq
    async with bench.crew(*crew()) as made:
        await bench.step(made, 2)
    await clean(bench)


async def test_without_the_renewal_names_would_come_twice(bench):
    """What all this is for; a simulation of the mistake."""
    lost = await lived_on(bench)
    async with bench.crew(*crew()) as made:
        await bench.step(made, 10)
    found = await named(bench)
    assert any(set(found[name]) & set(lost[name]) for name in BOTS)


async def test_start_and_doctor_say_that_the_database_looks_put_back(bench, capsys, monkeypatch):
    monkeypatch.setattr(doctor_run, "AGAIN_S", 0.0)
    await lived_on(bench)
    async with bench.crew(*crew()) as made:
        assert bench.heard("This database looks put back from a backup: stop its bots, run botswain restored")
        async with bench.store.reading(None) as tx:
            account = await accounts.by_name(tx, "main")
        capsys.readouterr()
        assert await examined(made.parts, bench.places, account, 7) == 1
        assert "no journal here knows it: this database looks put back from a backup" in capsys.readouterr().out
