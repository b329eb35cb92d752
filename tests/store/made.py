"""Valid rows, made from counters: the same in every run, with no clock and no chance."""

from decimal import Decimal
from itertools import count

from sqlalchemy import text

from botswain.model.ids import uuid7
from botswain.model.journal import RecordKind
from botswain.model.orders import Liquidity, OrderKind, OrderState, Side
from botswain.store import accounts, bots, tenants
from botswain.store.steps import FillRow, JournalRow, OrderEventRow, OrderRow, OutboxRow, PositionRow, StepRows

EPOCH = bytes(range(16))
NOW_MS = 1_700_000_000_000
_tails = count(1)
# What each version of the schema added to tables that were there before it.
ADDED_INDEXES = {9: ("uq_bots_tenant_id_folded",), 12: ("ix_order_events_venue_order_id",)}
ADDED_COLUMNS = {
    6: (("gathered", "profit_units"), ("gathered", "profit_scale")),
    7: (("accounts", "port"),),
    8: (("positions", "paid_units"),),
    9: (("bots", "folded"),),
    11: (("bots", "stop_due"),),
}


def new_id() -> str:
    """An id nobody has."""
    return uuid7(NOW_MS, next(_tails))


async def bring_back(store, version):
    """Have a database be of a version before, not below the fifth."""
    async with store.transaction(None) as tx:
        for number, names in ADDED_INDEXES.items():
            for name in names if number > version else ():
                await tx._execute(text(f"DROP INDEX {name}"))
        for number, columns in ADDED_COLUMNS.items():
            for table, column in columns if number > version else ():
                await tx._execute(text(f"ALTER TABLE {table} DROP COLUMN {column}"))
        await tx._execute(text(f"UPDATE alembic_version SET version_num = '{version:04}'"))


async def tenant(store, name="owner"):
    """A tenant of this name; returns its id."""
    async with store.transaction(None) as tx:
        return (await tenants.ensure(tx, tenants.Tenant(new_id(), name, NOW_MS))).id


async def bot(store, tenant_id, name="grid", lease=True):
    """A bot on an account of its own, held under lease epoch 1 unless `lease` is False."""
    async with store.transaction(tenant_id) as tx:
        account = accounts.Account(new_id(), f"account of {name}", "paper", accounts.Environment.PAPER, NOW_MS)
        await accounts.create(tx, account)
        made = await bots.create(tx, bots.NewBot(new_id(), account.id, name, "grid", '{"levels":3}', NOW_MS))
        if lease:
            await bots.take_lease(tx, made.id, "here", now_ms=NOW_MS, until_ms=NOW_MS + 60_000)
        return await bots.get(tx, made.id)


async def bot_of_owner(store, name="grid"):
    """A bot of the usual tenant."""
    return await bot(store, await tenant(store), name)


def rows(number, start=1):
    """So many journal rows."""
    return tuple(JournalRow(RecordKind.STEP, NOW_MS + i, b"payload %d" % i) for i in range(start, start + number))


def step(of, first_seq=1, number=1, **more):
    """A step of `number` journal rows of a bot, and whatever else it is given."""
    given = {"journal": rows(number, first_seq), "lease_epoch": of.lease_epoch, **more}
    return StepRows(tenant_id=of.tenant_id, account_id=of.account_id, bot_id=of.id, first_seq=first_seq, **given)


def order(seq=1, slot=1, **more):
    """A limit order of 5 lots at 100.25."""
    given = {
        "client_order_id": new_id(),
        "seq": seq,
        "symbol": "BTC/USDT",
        "slot": slot,
        "rev": 1,
        "attempt": 1,
        "side": Side.BUY,
        "kind": OrderKind.LIMIT,
        "qty_lots": 5,
        "price_ticks": 401,
        "tick_size": Decimal("0.25"),
        "lot_size": Decimal("0.001"),
        "time_ms": NOW_MS,
        **more,
    }
    return OrderRow(**given)


def event(of, seq=1, state=OrderState.NEW, filled_lots=0, **more):
    """Something became known of an order."""
    given = {"client_order_id": of.client_order_id, "seq": seq, "state": state, "filled_lots": filled_lots}
    return OrderEventRow(**given, time_ms=NOW_MS, **more)


def fill(trade="t1", seq=1, **more):
    """A fill of 5 lots at 100.25."""
    given = {
        "seq": seq,
        "symbol": "BTC/USDT",
        "venue_trade_id": trade,
        "side": Side.BUY,
        "qty_lots": 5,
        "price_ticks": 401,
        "tick_size": Decimal("0.25"),
        "lot_size": Decimal("0.001"),
        "fee": Decimal("0.00000500"),
        "fee_asset": "BTC",
        "cash": Decimal("-0.50125"),
        "realized": Decimal(0),
        "time_ms": NOW_MS,
        "liquidity": Liquidity.MAKER,
        **more,
    }
    return FillRow(**given)


def position(seq=1, **more):
    """A book of 0.005 BTC."""
    given = {
        "symbol": "BTC/USDT",
        "seq": seq,
        "qty": Decimal("0.005"),
        "cost": Decimal("0.50125"),
        "realized": Decimal(0),
        "fees": Decimal("0.0005"),
        "time_ms": NOW_MS,
        **more,
    }
    return PositionRow(**given)


def message(seq=1, text=b"filled"):
    """A message for the outbox."""
    return OutboxRow(seq, "trade_executed", text, NOW_MS)


async def raw(store, *sqls):
    """Run SQL as somebody with a database shell would."""
    async with store.transaction(None) as tx:
        return [await tx._execute(text(sql)) for sql in sqls]


async def unguard(store, table):
    """Take a table's triggers away, as only the owner of the database can."""
    if store.dialect == "postgresql":
        await raw(store, f"ALTER TABLE {table} DISABLE TRIGGER USER")
    else:
        await raw(store, f"DROP TRIGGER {table}_no_update", f"DROP TRIGGER {table}_no_delete")
