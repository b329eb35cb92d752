"""Symbols' rules as the venue tells them, held against those that bots keep: on a refusal, and by a timer (F53).

What changed is told to every bot on the symbol as news, and so stands in its journal. A bot that cannot keep the new
rules opens nothing more, like one that is halted.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from botswain.engine.live_runner import Runner
from botswain.engine.market_doors import MarketDoors
from botswain.engine.sanity import between_ticks
from botswain.engine.symbol_rules import ruled, told, unfit
from botswain.history.instants import iso
from botswain.model.listing import Listing
from botswain.model.market_events import Candle
from botswain.model.news import Command, Link, Mode
from botswain.model.outcomes import Answer
from botswain.model.ports import MarketSource
from botswain.store.bot_records import Candle as Recorded
from botswain.store.halts import RULES

EVERY_S = 600.0
# Candles between the ticks have the rules read at once, and again after so long while they go on to come.
DOUBTED_S = 60.0


@dataclass
class RulesWatch:
    """One venue's rules. listings: the latest by symbol; runners: the bots by id; both are the fleet's own.

    fresh  whether the account is heard and has been read, so that requests may be made
    grid   told each symbol's tick as the venue says it now
    """

    source: MarketSource
    listings: dict[str, Listing]
    runners: Mapping[str, Runner]
    remark: Callable[[str], None]
    fresh: Callable[[], bool] = lambda: True
    grid: Callable[[str, Decimal], None] = lambda _symbol, _tick: None

    def __post_init__(self) -> None:
        self.doubted: set[str] = set()
        self.between: set[tuple[str, str]] = set()  # (bot id, symbol) whose candles are between the bot's own steps
        self.doors = MarketDoors(self.remark, self.opened)

    def opened(self, symbol: str) -> None:
        """A market takes orders again: its bots may ask for what was held back."""
        for runner in list(self.runners.values()) if self.fresh() else ():
            if runner.taker.trades(symbol):
                runner.tell([Link(up=True, why=f"{symbol} takes orders again")])

    async def keep(self, sleep: Callable[[float], Awaitable[None]]) -> None:
        """Read all symbols' rules again and again until cancelled."""
        while True:
            await sleep(EVERY_S)
            symbols = sorted({one.symbol for runner in self.runners.values() for one in runner.plan.instruments})
            if symbols:
                await self.read(symbols)

    async def doubt(self, symbol: str, sleep: Callable[[float], Awaitable[None]]) -> None:
        """A candle was between the ticks: read the rules, unless that was done a moment ago."""
        if symbol not in self.doubted:
            self.doubted.add(symbol)
            try:
                await self.read([symbol])
                await sleep(DOUBTED_S)
            finally:
                self.doubted.discard(symbol)

    def closed(self, symbol: str, one: Candle) -> None:
        """A candle closed: a bot whose own steps it lies between takes none of it, and that is said once."""
        for runner in self.runners.values():
            if not runner.taker.trades(symbol):
                continue
            key, own = (runner.bot_id, symbol), runner.plan.instruments[runner.taker.places[symbol][0]].tick_size
            if not between_ticks(one, (own,)):
                self.between.discard(key)
            elif key not in self.between:
                self.between.add(key)
                self.remark(uncounted(runner.name, symbol, one, own))

    async def again(self, symbol: str) -> bool:
        """Read one symbol's rules; whether they are others than its bots kept."""
        return await self.read([symbol])

    async def read(self, symbols: Sequence[str]) -> bool:
        """Read rules and tell what changed; a question that failed is no answer."""
        found = await self.source.rules(symbols)
        if not isinstance(found, Answer):
            self.remark(f"the rules of {', '.join(symbols)} cannot be read again: {found.why}")
            return False
        return self.compare(found.data)

    def compare(self, found: Iterable[Listing]) -> bool:
        """Tell bots whose symbols' rules are others than they keep; whether there were any."""
        changed: set[str] = set()
        for listing in found:
            self.listings[listing.symbol] = listing
            self.doors.told(listing)
            self.grid(listing.symbol, listing.instrument.tick_size)
            for runner in self.runners.values():
                if runner.taker.trades(listing.symbol) and self.tell(runner, listing):
                    changed.add(listing.symbol)
        return bool(changed)

    def tell(self, runner: Runner, listing: Listing) -> bool:
        """Tell one bot; whether anything changed for it."""
        symbol, bot = listing.symbol, runner.bot
        s = runner.taker.places[symbol][0]
        own = runner.plan.instruments[s]
        first = ruled(s, runner.rules.get(symbol, own))
        before, now = runner.ruled.get(s) or bot.rules.get(s) or first, ruled(s, listing.instrument)
        why = unfit(own, first, now)
        if why:
            if bot.mode is Mode.RUN and (runner.ordered is None or runner.ordered.why != why):
                self.remark(f"{runner.name}: {why}")
                runner.tell([Command(Mode.CANCEL_ENTRIES, RULES, why)])
            return False
        if now == before:
            return False
        self.remark(told(before, now, symbol))
        runner.ruled[s] = now
        runner.tell([now])
        return True


def uncounted(name: str, symbol: str, one: Candle, own: Decimal) -> str:
    """Why a bot takes no candle of a symbol, in words."""
    return (
        f"bot {name}: {symbol} trades between its steps of {own.normalize():f} (open {one.open}, high {one.high}, low "
        f"{one.low}, close {one.close}); it takes no such candle, and opens nothing until one is on its steps. What "
        "protects works on. Where that stays so, close its position and start a bot of another name"
    )


def before_between(name: str, symbol: str, odd: Sequence[Recorded], every: int) -> str:
    """What is said of a new bot whose indicators cannot take some of the candles from before it."""
    first, last = iso(odd[0].open_ms), iso(odd[-1].open_ms)
    return (
        f"bot {name}: {len(odd)} of {every} candles of {symbol} from before its start have prices between its steps "
        f"({first} to {last}), so its indicators do without them and may begin later. The venue's steps were finer then"
    )
