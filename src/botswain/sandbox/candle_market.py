"""A market of candles from files. Every step plays one instant: each symbol's candle of one opening time.

The order of SEMANTICS 4.3: resting orders meet the path, the fills are told, the closed candle is told, then the book
stands at the next candle's open, where whatever arrives before the next step meets it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from botswain.core.scale import to_ticks
from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.model.timeframe import timeframe_ms
from botswain.sandbox import streams
from botswain.sandbox.amounts import HIDDEN, UNIT
from botswain.sandbox.desk import walk
from botswain.sandbox.floor import Floor
from botswain.sandbox.markets import announce_close
from botswain.sandbox.pair import TRADING, Pair
from botswain.sandbox.tape import Kline

PRINTS = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """A candle in ticks; volume in units of 1e-18 base."""

    open: int
    high: int
    low: int
    close: int
    volume: int

    @property
    def path(self) -> tuple[int, int, int, int]:
        """Open, the nearer of high and low (tie: low), the other, close."""
        near_low = self.open - self.low <= self.high - self.open
        middle = (self.low, self.high) if near_low else (self.high, self.low)
        return (self.open, *middle, self.close)


class Run:
    """One symbol's candles and how far they are played. Raises BadInput where a price is off its grid."""

    def __init__(self, candles: Candles, instrument: Instrument) -> None:
        columns = (candles.open, candles.high, candles.low, candles.close)
        self.ticks = [to_ticks(one, instrument.tick_size, instrument.symbol) for one in columns]
        self.times: list[int] = candles.ts.tolist()
        self.volumes = candles.volume
        self.place = 0

    @property
    def next_ms(self) -> int | None:
        """The opening time of the candle that comes; None at the end."""
        return self.times[self.place] if self.place < len(self.times) else None

    def bar(self, place: int) -> Bar:
        """A candle."""
        first, high, low, last = (int(column[place]) for column in self.ticks)
        return Bar(first, high, low, last, volume_units(float(self.volumes[place])))


class CandleMarket:
    """Files' candles on one timeline.

    runs  candles by symbol, all of one timeframe
    """

    def __init__(self, runs: Mapping[str, Candles], instruments: Mapping[str, Instrument]) -> None:
        frames = sorted({one.timeframe for one in runs.values()})
        if len(frames) != 1:
            raise BadInput(f"the candles have different timeframes ({', '.join(frames)}); give files of one timeframe")
        self.base = frames[0]
        self.length_ms = timeframe_ms(self.base)
        self.instruments: Sequence[Instrument] = [instruments[symbol] for symbol in runs]
        self.runs = {symbol: Run(run, instruments[symbol]) for symbol, run in runs.items()}

    def begin(self, floor: Floor, pairs: Mapping[str, Pair]) -> None:
        """Stand at the first open."""
        self.floor, self.pairs = floor, pairs
        for symbol in self.runs:
            self.stand(symbol)
        self.open_candles()

    def open_ms(self) -> int | None:
        """The opening time of the instant that comes."""
        return min((one.next_ms for one in self.runs.values() if one.next_ms is not None), default=None)

    def next_ms(self) -> int | None:
        """The end of the candles that are under way."""
        open_ms = self.open_ms()
        return None if open_ms is None else open_ms + self.length_ms

    def advance(self) -> int:
        """Play one instant."""
        open_ms, floor = self.open_ms(), self.floor
        if open_ms is None:
            return 0
        floor.market_ms = open_ms
        played = [symbol for symbol, run in self.runs.items() if run.next_ms == open_ms]
        bars = {symbol: self.runs[symbol].bar(self.runs[symbol].place) for symbol in played}
        trading = [self.pairs[symbol] for symbol in played if self.pairs[symbol].status == TRADING]
        for pair in trading:
            bar = bars[pair.facts.symbol]
            walk(floor, pair, bar.open, bar.high, bar.low, bar.close)
        floor.settle_up()
        for pair in trading:
            self.play(pair, open_ms, bars[pair.facts.symbol])
        announce_close(floor, trading, open_ms, open_ms + self.length_ms - 1)
        for symbol in played:
            self.runs[symbol].place += 1
        floor.market_ms = open_ms + self.length_ms
        for symbol in played:
            self.stand(symbol)
        self.open_candles()
        return 1

    def stand(self, symbol: str) -> None:
        """Let a symbol's book stand at the open of its next candle, behind its last one at the last close."""
        pair, run = self.pairs[symbol], self.runs[symbol]
        if run.next_ms is None:
            pair.ladder.stand(int(run.ticks[-1][-1]))
        else:
            pair.at_ms = run.next_ms
            pair.ladder.stand(int(run.ticks[0][run.place]))

    def open_candles(self) -> None:
        """The next instant's candles have opened: tell their books and opens."""
        open_ms, floor = self.open_ms(), self.floor
        if open_ms is None:
            return
        floor.market_ms = open_ms
        for symbol, run in self.runs.items():
            pair = self.pairs[symbol]
            if run.next_ms == open_ms and pair.status == TRADING:
                pair.tape.begin(open_ms, int(run.ticks[0][run.place]))
                streams.book(floor, pair, open_ms)
                streams.candle(floor, pair, open_ms, open_ms)

    def play(self, pair: Pair, open_ms: int, bar: Bar) -> None:
        """Print a candle's path, which makes the candle."""
        tape = pair.tape
        if bar.volume < PRINTS * HIDDEN:
            end = open_ms + self.length_ms - 1
            tape.record(Kline(open_ms, end, bar.open, bar.high, bar.low, bar.close, bar.volume))
            return
        each = bar.volume // PRINTS // HIDDEN * HIDDEN
        before = bar.open
        for k, price in enumerate(bar.path):
            qty = each if k < PRINTS - 1 else bar.volume - each * (PRINTS - 1)
            one = tape.add(price, qty, open_ms + k * self.length_ms // PRINTS, price < before)
            streams.printed(self.floor, pair, one)
            before = price
        tape.close()


def volume_units(volume: float) -> int:
    """A file's volume in units, as its shortest decimal, to eight decimals."""
    units = int(Decimal(repr(volume)) * UNIT)
    return int(units // HIDDEN * HIDDEN)
