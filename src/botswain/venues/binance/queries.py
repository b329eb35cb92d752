"""Questions as values: which endpoint, with which parameters, at what weight. Nothing is asked here."""

from __future__ import annotations

from msgspec import Struct

from botswain.model.errors import BadInput
from botswain.venues.binance.facts import DEPTH_WEIGHTS, RESTRICTIONS, TIMEFRAMES, WEIGHTS
from botswain.venues.binance.refusals import Purpose
from botswain.venues.binance.requests import Call, Params

MOST_ROWS = 1_000


class Span(Struct, frozen=True):
    """Which rows: at most `limit`, from an id, or between two times (at most 24 h apart for orders and fills).

    With start_ms (or from_id) the oldest rows from there are told, without it the newest.
    """

    limit: int = MOST_ROWS
    from_id: int | None = None
    start_ms: int | None = None
    end_ms: int | None = None


ALL = Span()


def time() -> Call:
    """The venue's clock."""
    return public("time", ())


def exchange_info(*market_ids: str) -> Call:
    """Rules of these symbols, or of all."""
    listed = ",".join(f'"{one}"' for one in market_ids)
    return public("exchangeInfo", (("symbols", f"[{listed}]"),) if market_ids else ())


def klines(market_id: str, timeframe: str, span: Span = ALL) -> Call:
    """Candles. Raises BadInput for a timeframe the venue has not."""
    if timeframe not in TIMEFRAMES:
        raise BadInput(f"timeframe {timeframe!r} is not one of Binance's: {', '.join(sorted(TIMEFRAMES))}")
    return public("klines", (("symbol", market_id), ("interval", timeframe), *span_params(span, "")))


def trades(market_id: str, limit: int = MOST_ROWS) -> Call:
    """The newest public prints."""
    return public("trades", (("symbol", market_id), ("limit", str(limit))))


def agg_trades(market_id: str, span: Span = ALL) -> Call:
    """Public prints, those of one taker at one price together."""
    return public("aggTrades", (("symbol", market_id), *span_params(span, "fromId")))


def book_ticker(market_id: str = "") -> Call:
    """Best bid and ask of a symbol, or of all."""
    return public("ticker/bookTicker", (("symbol", market_id),) if market_id else ())


def depth(market_id: str, limit: int = MOST_ROWS) -> Call:
    """A snapshot of the book with up to `limit` levels, 1 to 5000."""
    for most, weight in DEPTH_WEIGHTS:
        if limit <= most:
            return Call(
                "GET", "depth", (("symbol", market_id), ("limit", str(limit))), Purpose.READ, weight, signed=False
            )
    raise BadInput(f"a depth of {limit} levels is more than the 5000 that Binance tells")


def account(*, with_empty: bool = False) -> Call:
    """Balances and fee rates."""
    return private("account", () if with_empty else (("omitZeroBalances", "true"),))


def restrictions() -> Call:
    """What the key may do."""
    return private(RESTRICTIONS, ())


def order(market_id: str, *, client_order_id: str = "", venue_order_id: str = "") -> Call:
    """One order by either id. Raises BadInput without one."""
    return private("order", (("symbol", market_id), *order_name(client_order_id, venue_order_id)))


def open_orders(market_id: str = "") -> Call:
    """Orders that work, of a symbol or of all of them (which weighs much more)."""
    if market_id:
        return private("openOrders", (("symbol", market_id),))
    return private("openOrders", (), WEIGHTS["openOrders all"])


def all_orders(market_id: str, span: Span = ALL) -> Call:
    """Orders in every state, by venue order id or time."""
    return private("allOrders", (("symbol", market_id), *span_params(span, "orderId")))


def own_trades(market_id: str, span: Span = ALL, *, venue_order_id: str = "") -> Call:
    """Our fills, of one order or by trade id or time."""
    params = (
        ("symbol", market_id),
        *(("orderId", one) for one in [venue_order_id] if one),
        *span_params(span, "fromId"),
    )
    return private("myTrades", params, WEIGHTS["myTrades order" if venue_order_id else "myTrades"])


def order_list(list_client_id: str) -> Call:
    """An order list by our id of it."""
    return private("orderList", (("origClientOrderId", list_client_id),))


def open_order_lists() -> Call:
    """Order lists that work."""
    return private("openOrderList", ())


def public(path: str, params: Params) -> Call:
    return Call("GET", path, params, Purpose.READ, WEIGHTS[path], signed=False)


def private(path: str, params: Params, weight: int = 0) -> Call:
    return Call("GET", path, params, Purpose.READ, weight or WEIGHTS[path])


def order_name(client_order_id: str, venue_order_id: str) -> Params:
    if client_order_id:
        return (("origClientOrderId", client_order_id),)
    if venue_order_id:
        return (("orderId", venue_order_id),)
    raise BadInput("an order is asked for without an id; give client_order_id or venue_order_id")


def span_params(span: Span, id_name: str) -> Params:
    """Raises BadInput for what the venue would refuse."""
    if not 1 <= span.limit <= MOST_ROWS:
        raise BadInput(f"limit is {span.limit}; Binance tells 1 to {MOST_ROWS} rows at once")
    params = []
    if span.from_id is not None:
        if not id_name or span.start_ms is not None or span.end_ms is not None:
            raise BadInput("give either an id or times to start from, and for candles only times")
        params.append((id_name, str(span.from_id)))
    for name, value in (("startTime", span.start_ms), ("endTime", span.end_ms)):
        if value is not None:
            params.append((name, str(value)))
    return (*params, ("limit", str(span.limit)))
