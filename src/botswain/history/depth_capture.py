"""An order book from messages as Binance sent them, one JSON object a line, in the order in which they came.

A line is a message, or an object with it under `msg`; a message is what a stream sent, or an object with that under
`data`. Read are differences (`depthUpdate`) and snapshots as its REST door gives them (`lastUpdateId`); all else is
passed over. The rule is the venue's: differences that end at or before the snapshot are dropped, the first that counts
contains the id after it, and each begins where the last one ended. A snapshot has no time of its own: it counts from
the first difference after it.
"""

from __future__ import annotations

import gzip
import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from botswain.model.depth import ASK, BID, Depth
from botswain.model.errors import BadInput

SUFFIXES = (".jsonl", ".jsonl.gz")
Levels = list[tuple[float, float]]
# Time, side, price, quantity, and the number of the snapshot (0: a change).
Row = tuple[int, int, float, float, int]


def is_capture(path: Path) -> bool:
    """Whether a file's name says that it holds messages."""
    return path.name.lower().endswith(SUFFIXES)


@dataclass(frozen=True, slots=True)
class Told:
    """A snapshot (of no time, first_id -1) or a difference, and the line it is in; levels as [price, quantity]."""

    line: int
    first_id: int
    last_id: int
    at_ms: int
    bids: Levels
    asks: Levels

    def rows(self, at_ms: int, number: int) -> list[Row]:
        """Its levels as rows."""
        sides = ((BID, self.bids), (ASK, self.asks))
        return [(at_ms, side, price, quantity, number) for side, found in sides for price, quantity in found]


def captured(path: Path, origin: str, symbol: str) -> Depth:
    """The book of a file of messages. Raises BadInput where it cannot be followed."""
    rows: list[Row] = []
    waiting: deque[Told] = deque()
    snapshot: Told | None = None
    number, last_id = 0, 0
    for told in messages(path, origin):
        if told.first_id < 0:
            snapshot, last_id = told, told.last_id
        else:
            waiting.append(told)
        while waiting and last_id:
            one = waiting.popleft()
            if one.last_id <= last_id:
                continue
            if one.first_id > last_id + 1 or (snapshot is None and one.first_id != last_id + 1):
                raise BadInput(
                    f"{origin}: line {one.line}: a difference begins with the id {one.first_id} and the book stands at "
                    f"{last_id}; give a capture without gaps, or its part from a later snapshot on"
                )
            if snapshot is not None:
                number += 1
                rows += snapshot.rows(one.at_ms, number)
                snapshot = None
            rows += one.rows(one.at_ms, 0)
            last_id = one.last_id
    if not rows:
        raise BadInput(
            f"{origin}: there is no snapshot (lastUpdateId) with differences (depthUpdate) after it; give a "
            "capture that has both"
        )
    columns = (np.array(column) for column in zip(*rows, strict=True))
    try:
        return Depth(symbol, *columns)
    except BadInput as error:
        raise BadInput(f"{origin}: {error}") from None


def messages(path: Path, origin: str) -> Iterator[Told]:
    """The snapshots and differences of a file. Raises BadInput."""
    line = 0
    try:
        with gzip.open(path, "rt") if path.name.lower().endswith(".gz") else path.open() as lines:
            for line, text in enumerate(lines, 1):
                found = json.loads(text)
                found = found.get("msg", found)
                found = found.get("data", found)
                if "lastUpdateId" in found:
                    yield Told(line, -1, int(found["lastUpdateId"]), 0, levels(found["bids"]), levels(found["asks"]))
                elif found.get("e") == "depthUpdate":
                    ids = int(found["U"]), int(found["u"])
                    yield Told(line, *ids, int(found["E"]), levels(found["b"]), levels(found["a"]))
    except FileNotFoundError:
        raise BadInput(f"{origin}: there is no such file; check the path") from None
    except (OSError, EOFError, ValueError, AttributeError, KeyError, TypeError) as error:
        raise BadInput(
            f"{origin}: line {max(line, 1)} cannot be read as a message of the market "
            f"({type(error).__name__}: {error}); give one JSON object a line, as the venue sent it"
        ) from None


def levels(found: Any) -> Levels:
    """Levels of a message as numbers."""
    return [(float(price), float(quantity)) for price, quantity in found]
