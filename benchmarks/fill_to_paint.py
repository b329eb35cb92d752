"""How long a fill takes from its commit to the screen, with many bots trading at many times real time.

    python benchmarks/fill_to_paint.py [--bots 50] [--speed 60] [--seconds 60]

The real processes trade: sandbox, API and engine. The moment of a commit is taken by this process, which asks SQLite's
counter of commits every millisecond on a connection of its own and reads the rows of `fills` that are new; so it is at
most about a millisecond later than the commit, and the API's own reading is part of what is measured. The moment of
painting is taken in headless Chromium on the page of trades (`web/scripts/paint-times.ts`): after the frame that
follows the row's insertion. All read the clock of this machine. Prints a line for the whole way, one for each part of
it (between: the API's relay saw the step in the outbox, had said the fill, `timed_api.py`; the page heard it, had it in
its cache, had its row), and what share of a processor each process took meanwhile, with the machine's load. Needs
a built application, Chromium (CHROMIUM=/usr/bin/chromium) and a machine that does nothing else: `nice` does not help,
for the browser is in a session of its own, which the kernel schedules as a group by itself (autogroup).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[1]
BOTSWAIN = Path(sys.executable).parent / "botswain"
TIMED_API = [sys.executable, str(Path(__file__).with_name("timed_api.py"))]
SCRIPT = ["node", "--import", "tsx", "scripts/paint-times.ts"]
SEED, HISTORY = "16", "600"
SYMBOLS = ("BTC/USDT", "ETH/USDT", "BNB/USDT")
# An exchange lets an account have a hundred orders without a fill in ten seconds of its own clock, and a minute of this
# market lasts one: on a single account nearly all that is written and told would be orders that must wait their turn.
ACCOUNTS = 10
# Narrow ladders: every bot trades several times a minute of its market.
STEPS, LEVELS = (0.0025, 0.003, 0.004), 12
OPENING_S = 5
PARTS = ("relay saw", "relay said", "page heard", "in its cache", "row there", "painted")
TICKS = os.sysconf("SC_CLK_TCK")
# A fill's times: committed, and then as in PARTS, in milliseconds of this machine's clock.
Way = tuple[float, ...]


def main() -> None:
    """Measure."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("told to end"))  # what was started is ended too
    asked = argparse.ArgumentParser()
    for name, usual in (("bots", 50), ("speed", 60), ("seconds", 60)):
        asked.add_argument(f"--{name}", type=int, default=usual)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        port, sandbox = free_port(), free_port()
        market = ["--seed", SEED, "--speed", str(given.speed), "--history", HISTORY, "--balance", "USDT=5000000"]
        market += [word for name in account_names() for word in ("--account", name)]
        trading = {"sandbox": running(folder, "http://", [str(BOTSWAIN), "sandbox", "--port", str(sandbox), *market])}
        made_first = stack.enter_context(trading["sandbox"])
        times = Path(folder) / "told.json"
        with ExitStack() as served:
            command = [*TIMED_API, "api", "--port", str(port), "--sandbox-port", str(sandbox)]
            api = served.enter_context(running(folder, "api: http", command, TIMES=str(times)))
            password = next(found[1] for line in api.lines if (found := re.search(r"with password (\S+)", line)))
            address = f"http://127.0.0.1:{port}"
            made(address, password, given.bots)
            engine = stack.enter_context(running(folder, "bots", [str(BOTSWAIN), "engine"]))
            pids = {"sandbox": made_first.pid, "api": api.pid, "engine": engine.pid}
            committed, page, shares = watched(Path(folder), address, password, given.seconds, pids)
        told: dict[str, tuple[float, float]] = json.loads(times.read_text())
        ways = [
            (committed[one], *told[one], *seen)
            for one, seen in page["fills"].items()
            if one in committed and one in told
        ]
        shares["page busy in long tasks"] = page["busy"]
        print(report(given, ways, shares))


def account_names() -> list[str]:
    """Those of the sandbox, which the API's are called by too."""
    return [f"crew-{number}" for number in range(ACCOUNTS)]


def free_port() -> int:
    """A port that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Started:
    """A process of ours, and its lines until the one in which it says that it serves."""

    pid: int
    lines: list[str]


@contextmanager
def running(folder: str, ready: str, command: list[str], **more: str) -> Iterator[Started]:
    """A process of ours, from the line in which it says that it serves."""
    environment = {**os.environ, "BOTSWAIN_DATA_DIR": folder, **more}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
    assert process.stdout is not None
    lines: list[str] = []
    try:
        for line in process.stdout:
            lines.append(line)
            if ready in line:
                break
        else:
            raise SystemExit(f"{command[-1]} ended: {''.join(lines[-5:])}")
        Thread(target=process.stdout.read, daemon=True).start()
        yield Started(process.pid, lines)
    finally:
        process.terminate()
        process.wait()


def made(address: str, password: str, bots: int) -> None:
    """Accounts of the sandbox and bots on them, wanted to run."""
    with httpx.Client(base_url=f"{address}/api/v1", timeout=60) as client:
        answer = client.post("/auth/sign-in", json={"name": "admin", "password": password}).raise_for_status()
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        accounts = [
            client.post("/accounts", json={"name": name}).raise_for_status().json()["id"] for name in account_names()
        ]
        for number in range(bots):
            body = {
                "name": f"ladder-{number:03d}",
                "strategy": "grid",
                "symbols": [SYMBOLS[number % len(SYMBOLS)]],
                "parameters": {"step": STEPS[number % len(STEPS)], "levels": LEVELS},
                "account_id": accounts[number % ACCOUNTS],
                "capital": "10000",
                "start": True,
            }
            told = client.post("/bots", json=body, headers={"Idempotency-Key": uuid.uuid4().hex})
            if told.is_error:
                raise SystemExit(f"bot {number} was refused: {told.text}")


def watched(
    folder: Path, address: str, password: str, seconds: int, pids: dict[str, int]
) -> tuple[dict[str, float], Any, dict[str, float]]:
    """When each fill was committed, what the page saw, and what share of a processor each process took meanwhile."""
    committed: dict[str, float] = {}
    leave = Event()
    watching = Thread(target=watch, args=(folder / "botswain.db", committed, leave))
    watching.start()
    environment = {**os.environ, "ADDRESS": address, "PASSWORD": password, "SECONDS": str(seconds)}
    try:
        with subprocess.Popen(SCRIPT, cwd=ROOT / "web", env=environment, stdout=subprocess.PIPE, text=True) as browsing:
            assert browsing.stdout is not None
            if not browsing.stdout.readline():
                raise SystemExit("the page could not be watched; see above")
            before, begun = processor_s(pids, browsing.pid), time.monotonic()
            # Read before it writes what it saw: by then the browser has ended.
            time.sleep(max(0.0, seconds - 1))
            after, took = processor_s(pids, browsing.pid), time.monotonic() - begun
            seen = json.loads(browsing.stdout.readline())
    finally:
        leave.set()
        watching.join()
    return committed, seen, {name: (after[name] - before[name]) / took for name in after}


def processor_s(pids: dict[str, int], browsing: int) -> dict[str, float]:
    """Seconds of a processor that our processes took so far, and all that the browser is made of."""
    found: dict[int, tuple[int, float]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            found[int(path.parent.name)] = (int(fields[1]), (int(fields[11]) + int(fields[12])) / TICKS)
    browser, last = {browsing}, 0
    while len(browser) > last:
        last = len(browser)
        browser |= {pid for pid, (parent, _) in found.items() if parent in browser}
    took = {name: found[pid][1] for name, pid in pids.items()}
    return took | {"browser": sum(found[pid][1] for pid in browser if pid in found)}


def watch(path: Path, committed: dict[str, float], leave: Event) -> None:
    """Note when new fills are committed."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as here:
        seen, last = 0, -1
        while not leave.is_set():
            [now] = here.execute("PRAGMA data_version").fetchone()
            if now == last:
                time.sleep(0.001)
                continue
            at_ms, last = time.time() * 1000, now
            rows = here.execute("SELECT rowid, bot_id, seq, part FROM fills WHERE rowid > ?", (seen,)).fetchall()
            for rowid, bot, seq, part in rows:
                committed[f"{uuid.UUID(bytes=bytes(bot))}.{seq}.{part}"] = at_ms
                seen = max(seen, rowid)


def report(given: argparse.Namespace, ways: list[Way], shares: dict[str, float]) -> str:
    """The whole way in a line, then each of its parts."""
    if len(ways) < 20:
        raise SystemExit(f"only {len(ways)} fills were seen on the page; measure for longer")
    whole = summed(way[-1] - way[0] for way in ways)
    lines = [
        f"bots {given.bots}, {given.speed}x, {len(ways)} fills in {given.seconds} s, committed to painted: {whole}"
    ]
    begun = min(way[0] for way in ways)
    if later := [way[-1] - way[0] for way in ways if way[0] > begun + OPENING_S * 1_000]:
        lines.append(
            f"  after its first {OPENING_S} s, in which the page and the crew begin: {len(later)}, {summed(later)}"
        )
    for place, name in enumerate(PARTS):
        lines.append(f"  {name:13} {summed(way[place + 1] - way[place] for way in ways)}")
    took = ", ".join(f"{name} {share:.0%}" for name, share in shares.items())
    return "\n".join(
        [*lines, f"  of a processor: {took}; load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()}"]
    )


def summed(waits: Iterable[float]) -> str:
    """How long, in words."""
    found = sorted(waits)

    def at(share: float) -> str:
        return f"{found[min(len(found) - 1, int(len(found) * share))]:.0f} ms"

    return f"p50 {at(0.5)}, p95 {at(0.95)}, p99 {at(0.99)}, most {found[-1]:.0f} ms"


if __name__ == "__main__":
    main()
