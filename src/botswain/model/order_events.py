"""What the venue tells of our orders, fills and balances, as frozen values.

Quantities and prices are Decimal as the venue wrote them, times UTC milliseconds. An order's truth is its cumulative
filled_qty; the fills explain it and are keyed by (market_id, trade_id).
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from botswain.model.market_events import ShuttingDown
from botswain.model.orders import FINAL_STATES, Liquidity, OrderKind, OrderState, Side, Tif


class OwnTrade(Struct, frozen=True, gc=False):
    """One fill of ours. client_order_id is empty where the venue did not repeat it (myTrades); fee may be 0 and late.

    fee_asset is empty where no fee was told.
    """

    market_id: str
    trade_id: str
    venue_order_id: str
    client_order_id: str
    side: Side
    price: Decimal
    qty: Decimal
    quote_qty: Decimal
    fee: Decimal
    fee_asset: str
    liquidity: Liquidity
    venue_time_ms: int

    @property
    def key(self) -> tuple[str, str]:
        """Unique for this account."""
        return self.market_id, self.trade_id


class OrderReport(Struct, frozen=True, tag=True):
    """An order as the venue saw it at venue_time_ms.

    list_id            the order list it belongs to, empty for none
    price, trigger     0 where the kind has none
    trailing_bips      0 where it does not trail
    filled_notional    quote paid or received so far
    on_book            whether it rests in the book now (False for an untriggered stop); None where not told
    cause              the venue's own words for why it ended: an expiry or reject reason, or EXPIRED_IN_MATCH
    change             what an event says has happened (NEW, TRADE, ...); empty where this is an answer to a request
    fills              the fills this message carries, which need not be all
    """

    market_id: str
    client_order_id: str
    venue_order_id: str
    list_id: str
    side: Side
    kind: OrderKind
    post_only: bool
    tif: Tif | None
    state: OrderState
    qty: Decimal
    price: Decimal
    trigger: Decimal
    trailing_bips: int
    filled_qty: Decimal
    filled_notional: Decimal
    venue_time_ms: int
    on_book: bool | None = None
    cause: str = ""
    change: str = ""
    fills: tuple[OwnTrade, ...] = ()

    @property
    def leaves_qty(self) -> Decimal:
        """What can still be filled; 0 for a finished order."""
        return Decimal(0) if self.final else self.qty - self.filled_qty

    @property
    def final(self) -> bool:
        """Whether it never works again."""
        return self.state in FINAL_STATES

    @property
    def avg_price(self) -> Decimal | None:
        """Average price of what was filled."""
        return self.filled_notional / self.filled_qty if self.filled_qty else None


class Acknowledged(Struct, frozen=True, tag=True, gc=False):
    """The venue took an order and says no more of it (an ACK): it has an id, its state is to be read."""

    market_id: str
    client_order_id: str
    venue_order_id: str
    list_id: str
    venue_time_ms: int


class ListReport(Struct, frozen=True, tag=True):
    """An order list (OCO). orders: (venue_order_id, client_order_id) of its legs; reports only where they were told."""

    market_id: str
    list_id: str
    list_client_id: str
    contingency: str
    list_status: str
    done: bool
    orders: tuple[tuple[str, str], ...]
    reports: tuple[OrderReport | Acknowledged, ...]
    venue_time_ms: int


class Balance(Struct, frozen=True, gc=False):
    """What an account holds of an asset."""

    asset: str
    free: Decimal
    locked: Decimal


class Account(Struct, frozen=True):
    """An account as a whole. maker_fee and taker_fee are fractions of the notional."""

    can_trade: bool
    maker_fee: Decimal
    taker_fee: Decimal
    update_ms: int
    balances: tuple[Balance, ...]


class BalancesChanged(Struct, frozen=True, tag=True):
    """New free and locked amounts of the assets that may have changed, and of no others."""

    balances: tuple[Balance, ...]
    venue_time_ms: int


class BalanceMoved(Struct, frozen=True, tag=True, gc=False):
    """A deposit, withdrawal or transfer: the change of one asset, not by an order of ours."""

    asset: str
    change: Decimal
    venue_time_ms: int


class UserStreamEnded(Struct, frozen=True, tag=True, gc=False):
    """The venue ended the subscription: from here on nothing is told, so everything has to be read."""

    venue_time_ms: int


class UnsupportedUserEvent(Struct, frozen=True, tag=True, gc=False):
    """A user event of a kind nobody here knows; reported, never guessed."""

    what: str


UserEvent = (
    OrderReport | ListReport | BalancesChanged | BalanceMoved | UserStreamEnded | UnsupportedUserEvent | ShuttingDown
)
