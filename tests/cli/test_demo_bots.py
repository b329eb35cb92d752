"""Which bots bind `botswain up --demo` to a sandbox's port: its own, as long as they are there."""

import pytest

from botswain.cli.context import Context
from botswain.cli.databases import database_of, opened
from botswain.cli.demo_bots import bot, demo_bots, made_once
from botswain.cli.made_bots import made
from botswain.control.config import MarketConfig
from botswain.control.paper_accounts import PaperConfig
from botswain.model.errors import BadInput
from botswain.store import bot_editions

PORT, OTHER = 8945, 8946
PAPER = PaperConfig({"USDT": "1000"}, prices="sandbox", port=PORT)


@pytest.fixture
def context(tmp_path):
    return Context(tmp_path)


async def on_paper(context, name):
    """A bot that a person made on a paper account at the sandbox's prices."""
    market = MarketConfig(venue="binance", environment="paper", account="mine", paper=PAPER)
    await made(context, None, bot(name, "sma_crossover", "BTC/USDT", {"fast": 3, "slow": 8}, "0.9"), market)


async def put_away(context, names):
    """Put bots away, as a person does who wants no more of them."""
    where, _ = database_of(context.data_dir, None)
    async with opened(where) as store, store.transaction(None) as tx:
        for one in await bot_editions.present(tx):
            if one.name in names:
                assert await bot_editions.archive(tx, one, 1)


async def names_of(context):
    where, _ = database_of(context.data_dir, None)
    async with opened(where) as store, store.reading(None) as tx:
        return {one.name for one in await bot_editions.present(tx)}


async def test_a_bot_that_a_person_made_on_a_paper_account_holds_up_no_start(context):
    await made_once(context, PORT)
    await on_paper(context, "mine-1")
    await made_once(context, PORT)
    assert await names_of(context) == {one.name for one in demo_bots()} | {"mine-1"}
    # Its own are at one port, and say so whatever else there is; a person's bot sorts before them.
    await on_paper(context, "a-first")
    with pytest.raises(BadInput, match=f"bot 'bnb-trend' .* port {PORT}; start it with --sandbox-port {PORT}"):
        await made_once(context, OTHER)


async def test_bots_that_were_put_away_bind_it_to_no_port_and_are_not_made_again(context):
    await made_once(context, PORT)
    await on_paper(context, "mine-1")
    await put_away(context, {one.name for one in demo_bots()} - {"eth-hasty"})
    with pytest.raises(BadInput, match=f"bot 'eth-hasty' .* port {PORT}; start it with --sandbox-port {PORT}"):
        await made_once(context, OTHER)
    await put_away(context, {"eth-hasty"})
    await made_once(context, OTHER)
    assert await names_of(context) == {"mine-1"}


async def test_the_usual_port_is_told_by_its_number(context):
    await made_once(context, 8331)
    await on_paper(context, "mine-1")
    await made_once(context, 8331)
    with pytest.raises(BadInput, match="port 8331; start it with --sandbox-port 8331"):
        await made_once(context, OTHER)
