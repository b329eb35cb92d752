"""The generated wrapper: a strategy's step, written for people, as a function over records.

`now.fast` becomes a column read, `wanted.limit(...)` a call of the core, `p.slow` a number from the parameter
array. Line numbers stay those of the author's file, so that an error points at the author's line. A function that
takes some of the six names is rewritten the same way, so a step can be cut into pieces.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import zip_longest
from types import FunctionType
from typing import Any

from botswain.build.kept_outside import check_kept
from botswain.build.layout import Layout
from botswain.build.misuse import Watched
from botswain.build.source_text import as_imported
from botswain.core import access, views, wanted
from botswain.core.indicators import TaLib
from botswain.core.strategy import STEP_NAMES, Strategy
from botswain.model.errors import BadInput, near

CANDLE = ("open", "high", "low", "close", "volume")
WANTED = {
    "target": wanted.want_target,
    "row": wanted.want_row,
    "limit": wanted.want_limit,
    "market": wanted.want_market,
    "stop": wanted.want_stop,
    "stop_limit": wanted.want_stop_limit,
    "take_profit": wanted.want_take_profit,
    "size": wanted.want_size,
    "renew": wanted.renew_slot,
    "again": wanted.again,
    "withdraw": wanted.withdraw_slot,
    "clear": wanted.withdraw_all,
    "flags": wanted.flag_row,
    "tif": wanted.tif_row,
    "link": wanted.link_row,
    "parent": wanted.parent_row,
    "tag": wanted.tag_row,
    "quantity": views.my_quantity,
    "filled": views.my_filled,
    "state": views.my_state,
    "why": views.my_why,
}
# What is read as my.NAME, and what is called; views of a slot are `wanted`'s.
MY = {
    name.removeprefix("my_"): value
    for name, value in vars(views).items()
    if name.startswith("my_") and value.__code__.co_argcount == 2
}
MY_CALLS = {"nearest_tick": views.my_nearest_tick}
# What the six names become. A step may well have an `i` or an `s` of its own; it will not have these.
SIM, SYMBOL, CANDLE_ROW = ARGUMENTS = ("sim_", "symbol_", "row_")
PLACE, VALUE = "place_", "value_"
# Changes the tree of a function that was rewritten, and the names that it was given.
Turn = Callable[[ast.FunctionDef, dict[str, Any]], None]
# The accessors of `core.access` that a step is full of, written out.
IN_PYTHON = {"param_at": "{}.params[{}]", "column_at": "{}.columns[{}][{}]"} | {
    f"candle_{name}": f"{{}}.{name}[{{}}]" for name in CANDLE
}


def step_of(strategy: Strategy, layout: Layout, *, watched: bool = False) -> FunctionType:
    """The strategy's step as `user_step(sim, s, i)`.

    watched  for a step run in Python: what it may not ask raises a Misuse on the author's line (`build.misuse`)

    Raises BadInput naming file, line and what cannot be rewritten.
    """
    chosen = strategy.chosen_step()
    made = rewrite(chosen, Work(type(strategy).__name__, layout, watched), STEP_NAMES)
    if isinstance(chosen, FunctionType) and not (made.__module__ or "").startswith("botswain."):
        check_kept(chosen)
    return made


@dataclass(slots=True)
class Work:
    """What one rewriting has made so far: helpers by function, and the names every piece shares."""

    owner: str
    layout: Layout
    watched: bool
    made: dict[Any, FunctionType] = field(default_factory=dict)
    begun: set[Any] = field(default_factory=set)


def rewrite(
    function: Callable[..., Any], work: Work, names: tuple[str, ...], turned: Turn | None = None
) -> FunctionType:
    """One function with its special names replaced by ARGUMENTS; turned: what is done to its tree after that."""
    if not isinstance(function, FunctionType):
        raise BadInput(f"step of {work.owner} must be a plain function; it is {function!r}")
    tree, path, offset = parsed(function)
    if function.__code__.co_freevars:
        raise BadInput(
            f"{path}, line {offset + 1}: {function.__name__} reads {', '.join(function.__code__.co_freevars)} of the "
            "function it stands in; make it a Param, p.NAME of derived(), or a constant of the module"
        )
    visitor = Rewriter(function, work, path, offset)
    node = visitor.function(tree, names)
    if turned is not None:
        turned(node, visitor.added)
    module = ast.Module(body=[node], type_ignores=[])
    ast.fix_missing_locations(module)  # first: what is made has the line of the statement it is made for
    ast.increment_lineno(module, offset)
    known = function.__globals__
    scope: dict[str, Any] = dict(known) | visitor.added
    exec(compile(module, path, "exec"), scope)  # the author's own source, with names replaced
    made = scope.pop(node.name)
    assert isinstance(made, FunctionType)
    if node.name in known:  # something of the author's that is called so too
        scope[node.name] = known[node.name]
    made.__qualname__ = made.__name__
    made.__defaults__, made.__kwdefaults__ = kept_defaults(function), function.__kwdefaults__
    return made


def kept_defaults(function: FunctionType) -> tuple[Any, ...] | None:
    """The defaults of those parameters that stay, as they were when the function was made."""
    names, values = arguments(function), function.__defaults__ or ()
    by_name = dict(zip(names[len(names) - len(values) :], values, strict=True))
    return tuple(value for name, value in by_name.items() if name not in STEP_NAMES) or None


def parsed(function: FunctionType) -> tuple[ast.FunctionDef, str, int]:
    """A function's syntax tree, its file, and how many lines stand before it."""
    code = function.__code__
    text, first = as_imported(code, code.co_filename, code.co_linetable, function.__qualname__)
    (node,) = ast.parse(text).body
    assert isinstance(node, ast.FunctionDef)
    return node, code.co_filename, first - 1


class Rewriter(ast.NodeTransformer):
    """Replaces the six names in one function's tree; what it needs goes into `added`."""

    def __init__(self, function: FunctionType, work: Work, path: str, offset: int) -> None:
        self.origin = function
        self.work = work
        self.path = path
        self.offset = offset
        self.added: dict[str, Any] = {}

    def function(self, node: ast.FunctionDef, special: tuple[str, ...]) -> ast.FunctionDef:
        """The function itself: special parameters become ARGUMENTS; decorators and annotations go."""
        given = [*node.args.posonlyargs, *node.args.args]
        kept = [ast.arg(one.arg) for one in given if one.arg not in special]
        node.args.args = [*(ast.arg(name) for name in ARGUMENTS), *kept]
        node.args.posonlyargs = []
        node.args.defaults = []  # they are put in again as they are (`kept_defaults`)
        node.args.kw_defaults = [None] * len(node.args.kwonlyargs)
        node.decorator_list = []
        node.returns = None
        node.name = "user_step" if special == STEP_NAMES and not kept else f"step_{node.name}"
        if self.documented(node):
            node.body = node.body[1:] or [ast.Pass()]
        self.generic_visit(ast.Module(body=node.body, type_ignores=[]))  # in place
        return node

    @staticmethod
    def documented(node: ast.FunctionDef) -> bool:
        """Whether the body opens with a docstring."""
        first = node.body[0]
        return (
            isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
        )

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in STEP_NAMES:
            raise self.error(
                node, f"{node.id} can only be used as {node.id}.NAME or given on to a function as {node.id}"
            )
        if isinstance(self.origin.__globals__.get(node.id), TaLib) and node.id not in self.origin.__code__.co_varnames:
            raise self.error(
                node,
                f"{node.id} declares indicators, which a step only reads; return it from indicators() under a name, "
                'such as {"fast": ' + f"{node.id}.SMA(20)" + "}, and read now.fast",
            )
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if isinstance(node.value, ast.Name) and node.value.id in STEP_NAMES:
            return at_place(self.read(node, node.value.id, node.attr), node)
        if self.is_mem(node.value):
            return at_place(self.memory(node, node.attr, None), node)
        self.generic_visit(node)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        if isinstance(node.value, ast.Attribute) and self.is_mem(node.value.value):
            index = self.visit(node.slice)
            return at_place(self.memory(node, node.value.attr, index), node)
        if isinstance(node.value, ast.Name) and node.value.id in ("now", "was"):
            return at_place(self.numbered(node, node.value.id), node)
        if self.is_list(node.value):
            return at_place(self.listed(node, node.value), node)
        self.generic_visit(node)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.stmt | list[ast.stmt]:
        target = node.targets[0]
        if len(node.targets) > 1 or not self.in_mem(target):
            self.generic_visit(node)
            return node
        if not names_within(target) and not names_within(node.value):
            return self.store(node, target, self.visit(node.value))
        # What is stored is worked out before the place, as Python does: `my.mem.many[k] = (k := k + 1)`.
        value = ast.copy_location(ast.Assign([ast.Name(VALUE, ast.Store())], self.visit(node.value)), node)
        return [value, self.store(node, target, ast.Name(VALUE, ast.Load()))]

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt | list[ast.stmt]:
        if not self.in_mem(node.target):
            self.generic_visit(node)
            return node
        before = self.visit(ast.copy_location(loaded(node.target), node))
        if not acts(node.target):
            return self.store(node, node.target, ast.BinOp(before, node.op, self.visit(node.value)))
        # The place is worked out once, as Python does: `my.mem.many[next_place(x)] += 1`.
        place = ast.copy_location(ast.Assign([ast.Name(PLACE, ast.Store())], before.args[2]), node)
        before.args[2] = ast.Name(PLACE, ast.Load())
        value = ast.BinOp(before, node.op, self.visit(node.value))
        return [place, self.stored(node, ast.Name(PLACE, ast.Load()), value)]

    def in_mem(self, node: ast.expr) -> bool:
        """Whether a target is `my.mem.NAME` or `my.mem.NAME[k]`."""
        inner = node.value if isinstance(node, ast.Subscript) else node
        return isinstance(inner, ast.Attribute) and self.is_mem(inner.value)

    def store(self, node: ast.stmt, target: ast.expr, value: ast.expr) -> ast.stmt:
        """Setting a number of the memory, as a call."""
        return self.stored(node, self.visit(loaded(target)).args[2], value)

    def stored(self, node: ast.stmt, place: ast.expr, value: ast.expr) -> ast.stmt:
        """The call, given the place."""
        self.added["write_mem_"] = views.write_mem
        arguments_ = [*(ast.Name(one, ast.Load()) for one in (SIM, SYMBOL)), place, value]
        return ast.copy_location(ast.Expr(ast.Call(ast.Name("write_mem_", ast.Load()), arguments_, [])), node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        target = node.func
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            if target.value.id == "wanted":
                function = self.known(target, "wanted", target.attr, WANTED)
                self.check_arguments(node, f"wanted.{target.attr}", function)
                if self.work.watched:
                    function = Watched(target.attr, function).call
                return self.call(node, f"want_{target.attr}_", function, with_row=False)
            if target.value.id == "my" and target.attr in MY_CALLS:
                self.check_arguments(node, f"my.{target.attr}", MY_CALLS[target.attr])
                return self.call(node, f"my_{target.attr}_", MY_CALLS[target.attr], with_row=False)
        if isinstance(target, ast.Name):
            piece = self.origin.__globals__.get(target.id)
            if isinstance(piece, FunctionType) and set(arguments(piece)) & set(STEP_NAMES):
                self.give_on(node, target.id, arguments(piece))
                if piece in self.work.begun:
                    raise self.error(node, f"{target.id} calls itself; write it as a loop")
                if piece not in self.work.made:
                    self.work.begun.add(piece)
                    self.work.made[piece] = rewrite(piece, self.work, STEP_NAMES)
                    self.work.begun.discard(piece)
                return self.call(node, f"step_{target.id}_", self.work.made[piece], with_row=True)
        self.generic_visit(node)
        return node

    def give_on(self, node: ast.Call, shown: str, names: tuple[str, ...]) -> None:
        """Take the six names out of a call of a function that takes some of them: each is given on as itself.

        `trend(was)` of a function that takes `now` would read what is now.
        """
        given = [*zip_longest(names[: len(node.args)], node.args), *((one.arg, one.value) for one in node.keywords)]
        passed = {name or "": one.id if isinstance(one, ast.Name) else "" for name, one in given}
        wrong = [name for name in names if name in STEP_NAMES and passed.get(name) != name]
        wrong += [name for name, one in passed.items() if one in STEP_NAMES and one != name]
        if wrong:
            raise self.error(
                node,
                f"{shown} takes ({', '.join(names)}) and this is {ast.unparse(node)}: each of the six names is given "
                "on in its place and as itself; for others give numbers, such as was.NAME",
            )
        node.args = [one for one in node.args if not (isinstance(one, ast.Name) and one.id in STEP_NAMES)]
        node.keywords = [one for one in node.keywords if one.arg not in STEP_NAMES]

    def check_arguments(self, node: ast.Call, shown: str, function: Any) -> None:
        """Refuse a call that gives other arguments than the function takes, before anything runs."""
        names = arguments(function)[2:]
        given = [*names[: len(node.args)], *(one.arg for one in node.keywords)]
        spare = len(node.args) > len(names) or any(isinstance(one, ast.Starred) for one in node.args)
        if spare or sorted(map(str, given)) != sorted(names):
            raise self.error(node, f"{shown} takes ({', '.join(names)}); this is {ast.unparse(node)}")

    def call(self, node: ast.Call, name: str, function: Any, with_row: bool) -> ast.expr:
        """A call with the first two of ARGUMENTS, or all three, put before its own arguments."""
        self.added[name] = function
        first = ARGUMENTS if with_row else (SIM, SYMBOL)
        given = [self.visit(one) for one in node.args]
        keywords = [ast.keyword(one.arg, self.visit(one.value)) for one in node.keywords]
        made = ast.Call(ast.Name(name, ast.Load()), [*(ast.Name(one, ast.Load()) for one in first), *given], keywords)
        return ast.copy_location(made, node)

    def read(self, node: ast.Attribute, owner: str, name: str) -> Any:
        """now.X, was.X, p.X, candle.X or my.X."""
        if isinstance(node.ctx, ast.Store):
            raise self.error(node, f"{owner}.{name} cannot be set; a step keeps its own numbers in my.mem")
        if owner == "wanted" or (owner == "my" and name in MY_CALLS):
            function = self.known(node, owner, name, WANTED if owner == "wanted" else MY_CALLS)
            raise self.error(node, f"{owner}.{name} is called: {owner}.{name}({', '.join(arguments(function)[2:])})")
        layout = self.work.layout
        if owner in ("now", "was"):
            place = self.known(node, owner, name, layout.columns)
            return self.at(place, owner)
        if owner == "p":
            if name in layout.lists:
                raise self.error(node, f"p.{name} holds {layout.lists[name][1]} numbers; write p.{name}[k]")
            place = self.known(node, owner, name, layout.parameters)
            text = self.number("param_at", place)
            return expression(f"int({text})" if name in layout.whole else text)
        if owner == "candle":
            self.known(node, owner, name, dict.fromkeys(CANDLE))
            return expression(self.number(f"candle_{name}", CANDLE_ROW))
        self.added[f"my_{name}_"] = self.known(node, owner, name, MY)
        return expression(f"my_{name}_({SIM}, {SYMBOL})")

    def at(self, place: int, owner: str) -> Any:
        """A column's value at this candle, or at the one before."""
        if owner == "now":
            return expression(self.number("column_at", place, CANDLE_ROW))
        self.added["column_before_"] = views.column_before
        return expression(f"column_before_({SIM}, {SYMBOL}, {place}, {CANDLE_ROW})")

    def number(self, name: str, *places: int | str) -> str:
        """A number of the run as an expression: a call of `core.access`, or, where Python runs it, what that does.

        A call costs Python more than the number itself.
        """
        if self.work.watched:
            return IN_PYTHON[name].format(SIM, *places)
        self.added[f"{name}_"] = getattr(access, name)
        return f"{name}_({', '.join([SIM, *map(str, places)])})"

    def numbered(self, node: ast.Subscript, owner: str) -> Any:
        """now[k] or was[k]: an indicator by its place, kept inside."""
        if not isinstance(node.ctx, ast.Load):
            raise self.error(node, f"{owner}[...] cannot be set; a step keeps its own numbers in my.mem")
        if not self.work.layout.columns:
            raise self.error(node, f"{owner}[...] reads an indicator by its number, and indicators() returns none")
        place = len(self.work.layout.memory) + len(self.work.layout.lists)
        index = self.placed(place, self.visit(node.slice))
        if owner == "now":
            self.added["column_at_"] = access.column_at
            made = expression(f"column_at_({SIM}, 0, {CANDLE_ROW})")
        else:
            made = self.at(0, owner)
        made.args[-2] = index
        return made

    def is_list(self, node: ast.expr) -> bool:
        """Whether an expression is `p.NAME` of several numbers."""
        return (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "p"
            and node.attr in self.work.layout.lists
        )

    def listed(self, node: ast.Subscript, value: Any) -> Any:
        """p.NAME[k] of several derived numbers, or p.NAME[k, j] of a table, each index kept inside."""
        layout, name = self.work.layout, value.attr
        if not isinstance(node.ctx, ast.Load):
            raise self.error(node, f"p.{name} cannot be set; a step keeps its own numbers in my.mem")
        place, width = len(layout.memory) + list(layout.lists).index(name), layout.widths[name]
        two = isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2
        if two != (width > 0) or isinstance(node.slice, ast.Slice):
            raise self.error(
                node, f"p.{name} is read as p.{name}[{'k, j' if width else 'k'}]; this is {ast.unparse(node)}"
            )
        self.added["param_at_"] = access.param_at
        made = expression(f"param_at_({SIM}, 0)")
        if isinstance(node.slice, ast.Tuple):
            self.added["cell_index_"] = views.cell_index
            made.args[1] = expression(f"cell_index_({SIM}, {place}, {width}, 0, 0)")
            made.args[1].args[3:] = [self.visit(one) for one in node.slice.elts]
        else:
            made.args[1] = self.placed(place, self.visit(node.slice))
        return made

    def placed(self, place: int, index: ast.expr) -> Any:
        """Where the index-th number of a pair of `places` stands, asked at run time."""
        self.added["mem_index_"] = views.mem_index
        made = expression(f"mem_index_({SIM}, {place}, 0)")
        made.args[2] = index
        return made

    def is_mem(self, node: ast.expr) -> bool:
        """Whether an expression is `my.mem`."""
        return (
            isinstance(node, ast.Attribute)
            and node.attr == "mem"
            and isinstance(node.value, ast.Name)
            and node.value.id == "my"
        )

    def memory(self, node: ast.expr, name: str, index: ast.expr | None) -> Any:
        """my.mem.NAME or my.mem.NAME[k], the index kept inside."""
        _first, count = self.known(node, "my.mem", name, self.work.layout.memory)
        if not isinstance(getattr(node, "ctx", None), ast.Load):
            raise self.error(node, f"my.mem.{name} is set by itself only: my.mem.{name} = ... or += ...")
        if (index is None) == (name in self.work.layout.arrays):
            want = f"my.mem.{name}[k]" if index is None else f"my.mem.{name}"
            raise self.error(node, f"my.mem.{name} holds {count} number(s); write {want}")
        # Where a name's numbers start depends on the parameters, so it is read at run time, not compiled in.
        place = list(self.work.layout.memory).index(name)
        self.added |= {"read_mem_": views.read_mem, "mem_index_": views.mem_index}
        made = expression(f"read_mem_({SIM}, {SYMBOL}, mem_index_({SIM}, {place}, 0))")
        if index is not None:
            made.args[2].args[2] = index
        return made

    def known(self, node: ast.expr, owner: str, name: str, table: dict[str, Any]) -> Any:
        """A name's entry, or an error naming the near one."""
        if name not in table:
            raise self.error(node, f"{owner} has no {name!r}{near(name, table)}")
        return table[name]

    def error(self, node: ast.AST, message: str) -> BadInput:
        """An error with the author's file and line."""
        line = getattr(node, "lineno", 1) + self.offset
        return BadInput(f"{self.path}, line {line}: {message}")


def names_within(node: ast.expr) -> bool:
    """Whether an expression gives something a name on its way."""
    return any(isinstance(one, ast.NamedExpr) for one in ast.walk(node))


def acts(node: ast.expr) -> bool:
    """Whether an expression may do something beside being worked out, so that twice is not once."""
    return any(isinstance(one, ast.NamedExpr | ast.Call) for one in ast.walk(node))


def at_place(made: ast.expr, node: ast.AST) -> ast.expr:
    """A new tree standing where an old one stood."""
    return ast.copy_location(made, node)


def loaded(target: ast.expr) -> Any:
    """A target of an assignment as an expression to read, standing where the target stands."""
    made = expression(ast.unparse(target))
    for part in ast.walk(made):
        if hasattr(part, "lineno"):
            ast.copy_location(part, target)
    return made


def expression(text: str) -> Any:
    """The tree of an expression."""
    return ast.parse(text, mode="eval").body


def arguments(function: FunctionType) -> tuple[str, ...]:
    """A function's parameter names."""
    return function.__code__.co_varnames[: function.__code__.co_argcount]
