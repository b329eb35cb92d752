"""The two repairs a person may ask for at import: order, and decimals.

Neither is ever done unasked. Both give new candles; the file stays as it is.
"""

from __future__ import annotations

import numpy as np

from botswain.model.candles import COLUMNS, Candles
from botswain.model.errors import BadInput

_MOST_DECIMALS = 12


def sorted_once(candles: Candles) -> tuple[Candles, int]:
    """`candles` oldest first, with rows that repeat another in every column dropped; and how many were dropped.

    Rows of one time with different values stay, for the checks to refuse.
    """
    order = np.lexsort([getattr(candles, name) for name in reversed(COLUMNS)] + [candles.ts])
    columns = [getattr(candles, name)[order] for name in ("ts", *COLUMNS)]
    keep = np.ones(len(order), dtype=np.bool_)
    if len(order):
        keep[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    dropped = int(len(order) - np.count_nonzero(keep))
    return Candles(candles.symbol, candles.timeframe, *(column[keep] for column in columns)), dropped


def rounded(candles: Candles, decimals: int) -> Candles:
    """`candles` with prices rounded to `decimals` (0 to 12); volumes stay. Raises BadInput where a price becomes 0."""
    if not 0 <= decimals <= _MOST_DECIMALS:
        raise BadInput(f"decimals is {decimals}; write 0 to {_MOST_DECIMALS}")
    prices = {name: np.round(getattr(candles, name), decimals) for name in COLUMNS if name != "volume"}
    for name, column in prices.items():
        lost = (column == 0.0) & (getattr(candles, name) > 0.0)
        if lost.any():
            index = int(lost.argmax())
            raise BadInput(
                f"{candles.symbol}: row {index + 1}: {name} {float(getattr(candles, name)[index])!r} becomes 0 "
                f"with {decimals} decimals; write more decimals"
            )
    return Candles(candles.symbol, candles.timeframe, ts=candles.ts, volume=candles.volume, **prices)
