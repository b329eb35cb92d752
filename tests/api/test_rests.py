"""Less than the venue's least order: nobody can sell it by itself, and a person is told so before anything is done."""

from decimal import Decimal

import msgspec
import pytest
from tests.api.door import API, listing, problem_of
from tests.api.test_bots import BOTS, row_of

from botswain.control.rests import Holding, least_order
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.model.journal import MarketKind, RecordKind
from botswain.store import market_pages
from botswain.store.bot_records import TYPES, Candle, Started
from botswain.store.positions import Position
from botswain.store.tables import bots, journal, market_events, market_segments, positions

BTC, ETH = "BTC/USDT", "ETH/USDT"
CLOSE = 64_000.0
RULES = Instrument(BTC, Decimal("0.01"), Decimal("0.00001"), min_notional=Decimal(5))


async def began(door, client, *symbols, name="ladder", follows=None):
    """A running bot that has seen a close of each symbol; follows: the segment of another one's feed, else its own."""
    more = {"symbols": list(symbols), "strategy": "sma_crossover", "parameters": {}} if len(symbols) > 1 else {}
    bot = await door.made(client, name, start=True, **more)
    await door.hold(bot["id"])
    rules = msgspec.json.encode([listing(one).instrument for one in symbols]).decode()
    segment = follows or door.new_id()
    config = (await row_of(door, bot["id"])).config
    first = TYPES.row(Started(config, "", segment, 0, 0, 60_000, 10, rules), 1)
    row = {"bot_id": bot["id"], "seq": 1, "tenant_id": door.tenants["admin"], "kind": RecordKind.STARTED}
    row |= {"version": first.version, "time_ms": 1, "payload": first.payload, "prev_hash": bytes(32), "hash": bytes(32)}
    async with door.store.transaction(None) as tx:
        await tx.insert(journal, row)
        if follows is None:
            await tx.insert(market_segments, {"id": segment, "feed": name, "opened_ms": 0})
        for place, symbol in enumerate(symbols if follows is None else (), 1):
            candle = msgspec.msgpack.encode(Candle(symbol, 0, CLOSE, CLOSE, CLOSE, CLOSE, 1.0, True))
            event = {"segment_id": segment, "sequence": place, "kind": MarketKind.CANDLE, "version": 1, "time_ms": 0}
            await tx.insert(market_events, event | {"payload": candle})
    return {**bot, "segment": segment}


async def holds(door, bot, qty_units, symbol=BTC):
    """A position in units of 1e-8."""
    await door.book(bot["id"], 0, symbol=symbol)
    async with door.store.transaction(None) as tx:
        here = tx.update(positions).where(positions.c.bot_id == bot["id"], positions.c.symbol == symbol)
        await tx.change(here.values(qty_units=qty_units, qty_scale=8))


async def listed(client, **asked):
    found = (await client.get(f"{API}/positions", params=asked)).json()
    assert found["total"] == len(found["items"])
    return found["items"]


async def open_count(client):
    return (await client.get(f"{API}/summary")).json()["open_positions"]


@pytest.mark.parametrize("path", ["/bots/{}/flatten", "/positions/{}/close"])
async def test_who_asks_to_sell_a_rest_is_told_what_stays_and_why_and_nothing_is_done(door, client, path):
    bot = await began(door, client, BTC)
    await holds(door, bot, 3525)
    said = problem_of(await client.post(API + path.format(bot["id"])), 409, "below_least_order")
    assert (
        "holds 0.00003525 BTC, worth 2.26 USDT: the venue's least order is 0.00008 BTC (worth at least 5 USDT)" in said
    )
    assert "stays until the bot buys more" in said
    assert (await row_of(door, bot["id"])).halted_by is None
    # One lot more than the least order is sold.
    await door.book(bot["id"], 0, symbol=ETH)
    async with door.store.transaction(None) as tx:
        await tx.change(tx.update(positions).where(positions.c.symbol == BTC).values(qty_units=8000))
    assert (await client.post(API + path.format(bot["id"]))).status_code == 200


async def test_a_rest_beside_what_can_be_sold_refuses_nothing(door, client):
    bot = await began(door, client, BTC, ETH)
    await holds(door, bot, 3525)
    await holds(door, bot, 50_000, ETH)
    assert (await client.post(f"{BOTS}/{bot['id']}/flatten")).status_code == 200


async def test_what_the_venue_would_take_by_its_rules_of_now_is_not_refused(door, client):
    bot = await began(door, client, BTC)
    await holds(door, bot, 3525)
    door.venues.down = "it does not answer"
    problem_of(await client.post(f"{BOTS}/{bot['id']}/flatten"), 409, "below_least_order")
    door.venues.down = ""
    looser = msgspec.structs.replace(listing(BTC), instrument=Instrument(BTC, Decimal("0.01"), Decimal("0.00001")))
    door.venues.table[BTC] = looser
    assert (await client.post(f"{BOTS}/{bot['id']}/flatten")).status_code == 200


async def test_a_rest_is_told_with_the_least_order_and_is_not_among_what_is_open(door, client):
    bot = await began(door, client, BTC)
    await holds(door, bot, 3525)
    [one] = await listed(client)
    assert (one["rest"], one["least"], one["qty"], one["value"]) == (True, "0.00008", "0.00003525", "2.256")
    assert await listed(client, open=True) == []
    assert [each["symbol"] for each in await listed(client, open=False)] == [BTC]
    assert await open_count(client) == 0
    async with door.store.transaction(None) as tx:
        await tx.change(tx.update(positions).values(qty_units=-8000))
    [one] = await listed(client, open=True)
    assert (one["rest"], one["least"]) == (False, "0.00008")
    assert await listed(client, open=False) == []
    assert await open_count(client) == 1


async def test_what_a_bot_that_was_put_away_held_is_told_and_is_not_among_what_is_open(door, client):
    bot = await began(door, client, BTC)
    await holds(door, bot, 50_000)
    assert [one["put_away"] for one in await listed(client, open=True)] == [False]
    async with door.store.transaction(None) as tx:
        await tx.change(tx.update(bots).where(bots.c.id == bot["id"]).values(archived_ms=1))
    assert await listed(client, open=True) == []
    for asked in ({}, {"open": False}, {"bot_id": bot["id"]}):
        assert [(one["put_away"], one["qty"]) for one in await listed(client, **asked)] == [(True, "0.0005")]


async def test_a_bot_tells_its_rests_beside_its_positions_and_not_among_them(door, client):
    bot = await began(door, client, BTC, ETH)
    idle = await door.made(client, "idle")
    await holds(door, bot, 3525)
    await holds(door, bot, -50_000, ETH)

    async def told(bot_id):
        one = (await client.get(f"{BOTS}/{bot_id}")).json()
        [listed_one] = [each for each in (await client.get(BOTS)).json()["items"] if each["id"] == bot_id]
        assert listed_one == one
        return one["open_positions"], one["rests"]

    assert await told(bot["id"]) == (1, 1)
    assert await told(idle["id"]) == (0, 0)
    async with door.store.transaction(None) as tx:
        await tx.change(tx.update(positions).where(positions.c.symbol == ETH).values(qty_units=0))
    assert await told(bot["id"]) == (0, 1)
    async with door.store.transaction(None) as tx:
        await tx.change(tx.update(positions).where(positions.c.symbol == BTC).values(qty_units=9000))
    assert await told(bot["id"]) == (1, 0)


async def test_a_bot_whose_first_row_cannot_be_read_has_no_rests_and_is_listed(door, client, monkeypatch):
    bot = await began(door, client, BTC)
    await holds(door, bot, 3525)

    def unreadable(_started):
        raise BadInput("its settings cannot be read")

    monkeypatch.setattr("botswain.control.bot_terms.terms_of", unreadable)
    [one] = (await client.get(BOTS)).json()["items"]
    assert (one["open_positions"], one["rests"]) == (1, 0)


async def test_a_feed_is_asked_once_for_the_positions_of_all_its_bots(door, client, monkeypatch):
    first = await began(door, client, BTC)
    second = await began(door, client, BTC, name="other", follows=first["segment"])
    for bot in (first, second):
        await holds(door, bot, 50_000)
    asked, newest = [], market_pages.newest

    async def counted(tx, segment, **more):
        asked.append(segment)
        return await newest(tx, segment, **more)

    monkeypatch.setattr(market_pages, "newest", counted)
    assert [one["price"] for one in await listed(client)] == ["64000", "64000"]
    assert asked == [first["segment"]]


async def test_a_venue_is_not_waited_for_where_its_rules_change_nothing(door, client):
    asked, listings = [], door.venues.listings

    async def counted(account):
        asked.append(account)
        return await listings(account)

    bot = await began(door, client, BTC)
    door.venues.listings = counted
    problem_of(await client.post(f"{BOTS}/{bot['id']}/flatten"), 409, "holds_nothing")
    await holds(door, bot, 50_000)
    assert (await client.post(f"{BOTS}/{bot['id']}/flatten")).status_code == 200
    assert asked == []


async def test_pages_of_what_is_open_leave_nothing_out(door, client):
    for place in range(3):
        bot = await began(door, client, BTC, name=f"ladder {place}")
        await holds(door, bot, 3525 if place == 1 else 9000)
    pages = [
        (await client.get(f"{API}/positions", params={"open": True, "limit": 1, "offset": k})).json() for k in (0, 1, 2)
    ]
    assert [[one["bot_name"] for one in page["items"]] for page in pages] == [["ladder 0"], ["ladder 2"], []]
    assert {page["total"] for page in pages} == {2}


async def test_a_rest_does_not_keep_a_bot_from_other_settings(door, client):
    bot = await began(door, client, BTC)
    await holds(door, bot, 9000)
    await client.post(f"{BOTS}/{bot['id']}/stop")
    door.dead.add("an engine")
    path, body = f"{BOTS}/{bot['id']}", {"settings": door.settings() | {"parameters": {"levels": 7}}}
    problem_of(await client.patch(path, json=body, headers={"If-Match": "*"}), 409, "holds_position")
    async with door.store.transaction(None) as tx:
        await tx.change(tx.update(positions).values(qty_units=3525))
    assert (await client.patch(path, json=body, headers={"If-Match": "*"})).status_code == 200


@pytest.mark.parametrize(
    ("rules", "price", "least"),
    [
        (RULES, Decimal(64_000), "0.00008"),
        (RULES, Decimal(50_000), "0.0001"),
        (RULES, None, "0.00001"),
        (Instrument(BTC, Decimal("0.01"), Decimal("0.001"), min_qty=Decimal("0.0015")), Decimal(1), "0.002"),
    ],
)
def test_the_least_order_is_in_whole_lots_and_meets_every_rule(rules, price, least):
    assert least_order(rules, price) == Decimal(least)


def test_what_is_not_known_makes_no_rest():
    values = dict.fromkeys(("cost", "realized", "fees"), Decimal(0)) | {"qty": Decimal("1e-9"), "dust": Decimal(0)}
    one = Position(bot_id="b", account_id="a", symbol=BTC, seq=1, time_ms=1, **values)
    assert not Holding(one).is_rest
    assert Holding(one, RULES).text() == "0.000000001 BTC: the venue's least order is 0.00001 BTC"
