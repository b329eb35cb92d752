"""Market stream messages, decoded: one combined message in, one model event out.

The combined form `{"stream": name, "data": payload}` names its stream, so the decoder is found by the name and no
payload is looked at twice; the plain form of /ws is told apart by its event type.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

import msgspec
from msgspec import Struct

from botswain.model.market_events import (
    AggTrade,
    Candle,
    DepthDiff,
    Level,
    MarketEvent,
    Quote,
    ShuttingDown,
    Trade,
    Unsupported,
)
from botswain.venues.binance.market_replies import TAKER_OF, check_levels
from botswain.venues.binance.wire import ABSENT, decode, figure, figures, present


class Control(Struct, frozen=True):
    """The answer to SUBSCRIBE and its kin. code 0: done; else what the server says is wrong."""

    id: int | None
    code: int
    text: str


class Heard(NamedTuple):
    """A message: the stream it came by ("" for the plain form), its number in that stream for telling twins, the event.

    number is 0 where the stream has none.
    """

    stream: str
    number: int
    event: MarketEvent


class _Envelope(Struct):
    stream: str | None = None
    data: msgspec.Raw = ABSENT
    e: str | None = None
    id: int | str | None = None
    code: int | None = None
    msg: str = ""
    error: msgspec.Raw = ABSENT
    u: int | None = None
    E: int = 0


class _Error(Struct):
    code: int = -1
    msg: str = ""


class _Trade(Struct):
    s: str
    t: int
    p: Decimal
    q: Decimal
    T: int
    m: bool


class _AggTrade(Struct):
    s: str
    a: int
    p: Decimal
    q: Decimal
    f: int
    l: int
    T: int
    m: bool


class _Quote(Struct):
    u: int
    s: str
    b: Decimal
    B: Decimal
    a: Decimal
    A: Decimal


class _Depth(Struct):
    E: int
    s: str
    U: int
    u: int
    b: tuple[Level, ...]
    a: tuple[Level, ...]


class _Bar(Struct):
    t: int
    T: int
    i: str
    o: Decimal
    c: Decimal
    h: Decimal
    l: Decimal
    v: Decimal
    n: int
    x: bool
    q: Decimal


class _Kline(Struct):
    E: int
    s: str
    k: _Bar


class _Head(Struct):
    e: str | None = None
    E: int = 0


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_HEAD = msgspec.json.Decoder(_Head)
_ERROR = msgspec.json.Decoder(_Error)
_TRADE = msgspec.json.Decoder(_Trade)
_AGG = msgspec.json.Decoder(_AggTrade)
_QUOTE = msgspec.json.Decoder(_Quote)
_DEPTH = msgspec.json.Decoder(_Depth)
_KLINE = msgspec.json.Decoder(_Kline)

FIGURES = ("o", "h", "l", "c", "v", "q")
Payload = bytes | msgspec.Raw
Decoder = Callable[[str, Payload], Heard]


def message(raw: bytes) -> Heard | Control:
    """A message of /stream or /ws. Raises Unreadable for a known kind of another shape; unknown kinds are reported."""
    found = decode(_ENVELOPE, "a stream message", raw)
    if found.stream is not None:
        name = found.stream
        reader = _READERS.get(name) or _reader(name)
        return reader(name, found.data)
    if found.e is not None:
        return _plain(found.e, raw, found.E)
    if found.u is not None:
        return quote("", raw)
    return control(found)


def trade(stream: str, raw: Payload) -> Heard:
    """`@trade`."""
    one = decode(_TRADE, "a trade", raw)
    event = Trade(one.s, one.t, figure("a trade", "p", one.p), figure("a trade", "q", one.q), TAKER_OF[one.m], one.T)
    return Heard(stream, one.t, event)


def agg_trade(stream: str, raw: Payload) -> Heard:
    """`@aggTrade`."""
    one = decode(_AGG, "an aggTrade", raw)
    price, qty = figure("an aggTrade", "p", one.p), figure("an aggTrade", "q", one.q)
    return Heard(stream, one.a, AggTrade(one.s, one.a, price, qty, TAKER_OF[one.m], one.f, one.l, one.T))


def quote(stream: str, raw: Payload) -> Heard:
    """`@bookTicker`."""
    one, what = decode(_QUOTE, "a bookTicker", raw), "a bookTicker"
    bid, bid_qty = figure(what, "b", one.b), figure(what, "B", one.B)
    return Heard(stream, one.u, Quote(one.s, one.u, bid, bid_qty, figure(what, "a", one.a), figure(what, "A", one.A)))


def depth(stream: str, raw: Payload) -> Heard:
    """`@depth`: differences, not the partial books of `@depth5`."""
    one = decode(_DEPTH, "a depthUpdate", raw)
    check_levels("a depthUpdate", "b", one.b)
    check_levels("a depthUpdate", "a", one.a)
    return Heard(stream, one.u, DepthDiff(one.s, one.U, one.u, one.b, one.a, one.E))


def kline(stream: str, raw: Payload) -> Heard:
    """`@kline_<timeframe>`; its number is 0, because a candle comes many times."""
    one = decode(_KLINE, "a kline", raw)
    k = one.k
    figures("a kline", FIGURES, (k.o, k.h, k.l, k.c, k.v, k.q))
    return Heard(stream, 0, Candle(one.s, k.i, k.t, k.T, k.o, k.h, k.l, k.c, k.v, k.q, k.n, k.x, one.E))


def control(found: _Envelope) -> Control:
    """The answer to a request, or an error of the server's own."""
    number = found.id if isinstance(found.id, int) else None
    if present(found.error):
        error = decode(_ERROR, "a stream error", found.error)
        return Control(number, error.code or -1, error.msg)
    return Control(number, found.code or 0, found.msg)


_KINDS: dict[str, Decoder] = {
    "trade": trade,
    "aggTrade": agg_trade,
    "kline": kline,
    "bookTicker": quote,
    "depthUpdate": depth,
}
_SUFFIXES: tuple[tuple[str, Decoder], ...] = (
    ("trade", trade),
    ("aggTrade", agg_trade),
    ("bookTicker", quote),
    ("depth", depth),
    ("depth@100ms", depth),
)
# Decoders by the stream's whole name, filled as names are heard; as many as there are subscriptions, so bounded.
_READERS: dict[str, Decoder] = {}
MOST_NAMES = 20_000


def _reader(name: str) -> Decoder:
    kind = name.partition("@")[2]
    found = dict(_SUFFIXES).get(kind) or (kline if kind.startswith("kline_") else _by_head)
    if len(_READERS) < MOST_NAMES:
        _READERS[name] = found
    return found


def _by_head(stream: str, raw: Payload) -> Heard:
    """A payload of a stream that is not known by name: a notice of the server, or something new."""
    head = decode(_HEAD, "a stream message", raw)
    if head.e == "serverShutdown":
        return Heard(stream, 0, ShuttingDown(head.E))
    return Heard(stream, 0, Unsupported(stream or head.e or "a message without a kind"))


def _plain(kind: str, raw: bytes, at_ms: int) -> Heard:
    if kind == "serverShutdown":
        return Heard("", 0, ShuttingDown(at_ms))
    reader = _KINDS.get(kind)
    return reader("", raw) if reader else Heard("", 0, Unsupported(kind))
