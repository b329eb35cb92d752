"""The serving end: what was sent is answered, limits hold, and the socket is this user's and this gateway's alone."""

from __future__ import annotations

import asyncio
import socket
import stat
from pathlib import Path

import pytest
from tests.gateway.ends import ends
from tests.gateway.made import ACCOUNT, DONE, placing, scene, unsent
from tests.gateway.test_remote import REPORT

from botswain.gateway import frames, remote, server
from botswain.gateway.server import GatewayServer
from botswain.model.errands import AskBalances
from botswain.model.errors import BadInput
from botswain.model.outcomes import Failed


async def test_stopping_lets_what_was_sent_be_answered_and_takes_nothing_more(tmp_path: Path) -> None:
    async with ends(tmp_path) as e:
        e.account.free.clear()
        sending = asyncio.create_task(e.remote.send(placing("a")))
        await e.account.arrived.wait()
        stopping = asyncio.create_task(e.server.stop())
        refused = await e.remote.send(placing("b"))
        assert "stopping" in unsent(refused).message
        assert isinstance(await e.remote.ask(ACCOUNT, AskBalances()), Failed)
        e.account.free.set()
        assert await sending == DONE
        await stopping
        assert not e.path.exists()


async def test_more_requests_than_may_wait_are_refused_at_both_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ends(tmp_path) as e:
        e.account.free.clear()
        monkeypatch.setattr(server, "MOST_WAITING", 1)
        waiting = asyncio.create_task(e.remote.send(placing("a")))
        await e.account.arrived.wait()
        assert "wait here already" in unsent(await e.remote.send(placing("b"))).message
        monkeypatch.setattr(remote, "MOST_WAITING", 1)
        assert "wait for the gateway already" in unsent(await e.remote.send(placing("c"))).message
        e.account.free.set()
        assert await waiting == DONE


async def test_an_engine_that_does_not_read_is_dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_UNREAD_BYTES", 100_000)
    async with ends(tmp_path) as e:
        reader, writer = await asyncio.open_unix_connection(str(e.path))
        writer.write(frames.framed(frames.Listen(1, ACCOUNT)))
        await e.account.heard.wait()
        (listener,) = e.account.listeners
        for _ in range(20_000):
            listener.told(REPORT)
        assert "is dropped" in e.said[0]
        writer.close()
        assert reader is not None


@pytest.mark.parametrize("raw", [b"\x00\x00\x00\x01\xc1", b"\xff\xff\xff\xff", b"\x00\x00\x00\x05\x81\xa4type"])
async def test_bytes_of_another_version_end_the_connection_and_nothing_else(tmp_path: Path, raw: bytes) -> None:
    async with ends(tmp_path) as e:
        reader, writer = await asyncio.open_unix_connection(str(e.path))
        writer.write(raw)
        writer.write_eof()
        assert isinstance(await reader.read(), bytes)
        writer.close()
        assert await e.remote.send(placing()) == DONE


async def test_the_socket_is_its_users_own_and_one_gateway_has_it(tmp_path: Path) -> None:
    async with ends(tmp_path) as e:
        assert stat.S_IMODE(e.path.stat().st_mode) == 0o600
        with pytest.raises(BadInput, match="another gateway listens at"):
            await GatewayServer(e.gateway, e.said.append).start(e.path)


async def test_a_socket_that_a_killed_gateway_left_is_taken_and_a_file_is_not(tmp_path: Path) -> None:
    path = tmp_path / "gateway.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    served = GatewayServer(scene().gateway, lambda _: None)
    await served.start(path)
    await served.stop()
    path.write_text("mine")
    with pytest.raises(BadInput, match="is a file and no socket"):
        await served.start(path)
    assert path.read_text() == "mine"
    with pytest.raises(BadInput, match="no socket can be made"):
        await served.start(tmp_path / "nowhere" / "gateway.sock")
    with pytest.raises(BadInput, match="over 100 bytes"):
        await served.start(tmp_path / ("x" * 120))
