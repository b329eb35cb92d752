"""Positions: the newest book of each symbol, never an older one."""

from decimal import Decimal

from tests.store import made

from botswain.store import positions


async def test_a_newer_row_replaces_the_book(store):
    bot = await made.bot_of_owner(store)
    rows = (made.position(1), made.position(2, qty=Decimal(3)), made.position(2, symbol="ETH/USDT"))
    await store.append(made.step(bot, 1, 2, positions=rows))
    await store.append(made.step(bot, 3, positions=(made.position(3, qty=Decimal(4)),)))
    async with store.reading(bot.tenant_id) as tx:
        found = await positions.of_bot(tx, bot.id)
    assert [(book.symbol, book.seq, book.qty) for book in found] == [
        ("BTC/USDT", 3, Decimal(4)),
        ("ETH/USDT", 2, Decimal("0.005")),
    ]


async def test_within_a_step_the_row_with_the_higher_number_stands(store):
    bot = await made.bot_of_owner(store)
    rows = (made.position(2, qty=Decimal(2)), made.position(1, qty=Decimal(1)))
    await store.append(made.step(bot, 1, 2, positions=rows))
    async with store.reading(bot.tenant_id) as tx:
        assert [book.qty for book in await positions.of_bot(tx, bot.id)] == [Decimal(2)]


async def test_an_accounts_books_are_those_of_its_bots(store):
    bot = await made.bot_of_owner(store)
    other = await made.bot(store, bot.tenant_id, "other")
    for one in (bot, other):
        await store.append(made.step(one, positions=(made.position(),)))
    async with store.reading(bot.tenant_id) as tx:
        found = await positions.of_account(tx, bot.account_id, "BTC/USDT")
    assert [book.bot_id for book in found] == [bot.id]
