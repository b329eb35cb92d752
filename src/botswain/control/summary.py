"""The whole fleet at a glance, and its halt."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from botswain.control.bot_figures import Figure
from botswain.control.bot_state import STATES, Look
from botswain.control.bot_terms import KnownTerms
from botswain.control.bot_worth import NONE
from botswain.control.bots import Asking, Seen, quote_of, seen
from botswain.control.last_closes import LastCloses
from botswain.control.noted_halts import brought_in
from botswain.control.orders import WorkingOrders
from botswain.control.positions import open_count
from botswain.control.refusals import Conflict
from botswain.model.errors import Deferred, Unavailable
from botswain.store import bot_editions, halts
from botswain.store.accounts import Environment
from botswain.store.bots import REASON_LENGTH
from botswain.store.emergency import EmergencyFile, Halting
from botswain.store.halts import Standing

MOST_LOOKS = 200
# A halt is not held up by a database that is locked.
WAIT_S = 1.0
NOTED = (
    "Everything is halted. The database does not take it now, so it stands in the emergency file beside it: running "
    "engines obey it, and it goes into the database before anything trades again"
)


# What a person looks for first comes first.
REAL_FIRST = (Environment.LIVE, Environment.TEST, Environment.PAPER, Environment.SANDBOX)
Kind = tuple[Environment, str]


@dataclass(frozen=True)
class Money:
    """What bots of one environment and one quote asset are worth together; what is not known yet is left out."""

    environment: Environment
    quote: str
    bots: int
    equity: Decimal
    today: Decimal
    profit: Decimal


@dataclass(frozen=True)
class Summary:
    """bots: how many are in each state; money: of each kind apart, for play money and real money make no sum."""

    bots: dict[str, int]
    money: list[Money]
    open_positions: int
    working_orders: int
    looks: list[tuple[Seen, Look]]
    everything: Standing


async def summary(asking: Asking, working: WorkingOrders, terms: KnownTerms, closes: LastCloses) -> Summary:
    """How everything stands."""
    async with asking.store.reading(asking.tenant_id) as tx:
        found = await seen(asking, tx, await bot_editions.present(tx))
        everything = await halts.standing(tx)
        count = len(await working.now(tx, None))
        held = await open_count(tx, terms, closes)
    states = Counter(one.state for one in found)
    return Summary(
        bots={state: states[state] for state in STATES},
        money=by_kind(found),
        open_positions=held,
        working_orders=count,
        looks=[(one, look) for one in found for look in one.looks][:MOST_LOOKS],
        everything=everything,
    )


def by_kind(found: Sequence[Seen]) -> list[Money]:
    """Sums of each kind of money that a bot is worth something in, real money first."""
    kinds: dict[Kind, list[Figure]] = {}
    for one in found:
        if one.figure.equity is not None:
            kinds.setdefault((one.account.environment, quote_of(one.config)), []).append(one.figure)
    return [
        Money(
            *kind,
            bots=len(figures),
            equity=sum((one.equity or NONE for one in figures), NONE),
            today=sum((one.today or NONE for one in figures), NONE),
            profit=sum((one.profit or NONE for one in figures), NONE),
        )
        for kind, figures in sorted(kinds.items(), key=lambda pair: (REAL_FIRST.index(pair[0][0]), pair[0][1]))
    ]


async def halt_all(asking: Asking, reason: str, file: EmergencyFile | None) -> str | None:
    """Halt everything; the first reason stays. Returns None, and words where the database does not take it.

    Then it is noted in the emergency file: running engines obey it, and it goes into the database before anything
    trades again. Raises Unavailable where it cannot be noted either.
    """
    why = (reason.strip() or "a person asked for it")[:REASON_LENGTH]
    try:
        async with asyncio.timeout(WAIT_S), asking.store.transaction(None) as tx:
            await halts.halt_all(tx, why, asking.by, asking.now_ms)
    except (Unavailable, Deferred, TimeoutError):
        if file is None:
            raise
        file.append(Halting("", why, asking.by, asking.now_ms))
        return NOTED
    return None


async def resume_all(asking: Asking, file: EmergencyFile | None) -> None:
    """Lift the halt of everything; bots that are halted themselves stay so. Raises Conflict where there is none."""
    if file is not None:
        await brought_in(asking.store, file, asking.now_ms, lambda _line: None)
    async with asking.store.transaction(None) as tx:
        if not (await halts.standing(tx)).halted:
            raise Conflict("nothing is halted as a whole; resume bots one by one", code="not_halted")
        await halts.resume_all(tx)
