"""The adapter and the sandbox exchange over loopback: orders, fills, streams and the faults of the wire."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace as changed
from tests.sandbox.ports import Site, served
from tests.sandbox.scenes import BTC, MINUTE_MS, START_MS, exchange
from tests.venues.binance.sandboxed import BUY, GRID, LOT, asked, desk, fault, placed

from botswain.core.codes import MARKET, POST_ONLY, STOP, TAKE_PROFIT
from botswain.model.intents import Request
from botswain.model.order_events import ListReport, OrderReport
from botswain.model.orders import Liquidity, OrderState
from botswain.model.outcomes import Absent, Accepted, Answer, Failed, Refused, Replaced, Unknown
from botswain.venues.binance import account_replies, market_replies, order_replies, queries, requests
from botswain.venues.binance.queries import Span
from botswain.venues.binance.rules import rules


@pytest.fixture
def site() -> Iterator[Site]:
    with served(exchange()) as found:
        yield found


async def test_rules_candles_trades_quotes_and_the_account_are_read(site: Site) -> None:
    site.step(3)
    async with desk(site) as d:
        listed = await d.read(queries.exchange_info("BTCUSDT"), rules)
        assert isinstance(listed, Answer)
        (one,) = listed.data.listings.items
        instrument = one.instrument
        assert (instrument.symbol, instrument.tick_size, instrument.lot_size) == (
            "BTC/USDT",
            BTC.tick_size,
            BTC.lot_size,
        )
        assert (instrument.min_notional, one.trading, one.oco, one.replaces, one.amends) == (5, True, True, True, True)
        span = Span(start_ms=START_MS)
        bars = await d.read(
            queries.klines("BTCUSDT", "1m", span),
            lambda raw: market_replies.candles(raw, "BTCUSDT", "1m", START_MS + 3 * MINUTE_MS),
        )
        assert isinstance(bars, Answer)
        assert [(one.close, one.closed) for one in bars.data.items][:4] == [
            (101, True),
            (104, True),
            (96, True),
            (96, False),
        ]
        prints = await d.read(queries.agg_trades("BTCUSDT"), lambda raw: market_replies.agg_trades(raw, "BTCUSDT"))
        assert isinstance(prints, Answer)
        assert prints.data.items[-1].price == 96
        quote = await d.read(queries.book_ticker("BTCUSDT"), market_replies.quotes)
        assert isinstance(quote, Answer)
        assert quote.data.items[0].ask == 96
        account = await d.read(queries.account(), account_replies.account)
        assert isinstance(account, Answer)
        assert {one.asset: one.free for one in account.data.balances} == {"USDT": 10000, "BTC": 10}
        assert (account.data.maker_fee, d.address.budget.used > 0) == (Decimal("0.001"), True)


async def test_an_order_lives_through_all_its_writes(site: Site) -> None:
    async with desk(site) as d:
        assert isinstance(await d.write(requests.test_order(GRID, BUY, "t")), Accepted)
        assert (await placed(d, BUY, "a")).state is OrderState.NEW
        amended = await d.write(requests.amend(GRID, "a", LOT // 2))
        assert isinstance(amended, Accepted)
        assert isinstance(amended.report, OrderReport)
        assert (amended.report.qty, amended.report.client_order_id) == (Decimal("0.5"), "a")
        both = await d.write(requests.of_request(GRID, Request("a", "b", changed(BUY, price=9_100))))
        assert isinstance(both, Replaced)
        assert isinstance(both.cancel, Accepted)
        assert isinstance(both.place, Accepted)
        assert (await asked(d, "a")).state is OrderState.CANCELED
        works = await d.read(queries.open_orders("BTCUSDT"), order_replies.orders)
        assert isinstance(works, Answer)
        assert [(one.client_order_id, one.price) for one in works.data.items] == [("b", 91)]
        gone = await d.write(requests.cancel("BTCUSDT", "b"))
        assert isinstance(gone, Accepted)
        assert isinstance(gone.report, OrderReport)
        assert (gone.report.client_order_id, gone.report.state) == ("b", OrderState.CANCELED)
        again = await d.write(requests.cancel("BTCUSDT", "b"))
        assert isinstance(again, Refused)
        assert again.code == -2011
        never = await d.read(queries.order("BTCUSDT", client_order_id="never"), order_replies.order)
        assert never == Absent()


async def test_a_market_orders_fills_are_those_of_its_reply_and_of_my_trades(site: Site) -> None:
    async with desk(site) as d:
        report = await placed(d, changed(BUY, kind=MARKET), "m")
        (fill,) = report.fills
        assert (report.state, fill.price, fill.qty, fill.fee, fill.fee_asset) == (
            OrderState.FILLED,
            100,
            1,
            Decimal("0.001"),
            "BTC",
        )
        trades = await d.read(queries.own_trades("BTCUSDT"), order_replies.own_trades)
        assert isinstance(trades, Answer)
        (told,) = trades.data.items
        assert (told.key, told.qty, told.fee, told.liquidity) == (fill.key, fill.qty, fill.fee, Liquidity.TAKER)


async def test_post_only_and_poor_orders_are_refused_with_a_proof(site: Site) -> None:
    async with desk(site) as d:
        for row in (
            changed(BUY, price=10_100, flags=POST_ONLY),
            changed(BUY, leaves=LOT * 1000),
            changed(BUY, leaves=1),
        ):
            refused = await d.write(requests.place(GRID, row, "x"))
            assert isinstance(refused, Refused)
            assert refused.code in (-2010, -1013)


async def test_a_pair_of_exits_is_one_list_and_one_ends_the_other(site: Site) -> None:
    profit = changed(BUY, side=-1, price=10_300)
    stop = changed(BUY, side=-1, kind=STOP, trigger=9_800)
    async with desk(site) as d:
        outcome = await d.write(requests.oco(GRID, "list", ("p", profit), ("s", stop)))
        assert isinstance(outcome, Accepted), outcome
        assert isinstance(outcome.report, ListReport)
        assert {name for _, name in outcome.report.orders} == {"p", "s"}
        site.step(2)
        assert ((await asked(d, "p")).state, (await asked(d, "s")).state) == (OrderState.FILLED, OrderState.EXPIRED)


async def test_triggers_of_both_directions_are_held(site: Site) -> None:
    async with desk(site) as d:
        assert (await placed(d, changed(BUY, kind=STOP, trigger=10_400), "s")).trigger == 104
        assert (await placed(d, changed(BUY, kind=TAKE_PROFIT, trigger=9_950), "t")).on_book in (None, False)
        site.step(2)
        assert (await asked(d, "s")).state is OrderState.FILLED
        assert (await asked(d, "t")).state is OrderState.FILLED


LOST = [
    ("drop_reply", {}, True),
    ("drop_request", {}, False),
    ("error_after_accept", {}, True),
    ("error_after_accept", {"code": -1006, "status": 500}, True),
    ("rename_field", {}, True),
]


@pytest.mark.parametrize(("name", "settings", "arrived"), LOST)
async def test_what_the_wire_does_to_a_new_order_is_unknown_and_reading_resolves_it(
    site: Site, name: str, settings: dict[str, Any], arrived: bool
) -> None:
    async with desk(site, deadline_s=1.0) as d:
        fault(site, name, method="order.place", **settings)
        assert isinstance(await d.write(requests.place(GRID, BUY, "u")), Unknown)
        found = await d.read(queries.order("BTCUSDT", client_order_id="u"), order_replies.order)
        assert isinstance(found, Answer if arrived else Absent)


async def test_limits_bans_and_failed_reads(site: Site) -> None:
    async with desk(site) as d:
        fault(site, "lookup_refused")
        assert isinstance(await d.read(queries.open_orders("BTCUSDT"), order_replies.orders), Failed)
        await placed(d, BUY, "a")
        await placed(d, BUY, "b")
        fault(site, "corrupt_row", method="openOrders.status")
        works = await d.read(queries.open_orders("BTCUSDT"), order_replies.orders)
        assert isinstance(works, Answer)
        assert (len(works.data.items), len(works.data.broken)) == (1, 1)
        fault(site, "ban", retry_after=60)
        assert isinstance(await d.read(queries.account(), account_replies.account), Failed)
        stopped = await d.write(requests.cancel("BTCUSDT", "a"))
        assert isinstance(stopped, Refused)
        assert (stopped.sent, d.address.budget.banned) == (False, True)


async def test_a_clock_that_is_off_is_measured_and_orders_still_arrive(site: Site) -> None:
    async with desk(site) as d:
        fault(site, "clock_skew", offset_ms=7_000, times=-1)
        refused = await d.write(requests.place(GRID, BUY, "early"))
        assert isinstance(refused, Refused)
        assert refused.code == -1021
        assert await d.set_clock() is None
        assert abs(d.address.clock.offset_ms - 7_000) < 400
        assert d.address.clock.alarm
        assert (await placed(d, BUY, "now")).state is OrderState.NEW
