"""The tables as the migrations make them: equal to the code, owned, and closed to change where they say what was."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from tests.store import made
from tests.store.made import NOW_MS

from botswain.model.errors import FailClosed
from botswain.store import schema
from botswain.store.columns import metadata
from botswain.store.tables import APPEND_ONLY

PLATFORM = {"meta", "tenants", "market_segments", "market_events", "market_seals"}


async def on_connection(store, ask):
    """What `ask` returns for a plain connection of the store."""
    engine = getattr(store.database, "engine", None)
    if engine is None:
        with store.database._engine.connect() as connection:
            return ask(connection)
    async with engine.connect() as connection:
        return await connection.run_sync(ask)


async def test_the_migrations_make_what_the_code_describes(store):
    def differences(connection):
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)

    assert await on_connection(store, differences) == []


async def test_what_a_start_takes_for_the_newest_version_is_the_last_migration(store):
    scripts = ScriptDirectory(str(Path(schema.__file__).with_name("migrations")))
    assert scripts.get_current_head() == schema.NEWEST

    def version(connection):
        return MigrationContext.configure(connection).get_current_revision()

    assert await on_connection(store, version) == schema.NEWEST


async def test_constraints_and_column_types_are_those_of_the_code(store):
    def described(connection):
        here = inspect(connection)
        found = {}
        for name, table in metadata.tables.items():
            made_type = {column["name"]: str(column["type"]) for column in here.get_columns(name)}
            meant = {
                column.name: column.type.dialect_impl(connection.dialect).impl
                for column in table.c
                if hasattr(column.type.dialect_impl(connection.dialect), "impl")
            }
            wrong = {
                c: (made_type[c], str(t.compile(connection.dialect)))
                for c, t in meant.items()
                if made_type[c] != str(t.compile(connection.dialect))
            }
            checks = {check["name"] for check in here.get_check_constraints(name)}
            meant_checks = {one.name for one in table.constraints if type(one).__name__ == "CheckConstraint"}
            found[name] = (wrong, checks == {str(one) for one in meant_checks})
        return found

    assert {name: ({}, True) for name in metadata.tables} == await on_connection(store, described)


def test_every_table_has_an_owner_but_those_of_the_platform():
    assert {name for name, table in metadata.tables.items() if "tenant_id" not in table.c} == PLATFORM


async def filled_store(store):
    """A store with a row in every append-only table."""
    bot = await made.bot_of_owner(store)
    order = made.order()
    rows = {
        "orders": (order,),
        "order_events": (made.event(order),),
        "fills": (made.fill(),),
        "outbox": (made.message(),),
    }
    await store.append(made.step(bot, **rows))
    segment = made.new_id()
    blob = "X'00'" if store.dialect == "sqlite" else "'\\x00'"
    key = "X'" + segment.replace("-", "") + "'" if store.dialect == "sqlite" else f"'{segment}'"
    owner = "SELECT id, {0}, tenant_id, {1}, 5 FROM bots"
    await made.raw(
        store,
        "INSERT INTO anchors (bot_id, seq, tenant_id, hash, anchored_ms) " + owner.format(1, blob),
        f"INSERT INTO market_segments VALUES ({key}, 'paper BTC/USDT 1m', {NOW_MS})",
        f"INSERT INTO market_events VALUES ({key}, 1, 1, 1, {NOW_MS}, {blob})",
        f"INSERT INTO market_seals VALUES ({key}, 1, {blob}, {NOW_MS})",
        "INSERT INTO paper_trades (account_id, number, tenant_id, symbol, order_number, time_ms, body) "
        f"SELECT id, 1, tenant_id, 'BTC/USDT', 1, {NOW_MS}, {blob} FROM accounts",
    )
    return bot


async def test_rows_that_say_what_happened_cannot_be_changed_or_deleted(store):
    await filled_store(store)
    for table in APPEND_ONLY:
        column = next(c.name for c in metadata.tables[table].c if "_ms" in c.name or c.name in ("last_sequence",))
        [count] = await made.raw(store, f"SELECT count(*) FROM {table}")
        assert count.scalar() == 1, table
        for sql in (f"UPDATE {table} SET {column} = 7", f"DELETE FROM {table}"):
            with pytest.raises(FailClosed, match=f"{table}: rows of this table are never changed or deleted"):
                await made.raw(store, sql)


@pytest.mark.parametrize("kind", ["sqlite", "inline"])
async def test_a_row_cannot_be_replaced_past_the_guard_on_sqlite(store):
    await filled_store(store)
    with pytest.raises(FailClosed, match="never changed or deleted"):
        await made.raw(store, "INSERT OR REPLACE INTO journal SELECT * FROM journal")


@pytest.mark.parametrize("kind", ["postgres"])
async def test_a_table_cannot_be_truncated_on_postgresql(store):
    await filled_store(store)
    for table in APPEND_ONLY:
        with pytest.raises(FailClosed, match="never changed or deleted"):
            await made.raw(store, f"TRUNCATE {table} CASCADE")


async def test_the_guard_names_are_those_of_the_code(store):
    await filled_store(store)
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if store.dialect == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    async with store.reading(None) as tx:
        names = {row[0] for row in await tx.rows(text(query))}
    guarded = {name.rpartition("_no_")[0] for name in names if "_no_" in name}
    assert guarded == set(APPEND_ONLY)
