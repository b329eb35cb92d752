"""The pure halves of adapter and sandbox meet as bytes in one thread, as the simulation has them meet."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from msgspec.structs import replace as changed
from tests.sandbox.scenes import BTC, NOW_MS, Client, candle_market, exchange
from tests.venues.binance.test_requests import ROW

from botswain.core.codes import MARKET
from botswain.model.market_events import Candle
from botswain.model.order_events import OrderReport
from botswain.model.orders import OrderState
from botswain.model.outcomes import Accepted, Answer
from botswain.sandbox.door import Request as SandboxRequest
from botswain.sandbox.exchange import Exchange
from botswain.venues.binance import account_replies, order_replies, queries, requests, stream_messages, user_messages
from botswain.venues.binance.budget import Budget
from botswain.venues.binance.clock import VenueClock
from botswain.venues.binance.desk import Address, Desk
from botswain.venues.binance.facts import RECV_WINDOW_MS
from botswain.venues.binance.outcomes import read, written
from botswain.venues.binance.requests import Call, Grid
from botswain.venues.binance.signing import Credential, http_request
from botswain.venues.binance.stream_messages import Heard
from botswain.venues.binance.transport import NoReply, Reply

GRID = Grid("BTCUSDT", BTC.tick_size, BTC.lot_size)
LOT = 100_000
BUY = changed(ROW, price=9_950, leaves=LOT)


class InlineWire:
    """Carries calls to an exchange by a function call."""

    def __init__(self, found: Exchange) -> None:
        self.exchange = found

    async def send(
        self, call: Call, credential: Credential | None, venue_ms: int, recv_window_ms: int
    ) -> Reply | NoReply:
        built = http_request(call, credential, venue_ms, recv_window_ms)
        status, headers, body = answered(self.exchange, built.method, built.target, built.headers, built.body)
        return Reply(status, headers, body)


def answered(
    found: Exchange, method: str, target: str, headers: Mapping[str, str], body: bytes
) -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(target)
    reply = found.rest(SandboxRequest(method, parts.path, parts.query, body, dict(headers)), NOW_MS)
    return reply.status, {name.lower(): value for name, value in reply.headers.items()}, reply.body


def test_an_order_goes_out_as_bytes_and_its_fill_comes_back_as_events() -> None:
    client = Client(exchange(candle_market()))
    client.listen()
    bars = client.exchange.open_streams(["btcusdt@kline_1m"], "127.0.0.1", NOW_MS, combined=True)
    key = Credential("main", client.key.api_key, client.key.secret)
    call = requests.place(GRID, BUY, "mine")
    built = http_request(call, key, NOW_MS, RECV_WINDOW_MS)
    status, _, body = answered(client.exchange, built.method, built.target, built.headers, built.body)
    outcome = written(call, status, body)
    assert isinstance(outcome, Accepted), outcome
    client.exchange.step(1)
    reports, closed = [], []
    for one in client.exchange.drain():
        reports += [user_messages.message(raw) for raw in client.session.messages(one)]
        raw = bars.message(one)
        found = stream_messages.message(raw) if raw is not None else None
        if isinstance(found, Heard) and isinstance(found.event, Candle) and found.event.closed:
            closed.append(found.event)
    fills = [one for one in reports if isinstance(one, OrderReport) and one.fills]
    assert [(one.client_order_id, one.state, one.filled_qty) for one in fills] == [("mine", OrderState.FILLED, 1)]
    assert [one.close for one in closed] == [101]
    asked = queries.own_trades("BTCUSDT")
    built = http_request(asked, key, NOW_MS, RECV_WINDOW_MS)
    status, _, body = answered(client.exchange, built.method, built.target, built.headers, built.body)
    trades = read(status, body, order_replies.own_trades)
    assert isinstance(trades, Answer)
    assert [one.key for one in trades.data.items] == [fills[0].fills[0].key]


async def test_a_desk_works_over_a_wire_without_sockets() -> None:
    client = Client(exchange(candle_market()))
    address = Address(InlineWire(client.exchange), Budget(), VenueClock(), lambda: NOW_MS)
    desk = Desk(address, Credential("main", client.key.api_key, client.key.secret))
    outcome = await desk.write(requests.place(GRID, changed(BUY, kind=MARKET), "now"))
    assert isinstance(outcome, Accepted), outcome
    assert isinstance(outcome.report, OrderReport)
    assert (outcome.report.state, len(outcome.report.fills)) == (OrderState.FILLED, 1)
    account = await desk.read(queries.account(), account_replies.account)
    assert isinstance(account, Answer)
    # The venue's own count has taken the place of ours.
    assert (
        address.budget.used == int(client.raw("GET", "/api/v3/time", signed=False).headers["X-MBX-USED-WEIGHT-1M"]) - 1
    )
