"""The requests anybody may make: symbols, time, book, trades, candles, tickers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from botswain.sandbox.call import Call
from botswain.sandbox.facts import listing
from botswain.sandbox.figures import aggregate, average_text, book_ticker, day_ticker, depth, kline_row, printed
from botswain.sandbox.pair import STATUSES, Pair
from botswain.sandbox.params import Params, illegal
from botswain.sandbox.refusals import BAD_COMBINATION, GONE, NO_REFERENCE, Refused
from botswain.sandbox.spans import INTERVALS, zone_ms
from botswain.sandbox.tape import Print

SYMBOLS_RANGE = r'^\[("[A-Z0-9-_.]{1,20}"(,"[A-Z0-9-_.]{1,20}"){0,}){0,1}\]$'
INTERVAL_BAD = (-1120, "Invalid interval.")


def ping(call: Call) -> Any:
    """GET ping."""
    call.params.done()
    return {}


def server_time(call: Call) -> Any:
    """GET time."""
    call.params.done()
    return {"serverTime": call.now_ms}


def exchange_info(call: Call) -> Any:
    """GET exchangeInfo."""
    p = call.params
    pairs, _ = asked_pairs(call)
    status = p.choice("symbolStatus", STATUSES, (-1130, "Data sent for parameter 'symbolStatus' is not valid."))
    kinds = p.text("permissions")
    # Nothing but spot is traded here.
    spot = kinds is None or "SPOT" in (symbol_names(kinds, "permissions") if kinds.startswith("[") else [kinds])
    bare = p.has("showPermissionSets") and not p.flag("showPermissionSets")
    p.done()
    shown = [one for one in pairs if spot and (status is None or one.status == status)]
    return {
        "timezone": "UTC",
        "serverTime": call.now_ms,
        "rateLimits": call.budget.limits(),
        "exchangeFilters": [],
        "symbols": [
            listing(one.facts, one.filters, one.status) | ({"permissionSets": []} if bare else {}) for one in shown
        ],
    }


def asked_pairs(call: Call) -> tuple[list[Pair], bool]:
    """The symbols asked for, and whether it was a single one. Raises Refused."""
    p = call.params
    name, many = p.symbol(), p.text("symbols")
    if name is not None and many is not None:
        raise Refused(BAD_COMBINATION)
    if name is not None:
        return [call.named(name)], True
    if many is None:
        return call.pairs(), False
    names = symbol_names(many)
    if len(set(names)) != len(names):
        raise Refused((-1151, "Symbol is present multiple times in the list."))
    return [call.named(one) for one in names], False


def symbol_names(text: str, parameter: str = "symbols") -> Sequence[str]:
    """The names in a list such as `symbols`. Raises Refused."""
    try:
        return msgspec.json.decode(text, type=list[str])
    except (msgspec.DecodeError, msgspec.ValidationError):
        raise illegal(parameter, SYMBOLS_RANGE) from None


def order_book(call: Call) -> Any:
    """GET depth."""
    pair = call.pair()
    limit = call.params.limit(100, 5000)
    call.params.done()
    return depth(pair, limit)


def trades(call: Call) -> Any:
    """GET trades and historicalTrades."""
    pair = call.pair()
    limit, first = call.params.limit(500, 1000), call.params.integer("fromId")
    call.params.done()
    prints = list(pair.tape.prints)
    kept = prints[-limit:] if first is None else [one for one in prints if one.number >= first][:limit]
    return [printed(pair, one) for one in kept]


def agg_trades(call: Call) -> Any:
    """GET aggTrades."""
    pair = call.pair()
    p = call.params
    first, start, end = p.integer("fromId"), p.integer("startTime"), p.integer("endTime")
    limit = p.limit(500, 1000)
    p.done()
    if first is not None and (start is not None or end is not None):
        raise Refused(BAD_COMBINATION)

    def fits(one: Print) -> bool:
        return (
            (first is None or one.number >= first)
            and (start is None or one.time_ms >= start)
            and (end is None or one.time_ms <= end)
        )

    kept = [one for one in pair.tape.prints if fits(one)]
    kept = kept[:limit] if first is not None or start is not None else kept[-limit:]
    return [aggregate(pair, one) for one in kept]


def klines(call: Call) -> Any:
    """GET klines and uiKlines."""
    pair = call.pair()
    p = call.params
    p.need("interval")
    interval = p.choice("interval", INTERVALS, INTERVAL_BAD)
    start, end = p.integer("startTime"), p.integer("endTime")
    limit = p.limit(500, 1000)
    ahead_ms = zone_ms(p.text("timeZone") or "0")
    if ahead_ms is None:
        raise Refused((-1130, "Data sent for parameter 'timeZone' is not valid."))
    p.done()
    assert interval is not None
    found = pair.tape.candles(interval, start, end, limit, ahead_ms)
    return [kline_row(pair, one) for one in found]


def average_price(call: Call) -> Any:
    """GET avgPrice."""
    pair = call.pair()
    call.params.done()
    minutes, now = pair.filters.avg_price_mins, call.floor.market_ms
    average = pair.tape.average(minutes, now) or pair.last * pair.facts.tick
    return {"mins": minutes, "price": average_text(pair.facts, average), "closeTime": now}


def ticker_day(call: Call) -> Any:
    """GET ticker/24hr."""
    pairs, single = asked_pairs(call)
    kind = call.params.choice("type", ("FULL", "MINI"), (-1130, "Data sent for parameter 'type' is not valid."))
    call.params.done()
    found = [day_ticker(one, call.floor.market_ms, mini=kind == "MINI") for one in pairs]
    return found[0] if single else found


def ticker_price(call: Call) -> Any:
    """GET ticker/price."""
    pairs, single = asked_pairs(call)
    call.params.done()
    found = [{"symbol": one.pair_id, "price": one.facts.price_text(last_price(one))} for one in pairs]
    return found[0] if single else found


def last_price(pair: Pair) -> int:
    """The last print's price, or where the book stands before there is any; in ticks."""
    return pair.tape.last.price if pair.tape.last else pair.last


def ticker_book(call: Call) -> Any:
    """GET ticker/bookTicker."""
    pairs, single = asked_pairs(call)
    call.params.done()
    found = [book_ticker(one) for one in pairs]
    return found[0] if single else found


def execution_rules(call: Call) -> Any:
    """GET executionRules: there are none."""
    asked_pairs(call)
    call.params.ignore("symbolStatus")
    call.params.done()
    return {"symbolRules": []}


def reference_price(call: Call) -> Any:
    """GET referencePrice: no symbol has one."""
    call.pair()
    call.params.done()
    raise Refused(NO_REFERENCE)


def gone(_call: Call) -> Any:
    """What stopped on 2026-02-20."""
    raise Refused(GONE, 410)


def depth_weight(p: Params) -> int:
    """By how many levels are asked for."""
    limit = int(p.values.get("limit", "100")) if p.values.get("limit", "100").isdigit() else 100
    return next((weight for most, weight in ((100, 5), (500, 25), (1000, 50)) if limit <= most), 250)


def ticker_weight(p: Params) -> int:
    """2 for one symbol, 4 otherwise."""
    return 2 if "symbol" in p.values else 4


def day_weight(p: Params) -> int:
    """2 for one symbol or up to 20, 40 up to 100, 80 for more or all."""
    if "symbol" in p.values:
        return 2
    many = p.values.get("symbols")
    count = many.count(",") + 1 if many else 101
    return 2 if count <= 20 else 40 if count <= 100 else 80
