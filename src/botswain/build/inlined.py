"""numba's pass that puts functions inside functions, a list's own loop among them, in their places; nothing more.

After it numba drops whatever nobody reads, and with it the errors that Python raises there: a place beyond a list, a
division by zero. Here only what is left of the inner functions themselves goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from numba.core import inline_closurecall, ir, typed_passes
from numba.core.compiler_machinery import FunctionPass, register_pass
from numba.core.untyped_passes import InlineClosureLikes

# What is made of nothing but names and constants, so that nobody misses it.
SILENT = (ir.Const, ir.Global, ir.FreeVar)


@register_pass(mutates_CFG=True, analysis_only=False)
class Inlined(FunctionPass):  # type: ignore[misc]
    """Stands in the place of numba's."""

    _name = "inlined"

    def __init__(self) -> None:
        FunctionPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        """numba's hook; says that something was changed."""
        with keeping_errors():
            return bool(InlineClosureLikes().run_pass(state))


@register_pass(mutates_CFG=True, analysis_only=False)
class OverloadsInlined(FunctionPass):  # type: ignore[misc]
    """The same of functions of numba's own that ask for it."""

    _name = "overloads_inlined"

    def __init__(self) -> None:
        FunctionPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        """numba's hook; says whether something was changed."""
        with keeping_errors():
            return bool(typed_passes.InlineOverloads().run_pass(state))


@contextmanager
def keeping_errors() -> Iterator[None]:
    """Have numba drop inner functions only. It compiles under a lock of its own, one function at a time."""
    homes: tuple[Any, ...] = (inline_closurecall, typed_passes)
    before = [one.dead_code_elimination for one in homes]
    for one in homes:
        one.dead_code_elimination = drop_functions
    try:
        yield
    finally:
        for one, was in zip(homes, before, strict=True):
            one.dead_code_elimination = was


def drop_functions(func_ir: Any, *_given: Any, **_named: Any) -> None:
    """Take out functions that were put in their places, and what only they were made of."""
    while [block for block in func_ir.blocks.values() if drop_unread(block, func_ir)]:
        pass


def drop_unread(block: Any, func_ir: Any) -> bool:
    """Take out of a block what only names functions and is read nowhere; says whether there was any."""
    statements = [one for other in func_ir.blocks.values() for one in other.body if not isinstance(one, ir.Del)]
    read = {name for one in statements for name in names_read(one)}
    functions = {
        one.target.name for one in statements if is_set(one) and getattr(one.value, "op", "") == "make_function"
    }
    kept = [
        one for one in block.body if not (is_set(one) and one.target.name not in read and bare(one.value, functions))
    ]
    dropped = len(kept) < len(block.body)
    block.body = kept
    return dropped


def names_read(statement: Any) -> list[str]:
    """The variables that a statement reads."""
    if not is_set(statement):
        return [var.name for var in statement.list_vars()]
    value = statement.value
    return [value.name] if isinstance(value, ir.Var) else [var.name for var in getattr(value, "list_vars", list)()]


def is_set(statement: Any) -> bool:
    """Whether a statement gives a variable something that may be made of others."""
    return isinstance(statement, ir.Assign)


def bare(value: Any, functions: set[str]) -> bool:
    """Whether it is a constant, a name, a function or one under another name."""
    if isinstance(value, ir.Var):
        return value.name in functions
    return isinstance(value, SILENT) or getattr(value, "op", "") == "make_function"
