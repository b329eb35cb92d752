"""Turns the rows of steps into (statement, parameters) lists, chained and fenced: the one way into the journal.

It does no I/O, so the async writer and the inline one share it whole. `prepare` runs in the task of whoever appends:
a row that cannot be stored fails there, alone. `plan` runs inside the transaction: it checks every bot's lease and
number against what the database says, links the hashes, and lays the accepted steps together. `publish` is called
after the commit, `forget` after anything else; then the chain's heads are read again from the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Dialect

from botswain.model.errors import BotswainError
from botswain.store import chain, rows
from botswain.store.failures import LeaseLost, Refused
from botswain.store.marks import MarkRows
from botswain.store.statements import LEASES_AT_ONCE, statements_for
from botswain.store.steps import Committed, MarketRows, Rows, StepRows
from botswain.store.types import checked_key, is_postgres, key_bytes, key_text

Outcome = Committed | BotswainError
# In the order in which foreign keys allow them.
ORDER = (
    "journal", "orders", "order_events", "fills", "positions", "blocks", "outbox", "market_events", "halts",
    "epochs", "marks",
)  # fmt: skip
_JOURNAL = ("bot_id", "seq", "tenant_id", "kind", "version", "time_ms", "payload", "prev_hash", "hash")


class Prepared(NamedTuple):
    """A step or some market events whose parameters are made, all but the hashes. Ids are as the driver has them."""

    item: Rows
    weight: int  # rows it holds, roughly: what a commit's size is limited by
    parameters: dict[str, list[tuple[Any, ...]]]
    bot: Any = None  # None for market events and marks
    tenant: Any = None
    account: Any = None


class Lease(NamedTuple):
    """What the database says of a bot at the moment of the commit, in the order of `statements.leases`."""

    bot: Any
    tenant: Any
    account: Any
    epoch: int


class Head(NamedTuple):
    """The end of a bot's chain, known under a lease epoch."""

    epoch: int
    seq: int
    hash: bytes


@dataclass
class Plan:
    """What to run, what each step comes to if it is committed, and the heads it leaves."""

    statements: list[tuple[str, list[tuple[Any, ...]]]] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    heads: dict[Any, Head] = field(default_factory=dict)


class Planner:
    """One per writer. It remembers the head of every bot that it wrote for, and nothing else."""

    def __init__(self, dialect: Dialect) -> None:
        self._statements = statements_for(dialect)
        self._rows = self._statements.rows
        assert self._rows["journal"].names == _JOURNAL
        # An id as the driver takes it, and what the driver gives back for it in the same form.
        self._pack: Callable[[str], Any] = checked_key if is_postgres(dialect) else key_bytes
        self._seen: Callable[[Any], Any] = str if is_postgres(dialect) else bytes
        self._heads: dict[Any, Head] = {}

    def prepare(self, item: Rows) -> Prepared:
        """The item as parameters. Raises Refused (rows that do not belong together), BadInput, Overflow."""
        parameters = {
            name: [self._rows[name].parameters(values) for values in found]
            for name, found in rows.values_of(item).items()
        }
        if isinstance(item, MarketRows | MarkRows):
            return Prepared(item, len(item.rows), parameters)
        pack = self._pack
        ids = (pack(item.bot_id), pack(item.tenant_id), pack(item.account_id))
        return Prepared(item, len(item.journal), parameters, *ids)

    def lease_queries(self, batch: Iterable[Prepared]) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """The queries whose rows `leases` reads."""
        wanted = list({prepared.bot for prepared in batch if prepared.bot is not None})
        for start in range(0, len(wanted), LEASES_AT_ONCE):
            some = wanted[start : start + LEASES_AT_ONCE]
            sql, size = self._statements.leases(len(some))
            yield sql, (*some, *some[-1:] * (size - len(some)))

    def leases(self, found: Iterable[Sequence[Any]]) -> dict[Any, Lease]:
        """The rows of the lease queries by bot."""
        seen = self._seen
        return {
            seen(bot): Lease(seen(bot), seen(tenant), seen(account), epoch) for bot, tenant, account, epoch in found
        }

    def unknown_heads(self, leases: dict[Any, Lease]) -> list[Lease]:
        """The bots whose head must be read first: never seen, or held by somebody else since."""
        known = self._heads
        return [lease for bot, lease in leases.items() if bot not in known or known[bot].epoch != lease.epoch]

    def head_query(self, lease: Lease) -> tuple[str, tuple[Any, ...]]:
        """The query whose row `learn` takes."""
        head = self._statements.head
        return head.sql, head.parameters({"bot": key_text(lease.bot)})

    def learn(self, lease: Lease, row: Sequence[Any] | None) -> None:
        """Take in a bot's head; None when it has no rows yet."""
        first = (0, chain.genesis(key_text(lease.tenant), key_text(lease.bot)))
        seq, last = first if row is None else row
        self._heads[lease.bot] = Head(lease.epoch, seq, last)

    def plan(self, batch: Sequence[Prepared], leases: dict[Any, Lease]) -> Plan:
        """Check, chain and gather. A step that is refused here is left out; its outcome is the error."""
        plan = Plan()
        gathered: dict[str, list[tuple[Any, ...]]] = {name: [] for name in ORDER}
        for prepared in batch:
            item = prepared.item
            if isinstance(item, StepRows):
                outcome = self._chained(prepared, item, leases.get(prepared.bot), plan.heads, gathered["journal"])
            elif isinstance(item, MarketRows):
                outcome = Committed(item.rows[-1].sequence)
            else:
                outcome = Committed(0)
            plan.outcomes.append(outcome)
            if prepared.parameters and isinstance(outcome, Committed):
                for name, found in prepared.parameters.items():
                    gathered[name] += found
        plan.statements = [(self._rows[name].sql, gathered[name]) for name in ORDER if gathered[name]]
        return plan

    def publish(self, plan: Plan) -> None:
        """The plan was committed: its heads are the heads."""
        self._heads.update(plan.heads)

    def forget(self, batch: Iterable[Prepared]) -> None:
        """The batch was not committed, or nobody knows: read its bots' heads again."""
        for prepared in batch:
            self._heads.pop(prepared.bot, None)

    def _chained(
        self,
        prepared: Prepared,
        step: StepRows,
        lease: Lease | None,
        fresh: dict[Any, Head],
        into: list[tuple[Any, ...]],
    ) -> Outcome:
        bot, tenant = prepared.bot, prepared.tenant
        if lease is None or lease.tenant != tenant or lease.account != prepared.account:
            return _unknown(step)
        if lease.epoch != step.lease_epoch:
            return _lost(step, lease.epoch)
        epoch, seq, last = fresh.get(bot) or self._heads[bot]
        if step.first_seq != seq + 1:
            return _out_of_order(step, seq)
        link = chain.link
        for row in step.journal:
            previous, kind, version, time_ms, payload = last, int(row.kind), row.version, row.time_ms, row.payload
            seq += 1
            last = link(previous, seq, kind, version, time_ms, payload)
            into.append((bot, seq, tenant, kind, version, time_ms, payload, previous, last))
        fresh[bot] = Head(epoch, seq, last)
        return Committed(seq, last)


def _unknown(step: StepRows) -> Refused:
    return Refused(
        f"bot {step.bot_id} of tenant {step.tenant_id} on account {step.account_id} is not in the database; "
        "nothing was written. Name the bot's own tenant and account"
    )


def _lost(step: StepRows, epoch: int) -> LeaseLost:
    return LeaseLost(
        f"bot {step.bot_id}: its lease is at epoch {epoch}, this process holds {step.lease_epoch}; "
        "nothing was written. Another process has the bot; let it go here"
    )


def _out_of_order(step: StepRows, seq: int) -> Refused:
    return Refused(
        f"bot {step.bot_id}: its next journal row is {seq + 1}, the step begins at {step.first_seq}; "
        "nothing was written. Recover the bot from its journal"
    )
