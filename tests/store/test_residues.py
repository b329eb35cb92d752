"""What an account held beyond its books is kept by asset, exactly, and one account's is not another's."""

from decimal import Decimal

import pytest
from tests.store import made

from botswain.model.errors import BadInput, FailClosed
from botswain.store import meta, positions, residues
from botswain.store.residues import Residual

FOUND = {"BTC": Residual(Decimal("0.123456789012345678"), 1_700_000_000_000), "ETH": Residual(Decimal("-2"), 5)}


async def test_it_is_read_as_it_was_kept_and_replaced_asset_by_asset(store):
    bot = await made.bot_of_owner(store)
    async with store.transaction(None) as tx:
        assert await residues.kept(tx, bot.account_id) == {}
        await residues.keep(tx, bot.account_id, FOUND)
    async with store.reading(bot.tenant_id) as tx:
        assert await residues.kept(tx, bot.account_id) == FOUND
        assert await residues.kept(tx, bot.id) == {}
    async with store.transaction(None) as tx:
        await residues.keep(tx, bot.account_id, {"ETH": FOUND["BTC"]})
        assert await residues.kept(tx, bot.account_id) == {"BTC": FOUND["BTC"], "ETH": FOUND["BTC"]}


async def test_only_the_platform_writes_it(store):
    bot = await made.bot_of_owner(store)
    with pytest.raises(BadInput, match="belongs to the platform"):
        async with store.transaction(bot.tenant_id) as tx:
            await residues.keep(tx, bot.account_id, FOUND)


async def test_one_that_cannot_be_read_is_named(store):
    async with store.transaction(None) as tx:
        await meta.put(tx, residues.named("one"), "nonsense")
        with pytest.raises(FailClosed, match="account one held beyond its bots' books cannot be read"):
            await residues.kept(tx, "one")


async def test_books_on_an_account_are_those_of_all_its_bots_and_symbols(store):
    bot = await made.bot_of_owner(store)
    await store.append(made.step(bot, 1, 2, positions=(made.position(1), made.position(2, symbol="ETH/USDT"))))
    async with store.reading(bot.tenant_id) as tx:
        found = await positions.on_account(tx, bot.account_id)
    assert [(one.bot_id, one.symbol) for one in found] == [(bot.id, "BTC/USDT"), (bot.id, "ETH/USDT")]
