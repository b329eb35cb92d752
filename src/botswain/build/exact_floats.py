"""Floats, and what is made of them, as machine code that gives Python's result or raises: nan and infinity out of

finite numbers are errors there, or complex numbers.
"""

from __future__ import annotations

import math
from typing import Any

from llvmlite import ir
from numba import types

from botswain.build.exact_whole import INT, halt_if, whole

REAL = ir.DoubleType()
TOO_LARGE = 2.0**63
# Of a whole number; those of 0, 1 and -1 alone have room for more.
MOST_POWER = 1 << 15


def raised(op: Any, given: Any, own: Any) -> Any:
    """A power: of whole numbers within 64 bits, of floats as C computes it, which is Python's way."""
    if own is None or not all(whole(one) or one == types.float64 for one in given):
        return own
    if not whole(*given):
        return types.float64(types.float64, types.float64), float_power
    signature, inner = own
    if signature.args != (types.int64, types.int64):
        return own

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        halt_if(context, builder, builder.icmp_signed("<", args[1], INT(0)), OverflowError, "a power below zero")
        # From 2^16 on numba goes by way of floats, which do not know whether 2^53 + 1 is odd.
        far = builder.icmp_signed(">", args[1], INT(MOST_POWER))
        halt_if(context, builder, far, OverflowError, f"{op.__name__}: beyond 64 bits")
        reals = [builder.sitofp(one, REAL) for one in args]
        near = builder.call(builder.module.declare_intrinsic("llvm.pow", [REAL]), reals)
        large = builder.fcmp_unordered(">=", absolute(builder, near), REAL(TOO_LARGE * 0.999))
        halt_if(context, builder, large, OverflowError, f"{op.__name__}: beyond 64 bits")
        return inner(context, builder, sig, args)

    return types.int64(types.int64, types.int64), code


def powered(_op: Any, given: Any, own: Any) -> Any:
    """math.pow(): always a float."""
    if own is None or not all(whole(one) or one == types.float64 for one in given):
        return own
    return types.float64(types.float64, types.float64), float_power


def float_power(context: Any, builder: Any, _sig: Any, args: Any) -> Any:
    """C's pow, where the result is no surprise."""
    made = builder.call(builder.module.declare_intrinsic("llvm.pow", [REAL]), [veiled(builder, one) for one in args])
    halt_if(context, builder, surprising(builder, made, args), ValueError, "a power out of range")
    return made


def veiled(builder: Any, one: Any) -> Any:
    """A float of which the optimizer knows nothing: of a power of 2 or 0.5 it would make a product or a root, whose

    last digit is at times another.
    """
    kind = ir.FunctionType(INT, [INT])
    return builder.bitcast(builder.asm(kind, "", "=r,0", [builder.bitcast(one, INT)], True), REAL)


def absolute(builder: Any, one: Any) -> Any:
    """A float's size."""
    return builder.call(builder.module.declare_intrinsic("llvm.fabs", [REAL]), [one])


def surprising(builder: Any, made: Any, args: Any) -> Any:
    """Whether what came of finite numbers is not finite: there Python raises, or has a complex number."""
    endless = REAL(math.inf)
    bad = builder.fcmp_unordered("==", absolute(builder, made), endless)  # of nan, too
    for one in args:
        bad = builder.and_(bad, builder.fcmp_ordered("<", absolute(builder, one), endless))
    return bad


def in_domain(op: Any, _given: Any, own: Any) -> Any:
    """A function of `math`: Python raises where finite numbers give none, or where infinite ones do."""
    if own is None or own[0].return_type != types.float64:
        return own
    signature, inner = own

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        made = inner(context, builder, sig, args)
        reals = [one for one, kind in zip(args, sig.args, strict=True) if kind == types.float64]
        new_nan = builder.fcmp_unordered("uno", made, made)
        for one in reals:
            new_nan = builder.and_(new_nan, builder.fcmp_ordered("ord", one, one))
        bad = builder.or_(surprising(builder, made, reals), new_nan)
        halt_if(context, builder, bad, ValueError, f"math.{op.__name__} out of range")
        return made

    return signature, code


def made_whole(_op: Any, given: Any, own: Any) -> Any:
    """int(), round() to a whole number, floor, ceil and trunc of a float that is one, and in 64 bits."""
    if own is None or given != (types.float64,):
        return own
    signature, inner = own

    def code(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        size = absolute(builder, args[0])
        halt_if(context, builder, builder.fcmp_unordered(">=", size, REAL(TOO_LARGE)), ValueError, "no whole number")
        return inner(context, builder, sig, args)

    return signature, code
