"""One address at the venue, two processes: what either heard of its weight counts in both, and the reserve holds."""

import asyncio
import contextlib

import pytest
from tests.gateway.made import cancelling
from tests.venues.binance.test_budget import CANCEL, READ

from botswain.gateway.meters import Meters
from botswain.gateway.remote import RemoteGateway, Waits
from botswain.gateway.server import GatewayServer
from botswain.model.errands import AskBalances
from botswain.model.outcomes import Accepted, Failed
from botswain.model.weights import Used
from botswain.venues.binance.budget import Budget, Gauge

VENUE = "https://venue"
MINUTE_MS = 60_000
NOW_MS = 5 * MINUTE_MS + 1


def heard(budget, weight, at_ms=NOW_MS, status=200, **more):
    """A reply with the venue's own count."""
    headers = {"x-mbx-used-weight-1m": str(weight), **more}
    budget.heard(READ, "", status, headers, at_ms)


def test_the_greater_figure_of_a_window_counts_and_an_older_window_does_not():
    mine, theirs = Budget(limit=100), Budget(limit=100)
    heard(mine, 30)
    heard(theirs, 50)
    mine.told(theirs.last(VENUE))
    theirs.told(mine.last(VENUE))
    assert (mine.used, theirs.used) == (50, 50)
    heard(theirs, 10, NOW_MS + MINUTE_MS)
    mine.told(theirs.last(VENUE))
    assert mine.used == 10
    mine.told(Used(VENUE, 5, 99))
    assert mine.used == 10


def test_the_reserve_is_kept_by_both_for_what_is_urgent():
    mine, theirs = Budget(limit=100), Budget(limit=100)
    heard(theirs, 61)
    assert mine.ask(READ, "", NOW_MS) is None
    mine.told(theirs.last(VENUE))
    wait = mine.ask(READ, "", NOW_MS)
    assert wait is not None
    assert "of 100 weight is used this minute" in wait.why
    assert mine.ask(CANCEL, "", NOW_MS) is None


def test_a_ban_that_one_heard_stops_both():
    mine, theirs = Budget(), Budget()
    heard(theirs, 1, status=418, **{"retry-after": "120"})
    mine.told(theirs.last(VENUE))
    wait = mine.ask(CANCEL, "", NOW_MS)
    assert wait is not None
    assert wait.banned
    assert mine.ask(CANCEL, "", NOW_MS + 121_000) is None


class Gateway:
    """Answers, having heard from the venue what the budget says."""

    async def send(self, _errand):
        return Accepted(None)

    async def ask(self, _account_id, _question):
        return Failed("not now")

    async def listen(self, _account_id, _listener):
        await asyncio.Event().wait()


@pytest.mark.parametrize("what", ["send", "ask", "beat"])
async def test_every_frame_carries_what_was_heard_last_both_ways(tmp_path, what):
    there, here = Budget(), Budget()
    heard(there, 70)
    heard(here, 20)
    meters = [Meters({VENUE: Gauge(VENUE, one)}) for one in (there, here)]
    server = GatewayServer(Gateway(), lambda _line: None, 0.01 if what == "beat" else 60.0, meters[0])
    await server.start(tmp_path / "s")
    try:
        async with RemoteGateway(tmp_path / "s", lambda: NOW_MS, Waits(), meters=meters[1]) as remote:
            await remote.connected()
            if what == "send":
                assert await remote.send(cancelling()) == Accepted(None)
            elif what == "ask":
                await remote.ask("a", AskBalances())
            async with asyncio.timeout(10):
                while here.used != 70:  # noqa: ASYNC110 - a beat is no event here
                    await asyncio.sleep(0)
            heard(here, 90)
            if what == "send":
                await remote.send(cancelling("y"))
            elif what == "ask":
                await remote.ask("a", AskBalances())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(10):
                    while there.used != 90:  # noqa: ASYNC110
                        await asyncio.sleep(0)
            assert there.used == 90
    finally:
        await server.stop()
