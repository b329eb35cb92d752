"""A pass of the compiler over an author's function, so that it does what Python does.

Every operation that machine code does otherwise is done by its exact twin (`build.exact_numbers`). What has none is
refused, and so left in Python: chance, which has another state there, and functions inside functions that numba would
compile by rules of its own, without looking at the bounds of tables.
"""

from __future__ import annotations

from enum import EnumType, IntEnum
from types import ModuleType
from typing import Any

from numba.core import ir
from numba.core.compiler import DefaultPassBuilder
from numba.core.compiler_machinery import FunctionPass, PassManager, register_pass
from numba.core.ir_utils import build_definitions, get_definition, guard
from numba.core.typed_passes import AnnotateTypes, InlineOverloads, PreLowerStripPhis
from numba.core.untyped_passes import InlineClosureLikes

from botswain.build.exact_numbers import EXACT
from botswain.build.exact_whole import OtherNumbers
from botswain.build.inlined import Inlined, OverloadsInlined
from botswain.build.listed import Listed, Summed
from botswain.build.pieces import PieceCompiler, WholeCompiler

# How an int counts: an enum that counts otherwise is none of whole numbers.
NOT_COUNTING = ("__new__", "__repr__", "__format__", "__getnewargs__", "from_bytes")
NUMERIC = [name for name, one in vars(int).items() if callable(one) and name not in NOT_COUNTING]
# numba's passes that are done otherwise.
IN_PLACE_OF = {InlineClosureLikes: Inlined, InlineOverloads: OverloadsInlined}
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
    number = counted_by_name(func_ir, value)
    if number is not None:
        return [ir.Assign(ir.Const(number, statement.loc), statement.target, statement.loc)]
    if not isinstance(value, ir.Expr):
        return [statement]
    if value.op == "make_function":
        raise refusal(value, "a function inside another that cannot be put in its place")
    if value.op == "getattr" and value.attr in UNGUARDED:
        raise refusal(value, f".{value.attr}, whose bounds machine code does not look at")
    if value.op == "call":
        function = meant(func_ir, value.func)
        if f"{home(function)}.".startswith(("random.", "numpy.random.")):
            raise refusal(value, f"{function.__name__}(), a chance of which machine code has another state")
        if value.kws or value.vararg:
            if twins_of(function):
                raise refusal(value, f"{function.__name__}() by keywords or with a *; give its arguments one by one")
            return [statement]
        return called(statement, function, list(value.args))
    if value.op in ("binop", "inplace_binop"):
        return called(statement, value.fn, [value.lhs, value.rhs])
    if value.op == "unary":
        return called(statement, value.fn, [value.value])
    return [statement]


def counted_by_name(func_ir: Any, value: Any) -> int | None:
    """The whole number that a member of an IntEnum is, where the code names one; None for all else."""
    found = None
    if isinstance(value, ir.Global | ir.FreeVar):
        found = value.value
    elif isinstance(value, ir.Expr) and value.op == "getattr":
        found = meant_of(func_ir, value)
    if not isinstance(found, IntEnum) or any(getattr(type(found), one) is not getattr(IntEnum, one) for one in NUMERIC):
        return None
    return int(found)


def home(function: Any) -> str:
    """The module a function is of, or that of what it is bound to."""
    return getattr(function, "__module__", None) or type(getattr(function, "__self__", None)).__module__


def refusal(value: Any, what: str) -> OtherNumbers:
    """What cannot be done as Python does it, with its file and line."""
    return OtherNumbers(f"{value.loc.filename}, line {value.loc.line}: {what}")


def called(statement: Any, function: Any, args: list[Any]) -> list[Any]:
    """The statement, or two in its place: the twin, and a call of it."""
    twins = twins_of(function)
    if not 1 <= len(args) <= len(twins):
        return [statement]
    target, loc = statement.target, statement.loc
    twin = ir.Var(target.scope, target.scope.redefine("$exact", loc).name, loc)
    found = twins[len(args) - 1]
    call = ir.Expr.call(twin, args, (), statement.value.loc)
    return [ir.Assign(ir.Global(found.__name__, found, loc), twin, loc), ir.Assign(call, target, loc)]


def twins_of(function: Any) -> tuple[Any, ...]:
    """The exact twins of an operation or function, by how many arguments they take; none where it has none."""
    known = callable(function) and getattr(function, "__hash__", None) is not None
    return EXACT.get(function, ()) if known else ()


def meant(func_ir: Any, name: Any) -> Any:
    """The module or function a name in the code stands for, where that can be told."""
    found = guard(get_definition, func_ir, name)
    if isinstance(found, ir.Global | ir.FreeVar):
        return found.value
    return meant_of(func_ir, found) if isinstance(found, ir.Expr) and found.op == "getattr" else None


def meant_of(func_ir: Any, found: Any) -> Any:
    """What an attribute stands for, of a module or of an enum."""
    owner = meant(func_ir, found.value)
    return getattr(owner, found.attr, None) if isinstance(owner, ModuleType | EnumType) else None


def with_pass(state: Any) -> list[PassManager]:
    """numba's own passes and this one, once what can be put in its place has been."""
    manager = DefaultPassBuilder.define_nopython_pipeline(state)
    for place, (one, told) in enumerate(manager.passes):
        if one in IN_PLACE_OF:
            manager.passes[place] = (IN_PLACE_OF[one], told)
    manager.add_pass_after(LikePython, Inlined)
    manager.add_pass_after(Listed, PreLowerStripPhis)
    manager.add_pass_after(Summed, AnnotateTypes)
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
