"""Numbers that may be whole or not: a variable that is given an int on one way and a float on another.

Machine code has a float for both, Python what it was given. They agree as long as the whole ones are small enough to be
floats without loss, and as 0 has no sign; here each operation looks at that and raises, as in `exact_numbers`.
"""

from __future__ import annotations

import operator
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from botswain.build.exact_floats import REAL, absolute
from botswain.build.exact_whole import INT, beyond_float, halt_if

SMALL = 2.0**53
MOST_BOUND = 2**61


def typed_as_float(_typing: Any, n: Any) -> Any:
    """A whole number as the float it is put into, where it is one without loss."""

    def code(context: Any, builder: Any, _sig: Any, args: Any) -> Any:
        halt_if(context, builder, beyond_float(builder, args[0]), OverflowError, "no float is this whole number")
        return builder.sitofp(args[0], REAL)

    return types.float64(n), code


whole_as_float: Any = intrinsic(typed_as_float)


def typed_as_whole(_typing: Any, t: Any) -> Any:
    """A truth value as the whole number that it counts as."""

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return context.cast(builder, args[0], sig.args[0], types.int64)

    return types.int64(t), code


truth_as_whole: Any = intrinsic(typed_as_whole)


def typed_as_checked(_typing: Any, numbers: Any) -> Any:
    """A tuple as it is, whose whole numbers are floats without loss: some of them are about to become such."""

    def code(context: Any, builder: Any, _sig: Any, args: Any) -> Any:
        for place, kind in enumerate(numbers):
            if types.unliteral(kind) == types.int64:
                large = beyond_float(builder, builder.extract_value(args[0], place))
                halt_if(context, builder, large, OverflowError, "no float is this whole number")
        return args[0]

    return numbers(numbers), code


checked_tuple: Any = intrinsic(typed_as_checked)


def joining(op: Any) -> Any:
    """An operation of which a number may be whole or not: each whole one small, and so what comes of it."""

    def code_for(own: Any, function: Any) -> Any:
        def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
            reals = []
            for one, kind in zip(args, sig.args, strict=True):
                if kind == types.float64:
                    reals.append(one)
                    continue
                halt_if(context, builder, beyond_float(builder, one), OverflowError, "no float is this whole number")
                reals.append(builder.sitofp(one, REAL))
            made = context.get_function(function, own)(builder, reals)
            if op is not operator.truediv:
                halt_if(context, builder, unlike_whole(builder, made), OverflowError, "int or float: they differ here")
            return made

        return code

    def typed(typing: Any, given: Any) -> Any:
        function = typing.resolve_value_type(op)
        own = function.get_call_type(typing, (types.float64,) * len(given), {})
        return types.float64(*map(types.unliteral, given)), code_for(own, function)

    def one(typing: Any, a: Any) -> Any:
        return typed(typing, (a,))

    def two(typing: Any, a: Any, b: Any) -> Any:
        return typed(typing, (a, b))

    one.__name__ = two.__name__ = f"joining_{op.__name__}"
    return intrinsic(one) if op is operator.neg else intrinsic(two)


def unlike_whole(builder: Any, made: Any) -> Any:
    """Whether a result is none that a small whole number can have, too: too large, or a 0 with a sign.

    Infinity is none that whole numbers of this size lead to, so it is a float in Python, too.
    """
    size = absolute(builder, made)
    large = builder.fcmp_ordered(">=", size, REAL(SMALL))
    large = builder.and_(large, builder.fcmp_ordered("!=", size, REAL(float("inf"))))
    signed_zero = builder.icmp_signed("==", builder.bitcast(made, INT), INT(-(2**63)))
    return builder.or_(large, signed_zero)


def greatest(op: Any, given: Any, own: Any) -> Any:
    """max() or min() as Python goes about it: the first that no later one is beyond."""
    if not 2 <= len(given) <= 3 or not all(one in (types.int64, types.float64) for one in given):
        return own
    real = any(one == types.float64 for one in given)
    sign = ">" if op is max else "<"

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        values = []
        for one, kind in zip(args, sig.args, strict=True):
            if real and kind == types.int64:
                halt_if(context, builder, beyond_float(builder, one), OverflowError, "no exact comparison")
                values.append(builder.sitofp(one, REAL))
            else:
                values.append(one)
        best = values[0]
        for one in values[1:]:
            beyond = builder.fcmp_ordered(sign, one, best) if real else builder.icmp_signed(sign, one, best)
            best = builder.select(beyond, one, best)
        return best

    return (types.float64 if real else types.int64)(*given), code


def bounded(_op: Any, given: Any, own: Any) -> Any:
    """range() whose bounds are so far from those of 64 bits that no step leads over them."""
    if own is None or not all(one == types.int64 for one in given):
        return own
    signature, inner = own

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        whole = [context.cast(builder, one, kind, types.int64) for one, kind in zip(args, sig.args, strict=True)]
        for one in whole:
            far = builder.icmp_signed(">", one, ir.Constant(INT, MOST_BOUND))
            far = builder.or_(far, builder.icmp_signed("<", one, ir.Constant(INT, -MOST_BOUND)))
            halt_if(context, builder, far, OverflowError, "range() beyond 64 bits")
        if len(whole) == 3:
            halt_if(context, builder, builder.icmp_signed("==", whole[2], INT(0)), ValueError, "range() of step 0")
        made = [context.cast(builder, one, types.int64, kind) for one, kind in zip(whole, signature.args, strict=True)]
        return inner(context, builder, signature, made)

    return signature.return_type(*[types.int64] * len(given)), code


JOINED: dict[str, Any] = {
    one.__name__: joining(one)
    for one in (
        operator.add,
        operator.sub,
        operator.mul,
        operator.floordiv,
        operator.mod,
        operator.truediv,
        operator.neg,
    )
}
