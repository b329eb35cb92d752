"""`botswain up --demo` as a person has it: five bots trade, what is killed comes back, Ctrl-C leaves all whole."""

import os
import signal
import socket
import time

import pytest
from tests.cli.shell import typed
from tests.scenarios.terminal import Process

from botswain.cli.demo_bots import demo_bots
from botswain.cli.root import COMMANDS

PATIENCE_S = 150


def free_ports(count):
    """Ports that nobody has now."""
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    found = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return found


class Up:
    """A running `botswain up` and all it has said."""

    def __init__(self, process):
        self.process = process
        self.said = []

    def until(self, *parts):
        """Read on until a line has all of these parts; that line."""
        end_s = time.monotonic() + PATIENCE_S
        while time.monotonic() < end_s:
            [line] = self.process.lines(1) or [""]
            assert line, (self.said[-20:], self.process.end())
            self.said.append(line)
            if all(part in line for part in parts):
                return line
        raise AssertionError((parts, self.said[-40:]))

    def children(self):
        """The processes under it, by command."""
        found = {}
        roof = self.process.running.pid
        with open(f"/proc/{roof}/task/{roof}/children") as pids:
            for pid in pids.read().split():
                with open(f"/proc/{pid}/cmdline") as file:
                    words = file.read().split("\0")
                if "botswain" in words:
                    found[words[words.index("botswain") + 1]] = int(pid)
        return found


@pytest.mark.timeout(600)
def test_what_is_killed_comes_back_the_others_stay_and_nothing_is_lost(kernels, tmp_path):
    assert kernels
    port, sandbox_port = free_ports(2)
    command = ("up", "--demo", "--port", str(port), "--sandbox-port", str(sandbox_port))
    with Process(tmp_path, *command) as process:
        up = Up(process)
        up.until("is ready after")
        up.until("-ladder: buy ")
        taken = typed(*command, home=tmp_path)
        assert taken.code == 2
        assert f"port {port} for the page cannot be used" in taken.err or f"port {sandbox_port}" in taken.err
        names = [name for name in ("gateway", "sandbox", "engine", "api") if name != "api" or "api" in COMMANDS]
        for name in names:
            before = up.children()
            assert set(before) == set(names)
            os.kill(before[name], signal.SIGKILL)
            up.until(f"{name} ended (killed by SIGKILL); it is started again")
            up.until(f"{name} | {name}: ")
            # It trades on: with the sandbox's books as they were, and after recovering each bot from its journal.
            # Each order since goes through the gateway, so one that is placed shows that the engine found it again.
            up.until(" engine |", ": buy " if name in ("engine", "gateway") else " at ")
            after = up.children()
            assert after.pop(name) != before.pop(name)
            assert after == before
        assert not [line for line in up.said if "was stopped" in line or "cannot run" in line or "was halted" in line]
        process.signal(signal.SIGINT)
        code, out, err = process.end()
    assert (code, err) == (0, "")
    assert out.rstrip().endswith("up | stopped")
    database = str(tmp_path / "demo" / "botswain.db")
    for one in demo_bots():
        replayed = typed("replay", one.name, "--database", database, home=tmp_path)
        assert replayed.out.endswith("\n0 differences\n"), (one.name, replayed)


def test_a_second_start_goes_on_with_the_same_bots_and_another_port_of_theirs_is_refused(kernels, tmp_path):
    assert kernels
    port, sandbox_port, other = free_ports(3)
    for turn in range(2):
        with Process(tmp_path, "up", "--demo", "--port", str(port), "--sandbox-port", str(sandbox_port)) as process:
            up = Up(process)
            up.until(" engine |", ": 5 bots")
            up.until(" engine |", " at ")  # they trade
            counts = {line.split()[-2] for line in up.said if line.endswith(" bots\n")}
            assert counts == {"5"}, up.said
            process.signal(signal.SIGINT)
            assert process.end()[0] == 0, turn
    refused = typed("up", "--demo", "--port", str(port), "--sandbox-port", str(other), home=tmp_path)
    assert refused.code == 2
    assert f"start it with --sandbox-port {sandbox_port}" in refused.err


def test_ports_that_cannot_be_are_refused_with_what_to_do(tmp_path):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = str(held.getsockname()[1])
        taken = typed("up", "--port", port, home=tmp_path)
        assert taken.code == 2
        assert f"port {port} for the page cannot be used" in taken.err
        assert "give another with --port" in taken.err
    free = str(free_ports(1)[0])
    assert "are both" in typed("up", "--port", free, "--sandbox-port", free, home=tmp_path).err
    assert "write 1 to 65535" in typed("up", "--port", "0", home=tmp_path).err
    assert not (tmp_path / "botswain.db").exists()
