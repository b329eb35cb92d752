"""A pass of the compiler over an author's function, so that it does what Python does.

Every operation that machine code does otherwise is done by its exact twin (`build.exact_numbers`). What has none is
refused, and so left in Python: chance, which has another state there, and functions inside functions that numba would
compile by rules of its own, without looking at the bounds of tables.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from numba.core import ir
from numba.core.compiler import DefaultPassBuilder
from numba.core.compiler_machinery import FunctionPass, PassManager, register_pass
from numba.core.ir_utils import build_definitions, get_definition, guard
from numba.core.untyped_passes import InlineClosureLikes

from botswain.build.exact_numbers import EXACT
from botswain.build.exact_whole import OtherNumbers
from botswain.build.pieces import PieceCompiler, WholeCompiler

# Ways into an array that numba does not guard.
UNGUARDED = {"flat"}


@register_pass(mutates_CFG=False, analysis_only=False)
class LikePython(FunctionPass):  # type: ignore[misc]
    """Puts the exact twins in."""

    _name = "like_python"

    def __init__(self) -> None:
        FunctionPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        """numba's hook; says that something was changed."""
        func_ir = state.func_ir
        for block in func_ir.blocks.values():
            body = []
            for one in block.body:
                body += exact(one, func_ir) if isinstance(one, ir.Assign) else [one]
            block.body = body
        func_ir._definitions = build_definitions(func_ir.blocks)
        return True


def exact(statement: Any, func_ir: Any) -> list[Any]:
    """An assignment as it is, or with its operation called by the exact twin. Raises OtherNumbers."""
    value = statement.value
    if not isinstance(value, ir.Expr):
        return [statement]
    if value.op == "make_function":
        raise refusal(value, "a function inside another that cannot be put in its place")
    if value.op == "getattr" and value.attr in UNGUARDED:
        raise refusal(value, f".{value.attr}, whose bounds machine code does not look at")
    if value.op == "call":
        function = meant(func_ir, value.func)
        if home(function).startswith(("random", "numpy.random")):
            raise refusal(value, f"{function.__name__}(), a chance of which machine code has another state")
        if value.kws or value.vararg:
            return [statement]
        return called(statement, function, list(value.args))
    if value.op in ("binop", "inplace_binop"):
        return called(statement, value.fn, [value.lhs, value.rhs])
    if value.op == "unary":
        return called(statement, value.fn, [value.value])
    return [statement]


def home(function: Any) -> str:
    """The module a function is of, or that of what it is bound to."""
    return getattr(function, "__module__", None) or type(getattr(function, "__self__", None)).__module__


def refusal(value: Any, what: str) -> OtherNumbers:
    """What cannot be done as Python does it, with its file and line."""
    return OtherNumbers(f"{value.loc.filename}, line {value.loc.line}: {what}")


def called(statement: Any, function: Any, args: list[Any]) -> list[Any]:
    """The statement, or two in its place: the twin, and a call of it."""
    if not callable(function) or getattr(function, "__hash__", None) is None or function not in EXACT:
        return [statement]
    if not 1 <= len(args) <= 2:
        return [statement]
    target, loc = statement.target, statement.loc
    twin = ir.Var(target.scope, target.scope.redefine("$exact", loc).name, loc)
    found = EXACT[function][len(args) - 1]
    call = ir.Expr.call(twin, args, (), statement.value.loc)
    return [ir.Assign(ir.Global(found.__name__, found, loc), twin, loc), ir.Assign(call, target, loc)]


def meant(func_ir: Any, name: Any) -> Any:
    """The module or function a name in the code stands for, where that can be told."""
    found = guard(get_definition, func_ir, name)
    if isinstance(found, ir.Global | ir.FreeVar):
        return found.value
    if isinstance(found, ir.Expr) and found.op == "getattr":
        module = meant(func_ir, found.value)
        return getattr(module, found.attr, None) if isinstance(module, ModuleType) else None
    return None


def with_pass(state: Any) -> list[PassManager]:
    """numba's own passes and this one, once what can be put in its place has been."""
    manager = DefaultPassBuilder.define_nopython_pipeline(state)
    manager.add_pass_after(LikePython, InlineClosureLikes)
    manager.finalize()
    return [manager]


class AuthorPiece(PieceCompiler):
    """Compiles an author's function into a piece."""

    def define_pipelines(self) -> list[PassManager]:
        """numba's hook."""
        return with_pass(self.state)


class AuthorWhole(WholeCompiler):
    """Compiles an author's function into a whole."""

    def define_pipelines(self) -> list[PassManager]:
        """numba's hook."""
        return with_pass(self.state)
