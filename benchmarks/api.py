"""How fast lists answer over a SQLite database of 200 bots and 1,000,000 fills.

    python benchmarks/api.py [--fills N] [--bots N] [--times N] [--keep FILE]

It fills a database (or takes the one it kept), asks each route of the application itself, without a network, and prints
the median and the 99th percentile. A route that does not answer with 200 is shown with its status.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import httpx
import msgspec

from botswain.api.app import made_app
from botswain.api.doors import Caller, Doors, caller_of
from botswain.control.bot_figures import Figures
from botswain.control.config import BotConfig, MarketConfig, stored_form
from botswain.model.ids import uuid7
from botswain.model.instrument import Instrument
from botswain.store import accounts, bots, sqlite, tenants
from botswain.store.bot_records import TYPES, Started
from botswain.store.database import Database, open_database
from botswain.store.steps import JournalRow

EPOCH = bytes(16)
NOW_MS = 1_760_000_000_000
SYMBOLS = ("BTC/USDT", "ETH/USDT", "SOL/USDT", "XRP/USDT")
SEGMENT = uuid7(NOW_MS, 9)
WARM = 3
MARKS = 500
# Numbers 1 to :count, and when each was.
NUMBERS = "WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < :count) "
ORDERS = """
INSERT INTO orders SELECT randomblob(16), :tenant, :account, :bot, k, :symbol, k % 20, k, 1,
  CASE k % 2 WHEN 0 THEN 'buy' ELSE 'sell' END, 'limit', 'gtc', 0, 5, 40000 + k % 997, NULL, 1, 1, 4, 0, -1, 0,
  :first + k * :gap FROM n"""
EVENTS = """
INSERT INTO order_events SELECT client_order_id, seq, :tenant, bot_id, 'filled', 5, NULL, NULL, NULL, 0, time_ms, NULL
FROM orders WHERE bot_id = :bot AND seq <= :count - 20"""
FILLS = """
INSERT INTO fills SELECT :bot, k, 0, :tenant, :account, :symbol, :name || k, 'venue', NULL, NULL, k % 20,
  CASE k % 2 WHEN 0 THEN 'buy' ELSE 'sell' END, 5, 40000 + k % 997, 1, 1, 4, 'USDT', 20, 4, -200000, 5, 4, 'maker', 0,
  :first + k * :gap, 0 FROM n"""
POSITION = """
INSERT INTO positions VALUES (:bot, :symbol, :tenant, :account, :count, 5, 0, 4, 200000, 0, 20, 4, :first, 20)"""
POINTS = """
INSERT INTO marks SELECT :bot, :first + k * 60000, :tenant, 10000000 + k % 500, 0, k, 0, 4, k, k / 2 FROM n
WHERE k <= :marks"""
JOURNAL = "INSERT INTO journal VALUES (:bot, :seq, :tenant, :kind, 1, :first, :payload, zeroblob(32), zeroblob(32))"


def asked() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fills", type=int, default=1_000_000)
    parser.add_argument("--bots", type=int, default=200)
    parser.add_argument("--times", type=int, default=200)
    parser.add_argument("--keep", type=Path)
    return parser.parse_args()


async def made_bots(database: Database, count: int) -> tuple[str, list[bots.Bot]]:
    """A tenant with so many bots, each on an account of its own."""
    async with database.transaction(None) as tx:
        tenant = await tenants.ensure(tx, tenants.Tenant(uuid7(NOW_MS, 1), "owner", NOW_MS))
    found = []
    async with database.transaction(tenant.id) as tx:
        for n in range(count):
            account = accounts.Account(
                uuid7(NOW_MS, 1_000 + n), f"account {n}", "paper", accounts.Environment.PAPER, NOW_MS
            )
            await accounts.create(tx, account)
            config = stored_form(BotConfig(name=f"bot {n}", strategy="grid", symbols=[symbol_of(n)]), MarketConfig())
            new = bots.NewBot(uuid7(NOW_MS, 10_000 + n), account.id, f"bot {n}", "grid", config, NOW_MS)
            found.append(await bots.create(tx, new))
    return tenant.id, found


def symbol_of(n: int) -> str:
    """The symbol of a bot."""
    return SYMBOLS[n % len(SYMBOLS)]


def first_row(bot: bots.Bot, symbol: str) -> JournalRow:
    """What a bot began with."""
    rules = [Instrument(symbol, Decimal("0.0001"), Decimal("0.0001"))]
    told = msgspec.json.encode(rules).decode()
    return TYPES.row(Started(bot.config, "", SEGMENT, 0, 0, 60_000, 10_000, told), NOW_MS)


def filled(path: Path, tenant_id: str, found: list[bots.Bot], fills: int) -> None:
    """Write the rows, past the writer: what is measured is reading."""
    connection = sqlite.connect(str(path), wait_ms=0)
    connection.execute("PRAGMA synchronous = OFF")
    each = fills // len(found)
    for n, bot in enumerate(found):
        symbol = symbol_of(n)
        values = {"bot": key(bot.id), "tenant": key(tenant_id), "account": key(bot.account_id), "symbol": symbol}
        values |= {"count": each, "first": NOW_MS + n, "gap": 60_000, "name": f"{n} ", "marks": MARKS}
        connection.execute("BEGIN")
        for statement in (NUMBERS + ORDERS, EVENTS, NUMBERS + FILLS, POSITION, NUMBERS + POINTS):
            connection.execute(statement, values)
        first = first_row(bot, symbol)
        for seq, row in ((1, first), (each, JournalRow(3, NOW_MS, b""))):
            connection.execute(JOURNAL, {**values, "seq": seq, "kind": row.kind, "payload": row.payload})
        connection.execute("COMMIT")
    connection.close()


def key(text: str) -> bytes:
    """An id as SQLite keeps it."""
    return bytes.fromhex(text.replace("-", ""))


async def measured(client: httpx.AsyncClient, path: str, times: int) -> tuple[int, list[float]]:
    """The status and the milliseconds of so many answers, the first few not counted."""
    spent, status = [], 0
    for _ in range(times + WARM):
        began = time.perf_counter()
        status = (await client.get(f"/api/v1{path}")).status_code
        spent.append((time.perf_counter() - began) * 1000)
    return status, sorted(spent[WARM:])


def order_at(path: Path, bot_id: str, seq: int) -> str:
    """The id of a bot's order."""
    with closing(sqlite3.connect(path)) as connection:
        statement = "SELECT hex(client_order_id) FROM orders WHERE bot_id = ? AND seq = ?"
        [found] = connection.execute(statement, (key(bot_id), seq)).fetchone()
    return str(UUID(found))


def routes(path: Path, bot_id: str, fills: int, count: int) -> list[str]:
    """What is asked."""
    middle = NOW_MS + fills // count * 60_000 // 2
    of_bot, of_time = f"bot_id={bot_id}", f"from_ms={middle}&to_ms={middle + 86_400_000}"
    lists = [f"/{noun}?{more}" for noun in ("fills", "orders") for more in ("", of_bot, of_time, f"{of_bot}&{of_time}")]
    working = ["/orders?working=true", f"/orders?working=true&{of_bot}", f"/orders?working=false&{of_bot}"]
    rest = [
        f"/bots/{bot_id}/equity",
        "/equity?environment=paper",
        "/positions",
        f"/round-trips?{of_bot}",
        "/round-trips",
    ]
    # Pages that go on from the middle of all.
    half = fills // count // 2
    places = [f"/fills?after={bot_id}.{half}.0", f"/orders?after={order_at(path, bot_id, half)}"]
    further = [f"{one}{more}" for one in places for more in ("", f"&{of_bot}")]
    return ["/bots?limit=200", *lists, *further, *working, *rest]


async def main() -> None:
    """Fill and ask."""
    what = asked()
    with tempfile.TemporaryDirectory() as folder:
        path = what.keep or Path(folder) / "bench.db"
        new = not path.exists()
        database = await open_database(path, epoch=EPOCH, now_ms=NOW_MS)
        if new:
            began = time.perf_counter()
            tenant_id, found = await made_bots(database, what.bots)
            filled(path, tenant_id, found, what.fills)
            took = f"{time.perf_counter() - began:.0f} s"
            print(f"filled with {what.fills:,} fills and as many orders of {what.bots} bots in {took}")
        async with database.reading(None) as tx:
            [tenant_id] = {one.tenant_id for one in await bots.listed(tx)}
            bot_id = (await bots.listed(tx))[0].id
        app = made_app()
        app.state.doors = Doors(database, lambda: NOW_MS, lambda: uuid7(NOW_MS, 77), Path(folder), None, b"secret")
        app.state.figures = Figures()
        app.dependency_overrides[caller_of] = lambda: Caller("somebody", tenant_id, "somebody")
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        print(f"sqlite {sqlite3.sqlite_version}, python {sys.version.split()[0]}; milliseconds of {what.times} answers")
        async with httpx.AsyncClient(transport=transport, base_url="http://bench", timeout=600) as client:
            for route in routes(path, bot_id, what.fills, what.bots):
                began = time.perf_counter()
                await client.get(f"/api/v1{route}")
                first = (time.perf_counter() - began) * 1000
                status, spent = await measured(client, route, what.times)
                p50, p99 = spent[len(spent) // 2], spent[min(len(spent) * 99 // 100, len(spent) - 1)]
                said = "" if status == httpx.codes.OK else f"  status {status}"
                name = route.replace(bot_id, "ID")
                print(f"{name[:64]:<64} p50 {p50:8.2f}  p99 {p99:8.2f}  first {first:8.1f}{said}")
        await database.close()


if __name__ == "__main__":
    asyncio.run(main())
