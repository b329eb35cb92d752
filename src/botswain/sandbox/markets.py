"""What moves the exchange's prices, whichever kind it is: it knows its symbols and when it moves next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from botswain.model.instrument import Instrument
from botswain.sandbox import streams
from botswain.sandbox.floor import Floor
from botswain.sandbox.pair import Pair


class Market(Protocol):
    """A source of prices.

    base         its own timeframe, such as 1m: no shorter candles exist
    instruments  its symbols, in order
    """

    base: str

    @property
    def instruments(self) -> Sequence[Instrument]: ...

    def begin(self, floor: Floor, pairs: Mapping[str, Pair]) -> None:
        """Put the market to its start. pairs are by symbol (BTC/USDT)."""

    def next_ms(self) -> int | None:
        """When it moves next, on its own time; None at its end."""

    def advance(self) -> int:
        """Move once; returns how many candles' ends that brought (of the market as a whole)."""


def announce_close(floor: Floor, pairs: Sequence[Pair], open_ms: int, close_ms: int) -> None:
    """Candles have closed together: say so for all, then the day's figures."""
    for pair in pairs:
        streams.candle(floor, pair, open_ms, close_ms)
    streams.tickers(floor, list(pairs), close_ms)
