"""A paper account's orders and fills in the words that every venue's are told in."""

from __future__ import annotations

from collections.abc import Iterable

from botswain.core.codes import KIND_NAMES, POST_ONLY, TIF_NAMES
from botswain.model.order_events import OrderReport, OwnTrade
from botswain.model.orders import Liquidity, OrderKind, OrderState, Side, Tif
from botswain.model.paper import PaperOrder, PaperTrade


def report_of(order: PaperOrder, trades: Iterable[PaperTrade] = (), change: str = "") -> OrderReport:
    """An order as it stands, with those of the fills that are its own."""
    return OrderReport(
        market_id=order.market_id,
        client_order_id=order.name,
        venue_order_id=str(order.number),
        list_id=order.group,
        side=side_of(order.side),
        kind=OrderKind(KIND_NAMES[order.asked]),
        post_only=bool(order.flags & POST_ONLY),
        tif=Tif(TIF_NAMES[order.tif]),
        state=OrderState(order.state),
        qty=order.qty * order.lot,
        price=order.price * order.tick,
        trigger=order.trigger * order.tick,
        trailing_bips=0,
        filled_qty=order.filled * order.lot,
        filled_notional=order.notional,
        venue_time_ms=order.changed_ms,
        on_book=order.standing,
        cause=order.cause,
        change=change,
        fills=tuple(trade_of(one) for one in trades if one.order_number == order.number),
    )


def trade_of(one: PaperTrade) -> OwnTrade:
    """A fill."""
    return OwnTrade(
        market_id=one.market_id,
        trade_id=str(one.number),
        venue_order_id=str(one.order_number),
        client_order_id=one.name,
        side=side_of(one.side),
        price=one.price,
        qty=one.qty,
        quote_qty=one.qty * one.price,
        fee=one.fee,
        fee_asset=one.fee_asset,
        liquidity=Liquidity.MAKER if one.maker else Liquidity.TAKER,
        venue_time_ms=one.time_ms,
    )


def side_of(side: int) -> Side:
    """+1 buys."""
    return Side.BUY if side > 0 else Side.SELL
