"""The curve of a list: bounded, with its ends, and read again where it has missed something."""

from decimal import Decimal

from botswain.control.bot_figures import POINTS, Curve, curve_of
from botswain.store.mark_reads import Mark


def mark(time_ms, equity=1):
    zero = Decimal(0)
    return Mark(
        bot_id="b", time_ms=time_ms, equity=Decimal(equity), cash=zero, realized=zero, fees=zero, round_trips=0, won=0
    )


def test_a_curve_grows_to_its_bound_and_is_thinned_by_half():
    curve = curve_of([mark(0)], mark(0))
    for k in range(1, 1_000):
        assert not curve.missed(mark(k))
        curve.grow(mark(k, k))
        assert len(curve.points) <= POINTS
        assert (curve.points[0][0], curve.points[-1]) == (0, (k, float(k)))
        times = [one[0] for one in curve.points]
        assert times == sorted(set(times))
    assert len(curve.points) > POINTS // 3


def test_an_old_mark_changes_nothing_and_a_long_silence_is_noticed():
    curve = Curve([(0, 1.0), (10, 1.0)], 10, 10)
    curve.grow(mark(5, 9))
    assert curve.points == [(0, 1.0), (10, 1.0)]
    assert not curve.missed(mark(40))
    assert curve.missed(mark(41))
