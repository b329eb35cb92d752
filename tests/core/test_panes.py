"""Where an indicator is drawn."""

import pytest

from botswain.core.indicators import TaLib, before, candle_column, longer
from botswain.core.panes import is_drawn, is_told, pane_of

ta = TaLib()


@pytest.mark.parametrize(
    ("one", "pane"),
    [
        (ta.SMA(20), "price"),
        (ta.BBANDS(20, out="upperband"), "price"),
        (ta.SAR(), "price"),
        (ta.MAX(20, of="high"), "price"),
        (ta.EMA(5, of=ta.MEDPRICE()), "price"),
        (ta.RSI(14), "rsi(14)"),
        (ta.MACD(out="macdsignal"), "macd(12, 26, 9)"),
        (ta.ATR(14), "atr(14)"),
        (ta.SMA(9, of=ta.RSI(14)), "rsi(14)"),
        (ta.SMA(20, of="volume"), "volume"),
        (ta.OBV(), "obv"),
        (ta.MIDPRICE(14), "price"),
        (ta.MIDPRICE(14, of=("high", "volume")), "midprice(14)"),
        (ta.HT_TRENDMODE(), "ht_trendmode"),
    ],
)
def test_what_is_a_price_lies_over_the_candles_and_the_rest_in_panes(one, pane):
    assert pane_of(one) == pane


def test_what_only_helps_others_is_not_told_and_the_candles_own_columns_are_not_drawn():
    hour = 3_600_000
    assert [is_told(one) for one in (ta.SMA(3), candle_column("close"), longer(ta.RSI(3), hour))] == [True] * 3
    hidden = (
        before(ta.SMA(3)),
        candle_column("ts"),
        longer(candle_column("ts"), hour),
        longer(before(ta.RSI(3)), hour),
    )
    assert [is_told(one) for one in hidden] == [False] * 4
    assert [is_drawn(one) for one in (ta.SMA(3), candle_column("close"), candle_column("ts"))] == [True, False, False]
    assert is_drawn(longer(candle_column("close"), hour))
