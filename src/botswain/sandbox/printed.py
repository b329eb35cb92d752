"""A public trade in a market, and the minutes that its clock has passed: what made-up and recorded trades share."""

from __future__ import annotations

from collections.abc import Sequence

from botswain.sandbox import streams
from botswain.sandbox.desk import walk
from botswain.sandbox.floor import Floor
from botswain.sandbox.markets import announce_close
from botswain.sandbox.pair import Pair
from botswain.sandbox.tape import Kline


def print_one(floor: Floor, pair: Pair, price: int, qty: int, buyer_maker: bool, *, last: bool = True) -> None:
    """A trade is printed, and what rests at its price fills. last: of its moment, so that the candle is told."""
    one = pair.tape.add(price, qty, floor.market_ms, buyer_maker)
    walk(floor, pair, price, price, price, price)
    streams.printed(floor, pair, one)
    if last and pair.tape.current is not None:
        streams.candle(floor, pair, pair.tape.current.open_ms, floor.market_ms)


def close_minutes(floor: Floor, pairs: Sequence[Pair], time_ms: int) -> int:
    """Close the candles that end before a time; 1 where there were any."""
    done: dict[int, list[tuple[Pair, Kline]]] = {}
    for pair in pairs:
        now = pair.tape.current
        if now is not None and now.close_ms < time_ms:
            closed = pair.tape.close()
            if closed is not None:
                done.setdefault(closed.open_ms, []).append((pair, closed))
    for open_ms in sorted(done):
        floor.market_ms = done[open_ms][0][1].close_ms + 1
        announce_close(floor, [pair for pair, _ in done[open_ms]], open_ms, done[open_ms][0][1].close_ms)
    return 1 if done else 0
