"""Market streams survive what connections do: nothing is lost in a planned change, and every other gap is told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from tests.venues.binance.lines import Line, Server, Switchboard, confirms
from tests.venues.binance.payloads import raw, streamed
from tests.venues.binance.stream_payloads import KLINE, TRADE

from botswain.model.errors import BadInput
from botswain.model.market_events import Candle, Trade
from botswain.venues.binance.facts import loopback
from botswain.venues.binance.lifeline import Gap, Lifeline, Patience
from botswain.venues.binance.sockets import Deadlines
from botswain.venues.binance.stream_messages import Heard
from botswain.venues.binance.streams import MarketStreams

NAME, BARS = "btcusdt@trade", "btcusdt@kline_1m"
SOON = Patience(quiet_s=5.0, overlap_s=0.05, pauses_s=(0.001, 0.002, 0.004))


@dataclass
class Ear:
    """A listener that notes everything and can be waited for."""

    notes: list[object] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, what: object) -> None:
        self.notes.append(what)
        self.changed.set()

    def heard(self, found: Heard) -> None:
        self.note(found.number if isinstance(found.event, Trade) else found.event)

    def live(self, gap: Gap | None) -> None:
        self.note(("live", gap))

    def down(self, why: str, since_ms: int) -> None:
        self.note(("down", why, since_ms))

    def reported(self, problem: str) -> None:
        self.note(problem)

    async def until(self, true: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not true():
                self.changed.clear()
                await self.changed.wait()


@dataclass
class Scene:
    """Streams kept alive over lines in memory."""

    ear: Ear
    board: Switchboard
    streams: MarketStreams
    pauses: list[float]

    @property
    def line(self) -> Line:
        return self.board.lines[-1]

    async def lines(self, count: int) -> None:
        await self.ear.until(lambda: sum(one[0] == "live" for one in self.ear.notes if isinstance(one, tuple)) == count)


@asynccontextmanager
async def scene(
    *names: str, server: Server = confirms, patience: Patience = SOON, answer_s: float = 5.0, fails: int = 0
) -> AsyncIterator[Scene]:
    ear, board, clock, pauses = Ear(), Switchboard(server), iter(range(1_000, 100_000)), []
    board.fails = fails
    streams = MarketStreams(loopback(1), ear, Deadlines(answer_s=answer_s))
    await streams.subscribe(*names)

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0)

    life = asyncio.create_task(Lifeline(streams, board, lambda: next(clock), patience, pause).run())
    try:
        found = Scene(ear, board, streams, pauses)
        await found.lines(1)
        yield found
    finally:
        life.cancel()
        await asyncio.wait({life})
        assert life.cancelled(), life
        assert all(one.closed.is_set() for one in board.lines)


def trade(number: int) -> bytes:
    return streamed(NAME, TRADE, t=number)


async def test_everything_is_subscribed_on_one_connection_and_heard_in_order() -> None:
    async with scene(NAME, BARS) as s:
        assert s.board.urls == ["ws://127.0.0.1:1/stream"]
        assert s.line.asked == [("SUBSCRIBE", [NAME, BARS])]
        for number in (1, 2, 3):
            s.line.say(trade(number))
        await s.ear.until(lambda: 3 in s.ear.notes)
        assert s.ear.notes == [("live", None), 1, 2, 3]


async def test_data_that_comes_before_the_confirmation_is_not_lost() -> None:
    def early(text: str) -> list[bytes]:
        return [trade(1), *confirms(text)]

    async with scene(NAME, server=early) as s:
        await s.ear.until(lambda: 1 in s.ear.notes)
        assert s.ear.notes == [("live", None), 1]


async def test_after_a_lost_connection_all_is_subscribed_again_and_the_gap_is_told() -> None:
    async with scene(NAME) as s:
        s.line.say(trade(7))
        s.line.drop("cut")
        await s.lines(2)
        down, live = s.ear.notes[2:4]
        assert down == ("down", "cut", 1_001)
        assert live == ("live", Gap(1_001, 1_002, "cut"))
        assert s.line.asked == [("SUBSCRIBE", [NAME])]
        # The venue may count anew after its restart.
        s.line.say(trade(1))
        await s.ear.until(lambda: 1 in s.ear.notes)


async def test_silence_of_data_is_a_lost_connection_although_messages_come() -> None:
    async with scene(NAME, patience=Patience(quiet_s=0.05, pauses_s=(0.0,))) as s:
        s.line.chatter = b'{"result":null,"id":99}'
        await s.lines(2)
        assert "no market data of 1 streams" in str(s.ear.notes[1])


async def test_with_nothing_subscribed_silence_is_right() -> None:
    async with scene(patience=Patience(quiet_s=0.2, pauses_s=(0.0,))) as s:
        await s.board.until(lambda: s.line.silences > 1)
        await s.streams.subscribe(NAME)
        await s.board.until(lambda: s.line.silences > 2)
        s.line.say(trade(1))
        await s.ear.until(lambda: 1 in s.ear.notes)
        assert (len(s.board.lines), s.line.asked) == (1, [("SUBSCRIBE", [NAME])])


async def test_a_venue_that_is_not_there_is_called_again_with_growing_pauses() -> None:
    async with scene(NAME, fails=5) as s:
        assert s.pauses == [0.001, 0.002, 0.004, 0.004, 0.004]
        assert s.ear.notes[:5] == [("down", "nobody there", 0)] * 5


async def test_a_subscription_that_is_not_confirmed_is_tried_on_another_connection() -> None:
    asked: list[str] = []

    def slow(text: str) -> list[bytes]:
        asked.append(text)
        return confirms(text) if len(asked) > 1 else []

    async with scene(NAME, server=slow, answer_s=0.02) as s:
        assert len(s.board.lines) == 2
        assert "no confirmation of 1 subscriptions" in str(s.ear.notes[0])


async def test_what_the_server_refuses_is_reported_by_name() -> None:
    def picky(text: str) -> list[bytes]:
        return [raw({"error": {"code": 2, "msg": "Invalid request: unknown stream"}, "id": json.loads(text)["id"]})]

    async with scene("btcusdt@nonsense", server=picky) as s:
        assert s.ear.notes[0] == (
            "the server refused SUBSCRIBE btcusdt@nonsense: Invalid request: unknown stream (code 2)"
        )


@pytest.mark.parametrize("planned", [False, True], ids=["announced", "at its age"])
async def test_a_planned_change_connects_the_new_before_leaving_the_old_and_loses_and_doubles_nothing(
    planned: bool,
) -> None:
    patience = Patience(quiet_s=5.0, life_s=0.2 if planned else 1e9, overlap_s=0.1, pauses_s=(0.0,))
    async with scene(NAME, BARS, patience=patience) as s:
        old = s.line
        old.say(trade(1))
        old.say(trade(2))
        if not planned:
            old.say(raw({"e": "serverShutdown", "E": 5}))
        await s.board.until(lambda: len(s.board.lines) > 1 and s.line.sent)
        new = s.board.lines[1]
        assert not old.closed.is_set()
        assert new.asked == [("SUBSCRIBE", [NAME, BARS])]
        bar = streamed(BARS, KLINE)
        for one in (trade(3), trade(4), bar):
            old.say(one)
            new.say(one)
        new.say(trade(5))
        await s.ear.until(lambda: 5 in s.ear.notes)
        assert old.closed.is_set()
        assert [one for one in s.ear.notes if isinstance(one, int)] == [1, 2, 3, 4, 5]
        assert sum(isinstance(one, Candle) for one in s.ear.notes) == 1
        assert [one for one in s.ear.notes if isinstance(one, tuple)] == [("live", None)]


async def test_the_old_connection_is_heard_for_as_long_as_a_successor_cannot_be_opened() -> None:
    async with scene(NAME, patience=Patience(quiet_s=5.0, overlap_s=0.05, pauses_s=(0.0,))) as s:
        old, s.board.fails = s.line, 3
        old.say(raw({"e": "serverShutdown", "E": 5}))
        for number in range(1, 20):
            old.say(trade(number))
        await s.board.until(lambda: len(s.board.lines) > 1 and s.line.sent)
        s.line.say(trade(20))
        await s.ear.until(lambda: 20 in s.ear.notes)
        assert s.ear.notes == [("live", None), *range(1, 21)]
        assert (len(s.board.urls), len(s.board.lines), old.closed.is_set()) == (5, 2, True)


async def test_an_old_connection_that_breaks_while_its_successor_is_called_is_a_gap() -> None:
    async with scene(NAME) as s:
        s.board.fails = 1
        s.line.say(raw({"e": "serverShutdown", "E": 5}))
        s.line.drop("gone")
        await s.lines(2)
        gaps = [one[1] for one in s.ear.notes if isinstance(one, tuple) and one[0] == "live"]
        assert gaps[0] is None
        assert isinstance(gaps[1], Gap)
        assert gaps[1].why == "gone"


async def test_subscriptions_change_on_an_open_connection() -> None:
    async with scene(NAME) as s:
        await s.streams.subscribe(NAME, BARS)
        await s.streams.unsubscribe(NAME, "unknown")
        assert s.line.asked[1:] == [("SUBSCRIBE", [BARS]), ("UNSUBSCRIBE", [NAME])]
        assert s.streams.names == (BARS,)


async def test_many_names_go_in_parts_and_more_than_a_connection_holds_are_refused() -> None:
    names = [f"s{number}@trade" for number in range(250)]
    async with scene(*names) as s:
        assert [len(params) for _, params in s.line.asked if isinstance(params, list)] == [100, 100, 50]
    with pytest.raises(BadInput, match="1025 streams"):
        await s.streams.subscribe(*(f"t{number}@trade" for number in range(775)))


async def test_what_cannot_be_read_or_is_unknown_is_reported_and_the_rest_is_heard() -> None:
    async with scene(NAME) as s:
        for one in (streamed(NAME, TRADE, p=None), b"garbage", b'{"e":"tomorrow","E":1}', trade(4)):
            s.line.say(one)
        await s.ear.until(lambda: 4 in s.ear.notes)
        shape, garbage, unknown = map(str, s.ear.notes[1:4])
        assert "$.p" in shape
        assert "garbage" in garbage
        assert "tomorrow" in unknown
