"""Where an indicator is drawn."""

import pytest

from botswain.core.indicators import TaLib
from botswain.core.panes import pane_of

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
