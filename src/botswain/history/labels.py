"""The label of a stored candle file: what is in it, written inside the file beside the candles.

A listing reads labels only. A file that a person put into the store by hand has none; it is then known by its
place alone, until it is written through the shelf.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from botswain.history.checks import check
from botswain.history.content import content_hash
from botswain.history.ranges import Range, united
from botswain.model.candles import Candles
from botswain.model.errors import BadInput

VERSION = 1


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """What a stored file holds.

    first_ms, last_ms  opening times of its first and last candle
    gaps, missing      runs of absent candles, and absent candles in all, on the 24x7 grid
    zero_volume        candles without a trade
    hash               the content hash
    asked              ranges [first_ms, end_ms) that a venue was asked for and answered, even where it had nothing
    """

    version: int
    symbol: str
    timeframe: str
    rows: int
    first_ms: int
    last_ms: int
    gaps: int
    missing: int
    zero_volume: int
    hash: str
    asked: tuple[Range, ...] = ()


def label_of(candles: Candles, asked: Iterable[Range] = ()) -> Label:
    """The label that `candles` deserve."""
    report = check(candles)
    return Label(
        version=VERSION,
        symbol=candles.symbol,
        timeframe=candles.timeframe,
        rows=report.rows,
        first_ms=report.first_ms,
        last_ms=report.last_ms,
        gaps=report.gap_count,
        missing=report.missing,
        zero_volume=int((candles.volume == 0.0).sum()),
        hash=content_hash(candles),
        asked=united(asked),
    )


def label_text(label: Label) -> str:
    """The label as it is written: JSON."""
    return msgspec.json.encode(label).decode()


def label_from(text: str, origin: str) -> Label:
    """The label in `text`. Raises BadInput where it is of a newer version or no label."""
    try:
        version = msgspec.json.decode(text, type=_Version).version
        if version > VERSION:
            raise BadInput(
                f"{origin}: was written by a newer botswain (label version {version}, known: {VERSION}); "
                "update botswain to use it"
            )
        return msgspec.json.decode(text, type=Label)
    except msgspec.MsgspecError as error:
        raise BadInput(
            f"{origin}: its label cannot be read ({error}); move the file away, then import or download it again"
        ) from None


class _Version(msgspec.Struct):
    version: int
