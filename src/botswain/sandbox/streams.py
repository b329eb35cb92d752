"""The market streams' messages, made only where somebody listens."""

from __future__ import annotations

from typing import Any

from botswain.sandbox.amounts import text_of
from botswain.sandbox.figures import average_text, book_ticker, day_of, depth, levels
from botswain.sandbox.floor import Floor
from botswain.sandbox.pair import Pair
from botswain.sandbox.spans import HOUR_MS, INTERVALS
from botswain.sandbox.tape import Kline, Print

DEPTHS = (5, 10, 20)
SPEEDS = ("", "@100ms", "@1000ms")
WINDOWS = {"1h": HOUR_MS, "4h": 4 * HOUR_MS, "1d": 24 * HOUR_MS}
# Candles by this clock have streams too.
EAST, EAST_MS = "@+08:00", 8 * HOUR_MS
# What the figures of a shorter window leave out of those of the day.
DAY_ONLY = frozenset("xQbBaA")
KINDS = ("aggTrade", "trade", "miniTicker", "ticker", "bookTicker", "avgPrice", "referencePrice", "blockTrade")
ALL = ("!miniTicker@arr", *(f"!ticker_{one}@arr" for one in WINDOWS))


def known(topic: str, symbols: set[str]) -> bool:
    """Whether a stream exists; `symbols` are the listed markets in lower case."""
    if topic in ALL:
        return True
    name, _, kind = topic.partition("@")
    if name not in symbols:
        return False
    if kind in KINDS or kind in {f"ticker_{one}" for one in WINDOWS}:
        return True
    if kind.startswith("kline_"):
        return kind[6:].removesuffix(EAST) in INTERVALS
    return kind in {f"depth{size}{speed}" for size in ("", *DEPTHS) for speed in SPEEDS}


def printed(floor: Floor, pair: Pair, one: Print) -> None:
    """A public trade."""
    name = pair.stream
    if not floor.wanted(f"{name}@trade") and not floor.wanted(f"{name}@aggTrade"):
        return
    price, qty = pair.facts.price_text(one.price), text_of(one.qty)
    at = {"T": one.time_ms, "m": one.buyer_maker, "M": True}
    if floor.wanted(f"{name}@trade"):
        said = {"e": "trade", "E": one.time_ms, "s": pair.pair_id, "t": one.number, "p": price, "q": qty} | at
        floor.publish(f"{name}@trade", said)
    if floor.wanted(f"{name}@aggTrade"):
        ids = {"f": one.number, "l": one.number}
        said = {"e": "aggTrade", "E": one.time_ms, "s": pair.pair_id, "a": one.number, "p": price, "q": qty} | ids | at
        floor.publish(f"{name}@aggTrade", said)


def candle(floor: Floor, pair: Pair, open_ms: int, time_ms: int) -> None:
    """The candle that holds a time, of every interval somebody listens to, as it is now."""
    for topic in tuple(floor.streams.get(pair.stream, ())):
        asked = topic.partition("@kline_")[2]
        interval = asked.removesuffix(EAST)
        if interval not in INTERVALS:
            continue
        one = pair.tape.candle_now(interval, open_ms, 0 if asked == interval else EAST_MS)
        if one is not None and not (one.closed and floor.faults.take("drop_candle", symbol=pair.pair_id)):
            floor.publish(topic, {"e": "kline", "E": time_ms, "s": pair.pair_id, "k": inside(pair, interval, one)})


def inside(pair: Pair, interval: str, one: Kline) -> dict[str, Any]:
    """A candle inside its message."""
    price = pair.facts.price_text
    return {
        "t": one.open_ms,
        "T": one.close_ms,
        "s": pair.pair_id,
        "i": interval,
        "f": one.first,
        "L": one.last,
        "o": price(one.open),
        "c": price(one.close),
        "h": price(one.high),
        "l": price(one.low),
        "v": text_of(one.volume),
        "n": one.trades,
        "x": one.closed,
        "q": text_of(one.quote),
        "V": text_of(one.buy_base),
        "Q": text_of(one.buy_quote),
        "B": "0",
    }


def book(floor: Floor, pair: Pair, time_ms: int) -> None:
    """The book after a change: best prices, levels, and the difference."""
    name = pair.stream
    if not any("@depth" in topic or "@bookTicker" in topic for topic in floor.streams.get(name, ())):
        return
    ladder = pair.ladder
    if floor.wanted(f"{name}@bookTicker"):
        best = book_ticker(pair, symbol=False)
        said = {"u": ladder.update_id, "s": pair.pair_id, "b": best["bidPrice"], "B": best["bidQty"]}
        floor.publish(f"{name}@bookTicker", said | {"a": best["askPrice"], "A": best["askQty"]})
    for size in DEPTHS:
        for speed in SPEEDS:
            topic = f"{name}@depth{size}{speed}"
            if floor.wanted(topic):
                floor.publish(topic, depth(pair, size))
    wanted = [topic for topic in (f"{name}@depth{speed}" for speed in SPEEDS) if floor.wanted(topic)]
    changed = ladder.take_changes() if wanted else []
    for topic in wanted:
        if changed:
            sides: list[list[list[str]]] = [[], []]
            for side, price, lots in changed:
                sides[side] += levels(pair, [(price, lots)], 1)
            ids = {"U": ladder.update_id, "u": ladder.update_id}
            said = {"e": "depthUpdate", "E": time_ms, "s": pair.pair_id} | ids | {"b": sides[0], "a": sides[1]}
            floor.publish(topic, said)


def tickers(floor: Floor, pairs: list[Pair], time_ms: int) -> None:
    """The day's figures."""
    every = floor.wanted("!miniTicker@arr")
    minis = []
    for pair in pairs:
        if not every and pair.stream not in floor.streams:
            continue
        name = pair.stream
        if every or floor.wanted(f"{name}@miniTicker"):
            minis.append(mini(pair, time_ms))
            if floor.wanted(f"{name}@miniTicker"):
                floor.publish(f"{name}@miniTicker", minis[-1])
        if floor.wanted(f"{name}@ticker"):
            floor.publish(f"{name}@ticker", full(pair, time_ms))
        if floor.wanted(f"{name}@avgPrice"):
            average = pair.tape.average(pair.filters.avg_price_mins, time_ms) or pair.last * pair.facts.tick
            said = {"e": "avgPrice", "E": time_ms, "s": pair.pair_id, "i": f"{pair.filters.avg_price_mins}m"}
            floor.publish(f"{name}@avgPrice", said | {"w": average_text(pair.facts, average), "T": time_ms})
    if every and minis:
        floor.publish("!miniTicker@arr", minis)
    for window, span_ms in WINDOWS.items():
        windows(floor, pairs, time_ms, window, span_ms)


def windows(floor: Floor, pairs: list[Pair], time_ms: int, window: str, span_ms: int) -> None:
    """The figures of a shorter time than the day's."""
    every = f"!ticker_{window}@arr"
    found = []
    for pair in pairs:
        topic = f"{pair.stream}@ticker_{window}"
        if floor.wanted(every) or floor.wanted(topic):
            figures = full(pair, time_ms, span_ms) | {"e": f"{window}Ticker"}
            found.append({name: value for name, value in figures.items() if name not in DAY_ONLY})
            if floor.wanted(topic):
                floor.publish(topic, found[-1])
    if floor.wanted(every):
        floor.publish(every, found)


def mini(pair: Pair, time_ms: int) -> dict[str, Any]:
    """A 24hrMiniTicker."""
    one = day_of(pair, time_ms)
    return {
        "e": "24hrMiniTicker",
        "E": time_ms,
        "s": pair.pair_id,
        "c": text_of(one.last),
        "o": text_of(one.open),
        "h": text_of(one.high),
        "l": text_of(one.low),
        "v": text_of(one.volume),
        "q": text_of(one.quote),
    }


def full(pair: Pair, time_ms: int, span_ms: int = 24 * HOUR_MS) -> dict[str, Any]:
    """A 24hrTicker."""
    one, best, last = day_of(pair, time_ms, span_ms), book_ticker(pair, symbol=False), pair.tape.last
    return {
        "e": "24hrTicker",
        "E": time_ms,
        "s": pair.pair_id,
        "p": text_of(one.change),
        "P": one.percent,
        "w": average_text(pair.facts, one.average),
        "x": text_of(one.before),
        "c": text_of(one.last),
        "Q": text_of(last.qty if last else 0),
        "b": best["bidPrice"],
        "B": best["bidQty"],
        "a": best["askPrice"],
        "A": best["askQty"],
        "o": text_of(one.open),
        "h": text_of(one.high),
        "l": text_of(one.low),
        "v": text_of(one.volume),
        "q": text_of(one.quote),
        "O": one.start_ms,
        "C": one.end_ms,
        "F": one.first_id,
        "L": one.last_id,
        "n": one.count,
    }
