"""A freqtrade strategy as a bot of ours: it reads the signals that were computed, and wants entry, stop and target.

Everything is decided at closes. An entry and an exit by signal go by the market at the next open; a stop and a target
for the gain that is enough rest beside the position from the candle after its first one, and each close moves them.
docs/foreign.md has the differences to freqtrade that come of it.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from botswain.core.codes import CLOSE, START
from botswain.core.indicators import Given, Indicator, given_column
from botswain.core.strategy import Strategy, step
from botswain.core.wanted import REDUCE_ONLY
from botswain.foreign.freqtrade_asked import ask_entry, ask_exit, ask_fill, ask_stop, begin
from botswain.foreign.freqtrade_file import Loaded
from botswain.foreign.freqtrade_frames import Analysed
from botswain.model.errors import BadInput
from botswain.model.timeframe import candle_ms

POSITION, STOP, TARGET = 0, 1, 2
GROUP = 1
# Names of the reasons that are no tags of entries; they stand after these in `tags`.
REASONS = ("exit_signal", "stop_loss", "trailing_stop_loss", "roi", "roi_force_exit", "custom_exit")
SIGNAL, STOPPED, TRAILED, ROI, FORCED, CUSTOM = range(len(REASONS))
MOST_ENTRY_TAGS = 90
# How many steps a falling target may have. The rest of the table is never reached.
MOST_STEPS = 24
NEVER = 1e15
# Written in minimal_roi for: leave at any price.
AT_ANY_GAIN = -1.0
MINUTE_MS = 60_000.0
# Of a share of the account, what is left for a move until the next open.
RESERVE = 0.005


class FreqtradeBot(Strategy):
    """The bot that all of them are; a file's own is derived from it with its numbers and columns."""

    tags = ("enter", *REASONS)
    memory_units: ClassVar = {"side": "plain", "opened_ms": "plain", "stop": "price", "first_stop": "price"}
    given: ClassVar[Mapping[str, Given]] = {}
    numbers: ClassVar[Mapping[str, float | Sequence[float]]] = {}
    asks: ClassVar[bool] = False

    def events(self) -> tuple[int, ...]:
        """Closes; where callbacks are asked, the beginning too."""
        return (START, CLOSE) if self.asks else (CLOSE,)

    def slots(self) -> int:
        """The position's own order, its stop and its target."""
        return 3

    def memory(self) -> dict[str, int]:
        """The open trade: its side, when and with which stop it was opened, and where its stop is."""
        return dict.fromkeys(self.memory_units, 1)

    def indicators(self) -> dict[str, Indicator]:
        """The columns that were computed."""
        return {name: given_column(one) for name, one in self.given.items()}

    def derived(self) -> Mapping[str, float | Sequence[float]]:
        """The strategy's numbers."""
        return self.numbers

    def chosen_step(self) -> Any:
        """The one that asks callbacks, where there are some; it is done in Python."""
        return decide_and_ask if self.asks else FreqtradeBot.decide

    @step
    def decide(now, was, p, candle, my, wanted):
        if my.lots != 0:
            side = sided(p, candle, my, wanted)
            if p.trailing > 0.0:
                trail(p, candle, my, side)
            reason = leaving(now, p, candle, my, side)
            if reason >= 0:
                leave(now, p, candle, my, wanted, side, reason)
            else:
                protect(now, p, my, wanted, side)
        else:
            my.mem.side = 0.0
            wanted.withdraw(STOP)
            wanted.withdraw(TARGET)
            if now.enter != 0.0:
                enter(now, p, my, wanted, amount(p, candle, my))


@step
def decide_and_ask(now, was, p, candle, my, wanted):
    if my.event == START:
        begin(p.run)
    elif my.lots != 0:
        begins = my.mem.side * my.lots <= 0.0
        side = sided(p, candle, my, wanted)
        if begins and p.asks_fill > 0.0:
            found = ask_fill(p.run, my.symbol, my.mem.opened_ms, side, my.entry_price, my.mem.opened_ms, my.mem.stop,
                             my.position, my.entry_price, my.taker_fee)  # fmt: skip
            if found == found:
                my.mem.stop = found
                my.mem.first_stop = found
        best = candle.high if side > 0.0 else candle.low
        if p.trailing > 0.0:
            trail(p, candle, my, side)
        if p.asks_stop > 0.0:
            found = ask_stop(p.run, my.symbol, my.time_ms, side, my.entry_price, my.mem.opened_ms, my.mem.stop,
                             my.position, best, my.taker_fee)  # fmt: skip
            raise_stop(candle, my, side, found)
        reason = leaving(now, p, candle, my, side)
        if reason < 0 and p.asks_exit > 0.0:
            if ask_exit(p.run, my.symbol, my.time_ms, side, my.entry_price, my.mem.opened_ms, my.mem.stop,
                        my.position, candle.close, my.taker_fee) > 0.0:  # fmt: skip
                reason = CUSTOM
        if reason >= 0:
            leave(now, p, candle, my, wanted, side, reason)
        else:
            protect(now, p, my, wanted, side)
    else:
        my.mem.side = 0.0
        wanted.withdraw(STOP)
        wanted.withdraw(TARGET)
        if now.enter != 0.0:
            qty = amount(p, candle, my)
            if p.asks_entry > 0.0:
                qty = ask_entry(p.run, my.symbol, my.time_ms, now.enter, candle.close, qty, my.equity)
            if qty > 0.0:
                enter(now, p, my, wanted, qty)


def sided(p, candle, my, wanted):
    """The side of the open position; a new one begins with its first stop."""
    side = 1.0 if my.lots > 0 else -1.0
    if my.mem.side != side:
        my.mem.side = side
        my.mem.opened_ms = my.time_ms - p.length_ms
        my.mem.stop = my.entry_price * (1.0 - side * p.stoploss)
        my.mem.first_stop = my.mem.stop
        wanted.renew(STOP)
        wanted.renew(TARGET)
    return side


def gain(p, my, side, price):
    """What the position would have earned at a price, as a part of what it cost, fees included."""
    if side > 0.0:
        return price * (1.0 - my.taker_fee) / (my.entry_price * (1.0 + my.taker_fee)) - 1.0
    return 1.0 - price * (1.0 + my.taker_fee) / (my.entry_price * (1.0 - my.taker_fee))


def trail(p, candle, my, side):
    """Move the stop behind the best price of the candle."""
    best = candle.high if side > 0.0 else candle.low
    earned = gain(p, my, side, best)
    if p.only_beyond > 0.0 and earned < p.offset:
        return
    distance = p.positive if p.positive > 0.0 and earned > p.offset else p.stoploss
    raise_stop(candle, my, side, best * (1.0 - side * distance))


def raise_stop(candle, my, side, price):
    """Move the stop to a price where that is nearer, and where the candle had not come to it."""
    worst = candle.low if side > 0.0 else candle.high
    if side * (worst - my.mem.stop) > 0.0 and side * (price - my.mem.stop) > 0.0:
        my.mem.stop = price


def leaving(now, p, candle, my, side):
    """Why the position is to be left at the next open; -1: it stays."""
    signal = now.exit_long if side > 0.0 else now.exit_short
    if signal > 0.0 and (p.profit_only == 0.0 or gain(p, my, side, candle.close) > p.profit_offset):
        return SIGNAL
    if enough(now, p, my, side) <= AT_ANY_GAIN:
        return FORCED
    return -1


def enough(now, p, my, side):
    """The gain that is enough at the candle that begins now; NEVER: none is."""
    again = now.again_long if side > 0.0 else now.again_short
    if again > 0.0 and p.roi_waits > 0.0:
        return NEVER
    found = NEVER
    minutes = (my.time_ms - my.mem.opened_ms) / MINUTE_MS
    for k in range(MOST_STEPS):
        if p.roi_minutes[k] <= minutes:
            found = p.roi_gains[k]
    return found


def leave(now, p, candle, my, wanted, side, reason):
    """Close the position by the market; where the other side is entered by the same candle, go over to it."""
    wanted.withdraw(STOP)
    wanted.withdraw(TARGET)
    wanted.renew(POSITION)
    if reason == SIGNAL and now.enter == -side and p.turns > 0.0:
        wanted.market(POSITION, -side, abs(my.position) + amount(p, candle, my))
        wanted.tag(POSITION, now.tag)
    else:
        wanted.market(POSITION, -side, abs(my.position))
        wanted.flags(POSITION, REDUCE_ONLY)
        wanted.tag(POSITION, p.reasons + reason)


def amount(p, candle, my):
    """How much an entry is for, in base: what it is to cost, or a share of what the account is worth."""
    cost = p.stake if p.stake > 0.0 else p.share * my.equity * (1.0 - RESERVE) / (1.0 + my.taker_fee)
    return cost / candle.close


def enter(now, p, my, wanted, qty):
    """Open a position by the market."""
    wanted.renew(POSITION)
    wanted.market(POSITION, now.enter, qty)
    wanted.flags(POSITION, 0)
    wanted.tag(POSITION, now.tag)


def protect(now, p, my, wanted, side):
    """The stop and the target of the position, of which one ends the other."""
    wanted.withdraw(POSITION)
    qty = abs(my.position)
    if my.mem.stop > my.tick:
        wanted.stop(STOP, -side, my.mem.stop, qty)
        wanted.flags(STOP, REDUCE_ONLY)
        wanted.link(STOP, GROUP)
        wanted.tag(STOP, p.reasons + (STOPPED if my.mem.stop == my.mem.first_stop else TRAILED))
    else:
        wanted.withdraw(STOP)
    wish = enough(now, p, my, side)
    price = 0.0
    if wish < NEVER:
        if side > 0.0:
            price = my.entry_price * (1.0 + my.taker_fee) * (1.0 + wish) / (1.0 - my.taker_fee)
        else:
            price = my.entry_price * (1.0 - my.taker_fee) * (1.0 - wish) / (1.0 + my.taker_fee)
    if price > my.tick:
        wanted.limit(TARGET, -side, price, qty)
        wanted.flags(TARGET, REDUCE_ONLY)
        wanted.link(TARGET, GROUP)
        wanted.tag(TARGET, p.reasons + ROI)
    else:
        wanted.withdraw(TARGET)


def bot_of(
    loaded: Loaded, found: Mapping[str, Analysed], run: int, *, stake: float = 0.0, share: float = 1.0
) -> FreqtradeBot:
    """The bot of a file, on the symbols that were analysed. Raises BadInput.

    stake  what an entry costs, in quote; 0: `share` of the account
    """
    tags = tuple(dict.fromkeys(("enter", *(tag for one in found.values() for tag in one.tags if tag))))
    if len(tags) > MOST_ENTRY_TAGS:
        raise BadInput(
            f"{loaded.path} has {len(tags) - 1} different values of enter_tag; a report tells {MOST_ENTRY_TAGS - 1} "
            "apart: write fewer"
        )
    columns = {symbol: columns_of(loaded, one, tags) for symbol, one in found.items()}
    given = {
        name: Given(name, {symbol: (one.candles.ts, columns[symbol][name]) for symbol, one in found.items()})
        for name in ("enter", "tag", "exit_long", "exit_short", "again_long", "again_short")
    }
    words = {
        "name": loaded.name,
        "__module__": __name__,
        "__doc__": type(loaded.strategy).__doc__ or f"{loaded.name}, a strategy written for freqtrade.",
        "tags": (*tags, *REASONS),
        "given": given,
        "numbers": numbers_of(loaded, len(tags), run) | {"stake": stake, "share": share},
        "asks": any(asks(loaded).values()),
    }
    return type(loaded.name, (FreqtradeBot,), words)()  # type: ignore[no-any-return]


def columns_of(loaded: Loaded, one: Analysed, tags: Sequence[str]) -> dict[str, Any]:
    """The columns that the step reads, of one symbol. An entry beside its contrary is none, and so is an exit."""
    signals = {name: np.array(values) for name, values in one.signals.items()}
    startup = max(int(loaded.value("startup_candle_count")), 0)
    for values in signals.values():
        values[:startup] = 0
    shorts = 1 if loaded.value("can_short") else 0
    up = signals["enter_long"] * (1 - signals["exit_long"]) * (1 - signals["enter_short"] * shorts)
    down = signals["enter_short"] * (1 - signals["exit_short"]) * (1 - signals["enter_long"]) * shorts
    leaves = 1 if loaded.value("use_exit_signal") else 0
    place = {tag: k for k, tag in enumerate(tags)}
    found = {
        "enter": up - down,
        "tag": [place[tag or "enter"] for tag in one.tags],
        "exit_long": signals["exit_long"] * (1 - signals["enter_long"]) * leaves,
        "exit_short": signals["exit_short"] * (1 - signals["enter_short"]) * leaves,
        "again_long": signals["enter_long"],
        "again_short": signals["enter_short"],
    }
    return {name: np.asarray(values, np.float64) for name, values in found.items()}


def asks(loaded: Loaded) -> dict[str, bool]:
    """Which callbacks are asked."""
    stop = loaded.has("custom_stoploss") and bool(loaded.value("use_custom_stoploss"))
    entry = loaded.has("custom_stake_amount") or loaded.has("confirm_trade_entry")
    leaves = loaded.has("custom_exit") and bool(loaded.value("use_exit_signal"))
    told = stop and "after_fill" in inspect.signature(loaded.method("custom_stoploss")).parameters
    return {"asks_stop": stop, "asks_fill": told, "asks_exit": leaves, "asks_entry": entry}


def numbers_of(loaded: Loaded, reasons: int, run: int) -> dict[str, float | Sequence[float]]:
    """The strategy's numbers as the step reads them. Raises BadInput for what cannot be."""
    roi = {float(minutes): float(gain_) for minutes, gain_ in dict(loaded.value("minimal_roi")).items()}
    if len(roi) > MOST_STEPS:
        raise BadInput(f"{loaded.path}: minimal_roi has {len(roi)} steps; at most {MOST_STEPS} are read")
    steps = sorted(roi.items()) + [(NEVER, NEVER)] * (MOST_STEPS - len(roi))
    stoploss = abs(float(loaded.value("stoploss")))
    if not 0.0 < stoploss <= 1.0:
        raise BadInput(f"{loaded.path}: stoploss is {loaded.value('stoploss')}; write one such as -0.1")
    custom = asks(loaded)["asks_stop"]
    trailing = bool(loaded.value("trailing_stop")) and not custom
    return {
        "run": float(run),
        "reasons": float(reasons),
        "length_ms": float(candle_ms(loaded.value("timeframe"))),
        "stoploss": stoploss,
        "trailing": float(trailing),
        "positive": abs(float(loaded.value("trailing_stop_positive") or 0.0)),
        "offset": float(loaded.value("trailing_stop_positive_offset")),
        "only_beyond": float(bool(loaded.value("trailing_only_offset_is_reached"))),
        "profit_only": float(bool(loaded.value("exit_profit_only"))),
        "profit_offset": float(loaded.value("exit_profit_offset")),
        "roi_waits": float(bool(loaded.value("ignore_roi_if_entry_signal"))),
        "turns": float(bool(loaded.value("can_short"))),
        "roi_minutes": tuple(minutes for minutes, _ in steps),
        "roi_gains": tuple(gain_ for _, gain_ in steps),
        **{name: float(one) for name, one in asks(loaded).items()},
    }
