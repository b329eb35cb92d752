"""The bus between processes: over a socket of this user, through a hub that may come late, die and come back."""

import asyncio
import os
import signal
import socket
import stat
import sys
from contextlib import asynccontextmanager

import pytest

from botswain.bus import frames
from botswain.bus.frames import Hear, Say
from botswain.bus.hub import Hub
from botswain.bus.local import Local
from botswain.model.errors import BadInput

PUBLISHER = """
import asyncio, sys
from pathlib import Path
from botswain.bus.local import Local
async def main():
    async with Local(Path(sys.argv[1])) as bus:
        n = 0
        while True:
            if bus.wanted("price"):
                bus.publish("price", b"%d" % n)
                n += 1
            await asyncio.sleep(0.005)
asyncio.run(main())
"""
HUB = """
import asyncio, sys
from pathlib import Path
from botswain.bus.hub import Hub
async def main():
    hub = Hub()
    await hub.start(Path(sys.argv[1]))
    print("up", flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "bus.sock"


@asynccontextmanager
async def hub_at(path, **options):
    hub = Hub(**options)
    await hub.start(path)
    try:
        yield hub
    finally:
        await hub.stop()


async def until(true):
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 - the other side tells nobody
            await asyncio.sleep(0.005)


@asynccontextmanager
async def process(code, path):
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, str(path), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield child
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()
        child._transport.close()


async def test_another_process_publishes_only_what_is_wanted_and_the_hub_hears_it(path):
    async with hub_at(path) as hub, process(PUBLISHER, path):
        with hub.subscribe("price") as prices:
            async with asyncio.timeout(20):
                assert [await anext(prices) for _ in range(3)] == [("price", b"%d" % n) for n in range(3)]


async def test_a_publisher_that_is_killed_is_followed_by_another(path):
    async with hub_at(path) as hub:
        with hub.subscribe("price") as prices:
            for _ in range(2):
                async with process(PUBLISHER, path) as child, asyncio.timeout(20):
                    while await anext(prices) != ("price", b"0"):
                        pass
                    child.send_signal(signal.SIGKILL)


async def test_a_hub_that_is_killed_and_comes_back_is_found_again_by_both_sides(path):
    async with Local(path) as publisher, Local(path) as listener:
        publisher.publish("price", b"nobody is there yet")
        with listener.subscribe("price") as prices:
            for turn in (b"first", b"second"):
                async with process(HUB, path) as hub:
                    assert await hub.stdout.readline() == b"up\n"
                    await until(lambda: publisher.wanted("price"))
                    publisher.publish("price", turn)
                    async with asyncio.timeout(20):
                        assert await anext(prices) == ("price", turn)
                    hub.kill()
                    await hub.wait()
                await until(lambda: not publisher.wanted("price"))


async def test_publishers_know_who_listens_and_to_what(path):
    async with hub_at(path) as hub, Local(path) as publisher, Local(path) as listener:
        with listener.subscribe("price"), hub.subscribe("market") as here:
            await until(lambda: publisher.wanted("price") and publisher.wanted("market.x"))
            assert not publisher.wanted("bot")
            publisher.publish("market", b"up")
            async with asyncio.timeout(20):
                assert await anext(here) == ("market", b"up")
        await until(lambda: not publisher.wanted("price") and not publisher.wanted("market"))


async def test_what_two_prefixes_of_one_process_ask_for_comes_once_to_each(path):
    async with hub_at(path) as hub, Local(path) as listener:
        with listener.subscribe("") as everything, listener.subscribe("price") as prices:
            await until(lambda: hub.wanted("anything"))
            for n in range(3):
                hub.publish("price", b"%d" % n)
            hub.publish("end", b"")
            async with asyncio.timeout(20):
                assert [await anext(prices) for _ in range(3)] == [("price", b"%d" % n) for n in range(3)]
                heard = [await anext(everything) for _ in range(4)]
            assert heard == [*(("price", b"%d" % n) for n in range(3)), ("end", b"")]


async def test_a_connection_that_does_not_read_is_let_go_and_the_others_are_told_on(path):
    async with hub_at(path, most_unread=100_000) as hub:
        _, writer = await asyncio.open_unix_connection(str(path))
        writer.transport.pause_reading()
        writer.write(frames.framed(Hear(("big",))))
        await until(lambda: hub.wanted("big"))
        with hub.subscribe("big") as quick:
            async with asyncio.timeout(20):
                while hub.prefixes() and len(hub._lines) > 0:
                    hub.publish("big", bytes(50_000))
                    assert (await anext(quick))[0] == "big"
                    await asyncio.sleep(0)
        writer.close()


@pytest.mark.parametrize(
    "sent", [b"\xff\xff\xff\xff", (5).to_bytes(4, "big") + b"wrong", frames.framed(Say("a", b""))[:-1]]
)
async def test_a_frame_that_cannot_be_read_ends_its_connection_alone(path, sent):
    async with hub_at(path) as hub, Local(path) as good:
        reader, writer = await asyncio.open_unix_connection(str(path))
        writer.write(sent)
        writer.write_eof()
        async with asyncio.timeout(20):
            assert frames.framed(frames.Wanted(())) == await reader.read()
        writer.close()
        with good.subscribe("price") as prices:
            await until(lambda: hub.wanted("price"))
            hub.publish("price", b"1")
            assert await anext(prices) == ("price", b"1")


async def test_the_socket_is_for_this_user_alone_and_a_second_hub_is_refused(path):
    async with hub_at(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_ISSOCK(path.stat().st_mode)
        with pytest.raises(BadInput, match=r"another bus listens at .*; stop it, or name another with --bus"):
            await Hub().start(path)
    assert not path.exists()


async def test_a_publisher_drops_what_the_hub_does_not_read(path):
    """A hub that is stuck must cost its publishers nothing but the messages."""
    stuck = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    stuck.bind(str(path))
    stuck.listen(1)
    async with Local(path) as bus:
        there, _ = await asyncio.get_running_loop().run_in_executor(None, stuck.accept)
        there.send(frames.framed(frames.Wanted(("",))))
        await until(lambda: bus.wanted("x"))
        for _ in range(200):
            bus.publish("x", bytes(50_000))
        assert bus.dropped > 0
    there.close()
    stuck.close()
    os.unlink(path)
