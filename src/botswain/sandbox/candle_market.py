"""A market of candles from files. Every step plays one instant: each symbol's candle of one opening time.

The order of SEMANTICS 4.3: resting orders meet the path, the fills are told, the closed candle is told, then the book
stands at the next candle's open, where whatever arrives before the next step meets it. Moved on by `play`, it stands
still inside a candle at prices that are watched (`candle_path`), and tells an open when its candle begins.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from botswain.core.scale import to_ticks
from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.model.timeframe import timeframe_ms
from botswain.sandbox import streams
from botswain.sandbox.amounts import HIDDEN, UNIT
from botswain.sandbox.candle_path import NOTHING, Bar, Played, Watched
from botswain.sandbox.floor import Floor
from botswain.sandbox.markets import announce_close
from botswain.sandbox.pair import TRADING, Pair


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
        self.until: Mapping[str, Watched] | None = None
        self.under_way: Iterator[None] | None = None
        self.told = True  # whether the open of the candles that come next was told

    def begin(self, floor: Floor, pairs: Mapping[str, Pair]) -> None:
        """Stand at the first open."""
        self.floor, self.pairs = floor, pairs
        for symbol in self.runs:
            self.stand(symbol)
        self.begin_candles()
        self.tell_opens()

    def open_ms(self) -> int | None:
        """The opening time of the instant that comes."""
        return min((one.next_ms for one in self.runs.values() if one.next_ms is not None), default=None)

    def next_ms(self) -> int | None:
        """The end of the candles that are under way."""
        open_ms = self.open_ms()
        return None if open_ms is None else open_ms + self.length_ms

    def advance(self) -> int:
        """Play one instant to its end."""
        return self.play(None)

    def play(self, until: Mapping[str, Watched] | None) -> int:
        """Play on to the end of the instant (1), or to where a price that is watched is come to (0), by symbol.

        None also tells what opens next; where something is given, the open is told when it is played.
        """
        self.until = until
        if self.under_way is None:
            if self.open_ms() is None:
                return 0
            self.under_way = self.instant()
        for _ in self.under_way:
            return 0
        self.under_way = None
        return 1

    def instant(self) -> Iterator[None]:
        """One instant; yields where it stands still."""
        open_ms, floor = self.open_ms(), self.floor
        assert open_ms is not None
        floor.market_ms = open_ms
        played = [symbol for symbol, run in self.runs.items() if run.next_ms == open_ms]
        trading = [self.pairs[symbol] for symbol in played if self.pairs[symbol].status == TRADING]
        candles = [self.candle(pair, open_ms) for pair in trading]
        for one in candles:
            for _ in one.walked(self.watched, told=self.told):
                floor.settle_up()
                yield
        self.told = True
        floor.settle_up()
        for one in candles:
            one.close()
        announce_close(floor, trading, open_ms, open_ms + self.length_ms - 1)
        for symbol in played:
            self.runs[symbol].place += 1
        floor.market_ms = open_ms + self.length_ms
        for symbol in played:
            self.stand(symbol)
        self.begin_candles()
        if self.until is None:
            self.tell_opens()
        else:
            self.told = False

    def candle(self, pair: Pair, open_ms: int) -> Played:
        """One symbol's candle of it."""
        run = self.runs[pair.facts.symbol]
        return Played(self.floor, pair, run.bar(run.place), open_ms, self.length_ms)

    def watched(self, symbol: str) -> Watched:
        """The prices of a symbol that are watched now."""
        return (self.until or {}).get(symbol, NOTHING)

    def stand(self, symbol: str) -> None:
        """Let a symbol's book stand at the open of its next candle, behind its last one at the last close."""
        pair, run = self.pairs[symbol], self.runs[symbol]
        if run.next_ms is None:
            pair.ladder.stand(int(run.ticks[-1][-1]))
        else:
            pair.at_ms = run.next_ms
            pair.ladder.stand(int(run.ticks[0][run.place]))

    def begin_candles(self) -> None:
        """The next instant's candles open."""
        open_ms = self.open_ms()
        if open_ms is None:
            return
        self.floor.market_ms = open_ms
        for symbol, run in self.runs.items():
            if run.next_ms == open_ms and self.pairs[symbol].status == TRADING:
                self.pairs[symbol].tape.begin(open_ms, int(run.ticks[0][run.place]))

    def tell_opens(self) -> None:
        """Tell the books and opens of the candles that have begun."""
        open_ms, floor = self.open_ms(), self.floor
        if open_ms is None:
            return
        for symbol, run in self.runs.items():
            pair = self.pairs[symbol]
            if run.next_ms == open_ms and pair.status == TRADING:
                streams.book(floor, pair, open_ms)
                streams.candle(floor, pair, open_ms, open_ms)


def volume_units(volume: float) -> int:
    """A file's volume in units, as its shortest decimal, to eight decimals."""
    units = int(Decimal(repr(volume)) * UNIT)
    return int(units // HIDDEN * HIDDEN)
