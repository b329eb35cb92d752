"""What a scalper's trade costs, and the distance at which it pays. Fees are read anew at every decision."""

from __future__ import annotations

# Exits, by their place in Scalper's `exit`.
FILLS, POSITION, QUOTES = 0, 1, 2
# Units, by their place in Scalper's `unit`.
PERCENT, VOLATILITY = 0, 1


def unit_at(now, p, my, price):
    """What a distance of 1 is at a price, in quote: a hundredth of it, the usual range of a candle, or a tick."""
    if p.unit == PERCENT:
        return price / 100.0
    return now.range if p.unit == VOLATILITY else my.tick


def entry_fee(p, my):
    """The fee of an entry: the maker's, where it may be nothing else. One that is paid back counts as none."""
    return max(my.maker_fee, 0.0) if p.post_only > 0 else max(my.maker_fee, my.taker_fee)


def paying_part(p, my):
    """The gain, as a part of the price, from which a trade pays both fees, the slippage and the edge asked for."""
    out = max(my.maker_fee, 0.0)
    return (entry_fee(p, my) + out + p.edge) / (1.0 - out)
