"""Old and new candles made into one run."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.history.samples import HOUR_MS, START_MS, candles_of, same, sound, sound_columns

from botswain.history.merge import merge
from botswain.model.candles import Candles


def chosen(rows: set[int]) -> Candles:
    return candles_of({name: [values[row] for row in sorted(rows)] for name, values in sound_columns(20).items()})


ROWS = st.sets(st.integers(0, 19))


@settings(max_examples=60, deadline=None)
@given(ROWS, ROWS)
def test_the_union_holds_each_candle_once_and_counts_add_up(old: set[int], new: set[int]) -> None:
    merged = merge(chosen(old), chosen(new), replace=False)
    assert same(merged.candles, chosen(old | new))
    assert (merged.added, merged.equal, merged.revisions) == (len(new - old), len(new & old), ())


def test_a_differing_candle_is_told_and_the_old_one_kept_unless_replaced() -> None:
    columns = sound_columns(10)
    columns["close"][4] = 101.0
    columns["high"][4] = 110.0
    new = candles_of(columns).slice(3, 10)
    kept = merge(sound(10), new, replace=False)
    assert same(kept.candles, sound(10))
    assert [(one.time_ms, one.column) for one in kept.revisions] == [(START_MS + 4 * HOUR_MS, "high")]
    assert kept.revisions[0].message == "2024-01-01T04:00:00Z = 1704081600000: high was 105.25, now 110.0"
    taken = merge(sound(10), new, replace=True)
    assert same(taken.candles, candles_of(columns))
    assert (taken.added, taken.equal, len(taken.revisions)) == (0, 6, 1)
