"""Processes under one roof: started again when they die, stopped in order, ended at once when that is asked for."""

import asyncio
import os
import signal
import sys
import threading
from contextlib import asynccontextmanager

import pytest

from botswain.cli.children import Child, ending
from botswain.cli.up_run import Roof
from botswain.model.errors import BadInput

GOOD = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (print("bye", flush=True), sys.exit(0)))
print("serving", flush=True)
while True: time.sleep(60)
"""
STUBBORN = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('serving', flush=True)\n"
STUBBORN += "while True: time.sleep(60)"
BROKEN = "print('no port'); raise SystemExit(3)"


class Log:
    def __init__(self):
        self.lines = []
        self.more = asyncio.Event()

    def __call__(self, name, text):
        self.lines.append((name, text))
        self.more.set()

    async def has(self, part, count=1):
        async with asyncio.timeout(30):
            while sum(part in text for _, text in self.lines) < count:
                self.more.clear()
                await self.more.wait()


def child(log, code, name="one", **more):
    return Child(name, [sys.executable, "-c", code], "serving", log, **more)


@asynccontextmanager
async def kept(one, patience_s=20.0):
    keeping = asyncio.create_task(one.keep())
    try:
        yield keeping
    finally:
        await one.stop(keeping, patience_s)


async def test_what_it_makes_is_its_owners_alone(tmp_path):
    log, made = Log(), tmp_path / "made"
    async with kept(child(log, f"open({str(made)!r}, 'w').close()\n{GOOD}")):
        await log.has("serving")
    assert made.stat().st_mode & 0o777 == 0o600


async def test_one_that_is_killed_is_started_again_and_its_lines_go_on():
    log = Log()
    one = child(log, GOOD, pauses_s=(0.01,))
    async with kept(one):
        for turn in range(1, 4):
            await log.has("serving", turn)
            assert one.up.is_set()
            one.send(signal.SIGKILL)
            await log.has("one ended (killed by SIGKILL); it is started again in 0.01 s", turn)
        await log.has("serving", 4)
    assert log.lines[-1] == ("one", "bye")
    assert one.starts == 4


async def test_the_last_one_starts_when_what_comes_first_is_done():
    log = Log()
    done, others = threading.Event(), child(log, GOOD, name="one")
    roof = Roof([others, child(log, GOOD, name="two")], lambda: done.wait(30) or None)
    running = asyncio.create_task(roof.run("there"))
    await others.up.wait()
    assert roof.children[-1].starts == 0
    done.set()
    await roof.children[-1].up.wait()
    roof.interrupted()
    assert await running == 0


async def test_what_comes_first_refusing_ends_all():
    log = Log()

    def refuse():
        raise BadInput("another port")

    roof = Roof([child(log, GOOD, name="one"), child(log, GOOD, name="two")], refuse)
    with pytest.raises(BadInput, match="another port"):
        await roof.run("there")
    assert [one.starts for one in roof.children] == [1, 0]
    assert not any(one.up.is_set() for one in roof.children)


async def test_one_that_dies_at_once_is_tried_again_after_growing_pauses():
    log = Log()
    one = child(log, BROKEN, pauses_s=(0.01, 0.02, 0.03))
    async with kept(one):
        await log.has("started again in 0.03 s", 2)
    said = [text for name, text in log.lines if name == "up"][:4]
    assert said == [f"one ended (code 3); it is started again in {pause} s" for pause in (0.01, 0.02, 0.03, 0.03)]
    assert not one.up.is_set()


async def test_one_that_will_not_end_is_killed_and_that_is_said():
    log = Log()
    one = child(log, STUBBORN)
    async with kept(one, patience_s=0.05):
        await log.has("serving")
    assert ("up", "one did not end in 0.05 s and is killed") in log.lines


async def test_a_line_that_is_too_long_costs_only_itself():
    log = Log()
    one = child(log, "print('x' * 3_000_000); print('serving', flush=True)\nimport time\ntime.sleep(60)")
    async with kept(one):
        await log.has("serving")


async def test_one_under_a_roof_that_is_killed_ends_too():
    log = Log()
    roof = (
        "import asyncio, sys\nfrom botswain.cli.children import Child\n"
        "code = 'import os, time\\nprint(os.getpid(), flush=True)\\ntime.sleep(600)'\n"
        "one = Child('one', [sys.executable, '-c', code], 'x', lambda _n, t: print(t, flush=True))\n"
        "asyncio.run(one.keep())\n"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", roof, stdout=asyncio.subprocess.PIPE)
    pid = int(await process.stdout.readline())
    process.kill()
    await process.wait()
    process._transport.close()
    async with asyncio.timeout(20):
        while alive(pid):  # noqa: ASYNC110 - it is nobody's child any more
            await asyncio.sleep(0.01)
    assert not log.lines


def alive(pid):
    """Whether a process runs; one that nobody waited for does not."""
    try:
        with open(f"/proc/{pid}/stat") as found:
            return found.read().rpartition(") ")[2][0] != "Z"
    except FileNotFoundError:
        return False


async def test_a_roof_stops_the_last_one_first_and_says_so_once(capsys):
    log = Log()
    first, second = child(log, GOOD, "first"), child(log, GOOD, "second")
    roof = Roof([first, second])
    running = asyncio.create_task(roof.run("http://here"))
    await log.has("serving", 2)
    os.kill(os.getpid(), signal.SIGINT)
    assert await running == 0
    assert [name for name, text in log.lines if text == "bye"] == ["second", "first"]
    out = capsys.readouterr().out
    assert "http://here is ready after" in out
    assert out.rstrip().endswith("stopped")


async def test_a_second_ctrl_c_ends_everything_at_once(capsys):
    log = Log()
    roof = Roof([child(log, STUBBORN, "first"), child(log, STUBBORN, "second")])
    running = asyncio.create_task(roof.run("http://here"))
    await log.has("serving", 2)
    roof.interrupted()
    await asyncio.sleep(0)
    roof.interrupted()
    assert all(one.stopping.is_set() for one in roof.children)
    async with asyncio.timeout(20):
        assert await running == 0
    assert not [text for _, text in log.lines if "started again" in text]
    assert "ended at once" in capsys.readouterr().out


def test_ends_are_said_in_words():
    assert (ending(2), ending(-9), ending(-99)) == ("code 2", "killed by SIGKILL", "killed by signal 99")
