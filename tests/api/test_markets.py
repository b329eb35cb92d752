"""Markets by what feeds recorded and what the bus last said; candles of any symbol through the wiring."""

from decimal import Decimal

import pytest
from tests.api.desk import desk_on
from tests.store import made
from tests.store.made import NOW_MS

from botswain.api.memory import memory_in
from botswain.api.schemas.live import PriceUpdate
from botswain.api.schemas.markets import Market
from botswain.model.journal import MarketKind
from botswain.model.paper import PaperTerms
from botswain.store import accounts, market, paper_books
from botswain.store.accounts import Account, Environment
from botswain.store.bot_records import CANDLE_ENCODER, Candle
from botswain.store.steps import MarketRow, MarketRows

BTC, ETH = "BTC/USDT", "ETH/USDT"
PLACE = {"venue": "binance", "environment": "sandbox", "timeframe": "1m"}


async def recorded(store, feed, closes, kind=MarketKind.CANDLE):
    """A segment with candles of (symbol, open_ms, close)."""
    segment = market.Segment(made.new_id(), feed, NOW_MS)
    async with store.transaction(None) as tx:
        await market.open_segment(tx, segment)
    rows = []
    for number, (symbol, open_ms, close) in enumerate(closes, 1):
        candle = Candle(symbol, open_ms, close, close, close, close, 1.0, last=True)
        rows.append(MarketRow(number, int(kind), open_ms, CANDLE_ENCODER.encode(candle)))
    await store.append(MarketRows(segment.id, tuple(rows)))
    return segment.id


@pytest.fixture
async def desk(store):
    """A desk whose clock stands where the made rows are."""
    async with desk_on(store.database, await made.tenant(store)) as found:
        found.clock.now_ms = NOW_MS
        yield found


async def test_a_recorded_market_is_off_until_the_bus_speaks_of_it(desk, store):
    start = NOW_MS - 120_000
    await recorded(
        store, "binance sandbox 1m main", [(BTC, start, 100.0), (ETH, start, 9.0), (BTC, start + 60_000, 101.5)]
    )
    await recorded(store, "drawn", [("XRP/USDT", start, 1.0)])
    page = await desk.get("/markets")
    assert page["total"] == 2
    btc, eth = page["items"]
    assert (btc["symbol"], btc["state"], btc["price"], btc["age_ms"]) == (BTC, "off", "101.5", 0)
    assert (eth["symbol"], eth["price"], eth["time_ms"]) == (ETH, "9", start + 60_000)
    words = memory_in(desk.app).words
    market = Market(**PLACE, symbol=ETH, state="stale", price="9.1", change=0.5, time_ms=NOW_MS - 5, age_ms=5)
    words.take(market, NOW_MS - 40)
    eth = (await desk.get("/markets", offset=1))["items"][0]
    assert (eth["price"], eth["age_ms"]) == ("9.1", 45)
    candle = (NOW_MS, 9.0, 9.0, 9.0, 9.25, 1.0)
    # Its own time is another one: how old it is tells our clock.
    price = PriceUpdate(**PLACE, symbol=ETH, price="9.25", time_ms=NOW_MS + 900_000, candle=candle, closed=False)
    words.take(price, NOW_MS - 30)
    eth = (await desk.get("/markets", offset=1))["items"][0]
    assert (eth["state"], eth["price"], eth["change"], eth["age_ms"]) == ("stale", "9.25", 0.5, 30)


async def test_a_close_that_is_recorded_later_for_an_older_time_is_not_the_last(desk, store):
    start = NOW_MS - 600_000
    await recorded(store, "binance live 1m main", [(BTC, start, 100.0), (BTC, start - 60_000, 50.0)])
    assert [one["price"] for one in (await desk.get("/markets"))["items"]] == ["100"]


async def test_paper_accounts_at_prices_of_two_sources_are_two_markets_and_a_bot_names_its_own(desk, store):
    start = NOW_MS - 120_000
    for name, source, close in (("play", "sandbox", 100.0), ("real", "live", 64_000.0)):
        account = Account(made.new_id(), name, "binance", Environment.PAPER, NOW_MS)
        async with store.transaction(desk.caller.tenant_id) as tx:
            await accounts.create(tx, account)
            await paper_books.open_book(tx, account.id, PaperTerms(source, start={"USDT": Decimal(1)}))
        await recorded(store, f"binance paper 1m {name}", [(BTC, start, close)])
    rows = (await desk.get("/markets"))["items"]
    assert {one["source"]: one["price"] for one in rows} == {"sandbox": "100", "live": "64000"}
    where = {"venue": "binance", "environment": "paper", "timeframe": "1m"}
    words = memory_in(desk.app).words
    words.take(
        Market(**where, source="live", symbol=BTC, state="live", price="64001", change=None, time_ms=NOW_MS, age_ms=5),
        NOW_MS,
    )
    rows = (await desk.get("/markets"))["items"]
    assert {one["source"]: (one["state"], one["price"]) for one in rows} == {
        "sandbox": ("off", "100"),
        "live": ("live", "64001"),
    }
    known = {one["name"]: one["source"] for one in (await desk.get("/accounts"))["items"]}
    assert known == {"play": "sandbox", "real": "live"}


MINUTE_MS, DAY_MS = 60_000, 86_400_000


async def changes(desk):
    return {one["symbol"]: one["change"] for one in (await desk.get("/markets"))["items"]}


async def test_the_change_of_a_day_begins_with_the_close_of_a_day_before(desk, store):
    start = NOW_MS - NOW_MS % MINUTE_MS - 2 * DAY_MS
    walk = [(BTC, start + k * MINUTE_MS, 100.0 + k) for k in range(2000)]
    await recorded(store, "binance live 1m main", [*walk[:1500], (ETH, walk[1500][1], 9.0), *walk[1500:]])
    last, before = walk[-1][2], walk[-1441][2]
    assert await changes(desk) == {BTC: pytest.approx(last / before - 1), ETH: None}
    words = memory_in(desk.app).words
    place = {**PLACE, "environment": "live"}
    market = Market(**place, symbol=BTC, state="live", price="4000", change=None, time_ms=NOW_MS, age_ms=1)
    assert words.with_change(market).change == pytest.approx(4000 / before - 1)
    candle = (NOW_MS, 1.0, 1.0, 1.0, 1.0, 1.0)
    words.take(market, NOW_MS)
    price = PriceUpdate(**place, symbol=BTC, price="5000", time_ms=NOW_MS + 1, candle=candle, closed=False)
    words.take(price, NOW_MS)
    assert (await changes(desk))[BTC] == pytest.approx(5000 / before - 1)


async def test_it_follows_the_days_and_knows_what_was_recorded_of_before(desk, store):
    start = NOW_MS - NOW_MS % MINUTE_MS
    history = [(BTC, start - DAY_MS + k * MINUTE_MS, 50.0 + k) for k in range(3)]
    segment = await recorded(store, "binance live 1m main", history, MarketKind.HISTORY)
    for k in range(3):
        candle = Candle(BTC, start + k * MINUTE_MS, 80.0, 80.0, 80.0, 80.0, 1.0, last=True)
        row = MarketRow(4 + k, int(MarketKind.CANDLE), candle.open_ms, CANDLE_ENCODER.encode(candle))
        await store.append(MarketRows(segment, (row,)))
        assert await changes(desk) == {BTC: pytest.approx(80.0 / (50.0 + k) - 1)}


@pytest.mark.parametrize(("minutes", "known"), [(59, True), (62, False)])
async def test_a_price_of_long_before_the_day_is_no_beginning(desk, store, minutes, known):
    start = NOW_MS - NOW_MS % MINUTE_MS
    older = (BTC, start - DAY_MS - minutes * MINUTE_MS, 50.0)
    await recorded(store, "binance live 1m main", [older, (BTC, start, 80.0)])
    assert await changes(desk) == {BTC: pytest.approx(0.6) if known else None}


async def test_candles_of_any_symbol_come_from_the_venue_that_the_process_reaches(desk, store):
    bot = await made.bot(store, desk.caller.tenant_id)
    path = f"/accounts/{bot.account_id}/candles"
    await desk.get(path, 503, symbol=BTC)
    asked = []

    async def read(account, symbol, timeframe, before_ms, limit):
        asked.append((account.id, symbol, timeframe, before_ms, limit))
        return [(NOW_MS, 1.0, 2.0, 0.5, 1.5, 10.0)]

    desk.app.state.venue_candles = read
    found = await desk.get(path, symbol=BTC, timeframe="5m", to_ms=NOW_MS, limit=7)
    assert found["rows"] == [[NOW_MS, 1.0, 2.0, 0.5, 1.5, 10.0]]
    assert (found["symbol"], found["timeframe"], found["indicators"]) == (BTC, "5m", {})
    assert asked == [(bot.account_id, BTC, "5m", NOW_MS, 7)]
    await desk.get(f"/accounts/{made.new_id()}/candles", 404, symbol=BTC)
    desk.sign_in(await made.tenant(store, "other"))
    await desk.get(path, 404, symbol=BTC)
    assert len(asked) == 1


async def test_a_bot_that_never_ran_has_no_candles_and_no_decisions(desk, store):
    bot = await made.bot(store, desk.caller.tenant_id)
    assert (await desk.get(f"/bots/{bot.id}/candles"))["rows"] == []
    assert (await desk.get(f"/bots/{bot.id}/decisions"))["items"] == []
