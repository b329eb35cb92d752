"""The user data stream is subscribed by signature, questioned when it is silent, and every end of it is a gap."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tests.venues.binance.lines import Line, Server, Switchboard, grants
from tests.venues.binance.payloads import raw, user
from tests.venues.binance.stream_payloads import EXECUTION, FILLED_PART
from tests.venues.binance.test_signing import PRINTED
from tests.venues.binance.test_streams import Ear

from botswain.model.order_events import OrderReport, UserEvent, UserStreamEnded
from botswain.venues.binance.facts import loopback
from botswain.venues.binance.lifeline import Gap, Lifeline, Patience
from botswain.venues.binance.signing import api_params
from botswain.venues.binance.sockets import Deadlines, Lost
from botswain.venues.binance.user_stream import UserStream

VENUE_MS = 1_700_000_000_000


class UserEar(Ear):
    """Notes what was told: an order's change, or the event itself."""

    def told(self, event: UserEvent) -> None:
        self.note(event.change if isinstance(event, OrderReport) else event)


class Scene:
    """A user stream kept alive over lines in memory."""

    def __init__(self, server: Server, patience: Patience, answer_s: float) -> None:
        self.ear, self.board = UserEar(), Switchboard(server)
        clock = iter(range(1_000, 100_000))
        stream = UserStream(loopback(1), PRINTED, self.ear, lambda: VENUE_MS, Deadlines(answer_s=answer_s))
        self.life = Lifeline(stream, self.board, lambda: next(clock), patience)

    @property
    def line(self) -> Line:
        return self.board.lines[-1]

    def lived(self) -> list[Gap | None]:
        return [one[1] for one in self.ear.notes if isinstance(one, tuple) and one[0] == "live"]

    def downs(self) -> list[str]:
        return [one[1] for one in self.ear.notes if isinstance(one, tuple) and one[0] == "down"]


@asynccontextmanager
async def scene(server: Server = grants, quiet_s: float = 5.0, answer_s: float = 5.0) -> AsyncIterator[Scene]:
    found = Scene(server, Patience(quiet_s=quiet_s, overlap_s=0.05, pauses_s=(0.001,)), answer_s)
    task = asyncio.create_task(found.life.run())
    try:
        yield found
    finally:
        task.cancel()
        await asyncio.wait({task})
        assert all(one.closed.is_set() for one in found.board.lines)


async def test_it_subscribes_by_signature_and_hears_orders() -> None:
    async with scene() as s:
        await s.ear.until(s.lived)
        asked = json.loads(s.line.sent[0])
        expected = api_params({"timestamp": VENUE_MS, "recvWindow": 3000}, PRINTED)
        assert (asked["method"], asked["params"]) == ("userDataStream.subscribe.signature", expected)
        assert s.board.urls == ["ws://127.0.0.1:1/ws-api/v3"]
        s.line.say(user(EXECUTION))
        s.line.say(user(FILLED_PART))
        await s.ear.until(lambda: "TRADE" in s.ear.notes)
        assert s.ear.notes == [("live", None), "NEW", "TRADE"]


async def test_events_that_come_before_the_confirmation_are_told() -> None:
    async with scene(lambda text: [user(EXECUTION), *grants(text)]) as s:
        await s.ear.until(lambda: "NEW" in s.ear.notes)
        assert s.ear.notes == [("live", None), "NEW"]


async def test_a_silent_stream_is_asked_whether_it_stands_and_stays() -> None:
    async with scene(quiet_s=0.01) as s:
        await s.ear.until(s.lived)
        await s.board.until(lambda: len(s.line.sent) > 3)
        assert s.line.asked[1:] == [("session.subscriptions", {})] * (len(s.line.sent) - 1)
        assert len(s.board.lines) == 1


async def test_a_silent_stream_that_does_not_answer_is_replaced_with_a_gap() -> None:
    def mute(text: str) -> list[bytes]:
        return grants(text) if "subscribe.signature" in text else []

    async with scene(mute, quiet_s=0.02) as s:
        await s.ear.until(lambda: len(s.lived()) == 2)
        assert isinstance(s.lived()[1], Gap)
        assert "did not say whether" in s.downs()[0]


async def test_a_subscription_that_does_not_stand_any_more_is_replaced_with_a_gap() -> None:
    def forgetful(text: str) -> list[bytes]:
        asked = json.loads(text)
        return grants(text) if "signature" in text else [raw({"id": asked["id"], "status": 200, "result": []})]

    async with scene(forgetful, quiet_s=0.02) as s:
        await s.ear.until(lambda: len(s.lived()) == 2)
        assert "subscription is gone" in s.downs()[0]


async def test_the_end_of_the_stream_is_told_and_subscribed_again_with_a_gap() -> None:
    async with scene() as s:
        await s.ear.until(s.lived)
        s.line.say(user({"e": "eventStreamTerminated", "E": 5}))
        await s.ear.until(lambda: len(s.lived()) == 2)
        assert UserStreamEnded(5) in s.ear.notes
        assert isinstance(s.lived()[1], Gap)


async def test_an_announced_stop_is_answered_by_a_second_connection_before_the_first_is_left() -> None:
    async with scene() as s:
        await s.ear.until(s.lived)
        old = s.line
        old.say(raw({"e": "serverShutdown", "E": 5}))
        await s.board.until(lambda: len(s.board.lines) > 1 and s.line.sent)
        assert not old.closed.is_set()
        old.say(user(EXECUTION))
        s.line.say(user(FILLED_PART))
        await s.ear.until(lambda: "TRADE" in s.ear.notes)
        assert s.ear.notes == [("live", None), "NEW", "TRADE"]


async def test_a_refusal_is_told_in_the_venues_words_and_never_as_live() -> None:
    def refuses(text: str) -> list[bytes]:
        return [raw({"id": json.loads(text)["id"], "status": 401, "error": {"code": -2015, "msg": "Invalid API-key."}})]

    async with scene(refuses) as s:
        await s.ear.until(s.downs)
        assert "Invalid API-key." in s.downs()[0]
        assert PRINTED.secret not in s.downs()[0]
        assert s.lived() == []


async def test_no_answer_to_the_subscription_is_another_attempt() -> None:
    async with scene(lambda _: [], answer_s=0.02) as s:
        await s.ear.until(s.downs)
        assert "no answer to the subscription of printed" in s.downs()[0]


async def test_what_cannot_be_read_or_is_unknown_is_reported() -> None:
    async with scene() as s:
        await s.ear.until(s.lived)
        for one in (user(EXECUTION, X="SLEEPING"), user({"e": "tomorrow", "E": 1}), user(EXECUTION)):
            s.line.say(one)
        await s.ear.until(lambda: "NEW" in s.ear.notes)
        reports = [one for one in s.ear.notes if isinstance(one, str)]
        assert "X is 'SLEEPING'" in reports[0]
        assert "tomorrow" in reports[1]


async def test_a_subscription_that_was_refused_for_its_time_has_the_clock_measured() -> None:
    measured: list[int] = []

    async def set_right() -> None:
        measured.append(1)

    def early(text: str) -> list[bytes]:
        told = {"code": -1021, "msg": "Timestamp for this request was 1000ms ahead of the server's time."}
        return [json.dumps({"id": json.loads(text)["id"], "status": 400, "error": told}).encode()]

    stream = UserStream(loopback(1), PRINTED, UserEar(), lambda: VENUE_MS, None, set_right)
    socket = await Switchboard(early).open(stream.url())
    with pytest.raises(Lost, match="1000ms ahead"):
        await stream.greet(socket)
    assert measured == [1]
