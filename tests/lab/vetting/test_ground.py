"""What stands for a symbol that a strategy only reads: cut off and turned over with the candles that it is made of."""

import numpy as np

from botswain.core.indicators import candle_column, other
from botswain.core.strategy import Strategy, step
from botswain.lab.vetting.ground import ground_of, plan_on
from botswain.lab.vetting.made_candles import made_candles

READ = "READ/USD"


class Reads(Strategy):
    """Reads another symbol."""

    def indicators(self):
        return {"other": other(candle_column("close"), READ)}

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        wanted.target(1.0 if now.other > 0.0 else 0.0)


def test_it_falls_where_the_candles_rise_and_some_of_it_is_missing():
    ground = ground_of(made_candles(200))
    assert plan_on(ground, Reads()).reads == (READ,)
    found = ground.market(Reads()).reads[READ]
    own = ground.candles
    there = np.isin(own.ts, found.ts)
    assert 0 < (~there).sum() < 10
    np.testing.assert_allclose(found.close * own.close[there], own.close[0] ** 2)
    assert (found.high >= np.maximum(found.open, found.close)).all()
    assert (found.low <= np.minimum(found.open, found.close)).all()


def test_the_future_of_it_is_cut_off_and_turned_over_with_that_of_the_candles():
    ground = ground_of(made_candles(200))
    whole = ground.market(Reads()).reads[READ]
    for changed in (ground.until(120), ground.otherwise(120)):
        found = changed.market(Reads()).reads[READ]
        known = int((whole.ts < ground.candles.ts[120]).sum())
        assert found.close[:known].tobytes() == whole.close[:known].tobytes()
    assert len(ground.until(120).market(Reads()).reads[READ]) == known
    assert (ground.otherwise(120).market(Reads()).reads[READ].close[known:] != whole.close[known:]).any()
    later = ground.since(60).market(Reads()).reads[READ]
    assert later.close.tobytes() == whole.close[-len(later) :].tobytes()


def test_a_strategy_that_reads_nothing_is_given_nothing():
    class Alone(Reads):
        """Reads its own."""

        def indicators(self):
            return {"other": candle_column("close")}

    assert ground_of(made_candles(60)).market(Alone()).reads == {}
