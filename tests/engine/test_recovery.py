"""After a kill at any named point a restart goes on as if nothing had happened: the journals are the same, to the byte.

A kill here is an exception that nothing catches; the next process has the database and nothing else.
"""

import random
import re
from collections import Counter
from dataclasses import replace

import msgspec
import numpy as np
import pytest
from tests.engine.crews import CONFIG, crew, facts, journals, market
from tests.fakes.installation import Installation, Killed

from botswain.model.errors import BadInput, FailClosed
from botswain.model.journal import RecordKind
from botswain.store import chain
from botswain.store.bot_records import CANDLE_DECODER, CANDLE_ENCODER, TYPES
from botswain.store.tables import market_events as MARKET

POINTS = ("candle_received", "candle_recorded", "decided", "committed", "sent")
UNINTERRUPTED = []


def kill_at(point, count):
    """A crash hook that kills at the count-th pass of a point (of any, where it is None)."""
    passes = Counter()

    def hook(passed):
        passes[passed] += 1
        if (point is None and passes.total() == count) or (passed == point and passes[passed] == count):
            raise Killed

    return hook


async def uninterrupted(kernels):
    """What must come out, made once in a process."""
    if not UNINTERRUPTED:
        installation = Installation(kernels)
        await installation.process(market(), CONFIG, crew())
        UNINTERRUPTED.append((await journals(installation), await facts(installation)))
    return UNINTERRUPTED[0]


async def until_through(installation, hooks):
    """Start processes until one comes to the market's end; returns how many were killed."""
    killed = 0
    for hook in hooks:
        try:
            await installation.process(market(), CONFIG, crew(), crash=hook)
            return killed
        except Killed:
            killed += 1
    raise AssertionError(f"{killed} processes were killed and none came through")


async def test_the_crew_is_busy_enough_to_prove_something(kernels):
    rows, found = await uninterrupted(kernels)
    assert len(found["trend"][1]) > 5
    assert len(found["ladder"][1]) > 5
    assert {kind for name in rows for _, kind, *_ in rows[name]} >= {
        RecordKind.STARTED,
        RecordKind.STEP,
        RecordKind.INTENT,
        RecordKind.ORDER,
        RecordKind.FILL,
    }


@pytest.mark.parametrize("point", POINTS)
async def test_killed_again_and_again_at_one_point_the_journals_are_the_same_bytes(point, kernels):
    expected, expected_facts = await uninterrupted(kernels)
    installation = Installation(kernels)
    killed = await until_through(installation, (kill_at(point, 4) for _ in range(40)))
    assert killed > 4
    assert await journals(installation) == expected
    assert await facts(installation) == expected_facts
    for name in expected:
        assert (await installation.replay(name)).count == 0


@pytest.mark.parametrize("seed", range(4))
async def test_killed_at_random_passes_the_journals_are_the_same_bytes(seed, kernels):
    chance = random.Random(seed)
    expected, expected_facts = await uninterrupted(kernels)
    installation = Installation(kernels)
    killed = await until_through(installation, (kill_at(None, chance.randint(1, 60)) for _ in range(60)))
    assert killed > 1
    assert await journals(installation) == expected
    assert await facts(installation) == expected_facts


@pytest.mark.parametrize("point", ["candle_recorded", "decided"])
async def test_a_replay_right_after_a_kill_finds_rows_to_be_written_and_no_difference(point, kernels):
    pending = 0
    for count in range(8, 16):
        installation = Installation(kernels)
        with pytest.raises(Killed):
            await installation.process(market(), CONFIG, crew(), crash=kill_at(point, count))
        found = await installation.replay("trend")
        assert (found.count, found.differences) == (0, ())
        pending += found.pending
    assert pending > 0
    await installation.process(market(), CONFIG, crew())
    assert (await installation.replay("trend")).pending == 0


async def test_stopping_between_any_two_candles_changes_nothing(kernels):
    expected, _ = await uninterrupted(kernels)
    installation = Installation(kernels)
    for _ in range(6):
        await installation.process(market(), CONFIG, crew(), candles=4)
    await installation.process(market(), CONFIG, crew())
    assert await journals(installation) == expected


async def test_starting_without_anything_new_writes_nothing(kernels):
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, crew())
    before = await journals(installation)
    fleet = await installation.process(market(), CONFIG, crew())
    assert await journals(installation) == before
    assert fleet.last_open_ms == max(int(one.ts[-1]) for one in market().source.values())


async def test_a_bot_that_joins_later_begins_with_the_next_candle(kernels):
    trend, ladder = crew()
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, [trend], candles=10)
    await installation.process(market(), CONFIG, [trend, ladder])
    first = min(one.time_ms for one in await installation.fills("ladder"))
    times = sorted({int(ts) for one in market().source.values() for ts in one.ts})
    assert first >= times[10]
    for name in ("trend", "ladder"):
        found = await installation.replay(name)
        assert (found.count, found.pending) == (0, 0)
    assert (await installation.replay("ladder")).candles == len(times) - 10


def tampered(installation, sql, *values):
    """Write to the database past its guards, as its owner can."""
    connection = installation.store._connection
    connection.execute("PRAGMA foreign_keys = OFF")
    for table in ("journal", "market_events", "orders", "order_events", "fills", "outbox"):
        for name in (f"{table}_no_update", f"{table}_no_delete"):
            connection.execute(f"DROP TRIGGER IF EXISTS {name}")
    connection.execute(sql, values)


async def stopped(installation, made=None):
    """What a start says of each bot that it stops, whether others go on or not."""
    try:
        fleet = await installation.start(made or market(), CONFIG, crew())
    except FailClosed as error:
        return str(error)
    assert fleet.refused
    return "\n".join(one.why for one in fleet.refused)


async def first_row_of_kind(installation, name, kind):
    return next(one for one in await installation.journal(name) if one.kind == kind)


@pytest.mark.parametrize("kind", [RecordKind.INTENT, RecordKind.FILL, RecordKind.STEP])
async def test_a_changed_row_is_named_by_restart_and_replay_and_nothing_is_written(kind, kernels):
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, crew(), candles=15)
    row = await first_row_of_kind(installation, "trend", kind)
    record = TYPES.read(row.kind, row.version, row.payload)
    field = {RecordKind.INTENT: "leaves", RecordKind.FILL: "lots", RecordKind.STEP: "instant_ms"}[kind]
    changed = msgspec.structs.replace(record, **{field: getattr(record, field) + 1})
    payload = TYPES.row(changed, row.time_ms).payload
    tampered(
        installation, "UPDATE journal SET payload = ? WHERE payload = ? AND seq = ?", payload, row.payload, row.seq
    )
    before = [one.payload for one in await installation.journal("trend")]
    assert re.search(rf"bot 'trend' was stopped.*row {row.seq}\b", await stopped(installation))
    assert [one.payload for one in await installation.journal("trend")] == before
    found = await installation.replay("trend")
    assert any(one.startswith(f"row {row.seq}: {field} is ") for one in found.differences)
    assert any(f"hash chain breaks at row {row.seq}" in one for one in found.differences)


@pytest.mark.parametrize("seq", [1, 2, 9])
async def test_a_row_that_cannot_be_read_any_more_stops_its_bot_alone_and_is_named_by_replay(seq, kernels):
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, crew(), candles=15)
    bot = await installation.bot("trend")
    tampered(
        installation,
        "UPDATE journal SET payload = x'93' WHERE bot_id = ? AND seq = ?",
        *(bytes.fromhex(bot.id.replace("-", "")), seq),
    )
    fleet = await installation.start(market(), CONFIG, crew())
    assert [one.name for one in fleet.runners] == ["ladder"]
    [refused] = fleet.refused
    assert refused.why.startswith("bot 'trend' was stopped: a journal record of kind ")
    assert refused.why.endswith("says which row was changed: restore the database from a backup")
    assert (await installation.bot("trend")).halted_reason == refused.why
    found = await installation.replay("trend")
    assert (found.candles, found.fills, found.count) == (0, 0, 2)
    assert (
        found.differences[0] == f"the hash chain breaks at row {seq}: row {seq} was changed: its hash does not fit it"
    )
    assert found.differences[1].startswith("nothing was recomputed: a journal record of kind ")
    assert (await installation.replay("ladder")).count == 0


async def test_a_row_of_a_newer_version_in_a_whole_chain_is_refused_as_what_it_is(kernels):
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, crew(), candles=15)
    last = (await installation.journal("trend"))[-1]
    made = chain.link(last.prev_hash, last.seq, last.kind, last.version + 1, last.time_ms, last.payload)
    tampered(installation, "UPDATE journal SET version = version + 1, hash = ? WHERE hash = ?", made, last.hash)
    assert (await installation.verified("trend")).broken_seq is None
    with pytest.raises(FailClosed, match="is not known here; read it with the Botswain that wrote it or a newer one"):
        await installation.replay("trend")


async def test_a_missing_row_in_the_middle_is_found(kernels):
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, crew(), candles=15)
    row = await first_row_of_kind(installation, "trend", RecordKind.FILL)
    tampered(installation, "DELETE FROM journal WHERE payload = ?", row.payload)
    assert re.search(rf"row {row.seq}\b", await stopped(installation))
    assert (await installation.replay("trend")).count > 0


async def test_a_journal_cut_inside_a_step_is_found(kernels):
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, crew())
    rows = await installation.journal("trend")
    tampered(installation, "DELETE FROM journal WHERE payload = ? AND seq = ?", rows[-1].payload, rows[-1].seq)
    assert re.search(r"bot 'trend' was stopped.*(ends inside the step|was cut off)", await stopped(installation))
    assert (await installation.replay("trend")).count > 0


async def test_a_journal_cut_between_steps_is_found_by_the_orders_it_no_longer_explains(kernels):
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, crew())
    bot = await installation.bot("trend")
    order = (await installation.orders("trend"))[-1]
    step = [one for one in await installation.journal("trend") if one.kind == RecordKind.STEP and one.seq < order.seq]
    cut = next(one.seq for one in await installation.journal("trend") if one.time_ms == step[-1].time_ms)
    tampered(
        installation, "DELETE FROM journal WHERE bot_id = ? AND seq >= ?", bytes.fromhex(bot.id.replace("-", "")), cut
    )
    found = await installation.replay("trend")
    assert any("was cut off" in one for one in found.differences)
    assert "Its end was cut off; restore the database" in await stopped(installation)


async def test_a_candle_changed_in_the_record_is_found_where_a_decision_no_longer_follows(kernels):
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, crew(), candles=15)
    async with installation.store.reading(None) as tx:
        from_store = await tx.rows(tx.select(MARKET).where(MARKET.c.sequence == 9))
    candle = CANDLE_DECODER.decode(from_store[0].payload)
    moved = CANDLE_ENCODER.encode(msgspec.structs.replace(candle, open=1.0, high=900.0, low=0.5, close=800.0))
    tampered(installation, "UPDATE market_events SET payload = ? WHERE sequence = 9", moved)
    made = market()
    run = made.source[candle.symbol]  # changed alike, or it would be refused as another market
    place = int(np.searchsorted(run.ts, candle.open_ms))
    for name, value in (("open", 1.0), ("high", 900.0), ("low", 0.5), ("close", 800.0)):
        column = getattr(run, name).copy()
        column[place] = value
        run = replace(run, **{name: column})
    made.source[candle.symbol] = run
    assert "was stopped" in await stopped(installation, made)


async def test_orders_named_with_another_secret_are_said_to_be(kernels, monkeypatch):
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, crew(), candles=15)
    monkeypatch.setattr("tests.fakes.installation.TAG_KEY", bytes(32))
    with pytest.raises(FailClosed, match=r"named with another order-tag\.key.*Put the key file back"):
        await installation.start(market(), CONFIG, crew())


async def test_a_refused_bot_costs_no_other_its_lease_and_makes_none(kernels):
    trend, ladder = crew()
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, [trend], candles=5)
    before = await installation.bot("trend")
    wrong = msgspec.structs.replace(ladder, exits={"stop": "1"})
    new = msgspec.structs.replace(ladder, name="new")
    prepared = []

    async def prepare(plan, _folder):
        prepared.append(plan)

    with pytest.raises(BadInput, match="bot 'ladder': exit 'stop' is unknown; did you mean 'stop_loss'"):
        await installation.start(market(), CONFIG, [new, trend, wrong], prepare=prepare)
    assert prepared == []  # nobody waits for a compiler to hear of a misspelt word
    changed = msgspec.structs.replace(trend, capital="5")
    with pytest.raises(BadInput, match="bot 'trend' was started with other settings"):
        await installation.start(market(), CONFIG, [new, changed])
    assert await installation.bot("trend") == before
    with pytest.raises(BadInput, match="there is no bot 'new'"):
        await installation.bot("new")
    await installation.process(market(), CONFIG, [trend, ladder])  # put right, it is not in its own way


async def test_a_bot_is_not_taken_to_another_market(kernels):
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, crew(), candles=5)
    other = market(seed=99)
    other = type(other)("other", other.instruments, other.timeframe_ms, other.source, "other")
    with pytest.raises(BadInput, match="bot 'trend' was started on another market than other"):
        await installation.start(other, CONFIG, crew())
