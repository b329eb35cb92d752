"""Who may run a bot: a living process keeps it, a dead one does not, and whoever is told to takes it over.

The clock is moved by hand and waiting is a call that returns when the test says so.
"""

import asyncio

import pytest
from tests.engine.crews import CONFIG, crew, market
from tests.fakes.installation import Installation

from botswain.engine import leases
from botswain.engine.lease_owner import Owner, owner_of
from botswain.engine.leases import EVERY_MS, LEASE_MS
from botswain.engine.marks import LOOK_S
from botswain.model.errors import BadInput, FailClosed, Unavailable
from botswain.store.failures import LeaseLost

FIRST = Owner("box", 4711, "99", 1_750_000_000_000).text()
SECOND = Owner("box", 4712, "100", 1_750_000_000_000).text()


class Waits:
    """Somebody waits; `over` lets the clock and the waiting go on, and returns when all is quiet again.

    Marks wait for ever: these stories are not about them.
    """

    def __init__(self, clock):
        self.clock = clock
        self.asked = []
        self.going = asyncio.Event()

    async def __call__(self, seconds):
        if seconds == LOOK_S:
            await asyncio.Event().wait()
        self.asked.append(seconds)
        await self.going.wait()
        self.going.clear()
        self.clock.forward(int(seconds * 1000))

    async def over(self):
        self.going.set()
        for _ in range(20):
            await asyncio.sleep(0)


def never_ready():
    """A market whose next candle is not due."""
    return asyncio.Event().wait()


@pytest.fixture
def installation(kernels):
    return Installation(kernels)


async def held(installation, name="trend"):
    found = await installation.bot(name)
    return found.lease_owner, found.lease_until_ms


async def test_a_bot_of_a_living_process_is_refused_with_all_there_is_to_know(installation):
    await installation.start(market(), CONFIG, crew(), owner=FIRST)
    before = await installation.bot("trend")
    with pytest.raises(BadInput) as refused:
        await installation.start(market(), CONFIG, crew(), owner=SECOND)
    said = str(refused.value)
    for word in (
        "bot 'trend'",
        "process 4711 on box",
        "started 2025-06-15T15:06:40Z",
        "its lease ends 2025-06-15T15:07",
    ):
        assert word in said
    assert "Stop that process (kill 4711), or take the bot from it with botswain trade --take-over" in said
    assert await installation.bot("trend") == before


async def test_an_owner_of_another_making_is_named_as_it_is(installation):
    await installation.start(market(), CONFIG, crew(), owner="worker 7")
    with pytest.raises(BadInput, match="bot 'trend' is run by 'worker 7'"):
        await installation.start(market(), CONFIG, crew(), owner=SECOND)


async def test_a_dead_process_is_not_waited_for(installation):
    await installation.start(market(), CONFIG, crew(), owner=FIRST)
    await installation.start(market(), CONFIG, crew(), owner=SECOND, dead=lambda owner: owner == FIRST)
    assert (await held(installation))[0] == SECOND


async def test_a_lease_that_ran_out_is_free(installation):
    await installation.start(market(), CONFIG, crew(), owner=FIRST)
    installation.clock.forward(LEASE_MS - 1)
    with pytest.raises(BadInput, match="is run by process 4711"):
        await installation.start(market(), CONFIG, crew(), owner=SECOND)
    installation.clock.forward(1)
    await installation.start(market(), CONFIG, crew(), owner=SECOND)
    assert (await held(installation))[0] == SECOND


async def test_of_several_bots_none_is_taken_where_one_is_refused(installation):
    trend, ladder = crew()
    await installation.start(market(), CONFIG, [ladder], owner=FIRST)
    with pytest.raises(BadInput, match="bot 'ladder' is run by"):
        await installation.start(market(), CONFIG, [trend, ladder], owner=SECOND)
    with pytest.raises(BadInput, match="there is no bot 'trend'"):
        await installation.bot("trend")


async def test_leases_are_renewed_every_third_of_their_length(installation):
    waits = Waits(installation.clock)
    fleet = await installation.start(market(), CONFIG, crew(), owner=FIRST, sleep=waits)
    running = asyncio.create_task(leases.run(fleet, never_ready))
    for _ in range(5):
        await waits.over()
        for name in ("trend", "ladder"):
            assert await held(installation, name) == (FIRST, installation.clock() + LEASE_MS)
    assert set(waits.asked) == {EVERY_MS / 1000}
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await held(installation) == (None, 0)


async def test_a_lease_lost_at_a_renewal_stops_a_process_that_waits_for_a_candle(installation):
    waits = Waits(installation.clock)
    fleet = await installation.start(market(), CONFIG, crew(), owner=FIRST, sleep=waits)
    running = asyncio.create_task(leases.run(fleet, never_ready))
    await waits.over()
    await installation.start(market(), CONFIG, crew(), owner=SECOND, take_over=True)
    await waits.over()
    with pytest.raises(LeaseLost, match="bot 'trend' was taken over by another process, which goes on with it"):
        await running
    assert (await held(installation))[0] == SECOND


async def test_a_database_that_does_not_answer_once_does_not_stop_the_bots(installation, monkeypatch):
    waits = Waits(installation.clock)
    fleet = await installation.start(market(), CONFIG, crew(), owner=FIRST, sleep=waits)
    renew, tries = leases.bots.renew_lease, []

    async def fails_once(*given, **named):
        tries.append(given)
        if len(tries) == 1:
            raise Unavailable("the database did not answer")
        await renew(*given, **named)

    monkeypatch.setattr(leases.bots, "renew_lease", fails_once)
    running = asyncio.create_task(leases.run(fleet, never_ready))
    await waits.over()
    await waits.over()
    assert not running.done()
    assert await held(installation) == (FIRST, installation.clock() + LEASE_MS)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_a_run_that_ends_gives_its_bots_back(installation):
    fleet = await installation.start(market(), CONFIG, crew(), owner=FIRST)
    left = [6]

    async def ready():
        left[0] -= 1
        return left[0] >= 0

    assert await leases.run(fleet, ready) == 6
    assert await held(installation) == await held(installation, "ladder") == (None, 0)
    await installation.start(market(), CONFIG, crew(), owner=SECOND)


async def test_a_run_that_fails_gives_its_bots_back_and_says_why(installation):
    fleet = await installation.start(market(), CONFIG, crew(), owner=FIRST)

    async def ready():
        raise FailClosed("the market lies")

    with pytest.raises(FailClosed, match="the market lies"):
        await leases.run(fleet, ready)
    assert await held(installation) == (None, 0)


async def test_a_start_that_fails_after_the_leases_gives_them_back(installation, monkeypatch):
    await installation.process(market(), CONFIG, crew(), candles=15)
    monkeypatch.setattr("tests.fakes.installation.TAG_KEY", bytes(32))
    with pytest.raises(FailClosed, match="named with another"):
        await installation.start(market(), CONFIG, crew(), owner=SECOND, take_over=True)
    assert await held(installation) == await held(installation, "ladder") == (None, 0)


async def test_leases_are_renewed_while_a_long_record_is_gone_through(installation, monkeypatch):
    await installation.process(market(), CONFIG, crew(), candles=20)
    monkeypatch.setattr("botswain.engine.recovery.PAUSE_INSTANTS", 1)
    waits = Waits(installation.clock)
    clock = installation.clock

    class Slow(Installation):
        def venue(self, plan):
            made = super().venue(plan)
            candles = made.candles
            made.candles = lambda *given: (clock.forward(7_000), candles(*given))[1]
            return made

    slow = Slow(installation.kernels, installation.store)
    slow.clock = clock
    await slow.start(market(), CONFIG, crew(), owner=FIRST, take_over=True, sleep=waits)
    owner, until_ms = await held(installation)
    assert owner == FIRST
    assert until_ms > clock() + LEASE_MS - 2 * EVERY_MS


def test_an_owner_is_its_text_and_its_text_the_owner():
    for one in (Owner("box", 1, "5", 7), Owner("a.b-c", 99_999, "", 0)):
        assert owner_of(one.text()) == one
    for text in ("local", "", "a b c d", "box 1 5", "box 1 5 x", "box 1 5 7 9"):
        assert owner_of(text) is None
