"""A batch into PostgreSQL, on a bare asyncpg connection of the engine's pool.

The same planner as for SQLite, the same order of things; the statements of a batch go out as pipelined executemany.
The bots' rows are held FOR SHARE until the commit, so a lease cannot change hands in the middle.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.exc import StatementError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from botswain.store.batch import Outcome, Plan, Planner, Prepared
from botswain.store.failures import DRIVER_ERRORS, explain


class PostgresCommits:
    """Writes batches one after the other. After an error it takes a new connection."""

    untidy = False  # PostgreSQL keeps its own house

    def __init__(self, engine: AsyncEngine, name: str) -> None:
        self.planner = Planner(engine.dialect)
        self._name = name
        self._engine = engine
        self._holder: AsyncConnection | None = None

    async def commit(self, batch: Sequence[Prepared]) -> list[Outcome]:
        """Write the batch in one transaction, durable when it returns. Raises a BotswainError for the whole of it."""
        plan: Plan | None = None
        try:
            connection = await self._open()
            async with connection.transaction():
                written = await self._write(connection, batch)
            plan = written
        except (StatementError, *DRIVER_ERRORS) as error:
            raise explain(error, self._name) from error
        finally:
            if plan is None:
                self.planner.forget(batch)
                await self.close()
        self.planner.publish(plan)
        return plan.outcomes

    async def tidy(self) -> None:
        """Nothing has to be put in order."""

    async def close(self) -> None:
        """Let go of the connection, whatever state it is in."""
        holder, self._holder = self._holder, None
        if holder is not None:
            await holder.invalidate()
            await holder.close()

    async def _open(self) -> Any:
        if self._holder is None:
            self._holder = await self._engine.connect()
        return (await self._holder.get_raw_connection()).driver_connection

    async def _write(self, connection: Any, batch: Sequence[Prepared]) -> Plan:
        found: list[Any] = []
        for sql, values in self.planner.lease_queries(batch):
            found += await connection.fetch(sql, *values)
        leases = self.planner.leases(found)
        for lease in self.planner.unknown_heads(leases):
            sql, values = self.planner.head_query(lease)
            self.planner.learn(lease, await connection.fetchrow(sql, *values))
        plan = self.planner.plan(batch, leases)
        for sql, rows in plan.statements:
            await connection.executemany(sql, rows)
        return plan
