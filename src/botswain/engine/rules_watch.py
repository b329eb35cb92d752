"""Symbols' rules as the venue tells them, held against those that bots keep: on a refusal, and by a timer (F53).

What changed is told to every bot on the symbol as news, and so stands in its journal. A bot that cannot keep the new
rules opens nothing more, like one that is halted.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from botswain.engine.live_runner import Runner
from botswain.engine.market_doors import MarketDoors
from botswain.engine.symbol_rules import ruled, told, unfit
from botswain.model.listing import Listing
from botswain.model.news import Command, Link, Mode
from botswain.model.outcomes import Answer
from botswain.model.ports import MarketSource
from botswain.store.halts import RULES

EVERY_S = 600.0


@dataclass
class RulesWatch:
    """One venue's rules. listings: the latest by symbol; runners: the bots by id; both are the fleet's own.

    fresh  whether the account is heard and has been read, so that requests may be made
    """

    source: MarketSource
    listings: dict[str, Listing]
    runners: Mapping[str, Runner]
    remark: Callable[[str], None]
    fresh: Callable[[], bool] = lambda: True

    def __post_init__(self) -> None:
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
