"""Trade by rules of your own over any indicator, price or volume, without writing code.

Makes money where the rules have found something that comes again, and not before fees: each entry and exit costs two.
Loses it where they fit the past only, which many rules with well-chosen numbers always do; try them on months that they
were not made on. With no `exit` it leaves only by the opposite entry, or by a stop-loss. docs/rules.md section 8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import ClassVar

from botswain.core.codes import FILL, TIMER
from botswain.core.grounds import Ground
from botswain.core.indicators import Indicator, candle_column
from botswain.core.num import above, below
from botswain.core.strategy import Data, step
from botswain.model.errors import BadInput
from botswain.strategies.rule_data import read_rules, rules_of
from botswain.strategies.rule_table import columns_of, every_rule, table_of
from botswain.strategies.rule_values import Listed
from botswain.strategies.signals import SignalBot, filled, follow

# Places of VERBS and PLACES (rule_values), as the step sees them.
ABOVE, BELOW, CROSSES_ABOVE, CROSSES_BELOW, BETWEEN, NEAR, RISING, FALLING = range(8)
ENTRY_LONG, ENTRY_SHORT, EXIT_LONG, EXIT_SHORT, EXIT, VETO = range(6)
# Places in a rule's row (rule_table.FIELDS).
VERB, LEFT, RIGHT, LEVEL, MORE, ENDS, OF_GROUP, OF_LIST, PLACE = range(9)
UPPER, UPPER_LEVEL, SHIFT, CANDLES, WITHIN, OPENED, LEFT_BEFORE, RIGHT_BEFORE = range(9, 17)
# What a rule has come to.
HOLDS, FAILS, UNKNOWN = 1.0, 0.0, -1.0
USUAL = '{"RSI":{"overbought":70,"oversold":30,"period":14}}'
EXAMPLE = """{
  "entry_long": [
    {"left": "RSI(14)", "is": "crosses_above", "right": 30, "within": 5},
    {"left": "close", "is": "above", "right": "SMA(50)", "timeframe": "1h"},
    {"left": "close", "is": "above", "right": "SMA(200)", "symbol": "BTC/USDT"}
  ],
  "exit_long": {"any": [
    {"left": "RSI(14)", "is": "above", "right": 70},
    {"left": "close", "is": "falling", "candles": 4}
  ]},
  "veto": [{"left": "ATR(14)", "is": "above", "right": 50}]
}"""


@lru_cache(maxsize=256)
def columns_by_name(text: str) -> dict[str, Indicator]:
    """The columns of rules, worked out once for a text; only to be read."""
    return columns_of(rules_of(text))


@lru_cache(maxsize=256)
def row_by_row(text: str) -> tuple[tuple[float, ...], ...]:
    """The rows of rules likewise; the trend filter's average stands before their columns."""
    return tuple(table_of(rules_of(text), first=1))


class IndicatorRules(SignalBot):
    """Long while the rules of `entry_long` were met and none of those to leave has come; short likewise."""

    name = "indicator_rules"
    memory_units: ClassVar = SignalBot.memory_units | dict.fromkeys(("truth", "streak", "counts", "seen"), "plain")

    rules = Data(
        USUAL, read_rules, example=EXAMPLE, help="rules as JSON: indicators with their usual rules, or lists "
        "entry_long, entry_short, exit_long, exit_short, exit, veto",
    )  # fmt: skip

    def validate(self) -> None:
        """There must be a rule to enter by on each side that may be taken."""
        there = {one.place for one in self.lists}
        for side in ("long", "short"):
            if self.direction in (side, "both") and f"entry_{side}" not in there:
                other = "short" if side == "long" else "long"
                raise BadInput(
                    f"parameter rules has no entry_{side} and direction is {self.direction}; write rules for "
                    f"entry_{side}, or use direction {other}"
                )

    @property
    def lists(self) -> tuple[Listed, ...]:
        """Its rules as values."""
        return rules_of(self.rules)

    def indicators(self) -> dict[str, Indicator]:
        """The trend filter's average, or in its place what nobody is shown, and then what the rules read."""
        return {"trend": self.trend_average(candle_column("ts")), **columns_by_name(self.rules)}

    def check_timeframe(self, own_ms: int) -> None:
        """The timeframe of a rule must be a multiple of the bot's."""
        try:
            super().check_timeframe(own_ms)
        except BadInput as error:
            raise BadInput(f"parameter rules: {error}") from None

    def memory(self) -> dict[str, int]:
        """Of each rule: what it came to, how many candles in a row it has moved, for how many it still counts, and

        which longer candle it saw last.
        """
        # Two at least: of one the step would read it by another way.
        count = max(len(every_rule(self.lists)), 2)
        return super().memory() | {"truth": count, "streak": count, "counts": count, "seen": count}

    def derived(self) -> dict[str, float | Sequence[float] | Sequence[Sequence[float]]]:
        """How many rules there are, and the rules row by row."""
        rows = row_by_row(self.rules)
        return {"many": float(len(rows)), "row": rows}

    def grounds(self, memory: Mapping[str, Sequence[float]]) -> tuple[Ground, ...]:
        """Each rule in words, and what it came to."""
        rules = [(one.place, rule) for one in self.lists for rule in every_rule((one,))]
        names, columns = tuple(columns_by_name(self.rules)), row_by_row(self.rules)
        truth = memory.get("truth", [UNKNOWN] * len(rules))
        # The trend filter's average stands before what the rules read.
        reads = [[int(row[j]) - 1 for j in (LEFT, RIGHT, UPPER) if row[j] >= 0] for row in columns]
        return tuple(
            Ground(place, str(rule), None if held == UNKNOWN else held == HOLDS, tuple(names[k] for k in places))
            for (place, rule), held, places in zip(rules, truth, reads, strict=False)
        )

    @step
    def decide(now, was, p, candle, my, wanted):
        if my.event == FILL:
            filled(p, my)
        elif my.mem.begun > 0 or have_values(now, p):
            up, down, leave_up, leave_down = judged(now, was, p, my)
            follow(now, p, candle, my, wanted, up, down, leave_up, leave_down)


def have_values(now, p):
    """Whether every side of every rule has a value."""
    known = True
    for r in range(int(p.many)):
        for j in (LEFT, RIGHT, UPPER):
            k = p.row[r, j]
            known = known and (k < 0.0 or now[k] == now[k])
    return known


def judged(now, was, p, my):
    """What the rules call for: long, short, leaving a long, leaving a short. What each came to is remembered."""
    up = down = leave_up = leave_down = veto = False
    votes = groups = 0.0
    for r in range(int(p.many)):
        truth = truth_of(now, was, p, my, r)
        my.mem.truth[r] = truth
        votes += truth > 0.0
        ends = p.row[r, ENDS]
        if ends > 0.0:
            groups += votes >= p.row[r, OF_GROUP]
            votes = 0.0
            if ends > 1.0:
                met = groups >= p.row[r, OF_LIST]
                groups = 0.0
                place = p.row[r, PLACE]
                if place == ENTRY_LONG:
                    up = met
                elif place == ENTRY_SHORT:
                    down = met
                elif place == EXIT_LONG:
                    leave_up = met
                elif place == EXIT_SHORT:
                    leave_down = met
                elif place == EXIT:
                    leave_up = leave_up or met
                    leave_down = leave_down or met
                else:
                    veto = met
    return up and not veto, down and not veto, leave_up, leave_down


def truth_of(now, was, p, my, r):
    """What a rule comes to at this candle. Most are a column above or below another; whatever else may be is `more`."""
    verb = p.row[r, VERB]
    left = now[p.row[r, LEFT]]
    right = now[p.row[r, RIGHT]] if p.row[r, RIGHT] >= 0.0 else p.row[r, LEVEL]
    more = p.row[r, MORE] > 0.0
    if more:
        if unseen(now, p, r):
            return UNKNOWN
        right = right + p.row[r, SHIFT] * abs(right)
    if verb == ABOVE:
        truth = truth_if(left, right, above(left, right))
    elif verb == BELOW:
        truth = truth_if(left, right, below(left, right))
    elif verb < BETWEEN:
        truth = crossing(now, was, p, r, left, right)
    else:
        truth = seldom(now, was, p, my, r)
    if more:
        if p.row[r, WITHIN] > 1.0:
            truth = lately(now, p, my, r, truth)
        if p.row[r, OPENED] >= 0.0 and my.event != TIMER:
            my.mem.seen[r] = now[p.row[r, OPENED]]
    return truth


def seldom(now, was, p, my, r):
    """The verbs that are not asked for often."""
    verb = p.row[r, VERB]
    left = now[p.row[r, LEFT]]
    right = now[p.row[r, RIGHT]] if p.row[r, RIGHT] >= 0.0 else p.row[r, LEVEL]
    if verb == BETWEEN:
        upper = now[p.row[r, UPPER]] if p.row[r, UPPER] >= 0.0 else p.row[r, UPPER_LEVEL]
        return truth_if(left, right + upper, not below(left, right) and not above(left, upper))
    if verb == NEAR:
        return truth_if(left, right, not above(abs(left - right), p.row[r, SHIFT] * abs(right)))
    return moving(now, was, p, my, r, left)


def truth_if(left, right, holds):
    """HOLDS or FAILS; UNKNOWN where a side has no value."""
    if left != left or right != right:
        return UNKNOWN
    return HOLDS if holds else FAILS


def before(now, was, k, longer):
    """A column at the candle before: of other candles than the own that stands in a column of its own."""
    return now[longer] if longer >= 0.0 else was[k]


def crossing(now, was, p, r, left, right):
    """Beyond the other side now, and known not to have been there before."""
    left_was = before(now, was, p.row[r, LEFT], p.row[r, LEFT_BEFORE])
    right_was = p.row[r, LEVEL]
    if p.row[r, RIGHT] >= 0.0:
        right_was = before(now, was, p.row[r, RIGHT], p.row[r, RIGHT_BEFORE])
    right_was = right_was + p.row[r, SHIFT] * abs(right_was)
    if left_was != left_was or right_was != right_was:
        return UNKNOWN
    if p.row[r, VERB] == CROSSES_ABOVE:
        return truth_if(left, right, above(left, right) and not above(left_was, right_was))
    return truth_if(left, right, below(left, right) and not below(left_was, right_was))


def moving(now, was, p, my, r, left):
    """Whether the left side has gone up, or down, so many candles in a row."""
    if counted(now, p, my, r):
        return HOLDS if my.mem.streak[r] >= p.row[r, CANDLES] else FAILS
    left_was = before(now, was, p.row[r, LEFT], p.row[r, LEFT_BEFORE])
    moved = above(left, left_was) if p.row[r, VERB] == RISING else below(left, left_was)
    streak = min(my.mem.streak[r] + 1.0, p.row[r, CANDLES]) if moved else 0.0
    if my.event != TIMER:
        my.mem.streak[r] = streak
    if left != left or left_was != left_was:
        return UNKNOWN
    return HOLDS if streak >= p.row[r, CANDLES] else FAILS


def lately(now, p, my, r, truth):
    """Whether a rule has held at one of the last closes; `counts` is for how many more it then still does."""
    counts = my.mem.counts[r]
    if not counted(now, p, my, r):
        counts = p.row[r, WITHIN] if truth > 0.0 else max(counts - 1.0, 0.0)
        if my.event != TIMER:
            my.mem.counts[r] = counts
    if counts > 0.0:
        return HOLDS
    return truth if truth < 0.0 else FAILS


def unseen(now, p, r):
    """Whether a rule that counts other candles sees none of them at this close: nothing is counted then."""
    return p.row[r, OPENED] >= 0.0 and now[p.row[r, OPENED]] != now[p.row[r, OPENED]]


def counted(now, p, my, r):
    """Whether a rule on other candles has seen the one that closed last."""
    return p.row[r, OPENED] >= 0.0 and my.mem.seen[r] == now[p.row[r, OPENED]]
