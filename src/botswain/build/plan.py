"""A bot's settings, checked once, and the memory a run of it starts from. Research and live start here alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal
from fractions import Fraction
from functools import partial

import numpy as np

from botswain.build.features import Features
from botswain.build.layout import Layout, parameter_values
from botswain.core.anchor import needed_candles
from botswain.core.cap_scale import CAP_NAMES, caps_of
from botswain.core.codes import AT_END_NAMES, MEANING_NAMES, PLAIN
from botswain.core.exit_scale import has_target, roi_of
from botswain.core.indicators import Indicator, symbols_of
from botswain.core.ladder_scale import ladder_of
from botswain.core.read_numbers import MACHINE
from botswain.core.records import EXIT_SLOTS, NOTES, State, put
from botswain.core.scale import (
    Sizing,
    base_unit,
    check_stop,
    fill_rules,
    fill_sizes,
    fill_terms,
    money_unit,
    row_lots_at,
    rules_of,
    sizes_of,
    terms_of,
    third_price,
)
from botswain.core.strategy import Strategy
from botswain.core.volatility import moves_of
from botswain.core.wanted import MOST_LOTS, MOST_OF_ALL, WIDE_MONEY
from botswain.model.actions import ShareAction, check_shares
from botswain.model.charges import Holding
from botswain.model.errors import BadInput, near
from botswain.model.instrument import Instrument
from botswain.model.slippage import Slippage
from botswain.model.timeframe import TICK_MS
from botswain.model.trades import OnTrades

# What 64-bit money is kept below; above it a run is done with Python integers.
MONEY_LIMIT = WIDE_MONEY
NO_LIMIT = MOST_OF_ALL
ROOM_TO_GROW = 16
# Of one symbol.
MOST_SLOTS = 5_000
MOST_MEMORY = 1_000_000
ZERO = Decimal(0)
NO_SLIPPAGE = Slippage()
NO_HOLDING = Holding()
# No name that an indicator of a strategy can have.
MOVE = "sizing.move"
# Python's own context keeps 28 digits; money of a run done with Python integers may have more.
EXACT = Context(prec=120)
FINEST = Decimal("1e-18")
# Figures are floats, and a run's money may grow: far below where a float ends.
MOST_CAPITAL = Decimal(10) ** 60
# Units that no account may start with: with what it may earn they would be more digits than a database keeps.
MOST_UNITS = 10**34


@dataclass(frozen=True, slots=True)
class Plan:
    """One bot: its strategy, symbols and money. Everything is checked when it is made; BadInput says what is wrong.

    capital       starting cash in quote, above zero
    slippage      how much worse market fills are
    fill          touch, or through: a limit fills only one tick beyond its price
    exits, limits by name, as docs/rules.md sections 6 and 7; absent or 0 is off
    windows       times (ms, ascending) at which the hours of entries begin and end in turn; none: always
    at_end        what becomes of entries that rest when hours end, or of positions: a word of AT_END_NAMES
    frequency_ms  it decides so often between closes, on the candle that forms; 0: at closes only
    on_trades     how orders meet trades, where the market is a tape of those
    actions       shares split or pay dividends meanwhile; splits: some split
    charges       holding a position is paid for: funding of contracts, fees of what is borrowed
    holding       what a paper account charges for that by itself; nothing of it is compiled
    shares        splits and dividends of what is traded, which a paper venue does by itself
    """

    strategy: Strategy
    instruments: tuple[Instrument, ...]
    timeframe_ms: int
    capital: Decimal = Decimal(10_000)
    sizing: Sizing = field(default_factory=Sizing)
    slippage: Slippage = NO_SLIPPAGE
    fill: str = "touch"
    exits: Mapping[str, Decimal] = field(default_factory=dict)
    limits: Mapping[str, Decimal] = field(default_factory=dict)
    windows: tuple[int, ...] = ()
    at_end: str = "cancel_entries"
    frequency_ms: int = 0
    on_trades: OnTrades | None = None
    actions: bool = False
    splits: bool = False
    charges: bool = False
    holding: Holding = NO_HOLDING
    shares: tuple[ShareAction, ...] = ()

    def __post_init__(self) -> None:
        if not self.capital.is_finite() or self.capital <= 0:
            raise BadInput(f"capital is {self.capital}; it must be above zero")
        if self.capital > MOST_CAPITAL:
            raise BadInput(f"capital is {self.capital}; write at most {MOST_CAPITAL:.0E}")
        if self.capital != self.capital.quantize(FINEST, context=EXACT):
            raise BadInput(f"capital is {self.capital}; at most 18 decimals are kept")
        if self.slippage.by_candles and self.timeframe_ms == TICK_MS:
            raise BadInput(
                f"slippage model {self.slippage.model} goes by closed candles, and with the timeframe tick there are "
                "none; name a timeframe such as 1m, or choose the model fixed or spread"
            )
        self._refuse_guesses()
        if self.limits.get("cooldown_ms", ZERO) > 0 and not self.limits.get("max_consecutive_losses", ZERO):
            raise BadInput(
                f"limit cooldown_ms is {self.limits['cooldown_ms']} and max_consecutive_losses is not set, so nothing "
                "would start a cool-down; set max_consecutive_losses too, such as 3, or leave cooldown_ms out"
            )
        if self.limits.get("max_consecutive_losses", ZERO) > 0 and not self.limits.get("cooldown_ms", ZERO):
            raise BadInput(
                f"limit max_consecutive_losses is {self.limits['max_consecutive_losses']} and cooldown_ms is not set, "
                "so entries would stop for no time at all; set cooldown_ms too, such as 3600000 for an hour, or leave "
                "max_consecutive_losses out"
            )
        rules_of(self.exits, self.limits)
        caps_of(self.limits, self.exits, self.timeframe_ms)
        check_stop(self.sizing, self.exits.get("stop_loss", ZERO))
        for what, count, most in (
            ("slots", self.strategy.slots(), MOST_SLOTS),
            ("numbers of memory", sum(self.strategy.memory().values()), MOST_MEMORY),
        ):
            if not 0 <= count <= most:
                raise BadInput(
                    f"strategy {self.strategy.label()} asks for {count} {what}; a symbol has room for 0 to {most}"
                )
        if self.at_end not in AT_END_NAMES:
            raise BadInput(f"at_end is {self.at_end!r}{near(self.at_end, AT_END_NAMES)}")
        if self.fill not in ("touch", "through"):
            raise BadInput(f"fill is {self.fill!r}; write touch or through")
        quotes = {one.quote for one in self.instruments}
        if len(quotes) != 1:
            raise BadInput(f"symbols are quoted in {', '.join(sorted(quotes))}; one account holds one quote asset")
        self.strategy.check_sizing(self.sizing.kind)
        self.strategy.check_timeframe(self.timeframe_ms)
        self.check_others()
        self._refuse_unheld()
        rules = {one.symbol: one for one in self.instruments}
        for one in self.shares:
            check_shares(rules[one.symbol], one)
        if self.splits or self.share_splits:
            self.strategy.check_splits()
            if self.slippage.by_candles:
                raise BadInput(
                    f"slippage model {self.slippage.model} goes by closed candles, and a split makes the shares of the "
                    "candles before it others; choose the model fixed or spread, or leave the split out"
                )

    def _refuse_unheld(self) -> None:
        """Refuse fees for what nobody can borrow, or what is no share: raises BadInput."""
        if not self.holding.borrow:
            return
        for one in self.instruments:
            if one.fee_in == "base":
                raise BadInput(
                    f"holding borrow_rate is {self.holding.borrow}, and fees of {one.symbol} are taken in {one.base}: "
                    "what is sold is no share; leave it out, or give an instrument whose fee_asset is the quote"
                )
        if not any(one.shortable for one in self.instruments):
            raise BadInput(
                f"holding borrow_rate is {self.holding.borrow}, and none of "
                f"{', '.join(one.symbol for one in self.instruments)} can be sold short here; leave it out, or write "
                "shortable: true for one under instruments"
            )

    def _refuse_guesses(self) -> None:
        """A book says what orders pay and when they fill. Raises BadInput where that is guessed beside it."""
        if self.on_trades is None or not self.on_trades.depth:
            return
        if self.slippage != NO_SLIPPAGE:
            raise BadInput(
                f"slippage is {self.slippage.model}, {self.slippage.bps} bps, beside a recorded book, which says what "
                "orders by the market pay; leave the slippage out, or the book"
            )
        if self.fill == "through":
            raise BadInput(
                "fill is through beside a recorded book, which says when a resting limit's turn has come; write touch, "
                "or leave the book out"
            )

    def check_others(self) -> None:
        """Refuse indicators of other symbols where there is no such thing, by raising BadInput."""
        seen, label = symbols_of(self.indicators().values()), self.strategy.label()
        if not seen:
            return
        if [one.symbol for one in self.instruments] == list(seen):
            raise BadInput(
                f"strategy {label} reads {seen[0]} as another symbol, and that is the one it trades; name another, or "
                "none"
            )
        where = "recorded trades" if self.on_trades is not None else ""
        where = where or ("candles through splits and dividends" if self.actions or self.shares else "")
        if where:
            raise BadInput(
                f"strategy {label} reads {', '.join(seen)}, which a run on {where} does not know; run it on candles "
                "alone, or name no other symbol"
            )

    @property
    def share_splits(self) -> bool:
        """Whether a paper venue may split shares."""
        return any(one.split != 1 for one in self.shares)

    @property
    def reads(self) -> tuple[str, ...]:
        """Symbols that its indicators read and that it does not trade."""
        traded = {one.symbol for one in self.instruments}
        return tuple(one for one in symbols_of(self.indicators().values()) if one not in traded)

    @property
    def symbols(self) -> tuple[str, ...]:
        """All symbols whose candles it needs: those that it trades, then those that it only reads."""
        return (*(one.symbol for one in self.instruments), *self.reads)

    @property
    def unit(self) -> Fraction:
        """The money unit, in quote."""
        return money_unit(self.instruments, self.capital)

    @property
    def capital_units(self) -> int:
        """The starting cash in money units."""
        return int(Fraction(self.capital) / self.unit)

    @property
    def wide(self) -> bool:
        """Whether money or sizes of it are numbers beyond 64 bits, so that it is run with Python integers: slower."""
        return self.capital_units >= MONEY_LIMIT or self.wide_size or self.wide_terms

    @property
    def nearly_wide(self) -> bool:
        """Whether it is beyond 64 bits or may come to be as it trades: its money has to grow to ROOM_TO_GROW times.

        For a bot that cannot be taken along its record again on the way.
        """
        return self.wide or self.capital_units * ROOM_TO_GROW >= MONEY_LIMIT

    @property
    def wide_size(self) -> bool:
        """Whether sizes of it are."""
        stop = self.exits.get("stop_loss", ZERO)
        split = self.strategy.split()
        every = (sizes_of(one, self.sizing, self.unit, split, stop, self.timeframe_ms) for one in self.instruments)
        return any(number >= MOST_LOTS for found in every for _, number in found)

    @property
    def wide_terms(self) -> bool:
        """Whether facts of its instruments are: a smallest order in units of a coin with fine ticks and lots."""
        through = self.fill == "through"
        every = (terms_of(one, self.unit, self.slippage, through) for one in self.instruments)
        return any(number >= MACHINE for found in every for _, number in found)

    def check_units(self) -> None:
        """Refuse capital of more money units than a database keeps. Raises BadInput."""
        if self.capital_units >= MOST_UNITS:
            raise BadInput(
                f"capital {self.capital} is {Decimal(self.capital_units):.1e} of its money unit, {float(self.unit):g}; "
                f"at most {MOST_UNITS:.0e} are counted. Give it less capital, or a coarser tick_size or lot_size"
            )

    @property
    def needed(self) -> int:
        """Candles that its indicators' anchor lies before its boundary."""
        return needed_candles(self.indicators().values(), self.timeframe_ms)

    def indicators(self) -> dict[str, Indicator]:
        """Those of its strategy, and after them what its sizes go by."""
        found = self.strategy.indicators()
        for one in moves_of(self.sizing.kind, self.sizing.period):
            found = found | {MOVE: one}
        return found

    @property
    def gated(self) -> bool:
        """Whether there is anything for the gate to do: a limit or hours are set, or several symbols share the cash."""
        return (
            len(self.instruments) > 1
            or bool(self.windows)
            or any(value != 0 for name, value in self.limits.items() if name not in ("day_offset_ms", "cooldown_ms"))
        )

    @property
    def capped(self) -> bool:
        """Whether one of the limits is set that few bots have."""
        return any(self.limits.get(name, ZERO) != 0 for name in CAP_NAMES)

    @property
    def protected(self) -> bool:
        """Whether any exit is set, or the end of hours or a fall of the account is one."""
        return (
            self.flattens
            or self.falls_flat
            or has_target(self.exits)
            or any(value != 0 for value in self.exits.values())
        )

    @property
    def flattens(self) -> bool:
        """Whether positions are closed when hours end."""
        return bool(self.windows) and self.at_end == "flatten"

    @property
    def falls_flat(self) -> bool:
        """Whether positions are closed when the account has fallen too far."""
        return self.limits.get("drawdown_flatten", ZERO) != 0

    @property
    def turns(self) -> bool:
        """Whether something is done when hours end, be there a close then or not."""
        return bool(self.windows) and self.at_end != "leave"

    @property
    def clocked(self) -> bool:
        """Whether positions are closed, targets moved, or entries taken off, at a time; or as the account fell."""
        aged = any(self.exits.get(name, ZERO) != 0 for name in ("time_candles", "time_minutes"))
        return self.turns or self.falls_flat or aged or bool(roi_of(self.exits))

    @property
    def armed(self) -> bool:
        """Whether a stop stands, or moves, once a position has gained."""
        return any(self.exits.get(name, ZERO) != 0 for name in ("trailing_activation", "break_even"))

    @property
    def exit_slots(self) -> int:
        """How many slots of a symbol are those of exits: a stop and a target for each piece that a position goes in."""
        return EXIT_SLOTS * (1 + len(ladder_of(self.exits)))

    def features(self, *, curve: bool) -> Features:
        """What a run of this plan needs compiled in."""
        trades = self.on_trades
        return Features(
            gate=self.gated,
            exits=self.protected,
            curve=curve,
            # A candle that a split restates is another row of the columns, so that an instant is no row any more.
            single=len(self.instruments) == 1 and not self.actions,
            forming=self.frequency_ms > 0 or (trades is not None and self.timeframe_ms > TICK_MS),
            clock=self.clocked,
            caps=self.capped,
            armed=self.armed,
            ladder=bool(ladder_of(self.exits)),
            trades=trades is not None,
            parts=trades is not None and (trades.share > 0 or trades.depth),
            late=trades is not None and trades.latency_ms > 0,
            depth=trades is not None and trades.depth,
            slips=self.slippage.by_candles,
            actions=self.actions or self.charges,
        )

    def check_first_price(self, prices: tuple[Decimal, ...]) -> None:
        """Have the strategy refuse symbols it cannot pay on; prices are first closes, in the instruments' order."""
        for instrument, price in zip(self.instruments, prices, strict=True):
            self.check_symbol(instrument, price)

    def check_symbol(self, instrument: Instrument, price: Decimal) -> None:
        """Have the strategy refuse one symbol: by its fees and ticks, and by what its orders would be worth."""
        self.strategy.check(instrument, price)
        self.strategy.check_money(instrument, price, partial(self.row_lots, instrument))

    def row_lots(self, instrument: Instrument, price: Decimal) -> int:
        """The lots of a row of a symbol that names no quantity, at a price."""
        return row_lots_at(instrument, self.sizing, self.capital, self.strategy.split(), price)


def new_state(plan: Plan, layout: Layout, reports: int, *, compiled: bool, notes: int = NOTES) -> State:
    """A run's memory before its first candle: cash, rules and terms set; candles and columns the caller puts in.

    notes  how many of what was done to orders it remembers, the latest ones
    """
    strategy = plan.strategy
    slots, split = strategy.slots(), strategy.split()
    state = State(
        len(plan.instruments), slots, layout.memory_size, reports, compiled=compiled, exit_slots=plan.exit_slots,
        notes=notes,
    )  # fmt: skip
    unit = plan.unit
    stop = plan.exits.get("stop_loss", ZERO)
    for s, instrument in enumerate(plan.instruments):
        fill_terms(state.parts["terms"][s], instrument, unit, plan.slippage, plan.fill == "through")
        fill_sizes(state.parts["sizes"][s], instrument, plan.sizing, unit, split, stop, plan.timeframe_ms)
    fill_rules(state.rules, slots, split, plan.sizing, dict(plan.exits), dict(plan.limits))
    for name, value in caps_of(plan.limits, plan.exits, plan.timeframe_ms).items() if plan.capped else ():
        put(state.rules, name, value)
    state.put("moves", state.filled(len(plan.instruments) * max(int(state.rules.alike_span), 1), 0))
    account, capital = state.account, plan.capital_units
    for name in ("cash", "capital", "equity", "peak", "day_start", "venue_cash"):
        put(account, name, capital)
    put(account, "timeframe_ms", plan.timeframe_ms)
    put(account, "money_limit", MONEY_LIMIT if compiled else NO_LIMIT)
    put(state.rules, "windows", len(plan.windows))
    put(state.rules, "move", len(layout.columns))
    if plan.on_trades:
        put(state.rules, "late_ms", plan.on_trades.latency_ms)
    put(state.rules, "at_end", AT_END_NAMES[plan.at_end])
    state.put("windows", np.array(plan.windows or (0,), np.int64))
    state.put("roi", np.array(roi_of(plan.exits) or ((0, 0),), np.int64).ravel())
    state.put("ladder", np.array(ladder_of(plan.exits) or ((0, 0),), np.int64).ravel())
    state.put("places", np.array(layout.places, np.int64).ravel())
    state.put("meanings", np.array(meanings_of(strategy, layout) or (PLAIN,), np.int64))
    state.put("params", np.array(parameter_values(strategy) or [0.0]))
    state.put("ticks", np.array([float(one.tick_size) for one in plan.instruments]))
    state.put("lots", np.array([float(one.lot_size) for one in plan.instruments]))
    return state


def meanings_of(strategy: Strategy, layout: Layout) -> list[int]:
    """What each number of a symbol's memory is, where shares split; where it is not said it does not matter."""
    said = {name: MEANING_NAMES.get(word, PLAIN) for name, word in strategy.memory_units.items()}
    return [said.get(name, PLAIN) for name, (_, count) in layout.memory.items() for _ in range(count)]


@dataclass(frozen=True, slots=True)
class Units:
    """What one symbol's integers are worth in decimals."""

    symbol: str
    tick: Decimal
    lot: Decimal
    base: Decimal
    fee_on_buy: tuple[Decimal, str]
    fee_on_sell: tuple[Decimal, str]


def units_of(instrument: Instrument, money: Decimal) -> Units:
    """The decimals behind a symbol's integers, given the account's money unit."""
    in_quote = (money, instrument.quote)
    in_base = (as_decimal(base_unit(instrument)), instrument.base)
    buy = sell = in_quote
    if instrument.fee_in == "base":
        buy = in_base
    elif instrument.fee_in == "third":
        price = instrument.fee_asset_price
        assert price is not None
        buy = sell = (as_decimal(third_price(instrument) / Fraction(price)), instrument.fee_asset)
    return Units(instrument.symbol, instrument.tick_size, instrument.lot_size, in_base[0], buy, sell)


def as_decimal(value: Fraction) -> Decimal:
    """A fraction whose decimals end, as a Decimal, exactly."""
    return EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
