"""A desk asks the budget, stamps with the venue's time, sends once and judges the raw reply."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.venues.binance.payloads import ACCOUNT, ID, ORDER, OTHER_ID, error, raw
from tests.venues.binance.test_requests import GRID, ROW
from tests.venues.binance.test_signing import PRINTED

from botswain.model.outcomes import Absent, Accepted, Answer, Failed, Refused, Replaced, Unknown
from botswain.venues.binance import account_replies, order_replies, queries, requests
from botswain.venues.binance.budget import Budget
from botswain.venues.binance.clock import VenueClock
from botswain.venues.binance.desk import Address, Desk
from botswain.venues.binance.requests import Call
from botswain.venues.binance.signing import Credential
from botswain.venues.binance.transport import NoReply, Reply

NOW_MS = 1_700_000_000_000
PLACE = requests.place(GRID, ROW, ID)


class Line:
    """A wire that answers what it is told and keeps what it was given."""

    def __init__(self, *answers: Reply | NoReply) -> None:
        self.answers = list(answers)
        self.sent: list[tuple[Call, Credential | None, int, int]] = []

    async def send(
        self, call: Call, credential: Credential | None, venue_ms: int, recv_window_ms: int
    ) -> Reply | NoReply:
        self.sent.append((call, credential, venue_ms, recv_window_ms))
        return self.answers.pop(0)


def desk(
    *answers: Reply | NoReply, budget: Budget | None = None, now: Callable[[], int] = lambda: NOW_MS
) -> tuple[Desk, Line]:
    line = Line(*answers)
    return Desk(Address(line, budget or Budget(), VenueClock(), now), PRINTED), line


def ok(body: bytes, **headers: str) -> Reply:
    return Reply(200, {name.replace("_", "-"): value for name, value in headers.items()}, body)


async def test_a_write_is_stamped_with_the_venues_time_and_a_short_window() -> None:
    found, line = desk(ok(raw(ORDER)))
    found.address.clock.heard(NOW_MS, NOW_MS, NOW_MS + 700)
    assert isinstance(await found.write(PLACE), Accepted)
    assert line.sent == [(PLACE, PRINTED, NOW_MS + 700, 3_000)]


async def test_refusals_and_silence_have_their_outcomes() -> None:
    found, _ = desk(Reply(400, {}, error(-1013)), NoReply("lost", left=True), NoReply("no socket", left=False))
    assert isinstance(await found.write(PLACE), Refused)
    assert await found.write(PLACE) == Unknown("lost")
    never = await found.write(PLACE)
    assert isinstance(never, Refused)
    assert not never.sent


async def test_a_write_without_budget_never_leaves_and_counts_nothing() -> None:
    found, line = desk(budget=Budget(limit=10, reserve=10))
    refused = await found.write(PLACE)
    assert isinstance(refused, Refused)
    assert (refused.sent, line.sent) == (False, [])
    assert "ask again in" in refused.message
    halves = await found.write(requests.replace(GRID, OTHER_ID, ROW, ID))
    assert isinstance(halves, Replaced)
    assert halves.cancel == halves.place
    assert isinstance(await found.read(queries.account(), account_replies.account), Failed)


async def test_a_ban_stops_every_desk_of_the_address() -> None:
    found, line = desk(Reply(418, {"retry-after": "120"}, error(-1003)))
    other = Desk(found.address, Credential("other", "k", "s"))
    assert isinstance(await found.write(PLACE), Refused)
    refused = await other.write(requests.cancel("BTCUSDT", ID))
    assert isinstance(refused, Refused)
    assert (refused.sent, len(line.sent), found.address.budget.banned) == (False, 1, True)


async def test_a_read_is_answered_absent_or_failed() -> None:
    found, _ = desk(ok(raw(ACCOUNT)), Reply(400, {}, error(-2013)), NoReply("lost", left=True))
    assert isinstance(await found.read(queries.account(), account_replies.account), Answer)
    asked = queries.order("BTCUSDT", client_order_id=ID)
    assert await found.read(asked, order_replies.order) == Absent()
    assert await found.read(asked, order_replies.order) == Failed("lost")


async def test_the_clock_is_set_from_one_round_trip() -> None:
    times = iter([NOW_MS] * 6 + [NOW_MS + 100])
    found, _ = desk(ok(b'{"serverTime":1700000005050}'), now=lambda: next(times))
    assert await found.set_clock() is None
    assert (found.address.clock.offset_ms, found.address.clock.alarm) == (5_000, True)
    found, _ = desk(NoReply("lost", left=True))
    assert await found.set_clock() == Failed("lost")


async def test_the_venues_weight_is_taken_from_every_reply() -> None:
    found, _ = desk(ok(raw(ACCOUNT), x_mbx_used_weight_1m="333"))
    await found.read(queries.account(), account_replies.account)
    assert found.address.budget.used == 333


async def test_warming_asks_the_time_once_a_connection() -> None:
    found, line = desk(*[ok(b'{"serverTime":1}')] * 3)
    await found.warm(3)
    assert [one[0] for one in line.sent] == [queries.time()] * 3


async def test_a_request_that_was_refused_for_its_time_has_the_clock_measured_at_once() -> None:
    found, line = desk(Reply(400, {}, error(-1021)), ok(b'{"serverTime":1700000005000}'), ok(raw(ORDER)))
    refused = await found.write(PLACE)
    assert isinstance(refused, Refused)
    assert refused.code == -1021
    assert found.address.clock.offset_ms == 5_000
    assert isinstance(await found.write(PLACE), Accepted)
    assert [stamp for _, _, stamp, _ in line.sent] == [NOW_MS, NOW_MS, NOW_MS + 5_000]


async def test_a_question_refused_for_its_time_is_asked_again_once_with_the_right_one() -> None:
    wrong, right = Reply(400, {}, error(-1021)), ok(b'{"serverTime":1700000005000}')
    found, line = desk(wrong, right, ok(raw(ACCOUNT)))
    assert isinstance(await found.read(queries.account(), account_replies.account), Answer)
    stamps = [stamp for call, _, stamp, _ in line.sent if call == queries.account()]
    assert stamps == [NOW_MS, NOW_MS + 5_000]
    found, line = desk(wrong, right, wrong)
    assert isinstance(await found.read(queries.account(), account_replies.account), Failed)
    assert not line.answers
    found, line = desk(wrong, NoReply("lost", left=True))
    assert isinstance(await found.read(queries.account(), account_replies.account), Failed)
    assert not line.answers


async def test_what_nobody_waits_for_any_more_weighs_on_no_minute_but_its_own() -> None:
    minutes = [0]
    found, line = desk(now=lambda: NOW_MS + 60_000 * minutes[0])

    async def never(*_: object) -> Reply:
        return await asyncio.get_running_loop().create_future()

    line.send = never  # type: ignore[method-assign, assignment]
    asking = asyncio.ensure_future(found.read(queries.account(), account_replies.account))
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.wait({asking})
    assert found.address.budget.used == queries.account().weight
    minutes[0] = 1
    assert found.address.budget.ask(queries.time(), "", found.address.venue_ms) is None
    assert found.address.budget.used == queries.time().weight
