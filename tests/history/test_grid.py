"""The price grid that a file shows."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.history.samples import candles_of, sound, sound_columns

from botswain.history.grid import default_instrument, finest_decimals, refuse_off_tick, tick_of
from botswain.model.candles import Candles
from botswain.model.errors import BadInput


def priced(*prices: float) -> Candles:
    """Flat candles at the given prices."""
    columns = sound_columns(len(prices))
    for name in ("open", "high", "low", "close"):
        columns[name] = list(prices)
    return candles_of(columns)


@pytest.mark.parametrize(
    ("prices", "decimals"),
    [
        ((4126.0, 4130.0), 0),
        ((0.1 + 0.2, 23.740000000000002), 2),
        ((23.95, 23.5), 2),
        ((4.070000000000001e-05, 6.915e-05), 8),
        ((8.6e-07, 1.725e-05), 8),
        ((1e-12, 3e-12), 12),
        ((67000.12345678, 1.0), 8),
        ((0.3, 0.25, 0.125), 3),
        ((1e9 + 0.01, 1e9), 2),
        ((1e9, 2e9), 0),
        ((999.999999, 1.0), 6),
        ((9999.999999999, 1.0), 9),
        ((67000.12345678, 0.00000001), 8),
    ],
)
def test_the_fewest_decimals_that_write_every_price(prices: tuple[float, ...], decimals: int) -> None:
    assert finest_decimals(priced(*prices)) == decimals


def test_one_fine_price_among_many_is_enough() -> None:
    prices = np.full(100_000, 10.5)
    prices[77_777] = 10.512
    assert finest_decimals(priced(*prices)) == 3


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10), st.lists(st.integers(1, 10**9 - 1), min_size=1, max_size=30))
def test_prices_made_of_ticks_show_those_ticks(decimals: int, ticks: list[int]) -> None:
    prices = [float(Decimal(one).scaleb(-decimals)) for one in ticks]
    needed = max(-Decimal(one).scaleb(-decimals).normalize().as_tuple().exponent for one in ticks)
    assert finest_decimals(priced(*prices)) == max(0, needed)


@pytest.mark.parametrize(
    ("price", "decimals"),
    [
        (647.8099975585938, 2),
        (0.12029000371694565, 5),
        (67000.1171875, 2),
        (19.5900001525879, 2),
        (1 / 3, 8),
        (1.5e-13, 12),
    ],
)
def test_a_price_without_a_grid_is_named_with_the_remedy(price: float, decimals: int) -> None:
    candles = priced(price, price)
    with pytest.raises(BadInput) as raised:
        finest_decimals(candles)
    message = str(raised.value)
    assert "row 1 (2024-01-01T00:00:00Z" in message
    assert repr(price) in message
    assert f"--decimals {decimals} --replace" in message
    assert "--instrument" in message


def test_the_first_noisy_row_is_named_not_a_clean_one() -> None:
    with pytest.raises(BadInput, match=r"row 3 .*open 641\.8699951171875"):
        finest_decimals(priced(642.5, 641.0, 641.8699951171875))


def test_tick_and_instrument_without_an_instrument_file() -> None:
    candles = sound(50)
    assert tick_of(candles) == Decimal("0.01")
    instrument = default_instrument(candles, Decimal("0.001"))
    assert instrument.symbol == "BTC/USDT"
    assert instrument.tick_size == Decimal("0.01")
    assert instrument.lot_size == Decimal("0.00000001")
    assert (instrument.min_qty, instrument.max_qty, instrument.min_notional) == (0, 0, 0)
    assert instrument.maker_fee == instrument.taker_fee == Decimal("0.001")
    assert instrument.fee_in == "quote"


def test_no_candles_have_no_decimals() -> None:
    assert finest_decimals(sound(0)) == 0


def test_whole_prices_have_a_tick_of_one() -> None:
    assert tick_of(priced(4126.0, 4130.0)) == 1


def test_a_price_off_the_tick_is_named_with_the_remedy() -> None:
    candles = priced(100.0, 100.05, 100.0)
    refuse_off_tick(candles, Decimal("0.05"), "f.csv")
    refuse_off_tick(priced(67000.12345678), Decimal("1e-8"), "f.csv")
    with pytest.raises(BadInput, match=r"row 1 .*open 1e-07 is not a multiple of tick_size 1 "):
        refuse_off_tick(priced(1e-7), Decimal(1), "f.csv")
    with pytest.raises(BadInput) as raised:
        refuse_off_tick(candles, Decimal("0.1"), "f.csv")
    assert "f.csv: row 2 (2024-01-01T01:00:00Z = 1704070800000): open 100.05 is not a multiple" in str(raised.value)
    assert "tick_size 0.1 (1 such); correct tick_size, or, where prices carry noise, " in str(raised.value)
    assert "--decimals 1 --replace" in str(raised.value)
