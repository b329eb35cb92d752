"""What the live feed tells of the market, and what it wants to have read. Values only; who makes them: candle_feed.

A candle is told once, as Closed or as Late. Whatever is learned of it afterwards is another event: the decision keeps
what it saw.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from msgspec import Struct

from botswain.model.market_events import AggTrade, Candle, Quote, Trade


class Closed(Struct, frozen=True, tag=True, gc=False):
    """The next candle of its chain has closed: by the venue's final flag, or by a read after its end."""

    symbol: str
    candle: Candle


class Late(Struct, frozen=True, tag=True, gc=False):
    """Unavailable: close and grace have passed, and neither the stream nor a read had this candle. None is made up."""

    symbol: str
    timeframe: str
    open_ms: int


class Revised(Struct, frozen=True, tag=True, gc=False):
    """A candle is another one than was told (`was`), or comes after it was told Late (None)."""

    symbol: str
    candle: Candle
    was: Candle | None


class Forming(Struct, frozen=True, tag=True, gc=False):
    """A candle as it stands so far: a price. What is decided on between closes is a Beat's."""

    symbol: str
    candle: Candle


class Beat(Struct, frozen=True, tag=True, gc=False):
    """A time between closes at which bots decide: candles that form, as they stood then, by symbol. Told once."""

    timeframe: str
    time_ms: int
    candles: dict[str, Candle]


class Traded(Struct, frozen=True, tag=True, gc=False):
    """A public print within the sane band."""

    symbol: str
    trade: Trade | AggTrade


class Quoted(Struct, frozen=True, tag=True, gc=False):
    """Best bid and ask, not crossed."""

    symbol: str
    quote: Quote


class Stale(Struct, frozen=True, tag=True, gc=False):
    """The stream's data is older than the venue's, or nobody can say: block entries, not exits.

    since_ms  the market's time when the stream last brought something new
    refused   it brings candles that cannot be, one after the other
    """

    symbol: str
    since_ms: int
    why: str
    refused: bool = False


class Fresh(Struct, frozen=True, tag=True, gc=False):
    """No longer stale."""

    symbol: str


class Fault(Struct, frozen=True, tag=True, gc=False):
    """Insane data was heard and set aside. Told once until sane data comes again.

    off_grid  a closed candle has prices between the ticks: the symbol's rules may be others by now
    """

    symbol: str
    why: str
    off_grid: bool = False


class Live(Struct, frozen=True, tag=True, gc=False):
    """The connection stands. missed_since_ms: by our clock; None at the first start."""

    missed_since_ms: int | None


class Down(Struct, frozen=True, tag=True, gc=False):
    """The connection is lost; candles are read meanwhile."""

    why: str
    since_ms: int


class Problem(Struct, frozen=True, tag=True, gc=False):
    """Something for a person: a message that could not be read, a clock that could not be set."""

    why: str


FeedEvent = Closed | Late | Revised | Forming | Beat | Traded | Quoted | Stale | Fresh | Fault | Live | Down | Problem


class Ask(Struct, frozen=True, gc=False):
    """Read the closed candles that opened from start_ms to before end_ms; all of these have ended."""

    symbol: str
    timeframe: str
    start_ms: int
    end_ms: int


class Poll(Struct, frozen=True, gc=False):
    """Read the newest candle: is the stream as far as the venue?"""

    symbol: str
    timeframe: str


@dataclass(frozen=True, slots=True)
class FeedTimes:
    """How long the feed waits, milliseconds.

    ask_ms       after its end a candle that was not heard is read
    again_ms     between reads of the same candle
    grace_ms     after its end a candle is Late where reads lack it; and where reads fail, after so long of trying
    patience_ms  reads that fail are tried so long for candles that were missed while nothing was heard
    quiet_ms     a stream without news for so long is compared with the venue
    lag_ms       the stream may be so far behind the venue
    pauses_ms    after reads that failed; the last one is repeated
    tick_ms      how often time alone is looked at
    band         furthest a price may be from the last close before it must be confirmed, as a fraction
    """

    ask_ms: int = 1_500
    again_ms: int = 2_000
    grace_ms: int = 5_000
    patience_ms: int = 60_000
    quiet_ms: int = 15_000
    lag_ms: int = 3_000
    pauses_ms: tuple[int, ...] = (500, 1_000, 2_000, 5_000, 10_000)
    tick_ms: int = 250
    band: Decimal = Decimal("0.2")
