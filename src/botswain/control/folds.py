"""Where the spans of a walk-forward lie: in each fold one to choose on, and after it one to judge on.

All is reckoned in candles that are decided on, so that no candle is of two spans, and a market that shuts has its hours
counted and not its nights. docs/decisions/0025 says what a fold is, and what purge and embargo leave out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from botswain.control.lengths import Length, is_zero, length_of
from botswain.history.instants import iso
from botswain.model.errors import BadInput

# A span of fewer candles says nothing.
LEAST = 10
MOST_FOLDS = 1_000
USUAL_FOLDS = 5
# Where nobody says otherwise, one chooses on so many times the candles that one judges on.
TRAINING_TIMES = 3
NONE = Length("0")
HELD_OUT = "25%"


@dataclass(frozen=True, slots=True)
class Fold:
    """Times are open times in milliseconds, an end is not included.

    purged, embargoed  candles left out before and after the place where the spans meet
    """

    number: int
    train_start_ms: int
    train_end_ms: int
    test_start_ms: int
    test_end_ms: int
    train_candles: int
    test_candles: int
    purged: int
    embargoed: int

    def text(self) -> str:
        """In words, for a message."""
        spans = (self.train_start_ms, self.train_end_ms), (self.test_start_ms, self.test_end_ms)
        train, test = (f"{iso(first)} to {iso(end)}" for first, end in spans)
        return f"fold {self.number} (chosen on {train}, judged on {test})"


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """The open times of the candles that are decided on, ascending int64, and how long a candle is.

    A place is a number of a candle, 0 to their number, which is the end of the last one.
    """

    times: Any
    candle_ms: int

    def __len__(self) -> int:
        return len(self.times)

    def instant(self, place: int) -> int:
        """When the candle at a place opens."""
        return int(self.times[place]) if place < len(self) else int(self.times[-1]) + self.candle_ms

    def at(self, instant_ms: int) -> int:
        """The place of the first candle that opens at an instant or later."""
        return int(np.searchsorted(self.times, instant_ms))

    def moved(self, place: int, by: Length, way: int) -> int:
        """The place so far before (way -1) or after (+1) another; below 0 or above their number where there is none.

        A time is rounded up to whole candles.
        """
        if not by.ms:
            return place + way * self.count(by)
        whole = -(-by.ms // self.candle_ms) * self.candle_ms
        instant = self.instant(place) + way * whole
        if instant < self.instant(0):
            return -1
        return self.at(instant) if instant <= self.instant(len(self)) else len(self) + 1

    def count(self, of: Length) -> int:
        """Candles of a length that is no time."""
        return of.candles or int(of.share * len(self))


@dataclass(frozen=True, slots=True)
class Wished:
    """What a person says of the folds; None: not said.

    folds     how many
    anchored  every training span begins at the first candle; else each is as long as the first
    train, test  a date is where the first of these spans ends
    """

    folds: int | None = None
    anchored: bool = False
    train: Length | None = None
    test: Length | None = None
    purge: Length = NONE
    embargo: Length = NONE


def wished_walk(
    *,
    folds: Any = None,
    anchored: bool = False,
    train: Any = None,
    test: Any = None,
    purge: Any = 0,
    embargo: Any = 0,
) -> Wished:
    """What is wished of a walk-forward, of texts and numbers as people give them. Raises BadInput."""
    if folds is not None and (isinstance(folds, bool) or not isinstance(folds, int)):
        raise BadInput(f"folds is {folds!r}; write a whole number")
    return Wished(
        folds=folds,
        anchored=anchored,
        train=None if train is None else length_of("train", train, dated=True),
        test=None if test is None else length_of("test", test, dated=True),
        purge=length_of("purge", purge, none=True),
        embargo=length_of("embargo", embargo, none=True),
    )


def wished_holdout(*, test: Any = HELD_OUT, purge: Any = 0, embargo: Any = 0) -> Wished:
    """The same of a holdout, which is a walk-forward of one fold; test: its length, or the date that it begins on."""
    held = length_of("test", test, dated=True)
    lengths = {"purge": length_of("purge", purge, none=True), "embargo": length_of("embargo", embargo, none=True)}
    if held.at_ms is None:
        return Wished(folds=1, anchored=True, test=held, **lengths)
    return Wished(folds=1, anchored=True, train=held, **lengths)


def folds_of(line: Timeline, wished: Wished) -> list[Fold]:
    """The folds, oldest first. Raises BadInput where they cannot be."""
    if wished.folds is not None and not 1 <= wished.folds <= MOST_FOLDS:
        raise BadInput(f"folds is {wished.folds}; write a whole number from 1 to {MOST_FOLDS:,}")
    if len(line) < 2 * LEAST:
        raise BadInput(
            f"there are {len(line)} candles in the range; a walk-forward needs {LEAST} to choose on and {LEAST} to "
            "judge on at least, give more"
        )
    edges, train = edges_of(line, wished)
    return [fold_at(line, wished, k, edges, train) for k in range(1, len(edges))]


def edges_of(line: Timeline, wished: Wished) -> tuple[list[int], Length]:
    """Where the test spans meet, from the begin of the first to the end of the last, and how long one trains."""
    train, test, count = wished.train, wished.test, wished.folds
    if train is None:
        return ends_first(line, test, USUAL_FOLDS if count is None else count)
    first = date_place(line, "train", train) if train.at_ms is not None else line.moved(0, train, +1)
    if first >= len(line):
        first_ms, end_ms = line.instant(0), line.instant(len(line))
        raise BadInput(
            f"the training span of {train.text} leaves nothing of the {len(line):,} candles from {iso(first_ms)} to "
            f"{iso(end_ms)} to judge on; give a shorter one or more candles"
        )
    known = Length(train.text, candles=first) if train.at_ms is not None else train
    if test is None:
        parts, rest = USUAL_FOLDS if count is None else count, len(line) - first
        if rest < parts * LEAST:
            raise BadInput(
                f"after a training span of {train.text} {rest:,} candles are left, too few for {parts} test spans of "
                f"{LEAST} or more; give fewer folds, a shorter training span or more candles"
            )
        return [first + rest * k // parts for k in range(parts + 1)], known
    if test.at_ms is not None:
        end = date_place(line, "test", test)
        if end <= first:
            raise BadInput(
                f"the first test span is to end at {test.text}, and the training span ends at "
                f"{iso(line.instant(first))}; give a later date"
            )
        test = Length(test.text, candles=end - first)
        return fitting(stepped(line, first, test, +1), count, train, test), known
    if train.at_ms is not None:
        return fitting(stepped(line, first, test, +1), count, train, test), known
    back = [place for place in stepped(line, len(line), test, -1) if line.moved(place, train, -1) >= 0]
    # The oldest candles are left out where the spans do not use all of them.
    return sorted(fitting(back, count, train, test)), known


def ends_first(line: Timeline, test: Length | None, count: int) -> tuple[list[int], Length]:
    """So many test spans up to the last candle; one trains on three times as much, or where a test span is given on all

    that is before the first.
    """
    if test is None:
        each = len(line) // (count + TRAINING_TIMES)
        if each < LEAST:
            raise BadInput(
                f"{len(line):,} candles are too few for {count} folds: each would be judged on {each}, and {LEAST} are "
                "the least; give fewer folds or more candles"
            )
        train = TRAINING_TIMES * each
        return [len(line) - each * k for k in range(count, -1, -1)], Length(f"{train} candles", candles=train)
    if test.at_ms is not None:
        raise BadInput(f"test is {test.text}, a date at which the first test span ends; say with train where it begins")
    found = stepped(line, len(line), test, -1)
    if len(found) <= count or found[count] < LEAST:
        raise BadInput(
            f"{count} test spans of {test.text} leave fewer than {LEAST} of {len(line):,} candles before them to "
            "choose on; give fewer or shorter ones, or more candles"
        )
    first = found[count]
    return sorted(found[: count + 1]), Length(f"{first} candles", candles=first)


def date_place(line: Timeline, what: str, length: Length) -> int:
    """The place of a date inside the range. Raises BadInput where it is not."""
    assert length.at_ms is not None
    place = line.at(length.at_ms)
    if not 0 < place < len(line):
        raise BadInput(
            f"{what} is {length.text}, outside the candles, which are from {iso(line.instant(0))} to "
            f"{iso(line.instant(len(line)))}; give a date between"
        )
    return place


def stepped(line: Timeline, place: int, length: Length, way: int) -> list[int]:
    """A place, and those a length further on and again, as long as there are candles."""
    found = [place]
    while 0 <= (place := line.moved(place, length, way)) <= len(line) and len(found) <= MOST_FOLDS:
        if place == found[-1]:
            # None is in so short a time, where the market was shut, or in so small a part.
            raise BadInput(
                f"the test span {length.text} holds no candle at {iso(line.instant(place))}; give a longer one"
            )
        found.append(place)
    return found


def fitting(edges: list[int], count: int | None, train: Length, test: Length) -> list[int]:
    """As many edges as there are to be. Raises BadInput where fewer fit."""
    most = len(edges) - 1
    if most < 1 or (count is not None and count > most):
        asked = "one fold" if count is None or count == 1 else f"{count} folds"
        raise BadInput(
            f"{asked} with a training span of {train.text} and test spans of {test.text} do not fit into the candles, "
            f"{most} would; give fewer or shorter ones, or more candles"
        )
    return edges if count is None else edges[: count + 1]


def fold_at(line: Timeline, wished: Wished, k: int, edges: list[int], train: Length) -> Fold:
    """The k-th fold, from 1. Raises BadInput where purge or embargo leave nothing of it."""
    edge, end = edges[k - 1], edges[k]
    start = 0 if wished.anchored else max(line.moved(edge, train, -1), 0)
    last, first = line.moved(edge, wished.purge, -1), line.moved(edge, wished.embargo, +1)
    for what, length, span, left in (
        ("purge", wished.purge, edge - start, last - start),
        ("embargo", wished.embargo, end - edge, end - first),
    ):
        if left < LEAST:
            kind, taken = ("training", "its end") if what == "purge" else ("test", "its begin")
            more = f", and the {what} of {length.text} takes {max(span - max(left, 0), 0):,} from {taken}"
            raise BadInput(
                f"the {kind} span of fold {k} has {span:,} candles{more if not is_zero(length) else ''}; {LEAST} are "
                f"the least, give {'a shorter ' + what + ', ' if not is_zero(length) else ''}longer spans, fewer folds "
                "or more candles"
            )
    return Fold(
        number=k,
        train_start_ms=line.instant(start),
        train_end_ms=line.instant(last),
        test_start_ms=line.instant(first),
        test_end_ms=line.instant(end),
        train_candles=last - start,
        test_candles=end - first,
        purged=edge - last,
        embargoed=first - edge,
    )
