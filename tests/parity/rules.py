"""`indicator_rules` (docs/rules.md, 8), written from that text alone: TA-Lib's functions, and loops for all else.

A rule is looked at on bars: the symbol's own candles, or longer ones that are put together here, one after the other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import talib

from .desk import Desk
from .signals import Call, Signals, above, below

NAN = float("nan")
UNITS = {"m": 60_000, "h": 3_600_000, "d": 86_400_000}
PRICES = ("open", "high", "low", "close", "volume")
# What each function reads where a rule does not say, and its results by name.
READS: dict[str, tuple[str, ...]] = {
    "ATR": ("high", "low", "close"), "ADX": ("high", "low", "close"), "CCI": ("high", "low", "close"),
    "STOCH": ("high", "low", "close"), "WILLR": ("high", "low", "close"), "MFI": ("high", "low", "close", "volume"),
    "ULTOSC": ("high", "low", "close"), "OBV": ("close", "volume"), "CDLENGULFING": ("open", "high", "low", "close"),
}  # fmt: skip
RESULTS = {
    "MACD": ("macd", "macdsignal", "macdhist"), "BBANDS": ("upperband", "middleband", "lowerband"),
    "STOCH": ("slowk", "slowd"),
}  # fmt: skip
SHORT = {"period": ("timeperiod",), "fast": ("fastperiod",), "slow": ("slowperiod",), "signal": ("signalperiod",)}
SHORT["width"] = ("nbdevup", "nbdevdn")
OSCILLATORS = {
    "RSI": (30, 70), "MFI": (20, 80), "CCI": (-100, 100), "CMO": (-50, 50), "WILLR": (-80, -20), "ULTOSC": (30, 70),
}  # fmt: skip
AVERAGES = ("SMA", "EMA", "WMA", "DEMA", "TEMA", "TRIMA", "KAMA", "T3")


class Bars:
    """Candles of one symbol and length, and which of them was the last to be over at each of the own."""

    def __init__(self, desk: Desk, timeframe: str | None, symbol: str | None) -> None:
        own = desk.length_ms
        length = int(timeframe[:-1]) * UNITS[timeframe[-1]] if timeframe else own
        pieces = (desk.times, desk.opens, desk.highs, desk.lows, desk.closes, desk.volumes)
        if symbol is not None:
            c = desk.beside[symbol]
            pieces = tuple(one.tolist() for one in (c.ts, c.open, c.high, c.low, c.close, c.volume))
        times = pieces[0]
        rows = zip(*pieces, strict=True)
        bars: list[list[float]] = []
        for ts, first, high, low, last, volume in rows:
            opened = ts - ts % length
            if bars and bars[-1][0] == opened:
                bar = bars[-1]
                bar[2], bar[3], bar[4] = max(bar[2], high), min(bar[3], low), last
                bar[5] += volume
            else:
                bars.append([opened, first, high, low, last, volume])
        if bars and bars[0][0] != times[0]:
            del bars[0]
        bars = [bar for bar in bars if bar[0] + length <= times[-1] + own]
        self.columns = {name: np.array([bar[1 + k] for bar in bars]) for k, name in enumerate(PRICES)}
        over, overs = -1, {}
        for ts in times:
            while over + 1 < len(bars) and bars[over + 1][0] + length <= ts + own:
                over += 1
            overs[ts] = over
        # -1 where none was over yet, None where the symbol has no candle of that opening time.
        self.last: list[int | None] = [overs.get(ts) for ts in desk.times]

    def values(self, operand: Any) -> list[float] | float:
        """A number, or a column of one number a bar."""
        if isinstance(operand, int | float):
            return float(operand)
        if isinstance(operand, str):
            return self.columns[operand].tolist()
        return self.computed(operand).tolist()

    def computed(self, operand: dict[str, Any]) -> Any:
        """What TA-Lib makes of the bars."""
        name = operand["indicator"]
        of = operand.get("of", READS.get(name, ("close",)))
        inputs = [self.columns[one] for one in ([of] if isinstance(of, str) else of)]
        known = {
            full: value for key, value in operand.items() if key not in ("indicator", "of", "output")
            for full in SHORT.get(key, (key,))
        }  # fmt: skip
        if not len(inputs[0]):
            return np.array([])
        found = getattr(talib, name)(*inputs, **known)
        if name in RESULTS:
            found = found[RESULTS[name].index(operand.get("output", RESULTS[name][0]))]
        return found.astype(np.float64)


@dataclass
class Watched:
    """One rule with its sides as columns over its bars, and what has been counted of it."""

    rule: dict[str, Any]
    bars: Bars
    sides: dict[str, list[float] | float]
    seen: int | None = None
    streak: int = 0
    since: int | None = None
    held: bool = False
    absent: bool = False

    def side(self, name: str, back: int, at: int) -> float:
        """A side at the last bar (back 0) or at the one before (1); NaN where there is none."""
        column = self.sides[name]
        if isinstance(column, float):
            return column
        last = self.bars.last[at]
        return column[last - back] if last is not None and last >= back else NAN

    def line(self, back: int, at: int) -> float:
        """The right side, moved by its share."""
        right, by = self.side("right", back, at), self.rule.get("by", 0.0)
        return right + (-by if self.rule["is"] in ("below", "crosses_below") else by) * abs(right)

    def has_values(self, at: int) -> bool:
        """Whether each of its sides has a value."""
        return all(self.side(name, 0, at) == self.side(name, 0, at) for name in self.sides)

    def look(self, at: int) -> None:
        """Look at the rule at a close of the own candles."""
        self.absent = self.bars.last[at] is None
        elsewhere = "timeframe" in self.rule or "symbol" in self.rule
        if self.absent or (elsewhere and self.seen == self.bars.last[at]):
            return
        self.seen = self.bars.last[at]
        now = self.holds_now(at)
        self.since = 0 if now else (None if self.since is None else self.since + 1)
        within = self.rule.get("within", 1)
        self.held = now if within == 1 else self.since is not None and self.since < within

    def holds_now(self, at: int) -> bool:
        """What the verb says."""
        verb, left = self.rule["is"], self.side("left", 0, at)
        if verb in ("rising", "falling"):
            before = self.side("left", 1, at)
            moved = above(left, before) if verb == "rising" else below(left, before)
            self.streak = self.streak + 1 if moved else 0
            return self.streak >= self.rule.get("candles", 1)
        if verb == "between":
            low, high = self.side("low", 0, at), self.side("high", 0, at)
            return all(x == x for x in (left, low, high)) and not below(left, low) and not above(left, high)
        if verb == "near":
            right = self.side("right", 0, at)
            return left == left and right == right and not above(abs(left - right), self.rule["by"] * abs(right))
        line = self.line(0, at)
        beyond = above if verb in ("above", "crosses_above") else below
        if not verb.startswith("crosses"):
            return beyond(left, line)
        left_was, line_was = self.side("left", 1, at), self.line(1, at)
        return beyond(left, line) and left_was == left_was and line_was == line_was and not beyond(left_was, line_was)


class Rules(Signals):
    """`indicator_rules`."""

    def __init__(self, params: dict[str, Any], desk: Desk) -> None:
        super().__init__(params, desk)
        given = params.get("rules", {"RSI": {"period": 14, "oversold": 30, "overbought": 70}})
        given = json.loads(given) if isinstance(given, str) else given
        places = ("entry_long", "entry_short", "exit_long", "exit_short", "exit", "veto")
        self.lists = given if any(one in places for one in given) else in_full(given)
        self.bars: dict[tuple[str | None, str | None], Bars] = {}
        self.watched: dict[int, Watched] = {}
        for one in self.lists.values():
            self.watch(one, desk)
        self.began = False

    def watch(self, one: Any, desk: Desk) -> None:
        """Make every rule's columns."""
        if isinstance(one, dict) and "left" in one:
            where = one.get("timeframe"), one.get("symbol")
            bars = self.bars.setdefault(where, Bars(desk, *where))
            names = [name for name in ("left", "right", "low", "high") if name in one]
            self.watched[id(one)] = Watched(one, bars, {name: bars.values(one[name]) for name in names})
            return
        for part in members(one)[1]:
            self.watch(part, desk)

    def has_values(self, at: int) -> bool:
        self.began = self.began or all(one.has_values(at) for one in self.watched.values())
        return self.began

    def call(self, desk: Desk) -> Call:
        for one in self.watched.values():
            one.look(desk.at)
        holds = {name: self.holds(one) for name, one in self.lists.items()}
        free = not holds.get("veto", False)
        leave = holds.get("exit", False)
        return Call(
            holds.get("entry_long", False) and free, holds.get("entry_short", False) and free,
            holds.get("exit_long", False) or leave, holds.get("exit_short", False) or leave,
        )  # fmt: skip

    def holds(self, one: Any) -> bool:
        """Whether a rule, a group or a list holds."""
        if isinstance(one, dict) and "left" in one:
            return self.watched[id(one)].held and not self.watched[id(one)].absent
        need, parts = members(one)
        return sum(self.holds(part) for part in parts) >= need


def members(one: Any) -> tuple[int, list[Any]]:
    """How many of which members must hold."""
    if isinstance(one, list):
        return len(one), one
    if "all" in one:
        return len(one["all"]), one["all"]
    return (1, one["any"]) if "any" in one else (one["at_least"], one["of"])


def in_full(short: dict[str, Any]) -> dict[str, Any]:
    """The lists that a short form stands for."""
    need = short.get("need", "all")
    enter: dict[str, list[Any]] = {"entry_long": [], "entry_short": []}
    leave: dict[str, list[Any]] = {"exit_long": [], "exit_short": []}
    for name, options in short.items():
        if name != "need":
            for place, rules in usual(name, dict(options)).items():
                if place in leave:
                    leave[place] += rules
                else:
                    enter[place].append(rules[0] if len(rules) == 1 else {"all": rules})
    count = len(enter["entry_long"])
    wanted = count if need == "all" else 1 if need == "any" else need
    found: dict[str, Any] = {place: {"at_least": wanted, "of": parts} for place, parts in enter.items()}
    return found | {place: {"any": rules} for place, rules in leave.items() if rules}


def usual(name: str, options: dict[str, Any]) -> dict[str, list[Any]]:
    """What one indicator of a short form stands for."""
    timeframe = {key: options.pop(key) for key in ("timeframe", "symbol") if key in options}
    own = {key: options.pop(key) for key in ("oversold", "overbought", "within", "least") if key in options}
    within = {"within": own.get("within", 5), **timeframe}

    def told(left: Any, verb: str, right: Any, more: dict[str, Any] | None = None) -> dict[str, Any]:
        return {"left": left, "is": verb, "right": right, **(timeframe if more is None else more)}

    def part(output: str = "", **more: Any) -> dict[str, Any]:
        return {"indicator": name, **options, **more, **({"output": output} if output else {})}

    def four(long: list[Any], short: list[Any], leave_long: Any, leave_short: Any) -> dict[str, list[Any]]:
        return {"entry_long": long, "entry_short": short, "exit_long": [leave_long], "exit_short": [leave_short]}

    if name in OSCILLATORS:
        low, high = (own.get(key, x) for key, x in zip(("oversold", "overbought"), OSCILLATORS[name], strict=True))
        crossed = told(part(), "crosses_above", low, within), told(part(), "crosses_below", high, within)
        return four([crossed[0]], [crossed[1]], told(part(), "above", high), told(part(), "below", low))
    if name == "STOCH":
        k, d, low, high = part("slowk"), part("slowd"), own.get("oversold", 20), own.get("overbought", 80)
        return four(
            [told(k, "crosses_above", d, within), told(k, "below", low, within)],
            [told(k, "crosses_below", d, within), told(k, "above", high, within)],
            told(k, "above", high), told(k, "below", low),
        )  # fmt: skip
    if name == "BBANDS":
        crossed = (
            told("close", "crosses_above", part("lowerband"), within),
            told("close", "crosses_below", part("upperband"), within),
        )
        middle = part("middleband")
        return four([crossed[0]], [crossed[1]], told("close", "above", middle), told("close", "below", middle))
    if name == "ADX":
        return {side: [told(part(), "above", own.get("least", 25))] for side in ("entry_long", "entry_short")}
    if name == "MACD":
        one, other = part("macd"), part("macdsignal")
    elif "fast" in options:
        fast, slow = options.pop("fast"), options.pop("slow")
        one, other = part(period=fast), part(period=slow)
    else:
        one, other = "close", part()
    over, under = told(one, "above", other), told(one, "below", other)
    return four([over], [under], dict(under), dict(over))
