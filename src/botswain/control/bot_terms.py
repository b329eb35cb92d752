"""What a bot's numbers mean: its symbols with their steps, its money unit, its strategy's words, its market.

All of it stands in the first row of its journal, which never changes, so it is read once per bot and process. A bot
that never ran has none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

import msgspec

from botswain.build.plan import Units, as_decimal, units_of
from botswain.build.strategy_names import strategy_named
from botswain.control.config import bot_of, instrument_of
from botswain.control.share_actions import actions_of
from botswain.control.typed_numbers import number
from botswain.core.scale import money_unit
from botswain.core.strategy import Strategy
from botswain.model.actions import ShareAction
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.model.journal import RecordKind
from botswain.model.reasons import reason_name
from botswain.store import journal
from botswain.store.bot_records import TYPES, Started
from botswain.store.scope import Tx

MOST_KEPT = 10_000


@dataclass(frozen=True)
class Terms:
    """Of one bot. strategy: None where it cannot be loaded any more; units: what its integers are worth, by symbol.

    shares  what it was told that companies do to their shares
    segment, after, anchor_ms  where its candles are, the number before its first, where its indicators start
    """

    bot_name: str
    instruments: tuple[Instrument, ...]
    capital: Decimal
    timeframe_ms: int
    segment: str
    after: int
    anchor_ms: int
    live: bool
    strategy: Strategy | None
    money: Decimal
    units: tuple[Units, ...]
    shares: tuple[ShareAction, ...] = ()

    @property
    def quote(self) -> str:
        """The asset its money is in."""
        return self.instruments[0].quote

    @property
    def tags(self) -> tuple[str, ...]:
        """Its strategy's own reasons."""
        return self.strategy.tags if self.strategy is not None else ()

    def symbol(self, place: int) -> str:
        """A symbol by the number that the journal has for it."""
        return self.units[place].symbol if 0 <= place < len(self.units) else f"symbol {place}"

    def reason(self, code: int) -> str:
        """The name of a reason."""
        return reason_name(code, self.tags)

    def instrument(self, symbol: str) -> Instrument | None:
        """A symbol's rules."""
        return next((one for one in self.instruments if one.symbol == symbol), None)


@dataclass
class KnownTerms:
    """Terms by bot, as far as they were asked for."""

    found: dict[str, Terms] = field(default_factory=dict)
    tags: dict[str, tuple[str, ...]] = field(default_factory=dict)

    async def of(self, tx: Tx, bot_id: str, *, own: bool = False) -> Terms | None:
        """A bot's, None where it never ran or is not the tenant's. Raises what `terms_of` raises.

        own  it is known to be the tenant's: what is remembered belongs to nobody, so else a row of it is looked for
        """
        if own and bot_id in self.found:
            return self.found[bot_id]
        first = await journal.read(tx, bot_id, limit=1)
        if not first or first[0].kind != RecordKind.STARTED:
            return None
        if bot_id not in self.found:
            started = TYPES.read(first[0].kind, first[0].version, first[0].payload)
            if len(self.found) >= MOST_KEPT:
                self.found.clear()
            self.found[bot_id] = terms_of(started)
        return self.found[bot_id]

    def reason(self, strategy: str, code: int) -> str:
        """The name of a reason of a strategy; its own words only where it can be loaded."""
        if code >= 100:
            return reason_name(code)
        if strategy not in self.tags:
            try:
                self.tags[strategy] = strategy_named(strategy).tags
            except BadInput:
                self.tags[strategy] = ()
        return reason_name(code, self.tags[strategy])


def terms_of(started: Started) -> Terms:
    """What a first row says. Raises BadInput where its settings cannot be read."""
    config, _ = bot_of(started.config)
    market = {one.symbol: one for one in msgspec.json.decode(started.instruments, type=list[Instrument])}
    instruments = tuple(instrument_of(config, symbol, market) for symbol in config.symbols)
    capital = number(f"bot {config.name}: capital", config.capital)
    money = as_decimal(money_unit(instruments, capital))
    try:
        strategy: Strategy | None = strategy_named(config.strategy)(**config.params)
    except BadInput:
        strategy = None
    return Terms(
        bot_name=config.name,
        instruments=instruments,
        capital=capital,
        timeframe_ms=started.timeframe_ms,
        segment=started.segment,
        after=started.after,
        anchor_ms=started.anchor_ms,
        live=bool(started.live),
        strategy=strategy,
        money=money,
        units=tuple(units_of(one, money) for one in instruments),
        shares=actions_of(config.name, config.symbols, config.actions),
    )
