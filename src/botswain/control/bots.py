"""Bots as people see and make them. What they do is the engine's; here rows are read, and what is wanted is written.

Another edition of a bot's settings is another bot under the same name: a journal replays under the settings it was
written with, so they are never changed beneath it (docs/decisions/0007).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from decimal import Decimal

import msgspec

from botswain.control.bot_blocks import Blocked, blocked_by
from botswain.control.bot_figures import Figure, Figures
from botswain.control.bot_settings import Checked, checked, market_of, settings_of
from botswain.control.bot_state import Halted, Look, State, halt_of, is_held, looks_of, state_of
from botswain.control.config import BotConfig, MarketConfig
from botswain.control.holding import holding_of
from botswain.control.refusals import Conflict, Outdated, Wrong, missing
from botswain.control.stills import Stills
from botswain.control.typed_numbers import number
from botswain.control.venue_reads import VenueReads
from botswain.model.errors import BadInput, Unavailable
from botswain.model.ids import is_id
from botswain.model.listing import Listing
from botswain.store import accounts, blocks, bot_editions, bots, credentials, halts
from botswain.store.accounts import Account, Environment
from botswain.store.bots import Bot, DesiredState, NewBot
from botswain.store.database import Database
from botswain.store.failures import NameTaken
from botswain.store.listing import present
from botswain.store.scope import Tx

KEYLESS = (Environment.PAPER, Environment.SANDBOX)
ANY = "*"
TAG = re.compile(r'(W/)?"[^"]*"?')


@dataclass(frozen=True)
class Asking:
    """Who asks, and with what their request is done."""

    store: Database
    tenant_id: str
    by: str
    now_ms: int
    new_id: Callable[[], str]
    dead: Callable[[str], bool]
    venues: VenueReads | None
    figures: Figures
    stills: Stills


@dataclass(frozen=True)
class Seen:
    """A bot as it stands."""

    bot: Bot
    account: Account
    config: BotConfig
    market: MarketConfig
    state: State
    halt: Halted | None
    looks: Sequence[Look]
    figure: Figure
    blocked: Blocked | None


@dataclass(frozen=True)
class Filter:
    """Which bots a list is to have; None: any. q: part of the name."""

    state: State | None = None
    strategy: str | None = None
    q: str | None = None
    limit: int = 100
    offset: int = 0


async def listed(asking: Asking, which: Filter) -> tuple[list[Seen], int]:
    """A page of bots by name, and how many there are in all."""
    async with asking.store.looking(asking.tenant_id) as tx:
        found = await bot_editions.present(tx, strategy=which.strategy)
        every = len(found) if which.strategy is None else -1
        if which.q:
            part = which.q.casefold()
            found = [one for one in found if part in one.name.casefold()]
        known = {one.id: one for one in await accounts.listed(tx)}
        if which.state is not None:
            everything = await halts.standing(tx)
            found = [one for one in found if word(asking, one, known, everything) == which.state]
        page = found[which.offset : which.offset + which.limit]
        whole = len(page) == every
        return await seen(asking, tx, page, known, whole=whole), len(found)


def word(asking: Asking, bot: Bot, known: Mapping[str, Account], everything: halts.Standing) -> State:
    """A bot's state."""
    return state_of(bot, known[bot.account_id], everything, held=held(asking, bot))


def held(asking: Asking, bot: Bot) -> bool:
    """Whether a process runs it. Only a lease that has not run out is worth asking after its owner."""
    return is_held(bot, asking.now_ms, dead=False) and not asking.dead(str(bot.lease_owner))


async def seen(
    asking: Asking,
    tx: Tx,
    found: Sequence[Bot],
    known: Mapping[str, Account] | None = None,
    *,
    whole: bool = False,
) -> list[Seen]:
    """Bots with all that is shown of them, in a few statements however many they are. whole: they are all there are."""
    if known is None:
        known = {one.id: one for one in await accounts.listed(tx)}
    everything = await halts.standing(tx)
    settings = {one.id: settings_of(one.config) for one in found}
    ids: Collection[str] = [one.id for one in found]
    if whole:
        ids = present(tx, ids)
    figures = await figures_of(asking, tx, found, ids, known, {key: config for key, (config, _) in settings.items()})
    ready = await ready_accounts(tx, known)
    reached = await blocks.of_bots(tx, ids)
    made = []
    for one in found:
        state = word(asking, one, known, everything)
        account = known[one.account_id]
        looks = looks_of(one, account, state, ready=account.id in ready)
        halt, figure, quote = halt_of(one, everything), figures[one.id], quote_of(settings[one.id][0])
        blocked = blocked_by(reached.get(one.id, ()), state, figure.time_ms, quote)
        if blocked is not None:
            looks.append(Look(blocked.code, blocked.message))
        still = asking.stills.look(one.id, state)
        if still is not None:
            looks.append(still)
        made.append(Seen(one, account, *settings[one.id], state, halt, looks, figure, blocked))
    return made


async def figures_of(
    asking: Asking,
    tx: Tx,
    found: Sequence[Bot],
    ids: Collection[str],
    known: Mapping[str, Account],
    configs: Mapping[str, BotConfig],
) -> dict[str, Figure]:
    """What bots are worth. ids: theirs, in order; known: all accounts; configs: their settings."""
    capitals = {key: number("capital", config.capital) for key, config in configs.items()}
    holding = [key for key, config in configs.items() if holding_of(config.name, config.holding).any]
    return await asking.figures.of(tx, found, ids, known, capitals, asking.now_ms, holding)


async def worth_now(asking: Asking, tx: Tx, found: Sequence[Bot]) -> dict[str, Figure]:
    """What bots are worth, those that were put away among them; of those whose settings can be read."""
    configs: dict[str, BotConfig] = {}
    for one in found:
        with suppress(msgspec.MsgspecError, BadInput):
            configs[one.id] = settings_of(one.config)[0]
    known = {one.id: one for one in await accounts.listed(tx)}
    readable = [one for one in found if one.id in configs]
    return await figures_of(asking, tx, readable, list(configs), known, configs)


def quote_of(config: BotConfig) -> str:
    """The asset its money is in."""
    return config.symbols[0].partition("/")[2]


async def ready_accounts(tx: Tx, known: Mapping[str, Account]) -> set[str]:
    """The accounts that can be traded on: a key is there, or none is needed."""
    found = {one.id for one in known.values() if one.environment in KEYLESS}
    if len(found) < len(known):
        found |= {one.account_id for one in await credentials.listed(tx) if one.revoked_ms is None}
    return found


async def found_in(tx: Tx, bot_id: str) -> Bot:
    """The bot of an id. Raises Missing."""
    found = await bot_editions.find(tx, bot_id) if is_id(bot_id) else None
    if found is None:
        raise missing("bot", bot_id)
    return found


async def present_in(tx: Tx, bot_id: str) -> Bot:
    """The same, unless it is archived. Raises Missing, Conflict."""
    found = await found_in(tx, bot_id)
    if found.archived_ms is not None:
        raise Conflict(await gone_on(tx, found), code="archived")
    return found


async def gone_on(tx: Tx, bot: Bot) -> str:
    """What is said of an archived bot: which edition goes on in its place, if one does."""
    newest = (await bot_editions.of_lineage(tx, bot.lineage or bot.id))[0]
    if newest.archived_ms is not None:
        return f"bot {bot.name!r} was put away: nothing is wanted of it any more; make another one"
    return (
        f"bot {bot.name!r} has other settings since: it goes on as edition {newest.edition}, {newest.name!r}; open "
        "that one and repeat"
    )


async def one(asking: Asking, bot_id: str) -> Seen:
    """One bot. Raises Missing."""
    async with asking.store.reading(asking.tenant_id) as tx:
        return (await seen(asking, tx, [await found_in(tx, bot_id)]))[0]


async def several(asking: Asking, bot_ids: Sequence[str]) -> list[Seen]:
    """Those of these bots that are there."""
    async with asking.store.reading(asking.tenant_id) as tx:
        return await seen(asking, tx, await bot_editions.some(tx, bot_ids))


async def editions(asking: Asking, bot_id: str) -> list[tuple[Bot, BotConfig, MarketConfig]]:
    """All editions of a bot, the newest first. Raises Missing."""
    async with asking.store.reading(asking.tenant_id) as tx:
        found = await found_in(tx, bot_id)
        return [
            (each, *settings_of(each.config)) for each in await bot_editions.of_lineage(tx, found.lineage or found.id)
        ]


async def account_in(tx: Tx, account_id: str, field: str | None = None) -> Account:
    """The account of an id. Raises Missing, or Wrong where it was named in a field."""
    known = {one.id: one for one in await accounts.listed(tx)}
    if account_id not in known:
        none = missing("account", account_id)
        raise none if field is None else Wrong(str(none), field=field)
    return known[account_id]


async def checked_settings(
    asking: Asking, config: BotConfig, account_id: str, timeframe: str
) -> tuple[Checked, Account, dict[str, Decimal | None]]:
    """Settings that would start, their account, and the last prices. Raises Wrong, Unavailable."""
    async with asking.store.reading(asking.tenant_id) as tx:
        account = await account_in(tx, account_id, "/account_id")
    if account.offline:
        raise Wrong(
            f"account {account.name!r} is paper on files, which botswain trade runs by itself; choose a sandbox "
            "account, or a paper account at a venue's prices, to trade without money",
            field="/account_id",
        )
    if asking.venues is None:
        raise Unavailable("no venue can be asked here; start botswain api with its venue's address")
    known = asking.venues.timeframes(account)
    if timeframe not in known:
        raise Wrong(f"timeframe {timeframe!r} is none of {account.venue}'s: {', '.join(known)}", field="/timeframe")
    listings: Mapping[str, Listing] = await asking.venues.listings(account)
    prices = {one: await asking.venues.price(account, one) for one in config.symbols if one in listings}
    return (
        checked(config, market_of(account, timeframe, asking.venues.port(account)), listings, prices),
        account,
        prices,
    )


async def create(asking: Asking, tx: Tx, made: Checked, account: Account, *, start: bool) -> Seen:
    """Make a bot of settings that were checked. Raises Conflict where the name is taken or it cannot be started."""
    await check_name(tx, made.config.name)
    new = NewBot(asking.new_id(), account.id, made.config.name, made.config.strategy, made.stored, asking.now_ms)
    with naming():
        bot = await bots.create(tx, new)
    if start:
        await check_ready(tx, account)
        bot = changed(bot, await bot_editions.change(tx, bot, desired_state=DesiredState.RUNNING))
    return (await seen(asking, tx, [bot]))[0]


@contextmanager
def naming() -> Iterator[None]:
    """Where a row is given a name that `check_name` found free. Raises Conflict where somebody was faster."""
    try:
        yield
    except NameTaken as error:
        raise Conflict(str(error), code="name_taken", field="/name") from error


async def check_name(tx: Tx, name: str, bot: Bot | None = None) -> None:
    """Raises Conflict where another bot than this one has the name, in upper or in lower case."""
    if await bot_editions.named(tx, name) is not None:
        raise Conflict(f"there is a bot {name!r} already; give this one another name", code="name_taken", field="/name")
    like = await bot_editions.called_like(tx, name, but=None if bot is None else bot.id)
    if like is not None:
        raise Conflict(
            f"there is a bot {like!r} already, which differs from {name!r} in upper and lower case only and would be "
            "taken for it; give this one another name",
            code="name_taken",
            field="/name",
        )


async def check_ready(tx: Tx, account: Account) -> None:
    """Raises Conflict where bots cannot trade on an account."""
    if account.id not in await ready_accounts(tx, {account.id: account}):
        raise Conflict(f"account {account.name!r} has no key; add one first", code="no_key")


def changed(before: Bot, after: Bot | None) -> Bot:
    """The row after a change. Raises Outdated where somebody was faster."""
    if after is None:
        raise outdated(before, before.version)
    return after


def outdated(bot: Bot, seen_version: int | str) -> Outdated:
    """What is said to whoever decided on an older row."""
    if isinstance(seen_version, str) and not all(TAG.fullmatch(one.strip()) for one in seen_version.split(",")):
        return Outdated(
            f"If-Match is {seen_version!r}, which is no ETag, so nobody knows what was seen of bot {bot.name!r}; send "
            'the one that came with it, in its quotes, such as "3"'
        )
    return Outdated(
        f"bot {bot.name!r} was changed since: it is at version {bot.version}, the request was made at {seen_version}. "
        "Look at it again and repeat"
    )


async def as_seen_in(tx: Tx, bot_id: str, tag: str) -> Bot:
    """A bot as the caller saw it, to be changed. Raises Missing, Outdated, Conflict.

    Where it is archived that is the change since, and what goes on in its place is told.
    """
    bot = await found_in(tx, bot_id)
    known = fits(bot, tag)
    if bot.archived_ms is not None:
        said = await gone_on(tx, bot)
        raise Conflict(said, code="archived") if known else Outdated(said)
    if not known:
        raise outdated(bot, tag[:40])
    return bot


def fits(bot: Bot, tag: str) -> bool:
    """Whether an ETag is that of the row: its version, and what follows a dot is of what was earned."""
    seen = [one.strip() for one in tag.split(",")]
    return tag.strip() == ANY or any(one == f'"{bot.version}"' or one.startswith(f'"{bot.version}.') for one in seen)
