"""How long a fill takes from its commit to the screen, with many bots trading at many times real time.

    python benchmarks/fill_to_paint.py [--bots 50] [--speed 60] [--seconds 60]

The real processes trade: sandbox, API and engine. The moment of a commit is taken by this process, which asks SQLite's
counter of commits every millisecond on a connection of its own and reads the rows of `fills` that are new; so it is at
most about a millisecond later than the commit, and the API's own reading is part of what is measured. The moment of
painting is taken in headless Chromium on the page of trades (`web/scripts/paint-times.ts`): after the frame that
follows the row's insertion. Both read the clock of this machine. Prints one line. Needs a built application, Chromium
(CHROMIUM=/usr/bin/chromium) and a machine that does nothing else.
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
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread

import httpx

ROOT = Path(__file__).resolve().parents[1]
BOTSWAIN = Path(sys.executable).parent / "botswain"
SCRIPT = ["node", "--import", "tsx", "scripts/paint-times.ts"]
SEED, HISTORY = "16", "600"
SYMBOLS = ("BTC/USDT", "ETH/USDT", "BNB/USDT")
# Narrow ladders: every bot trades several times a minute of its market.
STEPS, LEVELS = (0.0025, 0.003, 0.004), 12


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
        stack.enter_context(running(folder, "http://", "sandbox", "--port", str(sandbox), *market))
        said = stack.enter_context(
            running(folder, "api: http", "api", "--port", str(port), "--sandbox-port", str(sandbox))
        )
        password = next(found[1] for line in said if (found := re.search(r"with password (\S+)", line)))
        address = f"http://127.0.0.1:{port}"
        made(address, password, given.bots)
        stack.enter_context(running(folder, "bots", "engine"))
        print(report(given, committed_and_painted(Path(folder), address, password, given.seconds)))


def free_port() -> int:
    """A port that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(folder: str, ready: str, *command: str) -> Iterator[list[str]]:
    """A process of ours, from the line in which it says that it serves; its lines until then."""
    environment = {**os.environ, "BOTSWAIN_DATA_DIR": folder}
    process = subprocess.Popen(
        [str(BOTSWAIN), *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    )
    assert process.stdout is not None
    lines: list[str] = []
    try:
        for line in process.stdout:
            lines.append(line)
            if ready in line:
                break
        else:
            raise SystemExit(f"{command[0]} ended: {''.join(lines[-5:])}")
        Thread(target=process.stdout.read, daemon=True).start()
        yield lines
    finally:
        process.terminate()
        process.wait()


def made(address: str, password: str, bots: int) -> None:
    """An account of the sandbox and bots on it, wanted to run."""
    with httpx.Client(base_url=f"{address}/api/v1", timeout=60) as client:
        answer = client.post("/auth/sign-in", json={"name": "admin", "password": password}).raise_for_status()
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        account = client.post("/accounts", json={"name": "main"}).raise_for_status().json()
        for number in range(bots):
            body = {
                "name": f"ladder-{number:03d}",
                "strategy": "grid",
                "symbols": [SYMBOLS[number % len(SYMBOLS)]],
                "parameters": {"step": STEPS[number % len(STEPS)], "levels": LEVELS},
                "account_id": account["id"],
                "capital": "10000",
                "start": True,
            }
            told = client.post("/bots", json=body, headers={"Idempotency-Key": uuid.uuid4().hex})
            if told.is_error:
                raise SystemExit(f"bot {number} was refused: {told.text}")


def committed_and_painted(folder: Path, address: str, password: str, seconds: int) -> list[tuple[float, float]]:
    """When each fill was committed and painted, in milliseconds of this machine's clock."""
    committed: dict[str, float] = {}
    leave = Event()
    watching = Thread(target=watch, args=(folder / "botswain.db", committed, leave))
    watching.start()
    environment = {**os.environ, "ADDRESS": address, "PASSWORD": password, "SECONDS": str(seconds)}
    try:
        told = subprocess.run(SCRIPT, cwd=ROOT / "web", env=environment, capture_output=True, text=True, check=True)
    finally:
        leave.set()
        watching.join()
    painted: dict[str, float] = json.loads(told.stdout)
    return [(committed[one], at_ms) for one, at_ms in painted.items() if one in committed]


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


def report(given: argparse.Namespace, pairs: list[tuple[float, float]]) -> str:
    """One line."""
    waits = sorted(painted - committed for committed, painted in pairs)
    if len(waits) < 20:
        raise SystemExit(f"only {len(waits)} fills were seen on the page; measure for longer")

    def at(share: float) -> str:
        return f"{waits[min(len(waits) - 1, int(len(waits) * share))]:.0f} ms"

    return (
        f"bots {given.bots}, {given.speed}x, {len(waits)} fills in {given.seconds} s, committed to painted: "
        f"p50 {at(0.5)}, p95 {at(0.95)}, p99 {at(0.99)}, most {waits[-1]:.0f} ms"
    )


if __name__ == "__main__":
    main()
