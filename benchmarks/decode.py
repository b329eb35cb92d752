"""What decoding one Binance message costs, and handing it to ten bots: `python benchmarks/decode.py`.

Each row is the best and the median of several rounds on one core, in microseconds a message: bytes in, a checked
model event out. Delivery is what a feed does per bot: look at who listens, append to a bounded inbox. The limit of
the plan is 15 us for both together. The messages are made, in the venue's shapes.
"""

from __future__ import annotations

import json
import statistics
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from botswain.venues.binance import stream_messages, user_messages

ROUNDS, MESSAGES = 15, 5_000
BOTS = 10
LIMIT_US = 15.0
T = 1_723_161_255_208


def streamed(name: str, data: dict[str, Any]) -> bytes:
    """A combined message, spelled as the venue spells it: without spaces."""
    return json.dumps({"stream": name, "data": data}, separators=(",", ":")).encode()


def levels(first: float, count: int) -> list[list[str]]:
    """Changed levels of a book."""
    return [[f"{first + k * 0.37:.8f}", f"{k * 0.0171:.8f}"] for k in range(count)]


AGG = {"e": "aggTrade", "E": T, "s": "BTCUSDT", "a": 12345, "p": "61837.63000000", "q": "0.02000000"}
BAR = {"t": T, "T": T + 59_999, "s": "BTCUSDT", "i": "1m", "f": 1, "L": 200, "n": 100, "x": False, "B": "0"}
FIGURES = dict.fromkeys(("o", "c", "h", "l", "v", "q", "V", "Q"), "61837.63000000")
DEPTH = {"e": "depthUpdate", "E": T, "s": "BTCUSDT", "U": 1, "u": 20}
EXECUTION = {
    "e": "executionReport",
    "E": T,
    "s": "BTCUSDT",
    "c": "1f0c2a44-9b7e-4d31-8a55-0c1d2e3f4a5b",
    "S": "BUY",
    "o": "LIMIT",
    "f": "GTC",
    "q": "1.00000000",
    "p": "61837.63000000",
    "P": "0.00000000",
    "F": "0.00000000",
    "g": -1,
    "C": "",
    "x": "TRADE",
    "X": "PARTIALLY_FILLED",
    "r": "NONE",
    "i": 4293153,
    "l": "0.40000000",
    "z": "0.40000000",
    "L": "61837.63000000",
    "n": "0.00040000",
    "N": "BTC",
    "T": T,
    "t": 77,
    "I": 1,
    "w": True,
    "m": True,
    "M": False,
    "O": T,
    "Z": "24735.05200000",
    "Y": "24735.05200000",
    "Q": "0.00000000",
    "V": "NONE",
}
USER = json.dumps({"subscriptionId": 0, "event": EXECUTION}, separators=(",", ":")).encode()
ROWS: dict[str, tuple[Callable[[bytes], object], bytes]] = {
    "aggTrade": (
        stream_messages.message,
        streamed("btcusdt@aggTrade", {**AGG, "f": 100, "l": 105, "T": T, "m": True, "M": True}),
    ),
    "kline": (
        stream_messages.message,
        streamed("btcusdt@kline_1m", {"e": "kline", "E": T, "s": "BTCUSDT", "k": BAR | FIGURES}),
    ),
    "depthUpdate, 20 levels": (
        stream_messages.message,
        streamed("btcusdt@depth@100ms", {**DEPTH, "b": levels(61800, 10), "a": levels(61838, 10)}),
    ),
    "executionReport, a fill": (user_messages.message, USER),
}


def measured(call: Callable[[bytes], object], raw: bytes, inboxes: list[deque[object]]) -> list[float]:
    """Microseconds a message, a number for each round; delivered to `inboxes`."""
    found = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(MESSAGES):
            event = call(raw)
            for inbox in inboxes:
                inbox.append(event)
        found.append((time.perf_counter() - start) / MESSAGES * 1e6)
    return found


def main() -> None:
    """Print the table."""
    print(f"{'message':<26}{'bytes':>6}{'decode best':>13}{'median':>8}{f'to {BOTS} bots best':>19}{'median':>8}")
    for name, (call, raw) in ROWS.items():
        alone = measured(call, raw, [])
        told = measured(call, raw, [deque(maxlen=1_000) for _ in range(BOTS)])
        figures = (min(alone), statistics.median(alone), min(told), statistics.median(told))
        print("{:<26}{:>6}{:>13.2f}{:>8.2f}{:>19.2f}{:>8.2f}".format(name, len(raw), *figures), end="")
        print("" if figures[3] < LIMIT_US else f"   above the limit of {LIMIT_US} us")


if __name__ == "__main__":
    main()
