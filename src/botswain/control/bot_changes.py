"""Changing bots: other settings, another name, gone; wanted to run, to stop, to open nothing, to sell.

What is wanted is written into the bot's row and engines are told to look; nothing waits here for it to be so.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec.structs import replace

from botswain.control.bot_settings import Checked, market_of, renamed_form, same_settings, settings_of
from botswain.control.bot_state import CANCEL_ENTRIES, FLATTEN
from botswain.control.bots import (
    Asking,
    Seen,
    account_in,
    as_seen_in,
    changed,
    check_name,
    check_ready,
    checked_settings,
    held,
    naming,
    present_in,
    seen,
)
from botswain.control.config import BotConfig
from botswain.control.refusals import Conflict, Wrong
from botswain.control.rests import holdings
from botswain.model.errors import Unavailable
from botswain.model.instrument import Instrument
from botswain.store import bot_editions, halts, stops
from botswain.store.accounts import Account, Environment
from botswain.store.bots import REASON_LENGTH, Bot, DesiredState, NewBot
from botswain.store.scope import Tx

MOST_BY = 128


async def change(
    asking: Asking, bot_id: str, tag: str, name: str | None, given: tuple[BotConfig, str, str] | None
) -> Seen:
    """Another name, or another edition of the settings. Raises Missing, Outdated, Conflict, Wrong, Unavailable.

    tag    the ETag that the caller saw
    given  settings, account's id and timeframe; None leaves them
    """
    async with asking.store.reading(asking.tenant_id) as tx:
        before = await as_seen_in(tx, bot_id, tag)
        name = name or before.name
        other = given is not None and not await is_same(tx, before, given)
        if name != before.name:
            await check_name(tx, name, before)
        if other or name != before.name:
            check_stopped(asking, before)
        if other:
            await check_empty(tx, before)
    fresh = await next_settings(asking, before, name, given) if given is not None and other else None
    async with asking.store.transaction(asking.tenant_id) as tx:
        bot = await as_seen_in(tx, bot_id, tag)
        if name != bot.name:
            await check_name(tx, name, bot)
        if fresh is not None:
            check_stopped(asking, bot)
            await check_empty(tx, bot)
            new = NewBot(asking.new_id(), fresh[1].id, name, fresh[0].config.strategy, fresh[0].stored, asking.now_ms)
            with naming():
                bot = changed(bot, await bot_editions.succeed(tx, bot, new))
        elif name != bot.name:
            check_stopped(asking, bot)
            config = renamed_form(bot.config, name)
            with naming():
                bot = changed(bot, await bot_editions.change(tx, bot, name=name, config=config))
        return (await seen(asking, tx, [bot]))[0]


async def is_same(tx: Tx, bot: Bot, given: tuple[BotConfig, str, str]) -> bool:
    """Whether settings are those it has."""
    config, account_id, timeframe = given
    account = await account_in(tx, account_id, "/settings/account_id")
    return account_id == bot.account_id and same_settings(bot.config, config, market_of(account, timeframe))


async def next_settings(
    asking: Asking, bot: Bot, name: str, given: tuple[BotConfig, str, str]
) -> tuple[Checked, Account]:
    """Other settings, checked. What a door does not show (the fee, rules of its own) stays. Raises Wrong."""
    old, _ = settings_of(bot.config)
    rules = {symbol: facts for symbol, facts in old.instruments.items() if symbol in given[0].symbols}
    costs = {"fee": old.fee, "slippage_bps": old.slippage_bps, "slippage": old.slippage}
    config = replace(given[0], name=name, instruments=rules, **costs)
    try:
        made, account, _ = await checked_settings(asking, config, given[1], given[2])
    except Wrong as error:
        if error.field is not None and error.field != "/name":
            error.field = f"/settings{error.field}"
        raise
    return made, account


def check_stopped(asking: Asking, bot: Bot) -> None:
    """Raises Conflict where somebody runs it or is to."""
    if bot.desired_state is DesiredState.RUNNING:
        raise Conflict(f"bot {bot.name!r} is wanted to run; stop it first", code="not_stopped")
    if held(asking, bot):
        raise Conflict(f"bot {bot.name!r} is still being stopped; wait until it is", code="not_stopped")


async def check_empty(tx: Tx, bot: Bot) -> None:
    """Raises Conflict where it holds something or has orders: another edition would not know of them.

    What is less than the venue's least order nobody can sell first, so it is no hindrance.
    """
    symbols = [one.position.symbol for one in await holdings(tx, bot.id) if not one.is_rest]
    if symbols:
        raise Conflict(
            f"bot {bot.name!r} holds a position in {', '.join(symbols)}, which another edition would not know of; "
            "start it, flatten it, and stop it again",
            code="holds_position",
        )
    if await bot_editions.has_working(tx, bot.id):
        raise Conflict(
            f"bot {bot.name!r} has orders at the venue, which another edition would not know of; start it and stop it "
            "with the policy cancel_all",
            code="orders_working",
        )


async def remove(asking: Asking, bot_id: str, tag: str) -> None:
    """Put a stopped bot away; its name is free again. Raises Missing, Outdated, Conflict."""
    async with asking.store.transaction(asking.tenant_id) as tx:
        bot = await as_seen_in(tx, bot_id, tag)
        check_stopped(asking, bot)
        account = await account_in(tx, bot.account_id)
        if account.environment in (Environment.TEST, Environment.LIVE):
            await check_empty(tx, bot)
        changed(bot, await bot_editions.archive(tx, bot, asking.now_ms))


Decide = Callable[[Tx, Bot], Awaitable[dict[str, Any] | None]]


async def wanted(asking: Asking, bot_id: str, decide: Decide) -> Seen:
    """Change what is wanted of a bot, and have engines look. `decide` says what changes; None: nothing."""
    async with asking.store.transaction(asking.tenant_id) as tx:
        bot = await present_in(tx, bot_id)
        if (await account_in(tx, bot.account_id)).offline:
            raise Conflict(f"bot {bot.name!r} trades on paper, which botswain trade runs by itself", code="paper_bot")
        values = await decide(tx, bot)
        if values is not None:
            bot = changed(bot, await bot_editions.change(tx, bot, **values))
        found = (await seen(asking, tx, [bot]))[0]
    if values is not None:
        await tell_engines(asking)
    return found


async def tell_engines(asking: Asking) -> None:
    """Have engines look at their bots' rows; they do so by themselves too, only later."""
    async with asking.store.transaction(None) as tx:
        await halts.told(tx)


async def start(asking: Asking, bot_id: str) -> Seen:
    """Want it to run. Raises Missing, Conflict."""

    async def decide(tx: Tx, bot: Bot) -> dict[str, Any] | None:
        await check_ready(tx, await account_in(tx, bot.account_id))
        if bot.desired_state is DesiredState.RUNNING:
            return None
        return {"desired_state": DesiredState.RUNNING, "stop_mode": None, "stop_due": 0}

    return await wanted(asking, bot_id, decide)


async def stop(asking: Asking, bot_id: str, policy: str | None) -> Seen:
    """Want it to stop, by a policy or its own. Raises Missing, Conflict.

    One that is on its way may be told another, and so may one that nobody runs and that has something at the venue.
    """

    async def decide(tx: Tx, bot: Bot) -> dict[str, Any] | None:
        stopped, there = bot.desired_state is DesiredState.STOPPED, held(asking, bot)
        due = there or await stops.has_left(tx, bot.id)
        if stopped and (not due or policy is None or (policy == bot.stop_mode and (there or bot.stop_due))):
            return None
        return {"desired_state": DesiredState.STOPPED, "stop_mode": policy, "stop_due": int(due)}

    return await wanted(asking, bot_id, decide)


async def pause(asking: Asking, bot_id: str, reason: str) -> Seen:
    """Have it open nothing until it is resumed. Raises Missing, Conflict where it is halted already."""

    async def decide(_tx: Tx, bot: Bot) -> dict[str, Any] | None:
        if bot.halted_by is not None:
            raise Conflict(
                f"bot {bot.name!r} is halted already, by {bot.halted_by}: {bot.halted_reason}", code="already_halted"
            )
        return {**halt_values(asking, reason), "halt_mode": CANCEL_ENTRIES}

    return await wanted(asking, bot_id, decide)


async def flatten(asking: Asking, bot_id: str, reason: str, *, held_only: bool = False) -> Seen:
    """Sell what it holds and have it open nothing until it is resumed; whatever halted it before stays said.

    held_only  not where it holds nothing: who asks to close a position does not ask for a pause
    Raises Missing, Conflict where nobody runs it, for then nobody would sell, where there is nothing to sell or cancel,
    and where no order is as small as what it holds and there is nothing else to do.
    """
    rules = await rules_now(asking, bot_id)

    async def decide(tx: Tx, bot: Bot) -> dict[str, Any] | None:
        here = await holdings(tx, bot.id, rules)
        if held_only and not here:
            raise Conflict(
                f"bot {bot.name!r} holds nothing, so there is nothing to close; to have it open nothing more, pause it",
                code="holds_nothing",
            )
        if bot.desired_state is DesiredState.STOPPED and not held(asking, bot):
            raise Conflict(
                f"bot {bot.name!r} is stopped, so nobody would sell for it; pause it, start it, and flatten it then",
                code="not_running",
            )
        working = await bot_editions.has_working(tx, bot.id)
        if here and all(one.is_rest for one in here) and (held_only or not working):
            raise Conflict(
                f"bot {bot.name!r} holds {'; '.join(one.text() for one in here)}. It cannot be sold by itself and "
                "stays until the bot buys more; to have it open nothing more, pause it",
                code="below_least_order",
            )
        if not here and not working and not held_only:
            raise Conflict(
                f"bot {bot.name!r} holds nothing and has no order, so there is nothing to flatten; to have it open "
                "nothing more, pause it",
                code="holds_nothing",
            )
        mode = {"halt_mode": FLATTEN}
        return mode if bot.halted_by is not None else {**halt_values(asking, reason), **mode}

    return await wanted(asking, bot_id, decide)


async def rules_now(asking: Asking, bot_id: str) -> dict[str, Instrument]:
    """The rules of an account's symbols as its venue tells them; none where it cannot be asked, or need not be.

    They can only make an order of what is a rest by the bot's own rules, so nothing waits for a venue without one.
    """
    async with asking.store.reading(asking.tenant_id) as tx:
        bot = await present_in(tx, bot_id)
        account = await account_in(tx, bot.account_id)
        in_doubt = any(one.is_rest or one.instrument is None for one in await holdings(tx, bot.id))
    if asking.venues is None or account.offline or not in_doubt:
        return {}
    try:
        return {symbol: one.instrument for symbol, one in (await asking.venues.listings(account)).items()}
    except Unavailable:
        return {}


async def resume(asking: Asking, bot_id: str) -> Seen:
    """Lift its halt. Raises Missing, Conflict where there is none, or one that only its journal could lift."""

    async def decide(_tx: Tx, bot: Bot) -> dict[str, Any] | None:
        if bot.halted_by is None:
            raise Conflict(f"bot {bot.name!r} is not halted", code="not_halted")
        if bot.halted_by == halts.CORE:
            raise Conflict(
                f"bot {bot.name!r} was halted by its own decision ({bot.halted_reason}), which its journal keeps; stop "
                "it and give it other settings",
                code="halted_for_good",
            )
        return {"halted_reason": None, "halted_by": None, "halted_ms": None, "halt_mode": None}

    return await wanted(asking, bot_id, decide)


def halt_values(asking: Asking, reason: str) -> dict[str, Any]:
    """A person's halt, as a row has it."""
    why = reason.strip() or "a person asked for it"
    return {"halted_reason": why[:REASON_LENGTH], "halted_by": asking.by[:MOST_BY], "halted_ms": asking.now_ms}
