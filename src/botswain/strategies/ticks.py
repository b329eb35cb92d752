"""Prices on the tick, for bots that lay more than one order around a price."""

# A float so near to a whole number is that number.
NEAR = 1e-6


def on_tick(my, price, up):
    """A price in ticks, up for +1 and down for -1, but to the nearest within a millionth; at least one."""
    exact = price / my.tick
    low = int(exact)
    if exact - low > NEAR and (up > 0 or low + 1 - exact <= NEAR):
        low += 1
    return max(low, 1)
