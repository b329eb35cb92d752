"""Numbers and ids through the real databases: what goes in comes out, what does not fit is refused by name."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.store import made

from botswain.model.errors import BadInput, Overflow
from botswain.store import fills, orders, positions
from botswain.store.types import INT64_MAX, key_bytes, key_text

few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
int64 = st.integers(-INT64_MAX - 1, INT64_MAX)
small_money = st.builds(lambda units, scale: Decimal(f"{units}E-{scale}"), int64, st.integers(0, 18))
large_money = st.builds(lambda units: Decimal(f"{units}E-18"), st.integers(-(10**38) + 1, 10**38 - 1))


async def write_and_read(store, **values):
    """A bot's only fill, after it was written with these values."""
    bot = await made.bot(store, await made.tenant(store), made.new_id())
    await store.append(made.step(bot, fills=(made.fill(made.new_id(), **values),)))
    async with store.reading(bot.tenant_id) as tx:
        [fill] = await fills.of_bot(tx, bot.id)
    return fill


@few
@given(fee=small_money, ticks=int64, lots=int64)
async def test_a_fill_comes_back_to_the_last_digit(store, fee, ticks, lots):
    fill = await write_and_read(store, fee=fee, price_ticks=ticks, qty_lots=lots)
    assert (fill.fee, fill.price_ticks, fill.qty_lots) == (fee, ticks, lots)
    assert fill.price == Decimal(f"{ticks * 25}E-2")
    assert fill.qty == Decimal(f"{lots}E-3")


@few
@given(realized=large_money, cash=large_money)
async def test_money_keeps_38_digits(store, realized, cash):
    fill = await write_and_read(store, realized=realized, cash=cash)
    assert (fill.realized, fill.cash) == (realized, cash)


@pytest.mark.parametrize("units", [INT64_MAX, INT64_MAX + 1, -INT64_MAX - 1, -INT64_MAX - 2])
async def test_money_around_64_bits_comes_back_and_is_added(store, units):
    fill = await write_and_read(store, cash=Decimal(units), realized=Decimal(1), fee=Decimal("0.5"))
    assert fill.cash == units
    async with store.reading(None) as tx:
        total = (await fills.totals(tx, fill.bot_id))[fill.symbol]
    assert (total.cash, total.realized, total.fees) == (units, 1, {fill.fee_asset: Decimal("0.5")})


@pytest.mark.parametrize("kind", ["sqlite", "inline"])
async def test_wide_and_narrow_amounts_are_added_together(store):
    bot = await made.bot_of_owner(store)
    wide = [Decimal(f"-{1 << 70}"), Decimal(1 << 64), Decimal(3)]
    await store.append(made.step(bot, fills=tuple(made.fill(f"t{k}", cash=one) for k, one in enumerate(wide))))
    async with store.reading(bot.tenant_id) as tx:
        assert (await fills.totals(tx, bot.id))["BTC/USDT"].cash == sum(wide)


async def test_money_beyond_38_digits_is_refused(store):
    with pytest.raises(Overflow, match="money overflow: 1000000"):
        await write_and_read(store, cash=Decimal(10**38))


async def test_ticks_beyond_64_bits_are_refused(store):
    with pytest.raises(Overflow, match=str(INT64_MAX + 1)):
        await write_and_read(store, price_ticks=INT64_MAX + 1)


async def test_a_position_comes_back_to_the_last_digit(store):
    bot = await made.bot_of_owner(store)
    row = made.position(
        qty=Decimal("-0.123456789"), dust=Decimal("1E-9"), cost=Decimal("12345.6789"), realized=Decimal(-1)
    )
    await store.append(made.step(bot, positions=(row,)))
    async with store.reading(bot.tenant_id) as tx:
        [found] = await positions.of_bot(tx, bot.id)
    assert (found.qty, found.dust, found.cost, found.realized, found.fees) == (
        row.qty,
        row.dust,
        row.cost,
        row.realized,
        row.fees,
    )


@pytest.mark.parametrize("bad", ["", "bot", "018BCFE5-6800-7000-8000-000000000001", 7])
async def test_what_is_no_id_is_refused(store, bad):
    bot = await made.bot_of_owner(store)
    with pytest.raises(BadInput, match="is not an id"):
        await store.append(made.step(bot, orders=(made.order(client_order_id=bad),)))
    with pytest.raises(BadInput, match="is not an id"):
        async with store.reading(bot.tenant_id) as tx:
            await orders.get(tx, bad)


@given(st.binary(min_size=16, max_size=16))
def test_a_key_is_its_16_bytes(raw):
    assert key_bytes(key_text(raw)) == raw
    assert key_text(memoryview(raw)) == key_text(raw)
