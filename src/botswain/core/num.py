"""Comparisons of floats that strategies and rules share.

Plain `>` on rolling sums gives spurious crossings on tick-grid data, so two values count as different only beyond a
relative 1e-10. A comparison with NaN is false.
"""

TOLERANCE = 1e-10


def above(a, b):
    """a - b > 1e-10 x max(|a|, |b|)."""
    return a - b > TOLERANCE * max(abs(a), abs(b))


def below(a, b):
    """b - a > 1e-10 x max(|a|, |b|)."""
    return b - a > TOLERANCE * max(abs(a), abs(b))


def exceeds(a, b, of):
    """a - b > 1e-10 x of: for numbers that may well be 0, where a share of themselves is nothing.

    of  what they are parts of: the price for differences of prices, such as a MACD, 100 for an oscillator
    """
    return a - b > TOLERANCE * of


def crossed_above(a, b, a_was, b_was):
    """Above now and known not to have been above before; false while either earlier value is NaN."""
    return above(a, b) and a_was == a_was and b_was == b_was and not above(a_was, b_was)


def crossed_below(a, b, a_was, b_was):
    """Below now and known not to have been below before; false while either earlier value is NaN."""
    return below(a, b) and a_was == a_was and b_was == b_was and not below(a_was, b_was)
