"""An author's function, typed by numba, held against the list of what is proven (`proven`).

First the kind of every variable is found, going round until none changes; then each statement has to be one that is
known. What is not raises OtherNumbers with its line. What comes out is the plan of what `listed` puts in, and what the
function returns: a function that calls it goes on from there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from types import ModuleType
from typing import Any

import numba
from numba import types
from numba.core import ir

from botswain.build.exact_whole import OtherNumbers
from botswain.build.judged_calls import Calls
from botswain.build.kinds import (
    EXACT_IN_FLOAT,
    UNKNOWN,
    FollowsFromAnother,
    Kind,
    Unlisted,
    joined,
    of_type,
    of_value,
    put_into,
    spelt,
)
from botswain.build.proven import JOINING, NAMES, PROVEN, hint

# Statements that do nothing with numbers.
SILENT = (ir.Del, ir.Jump, ir.StaticRaise, ir.DynamicRaise, ir.Raise, ir.PopBlock)


@dataclass(slots=True)
class Plan:
    """What has to be put in: statements whose value is a whole number that becomes a float, and those whose operation

    is one of numbers that may be whole or not; calls of Botswain's with arguments that it takes as other numbers, by
    the names of their variables; and the kind that is returned.
    """

    floated: list[Any] = field(default_factory=list)
    joining: dict[Any, str] = field(default_factory=dict)
    widened: dict[Any, dict[str, Kind]] = field(default_factory=dict)
    returns: Kind = None


class Judge:
    """One function with given kinds of arguments."""

    def __init__(self, state: Any, given: tuple[Kind, ...]) -> None:
        self.typemap = state.typemap
        self.calltypes = state.calltypes
        self.returned = state.return_type
        self.body = [one for block in state.func_ir.blocks.values() for one in block.body]
        self.given = given
        self.kinds: dict[str, Kind] = {}
        self.calls = Calls(self)

    def plan(self) -> Plan:
        """The plan, or OtherNumbers with the first statement that is not listed."""
        assigned = [one for one in self.body if isinstance(one, ir.Assign)]
        changed = True
        while changed:
            changed = False
            for one in assigned:
                try:
                    kind = self.value(one.value, one.target)
                    found = None if kind is None else put_into(kind, self.typemap[one.target.name])
                except Unlisted:
                    found = UNKNOWN
                before = self.kinds.get(one.target.name)
                after = joined(found, before)
                if after != before:
                    self.kinds[one.target.name] = after
                    changed = True
        plan, later = Plan(), None
        for one in self.body:
            try:
                self.judge(one, plan)
            except Unlisted as error:
                found = OtherNumbers(f"{one.loc.filename}, line {one.loc.line}: {error}")
                if not isinstance(error, FollowsFromAnother):
                    raise found from None
                later = later or found
        if later is not None:
            raise later
        return plan

    def meant_list(self, value: Any) -> Kind:
        """The list whose method is called."""
        found = [one.value for one in self.body if isinstance(one, ir.Assign) and one.target.name == value.func.name]
        if len(found) != 1 or getattr(found[0], "op", "") != "getattr":
            raise Unlisted("a method under another name is not known to be the same in machine code; call it as it is")
        return self.kind(found[0].value)

    def judge(self, one: Any, plan: Plan) -> None:
        """One statement once all kinds are known. Raises Unlisted."""
        if isinstance(one, ir.Assign):
            self.judge_assign(one, plan)
        elif isinstance(one, ir.Return):
            kind = put_into(self.kind(one.value), self.returned)
            self.known(kind, "return")
            if kind != self.kind(one.value):
                plan.floated.append(one)
            plan.returns = joined(kind, plan.returns)
            self.known(plan.returns, "return")
        elif isinstance(one, ir.Branch):
            self.entry("bool", (self.kind(one.cond),))
        elif isinstance(one, ir.SetItem | ir.StaticSetItem):
            index = one.index if isinstance(one, ir.SetItem) else one.index_var
            self.store(self.kind(one.target), self.kind(index), self.kind(one.value))
        elif not isinstance(one, SILENT):
            raise Unlisted(f"{type(one).__name__.lower()} is not known to be the same in machine code")

    def judge_assign(self, one: Any, plan: Plan) -> None:
        """What is assigned: its operation, and what it is put into."""
        kind = self.value(one.value, one.target)
        given = self.typemap[one.target.name]
        into = UNKNOWN if kind is None else put_into(kind, given)
        if into == UNKNOWN:
            raise Unlisted(self.mixed(one, kind, given))
        if self.kinds[one.target.name] == UNKNOWN:
            raise FollowsFromAnother(self.mixed(one, kind, given))
        if kind != into and not small(one.value):
            plan.floated.append(one)
        if isinstance(one.value, ir.Expr):
            name, kinds = self.operation(one.value)
            if name in JOINING and "j" in kinds and "f" not in kinds:
                plan.joining[one] = name
            widened = self.calls.widened(one.value) if one.value.op == "call" else {}
            if widened:
                plan.widened[one] = widened

    def mixed(self, one: Any, kind: Kind, given: Any) -> str:
        """Why a variable is none that is known."""
        name = one.target.name.split(".")[0]
        what = f"{name} is" if not name.startswith("$") else "this is"
        return (
            f"{what} {spelt(kind) if kind is not None else 'unset'} on one way and {spelt(of_type(given))} in all, "
            "which machine code would make one of: keep it of one kind, such as 0.0 for 0 or int(...) of a truth value"
        )

    def kind(self, var: Any) -> Kind:
        """A variable's kind; None as long as nothing is known."""
        return self.kinds.get(var.name)

    def known(self, kind: Kind, name: str) -> Kind:
        """A kind that is one. Raises Unlisted."""
        if kind == UNKNOWN:
            raise FollowsFromAnother(
                f"{name} of {spelt(kind)} is not known to be the same in machine code; {hint(name, (kind,))}"
            )
        return kind

    def value(self, value: Any, target: Any) -> Kind:
        """The kind of what is assigned; None where an operand is not known yet. Raises Unlisted."""
        if isinstance(value, ir.Var):
            return self.kind(value)
        if isinstance(value, ir.Expr) and value.op == "build_list":
            return self.listed([self.kind(one) for one in value.items], of_type(self.typemap[target.name]))
        if isinstance(value, ir.Const | ir.Global | ir.FreeVar):
            return self.constant(value.value)
        if isinstance(value, ir.Arg):
            return self.given[value.index]
        if not isinstance(value, ir.Expr):
            raise Unlisted(f"{type(value).__name__.lower()} is not known to be the same in machine code")
        if value.op in ("null", "undef"):
            raise Unlisted(unset(target.name))
        operands = [self.kind(one) for one in value.list_vars()]
        if any(one is None for one in operands):
            return None
        if UNKNOWN in operands:
            raise FollowsFromAnother(
                f"{value.op.replace('_', ' ')} of something that is not known; {hint('', (UNKNOWN,))}"
            )
        return self.expression(value)

    def constant(self, value: Any) -> Kind:
        """The kind of a constant of the code or of a module."""
        if isinstance(value, Enum):
            raise Unlisted(f"{value} is an enum; compare numbers, or make it an IntEnum")
        if isinstance(value, list | dict | set):
            raise Unlisted(f"a {type(value).__name__} of the module may be another one later; write a tuple: (...)")
        return of_value(value, self.type_of(value))

    @staticmethod
    def type_of(value: Any) -> Any:
        """The type of a constant in machine code, where it has one."""
        try:
            return types.unliteral(numba.typeof(value))
        except (ValueError, TypeError):
            return types.undefined

    def operation(self, value: Any) -> tuple[str, tuple[Kind, ...]]:
        """The name of an operation or of a call of a twin, and its operands' kinds; an empty name for others."""
        if value.op in ("binop", "inplace_binop"):
            return name_of(value.fn), (self.kind(value.lhs), self.kind(value.rhs))
        if value.op == "unary":
            return name_of(value.fn), (self.kind(value.value),)
        if value.op == "call":
            return name_of(self.calls.function(value)), tuple(self.kind(one) for one in value.args)
        return "", ()

    def entry(self, name: str, kinds: tuple[Kind, ...]) -> Kind:
        """What the list says of an operation. Raises Unlisted where it says nothing."""
        if all(isinstance(one, str) for one in kinds):
            found = PROVEN.get(name, {}).get("".join(kinds))
            if found is not None:
                return ("range",) if found == "range" else found
        if name == "add" and len(kinds) == 2 and kinds[0] == kinds[1] and kinds[0][0] == "list":
            return kinds[0]
        given = " and ".join(spelt(one) for one in kinds)
        raise (FollowsFromAnother if UNKNOWN in kinds else Unlisted)(
            f"{name.rstrip('_')} of {given} is not known to be the same in machine code; {hint(name, kinds)}"
        )

    def expression(self, value: Any) -> Kind:
        """The kind of an operation's result. Raises Unlisted."""
        op = value.op
        if op in ("binop", "inplace_binop", "unary"):
            return self.entry(*self.operation(value))
        if op == "call":
            return self.calls.kind(value)
        if op == "cast":
            return self.kind(value.value)
        if op == "build_tuple":
            return ("tuple", *(self.kind(one) for one in value.items))
        if op in ("getitem", "static_getitem"):
            return self.item(self.kind(value.value), self.index(value), value)
        if op == "getiter":
            return ("iter", self.elements(self.kind(value.value)))
        if op == "iternext":
            return ("next", self.kind(value.value)[1])
        if op == "pair_first":
            return self.kind(value.value)[1]
        if op == "pair_second":
            return "b"
        if op == "exhaust_iter":
            return self.unpacked(self.kind(value.value), value.count)
        if op == "getattr":
            return self.attribute(value)
        raise Unlisted(f"{op.replace('_', ' ')} is not known to be the same in machine code")

    def listed(self, kinds: list[Kind], made: Kind) -> Kind:
        """A list as it is written: of one kind."""
        if any(one is None for one in kinds):
            return None
        if made[0] == "list" and made[1] in ("i", "f", "b") and all(one == made[1] for one in kinds):
            return made
        raise Unlisted(f"a list of {', '.join(map(spelt, kinds))}; give it numbers of one kind")

    def index(self, value: Any) -> Kind:
        """The kind of a place's number."""
        index = value.index_var if value.op == "static_getitem" else value.index
        if isinstance(index, ir.Var):
            return self.kind(index)
        return "i" if type(value.index) is int else UNKNOWN

    def item(self, of: Kind, index: Kind, value: Any) -> Kind:
        """What stands at a place."""
        if of[0] == "tuple" and index == "i":
            place = value.index if isinstance(value.index, int) else None
            if place is not None and -len(of) < place < len(of) - 1:
                return of[1:][place]
            if place is None and len(set(of[1:])) == 1:
                return of[1]
        if of[0] == "list" and index == "i":
            return of[1]
        if of[0] == "array" and of[1] != UNKNOWN and self.places(of, index):
            return of[1]
        raise Unlisted(f"a place of {spelt(of)} by {spelt(index)} is not known to be the same in machine code")

    @staticmethod
    def places(of: Kind, index: Kind) -> bool:
        """Whether an index names one number of an array."""
        if of[2] == 1:
            return index in ("i", "I")
        return index[0] == "tuple" and len(index) == of[2] + 1 and all(one in ("i", "I") for one in index[1:])

    def elements(self, of: Kind) -> Kind:
        """What a loop over something goes through."""
        if of == ("range",):
            return "i"
        if of[0] == "list" or (of[0] == "array" and of[2] == 1 and of[1] != UNKNOWN):
            return of[1]
        if of[0] == "tuple" and len(set(of[1:])) == 1:
            return of[1]
        raise Unlisted(f"a loop over {spelt(of)} is not known to be the same in machine code; go over range(...)")

    def unpacked(self, of: Kind, count: int) -> Kind:
        """A container taken apart into names."""
        if of[0] == "tuple" and len(of) == count + 1:
            return of
        raise Unlisted(f"{spelt(of)} is not known to come apart in the same way in machine code; name its places")

    def attribute(self, value: Any) -> Kind:
        """What stands under a name: of a module, or a list's own append."""
        of = self.typemap[value.value.name]
        if isinstance(of, types.Module):
            found = getattr(of.pymod, value.attr, None)
            return "x" if isinstance(found, ModuleType) else self.constant(found)
        if isinstance(of, types.List) and value.attr == "append":
            return "x"
        raise Unlisted(f".{value.attr} of {spelt(self.kind(value.value))} is not known to be the same in machine code")

    def store(self, of: Kind, index: Kind, what: Kind) -> None:
        """A number put at a place. Raises Unlisted."""
        if of[0] == "list" and index == "i" and what == of[1]:
            return
        if of[0] == "array" and of[1] != UNKNOWN and self.places(of, index):
            if what in {"F": ("f", "F", "i", "j"), "I": ("i", "I"), "B": ("b", "B")}[of[1]]:
                return
        raise (FollowsFromAnother if UNKNOWN in (of, index, what) else Unlisted)(
            f"{spelt(what)} put into {spelt(of)} at a place by {spelt(index)} is not known to be the same in machine "
            "code; put int(...), float(...) or bool(...) where such are"
        )


def unset(name: str) -> str:
    """What is said of a variable that may hold nothing."""
    shown = name.split(".")[0]
    what = "a variable" if shown.startswith("$") else shown
    return f"{what} may be read before it is set, as after a loop that never went round; set it before"


def small(value: Any) -> bool:
    """Whether it is a whole number that is written out, and a float without loss."""
    number = getattr(value, "value", None)
    constant = isinstance(value, ir.Const | ir.Global | ir.FreeVar)
    return constant and isinstance(number, int) and abs(number) <= EXACT_IN_FLOAT


def hashable(key: Any) -> bool:
    """Whether it can be looked up."""
    return type(key).__hash__ is not None


def name_of(function: Any) -> str:
    """The name on the list of an operation or function; of one that is not there its own, and where it is from."""
    if function is None or not hashable(function):
        return ""
    if function in NAMES:
        return NAMES[function]
    name, home = getattr(function, "__name__", str(function)), getattr(function, "__module__", "") or "numba"
    return name if home.startswith(("_operator", "builtins")) and name not in PROVEN else f"{home}.{name}"
