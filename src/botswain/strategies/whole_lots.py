"""Lots in a strategy's memory, which is made of float64: from 2^53 on not every whole number is one."""

# Below it every whole number is a float64.
EXACT = 1 << 53


def kept(lots):
    """Lots as memory holds them: from 2^53 on down to the next that it does.

    What is bought anew is that; of what is held the rest is remembered beside it, for what is sold must be all of it.
    """
    step = 1
    while lots // step >= EXACT:
        step *= 2
    return lots // step * step
