"""Checkpoints of live bots: a restart goes on from the last one, to the same bot; one without trust is not used."""

import asyncio
from pathlib import Path

import msgspec
import pytest
from tests.cli.live_bench import Bench, exchange, ladder, trend
from tests.sandbox.ports import served

from botswain.core.records import LASTING
from botswain.engine import live_memory, live_way
from botswain.engine.live_bot import LiveBot
from botswain.engine.live_memory import GROUP_SETS, NEW_SETS, SETS
from botswain.engine.order_groups import OrderGroups
from botswain.engine.replay import replay
from botswain.model.errors import FailClosed
from botswain.model.journal import RecordKind
from botswain.store import journal, market
from botswain.store.bot_records import TYPES

EVERY = 15


@pytest.fixture
def bench(kernels, tmp_path):
    with served(exchange(kernels)) as site:
        yield Bench(site, kernels, tmp_path, every=EVERY)


def named(crew, name):
    return next(one for one in crew.fleet.runners.values() if one.name == name)


def memory(runner):
    """All that a bot remembers, but for the link it is told anew at each start."""
    bot = runner.bot
    parts = {name: bot.decider.state.saved(name) for name in LASTING}
    kept = msgspec.structs.replace(
        msgspec.msgpack.decode(live_memory.saved(bot), type=live_memory.Memory), up=True, look=False
    )
    others = (bot.attempts, bot.fills, bot.base_fees, list(bot.latest), runner.taker.newest)
    return dict(bot.working), (parts, kept, *others)


async def checkpoints(bench, name):
    row = await bench.row(name)
    async with bench.store.reading(None) as tx:
        found = await journal.of_kind(tx, row.id, RecordKind.CHECKPOINT)
    return [(one.seq, TYPES.read(one.kind, one.version, one.payload)) for one in found]


async def test_a_restart_goes_on_from_the_last_checkpoint_to_the_same_bot(bench, monkeypatch):
    stay = {"on_stop": "leave"}
    async with bench.crew(ladder(**stay), trend(**stay)) as crew:
        await bench.step(crew, 2 * EVERY + 7)
        before = {one.name: memory(one) for one in crew.fleet.runners.values()}
    for name in before:
        assert len(await checkpoints(bench, name)) == 2
    gone = []
    real = live_way.gone_by

    def counted(taker, *more):
        gone.append(taker)
        real(taker, *more)

    monkeypatch.setattr(live_way, "gone_by", counted)
    async with bench.crew(ladder(**stay), trend(**stay)) as crew:
        assert len(gone) == 2
        assert not bench.heard("is not used")
        for name, (working, others) in before.items():
            again = memory(named(crew, name))
            assert again[0].keys() == working.keys()
            assert again[1] == others
        await bench.step(crew, EVERY)
    for name in before:
        said = await replay(crew.parts, name)
        assert said.differences == ()
        assert len(await checkpoints(bench, name)) == 3


async def test_a_checkpoint_that_leads_elsewhere_is_not_used_and_the_whole_journal_is_read(bench, monkeypatch):
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, EVERY + 7)

    def elsewhere(*_given):
        raise FailClosed("it leads elsewhere")

    monkeypatch.setattr(live_way, "gone_by", elsewhere)
    async with bench.crew(ladder()) as crew:
        assert bench.heard("bot one: its checkpoint is not used, and its whole journal read (it leads elsewhere)")
        await bench.step(crew, 3)
        assert crew.refused == []
    assert (await replay(crew.parts, "one")).differences == ()


async def test_a_restart_after_an_absence_and_a_kill_in_between_goes_on_too(bench):
    for _ in range(4):
        async with bench.crew(ladder(), trend()) as crew:
            await bench.step(crew, EVERY // 2 + 3)
        await bench.site.step_soon(3)
    async with bench.crew(ladder(), trend()) as crew:
        await bench.step(crew, 2)
        assert crew.refused == []
    assert not bench.heard("is not used")
    for name in ("one", "two"):
        assert (await replay(crew.parts, name)).differences == ()


async def test_chains_and_market_are_anchored_and_a_market_that_was_changed_is_refused(bench):
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 5)
        await crew.fleet.anchored()
        segment = crew.fleet.market.segment
        row = await bench.row("one")
        async with bench.store.reading(None) as tx:
            kept = await market.anchored(tx, segment)
            chain = await journal.verify(tx, row.id)
        assert kept.sequence == crew.fleet.market.sequence
        assert chain.anchored_seq > 1
    async with bench.store.transaction(None) as tx:
        await market.anchor(tx, segment, kept.sequence + 1_000, b"\0" * 32, 5)
    crew = bench.made(ladder())
    with pytest.raises(FailClosed, match=r"it ends at event \d+, but event \d+ was anchored"):
        await asyncio.wait_for(crew.run(), 60)


def test_everything_a_bot_remembers_is_known_to_its_checkpoints():
    constant = {
        "at_close", "groups", "_table", "_shortable", "_exits", "_mark", "_links", "_pos", "terms", "up", "mode",
        "past", "_look", "_last_fill", "_noted", "_short", "_closing", "rules", "steps", "ruled", "asked", "due",
        "unpaid",
    }  # fmt: skip
    assert attributes(LiveBot) <= constant | set(SETS), "save it in live_memory, or name it here as constant"
    assert attributes(OrderGroups) <= {"lists", "at_open", "held", "going"} | {*GROUP_SETS, *NEW_SETS}, "the same"


def attributes(kind):
    """What a class's own methods set on self."""
    text = Path(__import__(kind.__module__, fromlist=["x"]).__file__).read_text()
    found = set()
    for line in text.splitlines():
        for part in line.strip().split(", "):
            if part.startswith("self.") and (" = " in part or ": " in part or line.strip().count("self.") > 1):
                name = part[5:].split(" ")[0].split(":")[0]
                if name.isidentifier() and (
                    f"self.{name} =" in line or f"self.{name}:" in line or f"self.{name}," in line
                ):
                    found.add(name)
    return found
