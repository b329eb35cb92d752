"""The gateway over its socket: the same answers, and Unknown or Failed for whatever a lost connection left open."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.gateway.ends import SOON, ends
from tests.gateway.made import ACCOUNT, DONE, OTHER_ACCOUNT, Clock, Ear, placing, replacing, scene, unsent

from botswain.gateway import frames
from botswain.gateway.remote import RemoteGateway, Waits
from botswain.gateway.server import GatewayServer
from botswain.model.errands import AskBalances, AskFills, AskOrder, AskOrders, AskWorking, Question
from botswain.model.errors import FailClosed
from botswain.model.order_events import Account as Holdings
from botswain.model.order_events import (
    Acknowledged,
    Balance,
    BalancesChanged,
    OrderReport,
    OwnTrade,
    UserEvent,
    UserStreamEnded,
)
from botswain.model.orders import Liquidity, OrderKind, OrderState, Side, Tif
from botswain.model.outcomes import Absent, Accepted, Answer, Broken, Cause, Failed, Refused, Replaced, Rows, Unknown

ONE = Decimal(1)
FILL = OwnTrade("BTCUSDT", "7", "9", "x", Side.BUY, ONE, ONE, ONE, Decimal("0.001"), "BTC", Liquidity.TAKER, 5)
REPORT = OrderReport(
    "BTCUSDT", "x", "9", "", Side.BUY, OrderKind.LIMIT, False, Tif.GTC, OrderState.NEW, ONE, ONE, Decimal(0), 0,
    Decimal("0.5"), ONE, 5, fills=(FILL,),
)  # fmt: skip


OUTCOMES = [
    Accepted(None),
    Accepted(REPORT),
    Accepted(Acknowledged("BTCUSDT", "x", "9", "", 5)),
    Refused(-2010, "no", "the engine rejected the new order", cause=Cause.FUNDS),
    Unknown("lost", -1007),
    Replaced(Accepted(REPORT), Refused(-2022, "not attempted", "why")),
]


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda one: type(one).__name__)
async def test_every_outcome_comes_back_as_it_was(tmp_path: Path, outcome: Any) -> None:
    async with ends(tmp_path) as e:
        e.account.outcome = outcome
        assert await e.remote.send(placing()) == outcome
        assert e.account.sent == [placing()]


ANSWERS: list[tuple[Question, Any]] = [
    (AskOrder("BTC/USDT", "x"), Answer(REPORT)),
    (AskOrder("BTC/USDT", "x"), Absent(archived=True)),
    (AskWorking(("BTC/USDT",)), Answer(Rows((REPORT,), (Broken(1, "torn", "BTCUSDT"),)))),
    (AskOrders("BTC/USDT", 5), Answer(Rows((REPORT,)))),
    (AskFills("BTC/USDT", since_ms=5), Answer(Rows((FILL,)))),
    (AskBalances(), Answer(Holdings(True, Decimal("0.001"), Decimal("0.002"), 5, (Balance("BTC", ONE, ONE),)))),
    (AskBalances(), Failed("no reply", 503, -1)),
]


@pytest.mark.parametrize(("question", "answer"), ANSWERS, ids=str)
async def test_every_answer_comes_back_as_it_was(tmp_path: Path, question: Question, answer: Any) -> None:
    async with ends(tmp_path) as e:
        e.account.answer = answer
        assert await e.remote.ask(ACCOUNT, question) == answer
        assert e.account.asked == [question]


async def test_requests_overtake_each_other_and_accounts_are_not_mixed(tmp_path: Path) -> None:
    async with ends(tmp_path) as e:
        e.account.free.clear()
        slow = asyncio.create_task(e.remote.send(placing("slow")))
        await e.account.arrived.wait()
        many = [e.remote.send(placing(f"q{n}", account_id=OTHER_ACCOUNT)) for n in range(50)]
        assert await asyncio.gather(*many) == [DONE] * 50
        assert not slow.done()
        e.account.free.set()
        assert await slow == DONE
        assert [one.request.places for one in e.account.sent] == ["slow"]


async def test_what_a_lost_connection_left_open_is_unknown_and_nothing_is_sent_again(tmp_path: Path) -> None:
    async with ends(tmp_path) as e:
        e.account.free.clear()
        sending = asyncio.create_task(e.remote.send(placing("a")))
        halves = asyncio.create_task(e.remote.send(replacing("b", "c")))
        asking = asyncio.create_task(e.remote.ask(ACCOUNT, AskBalances()))
        while len(e.account.sent) < 2 or not e.account.asked:
            e.account.arrived.clear()
            await e.account.arrived.wait()
        for one in tuple(e.server._sessions):
            one._writer.transport.abort()
        assert isinstance(await sending, Unknown)
        both = await halves
        assert isinstance(both, Replaced)
        assert (type(both.cancel), type(both.place)) == (Unknown, Unknown)
        assert isinstance(await asking, Failed)
        e.account.free.set()
        await e.remote.connected()
        assert await e.remote.send(placing("d")) == DONE
        assert [one.request.places for one in e.account.sent] == ["a", "c", "d"]


async def test_without_a_connection_nothing_leaves_and_a_gateway_that_comes_is_found(tmp_path: Path) -> None:
    path = tmp_path / "gateway.sock"
    async with RemoteGateway(path, Clock(), SOON) as found:
        said = unsent(await found.send(placing()))
        assert "cannot be reached" in said.message
        assert said.cause is Cause.LATER
        assert "botswain gateway" in unsent(await found.send(replacing())).message
        assert isinstance(await found.ask(ACCOUNT, AskBalances()), Failed)
        ear = Ear()
        hearing = asyncio.create_task(found.listen(ACCOUNT, ear))
        await ear.until(lambda: ear.notes)
        assert ear.notes[0][0] == "down"
        s = scene()
        served = GatewayServer(s.gateway, lambda _: None)
        await served.start(path)
        await ear.until(lambda: ("live", None) in ear.notes)
        assert await found.send(placing()) == DONE
        hearing.cancel()
        await asyncio.wait({hearing})
        await served.stop()
    assert not path.exists()


async def test_events_are_heard_and_a_gateway_that_starts_again_tells_the_gap(tmp_path: Path) -> None:
    async with ends(tmp_path) as e:
        ear, events = Ear(), [REPORT, UserStreamEnded(4), BalancesChanged((Balance("BTC", ONE, ONE),), 3)]
        hearing = asyncio.create_task(e.remote.listen(ACCOUNT, ear))
        await ear.until(lambda: ear.notes)
        (listener,) = e.account.listeners
        for event in events:
            listener.told(event)
        listener.reported("torn")
        listener.down("lost", 77)
        listener.live(55)
        await ear.until(lambda: len(ear.notes) == 7)
        assert ear.notes == [("live", None), *events, "torn", ("down", "lost", 77), ("live", 55)]
        before = e.clock.ms
        e.clock.ms += 1_000
        # Beats say that it was heard until now.
        await e.restart()
        await ear.until(lambda: len(ear.notes) > 8)
        assert ear.notes[7][0] == "down"
        assert before <= ear.notes[7][2] <= e.clock.ms
        assert ear.notes[-1] == ("live", ear.notes[7][2])
        hearing.cancel()
        await asyncio.wait({hearing})
        for _ in range(100):
            if not e.account.listeners:
                break
            await e.remote.ask(ACCOUNT, AskBalances())
        assert e.account.listeners == []


async def test_a_gateway_that_says_nothing_is_lost_and_its_requests_unknown(tmp_path: Path) -> None:
    async with ends(tmp_path, Waits(silence_s=0.2, pauses_s=(0.01,)), beat_s=100.0) as e:
        e.account.free.clear()
        found = await e.remote.send(placing())
        assert isinstance(found, Unknown)
        assert "said nothing for 0.2 s" in found.why


async def test_an_answer_that_does_not_come_in_time_is_unknown(tmp_path: Path) -> None:
    async with ends(tmp_path, Waits(answer_s=0.05)) as e:
        e.account.free.clear()
        found = await e.remote.send(placing())
        assert isinstance(found, Unknown)
        assert "did not answer in 0.05 s" in found.why
        assert isinstance(await e.remote.ask(ACCOUNT, AskBalances()), Failed)
        e.account.free.set()


async def test_a_fault_of_the_gateway_is_unknown_and_its_words_are_not_repeated(tmp_path: Path) -> None:
    async with ends(tmp_path) as e:
        e.account.error = ValueError("signature=hidden-word")
        found = await e.remote.send(placing())
        assert isinstance(found, Unknown)
        assert "ValueError at made.py:" in found.why
        failed = await e.remote.ask(ACCOUNT, AskBalances())
        assert isinstance(failed, Failed)
        assert "ValueError" in failed.why
        assert len(e.said) == 2
        assert "hidden-word" not in f"{found} {failed} {e.said}"


async def test_a_stream_that_breaks_inside_the_gateway_is_connected_again(tmp_path: Path) -> None:
    async with ends(tmp_path) as e:
        e.account.error = ValueError("torn")
        ear = Ear()
        hearing = asyncio.create_task(e.remote.listen(ACCOUNT, ear))
        await ear.until(lambda: any(one[0] == "down" for one in ear.notes))
        e.account.error = None
        await ear.until(lambda: ear.notes[-1][0] == "live" and e.account.listeners)
        assert "hearing an account failed: ValueError" in e.said[0]
        hearing.cancel()
        await asyncio.wait({hearing})


async def test_a_gateway_of_another_version_is_lost_and_said(tmp_path: Path) -> None:
    path, ear = tmp_path / "gateway.sock", Ear()

    async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\x00\x00\x00\x01\xc1")
        writer.close()

    serving = await asyncio.start_unix_server(babble, str(path))
    async with RemoteGateway(path, Clock(), SOON) as found:
        hearing = asyncio.create_task(found.listen(ACCOUNT, ear))
        await ear.until(lambda: any("one version" in one[1] for one in ear.notes))
        hearing.cancel()
        await asyncio.wait({hearing})
    serving.close()


def test_an_answer_of_another_shape_cannot_be_read() -> None:
    with pytest.raises(frames.Broken, match="AskOrder"):
        frames.data_of(AskOrder("a", "b"), msgspec.Raw(b"\x01"))


async def test_a_listener_that_raises_ends_its_hearing_instead_of_leaving_the_socket_unread(tmp_path: Path) -> None:
    class Breaking(Ear):
        def told(self, event: UserEvent) -> None:
            raise FailClosed(f"a fill that does not fit: {event}")

    async with ends(tmp_path) as e:
        hearing = asyncio.create_task(e.remote.listen(ACCOUNT, Breaking()))
        await e.account.heard.wait()
        e.account.listeners[0].told(UserStreamEnded(5))
        async with asyncio.timeout(20):
            with pytest.raises(FailClosed, match="does not fit"):
                await hearing
