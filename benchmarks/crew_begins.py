"""How long a session's renewal waits while a whole crew of bots begins beside it.

    python benchmarks/crew_begins.py [--bots 50] [--seconds 45]

`botswain up --demo` runs, so the engine is busy with a market at sixty times real time; so many bots more are made and
all started at once through the API, and a session is renewed five times a second meanwhile. All of them write to one
SQLite file. Prints one line for renewals and one for starts, in seconds, with the answers by status and the machine's
load: on a busy machine compare runs of the same minutes only.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx

from fill_to_paint import free_port

EVERY_S = 0.2
OF_ALL = {"symbols": ["BTC/USDT"], "capital": "1000", "timeframe": "1m"}
KINDS = (
    {"strategy": "sma_crossover", "parameters": {"fast": 3, "slow": 8}},
    {"strategy": "grid", "parameters": {"step": "0.004", "levels": 12}},
)


@dataclass
class Answers:
    """How long each took, in seconds, and how many came with which status."""

    times: list[float] = field(default_factory=list)
    codes: Counter[int] = field(default_factory=Counter)

    def ask(self, client: httpx.Client, path: str) -> None:
        """Ask once."""
        began = time.perf_counter()
        self.codes[client.post(path).status_code] += 1
        self.times.append(time.perf_counter() - began)

    def line(self, what: str) -> str:
        """What it comes to."""
        found = sorted(self.times)
        at = {name: found[int(len(found) * part)] for name, part in (("median", 0.5), ("p95", 0.95), ("p99", 0.99))}
        shown = ", ".join(f"{name} {value:.3f}" for name, value in at.items())
        return f"{what}: {len(found)}, {shown}, most {found[-1]:.3f} s; {dict(self.codes)}"


def main() -> None:
    """Measure."""
    asked = argparse.ArgumentParser()
    for name, usual in (("bots", 50), ("seconds", 45)):
        asked.add_argument(f"--{name}", type=int, default=usual)
    given = asked.parse_args()
    port, sandbox = free_port(), free_port()
    command = [sys.executable, "-u", "-m", "botswain", "up", "--demo", "--port", str(port)]
    with tempfile.TemporaryDirectory() as folder:
        up = subprocess.Popen(
            [*command, "--sandbox-port", str(sandbox)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "BOTSWAIN_DATA_DIR": folder},
        )
        try:
            assert up.stdout is not None
            lines: list[str] = []
            while "is ready after" not in "".join(lines[-1:]):
                lines.append(up.stdout.readline())
            found = re.search(r"with password (\S+)", "".join(lines))
            assert found is not None
            with ThreadPoolExecutor(1) as reading:
                reading.submit(up.stdout.read)
                measured(f"http://127.0.0.1:{port}/api/v1", found[1], given.bots, given.seconds)
                up.send_signal(signal.SIGINT)
        finally:
            up.send_signal(signal.SIGINT)
            up.wait()


def measured(address: str, password: str, bots: int, seconds: int) -> None:
    """Make the bots, start them, renew meanwhile."""
    who = {"name": "admin", "password": password}
    with httpx.Client(base_url=address, timeout=60) as client, httpx.Client(base_url=address, timeout=60) as other:
        token = client.post("/auth/sign-in", json=who).raise_for_status().json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        other.post("/auth/sign-in", json=who).raise_for_status()
        account = client.get("/accounts").json()["items"][0]["id"]
        made = [
            client.post(
                "/bots",
                json={"name": f"crew-{number}", "account_id": account, **OF_ALL, **KINDS[number % len(KINDS)]},
                headers={"Idempotency-Key": uuid.uuid4().hex},
            ).raise_for_status()
            for number in range(bots)
        ]
        renewals, starts = Answers(), Answers()
        with ThreadPoolExecutor(bots) as crowd:
            for one in made:
                crowd.submit(starts.ask, client, f"/bots/{one.json()['id']}/start")
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                due = time.monotonic() + EVERY_S
                renewals.ask(other, "/auth/refresh")
                time.sleep(max(0.0, due - time.monotonic()))
        print(renewals.line("renewals"))
        print(starts.line("starts"), f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
