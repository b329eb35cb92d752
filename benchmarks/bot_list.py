"""How long the list of bots takes over real HTTP, with many bots, fills and marks in a SQLite file.

    python benchmarks/bot_list.py [--bots 200] [--fills 1000000] [--marks 1000] [--requests 300] [--folder DIR]

The process that serves is another one than the one that asks. Prints one line; a folder keeps the database for the
next time.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

START_MS = 1_760_000_000_000
MINUTE_MS = 60_000
BOTSWAIN = Path(sys.executable).parent / "botswain"
SETTINGS = {"strategy": "grid", "symbols": ["BTC/USDT"], "parameters": {"levels": 10}, "capital": "1000"}
FILL = (
    "INSERT INTO fills (bot_id, seq, part, tenant_id, account_id, symbol, venue_trade_id, kind, slot, side, qty_lots, "
    "price_ticks, tick_units, lot_units, unit_scale, fee_asset, fee_units, fee_scale, cash_units, realized_units, "
    "money_scale, liquidity, reason, time_ms, instant_seq) VALUES (?, ?, 0, ?, ?, 'BTC/USDT', ?, 'venue', 0, 'buy', 5, "
    "401, 25, 1, 2, 'USDT', 5, 2, -1000, 0, 2, 'maker', 0, ?, 1)"
)
BOT = (
    "INSERT INTO bots (id, tenant_id, account_id, name, strategy, config, desired_state, journal_epoch, lease_epoch, "
    "lease_until_ms, created_ms, version, edition) VALUES (?, ?, ?, ?, 'grid', ?, 'running', ?, 0, 0, ?, 1, 1)"
)
CONFIG = (
    '{"bot":{"name":"%s","strategy":"grid","symbols":["BTC/USDT"],"params":{"levels":10},"capital":"1000"},'
    '"market":{"timeframe":"1m","venue":"binance","environment":"sandbox","account":"main"}}'
)
POSITION = (
    "INSERT INTO positions (bot_id, symbol, tenant_id, account_id, seq, qty_units, dust_units, qty_scale, cost_units, "
    "realized_units, fees_units, money_scale, time_ms) VALUES (?, 'BTC/USDT', ?, ?, 1, 5, 0, 3, 50000, 100, 10, 2, ?)"
)
MARK = (
    "INSERT INTO marks (bot_id, time_ms, tenant_id, equity_units, cash_units, realized_units, fees_units, money_scale, "
    "round_trips, won) VALUES (?, ?, ?, ?, 50000, 100, 10, 2, 7, 4)"
)


def main() -> None:
    """Measure."""
    asked = argparse.ArgumentParser()
    for name, usual in (("bots", 200), ("fills", 1_000_000), ("marks", 1_000), ("requests", 300)):
        asked.add_argument(f"--{name}", type=int, default=usual)
    asked.add_argument("--folder", type=Path)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as spare:
        folder = given.folder or Path(spare)
        folder.mkdir(parents=True, exist_ok=True)
        measured(given, folder)


def measured(given: argparse.Namespace, folder: Path) -> None:
    """Serve, fill the database, ask."""
    environment = {**os.environ, "BOTSWAIN_DATA_DIR": str(folder)}
    command = [str(BOTSWAIN), "api", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as serving:
        try:
            assert serving.stdout is not None
            lines = [serving.stdout.readline()]
            while "http://" not in lines[-1]:
                lines.append(serving.stdout.readline())
            address = re.search(r"http://\S+?(?=;)", lines[-1])
            found = re.search(r"password (\S+)", "".join(lines))
            note = folder / "password"
            if found is not None:
                note.write_text(found[1])
            assert address is not None
            with httpx.Client(base_url=address[0], timeout=60) as client:
                answer = client.post("/api/v1/auth/sign-in", json={"name": "admin", "password": note.read_text()})
                client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
                if client.get("/api/v1/accounts").json()["total"] == 0:
                    client.post("/api/v1/accounts", json={"name": "main"}).raise_for_status()
                    fill(folder / "botswain.db", given)
                ask(client, given)
        finally:
            serving.terminate()


def fill(path: Path, given: argparse.Namespace) -> None:
    """Rows, as many as were asked for."""
    with sqlite3.connect(path) as here:
        tenant, account = here.execute("SELECT tenant_id, id FROM accounts").fetchone()
        bots = [secrets.token_bytes(16) for _ in range(given.bots)]
        last_ms = START_MS + given.marks * MINUTE_MS
        for number, one in enumerate(bots):
            name = f"bot-{number:04d}"
            here.execute(BOT, (one, tenant, account, name, CONFIG % name, bytes(16), START_MS))
            here.execute(POSITION, (one, tenant, account, last_ms))
            marks = (
                (one, START_MS + k * MINUTE_MS, tenant, 100_000 + (k * 37 + number) % 999) for k in range(given.marks)
            )
            here.executemany(MARK, marks)
            share = given.fills // given.bots
            fills = ((one, k, tenant, account, f"{number}-{k}", START_MS + k * 1_000) for k in range(share))
            here.executemany(FILL, fills)


def ask(client: httpx.Client, given: argparse.Namespace) -> None:
    """Ask again and again; the first answer is apart, for it reads curves."""
    first = timed(client)
    times = sorted(timed(client) for _ in range(given.requests))
    p99 = times[int(len(times) * 0.99) - 1]
    print(
        f"bots {given.bots}, fills {given.fills}, marks {given.marks} each: first {first:.1f} ms, least {times[0]:.1f} "
        f"ms, median {times[len(times) // 2]:.1f} ms, p99 {p99:.1f} ms"
    )


def timed(client: httpx.Client) -> float:
    """One list of all bots, in milliseconds."""
    start = time.perf_counter()
    answer = client.get("/api/v1/bots", params={"limit": 200})
    took = time.perf_counter() - start
    assert answer.status_code == 200, answer.text
    return took * 1_000


if __name__ == "__main__":
    main()
