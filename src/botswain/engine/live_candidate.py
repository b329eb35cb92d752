"""A live bot that has been checked in every way before anything of it is written.

Only when all bots of a start stand are rows made and leases taken: a start that is refused keeps no name and no terms.
What a new bot's indicators need is recorded here, for its strategy is asked whether it can trade at these prices; a
record of the market binds nobody.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from botswain.build.plan import Plan
from botswain.control.capital import check_new
from botswain.control.config import BotConfig, MarketConfig, plan_of, stored_form
from botswain.core.anchor import anchor_ms
from botswain.engine.leases import check_free
from botswain.engine.live_fleet import LiveFleet, opening_ms
from botswain.engine.live_market import Event
from botswain.engine.recovery import named
from botswain.engine.roster import check_current, first_row, rules_of
from botswain.engine.stored_settings import other_words, same_settings
from botswain.engine.symbol_abilities import check_orders
from botswain.model.errors import BadInput, Unavailable
from botswain.model.instrument import Instrument
from botswain.model.outcomes import Answer
from botswain.store import bots, journal
from botswain.store.bot_records import Candle, Started
from botswain.store.halts import VENUE
from botswain.store.steps import MarketRows

HISTORY_ROWS = 500


@dataclass(frozen=True)
class LiveCandidate:
    """A bot that may be taken up.

    known     its row, where there is one; started: what it was begun with, where it has begun
    anchor_ms where a new bot's indicators start
    """

    wanted: BotConfig
    stored: str
    plan: Plan
    rules: dict[str, Instrument]
    known: bots.Bot | None
    started: Started | None
    anchor_ms: int


async def candidate(
    fleet: LiveFleet, tenant: str, config: MarketConfig, wanted: BotConfig, events: list[Event], *, take_over: bool
) -> LiveCandidate:
    """One bot, checked; nothing of it is written. Raises BadInput, Unavailable, FailClosed.

    events  what is recorded; the candles that a new bot needs are added
    """
    parts, stored = fleet.parts, stored_form(wanted, config)
    async with parts.store.reading(tenant) as tx:
        known = {one.name: one for one in await bots.listed(tx)}.get(wanted.name)
        first = await journal.read(tx, known.id, limit=1) if known is not None else []
    check_current(known)
    if known is not None:
        if first and not same_settings(known.config, stored):
            raise BadInput(
                f"bot {wanted.name!r} was started with other settings ({other_words(known.config, stored)}); give it "
                "the old ones or another name"
            )
        if known.halted_by == VENUE:
            raise BadInput(
                f"bot {wanted.name!r} was halted: {known.halted_reason}. botswain resume {wanted.name} lifts it"
            )
        check_free(parts, known, take_over=take_over)
    started = first_row(wanted.name, first[0]) if first else None
    rules = {one: fleet.listings[one].instrument for one in wanted.symbols} if started is None else rules_of(started)
    plan = plan_of(wanted, rules, fleet.market.timeframe_ms)
    with named(wanted.name):
        plan.check_units()
    if started is None:
        check_new(wanted.name, plan)
        check_orders(wanted.name, plan, fleet.listings)
    if not plan.nearly_wide:
        await parts.prepare(plan, parts.folder)
    anchor = await foreseen(fleet, wanted.name, plan, events) if started is None else started.anchor_ms
    return LiveCandidate(wanted, stored, plan, rules, known, started, anchor)


async def foreseen(fleet: LiveFleet, name: str, plan: Plan, events: list[Event]) -> int:
    """Record the candles that a new bot's indicators need, and have its strategy look at the prices.

    Returns where its indicators start. Raises Unavailable, BadInput.
    """
    opened = fleet.market
    now_ms = min([await opening_ms(fleet.side, symbol, opened.timeframe) for symbol in plan.symbols])
    anchor = anchor_ms(now_ms, opened.timeframe_ms, plan.needed)
    for symbol in plan.symbols:
        await fill_history(fleet, symbol, anchor, news_from_ms(fleet, symbol, now_ms), events)
    closes = {one.body.symbol: one.body for one in events if isinstance(one.body, Candle)}
    if all(one.symbol in closes for one in plan.instruments):
        ticks = [fleet.listings[one.symbol].instrument.tick_size for one in plan.instruments]
        prices = [
            round(closes[one.symbol].close / float(tick)) * tick
            for one, tick in zip(plan.instruments, ticks, strict=True)
        ]
        with named(name):
            plan.check_first_price(tuple(prices))
    return anchor


def news_from_ms(fleet: LiveFleet, symbol: str, now_ms: int) -> int:
    """From which open time on candles are news to a bot that is here already: they are told all bots by the feed.

    Recorded as another one's past they would never reach it, and be in its way along the record all the same.
    """
    for runner in fleet.runners.values():
        if symbol in runner.taker.places:
            s, _ = runner.taker.places[symbol]
            now_ms = min(now_ms, runner.taker.newest.get(s, runner.taker.anchor_ms - 1) + 1)
    return now_ms


async def fill_history(fleet: LiveFleet, symbol: str, first_ms: int, end_ms: int, events: list[Event]) -> None:
    """Record the candles from first_ms to before end_ms that are not recorded yet. Raises Unavailable."""
    if end_ms <= first_ms:
        return
    found = await fleet.side.source.candles(symbol, fleet.market.timeframe, first_ms, end_ms)
    if not isinstance(found, Answer):
        raise Unavailable(f"candles of {symbol} before the start cannot be read: {found.why}. Try again")
    known = {one.body.open_ms for one in events if one.symbol == symbol and isinstance(one.body, Candle)}
    made = [fleet.market.history(symbol, one) for one in found.data if one.open_ms not in known]
    events += [event for _, event in made]
    # Queued all at once: what a running feed records meanwhile has higher numbers and comes behind.
    await asyncio.gather(
        *(
            fleet.write(MarketRows(fleet.market.segment, tuple(row for row, _ in made[k : k + HISTORY_ROWS])))
            for k in range(0, len(made), HISTORY_ROWS)
        )
    )
