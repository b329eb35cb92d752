"""What was heard and read of all symbols, turned into what bots are told. No clock, no task, no socket.

Every method returns what is to be told, in order, and what is to be read (Ask, Poll); each of those is answered later
by `backfilled`, `polled` or `failed`. venue_ms is the market's time, at_ms a monotonic clock; both in milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from botswain.engine.beats import Beats, Chain
from botswain.engine.candle_chain import CandleChain
from botswain.engine.feed_events import Ask, Fault, FeedEvent, FeedTimes, Forming, Poll, Quoted, Traded
from botswain.engine.freshness import Freshness
from botswain.engine.sanity import PriceGuard, unsound
from botswain.model.listing import Listing
from botswain.model.market_events import AggTrade, Candle, MarketEvent, Quote, Trade
from botswain.model.timeframe import timeframe_ms

FeedOutput = FeedEvent | Ask | Poll
REFUSED = 2  # one candle that cannot be may be a slip; two in a row are none


class CandleFeed:
    """All symbols that are followed."""

    def __init__(self, times: FeedTimes | None = None) -> None:
        self._times = times or FeedTimes()
        self._chains: dict[tuple[str, str], CandleChain] = {}
        self._fresh: dict[str, Freshness] = {}
        self._guards: dict[str, PriceGuard] = {}
        self._faulty: set[tuple[str, str]] = set()  # (symbol, kind) whose fault was told and goes on
        self._live = False
        self._beats = Beats()

    def beats(self, every: Mapping[Chain, Iterable[int]]) -> None:
        """Tell beats of these symbols and timeframes so often (milliseconds), in the place of those before."""
        self._beats.want(every)

    def follow(
        self, listing: Listing, timeframe: str, next_ms: int, venue_ms: int, at_ms: int, *, stale: bool = False
    ) -> int:
        """Tell a symbol's candles from the one that opens at next_ms on; the open time that is told next.

        One that is followed already stays where it is. stale: it was told Stale by a feed that is gone. Raises BadInput
        for a timeframe that is none.
        """
        symbol, tick = listing.instrument.symbol, listing.instrument.tick_size
        guard = self._guards.setdefault(symbol, PriceGuard(symbol, tick, self._times.band))
        guard.grid(tick)
        chain = self._chains.get((symbol, timeframe))
        if chain is None:
            chain = self._chains[symbol, timeframe] = CandleChain(symbol, timeframe, next_ms, guard, self._times)
            if self._live:
                chain.live(venue_ms, missed=False)
            self._judge_by_shortest(symbol, at_ms, stale=stale)
        return chain.next_ms

    def grid(self, symbol: str, tick: Decimal) -> None:
        """A symbol's tick is this one now."""
        if symbol in self._guards:
            self._guards[symbol].grid(tick)

    def unfollow(self, symbol: str, timeframe: str, at_ms: int) -> None:
        """Tell these candles no more."""
        self._chains.pop((symbol, timeframe), None)
        self._judge_by_shortest(symbol, at_ms)

    def stale(self, symbol: str) -> bool:
        """Whether a symbol's data is stale now."""
        return symbol in self._fresh and self._fresh[symbol].stale

    def heard(self, symbol: str, event: MarketEvent, venue_ms: int, at_ms: int) -> Sequence[FeedOutput]:
        """An event of the stream."""
        if isinstance(event, Candle):
            return self._candle(symbol, event, venue_ms, at_ms)
        guard = self._guards.get(symbol)
        if guard is None:
            return ()
        if isinstance(event, Quote):
            why = guard.quote(event)
            return self._fault(symbol, "quote", why) if why else self._sane(symbol, "quote", Quoted(symbol, event))
        if isinstance(event, (AggTrade, Trade)):
            why = guard.print(event)
            return self._fault(symbol, "print", why) if why else self._sane(symbol, "print", Traded(symbol, event))
        return ()

    def live(self, venue_ms: int, at_ms: int, *, missed: bool) -> Sequence[FeedOutput]:
        """Everything is heard from now on; missed: what happened before may not have been."""
        self._live = True
        for chain in self._chains.values():
            chain.live(venue_ms, missed=missed)
        return self.tick(venue_ms, at_ms)

    def down(self) -> None:
        """Nothing is heard."""
        self._live = False
        self._beats.silent()
        for chain in self._chains.values():
            chain.down()

    def tick(self, venue_ms: int, at_ms: int) -> Sequence[FeedOutput]:
        """What time alone brings: call it a few times a second."""
        out: list[FeedOutput] = [*self._due(venue_ms)]
        for chain in self._chains.values():
            if chain.quiet(venue_ms):
                continue
            out += self._judged(chain, chain.tick(venue_ms, at_ms), venue_ms)
            ask = chain.wants(venue_ms, at_ms)
            if ask is not None:
                out.append(ask)
        for symbol, fresh in self._fresh.items():
            if fresh.quiet(at_ms):
                continue
            stale = fresh.tick(venue_ms, at_ms)
            if stale is not None:
                out.append(stale)
            if fresh.wants_poll(at_ms):
                out.append(Poll(symbol, fresh.timeframe))
        return out

    def backfilled(self, ask: Ask, rows: Sequence[Candle], venue_ms: int, at_ms: int) -> Sequence[FeedOutput]:
        """An ask was answered: all the closed candles the venue has there, oldest first."""
        chain = self._chains.get((ask.symbol, ask.timeframe))
        if chain is None:
            return ()
        found = self._judged(chain, chain.backfilled(ask, rows, venue_ms, at_ms), venue_ms)
        return self._with_wants(chain, found, venue_ms, at_ms)

    def failed(self, asked: Ask | Poll, at_ms: int) -> None:
        """An ask or a poll had no answer."""
        if isinstance(asked, Ask):
            chain = self._chains.get((asked.symbol, asked.timeframe))
            if chain is not None:
                chain.failed(asked, at_ms)
        elif asked.symbol in self._fresh:
            self._fresh[asked.symbol].polled(None, at_ms)

    def polled(self, poll: Poll, newest: Candle, at_ms: int) -> Sequence[FeedOutput]:
        """A poll was answered."""
        fresh = self._fresh.get(poll.symbol)
        if fresh is None or fresh.timeframe != poll.timeframe:
            return ()
        well = fresh.polled(newest, at_ms)
        return () if well is None else (well,)

    def _candle(self, symbol: str, one: Candle, venue_ms: int, at_ms: int) -> Sequence[FeedOutput]:
        chain = self._chains.get((symbol, one.timeframe))
        if chain is None:
            return ()
        out: list[FeedOutput] = [*self._due(one.venue_time_ms)]
        fresh = self._fresh[symbol]
        if fresh.timeframe == one.timeframe:
            well = fresh.heard(one, at_ms)
            if well is not None:
                out.append(well)
        if one.closed:
            out += self._judged(chain, chain.heard(one, venue_ms), venue_ms)
        else:
            chain.forming(one, venue_ms)
            why = self._guards[symbol].forming(one)
            out += self._fault(symbol, "price", why) if why else self._sane(symbol, "price", Forming(symbol, one))
            if not why and not unsound(one, self._guards[symbol].ticks):
                self._beats.forms(symbol, one)
        return self._with_wants(chain, out, venue_ms, at_ms)

    def _due(self, now_ms: int) -> Sequence[FeedOutput]:
        """Beats whose time has come. While nothing is heard, or nothing new of a symbol, it has none."""
        return self._beats.due(now_ms, self._open_ms) if self._live else ()

    def _open_ms(self, chain: Chain) -> int | None:
        """The opening of the candle that a symbol may be decided on between closes."""
        found = self._chains.get(chain)
        return None if found is None or self.stale(chain[0]) else found.next_ms

    def _with_wants(
        self, chain: CandleChain, out: Sequence[FeedOutput], venue_ms: int, at_ms: int
    ) -> Sequence[FeedOutput]:
        ask = chain.wants(venue_ms, at_ms)
        return out if ask is None else (*out, ask)

    def _judged(self, chain: CandleChain, told: Sequence[FeedEvent], venue_ms: int) -> Sequence[FeedEvent]:
        """What a chain told, and whether its symbol can be trusted by that: known before a candle that can be."""
        mine = (one for (symbol, _), one in self._chains.items() if symbol == chain.symbol) if told else ()
        why = next((one.why for one in mine if one.refused >= REFUSED), "")
        turned = self._fresh[chain.symbol].refusing(why, venue_ms) if told else None
        if turned is None:
            return told
        return (*told, turned) if why else (turned, *told)

    def _fault(self, symbol: str, kind: str, why: str) -> Sequence[FeedOutput]:
        """A fault, told once until something sane of the kind comes."""
        if (symbol, kind) in self._faulty:
            return ()
        self._faulty.add((symbol, kind))
        return (Fault(symbol, why),)

    def _sane(self, symbol: str, kind: str, event: FeedEvent) -> Sequence[FeedOutput]:
        if self._faulty:
            self._faulty.discard((symbol, kind))
        return (event,)

    def _judge_by_shortest(self, symbol: str, at_ms: int, *, stale: bool = False) -> None:
        """A symbol's data is judged by its shortest timeframe: that one brings news most often.

        Data that was told stale stays so until it is proven to be fresh, whoever judges it.
        """
        frames = sorted((frame for name, frame in self._chains if name == symbol), key=timeframe_ms)
        if not frames:
            self._fresh.pop(symbol, None)
            self._guards.pop(symbol, None)
        elif symbol not in self._fresh or self._fresh[symbol].timeframe != frames[0]:
            fresh = Freshness(symbol, frames[0], self._times, at_ms)
            fresh.stale = stale or self.stale(symbol)
            self._fresh[symbol] = fresh
