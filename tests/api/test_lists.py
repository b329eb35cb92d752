"""Orders, fills and positions over HTTP: filters, pages, words, tables, and that nobody sees another's."""

import csv
import io
from decimal import Decimal

import pytest
from tests.api.desk import desk_on
from tests.store import made
from tests.store.made import NOW_MS

from botswain.history.instants import iso
from botswain.model.orders import OrderState, Side

BTC, ETH = "BTC/USDT", "ETH/USDT"
STOPPED = {"symbol": ETH, "fee_asset": "USDT", "reason": 301, "time_ms": NOW_MS + 5}


@pytest.fixture
async def desk(store):
    """A desk; signed in is the usual tenant."""
    async with desk_on(store.database, await made.tenant(store)) as found:
        yield found


async def busy(store, tenant_id, name="grid"):
    """A bot with three orders: one filled, one that works, one refused; and a short position in ETH."""
    bot = await made.bot(store, tenant_id, name)
    filled, works = made.order(1, slot=1), made.order(1, slot=2, price_ticks=None, time_ms=NOW_MS + 1)
    refused = made.order(2, slot=3, side=Side.SELL, symbol=ETH, flags=4, trigger_ticks=390, time_ms=NOW_MS + 2)
    events = (
        made.event(filled, 1, OrderState.FILLED, 5),
        made.event(refused, 2, OrderState.REJECTED, code="-2010", reason=204),
    )
    fills = (
        made.fill(f"{name} 1", 1, client_order_id=filled.client_order_id, slot=1),
        made.fill(
            f"{name} 2",
            2,
            symbol=ETH,
            fee_asset="USDT",
            side=Side.SELL,
            realized=Decimal("-1.50"),
            reason=301,
            time_ms=NOW_MS + 5,
        ),
    )
    short = made.position(2, symbol=ETH, qty=Decimal("-0.005"), cost=Decimal("0.6"), dust=Decimal("0.0001"))
    rows = {"orders": (filled, works, refused), "order_events": events, "fills": fills}
    await store.append(made.step(bot, 1, 2, positions=(made.position(1), short), **rows))
    return bot, filled, works, refused


async def test_orders_come_the_newest_first_with_their_state_in_words(desk, store):
    bot, filled, works, refused = await busy(store, desk.caller.tenant_id)
    page = await desk.get("/orders")
    assert [one["client_order_id"] for one in page["items"]] == [
        refused.client_order_id,
        works.client_order_id,
        filled.client_order_id,
    ]
    assert (page["total"], page["limit"], page["offset"]) == (3, 100, 0)
    last, market, first = page["items"]
    assert (last["state"], last["working"], last["protective"], last["trigger"]) == ("rejected", False, True, "97.5")
    assert (market["state"], market["working"], market["price"]) == ("new", True, None)
    assert (first["state"], first["qty"], first["filled_qty"], first["price"]) == ("filled", "0.005", "0.005", "100.25")
    assert first["bot_name"] == "grid"
    assert first["events"] is None
    assert (await desk.get("/orders", bot_id=bot.id))["total"] == 3


async def test_filters_of_orders_are_those_of_the_page(desk, store):
    bot, filled, works, refused = await busy(store, desk.caller.tenant_id)

    async def found(**asked):
        page = await desk.get("/orders", **asked)
        names = {filled.client_order_id: "filled", works.client_order_id: "works", refused.client_order_id: "refused"}
        assert page["total"] == len(page["items"]) + asked.get("offset", 0) or "limit" in asked
        return [names[one["client_order_id"]] for one in page["items"]]

    for more in ({}, {"bot_id": bot.id}):
        assert await found(working=True, **more) == ["works"]
        assert await found(working=False, **more) == ["refused", "filled"]
        assert await found(state="rejected", **more) == ["refused"]
        assert await found(state="new", **more) == ["works"]
        assert await found(state="new", working=True, **more) == ["works"]
        assert await found(state="filled", working=True, **more) == []
        assert await found(state="pending_new", **more) == []
        assert await found(symbol=ETH, **more) == ["refused"]
        assert await found(symbol=ETH, working=True, **more) == []
        assert await found(from_ms=NOW_MS + 1, to_ms=NOW_MS + 2, **more) == ["works"]
        assert await found(from_ms=NOW_MS + 2, working=True, **more) == []
        assert await found(limit=1, offset=1, **more) == ["works"]
        assert await found(offset=3, **more) == []
    assert await found(bot_id=made.new_id()) == []


async def test_what_works_is_followed_along_the_journal(desk, store):
    bot, _, works, _ = await busy(store, desk.caller.tenant_id)

    async def working():
        found = await desk.get("/orders", working=True)
        assert found["total"] == len(found["items"])
        return [one["client_order_id"] for one in found["items"]]

    assert await working() == [works.client_order_id]
    more, gone = made.order(3, slot=7, time_ms=NOW_MS + 9), made.order(3, slot=8)
    ended = (made.event(works, 3, OrderState.CANCELED), made.event(gone, 3, OrderState.EXPIRED))
    await store.append(made.step(bot, 3, orders=(more, gone), order_events=ended))
    assert await working() == [more.client_order_id]
    await store.append(made.step(bot, 4, order_events=(made.event(more, 4, OrderState.FILLED, 5),)))
    assert await working() == []


async def test_one_order_comes_with_its_whole_life(desk, store):
    _, filled, _, refused = await busy(store, desk.caller.tenant_id)
    one = await desk.get(f"/orders/{refused.client_order_id}")
    asked = {
        "seq": 2,
        "state": "asked",
        "filled_qty": "0",
        "reason": "",
        "code": None,
        "time_ms": NOW_MS + 2,
        "here_ms": None,
    }
    assert one["events"] == [
        asked,
        {
            "seq": 2,
            "state": "rejected",
            "filled_qty": "0",
            "reason": "insufficient_balance",
            "code": "-2010",
            "time_ms": NOW_MS,
            "here_ms": None,
        },
    ]
    life = (await desk.get(f"/orders/{filled.client_order_id}"))["events"]
    assert [(each["state"], each["filled_qty"], each["reason"]) for each in life] == [
        ("asked", "0", ""),
        ("new", "0", ""),
        ("filled", "0.005", "grid"),
    ]
    await desk.get(f"/orders/{made.new_id()}", 404)
    await desk.get("/orders/nonsense", 404)
    await desk.get("/orders", 422, state="open")


async def test_the_name_that_the_venue_gave_an_order_is_told_whatever_became_of_it_since(desk, store):
    bot = await made.bot(store, desk.caller.tenant_id)
    moved, named_anew, never = made.order(1, slot=1), made.order(1, slot=2), made.order(1, slot=3)
    events = (
        made.event(moved, 2, OrderState.NEW, venue_order_id="59"),
        made.event(moved, 3, OrderState.PARTIALLY_FILLED, 2),
        made.event(moved, 4, OrderState.PENDING_CANCEL, 2),
        made.event(moved, 5, OrderState.CANCELED, 2),
        made.event(named_anew, 2, OrderState.NEW, venue_order_id="60"),
        made.event(named_anew, 3, OrderState.NEW, venue_order_id="61"),
        made.event(named_anew, 4, OrderState.FILLED, 5),
        made.event(never, 2, OrderState.REJECTED),
    )
    await store.append(made.step(bot, 1, 5, orders=(moved, named_anew, never), order_events=events))
    names = {moved.client_order_id: "59", named_anew.client_order_id: "61", never.client_order_id: None}
    for asked in ({}, {"bot_id": bot.id}, {"working": False}, {"state": "canceled"}):
        items = (await desk.get("/orders", **asked))["items"]
        assert items
        assert all(one["venue_order_id"] == names[one["client_order_id"]] for one in items)
    life = await desk.get(f"/orders/{moved.client_order_id}")
    assert life["venue_order_id"] == "59"
    assert [one["state"] for one in life["events"]] == [
        "asked",
        "new",
        "partially_filled",
        "pending_cancel",
        "canceled",
    ]


async def test_fills_have_words_and_decimals_and_their_filters(desk, store):
    bot, filled, _, _ = await busy(store, desk.caller.tenant_id)
    page = await desk.get("/fills")
    stop, first = page["items"]
    assert (stop["reason"], stop["realized"], stop["side"], stop["id"]) == (
        "stop_loss",
        "-1.5",
        "sell",
        f"{bot.id}.2.0",
    )
    assert (first["reason"], first["fee"], first["client_order_id"]) == ("grid", "0.000005", filled.client_order_id)
    for asked, ids in (
        ({"symbol": ETH}, [stop["id"]]),
        ({"side": "buy"}, [first["id"]]),
        ({"to_ms": NOW_MS + 5}, [first["id"]]),
        ({"from_ms": NOW_MS + 5}, [stop["id"]]),
        ({"limit": 1, "offset": 1}, [first["id"]]),
        ({"offset": 2}, []),
    ):
        for more in ({}, {"bot_id": bot.id}):
            assert [one["id"] for one in (await desk.get("/fills", **asked, **more))["items"]] == ids
    await desk.get("/fills", 422, side="long")
    await desk.get("/fills", 404, bot_id="nonsense")


async def table(desk, **asked):
    answer = await desk.client.get("/api/v1/fills", params=asked, headers={"Accept": "text/csv"})
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text)))


async def test_a_table_of_fills_is_whole_and_safe_in_a_spreadsheet(desk, store):
    bot, *_ = await busy(store, desk.caller.tenant_id, "=HYPERLINK(1)")
    fills = tuple(made.fill(f"more {n}", 3, time_ms=NOW_MS + 5) for n in range(2_500))
    await store.append(made.step(bot, 3, fills=fills))
    for asked in ({}, {"bot_id": bot.id}):
        rows = await table(desk, **asked)
        assert len({row["id"] for row in rows}) == len(rows) == 2_502
        assert {row["bot_name"] for row in rows} == {"'=HYPERLINK(1)"}
        assert {row["realized"] for row in rows} == {"0", "-1.5"}
        assert {(row["time_ms"], row["time"]) for row in rows} >= {(str(NOW_MS + 5), iso(NOW_MS + 5))}
    rows = await table(desk, symbol=ETH)
    assert [row["symbol"] for row in rows] == [ETH]
    assert await table(desk, bot_id=made.new_id()) == []
    assert (await desk.get("/fills"))["total"] == 2_502


async def test_positions_are_valued_only_where_a_close_is_known(desk, store):
    await busy(store, desk.caller.tenant_id)
    page = await desk.get("/positions", open=True)
    held, short = page["items"]
    assert (held["symbol"], held["avg_price"], held["price"], held["unrealized"]) == (BTC, "100.25", None, None)
    assert held["price_ms"] is None
    assert (short["qty"], short["avg_price"], short["dust"]) == ("-0.005", "120", "0.0001")
    assert (await desk.get("/positions", open=False))["items"] == []
    assert [one["symbol"] for one in (await desk.get("/positions", symbol=ETH))["items"]] == [ETH]


@pytest.mark.parametrize("path", ["/orders", "/fills", "/positions", "/round-trips"])
async def test_words_that_no_symbol_has_are_refused_before_the_database_sees_them(desk, path):
    for symbol in ("a\0b", "", "x" * 65):
        await desk.get(path, 422, symbol=symbol)
    assert (await desk.get(path, symbol="'; DROP TABLE fills; --"))["items"] == []


async def test_another_tenant_sees_nothing_of_it(desk, store):
    bot, filled, *_ = await busy(store, desk.caller.tenant_id)
    assert (await desk.get("/orders", working=True))["total"] == 1
    assert (await desk.get("/round-trips"))["total"] == 2
    desk.sign_in(await made.tenant(store, "other"))
    for path in ("/orders", "/fills", "/positions", "/round-trips"):
        for asked in ({}, {"bot_id": bot.id}):
            assert (await desk.get(path, **asked))["items"] == []
            assert (await desk.get(path, **asked))["total"] == 0
    assert (await desk.get("/orders", working=True, bot_id=bot.id))["items"] == []
    assert (await desk.get("/equity", environment="paper"))["points"] == []
    assert await table(desk) == []
    for path in (
        f"/orders/{filled.client_order_id}",
        *(f"/bots/{bot.id}/{one}" for one in ("equity", "decisions", "candles")),
    ):
        await desk.get(path, 404)
