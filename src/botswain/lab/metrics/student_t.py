"""Student's t distribution: how likely a mean so far from zero is where the true one is zero."""

from __future__ import annotations

import math

TINY = 1e-300
ENOUGH = 1e-15
MOST_TERMS = 10_000


def two_sided(t: float, freedom: int) -> float:
    """P(|T| >= |t|) with so many degrees of freedom, 0 to 1: the regularised incomplete beta I_x(freedom / 2, 1 / 2),

    x = freedom / (freedom + t^2). Abramowitz and Stegun, 26.5.27 and 26.7.1. NaN without freedom.
    """
    if freedom < 1 or not math.isfinite(t):
        return math.nan
    return incomplete_beta(freedom / (freedom + t * t), freedom / 2.0, 0.5)


def incomplete_beta(x: float, a: float, b: float) -> float:
    """I_x(a, b) for x from 0 to 1 and a, b above 0, by its continued fraction (26.5.8)."""
    if x <= 0.0 or x >= 1.0:
        return min(max(x, 0.0), 1.0)
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - incomplete_beta(1.0 - x, b, a)
    front = a * math.log(x) + b * math.log1p(-x) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return math.exp(front) / a * fraction(x, a, b)


def fraction(x: float, a: float, b: float) -> float:
    """The continued fraction, from the front (the modified method of Lentz)."""
    upper, lower = 1.0, 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0))
    value = lower
    for m in range(1, MOST_TERMS):
        before = value
        even = m * (b - m) * x / ((a + 2 * m - 1.0) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1.0))
        for term in (even, odd):
            lower = 1.0 / nonzero(1.0 + term * lower)
            upper = nonzero(1.0 + term / upper)
            value *= lower * upper
        if abs(value - before) <= ENOUGH * abs(value):
            break
    return value


def nonzero(value: float) -> float:
    """What may be divided by."""
    return value if abs(value) > TINY else TINY
