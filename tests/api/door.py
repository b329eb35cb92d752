"""The HTTP door on a database in memory: a fixed clock, counted ids, two tenants, and a venue that is a table."""

from contextlib import asynccontextmanager
from decimal import Decimal
from itertools import count

import httpx
import msgspec
from argon2 import PasswordHasher
from tests.fakes.counted_ids import CountedIds
from tests.fakes.fixed_clock import FixedClock

from botswain.api.app import made_app, served
from botswain.api.doors import Doors
from botswain.control.users import new_user
from botswain.model.errors import Unavailable
from botswain.model.instrument import Instrument
from botswain.model.listing import Listing
from botswain.store import accounts, tenants, users
from botswain.store.accounts import Account, Environment
from botswain.store.inline import open_memory
from botswain.store.made_tables import marks
from botswain.store.tables import bots as bot_rows
from botswain.store.tables import positions

EPOCH = bytes(range(16))
SECRET = bytes(range(32))
PASSWORD = "correct horse battery"
# What a hash costs is not what these tests are about.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
BASE = "http://botswain.test"
API = "/api/v1"


def listing(symbol, price_step="0.01", trading=True):
    """A symbol as a venue lists it."""
    rules = Instrument(symbol, Decimal(price_step), Decimal("0.00001"), min_notional=Decimal(5))
    zero = (Decimal(0), Decimal(0))
    words = frozenset({"LIMIT", "MARKET"})
    status = "TRADING" if trading else "BREAK"
    return Listing(
        symbol.replace("/", ""), rules, status, trading, words, Decimal(0), True, True, True, 0, 0, zero, zero
    )


class TableVenues:
    """A venue whose symbols and prices are in a table."""

    def __init__(self):
        found = [
            listing("BTC/USDT"),
            listing("ETH/USDT"),
            listing("ETH/BTC", "0.00001"),
            listing("OLD/USDT", trading=False),
        ]
        self.table = {one.symbol: one for one in found}
        self.prices = {"BTC/USDT": Decimal(60000), "ETH/USDT": Decimal(3000), "ETH/BTC": Decimal("0.05")}
        self.down = ""

    def names(self):
        return ("binance",)

    async def listings(self, _account):
        if self.down:
            raise Unavailable(self.down)
        return self.table

    async def price(self, _account, symbol):
        return self.prices.get(symbol)

    def timeframes(self, _account):
        return ("1m", "5m", "1h")

    def port(self, _account):
        return 0


class Door:
    """One installation with people of two tenants: admin of the usual one, and mallory of another."""

    def __init__(self, tmp_path, store=None):
        self.clock = FixedClock()
        self.new_id = CountedIds(self.clock())
        self.store = store or open_memory(epoch=EPOCH, now_ms=self.clock())
        self.venues = TableVenues()
        self.dead = set()
        self.randoms = count(1)
        self.sealed_with = bytes.fromhex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
        self.doors = Doors(
            store=self.store,
            now_ms=self.clock,
            new_id=self.new_id,
            data_dir=tmp_path,
            cache_dir=None,
            secret=SECRET,
            random=lambda size: next(self.randoms).to_bytes(size, "big"),
            venues=self.venues,
            sealing=lambda: self.sealed_with,
            dead=self.dead.__contains__,
            hasher=CHEAP,
            web=tmp_path / "web_app",
            names=("botswain.test", "testserver"),
        )
        self.app = made_app(self.doors)
        self.served = served(self.app)

    async def fill(self):
        """People, and an account of each tenant's own."""
        self.tenants, self.accounts = {}, {}
        async with self.store.transaction(None) as tx:
            for name, tenant in (("admin", tenants.LOCAL), ("mallory", "other")):
                owner = await tenants.ensure(tx, tenants.Tenant(self.new_id(), tenant, self.clock()))
                await users.add(tx, new_user(self.new_id(), owner.id, name, CHEAP.hash(PASSWORD), self.clock()))
                self.tenants[name] = owner.id
        for name, owner in self.tenants.items():
            async with self.store.transaction(owner) as tx:
                made = Account(self.new_id(), f"{name}'s", "binance", Environment.SANDBOX, self.clock())
                await accounts.create(tx, made)
                self.accounts[name] = made.id
        return self

    def client(self, **headers):
        """Somebody who is not signed in."""
        transport = httpx.ASGITransport(self.served, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url=BASE, headers=headers)

    @asynccontextmanager
    async def signed(self, name="admin"):
        """Somebody who is."""
        async with self.client() as client:
            answer = await client.post(f"{API}/auth/sign-in", json={"name": name, "password": PASSWORD})
            assert answer.status_code == 200, answer.text
            client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
            yield client

    def settings(self, name="admin", **more):
        """A grid that would start."""
        return {
            "strategy": "grid",
            "account_id": self.accounts[name],
            "symbols": ["BTC/USDT"],
            "parameters": {"levels": 6},
            "capital": "1000",
            **more,
        }

    async def made(self, client, name="ladder", **more):
        """A bot, made over HTTP."""
        answer = await client.post(f"{API}/bots", json=self.settings() | {"name": name} | more)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def write(self, bot_id, **values):
        """Change a bot's row as an engine does."""
        async with self.store.transaction(None) as tx:
            await tx.change(tx.update(bot_rows).where(bot_rows.c.id == bot_id).values(**values))

    async def hold(self, bot_id, owner="an engine"):
        """Have an engine run a bot for a minute."""
        await self.write(bot_id, lease_owner=owner, lease_until_ms=self.clock() + 60_000, lease_epoch=1)

    async def mark(self, bot_id, time_ms, equity, **more):
        """A mark of a bot, in whole quote units."""
        values = {"cash": equity, "realized": 0, "fees": 0, "round_trips": 0, "won": 0} | more
        row = {"bot_id": bot_id, "time_ms": time_ms, "money_scale": 0, "equity_units": equity}
        row |= {f"{name}_units": values[name] for name in ("cash", "realized", "fees")}
        row |= {name: values[name] for name in ("round_trips", "won")}
        async with self.store.transaction(self.tenants["admin"]) as tx:
            await tx.insert(marks, row)

    async def book(self, bot_id, qty, cost=0, symbol="BTC/USDT", time_ms=0, realized=0, fees=0):
        """A position of a bot, in whole units."""
        row = {"bot_id": bot_id, "symbol": symbol, "account_id": self.accounts["admin"], "seq": 1, "time_ms": time_ms}
        row |= {"qty_units": qty, "dust_units": 0, "qty_scale": 0, "cost_units": cost, "money_scale": 0}
        row |= {"realized_units": realized, "fees_units": fees}
        async with self.store.transaction(self.tenants["admin"]) as tx:
            await tx.insert(positions, row)


def problem_of(answer, status, code, field=None):
    """The problem that an answer must be; returns its detail."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    found = answer.json()
    assert set(found) == {"type", "title", "status", "detail", "code", "field", "errors"}
    assert (found["status"], found["code"], found["field"]) == (status, code, field), found
    assert found["detail"]
    return found["detail"]


def stored(text):
    """A bot's stored settings as plain values."""
    return msgspec.json.decode(text)
