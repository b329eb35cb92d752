"""Round trips are gathered as bots make them: a list of them, or of bots, reads no fills."""

from decimal import Decimal

import pytest
from tests.api.door import API
from tests.store import made
from tests.store.made import NOW_MS

from botswain.api.memory import memory_in
from botswain.api.trip_keeper import LOOK_S, REST_S, TripKeeper
from botswain.model.orders import Side
from botswain.store import bots, round_trips
from botswain.store.commits_seen import CommitsSeen


class Enough(Exception):
    """It has looked as often as it should."""


def trade(name, seq, side):
    return made.fill(name, seq, side=side, fee_asset="USDT", time_ms=NOW_MS + seq)


async def test_trips_are_there_before_anybody_asks_and_are_counted_for_the_list_of_bots(door, client, monkeypatch):
    bot = await door.made(client, start=True)
    await door.hold(bot["id"])
    await door.mark(bot["id"], NOW_MS, 1000)
    assert (await client.get(f"{API}/bots/{bot['id']}")).json()["round_trips"] == 0
    turns = [trade(f"t{k}", k, Side.SELL if k % 2 == 0 else Side.BUY) for k in range(1, 6)]
    async with door.store.reading(None) as tx:
        row = await bots.get(tx, bot["id"])
    for k, one in enumerate(turns, 1):
        await door.store.append(made.step(row, k, fills=(one,)))
    keeper = TripKeeper(door.store, memory_in(door.app), CommitsSeen(None))
    await keeper.look()
    assert keeper.failed == 0

    def unread(*_args, **_more):
        raise AssertionError("fills were read")

    monkeypatch.setattr("botswain.control.kept_trips.traded.after", unread)
    shown = (await client.get(f"{API}/bots/{bot['id']}")).json()
    assert shown["round_trips"] == 2
    trips = (await client.get(f"{API}/round-trips")).json()
    assert trips["total"] == 3
    made_of = [Decimal(one["profit"]) for one in trips["items"] if one["exit_ms"] is not None]
    assert Decimal(shown["trip_profit"]) == sum(made_of) != 0
    first = (await client.get(f"{API}/round-trips?limit=2")).json()
    rest = (await client.get(f"{API}/round-trips", params={"limit": 2, "after": first["next"]})).json()
    assert (first["items"] + rest["items"], rest["next"]) == (trips["items"], None)
    [listed] = (await client.get(f"{API}/bots")).json()["items"]
    assert listed["trip_profit"] == shown["trip_profit"]
    # Its flatten sold what the cells had left over, which is in no trip: what it realised is both together.
    await door.book(bot["id"], 0, realized=7)
    flat = (await client.get(f"{API}/bots/{bot['id']}")).json()
    assert (flat["realized"], flat["trip_profit"]) == ("7", shown["trip_profit"])
    assert Decimal(flat["trip_profit"]) + Decimal(flat["left_over"]) == 7
    await door.book(bot["id"], 1, symbol="ETH/USDT", cost=3)
    assert (await client.get(f"{API}/bots/{bot['id']}")).json()["left_over"] is None


async def test_where_more_is_left_it_goes_on_soon_and_others_have_their_turn_between(door, client, monkeypatch):
    monkeypatch.setattr("botswain.api.trip_keeper.MOST_FILLS", 1)
    monkeypatch.setattr("botswain.control.kept_trips.PAGE", 1)
    bot = await door.made(client, start=True)
    await door.hold(bot["id"])
    async with door.store.reading(None) as tx:
        row = await bots.get(tx, bot["id"])
    for k in range(1, 4):
        await door.store.append(made.step(row, k, fills=(trade(f"t{k}", k, Side.BUY),)))
    keeper, pauses = TripKeeper(door.store, memory_in(door.app), CommitsSeen(None)), []

    async def pause(seconds):
        assert not memory_in(door.app).trips.turn.locked()
        pauses.append(seconds)
        if seconds == LOOK_S:
            raise Enough

    with pytest.raises(Enough):
        await keeper.keep(pause)
    assert pauses == [REST_S, REST_S, REST_S, LOOK_S]


async def test_a_fault_of_a_bots_is_counted_and_the_others_are_gathered(door, client):
    bot = await door.made(client)
    await door.hold(bot["id"])
    async with door.store.reading(None) as tx:
        row = await bots.get(tx, bot["id"])
    odd = made.fill("odd", 1, side=Side.BUY, fee_asset="DOGE", time_ms=NOW_MS)
    await door.store.append(made.step(row, 1, fills=(odd,)))
    keeper = TripKeeper(door.store, memory_in(door.app), CommitsSeen(None))
    await keeper.look()
    assert keeper.failed == 1


async def test_many_bots_with_a_fill_each_are_not_gathered_at_a_stretch(door, client, monkeypatch):
    monkeypatch.setattr("botswain.api.trip_keeper.MOST_FILLS", 20)
    made_bots = [await door.made(client, name=f"ladder-{k}", start=True) for k in range(3)]
    for bot in made_bots:
        await door.hold(bot["id"])
        async with door.store.reading(None) as tx:
            row = await bots.get(tx, bot["id"])
        await door.store.append(made.step(row, 1, fills=(trade(bot["id"], 1, Side.BUY),)))
    keeper = TripKeeper(door.store, memory_in(door.app), CommitsSeen(None))
    assert [await keeper.look() for _ in range(2)] == [False, True]
    async with door.store.reading(None) as tx:
        assert await round_trips.stale(tx) == []
