"""Whole numbers as machine code that gives Python's result or raises: 64 bits are not always enough.

Each function here is given an operation, the types it is for and how numba does it, and says how it is to be done.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils

INT = ir.IntType(64)
LEAST = -(2**63)
# Whole numbers up to this are floats without loss.
EXACT_IN_FLOAT = 2**53


class OtherNumbers(Exception):
    """A number whose kind counts otherwise in machine code; the step is left in Python."""


def whole(*given: Any) -> bool:
    """Whether all are whole numbers, truth values among them."""
    return all(one == types.int64 or isinstance(one, types.Boolean) for one in given)


def halt_if(context: Any, builder: Any, bad: Any, error: type[Exception], text: str) -> None:
    """Raise from machine code where a condition holds."""
    with cgutils.if_unlikely(builder, bad):
        context.call_conv.return_user_exc(builder, error, (text,))


def counted(instruction: str) -> Callable[..., Any]:
    """Whole numbers added, subtracted or multiplied within 64 bits."""

    def pick(op: Any, given: Any, own: Any) -> Any:
        if not whole(*given):
            return own

        def code(context: Any, builder: Any, _sig: Any, args: Any) -> Any:
            both = getattr(builder, instruction)(*args)
            over = builder.extract_value(both, 1)
            halt_if(context, builder, over, OverflowError, f"{op.__name__}: beyond 64 bits")
            return builder.extract_value(both, 0)

        return types.int64(types.int64, types.int64), code

    return pick


def negated(_op: Any, given: Any, own: Any) -> Any:
    """Minus a whole number."""
    if not whole(*given):
        return own

    def code(context: Any, builder: Any, _sig: Any, args: Any) -> Any:
        halt_if(context, builder, builder.icmp_signed("==", args[0], INT(LEAST)), OverflowError, "beyond 64 bits")
        return builder.neg(args[0])

    return types.int64(types.int64), code


def sized(op: Any, given: Any, own: Any) -> Any:
    """abs() of a whole number."""
    if own is None or given != (types.int64,):
        return own
    signature, inner = own

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        halt_if(context, builder, builder.icmp_signed("==", args[0], INT(LEAST)), OverflowError, op.__name__)
        return inner(context, builder, sig, args)

    return signature, code


def inverted(_op: Any, given: Any, own: Any) -> Any:
    """~ of a whole number, or of a truth value as one."""
    if not whole(*given):
        return own
    return types.int64(types.int64), lambda _context, builder, _sig, args: builder.not_(args[0])


def shifted(op: Any, given: Any, own: Any) -> Any:
    """Whole numbers shifted by as much as there are bits."""
    if not whole(*given):
        return own

    def code(context: Any, builder: Any, _sig: Any, args: Any) -> Any:
        a, by = args
        halt_if(context, builder, builder.icmp_signed("<", by, INT(0)), ValueError, "negative shift count")
        most = builder.select(builder.icmp_signed(">", by, INT(63)), INT(63), by)
        if op is operator.rshift:
            return builder.ashr(a, most)
        made = builder.shl(a, most)
        lost = builder.icmp_signed("!=", builder.ashr(made, most), a)
        # Of 0 nothing is lost, however far it is shifted; of others all is from 64 on.
        far = builder.and_(builder.icmp_signed(">", by, INT(63)), builder.icmp_signed("!=", a, INT(0)))
        halt_if(context, builder, builder.or_(lost, far), OverflowError, "beyond 64 bits")
        return made

    return types.int64(types.int64, types.int64), code


def divided(op: Any, given: Any, own: Any) -> Any:
    """// and % of whole numbers but for the one quotient that has no room, / of those that are exact as floats."""
    if own is None or not whole(*given):
        return own
    signature, inner = own

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        a, b = (context.cast(builder, one, kind, types.int64) for one, kind in zip(args, sig.args, strict=True))
        least = builder.icmp_signed("==", a, INT(LEAST))
        over = builder.and_(least, builder.icmp_signed("==", b, INT(-1)))
        halt_if(context, builder, over, OverflowError, f"{op.__name__}: beyond 64 bits")
        return inner(context, builder, sig, args)

    def exact(context: Any, builder: Any, _sig: Any, args: Any) -> Any:
        for one in args:
            halt_if(context, builder, beyond_float(builder, one), OverflowError, "no exact quotient")
        made = [context.cast(builder, one, types.int64, kind) for one, kind in zip(args, signature.args, strict=True)]
        return inner(context, builder, signature, made)

    if op is operator.truediv:
        return signature.return_type(types.int64, types.int64), exact
    return signature, code


def beyond_float(builder: Any, one: Any) -> Any:
    """Whether a whole number may not be a float without loss."""
    small = builder.icmp_signed("<", one, INT(-EXACT_IN_FLOAT))
    return builder.or_(small, builder.icmp_signed(">", one, INT(EXACT_IN_FLOAT)))


def compared(_op: Any, given: Any, own: Any) -> Any:
    """A whole number beside a float: Python compares the numbers, machine code the floats."""
    if own is None or set(given) != {types.int64, types.float64}:
        return own
    inner = own[1]

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        made = []
        for one, kind in zip(args, sig.args, strict=True):
            if kind == types.int64:
                halt_if(context, builder, beyond_float(builder, one), OverflowError, "no exact comparison")
            made.append(context.cast(builder, one, kind, types.float64))
        return inner(context, builder, own[0], made)

    return types.boolean(*given), code
