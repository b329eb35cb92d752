"""The pass of the compiler that lets nothing through but what is proven, and puts in what some of it needs.

It comes after type inference, when every variable and operation has its type. A whole number that becomes a float
because two ways come together is looked at there, and so is what is done with it (`exact_joins`).
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.core import ir
from numba.core.compiler_machinery import AnalysisPass, FunctionPass, register_pass
from numba.core.ir_utils import build_definitions

from botswain.build.exact_joins import JOINED, checked_tuple, truth_as_whole, whole_as_float
from botswain.build.exact_whole import OtherNumbers
from botswain.build.judged import Judge, Plan
from botswain.build.judged_calls import Summary
from botswain.build.kinds import Kind, of_type


@register_pass(mutates_CFG=False, analysis_only=False)
class Listed(FunctionPass):  # type: ignore[misc]
    """Judges an author's function. Raises OtherNumbers where something in it is not on the list."""

    _name = "listed"

    def __init__(self) -> None:
        FunctionPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        """numba's hook; says whether something was changed."""
        given = tuple(map(of_type, state.args))
        plan = Judge(state, given).plan()
        state["summary"] = summary(state, given, plan)
        if not plan.floated and not plan.joining and not plan.widened:
            return False
        for block in state.func_ir.blocks.values():
            body: list[Any] = []
            for one in block.body:
                body += Put(state, one).planned(plan)
            block.body = body
        state.func_ir._definitions = build_definitions(state.func_ir.blocks)
        return True


@register_pass(mutates_CFG=False, analysis_only=True)
class Summed(AnalysisPass):  # type: ignore[misc]
    """Leaves what a function says of itself where numba keeps a text with its machine code."""

    _name = "summed"

    def __init__(self) -> None:
        AnalysisPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        """numba's hook."""
        state.type_annotation = state["summary"]
        return True


def summary(state: Any, given: tuple[Kind, ...], plan: Plan) -> Summary:
    """Which of its floats may be whole numbers in Python without a difference, and what it returns then."""
    takes: list[int] = []
    now, returns = list(given), plan.returns
    for place, kind in enumerate(given):
        if kind != "f":
            continue
        now[place] = "j"
        try:
            other = Judge(state, tuple(now)).plan()
        except OtherNumbers:
            now[place] = "f"
            continue
        if other.joining.keys() == plan.joining.keys():
            takes.append(place)
            returns = other.returns
        else:
            now[place] = "f"
    return Summary(tuple(takes), plan.returns, returns)


class Put:
    """What is put in the place of one statement."""

    def __init__(self, state: Any, statement: Any) -> None:
        self.state = state
        self.one = statement
        self.body: list[Any] = []

    def planned(self, plan: Plan) -> list[Any]:
        """The statement, or what the plan has in its place."""
        one = self.one
        if one in plan.joining:
            value = one.value
            self.call(JOINED[plan.joining[one]], list(value.args), one.target)
        elif one in plan.widened:
            self.widen(plan.widened[one])
        elif one in plan.floated and self.source() is not None:
            self.check_tuple(self.source())
        elif one in plan.floated and isinstance(one, ir.Return):
            made = self.variable(one.value.scope, "float64")
            self.call(whole_as_float, [one.value], made)
            self.body.append(ir.Return(made, one.loc))
        elif one in plan.floated:
            source = one.value
            if not isinstance(source, ir.Var):
                source = self.variable(one.target.scope, "int64")
                self.body.append(ir.Assign(one.value, source, one.loc))
            self.call(whole_as_float, [source], one.target)
        else:
            self.body.append(one)
        return self.body

    def widen(self, by_name: dict[str, Kind]) -> None:
        """A call of Botswain's with some of its arguments made what it takes."""
        one, context = self.one, self.state.typingctx

        def wider(var: Any) -> Any:
            if var.name not in by_name:
                return var
            twin, kind = (whole_as_float, "float64") if by_name[var.name] == "i" else (truth_as_whole, "int64")
            made = self.variable(var.scope, kind)
            self.call(twin, [var], made)
            return made

        args = [wider(var) for var in one.value.args]
        kws = [(name, wider(var)) for name, var in one.value.kws]
        call = ir.Expr.call(one.value.func, args, kws, one.loc)
        kinds = self.state.typemap
        self.state.calltypes[call] = kinds[one.value.func.name].get_call_type(
            context, tuple(kinds[var.name] for var in args), {name: kinds[var.name] for name, var in kws}
        )
        self.body.append(ir.Assign(call, one.target, one.loc))

    def source(self) -> Any:
        """The variable with the tuple that is given, where it is one."""
        inner = self.one.value
        inner = inner.value if isinstance(inner, ir.Expr) and inner.op == "cast" else inner
        tupled = isinstance(inner, ir.Var) and isinstance(self.state.typemap[inner.name], types.BaseTuple)
        return inner if tupled else None

    def check_tuple(self, source: Any) -> None:
        """Have the whole numbers of a tuple looked at before some of them become floats."""
        made = self.variable(source.scope, self.state.typemap[source.name])
        self.call(checked_tuple, [source], made)
        if isinstance(self.one, ir.Return):
            self.body.append(ir.Return(made, self.one.loc))
        else:
            self.body.append(ir.Assign(made, self.one.target, self.one.loc))

    def variable(self, scope: Any, kind: Any) -> Any:
        """A new variable of a type."""
        made = ir.Var(scope, scope.redefine("$listed", self.one.loc).name, self.one.loc)
        self.state.typemap[made.name] = getattr(types, kind) if isinstance(kind, str) else kind
        return made

    def call(self, twin: Any, args: list[Any], target: Any) -> None:
        """A call of a twin that stands in for what was there."""
        context = self.state.typingctx
        function = context.resolve_value_type(twin)
        signature = function.get_call_type(context, tuple(self.state.typemap[one.name] for one in args), {})
        name = self.variable(target.scope, function)
        call = ir.Expr.call(name, args, (), self.one.loc)
        self.state.calltypes[call] = signature
        self.body.append(ir.Assign(ir.Global(twin.__name__, twin, self.one.loc), name, self.one.loc))
        self.body.append(ir.Assign(call, target, self.one.loc))
