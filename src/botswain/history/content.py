"""The content hash: one name for the numbers in a run of candles.

It is not part of the checks, because it costs as much as reading does and a backtest wants it beside its hot
path. It covers the numbers only: the same candles have the same hash as Parquet, as CSV, in the store, and
under any symbol or timeframe a file was given, so that two people can tell whether they tested the same data.
Reports print symbol and timeframe beside it.
"""

from __future__ import annotations

import hashlib

import numpy as np

from botswain.model.candles import COLUMNS, Candles
from botswain.model.errors import BadInput

ALTERED = "these are not the candles that were stored; move the file away, then import or download them again"

_PREFIX = b"botswain-candles-1\n"


def content_hash(candles: Candles) -> str:
    """SHA-256, in hex, of a fixed prefix, then `ts` and open, high, low, close, volume, one column after the other.

    Columns are hashed as little-endian int64 and float64; -0.0 is hashed as 0.0. About 20 ms for 525,600 candles.
    """
    digest = hashlib.sha256(_PREFIX)
    digest.update(np.ascontiguousarray(candles.ts, dtype="<i8").data)
    for name in COLUMNS:
        digest.update(np.ascontiguousarray(getattr(candles, name) + 0.0, dtype="<f8").data)
    return digest.hexdigest()


def refuse_altered(candles: Candles, stored_hash: str, origin: str) -> str:
    """The content hash of candles that were stored with `stored_hash`, which is empty for those of one's own.

    Raises BadInput where it is another: nothing may be made of them, least of all a label that calls them sound.
    """
    digest = content_hash(candles)
    if stored_hash and stored_hash != digest:
        raise BadInput(f"{origin}: {ALTERED}")
    return digest
