"""Kept round trips: a page after a place; and those of a version before are gathered anew."""

from decimal import Decimal

from tests.store import made
from tests.store.made import EPOCH, NOW_MS

from botswain.store import round_trips
from botswain.store.database import open_database
from botswain.store.listing import Asked
from botswain.store.round_trips import Ended, Gathered, TripKey, TripRow

WIDE = Decimal("123456789012345678901.5")


def trip(bot, seq, profit):
    nothing = Decimal(0)
    return TripRow(bot_id=bot.id, seq=seq, part=0, place=0, symbol="BTC/USDT", direction=1, qty=Decimal(1),
                   entry_price=nothing, exit_price=nothing, profit=profit, fees=nothing, entry_ms=NOW_MS,
                   exit_ms=NOW_MS + seq, exit_reason=0)  # fmt: skip


async def kept(store, bot, *profits):
    """Have these trips of a bot gathered."""
    blank = Gathered(bot_id=bot.id, tenant_id=bot.tenant_id)
    now = Gathered(bot_id=bot.id, tenant_id=bot.tenant_id, upto=(9, 0), ended=Ended(len(profits), 0), under_way="{}")
    async with store.transaction(None) as tx:
        assert await round_trips.keep(tx, blank, now, [trip(bot, k, one) for k, one in enumerate(profits, 1)])


async def test_trips_of_versions_before_are_gathered_anew(empty):
    """From the fifth, which is brought over the tenth: that one knows what is left of a cell."""
    store = await open_database(empty, epoch=EPOCH, now_ms=NOW_MS)
    tenant = await made.tenant(store)
    some, wide = [await made.bot(store, tenant, name) for name in ("some", "wide")]
    await kept(store, some, Decimal("0.125"), Decimal("-1"), Decimal("3.0625"))
    await kept(store, wide, WIDE, WIDE, Decimal("-0.25"))
    async with store.reading(None) as tx:
        assert (await round_trips.ended(tx, [wide.id]))[wide.id].closed == 3
    await made.bring_back(store, 5)
    await store.close()
    store = await open_database(empty, epoch=EPOCH, now_ms=NOW_MS)
    async with store.reading(None) as tx:
        assert await round_trips.ended(tx, [some.id, wide.id]) == {}
        assert await round_trips.page(tx, Asked(), limit=10) == []
    await store.close()


async def test_a_page_begins_after_a_place_by_all_that_tells_trips_apart(store):
    mine = await made.tenant(store)
    bots = sorted([await made.bot(store, mine, name) for name in ("one", "two")], key=lambda one: one.id)
    for bot in bots:
        await kept(store, bot, Decimal(1), Decimal(2), Decimal(3))
    async with store.reading(mine) as tx:
        whole = await round_trips.page(tx, Asked(), limit=10)
        places = [TripKey(one.exit_ms, one.bot_id, one.seq, one.part, one.place) for one in whole]
        assert places == sorted(places, reverse=True)
        assert len(places) == 6
        for k, place in enumerate(places):
            assert await round_trips.page(tx, Asked(), limit=10, after=place) == whole[k + 1 :]
        own = await round_trips.page(tx, Asked(bot_id=bots[0].id), limit=1, after=places[0])
    assert [(one.bot_id, one.seq) for one in own] == [(bots[0].id, 3)]
