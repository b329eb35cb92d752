"""What the checks can find, as values: kinds, findings, gaps, the report, and its verdict.

The judging itself is `checks`. Errors (time out of order or twice, one candle within another, NaN, prices at or below
zero, impossible candles) make `refuse` raise: an indicator or a fill computed from them would be false without anybody
noticing. Warnings (gaps, no volume, off the timeframe's grid, sudden jumps) occur in honest data and are only told.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from botswain.history.instants import instant
from botswain.model.candles import IntColumn
from botswain.model.errors import BadInput


class Kind(StrEnum):
    """What a finding is about. The value is its name in JSON."""

    DISORDER = "disorder"
    DUPLICATE = "duplicate"
    OVERLAP = "overlap"
    NOT_FINITE = "not_finite"
    NOT_POSITIVE = "not_positive"
    IMPOSSIBLE = "impossible"
    OFF_GRID = "off_grid"
    ZERO_VOLUME = "zero_volume"
    JUMP = "jump"


ERRORS = frozenset({Kind.DISORDER, Kind.DUPLICATE, Kind.OVERLAP, Kind.NOT_FINITE, Kind.NOT_POSITIVE, Kind.IMPOSSIBLE})

_REMEDIES = {
    Kind.DISORDER: "order the rows by time, oldest first (`botswain data import --sort` does)",
    Kind.DUPLICATE: "keep one row for each time (`botswain data import --sort` drops rows that are equal)",
    Kind.OVERLAP: "keep one candle for each span of time: the same trades would be seen twice",
    Kind.NOT_FINITE: "remove the row: a missing candle stays missing and is reported as a gap",
    Kind.NOT_POSITIVE: "prices are above zero and volume is not below it: correct or remove the row",
    Kind.IMPOSSIBLE: "low <= open, close <= high must hold: correct the row from its source or remove it",
    Kind.OFF_GRID: "nothing to do where candles follow a local clock (daylight saving); else check the timeframe",
    Kind.ZERO_VOLUME: "nothing to do where the venue sends candles without trades",
    Kind.JUMP: "compare the row with another source: splits, wrong units and bad prints look like this",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of problem: how many rows have it, and the first of them.

    row      number of the first row, counted from 1 without the header
    time_ms  that row's opening time
    value    that row's numbers, as a person compares them
    """

    kind: Kind
    count: int
    row: int
    time_ms: int
    value: str

    @property
    def is_error(self) -> bool:
        """Whether candles with this finding are refused."""
        return self.kind in ERRORS

    @property
    def remedy(self) -> str:
        """What a person can do about it."""
        return _REMEDIES[self.kind]

    @property
    def message(self) -> str:
        """Where, what and how many, without the remedy."""
        more = f" (and {self.count - 1} more)" if self.count > 1 else ""
        return f"row {self.row} ({instant(self.time_ms)}): {self.value}{more}"


@dataclass(frozen=True, slots=True)
class Gap:
    """`missing` candles are absent between the one at `after_ms` and the one at `before_ms`."""

    after_ms: int
    before_ms: int
    missing: int


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """What the checks found. Gaps are counted on the 24x7 grid: a market that closes has one every night."""

    symbol: str
    timeframe: str
    rows: int
    first_ms: int
    last_ms: int
    findings: tuple[Finding, ...]
    gap_after_ms: IntColumn
    gap_before_ms: IntColumn
    gap_missing: IntColumn

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that make `refuse` raise."""
        return tuple(one for one in self.findings if one.is_error)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that are only told; gaps are not among them."""
        return tuple(one for one in self.findings if not one.is_error)

    @property
    def gap_count(self) -> int:
        """How many runs of candles are absent."""
        return len(self.gap_after_ms)

    @property
    def missing(self) -> int:
        """How many candles are absent in all."""
        return int(self.gap_missing.sum())

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Every gap, oldest first."""
        columns = (self.gap_after_ms.tolist(), self.gap_before_ms.tolist(), self.gap_missing.tolist())
        return tuple(Gap(*row) for row in zip(*columns, strict=True))

    def count(self, kind: Kind) -> int:
        """How many rows have a finding of `kind`."""
        return sum(one.count for one in self.findings if one.kind == kind)


def refuse(report: Report, origin: str) -> None:
    """Raise BadInput where `report` has errors: the first row in trouble, and how many there are of each kind."""
    errors = sorted(report.errors, key=lambda one: one.row)
    if not errors:
        return
    first, others = errors[0], errors[1:]
    also = "".join(f"; also row {one.row}: {one.value} ({one.count} such)" for one in others)
    raise BadInput(f"{origin}: {first.message}; {first.remedy}{also}")
