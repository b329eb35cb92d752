"""Checkpoints: a restart goes on from the last one and comes to the same bytes; a replay recomputes them too."""

import random

import msgspec
import pytest
from tests.engine.crews import CONFIG, crew, facts, journals, market
from tests.engine.scenes import any_scene
from tests.engine.test_broken_steps import Breaking
from tests.engine.test_recovery import kill_at, stopped, tampered
from tests.engine.test_same_fills import (
    dip_that_follows_down_and_sells_in_steps,
    momentum_that_adds_and_turns_over,
    rules_on_two_timeframes,
    same_books,
    scalper_of_both_sides_that_stops_and_waits,
)
from tests.fakes.installation import Installation, Killed

from botswain.control.config import SlippageConfig
from botswain.engine import roster
from botswain.engine.bot import Bot
from botswain.engine.view import view_of
from botswain.model.journal import RecordKind
from botswain.store.bot_records import TYPES, Checkpoint
from botswain.strategies import catalog

EVERY = 5


@pytest.fixture(autouse=True)
def often(monkeypatch):
    """A checkpoint every few instants."""
    monkeypatch.setattr(roster, "CHECKPOINT_EVERY", EVERY)


@pytest.fixture
def decided(monkeypatch):
    """Counts the instants that bots decide on."""
    calls, instant = [], Bot.instant

    def counted(self, *given):
        calls.append(given)
        return instant(self, *given)

    monkeypatch.setattr(Bot, "instant", counted)
    return calls


async def checkpoints(installation, name):
    return [one for one in await installation.journal(name) if one.kind == RecordKind.CHECKPOINT]


async def test_one_is_written_every_so_many_instants_of_the_bot(kernels):
    installation, made = Installation(kernels), market()
    await installation.process(made, CONFIG, crew())
    for name, symbols in (("trend", ("BTC/USDT", "ETH/USDT")), ("ladder", ("BTC/USDT",))):
        times = sorted({int(ts) for one in symbols for ts in made.source[one].ts})
        found = await checkpoints(installation, name)
        assert [one.time_ms for one in found] == [one + 60_000 for one in times[EVERY - 1 :: EVERY]]
        assert (await installation.replay(name)).count == 0


async def test_a_restart_decides_only_on_what_came_after_the_last_one(kernels, decided):
    installation = Installation(kernels)
    await installation.process(market(60), CONFIG, crew(), candles=58)
    whole = len(decided)
    decided.clear()
    fleet = await installation.start(market(60), CONFIG, crew())
    assert 0 <= len(decided) < 2 * EVERY < whole
    for runner in fleet.runners:
        assert runner.since < EVERY
        same_books(runner)


async def test_a_bot_gone_on_with_is_the_bot_that_never_stopped_to_the_last_detail(kernels):
    made = market(60)
    whole, parts = Installation(kernels), Installation(kernels)
    expected = await whole.process(made, CONFIG, crew(), candles=53)
    await parts.process(made, CONFIG, crew(), candles=53)
    found = await parts.start(made, CONFIG, crew())
    for one, other in zip(found.runners, expected.runners, strict=True):
        assert view_of(one, 256) == view_of(other, 256)
        assert one.bot.working == other.bot.working
        assert one.bot.attempts == other.bot.attempts
        assert one.bot.base_fees == other.bot.base_fees
        assert one.venue.saved() == other.venue.saved()
        saved, wanted = one.bot.decider.snapshot(), other.bot.decider.snapshot()
        assert saved.tobytes() == wanted.tobytes()


@pytest.mark.parametrize("point", ["candle_recorded", "decided", "committed", "sent"])
async def test_killed_again_and_again_the_journals_are_the_same_bytes(point, kernels):
    expected, installation = Installation(kernels), Installation(kernels)
    await expected.process(market(), CONFIG, crew())
    for _ in range(40):
        try:
            await installation.process(market(), CONFIG, crew(), crash=kill_at(point, 3))
            break
        except Killed:
            continue
    assert await journals(installation) == await journals(expected)
    assert await facts(installation) == await facts(expected)
    for name in ("trend", "ladder"):
        assert len(await checkpoints(installation, name)) > 2
        assert (await installation.replay(name)).count == 0


@pytest.mark.parametrize("number", range(3000, 3004))
async def test_orders_of_every_kind_are_found_again(number, kernels, monkeypatch):
    monkeypatch.setitem(catalog.PLACES, "wild_orders", ("tests.engine.wild_orders", "WildOrders"))
    scene = any_scene(number, ("wild_orders",))
    whole, parts = Installation(kernels), Installation(kernels)
    await whole.process(scene.market, scene.config, [scene.bot])
    for _ in range(9):
        await parts.process(scene.market, scene.config, [scene.bot], candles=13)
    await parts.process(scene.market, scene.config, [scene.bot])
    assert await journals(parts, ("one",)) == await journals(whole, ("one",))
    assert (await parts.replay("one")).count == 0


@pytest.mark.parametrize("seed", range(3))
async def test_coming_and_going_at_random_they_are_recomputed_alike(seed, kernels):
    chance, crew_of = random.Random(seed), crew()
    installation, made = Installation(kernels), market(60, seed=70 + seed)
    for _ in range(12):
        there = chance.choice([crew_of, crew_of[:1], crew_of[1:]])
        fleet = await installation.process(made, CONFIG, there, candles=chance.randint(1, 9))
        for runner in fleet.runners:
            same_books(runner)
    await installation.process(made, CONFIG, crew_of)
    before = await journals(installation)
    await installation.start(made, CONFIG, crew_of)
    assert await journals(installation) == before
    for name in ("trend", "ladder"):
        found = await installation.replay(name)
        assert (found.count, found.differences, found.pending, found.missed) == (0, (), 0, 0)


async def test_a_halted_bot_is_halted_after_a_restart_from_one(kernels, monkeypatch):
    monkeypatch.setitem(catalog.PLACES, "breaking", ("tests.engine.test_broken_steps", Breaking.__name__))
    crew_of = [msgspec.structs.replace(crew()[0], strategy="breaking", params={"how": 1}, exits={}, limits={})]
    whole, parts = Installation(kernels), Installation(kernels)
    await whole.process(market(40), CONFIG, crew_of)
    await parts.process(market(40), CONFIG, crew_of, candles=33)
    fleet = await parts.process(market(40), CONFIG, crew_of)
    assert fleet.runners[0].checkpoint.halted is not None
    assert fleet.runners[0].bot.halted == fleet.runners[0].checkpoint.halted
    assert await journals(parts, ("trend",)) == await journals(whole, ("trend",))


async def test_by_other_code_everything_is_recomputed_and_compared(kernels, monkeypatch, decided):
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, crew(), candles=18)
    whole = len(decided)
    decided.clear()
    made = roster.checked

    def newer(*given):
        one = made(*given)
        one.decider.key = "newer"
        return one

    monkeypatch.setattr(roster, "checked", newer)
    fleet = await installation.start(market(), CONFIG, crew())
    assert len(decided) == whole
    assert all(one.checkpoint is None for one in fleet.runners)


async def test_a_changed_one_is_named_by_replay_in_few_words(kernels):
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, crew())
    row = (await checkpoints(installation, "trend"))[1]
    record = TYPES.read(row.kind, row.version, row.payload)
    changed = TYPES.row(msgspec.structs.replace(record, fills=record.fills + 1), row.time_ms).payload
    tampered(installation, "UPDATE journal SET payload = ? WHERE payload = ?", changed, row.payload)
    found = await installation.replay("trend")
    [said] = [one for one in found.differences if one.startswith(f"row {row.seq}: ")]
    assert said == f"row {row.seq}: fills is {record.fills + 1} in the journal, {record.fills} recomputed"


async def test_one_whose_candle_is_gone_from_the_record_stops_the_bot(kernels):
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, crew(), candles=12)
    row = (await checkpoints(installation, "trend"))[-1]
    record = TYPES.read(row.kind, row.version, row.payload)
    assert isinstance(record, Checkpoint)
    tampered(installation, "DELETE FROM market_events WHERE sequence >= ?", record.event.sequence)
    said = f"taken at market event {record.event.sequence}, which the record does not"
    assert said in await stopped(installation)


@pytest.mark.parametrize(
    "made",
    [
        momentum_that_adds_and_turns_over,
        dip_that_follows_down_and_sells_in_steps,
        rules_on_two_timeframes,
        scalper_of_both_sides_that_stops_and_waits,
    ],
)
async def test_a_bot_goes_on_with_its_position_and_its_purchases(made, kernels):
    """Stopped every 13 candles: what it counts, and the price of its last purchase, are in its memory alone."""
    scene = made()
    whole, parts = Installation(kernels), Installation(kernels)
    await whole.process(scene.market, scene.config, [scene.bot])
    for _ in range(20):
        await parts.process(scene.market, scene.config, [scene.bot], candles=13)
    await parts.process(scene.market, scene.config, [scene.bot])
    assert len(await parts.fills(scene.bot.name)) > 40
    assert await journals(parts, (scene.bot.name,)) == await journals(whole, (scene.bot.name,))
    assert (await parts.replay(scene.bot.name)).count == 0


@pytest.mark.parametrize("cut", [3, 17, 40])
async def test_what_slips_by_closed_candles_slips_the_same_after_a_restart(kernels, cut):
    """Its venue knows the candles again that came before."""
    slips = {"slippage": SlippageConfig("volatility", "0.5", 9), "slippage_bps": 1}
    bots = [msgspec.structs.replace(one, **slips) for one in crew()]
    whole, parts = Installation(kernels), Installation(kernels)
    await whole.process(market(60), CONFIG, bots)
    await parts.process(market(60), CONFIG, bots, candles=cut)
    await parts.process(market(60), CONFIG, bots)
    assert await journals(parts) == await journals(whole)
    assert await facts(parts) == await facts(whole)
    plain = Installation(kernels)
    await plain.process(market(60), CONFIG, crew())
    assert await facts(plain) != await facts(whole)
