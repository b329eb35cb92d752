"""Steps that ask every function of Botswain's that a step may call for hard things, made from the tables themselves.

One step a function: `my.mem.case` picks which of its calls is made, each giving one argument a number of one kind
beside ordinary others; `k`, `q` and `t` pick the numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from types import FunctionType
from typing import Any

import numpy as np
from tests.build.compared import FLOATS, TRUTHS, WHOLE, made, outcome
from tests.stage import bot, market

import botswain
from botswain.build.judged_calls import taken_by
from botswain.build.layout import layout_of
from botswain.build.link import compile_or_load, link
from botswain.build.misuse import Misuse
from botswain.build.plan import MONEY_LIMIT, Plan, new_state
from botswain.build.step import MY_CALLS, WANTED, arguments, step_of
from botswain.core.codes import DONE, ENDED, WAITING, WORKING
from botswain.core.indicators import ta
from botswain.core.records import RECORDS, State
from botswain.core.views import cell_index, mem_index, write_mem
from botswain.model.candles import COLUMNS

SLOTS = 3
# What a step can write.
WRITTEN = ("account", "lanes", "rows", "dirty", "mem")
# Ordinary numbers by the name of an argument, and hard ones of its own beside those of `compared`.
USUAL = {
    "x": "0.5", "slot": "1", "kind": "2", "side": "1", "ticks": "50", "lots": "2", "price": "50.25", "qty": "2.5",
    "trigger": "60.5", "flags": "1", "tif": "1", "group": "1", "parent": "0", "tag": "1", "k": "1", "value": "0.5",
    "j": "0", "a": "1.5", "b": "1.5", "of": "1.5", "a_was": "1.5", "b_was": "1.25",
}  # fmt: skip
WHOLES = (*WHOLE, 4, 5, -2, 99, 100, 1000, 1001, -1000, 2**30, 2**30 - 1, 2**52, 2**61, -(2**62), -(2**63) + 1)
REALS = (*FLOATS, 4.0, 5.0, 99.0, 99.5, 1000.0, 1000.0000001, 1e9, 2.0**30, 2.0**52 + 0.5, 4.4e18, 1e-11, 1.0000001)
# A number of each kind as the step has it.
NUMBERS = {"i": "n", "f": "x", "j": "j", "b": "t", "F": "REALS[q]", "I": "WHOLES[k]", "B": "TRUE[k]"}
# What an author declares beside the step: it is called before a run, and never by it.
DECLARES = {"step", "candle_column", "before", "longer", "other"}
COMPARES = tuple(
    one
    for one in map(botswain.__getattr__, botswain.PLACES)
    if isinstance(one, FunctionType) and one.__name__ not in DECLARES and one.__module__.startswith("botswain.core.")
)
HEAD = """
def decide(now, was, p, candle, my, wanted):
    c = int(my.mem.case)
    k = int(my.mem.k)
    q = int(my.mem.q)
    n = int(WHOLES[k])
    x = float(REALS[q])
    t = my.mem.t > 0.0
    j = x
    if t:
        j = n
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One function: how it is called given its arguments' texts, its argument names, and the kinds they may be."""

    name: str
    function: Any
    call: str
    names: tuple[str, ...]

    def kinds(self) -> str:
        """The kinds that are on the list."""
        return taken_by(self.function)

    def calls(self) -> Iterator[tuple[str, str]]:
        """Each call that compiles, with the kinds of numbers that stand in it."""
        usual = {one: USUAL[one] for one in self.names}
        for kind in self.kinds():
            if kind in NUMBERS:
                for name in self.names if "by_name" not in self.call else self.names[-1:]:
                    yield self.written(usual | {name: NUMBERS[kind]}), kind
                if len(self.names) > 1:
                    yield self.written(dict.fromkeys(self.names, NUMBERS[kind])), kind

    def written(self, given: dict[str, str]) -> str:
        """A call as it is written, by keywords where it has any, in another order."""
        by_name = ", ".join(f"{name}={text}" for name, text in reversed(given.items()))
        return self.call.format(*given.values(), given=", ".join(given.values()), by_name=by_name)


def every() -> list[Asked]:
    """All functions that a step may call with numbers."""
    found = []
    for name, function in WANTED.items():
        names = arguments(function)[2:]
        call = f"wanted.{name}({{given}})"
        found.append(Asked(f"wanted.{name}", function, f"my.mem.out = {call}" if answers(function) else call, names))
        if name == "limit":
            found.append(Asked(f"wanted.{name} by name", function, f"wanted.{name}({{by_name}})", names))
    for name, function in MY_CALLS.items():
        found.append(Asked(f"my.{name}", function, f"my.mem.out = my.{name}({{given}})", arguments(function)[2:]))
    for function in COMPARES:
        call = f"my.mem.out = 1.0 if {function.__name__}({{given}}) else 0.0"
        found.append(Asked(function.__name__, function, call, arguments(function)))
    found.append(Asked("my.mem[k]", mem_index, "my.mem.out = my.mem.many[{given}]", ("k",)))
    found.append(Asked("my.mem[k] =", mem_index, "my.mem.many[{given}] = 7.5", ("k",)))
    found.append(Asked("p.levels[k]", mem_index, "my.mem.out = p.levels[{given}]", ("k",)))
    found.append(Asked("p.table[k, j]", cell_index, "my.mem.out = p.table[{given}]", ("k", "j")))
    found.append(Asked("now[k]", mem_index, "my.mem.out = now[{given}]", ("k",)))
    found.append(Asked("was[k]", mem_index, "my.mem.out = was[{given}]", ("k",)))
    found.append(Asked("my.mem.x =", write_mem, "my.mem.out = {given}", ("value",)))
    return found


def steps_body(calls: list[str]) -> str:
    """Lines of a step that makes the call that `case` is the number of."""
    return "\n".join(
        f"    {'elif' if place else 'if'} c == {place}:\n        {call}" for place, call in enumerate(calls)
    )


def answers(function: FunctionType) -> bool:
    """Whether a function of `wanted` answers with a number."""
    return function.__name__.startswith("my_") or function.__name__ == "want_size"


class Stage:
    """One step in both forms, each on memory of its own."""

    def __init__(self, body: str, **more: Any) -> None:
        scope = {"WHOLES": np.array(WHOLES), "REALS": np.array(REALS), "TRUE": np.array(TRUTHS)}
        scope |= {one.__name__: one for one in COMPARES} | more
        decide = made(HEAD + body, "decide", **scope)
        memory = {"case": 1, "k": 1, "q": 1, "t": 1, "out": 1, "many": 4}
        asking = bot(decide, slots=SLOTS, memory=memory, indicators={"mean": ta.SMA(2)})
        derived = {"levels": (1.0, 2.0, 3.0), "table": ((1.0, 2.0), (3.0, 4.0), (5.0, 6.0))}
        self.strategy = type("Asking", (asking,), {"derived": lambda _self: derived})()
        self.plan = Plan(self.strategy, (market(tick="0.25", lot="0.5"),), 60_000)
        self.layout = layout_of(self.strategy)
        self.plain = step_of(self.strategy, self.layout, watched=True)
        self.states = [self.state(compiled) for compiled in (False, True)]
        self.saved = [deepcopy({name: one.parts[name] for name in WRITTEN}) for one in self.states]

    def state(self, compiled: bool) -> State:
        """Memory in the middle of a run: a position, and a row in each of three states."""
        state = new_state(self.plan, self.layout, 4, compiled=compiled)
        for name in (*COLUMNS, "open_ticks", "high_ticks", "low_ticks", "close_ticks"):
            real = name in COLUMNS
            state.put(name, np.array([100.0, 101.0]) if real else np.array([400, 404], np.int64))
        state.account.money_limit = MONEY_LIMIT  # that of a run in Python is another
        state.put_columns([np.array([100.0, 100.5])])
        state.parts["lanes"][0].mark = 404
        state.parts["lanes"][0].i = state.parts["lanes"][0].last = 1
        state.parts["books"][0].pos = 3 * state.parts["terms"][0].lot_units
        for slot, row_state in enumerate((DONE, ENDED, WORKING, WAITING)):
            row = state.parts["rows"][slot]
            for name, value in {
                "rev": 1,
                "side": 1,
                "kind": 1,
                "qty": 4,
                "price": 200,
                "filled": slot,
                "eff": 4,
            }.items():
                setattr(row, name, value)
            row.state = row_state
        return state

    def compiled(self) -> Any:
        """The step as machine code. Raises what the compiler refuses it with."""
        one = link(step_of(self.strategy, self.layout), {}, compiled=True)
        compile_or_load(one)
        return one.call

    def outcome(self, function: Any, place: int, given: tuple[int, int, int, int]) -> tuple[Any, Any]:
        """What a call raises or stops the run for, and what is in memory after it."""
        state = self.states[place]
        for name, was in self.saved[place].items():
            if state.compiled:
                state.parts[name].view(np.ndarray)[...] = was
            else:
                state.put(name, deepcopy(was))
        state.parts["mem"][:4] = [float(one) for one in given]
        fine, raised = outcome(function, (state.handle, 0, 1))
        if not fine:
            return raised.reason if isinstance(raised, Misuse) else raised, None
        code = int(state.account.code)
        return code, {name: values(state, name) for name in WRITTEN}


def values(state: State, name: str) -> list[Any]:
    """All numbers of a part, each as its field holds it in machine code: floats by their bits."""
    part = state.parts[name]
    if state.compiled:
        rows = [list(one) if isinstance(one, tuple) else [one] for one in part.view(np.ndarray).tolist()]
    else:
        rows = [list(vars(one).values()) if hasattr(one, "__dict__") else [one] for one in part]
    kind = RECORDS.get(name)
    real = [name == "mem"] if kind is None else [kind[field].kind == "f" for field in kind.names or ()]
    return [[float(one).hex() if f else int(one) for one, f in zip(row, real, strict=True)] for row in rows]
