"""What a bot wants to have working, from its journal alone, held against what works at the venue."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from tests.cli.shell import KERNELS
from tests.scenarios.books_agree import WORKING, Journal, Shown, read_journal

from botswain.cli.wiring import engine_parts
from botswain.control.config import bot_of, plan_of
from botswain.core.codes import STOP
from botswain.engine.live_bot import LiveBot
from botswain.engine.live_recompute import Makings, terms_of
from botswain.engine.recovery import local_tenant
from botswain.engine.replay import live_walk
from botswain.engine.roster import first_row, rules_of
from botswain.engine.steps import Identity
from botswain.model.errors import FailClosed
from botswain.model.intents import Certainty
from botswain.store import bots, journal
from botswain.store.steps import JournalRow


async def bot_by_journal(parts, name: str) -> LiveBot:
    """A bot as its journal leaves it."""
    tenant = await local_tenant(parts)
    async with parts.store.reading(tenant) as tx:
        bot = await bots.by_name(tx, name)
        entries = [one async for one in journal.walk(tx, bot.id)]
    started = first_row(name, entries[0])
    wanted, _ = bot_of(started.config)
    plan = plan_of(wanted, rules_of(started), started.timeframe_ms)
    identity = Identity(tenant, bot.account_id, bot.id, 0)
    made = Makings(plan, terms_of(started), started.segment, identity, bot.journal_epoch)
    rows = [JournalRow(one.kind, one.time_ms, one.payload, one.version) for one in entries[1:]]
    walk = await live_walk(parts, made, started, rows)
    for _ in walk.outcomes:
        pass
    assert isinstance(walk.bot, LiveBot)
    return walk.bot


def unwanted(home: Path, shown: Shown, account: str, names: Iterable[str]) -> list[str]:
    """Where what works at the venue is not what bots want, in words."""

    async def found() -> list[LiveBot]:
        async with engine_parts(home, KERNELS, None, lambda _point: None) as parts:
            return [await bot_by_journal(parts, name) for name in names]

    said: list[str] = []
    try:
        made = asyncio.run(found())
    except FailClosed as error:
        return [f"a journal does not lead anywhere: {error}"]
    for name, bot in zip(names, made, strict=True):
        said += [f"{name}: {one}" for one in of_bot(name, bot, read_journal(home, account), shown)]
    return said


def bare(home: Path, name: str) -> tuple[list[str], int]:
    """Where a bot's stops are not for all that it holds, in words; and how many stops work."""

    async def found() -> LiveBot:
        async with engine_parts(home, KERNELS, None, lambda _point: None) as parts:
            return await bot_by_journal(parts, name)

    bot = asyncio.run(found())
    stops = [one for one in bot.working.values() if one.kind == STOP]
    said = []
    for s, symbol in enumerate(bot.symbols):
        covered = sum(one.leaves for one in stops if one.symbol == s)
        if covered != bot.held_lots(s):
            said.append(f"{bot.held_lots(s)} lots of {symbol} are held, and {covered} of them have a stop")
    return said, len(stops)


def of_bot(name: str, bot: LiveBot, kept: Journal, shown: Shown) -> Iterable[str]:
    """One bot: nothing is in doubt, nothing is left to do, and the venue's working orders are the wanted rows."""
    for order in bot.working.values():
        if order.certainty is not Certainty.KNOWN:
            yield f"order {order.client_order_id} is in doubt"
    rows = bot.wanted_now()
    for action in bot.actions():
        yield f"it is still to {action}"
    rules = {one.symbol: one for one in bot.decider.plan.instruments}
    wanted = Counter(
        (
            bot.symbols[one.symbol],
            one.side,
            one.leaves * rules[bot.symbols[one.symbol]].lot_size,
            one.price * rules[bot.symbols[one.symbol]].tick_size,
        )
        for one in rows
        if one.leaves > 0
    )
    working: Counter[tuple[str, int, Decimal, Decimal]] = Counter()
    for key, one in shown.orders.items():
        if key in kept.orders and kept.orders[key].bot == name and one["status"] in WORKING:
            left = Decimal(str(one["origQty"])) - Decimal(str(one["executedQty"]))
            side = 1 if one["side"] == "BUY" else -1
            working[kept.orders[key].symbol, side, left, Decimal(str(one["price"]))] += 1
    for one in (wanted - working) + (working - wanted):
        yield f"{one} is {'wanted and does not work' if one in wanted - working else 'working and not wanted'}"
