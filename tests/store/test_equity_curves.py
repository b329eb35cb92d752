"""Curves of marks: whole where they are short, their extremes where they are long, on every database."""

from decimal import Decimal

import pytest
from tests.store import made
from tests.store.made import NOW_MS

from botswain.store import equity_curves
from botswain.store.exact import scale_of, to_units
from botswain.store.made_tables import marks


async def put(store, bot, points):
    """Marks of a bot: (ms after NOW_MS, equity)."""
    async with store.transaction(bot.tenant_id) as tx:
        for at_ms, equity in points:
            value = Decimal(str(equity))
            scale = scale_of(value)
            units = {"equity_units": to_units(value, scale), "cash_units": 0, "realized_units": 0, "fees_units": 0}
            row = {"bot_id": bot.id, "time_ms": NOW_MS + at_ms, "money_scale": scale, "round_trips": 0, "won": 0}
            await tx.insert(marks, {**row, **units})


async def curve(store, bot, points=100, from_ms=None, to_ms=None, tenant_id=""):
    """The same read back."""
    span = {
        "from_ms": None if from_ms is None else NOW_MS + from_ms,
        "to_ms": None if to_ms is None else NOW_MS + to_ms,
    }
    async with store.reading(tenant_id or bot.tenant_id) as tx:
        found = await equity_curves.of_bot(tx, bot.id, points=points, **span)
    return [(one.time_ms - NOW_MS, one.equity) for one in found]


@pytest.fixture
async def bot(store):
    """A bot of the usual tenant."""
    return await made.bot_of_owner(store)


async def test_a_short_curve_is_whole_and_exact(store, bot):
    await put(store, bot, [(0, "1000"), (10, "1000.00000001"), (20, "-3.5")])
    assert await curve(store, bot) == [(0, Decimal(1000)), (10, Decimal("1000.00000001")), (20, Decimal("-3.5"))]
    assert await curve(store, bot, from_ms=10, to_ms=20) == [(10, Decimal("1000.00000001"))]
    assert await curve(store, bot, tenant_id=await made.tenant(store, "other")) == []


async def test_a_long_curve_keeps_its_ends_and_its_extremes(store, bot):
    values = [1000 + (k % 7) for k in range(300)]
    values[123], values[217] = Decimal("880.25"), Decimal("1500.5")
    await put(store, bot, [(k * 60, value) for k, value in enumerate(values)])
    found = await curve(store, bot, points=40)
    assert len(found) <= 42
    assert (found[0][0], found[-1][0]) == (0, 299 * 60)
    assert (123 * 60, Decimal("880.25")) in found
    assert (217 * 60, Decimal("1500.5")) in found
    assert found == sorted(found)
    part = await curve(store, bot, points=10, from_ms=200 * 60)
    assert max(value for _, value in part) == Decimal("1500.5")
    assert part[0][0] == 200 * 60


async def test_a_long_flat_curve_has_few_points(store, bot):
    await put(store, bot, [(k, 5) for k in range(200)])
    assert len(await curve(store, bot, points=20)) <= 22


async def test_the_fleet_is_read_by_the_last_mark_of_each_bot_and_part(store, bot):
    other = await made.bot(store, bot.tenant_id, "second")
    theirs = await made.bot(store, await made.tenant(store, "other"), "theirs")
    await put(store, bot, [(0, 1), (9, 2), (10, 3), (25, 4)])
    await put(store, other, [(5, 10), (12, 11), (19, 12)])
    await put(store, theirs, [(3, 99)])
    async with store.reading(bot.tenant_id) as tx:
        assert await equity_curves.span(tx) == (NOW_MS, NOW_MS + 25)
        found = await equity_curves.last_of_parts(tx, from_ms=NOW_MS, to_ms=NOW_MS + 26, width_ms=10)
        assert [(one.time_ms - NOW_MS, one.equity // 10**one.scale) for one in found] == [
            (5, 10),
            (9, 2),
            (10, 3),
            (19, 12),
            (25, 4),
        ]
        before = await equity_curves.last_before(tx, NOW_MS + 10)
        assert {one.bot_id: one.equity // 10**one.scale for one in before} == {bot.id: 2, other.id: 10}
        assert [one.bot_id for one in await equity_curves.last_before(tx, NOW_MS + 1)] == [bot.id]
    async with store.reading(await made.tenant(store, "third")) as tx:
        assert await equity_curves.span(tx) is None
