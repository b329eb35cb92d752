"""The candle store: one Parquet file for each venue, symbol and timeframe under one folder.

ROOT/<venue>/<BASE-QUOTE>/<timeframe>.parquet, with a label inside the file, so that a listing reads no candles.
It never holds candles with errors. A file is replaced whole, under a lock, so that neither a kill nor a second
process loses or tears anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from botswain.history.checks import check
from botswain.history.content import refuse_altered
from botswain.history.findings import refuse
from botswain.history.labels import Label, label_from, label_of, label_text
from botswain.history.merge import Merge, merge
from botswain.history.names import checked_symbol, meant
from botswain.history.parquet_file import read_note, read_parquet, write_parquet
from botswain.history.ranges import Range
from botswain.history.whole_file import only_writer, replace_file
from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.model.timeframe import timeframe_ms

_VENUE = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_SUFFIX = ".parquet"


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored run of candles: where it is, and its label.

    `label` is None for a file that was put there by hand, and for one that cannot be read: then `damage` says why.
    """

    venue: str
    symbol: str
    timeframe: str
    path: Path
    label: Label | None
    damage: str = ""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The candle store under the folder `root`, which need not exist yet."""

    root: Path

    def path(self, venue: str, symbol: str, timeframe: str) -> Path:
        """Where the candles of one venue, symbol and timeframe are or would be. Raises BadInput for bad names."""
        if not _VENUE.fullmatch(venue):
            raise BadInput(f"venue {venue!r} is not a name; write small letters, digits, - and _, such as binance")
        timeframe_ms(timeframe)
        return self.root / venue / checked_symbol(symbol).replace("/", "-") / f"{timeframe}{_SUFFIX}"

    def entries(self) -> tuple[Entry, ...]:
        """Everything stored, by venue, symbol and timeframe; reads labels, no candles."""
        paths = [path for path in self.root.glob(f"*/*/*{_SUFFIX}") if _length(path.stem)]
        found = [_entry(path) for path in paths]
        return tuple(sorted(found, key=lambda one: (one.venue, one.symbol, _length(one.timeframe))))

    def read(self, venue: str, symbol: str, timeframe: str) -> Candles | None:
        """The stored candles, unchecked but for their hash; None where there are none.

        Raises BadInput where the file is damaged or its candles are not those that were stored.
        """
        path = self.path(venue, symbol, timeframe)
        return as_stored(Entry(venue, symbol, timeframe, path, _label(path))) if path.exists() else None

    def find(self, symbol: str, timeframe: str | None = None, venue: str | None = None) -> Candles:
        """The stored candles of `symbol`, checked. `timeframe` and `venue` may be None where only one is stored.

        Raises BadInput saying what is there where nothing, or more than one, fits.
        """
        entry = self.entry(symbol, timeframe, venue)
        candles = as_stored(entry)
        refuse(check(candles), str(entry.path))
        return candles

    def entry(self, symbol: str, timeframe: str | None = None, venue: str | None = None) -> Entry:
        """The one stored run that fits; as `find`, without reading it."""
        stored = self.entries()
        of_symbol = [one for one in stored if one.symbol == symbol]
        if not of_symbol:
            raise BadInput(f"no candles of {symbol} in the store {self.root}{_hint(symbol, stored)}")
        fitting = [one for one in of_symbol if timeframe in (None, one.timeframe) and venue in (None, one.venue)]
        if len(fitting) == 1:
            return fitting[0]
        there = ", ".join(f"{one.timeframe} of {one.venue}" for one in (fitting or of_symbol))
        if fitting:
            raise BadInput(f"{symbol} is in the store more than once: {there}; name one with --timeframe and --venue")
        asked = " of ".join(one for one in (timeframe, venue) if one)
        raise BadInput(f"no {symbol} {asked} in the store {self.root}; there is {there}")

    def asked(self, venue: str, symbol: str, timeframe: str) -> tuple[Range, ...]:
        """The ranges that the venue has answered for before, in order."""
        label = _label(self.path(venue, symbol, timeframe))
        return label.asked if label else ()

    def put(self, venue: str, candles: Candles, *, replace: bool = False, asked: Iterable[Range] = ()) -> Merge:
        """Add `candles` to what is stored, and say what that changed. `asked` is added to the label's ranges.

        Where a candle is stored already with other values, the stored one stays unless `replace`. Raises
        BadInput for candles with errors, Unavailable where the file cannot be written; nothing is changed then.
        """
        path = self.path(venue, candles.symbol, candles.timeframe)
        refuse(check(candles), f"{candles.symbol} {candles.timeframe} for {venue}")
        with only_writer(path.parent):
            old = self.read(venue, candles.symbol, candles.timeframe)
            if old is not None:
                refuse(check(old), str(path))
            label = _label(path)
            merged = merge(old if old is not None else candles.slice(0, 0), candles, replace)
            new_label = label_of(merged.candles, (*asked, *(label.asked if label else ())))
            if old is not None and new_label != label:
                refuse(check(merged.candles), f"{candles.symbol} {candles.timeframe} for {venue}, with what is stored")
            if len(merged.candles) and new_label != label:
                replace_file(path, lambda target: write_parquet(target, merged.candles, label_text(new_label)))
        return merged


def load(entry: Entry) -> Candles:
    """The candles of `entry`, unchecked. Raises BadInput where the file is damaged."""
    if entry.damage:
        raise BadInput(entry.damage)
    columns = read_parquet(entry.path, str(entry.path))
    return Candles(entry.symbol, entry.timeframe, columns.ts, *columns.values)


def as_stored(entry: Entry) -> Candles:
    """The candles of `entry`. Raises BadInput where the file is damaged or they are not those that were stored."""
    candles = load(entry)
    refuse_altered(candles, entry.label.hash if entry.label else "", str(entry.path))
    return candles


def _entry(path: Path) -> Entry:
    venue, folder, timeframe = path.parent.parent.name, path.parent.name, path.stem
    damage, label = "", None
    try:
        label = _label(path)
    except BadInput as error:
        damage = str(error)
    symbol = label.symbol if label else "/".join(folder.rsplit("-", 1))
    return Entry(venue, symbol, timeframe, path, label, damage)


def _label(path: Path) -> Label | None:
    note = read_note(path, str(path)) if path.exists() else None
    return label_from(note, str(path)) if note is not None else None


def _length(timeframe: str) -> int:
    try:
        return timeframe_ms(timeframe)
    except BadInput:
        return 0


def _hint(symbol: str, stored: tuple[Entry, ...]) -> str:
    if not stored:
        return ", which is empty; put some there with `botswain data import FILE` or `botswain data download SYMBOL`"
    symbols = sorted({one.symbol for one in stored})
    shown = ", ".join(symbols[:12]) + (", ..." if len(symbols) > 12 else "")
    return f"{meant(symbol, symbols)}; there is {shown}"
