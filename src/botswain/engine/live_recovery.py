"""Starting live bots, which is the same as recovering them: what is recorded goes through each of them again.

What they make of it is held against their journals row by row. Where a journal ends, what its bot would have decided
on is the past: it takes those candles and decides at the next close. Requests that nobody heard the end of are in
doubt, and the account reads before anybody requests anything.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from botswain.control.config import AT_CLOSE, BotConfig, MarketConfig, reads_of
from botswain.engine.account import KEPT_TRADES, Account
from botswain.engine.account_memory import AccountMemory
from botswain.engine.account_rows import account_for
from botswain.engine.asked_before import asked_before
from botswain.engine.begun_anew import numbered_of, said, went_back
from botswain.engine.feed import counted
from botswain.engine.fleet import Parts
from botswain.engine.leases import check_free, take
from botswain.engine.live_candidate import LiveCandidate, candidate
from botswain.engine.live_fleet import LiveFleet, Side, opening_ms
from botswain.engine.live_market import Event, LiveMarket, read_all
from botswain.engine.live_recompute import Makings, history, taker_of, terms_of
from botswain.engine.live_runner import Runner
from botswain.engine.live_way import mismatch, recovered, way_of
from botswain.engine.manners import Clocks, Stamps
from botswain.engine.projections import fault
from botswain.engine.recovery import alone, local_tenant
from botswain.engine.restored import check_named
from botswain.engine.roster import REFUSED_BY, cut_off
from botswain.engine.rules_watch import before_between
from botswain.engine.steps import Identity, StepMaker, first_step
from botswain.engine.symbol_abilities import abilities_of, crowded
from botswain.engine.told_doubts import told_doubts
from botswain.model.errors import BadInput, BotswainError, FailClosed, Unavailable
from botswain.model.intents import Certainty
from botswain.model.listing import Listing
from botswain.model.news import Command, Link, Mode
from botswain.model.outcomes import Answer, Failed
from botswain.model.timeframe import timeframe_ms
from botswain.store import accounts, bots, fills, halts, market, orders, residues, stops
from botswain.store.bot_records import TYPES, Candle, LiveTerms, Started

UNKNOWN_SYMBOL = 400
# Of each bot so many of the newest orders are remembered: one of every symbol, mostly.
NAMED = 20


async def start(
    parts: Parts, side: Side, config: MarketConfig, wanted: Sequence[BotConfig], *, take_over: bool = False,
    stopping: Mapping[str, Mode] | None = None,
) -> LiveFleet:  # fmt: skip
    """Find or make the bots, run what is recorded through them, and hand back a fleet that is ready to run.

    stopping  bots that are taken up only to be stopped, as `LiveFleet.stops` has it
    Raises BadInput (a setting; another process has a bot), Unavailable (the venue cannot be asked), FailClosed (no bot
    is left).
    """
    tenant = await local_tenant(parts)
    listings = await listed(side, wanted)
    account_id = await account_of(parts, tenant, side)
    await check_account_free(parts, tenant, side, account_id, wanted if take_over else ())
    opened, events = await market_of(parts, side, config.frame)
    await check_market_goes_on(side, opened, listings)
    stamps = Stamps(side.venue_ms, side.source.venue_ms) if side.own_time else None
    clocks = Clocks(parts.now_ms, side.venue_ms, parts.sleep, stamps)
    known = AccountMemory(parts, tenant, account_id)
    account = Account(account_id, side.gateway, clocks, side.manners, parts.tag_keys, known, parts.crash, side.remark)
    account.elsewhere = parts.muster.told
    async with parts.store.reading(tenant) as tx:
        account.trades.update(await fills.latest_trades(tx, account_id, limit=KEPT_TRADES))
        account.residue.kept.update(await residues.kept(tx, account_id))
    fleet = LiveFleet(parts, side, account, opened, listings, stops=stopping)
    known.fleet = fleet
    taken: list[Runner] = []
    try:
        ready: list[LiveCandidate] = []
        for one in wanted:
            async with alone(parts, tenant, one.name, fleet.refused):
                ready.append(await candidate(fleet, tenant, config, one, events, take_over=take_over))
        for line in crowded([(one.wanted.name, one.plan) for one in ready], listings):
            side.remark(line)
        for checked in ready:
            async with alone(parts, tenant, checked.wanted.name, fleet.refused):
                runner = await taken_up(fleet, tenant, checked, events, take_over=take_over)
                taken.append(runner)
                fleet.admit(runner)
    except (BotswainError, asyncio.CancelledError):
        for runner in taken:
            await let_go(parts, runner)
        raise
    if not fleet.runners:
        raise FailClosed(". ".join(one.why for one in fleet.refused))
    return fleet


async def listed(side: Side, wanted: Sequence[BotConfig]) -> dict[str, Listing]:
    """The venue's rules of all symbols. Raises Unavailable."""
    symbols = sorted({symbol for one in wanted for symbol in needed_by(one)})
    failed = await side.source.set_clock()
    found = await side.source.rules(symbols) if failed is None else failed
    if isinstance(found, Failed) and found.status == UNKNOWN_SYMBOL:
        raise BadInput(f"{found.why}; correct the symbols of the bots")
    if not isinstance(found, Answer):
        raise Unavailable(
            f"{side.name} ({side.environment}) cannot be asked: {found.why}. Is it up, and is the address right?"
        )
    return {one.instrument.symbol: one for one in found.data}


def needed_by(wanted: BotConfig) -> tuple[str, ...]:
    """The symbols that a bot trades or reads. What is wrong with its strategy is told where it is looked at."""
    try:
        return (*wanted.symbols, *reads_of(wanted))
    except BadInput:
        return tuple(wanted.symbols)


async def account_of(parts: Parts, tenant: str, side: Side) -> str:
    """The account's id; its row is made where there is none, and says at which sandbox it is traded on from now.

    Raises BadInput where it is used and of another kind.
    """
    environment = accounts.Environment(side.environment)
    async with parts.store.transaction(tenant) as tx:
        found = await account_for(tx, side.account, side.name, environment, parts.new_id, parts.now_ms(), side.port)
        if side.port is not None and side.port != found.port:
            await accounts.move(tx, found.id, side.port)
    return found.id


async def check_account_free(
    parts: Parts, tenant: str, side: Side, account_id: str, taking: Sequence[BotConfig]
) -> None:
    """Refuse an account that another living process trades on: what it holds is compared with one process's books.

    taking  bots that may be taken from it
    """
    names = {one.name for one in taking}
    async with parts.store.reading(tenant) as tx:
        others = [one for one in await bots.listed(tx) if one.account_id == account_id]
    for one in others:
        try:
            check_free(parts, one, take_over=one.name in names)
        except BadInput as error:
            raise BadInput(f"account {side.account!r} is traded on by another process: {error}") from None


async def check_market_goes_on(side: Side, opened: LiveMarket, listings: dict[str, Listing]) -> None:
    """Refuse a market whose time lies before what is recorded of it: a sandbox that was started anew."""
    for symbol in sorted(listings.keys() & opened.there_ms.keys()):
        now_ms, last_ms = await opening_ms(side, symbol, opened.timeframe), opened.there_ms[symbol]
        evidence = went_back(symbol, now_ms, last_ms, opened.timeframe_ms)
        if evidence:
            raise BadInput(said(side.title, evidence))


async def market_of(parts: Parts, side: Side, timeframe: str) -> tuple[LiveMarket, list[Event]]:
    """The record of this venue's candles, gone on with or begun, and all that it holds."""
    feed = feed_name(side, timeframe)
    async with parts.store.transaction(None) as tx:
        known = [one.id for one in await market.segments(tx, feed) if one.sealed_ms is None]
        segment = known[0] if known else parts.new_id()
        if not known:
            await market.open_segment(tx, market.Segment(segment, feed, parts.now_ms()))
    made = LiveMarket(segment, timeframe, timeframe_ms(timeframe))
    async with parts.store.reading(None) as tx:
        return made, await read_all(tx, made)


def feed_name(side: Side, timeframe: str) -> str:
    """What the record of a venue's candles is called."""
    return f"{side.name} {side.environment} {timeframe} {side.account}"


async def taken_up(
    fleet: LiveFleet, tenant: str, checked: LiveCandidate, events: list[Event], *, take_over: bool
) -> Runner:
    """One bot that was checked, taken up and recovered. Raises BadInput (others were quicker) and FailClosed."""
    parts, started, wanted = fleet.parts, checked.started, checked.wanted
    async with parts.store.transaction(tenant) as tx:
        known = await row_of(fleet, tx, checked)
        epoch = await take(parts, tx, known.id, take_over=take_over)
        await bots.lift_halt(tx, known.id, REFUSED_BY)
        if known.stop_due and fleet.stops is None:
            await stops.overtaken(tx, known.id)
        await check_named(tx, known)
    # The bot is ours from here on and nobody else writes its journal. It may be long: read where the bot is taken, it
    # had everybody who writes wait, and a crew's beginning is many such reads.
    async with parts.store.reading(tenant) as tx:
        way = await way_of(tx, known.id)
        if await orders.of_bot(tx, known.id, after_seq=way.last, limit=1):
            raise cut_off(wanted.name, way.last)
        obeyed = started.orders if started is not None else (await halts.standing(tx)).changes
    identity = Identity(tenant, known.account_id, known.id, epoch)
    terms = terms_of(started) if started is not None else new_terms(fleet, wanted)
    every = parts.checkpoint_every if started is None else started.checkpoints
    made_of = Makings(checked.plan, terms, fleet.market.segment, identity, known.journal_epoch, every, obeyed)
    taker = taker_of(parts, made_of)
    steps = StepMaker(identity, checked.plan, 2, prompt=False)
    runner = Runner(wanted.name, taker, steps, fleet.account, fleet.means())
    runner.rules, taker.anchor_ms = checked.rules, checked.anchor_ms
    if started is None:
        await begin(fleet, runner, checked)
    else:
        taker.after = taker.at = started.after
    await recovered(fleet, runner, made_of, way, events)
    for line in left_out(runner, events) if started is None else ():
        fleet.side.remark(line)
    async with parts.store.reading(tenant) as tx:
        said = await fault(tx, runner.bot, runner.steps)
    if said:
        raise FailClosed(mismatch(runner, said))
    await attach(fleet, runner, tenant, events)
    return runner


async def row_of(fleet: LiveFleet, tx: Any, checked: LiveCandidate) -> bots.Bot:
    """A bot's row, made where there is none; one that has never begun takes what it is given now. Raises BadInput."""
    parts, side, wanted, account_id = fleet.parts, fleet.side, checked.wanted, fleet.account.account_id
    account = await accounts.get(tx, account_id)
    if (account.venue, account.environment) != (side.name, side.environment):
        raise BadInput(f"account {account.name!r} was made one of {account.venue} {account.environment} meanwhile")
    if checked.known is None:
        made = bots.NewBot(parts.new_id(), account_id, wanted.name, wanted.strategy, checked.stored, parts.now_ms())
        return await bots.create(tx, made)
    if checked.started is None:
        return await bots.set_up_anew(tx, checked.known.id, account_id, wanted.strategy, checked.stored)
    return checked.known


def new_terms(fleet: LiveFleet, wanted: BotConfig) -> LiveTerms:
    """What a new bot's decisions depend on at this venue, on its symbols."""
    abilities = abilities_of(fleet.side.abilities, [fleet.listings[one] for one in wanted.symbols])
    return LiveTerms(abilities, fleet.side.at_close or wanted.react == AT_CLOSE, says_unpaid=True)


async def begin(fleet: LiveFleet, runner: Runner, checked: LiveCandidate) -> None:
    """Write a new bot's first row, after the candles that its indicators need."""
    taker, plan, opened = runner.taker, runner.plan, fleet.market
    taker.after = taker.at = opened.sequence
    told = msgspec.json.encode([checked.rules[one.symbol] for one in plan.instruments]).decode()
    terms = LiveTerms(taker.bot.abilities, taker.bot.at_close, taker.bot.unpaid.says)
    record = Started(
        checked.stored, taker.bot.decider.key, opened.segment, taker.after, taker.anchor_ms, opened.timeframe_ms,
        taker.every, told, msgspec.json.encode(terms).decode(), taker.bot.asked.orders,
    )  # fmt: skip
    await fleet.parts.writer.append(first_step(runner.steps.identity, TYPES.row(record, fleet.parts.now_ms())))


def left_out(runner: Runner, events: Sequence[Event]) -> list[str]:
    """What is said of the candles from before a new bot that lie between its steps, symbol by symbol."""
    taker = runner.taker
    found: dict[str, list[Candle]] = {}
    every = Counter[str]()
    for one in history(events, taker):
        every[one.symbol] += 1
        if counted(one, taker.places[one.symbol][1]) is None:
            found.setdefault(one.symbol, []).append(one)
    return [before_between(runner.name, symbol, odd, every[symbol]) for symbol, odd in found.items()]


async def attach(fleet: LiveFleet, runner: Runner, tenant: str, events: Sequence[Event]) -> None:
    """Give a recovered bot to its account: nothing may be requested before that is read; a stop policy is over.

    One that was taken up to be stopped is told that before anything else, so it requests nothing but what ends it.
    """
    bot = runner.bot
    runner.fills_before = bot.fills
    news: list[Any] = []
    if bot.up:
        news.append(Link(up=False, why="the engine was stopped"))
    way = (fleet.stops or {}).get(runner.name)
    if way is not None:
        runner.stopping, runner.ordered = True, Command(way, "stop", "it was to be stopped and is not yet")
        news.append(runner.ordered)
    elif bot.mode is not Mode.RUN:
        news.append(Command(Mode.RUN, "start", "the bot was started"))
    if news:
        await runner.remember(runner.taker.hear(news, fleet.parts.now_ms(), look=False))
    async with fleet.parts.store.reading(tenant) as tx:
        booked = {name: await fills.trades_of(tx, name) for name in bot.working}
        named = await orders.numbered(tx, runner.bot_id, limit=NAMED)
        unsure = [name for name, one in bot.working.items() if one.certainty is Certainty.UNKNOWN]
        runner.doubted = await told_doubts(tx, runner.bot_id, unsure)
        asked = await asked_before(tx, fleet.account.clocks, runner.bot_id, bot.working, events)
    fleet.account.same.remember(numbered_of(named))
    fleet.account.attach(runner, [(one, booked[name]) for name, one in bot.working.items()])
    for name, when in asked.items():
        track = fleet.account.tracks[name]
        track.stamp_ms, track.asked_ms = when.stamp_ms, when.venue_ms if name in unsure else 0


async def let_go(parts: Parts, runner: Runner) -> None:
    """Give a bot's lease back."""
    identity = runner.steps.identity
    async with parts.store.transaction(identity.tenant_id) as tx:
        await bots.release_lease(tx, identity.bot_id, epoch=identity.lease_epoch)
