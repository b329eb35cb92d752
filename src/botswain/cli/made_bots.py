"""A bot's row from its settings, as commands make it."""

from __future__ import annotations

import secrets

from botswain.cli.context import Context
from botswain.cli.databases import database_of, now_ms, opened
from botswain.control import paper_accounts
from botswain.control.config import BotConfig, MarketConfig, stored_form
from botswain.engine.account_rows import account_for
from botswain.engine.stored_settings import same_settings
from botswain.model.errors import BadInput
from botswain.model.ids import IdMaker
from botswain.model.paper import odd_port
from botswain.store import bots, journal, tenants
from botswain.store.accounts import Environment


async def made(context: Context, database: str | None, config: BotConfig, market: MarketConfig) -> None:
    """The bot's row and its account's, made where they are missing. Raises BadInput where they are others."""
    new_id, stored = IdMaker(now_ms, secrets.token_bytes), stored_form(config, market)
    where, _ = database_of(context.data_dir, database)
    async with opened(where) as store:
        async with store.transaction(None) as tx:
            tenant = (await tenants.ensure(tx, tenants.Tenant(new_id(), tenants.LOCAL, now_ms()))).id
        async with store.transaction(tenant) as tx:
            environment = Environment(market.environment)
            port = odd_port(market.port) if environment is Environment.SANDBOX else None
            account = await account_for(tx, market.account_name, market.venue, environment, new_id, now_ms(), port)
            if environment is Environment.PAPER:
                await paper_accounts.opened(tx, account, market.paper)
            known = {one.name: one for one in await bots.listed(tx)}.get(config.name)
            if known is None:
                new = bots.NewBot(new_id(), account.id, config.name, config.strategy, stored, now_ms())
                await bots.create(tx, new)
            elif not same_settings(known.config, stored):
                if await journal.read(tx, known.id, limit=1):
                    raise BadInput(
                        f"bot {config.name!r} in {where} has other settings; give it the old ones, or another name"
                    )
                await bots.set_up_anew(tx, known.id, account.id, config.strategy, stored)
