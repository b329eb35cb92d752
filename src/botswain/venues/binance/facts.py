"""What is true of Binance spot, as data: addresses, limits, weights, orders' words and states, what it can hold.

No logic. Restated from the public documentation; the codes that prove a refusal stand in `refusals`.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from botswain.core.codes import FOK, GTC, IOC, LIMIT, MARKET, POST_ONLY, REDUCE_ONLY, STOP, STOP_LIMIT, TAKE_PROFIT
from botswain.model.intents import Abilities
from botswain.model.orders import OrderKind, OrderState, Side, Tif


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the venue is reached; the environment a key belongs to is bound to these.

    rest     origin of /api/v3, such as https://api.binance.com
    streams  origin of the market streams; /stream is appended
    ws_api   whole address of the WebSocket API
    """

    environment: str
    rest: str
    streams: str
    ws_api: str

    def origins(self) -> frozenset[str]:
        """Where anything may be sent: scheme, host and port of each."""
        return frozenset(origin(one) for one in (self.rest, self.streams, self.ws_api) if one)


def origin(url: str) -> str:
    """Scheme, host and port of an address, spelled one way. Raises ValueError for what is none."""
    found = urlsplit(url)
    port = found.port or PORTS.get(found.scheme, 0)
    return f"{found.scheme}://{found.hostname}:{port}"


PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
PRODUCTION = Addresses(
    "production",
    rest="https://api.binance.com",
    streams="wss://stream.binance.com:9443",
    ws_api="wss://ws-api.binance.com:443/ws-api/v3",
)
TESTNET = Addresses(
    "testnet",
    rest="https://testnet.binance.vision",
    streams="wss://stream.testnet.binance.vision",
    ws_api="wss://ws-api.testnet.binance.vision/ws-api/v3",
)


def loopback(port: int) -> Addresses:
    """The addresses of a sandbox exchange on this machine."""
    at = f"127.0.0.1:{port}"
    return Addresses("sandbox", f"http://{at}", f"ws://{at}", f"ws://{at}/ws-api/v3")


# Time. A short window bounds how late a delayed order can still be accepted (F03).
RECV_WINDOW_MS = 3_000
ENGINE_TIMEOUT_MS = 10_000
READ_LAG_MS = 30_000
OFFSET_ALARM_MS = 500
# From the sending of a write, on the venue's time: only after this can its absence be evidence (faults F02, rule 4).
HORIZON_MS = max(RECV_WINDOW_MS, 5_000) + ENGINE_TIMEOUT_MS + READ_LAG_MS

# What one address may do in a minute, used until exchangeInfo says otherwise.
WEIGHT_LIMIT = 6_000
ORDERS_10S_LIMIT = 50
ORDERS_DAY_LIMIT = 160_000
MINUTE_MS = 60_000

# Streams.
STREAMS_PER_CONNECTION = 1_024
CLIENT_MESSAGES_PER_S = 5
CONNECTION_LIFE_MS = 24 * 3_600_000

CLIENT_ORDER_ID = r"[a-zA-Z0-9\-_]{1,36}"
TIMEFRAMES = frozenset(["1s", "1m", "3m", "5m", "15m", "30m", "1h", "2h", "4h", "6h", "8h", "12h", "1d", "3d", "1w"])

# What it can do beyond placing and cancelling, and which wanted orders it can hold itself.
ABILITIES = Abilities(amends_down=True, replaces=True, lists=True)
HOLDS_FLAGS = POST_ONLY | REDUCE_ONLY  # reduce-only needs nothing on spot: what is not held cannot be sold

# Words. A trigger's type does not say which price it fills at: STOP_LOSS and TAKE_PROFIT become market orders.
TYPE_OF_KIND = {
    MARKET: "MARKET",
    LIMIT: "LIMIT",
    STOP: "STOP_LOSS",
    STOP_LIMIT: "STOP_LOSS_LIMIT",
    TAKE_PROFIT: "TAKE_PROFIT",
}
TIF_WORDS = {GTC: "GTC", IOC: "IOC", FOK: "FOK"}
KINDS = {
    "MARKET": OrderKind.MARKET,
    "LIMIT": OrderKind.LIMIT,
    "LIMIT_MAKER": OrderKind.LIMIT,
    "STOP_LOSS": OrderKind.STOP,
    "STOP_LOSS_LIMIT": OrderKind.STOP_LIMIT,
    "TAKE_PROFIT": OrderKind.TAKE_PROFIT,
    "TAKE_PROFIT_LIMIT": OrderKind.TAKE_PROFIT,
}
SIDES = {"BUY": Side.BUY, "SELL": Side.SELL}
TIFS = {"GTC": Tif.GTC, "IOC": Tif.IOC, "FOK": Tif.FOK}
STATES = {
    "NEW": OrderState.NEW,
    "PENDING_NEW": OrderState.PENDING_NEW,
    "PARTIALLY_FILLED": OrderState.PARTIALLY_FILLED,
    "FILLED": OrderState.FILLED,
    "CANCELED": OrderState.CANCELED,
    "PENDING_CANCEL": OrderState.PENDING_CANCEL,
    "REJECTED": OrderState.REJECTED,
    "EXPIRED": OrderState.EXPIRED,
    "EXPIRED_IN_MATCH": OrderState.EXPIRED,
}
# What an executionReport may be, and the states each can leave an order in.
_ENDS = frozenset({OrderState.CANCELED, OrderState.EXPIRED, OrderState.REJECTED})
_LIVE = frozenset({OrderState.PENDING_NEW, OrderState.NEW, OrderState.PARTIALLY_FILLED})
EXECUTIONS = {
    "NEW": _LIVE,
    "CANCELED": frozenset({OrderState.CANCELED}),
    "REPLACED": _LIVE,
    "REJECTED": frozenset({OrderState.REJECTED}),
    "TRADE": frozenset({OrderState.PARTIALLY_FILLED, OrderState.FILLED}) | _ENDS,
    "EXPIRED": frozenset({OrderState.EXPIRED}),
    "TRADE_PREVENTION": _ENDS | _LIVE,
}

# Weights of requests: what one call costs of the minute's budget.
DEPTH_WEIGHTS = ((100, 5), (500, 25), (1_000, 50), (5_000, 250))
# The one request that is not below /api/v3 but below /sapi/v1; test network and most sandboxes have no such thing.
RESTRICTIONS = "account/apiRestrictions"
WEIGHTS = {
    RESTRICTIONS: 1,
    "time": 1,
    "exchangeInfo": 20,
    "trades": 25,
    "aggTrades": 4,
    "klines": 2,
    "ticker/bookTicker": 4,
    "account": 20,
    "order": 4,
    "openOrders": 6,
    "openOrders all": 80,
    "allOrders": 20,
    "myTrades": 20,
    "myTrades order": 5,
    "orderList": 4,
    "openOrderList": 6,
    "place": 1,
    "order/test": 1,
    "amend": 4,
    "rateLimit/order": 40,
}
