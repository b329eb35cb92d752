"""User data, decoded: what the WebSocket API sends of our orders and balances, and its answers to requests.

An executionReport of a fill carries exactly one fill. An order that ends after partial fills keeps what was filled.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import msgspec
from msgspec import Struct

from botswain.model.market_events import ShuttingDown
from botswain.model.order_events import (
    Balance,
    BalanceMoved,
    BalancesChanged,
    ListReport,
    OrderReport,
    OwnTrade,
    UnsupportedUserEvent,
    UserEvent,
    UserStreamEnded,
)
from botswain.model.orders import Liquidity
from botswain.venues.binance.facts import EXECUTIONS, KINDS, SIDES, STATES, TIFS
from botswain.venues.binance.order_replies import NO_LIST, cause_of, list_name
from botswain.venues.binance.wire import ABSENT, Unreadable, decode, figure, present, signed, word

NO_TRADE = -1


class ApiReply(Struct, frozen=True):
    """The answer to a WebSocket API request. code 0: done."""

    id: int | str | None
    status: int
    code: int
    text: str
    result: bytes


class _Envelope(Struct):
    event: msgspec.Raw = ABSENT
    id: int | str | None = None
    status: int | None = None
    result: msgspec.Raw = ABSENT
    error: msgspec.Raw = ABSENT


class _Error(Struct):
    code: int
    msg: str = ""


class _Head(Struct):
    e: str
    E: int = 0


class _Execution(Struct):
    """An executionReport; only what is used. Letters are the venue's."""

    s: str
    c: str
    S: str
    o: str
    f: str
    q: Decimal
    p: Decimal
    P: Decimal
    C: str
    x: str
    X: str
    r: str
    i: int
    l: Decimal
    z: Decimal
    L: Decimal
    n: Decimal
    N: str | None
    T: int
    t: int
    w: bool
    m: bool
    Z: Decimal
    Y: Decimal
    g: int = NO_LIST
    d: int = 0
    eR: str = ""


class _Holding(Struct):
    a: str
    f: Decimal
    l: Decimal


class _Position(Struct):
    u: int
    B: list[_Holding]


class _Move(Struct):
    a: str
    d: Decimal
    T: int


class _Leg(Struct):
    s: str
    i: int
    c: str


class _List(Struct):
    s: str
    g: int
    c: str
    l: str
    L: str
    C: str
    T: int
    O: list[_Leg]


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_ERROR = msgspec.json.Decoder(_Error)
_HEAD = msgspec.json.Decoder(_Head)
_EXECUTION = msgspec.json.Decoder(_Execution)
_POSITION = msgspec.json.Decoder(_Position)
_MOVE = msgspec.json.Decoder(_Move)
_LIST = msgspec.json.Decoder(_List)

Payload = bytes | msgspec.Raw


def message(raw: bytes) -> UserEvent | ApiReply:
    """A message of /ws-api/v3. Raises Unreadable."""
    found = decode(_ENVELOPE, "a user message", raw)
    if present(found.event):
        return event(found.event)
    if found.status is None:
        # Notices of the connection come without an envelope.
        return event(raw)
    if present(found.error):
        error = decode(_ERROR, "an API error", found.error)
        return ApiReply(found.id, found.status, error.code or NO_TRADE, error.msg, b"")
    return ApiReply(found.id, found.status, 0, "", bytes(found.result))


def event(raw: Payload) -> UserEvent:
    """One user event, without its envelope. Raises Unreadable."""
    head = decode(_HEAD, "a user event", raw)
    reader = _READERS.get(head.e)
    if reader is not None:
        return reader(raw)
    if head.e == "eventStreamTerminated":
        return UserStreamEnded(head.E)
    if head.e == "serverShutdown":
        return ShuttingDown(head.E)
    return UnsupportedUserEvent(head.e)


def execution(raw: Payload) -> OrderReport:
    """An executionReport. Raises Unreadable, also where its two words for what happened contradict each other."""
    one = decode(_EXECUTION, "an executionReport", raw)
    # The id of a cancel stands in c, and in C that of the order it concerns; an amended order has a new name in c.
    name = one.C if one.C and one.x != "REPLACED" else one.c
    what = f"the executionReport of {name}"
    state = word(what, "X", one.X, STATES)
    if state not in word(what, "x", one.x, EXECUTIONS):
        raise Unreadable(f"{what} cannot be read: x is {one.x!r} but X is {one.X!r}; the order is to be queried")
    side = word(what, "S", one.S, SIDES)
    reason = one.eR or (one.r if one.r != "NONE" else "")
    return OrderReport(
        market_id=one.s,
        client_order_id=name,
        venue_order_id=str(one.i),
        list_id=list_name(one.g),
        side=side,
        kind=word(what, "o", one.o, KINDS),
        post_only=one.o == "LIMIT_MAKER",
        tif=word(what, "f", one.f, TIFS),
        state=state,
        qty=figure(what, "q", one.q),
        price=figure(what, "p", one.p),
        trigger=figure(what, "P", one.P),
        trailing_bips=max(one.d, 0),
        filled_qty=figure(what, "z", one.z),
        filled_notional=figure(what, "Z", one.Z),
        venue_time_ms=one.T,
        on_book=one.w,
        cause=cause_of(one.X, reason),
        change=one.x,
        fills=(_fill(one, name, what),) if one.x == "TRADE" else (),
    )


def _fill(one: _Execution, name: str, what: str) -> OwnTrade:
    if one.t == NO_TRADE:
        raise Unreadable(f"{what} cannot be read: t is {one.t} in a TRADE; its fills are to be read from myTrades")
    return OwnTrade(
        market_id=one.s,
        trade_id=str(one.t),
        venue_order_id=str(one.i),
        client_order_id=name,
        side=SIDES[one.S],
        price=figure(what, "L", one.L),
        qty=figure(what, "l", one.l),
        quote_qty=figure(what, "Y", one.Y),
        fee=signed(what, "n", one.n),
        fee_asset=one.N or "",
        liquidity=Liquidity.MAKER if one.m else Liquidity.TAKER,
        venue_time_ms=one.T,
    )


def balances(raw: Payload) -> BalancesChanged:
    """An outboundAccountPosition. Raises Unreadable."""
    one = decode(_POSITION, "an outboundAccountPosition", raw)
    found = tuple(Balance(b.a, figure(b.a, "f", b.f), figure(b.a, "l", b.l)) for b in one.B)
    return BalancesChanged(found, one.u)


def balance_moved(raw: Payload) -> BalanceMoved:
    """A balanceUpdate. Raises Unreadable."""
    one = decode(_MOVE, "a balanceUpdate", raw)
    return BalanceMoved(one.a, signed("a balanceUpdate", "d", one.d), one.T)


def list_status(raw: Payload) -> ListReport:
    """A listStatus. Raises Unreadable."""
    one = decode(_LIST, "a listStatus", raw)
    legs = tuple((str(leg.i), leg.c) for leg in one.O)
    return ListReport(one.s, str(one.g), one.C, one.c, one.L, one.l == "ALL_DONE", legs, (), one.T)


_READERS: dict[str, Callable[[Payload], UserEvent]] = {
    "executionReport": execution,
    "outboundAccountPosition": balances,
    "balanceUpdate": balance_moved,
    "listStatus": list_status,
}
