"""Two processes, one database: the later one has the bots, the earlier one is told, and nothing is written twice."""

import msgspec
import pytest
from tests.engine.crews import CONFIG, crew, facts, journals, market
from tests.fakes.installation import Installation

from botswain.engine.feed import Instant
from botswain.model.errors import FailClosed
from botswain.store.failures import LeaseLost


async def instants_of(fleet, count):
    """The next instants of a fleet's market."""
    made = fleet.market.instants(fleet.last_open_ms)
    return [one for _, one in zip(range(count), made, strict=False)]


async def always():
    return True


async def uninterrupted(kernels):
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, crew())
    return await journals(installation), await facts(installation)


async def test_a_second_process_takes_the_bots_over_and_the_first_is_told_by_name(kernels):
    expected = await uninterrupted(kernels)
    installation = Installation(kernels)
    first = await installation.start(market(), CONFIG, crew())
    for instant in await instants_of(first, 8):
        await first.handle(instant)
    second = await installation.start(market(), CONFIG, crew(), owner="second", take_over=True)
    with pytest.raises(LeaseLost, match=r"bot '(trend|ladder)' was taken over by another process"):
        await first.run(always)
    # The first recorded candles past the take-over; the second finds them to be its own and goes on.
    for instant in second.market.instants(second.last_open_ms):
        await second.handle(instant)
    assert await journals(installation) == expected[0]
    assert await facts(installation) == expected[1]


async def test_two_processes_with_bots_of_their_own_share_one_record_of_the_market(kernels):
    expected = await uninterrupted(kernels)
    trend, ladder = crew()
    installation = Installation(kernels)
    one = await installation.start(market(), CONFIG, [trend])
    other = await installation.start(market(), CONFIG, [ladder])
    turns = list(market().instants(-1))
    for k, instant in enumerate(turns):
        for fleet in (one, other) if k % 2 else (other, one):
            await fleet.handle(instant)
    rows = await journals(installation)
    assert [(seq, kind, payload) for seq, kind, _, payload, _ in rows["trend"]][1:] == [
        (seq, kind, payload) for seq, kind, _, payload, _ in expected[0]["trend"]
    ][1:]
    for name in ("trend", "ladder"):
        assert (await installation.replay(name)).count == 0


async def test_other_candles_of_the_same_market_are_refused_before_anything_is_decided(kernels):
    trend, ladder = crew()
    installation = Installation(kernels)
    one = await installation.start(market(), CONFIG, [trend])
    other = await installation.start(market(), CONFIG, [ladder])
    [first] = await instants_of(one, 1)
    await one.handle(first)
    moved = tuple(msgspec.structs.replace(candle, volume=2.0) for candle in first.candles)
    before = await journals(installation)
    with pytest.raises(FailClosed, match="records other candles of the market drawn at event 1"):
        await other.handle(Instant(first.open_ms, moved))
    assert await journals(installation) == before


async def test_a_bot_that_lost_its_lease_does_not_keep_the_others_from_writing(kernels):
    trend, ladder = crew()
    installation = Installation(kernels)
    both = await installation.start(market(), CONFIG, [trend, ladder])
    await installation.start(market(), CONFIG, [trend], owner="second", take_over=True)
    with pytest.raises(LeaseLost, match="'trend'"):
        await both.run(always)
    assert len(await installation.journal("ladder")) > 1
    await installation.process(market(), CONFIG, [trend, ladder], take_over=True)
    assert (await installation.replay("ladder")).count == (await installation.replay("trend")).count == 0


async def test_memory_of_attempts_is_one_entry_a_slot_however_long_it_runs(kernels):
    installation = Installation(kernels)
    fleet = await installation.process(market(120), CONFIG, crew())
    for runner in fleet.runners:
        assert len(runner.bot.attempts) <= len(runner.plan.instruments) * runner.bot.decider.state.width
        assert not runner.recorded
        assert len(runner.bot.decider.state.parts["reports"]) == len(runner.bot.decider.state.parts["trips"]) == 64
        assert runner.bot.fills >= len(runner.bot.latest)
        assert len(runner.bot.working) <= len(runner.plan.instruments) * runner.bot.decider.state.width


async def test_a_report_on_an_order_that_does_not_work_stops_before_anything_is_booked(kernels):
    installation = Installation(kernels)
    fleet = await installation.start(market(), CONFIG, crew())
    [first, second, *_] = list(market().instants(-1))
    await fleet.handle(first)
    for runner in fleet.runners:
        runner.bot.working.clear()
    before = await journals(installation)
    with pytest.raises(FailClosed, match=r"the venue reports on order .*, which does not work; nothing was sent"):
        await fleet.handle(second)
    assert await journals(installation) == before
