"""Fills: once per venue trade, exact, and summed exactly."""

from decimal import Decimal

import pytest
from tests.store import made
from tests.store.made import NOW_MS

from botswain.model.errors import Overflow
from botswain.model.orders import FillKind, Liquidity, Side
from botswain.store import bots, fills
from botswain.store.failures import AlreadyRecorded


@pytest.fixture
async def bot(store):
    """A bot of the usual tenant."""
    return await made.bot_of_owner(store)


async def test_a_fill_comes_back_as_it_was_booked(store, bot):
    order = made.order()
    row = made.fill(
        "trade 1",
        client_order_id=order.client_order_id,
        side=Side.SELL,
        realized=Decimal("-12.5"),
        liquidity=Liquidity.TAKER,
        slot=3,
        reason=301,
        instant_seq=4,
    )
    await store.append(made.step(bot, orders=(order,), fills=(row,)))
    async with store.reading(bot.tenant_id) as tx:
        [found] = await fills.of_bot(tx, bot.id)
        assert await fills.by_trade(tx, bot.account_id, "BTC/USDT", "trade 1") == found
        assert await fills.by_trade(tx, bot.account_id, "BTC/USDT", "trade 2") is None
    for name in set(row.__struct_fields__) - {"tick_size", "lot_size"}:
        assert getattr(found, name) == getattr(row, name), name
    assert (found.price, found.qty) == (Decimal("100.25"), Decimal("0.005"))


async def test_the_same_trade_is_booked_once_also_by_another_bot_of_the_account(store, bot):
    await store.append(made.step(bot, fills=(made.fill("t1"),)))
    async with store.transaction(bot.tenant_id) as tx:
        new = bots.NewBot(made.new_id(), bot.account_id, "second", "grid", "{}", NOW_MS)
        second = await bots.create(tx, new)
    with pytest.raises(AlreadyRecorded):
        await store.append(made.step(second, fills=(made.fill("t1"),)))
    assert (await store.append(made.step(second, fills=(made.fill("t1", symbol="ETH/USDT"),)))).seq == 1


async def test_fills_of_one_row_keep_their_order(store, bot):
    rows = tuple(made.fill(f"t{n}", 1, instant_seq=n) for n in range(3))
    await store.append(made.step(bot, 1, 2, fills=(*rows, made.fill("t9", 2))))
    async with store.reading(bot.tenant_id) as tx:
        found = await fills.of_bot(tx, bot.id)
        assert [(fill.seq, fill.part, fill.venue_trade_id) for fill in found] == [
            (1, 0, "t0"),
            (1, 1, "t1"),
            (1, 2, "t2"),
            (2, 0, "t9"),
        ]
        assert [fill.seq for fill in await fills.of_bot(tx, bot.id, after_seq=1, limit=5)] == [2]


async def test_totals_are_exact_over_many_scales(store, bot):
    rows = (
        made.fill("t1", fee=Decimal("0.1"), cash=Decimal("-100.001"), realized=Decimal(0)),
        made.fill("t2", fee=Decimal("0.0000000001"), cash=Decimal("33.3333333333"), realized=Decimal("0.1")),
        made.fill("t3", fee=Decimal(2), fee_asset="BNB", cash=Decimal(7), realized=Decimal("0.2")),
        made.fill("t4", symbol="ETH/USDT", fee=Decimal("1E-8"), cash=Decimal("-1E-8")),
    )
    await store.append(made.step(bot, fills=rows))
    async with store.reading(bot.tenant_id) as tx:
        found = await fills.totals(tx, bot.id)
    assert found["BTC/USDT"].cash == Decimal("-59.6676666667")
    assert found["BTC/USDT"].realized == Decimal("0.3")
    assert found["BTC/USDT"].fees == {"BTC": Decimal("0.1000000001"), "BNB": Decimal(2)}
    assert found["ETH/USDT"] == fills.Totals(Decimal("-1E-8"), Decimal(0), {"BTC": Decimal("1E-8")})


async def test_a_placeholder_is_taken_back_by_its_reversal_when_the_real_fill_comes(store, bot):
    guess = made.fill("inferred 1", 1, kind=FillKind.INFERRED, cash=Decimal(-500), fee=Decimal("0.5"))
    await store.append(made.step(bot, 1, fills=(guess,)))
    back = made.fill(
        "reversal 1",
        2,
        kind=FillKind.REVERSAL,
        linked_trade_id="inferred 1",
        qty_lots=-5,
        cash=Decimal(500),
        fee=Decimal("-0.5"),
    )
    real = made.fill("trade 77", 2, linked_trade_id="inferred 1", cash=Decimal("-500.1"), fee=Decimal("0.4"))
    await store.append(made.step(bot, 2, fills=(back, real)))
    async with store.reading(bot.tenant_id) as tx:
        found = await fills.of_bot(tx, bot.id)
        total = (await fills.totals(tx, bot.id))["BTC/USDT"]
    assert sum(fill.qty_lots for fill in found) == 5
    assert (total.cash, total.fees) == (Decimal("-500.1"), {"BTC": Decimal("0.4")})


@pytest.mark.parametrize("kind", ["sqlite", "inline"])
async def test_a_sum_beyond_64_bits_is_refused_and_not_rounded(store, bot):
    half = Decimal(1 << 62)
    await store.append(made.step(bot, fills=(made.fill("t1", cash=half), made.fill("t2", cash=half))))
    with pytest.raises(Overflow, match="a sum passed 64 bits"):
        async with store.reading(bot.tenant_id) as tx:
            await fills.totals(tx, bot.id)
