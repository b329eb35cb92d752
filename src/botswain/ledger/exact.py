"""Integer arithmetic whose middle results do not fit in 64 bits.

Ratios of products are divided as they are where both products fit; otherwise they are estimated in floats and then
corrected exactly, so that the result is the true floor or ceiling whatever the sizes. It is written so that compiled
64-bit integers and Python's own give the same answers.
"""

E8 = 100_000_000
# A product that comes out below this in floats is below 2^63.
IN_64_BITS = 9.0e18


def mul_div_floor(a, b, c):
    """floor(a x b / c) for integers a >= 0 and 0 <= b <= c, c > 0."""
    a = int(a)
    b = int(b)
    c = int(c)
    if b == c:
        return a
    if (float(a) * 4.5e-16 + 2.0) * float(c) > 4.0e18:
        return ratio_floor(a, b, 1, c, 1, 1)
    quotient = int(float(a) * (float(b) / float(c)))
    # The product may wrap in 64 bits; the difference is small, so its wrapped value is the true one.
    rest = a * b - quotient * c
    if rest < 0 or rest >= c:
        quotient += rest // c
    return quotient


def ratio_floor(a, b, c, d, e, f):
    """floor(a b c / (d e f)) for integers a, b, c >= 0 and d, e, f > 0; the result must be below 2^62."""
    a = int(a)
    b = int(b)
    c = int(c)
    d = int(d)
    e = int(e)
    f = int(f)
    above = float(a) * float(b) * float(c)
    below = float(d) * float(e) * float(f)
    if above < IN_64_BITS and below < IN_64_BITS:
        return a * b * c // (d * e * f)
    estimate = above / below
    slack = estimate * 4e-15
    quotient = int(estimate)
    if estimate > 1.0 and estimate - quotient > slack and quotient + 1 - estimate > slack:
        return quotient
    # Steps that double: in 64 bits the estimate is off by little, but Python's integers have no end.
    jump = 1
    while quotient > 0 and compare(quotient, d, e, f, a, b, c) > 0:
        quotient = max(quotient - jump, 0)
        jump += jump
    jump = 1
    while compare(quotient + jump, d, e, f, a, b, c) <= 0:
        quotient += jump
        jump += jump
    while jump > 1:
        jump //= 2
        if compare(quotient + jump, d, e, f, a, b, c) <= 0:
            quotient += jump
    return quotient


def ratio_ceil(a, b, c, d, e, f):
    """ceil(a b c / (d e f)), on the terms of `ratio_floor`."""
    estimate = float(a) * float(b) * float(c) / (float(d) * float(e) * float(f))
    slack = estimate * 4e-15
    quotient = int(estimate)
    if estimate > 1.0 and estimate - quotient > slack and quotient + 1 - estimate > slack:
        # Surely between two whole numbers.
        return quotient + 1
    quotient = ratio_floor(a, b, c, d, e, f)
    if compare(quotient, d, e, f, a, b, c) == 0:
        return quotient
    return quotient + 1


def compare(q, d, e, f, a, b, c):
    """The sign of q d e f - a b c, exactly. Compiled, `botswain.build.access` does it in 256 bits."""
    left = q * d * e * f
    right = a * b * c
    return (left > right) - (left < right)


def rounded_fee(notional, rate_e8, quantum):
    """notional x rate, rounded half up to whole quanta: returns the number of quanta, below 0 for a rebate.

    notional  money units, >= 0
    rate_e8   the rate in units of 1e-8, below 1e8 and above -1e8; a tie goes to the venue in either case
    quantum   money units in one of the fee asset's smallest units, >= 1
    """
    notional = int(notional)
    high = notional // E8
    low = (notional - high * E8) * rate_e8
    whole = high * rate_e8 + low // E8
    half = 1 if low % E8 >= E8 // 2 else 0
    if quantum == 1:
        return whole + half
    return (2 * whole + half + quantum) // (2 * quantum)


def root_of_ratio(a, b, c, d, e, most):
    """The square root of a b c / (d e), up to a whole number, or `most` where it is more; a, b, c >= 0, d, e > 0.

    most  its square is below 2^62
    """
    a = int(a)
    b = int(b)
    c = int(c)
    d = int(d)
    e = int(e)
    if float(a) * float(b) * float(c) > 2.0 * float(most) * float(most) * float(d) * float(e):
        return most
    square = ratio_ceil(a, b, c, d, e, 1)
    root = int(float(square) ** 0.5)
    while root * root > square:
        root -= 1
    while root * root < square:
        root += 1
    return min(root, most)


def with_slippage(price, slippage_e8, side):
    """A price in ticks made worse by a fraction (in units of 1e-8): up for a buy (+1), down for a sell (-1).

    Nothing trades below one tick, so no price of a tick or more gets there.
    """
    if slippage_e8 == 0:
        return price
    high = price // E8
    part = (price - high * E8) * slippage_e8
    worse = high * slippage_e8 + part // E8
    if part % E8 != 0:
        worse += 1
    return max(price + side * worse, 1)
