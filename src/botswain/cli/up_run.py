"""Runs the exchange, the API, the gateway and the engine as processes of one command, until Ctrl-C.

They start beside each other. What the demonstration needs in the database is made meanwhile in a thread of this
process, whose imports take as long as the exchange's; only the engine, which would find nothing to do, waits for it.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import click

from botswain.cli.children import Child
from botswain.cli.context import Context
from botswain.cli.data_folder import make_folder
from botswain.cli.demo_market import BALANCE, HISTORY, SEED, SPEED
from botswain.cli.root import COMMANDS
from botswain.model.errors import BadInput

HOST = "127.0.0.1"
COLOURS = {"sandbox": "magenta", "api": "cyan", "gateway": "blue", "engine": "green", "up": "yellow"}
DIARY, PLAIN_HISTORY = "sandbox.diary", 600
WIDTH = max(map(len, COLOURS))
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Asked:
    """The command's options."""

    demo: bool
    port: int
    sandbox_port: int


def run_up(context: Context, asked: Asked) -> int:
    """Run all of it until interrupted. Raises BadInput."""
    home = context.data_dir / "demo" if asked.demo else context.data_dir
    for what, port, option in (("page", asked.port, "--port"), ("exchange", asked.sandbox_port, "--sandbox-port")):
        check_free(what, port, option)
    if asked.port == asked.sandbox_port:
        raise BadInput(f"--port and --sandbox-port are both {asked.port}; give two")
    make_folder(home)
    first = partial(demo_made, replace(context, data_dir=home), asked.sandbox_port) if asked.demo else None
    roof = Roof(children_of(home, asked), first)
    return asyncio.run(roof.run(f"http://{HOST}:{asked.port}"))


def demo_made(context: Context, sandbox_port: int) -> None:
    """Make the demonstration's bots where there are none. Raises BadInput."""
    from botswain.cli.demo_bots import made_once  # loads the database and the strategies: others start meanwhile

    asyncio.run(made_once(context, sandbox_port))


def check_free(what: str, port: int, option: str) -> None:
    """Raises BadInput where somebody else has a port."""
    with socket.socket() as probe:
        # As servers do: a port whose last connections are still ending is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise BadInput(
                f"port {port} for the {what} cannot be used ({error.strerror}); stop what uses it (is Botswain up "
                f"already?), or give another with {option}"
            ) from None


def children_of(home: Path, asked: Asked) -> list[Child]:
    """The processes, in the order in which they are started."""
    settings = [f"BOTSWAIN_DATA_DIR={home}"]
    sandbox = ["sandbox", "--port", str(asked.sandbox_port), "--keep", str(home / DIARY), "--hide-keys"]
    if asked.demo:
        sandbox += ["--seed", str(SEED), "--speed", str(SPEED), "--history", str(HISTORY), "--balance", BALANCE]
    else:
        sandbox += ["--history", str(PLAIN_HISTORY)]
    api = ["api", "--host", HOST, "--port", str(asked.port), "--sandbox-port", str(asked.sandbox_port)]
    made = [made_child("sandbox", sandbox, "sandbox: http", settings)]
    if "api" in COMMANDS:
        made.append(made_child("api", api, "api: http", settings))
    gateway = ["gateway", "--keyless", "--sandbox-port", str(asked.sandbox_port)]
    made.append(made_child("gateway", gateway, "gateway: listening", settings))
    return [*made, made_child("engine", ["engine", "--gateway"], "engine: running", settings)]


def made_child(name: str, arguments: Sequence[str], ready: str, settings: Sequence[str]) -> Child:
    """A command of ours as a process, which keeps no line back."""
    return Child(name, [sys.executable, "-u", "-m", "botswain", *arguments], ready, show, settings)


def show(name: str, text: str) -> None:
    """A line behind its name."""
    click.echo(f"{click.style(f'{name:>{WIDTH}} |', fg=COLOURS.get(name))} {text}")


class Roof:
    """All processes together.

    children  the last one starts only when `first` is done
    first     what is done in a thread while the others start
    """

    def __init__(self, children: Sequence[Child], first: Callable[[], None] | None = None) -> None:
        self.children = children
        self.first = first
        self.stopping = asyncio.Event()
        self.ending = False

    async def run(self, address: str) -> int:
        """Start them, say where the page is, and go on until interrupted; the engine is stopped first."""
        loop, began_s = asyncio.get_running_loop(), time.monotonic()
        for one in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(one, self.interrupted)
        keeping = {one: asyncio.create_task(self.keep(one), name=one.name) for one in self.children}
        stopped = asyncio.create_task(self.stopping.wait())
        try:
            serving = asyncio.create_task(self.all_up())
            waited = [serving, stopped, *keeping.values()]
            await asyncio.wait(waited, timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
            failed = any(one.done() for one in keeping.values())
            if serving.done():
                show("up", f"{address} is ready after {time.monotonic() - began_s:.1f} s; Ctrl-C stops")
            elif not stopped.done() and not failed:
                missing = ", ".join(one.name for one in self.children if not one.up.is_set())
                show("up", f"{missing} did not start in {PATIENCE_S:g} s and is tried on; its lines say why")
            serving.cancel()
            await asyncio.wait([stopped, *keeping.values()], return_when=asyncio.FIRST_COMPLETED)
            for task in keeping.values():
                if task.done():
                    task.result()  # a fault of ours, or what `first` refused
        finally:
            stopped.cancel()
            await self.close(keeping)
        return 0

    async def keep(self, one: Child) -> None:
        """Keep a process up; the last one when `first` is done. Raises what `first` raises."""
        if self.first is not None and one is self.children[-1]:
            # A process is never forked while the thread is at work: its locks would be copied as they stand.
            for other in self.children[:-1]:
                await other.begun.wait()
            await asyncio.to_thread(self.first)
        await one.keep()

    async def all_up(self) -> None:
        """Returns when each has said that it serves."""
        for one in self.children:
            await one.up.wait()

    def interrupted(self) -> None:
        """Ctrl-C: stop in order; once more: end at once."""
        if not self.stopping.is_set():
            show("up", "stopping: the engine first, its bots by their own on_stop; Ctrl-C once more ends it at once")
            self.stopping.set()
            return
        self.ending = True
        for one in self.children:
            one.stopping.set()  # or it would be started again while another is waited for
            one.send(signal.SIGKILL)

    async def close(self, keeping: dict[Child, asyncio.Task[None]]) -> None:
        """Stop the last one first."""
        for one in reversed(self.children):
            await one.stop(keeping[one])
        show("up", "ended at once; what the engine left is taken up at the next start" if self.ending else "stopped")
