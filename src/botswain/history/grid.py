"""The price grid that a candle file itself shows, and the instrument made of it.

For candles without `--instrument` (SEMANTICS 4.8). Prices in files are decimals that went through binary
floats: 0.30000000000000004 is 0.3. Prices that went through 32-bit floats, or an average, have no grid any
more; those are refused, because a tick of 1e-13 would let a backtest trade at prices no venue has.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import numpy.typing as npt

from botswain.history.instants import instant
from botswain.model.candles import Candles, FloatColumn
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument

MOST_DECIMALS = 12
MOST_TICKS = 1e13
DEFAULT_LOT = Decimal("1e-8")

_PRICES = ("open", "high", "low", "close")
_NEAR_TICKS = 1e-6  # SEMANTICS 1.1: farther than this from a tick is off the grid
_FLOAT_NOISE = 16 * 2.0**-52  # relative; what a few operations in 64 bits leave, and far below one of MOST_TICKS
_FLOAT32_DIGITS = 1e9
_FLOAT32_NOISE = 2.0**-24
_PLAIN_DIGITS = 8
_SAMPLE = 4_096
_BLOCK = 32_768


def default_instrument(candles: Candles, fee: Decimal) -> Instrument:
    """SEMANTICS 4.8: the finest tick in the candles, lot 1e-8, no minimum, `fee` in quote as maker and as taker."""
    return Instrument(candles.symbol, tick_of(candles), DEFAULT_LOT, maker_fee=fee, taker_fee=fee)


def tick_of(candles: Candles) -> Decimal:
    """10 to the power of minus `finest_decimals`: 0.01 for prices with two decimals, 1 for whole prices."""
    return Decimal(1).scaleb(-finest_decimals(candles))


def finest_decimals(candles: Candles) -> int:
    """The fewest decimals, 0 to 12, that write every open, high, low and close. About 3 ms for 525,600 candles.

    Raises BadInput, naming the price, where no such number exists: prices with float32 noise or averages.
    """
    decimals = 0
    columns = [getattr(candles, name) for name in _PRICES]
    for values in (*(_sample(column) for column in columns), *columns):
        decimals = _decimals_of(candles, values, decimals)
    if not decimals:
        return 0
    top = max(float(column.max()) for column in columns)
    if top * 10.0**decimals >= _FLOAT32_DIGITS and all(_is_float32(column) for column in columns):
        raise _no_grid(candles, decimals)
    return decimals


def refuse_off_tick(candles: Candles, tick_size: Decimal, origin: str) -> None:
    """Raise BadInput naming row, time and price where one is farther than 1e-6 tick from a multiple of `tick_size`.

    Of prices beyond 1e8 ticks, the noise of 64-bit floats is allowed for: there it is more than 1e-6 tick.
    """
    tick = float(tick_size)
    for name in _PRICES:
        ticks = getattr(candles, name) / tick
        nearest = np.rint(ticks)
        wrong = np.abs(nearest - ticks) > np.maximum(_NEAR_TICKS, _FLOAT_NOISE * ticks)
        wrong |= nearest < 1.0
        if wrong.any():
            index = int(wrong.argmax())
            price = float(getattr(candles, name)[index])
            count = int(np.count_nonzero(wrong))
            raise BadInput(
                f"{origin}: row {index + 1} ({instant(int(candles.ts[index]))}): {name} {price!r} is not a multiple "
                f"of tick_size {tick_size} ({count} such); correct tick_size, or, where prices carry noise, import the "
                f"file again with --decimals {max(0, -int(tick_size.normalize().as_tuple().exponent))} --replace"
            )


def _decimals_of(candles: Candles, values: FloatColumn, decimals: int) -> int:
    """The fewest decimals, at least `decimals`, for `values`: each try looks only at what the last could not write."""
    for start in range(0, len(values), _BLOCK):
        left = values[start : start + _BLOCK]
        while not _all_on(ticks := left * 10.0**decimals):
            left = left[_is_off(ticks)]
            if not len(left):
                break
            decimals += 1
            if decimals > MOST_DECIMALS or float(left.max()) * 10.0**decimals > MOST_TICKS:
                raise _no_grid(candles, decimals - 1)
    return decimals


def _all_on(ticks: FloatColumn) -> bool:
    """Whether all are on the grid, by one bound that is right for the smallest: the quick answer, mostly yes."""
    bound = _FLOAT_NOISE * float(ticks.min())
    off = np.rint(ticks)
    np.subtract(off, ticks, out=off)
    np.abs(off, out=off)
    return bool(off.max() <= bound)


def _is_off(ticks: FloatColumn) -> npt.NDArray[np.bool_]:
    wrong: npt.NDArray[np.bool_] = np.abs(np.rint(ticks) - ticks) > _FLOAT_NOISE * ticks
    return wrong


def _sample(column: FloatColumn) -> FloatColumn:
    return np.ascontiguousarray(column[:: max(1, len(column) // _SAMPLE)])


def _is_float32(column: FloatColumn) -> bool:
    return bool((column.astype(np.float32) == column).all())


def _no_grid(candles: Candles, decimals: int) -> BadInput:
    """The error that names the first price with no few decimals."""
    for name in _PRICES:
        column = getattr(candles, name)
        tried = min(decimals, _decimals_for(float(column.max()), _PLAIN_DIGITS))
        wrong = _is_off(column * 10.0**tried)
        if wrong.any():
            index = int(wrong.argmax())
            price = float(column[index])
            row = f"row {index + 1} ({instant(int(candles.ts[index]))})"
            return BadInput(
                f"{candles.symbol}: {row}: {name} {price!r} has no price grid (noise of 32-bit floats, or an average); "
                "pass --instrument with the true tick_size, or import the file again with "
                f"--decimals {_decimals_before_float32(candles)} --replace, or with the venue's own number of decimals"
            )
    return BadInput(f"{candles.symbol}: prices have more than {MOST_DECIMALS} decimals; pass --instrument")


def _decimals_before_float32(candles: Candles) -> int:
    """The decimals that prices had before they went through 32-bit floats."""
    for decimals in range(MOST_DECIMALS):
        columns = (getattr(candles, name) * 10.0**decimals for name in _PRICES)
        if all((np.abs(np.rint(ticks) - ticks) <= _FLOAT32_NOISE * ticks).all() for ticks in columns):
            return decimals
    return MOST_DECIMALS


def _decimals_for(price: float, digits: int) -> int:
    """Decimals that leave `price` that many digits in all."""
    return int(min(MOST_DECIMALS, max(0, digits - np.ceil(np.log10(max(price, 1e-12))))))
