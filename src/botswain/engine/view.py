"""A bot as a screen shows it: read from its memory, never kept. Numbers are decimals; words are the screen's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from botswain.build.layout import layout_of
from botswain.build.plan import Plan, as_decimal
from botswain.core.codes import KIND_NAMES
from botswain.core.grounds import Ground
from botswain.core.panes import is_told
from botswain.engine.bot import Bot
from botswain.engine.steps import StepMaker
from botswain.model.note_texts import is_of_notional
from botswain.model.reasons import reason_name
from botswain.store.bot_records import Filled


class Shown(Protocol):
    """A bot in a fleet, on paper or live."""

    @property
    def name(self) -> str: ...
    @property
    def bot(self) -> Bot: ...
    @property
    def steps(self) -> StepMaker: ...
    @property
    def plan(self) -> Plan: ...


@dataclass(frozen=True, slots=True)
class OrderView:
    """A working order. price is its limit or trigger; None goes by the market."""

    symbol: str
    side: str
    kind: str
    qty: Decimal
    price: Decimal | None


@dataclass(frozen=True, slots=True)
class FillView:
    """A fill."""

    time_ms: int
    symbol: str
    side: str
    qty: Decimal
    price: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class SymbolView:
    """One symbol of a bot: last price, position, its average price and what it has gained so far, in quote.

    indicators  names and values at the last close
    grounds     what the last decision rested on, where the strategy can say so
    """

    symbol: str
    price: Decimal
    qty: Decimal
    entry: Decimal | None
    gain: Decimal
    indicators: tuple[tuple[str, float], ...]
    grounds: tuple[Ground, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteView:
    """The latest thing the gate, the rounding or the venue did, with its two numbers as the core wrote them.

    tick, lot, money  what one of the core's units is worth, for whoever knows which of them the numbers are in
    notional          a BELOW_MINIMUM that was about the notional
    """

    time_ms: int
    symbol: str
    slot: int
    code: int
    value: float
    limit: float
    tick: Decimal
    lot: Decimal
    money: Decimal
    notional: bool


@dataclass(frozen=True, slots=True)
class BotView:
    """A bot now. `halted` is empty, or the reason and message.

    charged  what holding cost so far less what it brought; None where nothing is charged for it
    dividends  what came in so far less what was paid; None where it is told of none
    """

    name: str
    strategy: str
    quote: str
    symbols: tuple[SymbolView, ...]
    equity: Decimal
    profit: Decimal
    fills: int
    working: tuple[OrderView, ...]
    latest: tuple[FillView, ...]
    note: NoteView | None
    halted: str
    charged: Decimal | None = None
    dividends: Decimal | None = None


def view_of(runner: Shown, latest: int = 10) -> BotView:
    """What a bot holds, wants and did; of its fills the `latest`, the oldest of them first."""
    equity = as_decimal(runner.bot.equity() * runner.steps.unit)
    halted = runner.bot.halted
    return BotView(
        name=runner.name,
        strategy=runner.plan.strategy.label(),
        quote=runner.plan.instruments[0].quote,
        symbols=tuple(symbol_view(runner, s) for s in range(len(runner.steps.units))),
        equity=equity,
        profit=equity - runner.plan.capital,
        fills=runner.bot.fills,
        working=tuple(working_views(runner)),
        latest=tuple(fill_view(runner, one) for one in list(runner.bot.latest)[-latest:]),
        note=note_view(runner),
        halted=f"{reason_name(halted.reason)}: {halted.message}" if halted else "",
        charged=as_decimal(runner.bot.charged * runner.steps.unit) if runner.plan.holding.any else None,
        dividends=dividends_of(runner) if runner.plan.shares else None,
    )


def dividends_of(runner: Shown) -> Decimal:
    """What its books say of dividends, in quote."""
    books = runner.bot.decider.state.parts["books"]
    return as_decimal(sum(int(one.dividends) for one in books) * runner.steps.unit)


def symbol_view(runner: Shown, s: int) -> SymbolView:
    """One symbol as it stands."""
    decider, units = runner.bot.decider, runner.steps.units[s]
    book, lane = decider.state.parts["books"][s], decider.state.parts["lanes"][s]
    qty = int(book.pos) * units.base
    price = int(lane.mark) * units.tick
    cost = as_decimal(int(book.cost) * runner.steps.unit)
    declared = runner.plan.strategy.indicators().items()
    # What sizes go by stands after them, and is not the strategy's.
    own = zip(declared, decider.columns[: len(declared)], strict=True)
    values = [(name, float(column[2 * s + 1])) for (name, one), column in own if is_told(one)]
    return SymbolView(
        units.symbol,
        price,
        qty,
        (cost / abs(qty)).quantize(units.tick) if qty else None,
        (abs(qty) * price - cost) * (1 if qty >= 0 else -1),
        tuple(values),
        grounds_now(runner, s),
    )


def grounds_now(runner: Shown, s: int) -> tuple[Ground, ...]:
    """What a strategy says that its last decision on a symbol rested on."""
    layout, mem = layout_of(runner.plan.strategy), runner.bot.decider.state.parts["mem"]
    begin = s * max(layout.memory_size, 1)
    memory = {
        name: [float(one) for one in mem[begin + first : begin + first + count]]
        for name, (first, count) in layout.memory.items()
    }
    return runner.plan.strategy.grounds(memory)


def working_views(runner: Shown) -> Iterator[OrderView]:
    """The working orders, by symbol and slot."""
    for order in sorted(runner.bot.working.values(), key=lambda order: (order.symbol, order.slot)):
        units = runner.steps.units[order.symbol]
        ticks = order.price or order.trigger
        yield OrderView(
            units.symbol,
            "buy" if order.side > 0 else "sell",
            KIND_NAMES[order.kind],
            order.leaves * units.lot,
            ticks * units.tick if ticks else None,
        )


def fill_view(runner: Shown, one: Filled) -> FillView:
    """A fill in decimals and words."""
    units = runner.steps.units[one.symbol]
    return FillView(
        one.time_ms,
        units.symbol,
        "buy" if one.side > 0 else "sell",
        one.lots * units.lot,
        one.price * units.tick,
        reason_name(one.reason, runner.plan.strategy.tags),
    )


def note_view(runner: Shown) -> NoteView | None:
    """The latest note, or None."""
    state = runner.bot.decider.state
    count = int(state.account.notes)
    if count == 0:
        return None
    note = state.parts["notes"][(count - 1) % state.note_room]
    s = int(note.symbol)
    units, terms = runner.steps.units[s], state.parts["terms"][s]
    return NoteView(
        int(note.time_ms),
        units.symbol,
        int(note.slot),
        int(note.code),
        float(note.value),
        float(note.limit),
        units.tick,
        units.lot,
        as_decimal(Fraction(runner.steps.unit)),
        is_of_notional(int(note.code), float(note.limit), int(terms.min_notional), int(terms.min_lots)),
    )
