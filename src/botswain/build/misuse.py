"""What no order can be, found on the author's own line: every call of `wanted` looks at what came of it.

Machine code only says that something was wrong. Where a step runs in Python, `Watched` raises a `Misuse` that names
the value and the remedy; `build.faults` adds the place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from types import FunctionType, MethodType
from typing import Any

from botswain.core.access import account_of, lot_of, rules_of, tick_of
from botswain.core.codes import (
    FOK,
    GTC,
    IOC,
    KIND_NAMES,
    MARKET,
    POST_ONLY,
    REDUCE_ONLY,
    RISK,
    STOP_LIMIT,
    TIF_NAMES,
    VOLATILITY,
)
from botswain.core.wanted import MOST_GROUPS, MOST_LOTS, MOST_TAGS, MOST_TICKS
from botswain.model.reasons import Reason

# Sizes of a whole position, which no single order can have.
WHOLE = {RISK: "risk", VOLATILITY: "volatility"}
# The halts a step brings about by what it asks for.
MISUSES = frozenset({Reason.BAD_SLOT, Reason.BAD_TARGET, Reason.BAD_ORDER})
# As near to a tick as an ordered price is taken for one.
ONE_TICK = 1 - 1e-6
TARGETS = "from -1000 to 1000"
NAN_REMEDY = "an indicator is nan until it has enough candles: ask `if now.x == now.x:` first, or compare by above()"

# The core's own, which have no types.
ACCOUNT: Callable[[Any], Any] = account_of
RULES_OF: Callable[[Any], Any] = rules_of
TICK: Callable[[Any, int], float] = tick_of
LOT: Callable[[Any, int], float] = lot_of


class Misuse(Exception):
    """A step asked for what no order can be. Raised on the author's line; the bot is halted with `reason`."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Watched:
    """One of `wanted`'s functions, run in Python, that raises a Misuse where it made the run stop.

    call  takes what the function takes, by the same names: Python pays for a call that takes anything
    """

    def __init__(self, name: str, function: Callable[..., Any]) -> None:
        self.name = name
        self.function = function
        code = function.__code__
        self.names = code.co_varnames[2 : code.co_argcount]
        self.call = MethodType(watching(self.names), self)

    def look(self, sim: Any, s: int, given: list[Any]) -> None:
        """Raise a Misuse where what was given stopped the run."""
        code = int(ACCOUNT(sim).code)
        if code in MISUSES:
            values = dict(zip(self.names, given, strict=True))
            raise Misuse(Reason(code), misuse_text(self.name, values, Reason(code), sim, s))


@cache
def watching(names: tuple[str, ...]) -> FunctionType:
    """The method that calls a Watched's function with values of these names, and has it look if the run stopped."""
    given = ", ".join(names)
    text = (
        f"def call(self, sim, s, {given}):\n"
        f"    found = self.function(sim, s, {given})\n"
        "    if sim.account.code:\n"
        f"        self.look(sim, s, [{given}])\n"
        "    return found\n"
    )
    scope: dict[str, FunctionType] = {}
    exec(compile(text, __file__, "exec"), scope)  # parameter names of our own functions, nothing of an author's
    return scope["call"]


def misuse_text(name: str, values: dict[str, Any], reason: Reason, sim: Any, s: int) -> str:
    """What was asked, which value of it cannot be, and what to do."""
    rules = RULES_OF(sim)
    written = ", ".join(f"{key}={plain(value)}" for key, value in values.items())
    if reason is Reason.BAD_SLOT:
        found = next(wrong_slots(values, int(rules.slots)), "")
    elif reason is Reason.BAD_TARGET:
        found = f"the target is {plain(values['x'])}; it must be {TARGETS}{nan_hint(values['x'])}"
    else:
        # Prices and quantities must be countable in ticks and lots.
        found = next(wrong_values(values, {"price": TICK(sim, s), "trigger": TICK(sim, s), "qty": LOT(sim, s)}), "")
    if not found and int(rules.sizing) in WHOLE:
        found = (
            f"sizing by {WHOLE[int(rules.sizing)]} sizes a whole position (wanted.target), not one order; name a "
            "quantity, or use the sizing percent, fixed or fixed_quote"
        )
    return f"wanted.{name}({written}): {found or 'no order can be that; correct its values'} [{reason.name}]"


def wrong_slots(values: dict[str, Any], slots: int) -> Iterator[str]:
    """Each slot the strategy does not have."""
    for key in ("slot", "parent"):
        value = values.get(key, 0)
        if not whole(value, 0, slots) and not (key == "parent" and value == -1):
            none = ", or -1 for none" if key == "parent" else ""
            yield (
                f"{key} is {plain(value)} and this strategy has {slots}, numbered from 0; use 0 to {slots - 1}{none}, "
                "or let slots() return more"
            )


def wrong_values(values: dict[str, Any], units: dict[str, float]) -> Iterator[str]:
    """Each value that no order can have; `units` is the step of those that are counted in ticks or lots."""
    if "parent" in values and values["parent"] == values["slot"]:
        yield f"parent is {plain(values['parent'])}, the slot itself; write another slot, or -1 for none"
    for key, value in values.items():
        if key == "ticks" and values.get("kind") == MARKET and value == 0:
            continue
        if key in RULES and not RULES[key][0](value / units[key] if key in units else value):
            yield f"{key} is {plain(value)}; {RULES[key][1]}{nan_hint(value)}"


def whole(value: Any, least: int, below: int) -> bool:
    """Whether it is a whole number within bounds; nan is not."""
    return bool(least <= value < below and value == int(value))


RULES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "kind": (lambda value: value in KIND_NAMES and value != STOP_LIMIT, "write MARKET, LIMIT, STOP or TAKE_PROFIT"),
    "side": (lambda value: value in (1, -1), "write 1 to buy or -1 to sell"),
    "price": (lambda value: ONE_TICK <= value < MOST_TICKS, "write a price in quote, one tick or more"),
    "trigger": (lambda value: ONE_TICK <= value < MOST_TICKS, "write a price in quote, one tick or more"),
    "ticks": (lambda value: whole(value, 1, MOST_TICKS), "write a price in whole ticks, 1 or more (0 for MARKET)"),
    "qty": (lambda value: 0 <= value < MOST_LOTS, "write a quantity in base, or 0 to have it sized"),
    "lots": (lambda value: whole(value, 0, MOST_LOTS), "write a quantity in whole lots, or 0 to have it sized"),
    "flags": (
        lambda value: whole(value, 0, MOST_GROUPS),
        f"write 0, POST_ONLY ({POST_ONLY}), REDUCE_ONLY ({REDUCE_ONLY}) or their sum",
    ),
    "tif": (lambda value: value in TIF_NAMES, f"write GTC ({GTC}), IOC ({IOC}) or FOK ({FOK})"),
    "group": (lambda value: whole(value, 0, MOST_GROUPS), "write a whole number above 0, or 0 for no group"),
    "tag": (lambda value: whole(value, 0, MOST_TAGS), f"write a place in the strategy's tags, 0 to {MOST_TAGS - 1}"),
}


def plain(value: Any) -> str:
    """A number as a person writes it."""
    return f"{value:.12g}" if isinstance(value, float) else repr(value)


def nan_hint(value: Any) -> str:
    """What to do about a value that is none."""
    return f"; {NAN_REMEDY}" if value != value else ""
