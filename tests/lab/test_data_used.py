"""What a run says of its data."""

from __future__ import annotations

import hashlib

import numpy as np
from tests.lab.made import HOUR_MS, START_MS, crossed, used, waves

from botswain.history.checks import check
from botswain.history.content import content_hash
from botswain.lab.data_used import Origin, joint_hash
from botswain.model.candles import Candles


def with_holes(candles: Candles, *holes: slice) -> Candles:
    """The candles without those in `holes`."""
    kept = np.ones(len(candles), bool)
    for hole in holes:
        kept[hole] = False
    columns = [getattr(candles, name)[kept] for name in ("ts", "open", "high", "low", "close", "volume")]
    return Candles(candles.symbol, candles.timeframe, *columns)


def test_gaps_are_counted_as_the_check_counts_them() -> None:
    candles = with_holes(waves(), slice(30, 33), slice(100, 101))
    one = used(crossed(candles))[0]
    report = check(candles)
    assert (one.gaps, one.missing) == (report.gap_count, report.missing) == (2, 4)
    assert one.candles == 236


def test_the_warm_up_is_hashed_but_not_counted() -> None:
    candles = with_holes(waves(400), slice(60, 63))
    start = START_MS + 10 * 24 * HOUR_MS
    run = crossed(candles, start=start)
    one = used(run)[0]
    assert (one.first_ms, one.candles, one.gaps, one.warmup) == (start, 160, 0, 90)
    assert one.hash == content_hash(run.market.candles[0])


def test_a_hash_that_is_known_is_not_computed_again() -> None:
    assert used(crossed(), BTC=Origin("x.csv", hash="abc"))[0].hash == "abc"


def test_several_symbols_have_a_joint_hash() -> None:
    run = crossed({"BTC/USDT": waves(), "ETH/USDT": waves(240, "ETH/USDT")}, size="0.4")
    both = used(run)
    lines = "".join(f"{one.symbol} 1h {one.hash}\n" for one in both)
    assert joint_hash(both) == hashlib.sha256(lines.encode()).hexdigest()
    assert joint_hash(both[:1]) == both[0].hash
