"""A step as a question: would it change anything on this candle?

The rewritten step up to the first thing that it would do: a target is compared with the one that is wanted, and
whatever else it wants, keeps or gives on is answered with yes where it is reached. What comes before that is the
step's own, in its order, so that the question raises where the step would. What is read must not move from candle to
candle while nothing happens, but for indicators and the candle itself; a statement that reads something else (the
time, the account's worth) is answered with yes too. A yes is no more than that the step itself must be called
(`core.quiet`).
"""

from __future__ import annotations

import ast
from types import FunctionType
from typing import Any

from botswain.build.layout import Layout
from botswain.build.step import CANDLE, SIM, SYMBOL, Work, rewrite
from botswain.core.quiet import differs
from botswain.core.strategy import STEP_NAMES, Strategy

TARGET = "want_target_"
# What a step may read while candles are passed over: what these give stands still, or goes by the candle's row.
STEADY = frozenset(
    (
        *("param_at_", "column_at_", "column_before_", "read_mem_", "mem_index_", "cell_index_"),
        *(f"candle_{name}_" for name in CANDLE),
        *("my_event_", "my_symbol_", "my_lots_", "my_position_", "my_entry_price_", "my_cash_", "my_shortable_"),
        *("my_tick_", "my_lot_", "my_maker_fee_", "my_taker_fee_", "my_slots_", "my_nearest_tick_"),
        *("want_quantity_", "want_filled_", "want_state_", "want_why_"),
    )
)
SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Pass, ast.Break, ast.Continue)
# Functions within the step have returns of their own.
INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


class NoQuestionError(Exception):
    """No question can be made of a step: it is called on every candle."""


def asking_of(strategy: Strategy, layout: Layout) -> FunctionType | None:
    """The question as `user_asks(sim, s, i)`, which returns a bool; None where none can be made, or it is always yes.

    Raises BadInput as `step_of` does.
    """
    chosen = strategy.chosen_step()
    if not isinstance(chosen, FunctionType):
        return None
    try:
        return rewrite(chosen, Work(type(strategy).__name__, layout, False), STEP_NAMES, turned)
    except NoQuestionError:
        return None


def turned(node: ast.FunctionDef, added: dict[str, Any]) -> None:
    """Turn the tree of a rewritten step into that of the question; `added` are the names that it was given."""
    if any(isinstance(one, INNER) for statement in node.body for one in ast.walk(statement)):
        raise NoQuestionError
    moving = frozenset(added) - STEADY
    node.name = "user_asks"
    node.body = [*asked(node.body, moving), answer(False, node)]
    named = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    if differs.__name__ not in named:
        raise NoQuestionError
    added[differs.__name__] = differs


def asked(body: list[ast.stmt], moving: frozenset[str]) -> list[ast.stmt]:
    """Statements, each up to what it would do; what comes after an answer is not reached."""
    found: list[ast.stmt] = []
    for one in body:
        found += question(one, moving)
        if isinstance(found[-1], ast.Return):
            break
    return found


def question(one: ast.stmt, moving: frozenset[str]) -> list[ast.stmt]:
    """What is left of a statement."""
    aim = target_of(one, moving)
    if aim is not None:
        test = ast.Call(name(differs.__name__), [name(SIM), name(SYMBOL), aim], [])
        return [ast.copy_location(ast.If(test, [answer(True, one)], []), one)]
    within = [value for value in ast.iter_child_nodes(one) if not isinstance(value, ast.stmt)]
    if any(isinstance(part, ast.Name) and part.id in moving for value in within for part in ast.walk(value)):
        return [answer(True, one)]
    if isinstance(one, ast.If | ast.For | ast.While):
        one.body, one.orelse = asked(one.body, moving), asked(one.orelse, moving)
        return [one]
    if isinstance(one, ast.Return):
        done = [] if one.value is None else [ast.copy_location(ast.Expr(one.value), one)]
        return [*done, answer(False, one)]
    if isinstance(one, SIMPLE):
        return [one]
    raise NoQuestionError


def target_of(one: ast.stmt, moving: frozenset[str]) -> ast.expr | None:
    """The target that a statement wants, where it does nothing else and reads nothing that moves."""
    call = one.value if isinstance(one, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id != TARGET:
        return None
    aim: ast.expr = [*call.args[2:], *(given.value for given in call.keywords)][0]
    moves = any(isinstance(part, ast.Name) and part.id in moving for part in ast.walk(aim))
    return None if moves else aim


def answer(yes: bool, at: ast.AST) -> ast.stmt:
    """The question's end, where a statement stood."""
    return ast.copy_location(ast.Return(ast.Constant(yes)), at)


def name(word: str) -> ast.expr:
    """A name that is read."""
    return ast.Name(word, ast.Load())
