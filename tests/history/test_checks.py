"""What the checks find, one spoiled row at a time."""

from __future__ import annotations

from typing import Any

import pytest
from tests.history.samples import HOUR_MS, START_MS, candles_of, sound, sound_columns

from botswain.history.checks import check
from botswain.history.findings import ERRORS, Gap, Kind, refuse
from botswain.model.errors import BadInput

DAY_MS = 24 * HOUR_MS


def spoiled(rows: int = 10, **changes: dict[int, float]) -> Any:
    columns = sound_columns(rows)
    for name, cells in changes.items():
        for row, value in cells.items():
            columns[name][row - 1] = value
    return candles_of(columns)


def test_sound_candles_have_nothing_to_report() -> None:
    report = check(sound(100))
    assert report.findings == ()
    assert report.gaps == ()
    assert (report.rows, report.first_ms, report.last_ms) == (100, START_MS, START_MS + 99 * HOUR_MS)
    refuse(report, "x")


def test_no_candles_and_one_candle_can_be_judged() -> None:
    assert check(sound(0)).rows == 0
    assert check(sound(1)).findings == ()


@pytest.mark.parametrize(
    ("candles", "kind", "count", "row", "value"),
    [
        (spoiled(ts={5: START_MS}), Kind.DISORDER, 1, 5, "its time is before that of the row above, 2024-01-01T03"),
        (spoiled(ts={5: START_MS + 3 * HOUR_MS}), Kind.DUPLICATE, 1, 5, "that of row 4 again, with different values"),
        (
            spoiled(ts={3: START_MS + HOUR_MS + 1_234}),
            Kind.OVERLAP,
            1,
            3,
            "it opens 1.234 s after the row above, within",
        ),
        (spoiled(ts={3: START_MS + 3 * HOUR_MS // 2}), Kind.OVERLAP, 1, 3, "it opens 1800 s after the row above"),
        (spoiled(high={3: float("nan")}), Kind.NOT_FINITE, 1, 3, "high is empty or nan, which is no number"),
        (spoiled(volume={3: float("inf"), 4: float("nan")}), Kind.NOT_FINITE, 2, 3, "volume is inf"),
        (spoiled(low={2: 0.0}), Kind.NOT_POSITIVE, 1, 2, "low is 0.0"),
        (spoiled(volume={2: -1.0}), Kind.NOT_POSITIVE, 1, 2, "volume is -1.0"),
        (spoiled(high={2: 100.0}), Kind.IMPOSSIBLE, 1, 2, "no candle has open"),
        (spoiled(low={2: 102.0}), Kind.IMPOSSIBLE, 1, 2, "low 102.0"),
        (spoiled(volume={2: 0.0, 9: 0.0}), Kind.ZERO_VOLUME, 2, 2, "volume is 0.0"),
        (spoiled(ts={2: START_MS + HOUR_MS + 90_000}), Kind.OFF_GRID, 1, 2, "opens 90 s after the 1h grid (UTC)"),
        (spoiled(ts={2: START_MS + HOUR_MS + 17}), Kind.OFF_GRID, 1, 2, "opens 0.017 s after the 1h grid (UTC)"),
        (spoiled(high={4: 9_000.0}), Kind.JUMP, 1, 4, "low 102.25, high 9000.0, close 103.75, after a close of 102.5"),
    ],
)
def test_a_spoiled_row_is_found_and_named(candles: Any, kind: Kind, count: int, row: int, value: str) -> None:
    report = check(candles)
    found = [one for one in report.findings if one.kind == kind]
    assert len(found) == 1
    assert (found[0].count, found[0].row, found[0].time_ms) == (count, row, candles.ts[row - 1])
    assert value in found[0].value
    assert found[0].is_error == (kind in ERRORS)
    assert report.count(kind) == count
    if kind in ERRORS:
        with pytest.raises(BadInput) as raised:
            refuse(report, "file.csv")
        assert f"file.csv: row {row} (" in str(raised.value)
        assert found[0].remedy in str(raised.value)
    else:
        refuse(report, "file.csv")


def test_every_kind_of_error_is_told_at_once_first_row_first() -> None:
    candles = spoiled(open={7: float("nan")}, close={3: -5.0, 8: -5.0})
    with pytest.raises(BadInput) as raised:
        refuse(check(candles), "f")
    message = str(raised.value)
    assert message.startswith("f: row 3 (2024-01-01T02:00:00Z = 1704074400000): close is -5.0 (and 1 more); prices")
    assert "also row 7: open is empty or nan, which is no number (1 such)" in message


def test_times_that_repeat_out_of_order_are_found() -> None:
    columns = {name: values[5:] + values[:7] for name, values in sound_columns(10).items()}
    report = check(candles_of(columns))
    assert report.count(Kind.DISORDER) == 1
    duplicates = [one for one in report.findings if one.kind == Kind.DUPLICATE]
    assert (duplicates[0].count, duplicates[0].row) == (2, 11)
    assert duplicates[0].value == "its time is that of row 1 again, with equal values"
    assert (report.first_ms, report.last_ms) == (START_MS, START_MS + 9 * HOUR_MS)


def test_gaps_are_counted_in_candles_and_listed() -> None:
    columns = {name: values[:4] + values[5:10] + values[13:] for name, values in sound_columns(20).items()}
    report = check(candles_of(columns))
    assert report.gaps == (
        Gap(START_MS + 3 * HOUR_MS, START_MS + 5 * HOUR_MS, 1),
        Gap(START_MS + 9 * HOUR_MS, START_MS + 13 * HOUR_MS, 3),
    )
    assert (report.gap_count, report.missing) == (2, 4)
    assert report.errors == report.warnings == ()


def test_gaps_of_shuffled_candles_are_those_of_the_same_candles_in_order() -> None:
    columns = {name: values[:4] + values[6:] for name, values in sound_columns(20).items()}
    backwards = candles_of({name: values[::-1] for name, values in columns.items()})
    assert check(backwards).gaps == check(candles_of(columns)).gaps


def test_days_of_23_and_25_hours_are_no_gaps_but_said_to_be_off_the_grid() -> None:
    columns = sound_columns(6, DAY_MS)
    columns["ts"] = [ts + shift * HOUR_MS for ts, shift in zip(columns["ts"], (5, 5, 4, 4, 5, 5), strict=True)]
    report = check(candles_of(columns, timeframe="1d"))
    assert report.gaps == ()
    assert report.count(Kind.OFF_GRID) == 6
    assert report.errors == ()


def test_weeks_that_open_on_monday_are_on_the_grid() -> None:
    week = candles_of(sound_columns(5, 7 * DAY_MS), timeframe="1w")  # 2024-01-01 was a Monday
    assert check(week).findings == ()


def test_a_sudden_jump_is_told_and_not_refused() -> None:
    columns = sound_columns(10)
    for name in ("open", "high", "low", "close"):
        columns[name][4:] = [value * 100 for value in columns[name][4:]]
    report = check(candles_of(columns))
    assert [(one.kind, one.count, one.row) for one in report.findings] == [(Kind.JUMP, 1, 5)]
    refuse(report, "x")
