"""A bot as a screen shows it: read from its memory, never kept."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from botswain.build.plan import as_decimal
from botswain.core.codes import KIND_NAMES
from botswain.engine.fleet import Runner
from botswain.model.reasons import reason_name


@dataclass(frozen=True, slots=True)
class OrderView:
    """A working order, in decimals."""

    symbol: str
    side: str
    kind: str
    qty: Decimal
    price: Decimal | None


@dataclass(frozen=True, slots=True)
class FillView:
    """A fill, in decimals."""

    time_ms: int
    symbol: str
    side: str
    qty: Decimal
    price: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class SymbolView:
    """One symbol of a bot: last price, position and its average price."""

    symbol: str
    price: Decimal
    qty: Decimal
    entry: Decimal | None


@dataclass(frozen=True, slots=True)
class BotView:
    """A bot now."""

    name: str
    strategy: str
    symbols: tuple[SymbolView, ...]
    equity: Decimal
    profit: Decimal
    fills: int
    working: tuple[OrderView, ...]
    latest: tuple[FillView, ...]
    why: str
    halted: str


def view_of(runner: Runner, latest: int = 5) -> BotView:
    """What a bot holds, wants and did."""
    state = runner.bot.decider.state
    units = runner.steps.units
    equity = as_decimal(runner.bot.equity() * runner.steps.unit)
    symbols = []
    for s, one in enumerate(units):
        book, lane = state.parts["books"][s], state.parts["lanes"][s]
        qty = int(book.pos) * one.base
        cost = as_decimal(int(book.cost) * runner.steps.unit)
        entry = (cost / abs(qty)).quantize(one.tick) if qty else None
        symbols.append(SymbolView(one.symbol, int(lane.mark) * one.tick, qty, entry))
    working = tuple(
        OrderView(
            units[order.symbol].symbol,
            "buy" if order.side > 0 else "sell",
            KIND_NAMES[order.kind],
            order.leaves * units[order.symbol].lot,
            (order.price or order.trigger) * units[order.symbol].tick if order.price or order.trigger else None,
        )
        for order in sorted(runner.bot.working.values(), key=lambda order: (order.symbol, order.slot))
    )
    count = int(state.account.reports)
    fills = [state.parts["reports"][r] for r in range(max(count - 4 * latest, 0), count)]
    shown = tuple(fill_view(runner, one) for one in fills if int(one.lots))[-latest:]
    return BotView(
        name=runner.name,
        strategy=runner.plan.strategy.label(),
        symbols=tuple(symbols),
        equity=equity,
        profit=equity - runner.plan.capital,
        fills=int(np.count_nonzero(state.parts["reports"]["lots"][:count])),
        working=working,
        latest=shown,
        why=why(runner),
        halted=runner.bot.halted.message if runner.bot.halted else "",
    )


def fill_view(runner: Runner, one: Any) -> FillView:
    """One of the core's reports as a fill."""
    units = runner.steps.units[int(one.symbol)]
    return FillView(
        int(one.time_ms),
        units.symbol,
        "buy" if int(one.side) > 0 else "sell",
        int(one.lots) * units.lot,
        int(one.price) * units.tick,
        reason_name(int(one.reason), runner.plan.strategy.tags),
    )


def why(runner: Runner) -> str:
    """The latest thing the gate, the rounding or the venue did, with its numbers; or what the indicators say."""
    state = runner.bot.decider.state
    count = int(state.account.notes)
    if count:
        note = state.parts["notes"][(count - 1) % len(state.parts["notes"])]
        return f"{reason_name(int(note.code))}: {note.value:g} against {note.limit:g}"
    values = [
        f"{name} {column[1]:.6g}"
        for name, column in zip(runner.plan.strategy.indicators(), runner.bot.decider.columns, strict=True)
    ]
    return ", ".join(values)
