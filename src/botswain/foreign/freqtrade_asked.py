"""Asks a freqtrade strategy's callbacks at a close: where the stop is, whether to leave, whether to enter, how much.

The bot's step is a function of numbers, so runs are known to it by a number. What callbacks see is what freqtrade shows
them as the next candle begins: the time of its opening, the rows that have closed, the last price there was.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import numpy as np

from botswain.foreign.faults import telling
from botswain.foreign.freqtrade_file import Loaded
from botswain.foreign.freqtrade_frames import Analysed, Provider
from botswain.model.errors import BadInput

RUNS: dict[int, Run] = {}
SECOND_MS = 1000.0


class OpenTrade:
    """What a callback may know of the open trade."""

    leverage = 1.0
    is_open = True
    has_open_orders = False
    nr_of_successful_entries = 1
    nr_of_successful_exits = 0
    exchange = ""

    def __init__(self, pair: str, side: float, price: float, opened_ms: float, qty: float, fee: float) -> None:
        self.pair = pair
        self.id = 1
        self.is_short = side < 0
        self.trade_direction = "short" if self.is_short else "long"
        self.entry_side, self.exit_side = ("sell", "buy") if self.is_short else ("buy", "sell")
        self.open_rate = price
        self.open_date = self.open_date_utc = self.date_last_filled_utc = moment(opened_ms)
        self.amount = abs(qty)
        self.stake_amount = abs(qty) * price
        self.open_trade_value = self.stake_amount * (1.0 + side * fee)
        self.fee_open = self.fee_close = fee
        self.enter_tag: str | None = None
        self.buy_tag: str | None = None
        self.stop_loss = self.stoploss_or_liquidation = 0.0
        self.initial_stop_loss = 0.0
        self.stop_loss_pct = self.initial_stop_loss_pct = 0.0
        self.max_rate = self.min_rate = price

    def calc_profit_ratio(self, rate: float) -> float:
        """What it would have earned at a price, as a part of what it cost, fees included."""
        if self.is_short:
            return 1.0 - rate * (1.0 + self.fee_close) / (self.open_rate * (1.0 - self.fee_open))
        return rate * (1.0 - self.fee_close) / (self.open_rate * (1.0 + self.fee_open)) - 1.0

    def calc_profit(self, rate: float) -> float:
        """The same in quote."""
        return self.calc_profit_ratio(rate) * self.open_trade_value

    def __getattr__(self, name: str) -> Any:
        raise BadInput(
            f"it asks trade.{name}, which is not told here; decide by its open_rate, open_date_utc, amount, enter_tag, "
            "stop_loss, min_rate, max_rate and calc_profit_ratio()"
        )


@dataclass(slots=True)
class Run:
    """One run of a strategy: what it is, what was computed, and its symbols in the run's order."""

    loaded: Loaded
    provider: Provider
    found: Mapping[str, Analysed]
    symbols: tuple[str, ...]
    reasons: dict[tuple[str, int], str] = field(default_factory=dict)

    def trade(self, numbers: tuple[Any, ...]) -> tuple[OpenTrade, dict[str, Any]]:
        """The open trade, and what all callbacks are given."""
        s, time_ms, side, price, opened_ms, stop, qty, rate, fee = numbers
        symbol = self.symbols[int(s)]
        one = self.found[symbol]
        trade = OpenTrade(symbol, side, price, opened_ms, qty, fee)
        first = int(np.searchsorted(one.candles.ts, opened_ms))
        rows = self.show(symbol, time_ms)
        trade.enter_tag = trade.buy_tag = one.tags[max(first - 1, 0)] or None
        trade.stop_loss = trade.stoploss_or_liquidation = stop
        trade.initial_stop_loss = price * (1.0 - side * abs(float(self.loaded.value("stoploss"))))
        trade.initial_stop_loss_pct = -abs(float(self.loaded.value("stoploss")))
        trade.stop_loss_pct = -side * (1.0 - stop / price) if price else 0.0
        trade.max_rate = float(one.candles.high[first:rows].max(initial=price))
        trade.min_rate = float(one.candles.low[first:rows].min(initial=price))
        return trade, {
            "pair": symbol,
            "trade": trade,
            "current_time": moment(time_ms),
            "current_rate": rate,
            "current_profit": trade.calc_profit_ratio(rate),
        }

    def show(self, symbol: str, time_ms: float) -> int:
        """Let callbacks see a symbol's rows that have closed; returns how many."""
        rows = int(np.searchsorted(self.found[symbol].candles.ts, time_ms))
        self.provider.shown = rows
        self.provider.frames = {name: one.frame for name, one in self.found.items()}
        return rows


def moment(time_ms: float) -> datetime:
    """A time as callbacks have it."""
    return datetime.fromtimestamp(time_ms / SECOND_MS, UTC)


def begin(number: float) -> None:
    """A run begins: nothing of an earlier pass is kept."""
    RUNS[int(number)].reasons.clear()


def ask_stop(number: float, *numbers: Any) -> float:
    """The price of the stop that custom_stoploss wants; NaN: none."""
    return asked_stop(RUNS[int(number)], numbers, after_fill=False)


def ask_fill(number: float, *numbers: Any) -> float:
    """The same as the position was opened, which is asked of a callback that knows of after_fill."""
    return asked_stop(RUNS[int(number)], numbers, after_fill=True)


def asked_stop(run: Run, numbers: tuple[Any, ...], *, after_fill: bool) -> float:
    """The price of the stop that custom_stoploss wants; NaN: none."""
    trade, words = run.trade(numbers)
    with run.loaded.modules.in_place(), telling(run.loaded.path):
        found = run.loaded.method("custom_stoploss")(**words, after_fill=after_fill)
    if found is None or not math.isfinite(found) or found == 0:
        return math.nan
    distance = abs(float(found))
    return float(words["current_rate"]) * (1.0 + distance if trade.is_short else 1.0 - distance)


def ask_exit(number: float, *numbers: Any) -> float:
    """1 where custom_exit wants to leave; its reason is kept for the report."""
    run = RUNS[int(number)]
    _, words = run.trade(numbers)
    with run.loaded.modules.in_place(), telling(run.loaded.path):
        found = run.loaded.method("custom_exit")(**words)
    if not found:
        return 0.0
    run.reasons[words["pair"], int(numbers[1])] = found if isinstance(found, str) else "custom_exit"
    return 1.0


def ask_entry(number: float, s: Any, time_ms: Any, side: float, rate: float, qty: float, most: float) -> float:
    """How much to enter with, in base; 0 where the callbacks want none."""
    run = RUNS[int(number)]
    loaded, symbol = run.loaded, run.symbols[int(s)]
    row = run.show(symbol, time_ms) - 1
    tag = run.found[symbol].tags[row] or None
    words = {"current_time": moment(time_ms), "entry_tag": tag, "side": "long" if side > 0 else "short"}
    with loaded.modules.in_place(), telling(loaded.path):
        if loaded.has("custom_stake_amount"):
            stake = loaded.method("custom_stake_amount")(
                pair=symbol, current_rate=rate, proposed_stake=qty * rate, min_stake=0.0, max_stake=most, leverage=1.0,
                **words,
            )  # fmt: skip
            qty = 0.0 if stake is None else min(float(stake), most) / rate
        if loaded.has("confirm_trade_entry"):
            kept = loaded.method("confirm_trade_entry")(
                pair=symbol, order_type="market", amount=qty, rate=rate, time_in_force="GTC", **words
            )
            qty = qty if kept else 0.0
    return qty
