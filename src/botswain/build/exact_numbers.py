"""An author's arithmetic as machine code that gives Python's result or none.

Machine code counts in 64 bits and goes on silently where Python has another answer: a product beyond 2^63, a power
below zero, int() of nan, the root of a negative number. Here each such operation looks at what came of it and raises;
the run is then done with the step in Python, and says so. What is no business of this is handed to numba as it stands.
"""

from __future__ import annotations

import builtins
import math
import operator
from collections.abc import Callable
from typing import Any

from numba import types
from numba.extending import intrinsic

from botswain.build.exact_floats import in_domain, made_whole, powered, raised
from botswain.build.exact_joins import bounded, greatest
from botswain.build.exact_whole import (
    compared,
    counted,
    divided,
    inverted,
    negated,
    shifted,
    sized,
)

IN_PLACE: dict[Any, Any] = {
    getattr(operator, f"i{name}"): getattr(operator, name)
    for name in ("add", "sub", "mul", "lshift", "rshift", "floordiv", "mod", "truediv", "pow")
}
# Taken with three arguments, too.
OF_THREE = (builtins.max, builtins.min, builtins.range)
# What makes a number of a truth value.
OF_TRUTH = {builtins.int: types.int64(types.boolean), builtins.float: types.float64(types.boolean)}
COMPARISONS = (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne)


def other_kinds(given: tuple[Any, ...]) -> bool:
    """Whether a number is neither a float of 64 bits nor a signed integer of 64: `listed` refuses those, with a line.

    One that may be None, or is of an enum, is handed to numba under the signature of the plain kind, and what numba
    emits for it would then be taken for the plain kind too.
    """
    return any(
        (isinstance(one, types.Float) and one != types.float64)
        or (isinstance(one, types.Integer) and one != types.int64)
        or isinstance(one, types.Optional | types.EnumMember)
        for one in given
    )


def numba_s_own(typing: Any, op: Any, given: tuple[Any, ...]) -> tuple[Any, Callable[..., Any]] | None:
    """An operation as numba does it: its signature, and what emits it. Only what can change is changed in place."""
    function = typing.resolve_value_type(op if getattr(given[0], "mutable", False) else IN_PLACE.get(op, op))
    found = function.get_call_type(typing, given, {})
    if found is None:
        return None

    def code(context: Any, builder: Any, _sig: Any, args: Any) -> Any:
        return context.get_function(function, found)(builder, args)

    return found.replace(pysig=None), code


def under_its_kinds(own: Any, plain: tuple[Any, ...]) -> tuple[Any, Callable[..., Any]]:
    """An operation as numba does it, under the kinds it is given and not those that numba makes of them first.

    Code is found again by its kinds: that for a truth value would be taken for a whole number, and without a check.
    """
    signature, inner = own

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        kinds = zip(args, sig.args, signature.args, strict=True)
        return inner(context, builder, signature, [context.cast(builder, one, a, b) for one, a, b in kinds])

    if len(signature.args) != len(plain):
        return signature, inner
    return signature.return_type(*plain), code


def checked(op: Any, name: str, pick: Callable[..., Any]) -> tuple[Any, ...]:
    """One, two and three arguments of an operation, each as numba does it or as `pick` finds better."""

    def typed(typing: Any, given: tuple[Any, ...]) -> Any:
        plain = tuple(types.unliteral(one) for one in given)
        if plain == (types.boolean,) and op in OF_TRUTH:
            return OF_TRUTH[op], truth_as_number
        own = numba_s_own(typing, op, given)
        found = own if other_kinds(plain) else pick(IN_PLACE.get(op, op), plain, own)
        return under_its_kinds(own, plain) if found is own and own is not None else found

    def one(typing: Any, a: Any) -> Any:
        return typed(typing, (a,))

    def two(typing: Any, a: Any, b: Any) -> Any:
        return typed(typing, (a, b))

    def three(typing: Any, a: Any, b: Any, c: Any) -> Any:
        return typed(typing, (a, b, c))

    one.__name__ = two.__name__ = three.__name__ = name
    return (intrinsic(one), intrinsic(two), *((intrinsic(three),) if op in OF_THREE else ()))


def truth_as_number(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    """0 or 1 of a truth value."""
    return context.cast(builder, args[0], sig.args[0], sig.return_type)


def as_numba_does(_op: Any, _given: Any, own: Any) -> Any:
    """What needs no look at what came of it."""
    return own


PICKS: dict[Any, Callable[..., Any]] = {
    operator.add: counted("sadd_with_overflow"),
    operator.sub: counted("ssub_with_overflow"),
    operator.mul: counted("smul_with_overflow"),
    operator.neg: negated,
    operator.invert: inverted,
    operator.lshift: shifted,
    operator.rshift: shifted,
    operator.floordiv: divided,
    operator.mod: divided,
    operator.truediv: divided,
    operator.pow: raised,
    builtins.pow: raised,
    math.pow: powered,
    builtins.divmod: divided,
    builtins.abs: sized,
    builtins.max: greatest,
    builtins.min: greatest,
    builtins.range: bounded,
    builtins.int: made_whole,
    builtins.float: as_numba_does,
    builtins.round: made_whole,
    math.floor: made_whole,
    math.ceil: made_whole,
    math.trunc: made_whole,
    **dict.fromkeys(COMPARISONS, compared),
    **dict.fromkeys(
        (
            *(math.sqrt, math.exp, math.expm1, math.log, math.log10, math.log1p, math.log2),
            *(math.sin, math.cos, math.tan, math.asin, math.acos, math.atan, math.atan2, math.sinh),
            *(math.cosh, math.tanh, math.asinh, math.acosh, math.atanh),
        ),
        in_domain,
    ),
}
# What stands in place of an operation or function, by how many arguments it is given: (one, two, ...).
EXACT: dict[Any, tuple[Any, ...]] = {
    op: checked(op, f"exact_{op.__name__}", PICKS[IN_PLACE.get(op, op)]) for op in (*PICKS, *IN_PLACE)
}
# Which operation or function a twin stands for.
TWIN_OF: dict[Any, Any] = {twin: op for op, twins in EXACT.items() for twin in twins}
