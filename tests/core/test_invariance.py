"""A run does not depend on what its units are: neither on which week it is, nor on how much a coin is worth."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.chaos import BOTS, Scene, scenes
from tests.core.runs import result_of
from tests.stage import PLAIN, tries

from botswain.model.errors import BadInput

# Days and weeks begin where they did.
WEEK_MS = 7 * 86_400_000
PRICES = ("open", "high", "low", "close")


def later(scene, weeks):
    """The same run so many weeks later; before, where there are less than none."""
    moved = {name: replace(one, ts=one.ts + weeks * WEEK_MS) for name, one in scene.candles.items()}
    return Scene(scene.strategy, moved, scene.instruments, scene.settings, scene.params)


def dearer(scene, power):
    """The same run at prices, and with money, 2^power times as much: a power of two, which no float rounds."""
    times = Decimal(2) ** power
    candles = {
        name: replace(
            one, **{column: getattr(one, column) * float(times) for column in ("open", "high", "low", "close")}
        )
        for name, one in scene.candles.items()
    }
    instruments = {name: priced(one, times) for name, one in scene.instruments.items()}
    settings = scene.settings | {"capital": str(Decimal(scene.settings["capital"]) * times)}
    if settings["sizing"] == "fixed_quote":
        settings["size"] = str(Decimal(settings["size"]) * times)
    return Scene(scene.strategy, candles, instruments, settings, scene.params)


def priced(one, times):
    """An instrument of which everything in quote is so many times as much."""
    third = one.fee_asset_price
    return replace(
        one,
        tick_size=one.tick_size * times,
        min_notional=one.min_notional * times,
        fee_asset_price=None if third is None else third * times,
    )


def unrounded(scene):
    """The same run with fees to the last unit: a cent is a cent at any price, which is no fault of the run."""
    free = {
        name: replace(one, fee_precision=None) if one.fee_in != "third" else one
        for name, one in scene.instruments.items()
    }
    return Scene(scene.strategy, scene.candles, free, scene.settings, scene.params)


def decided(scene, times=Decimal(1)):
    """Everything that a run does, from its start on and in its own money; None where its settings are refused."""
    try:
        result = result_of(scene, PLAIN)
    except BadInput:
        return None
    start_ms = min(int(one.ts[0]) for one in scene.candles.values())
    fills = [
        (one.time_ms - start_ms, one.seq, one.symbol, one.slot, one.side, one.qty, one.price / times, one.reason,
         one.fee / times if one.fee_asset == "USD" else one.fee)
        for one in result.fills
    ]  # fmt: skip
    notes = [(one.time_ms - start_ms, one.symbol, one.slot, one.code) for one in result.notes]
    return fills, notes, [(time_ms - start_ms, value / times) for time_ms, value in result.equity], result.halt


@pytest.mark.parametrize("name", BOTS)
@tries(20)
@given(data=st.data(), weeks=st.integers(-200, 200))
def test_another_week_is_the_same_run(name, data, weeks):
    scene = data.draw(scenes(name))
    assert decided(later(scene, weeks)) == decided(scene)


@pytest.mark.parametrize("name", BOTS)
@tries(20)
@given(data=st.data(), power=st.integers(-4, 6))
def test_another_price_of_the_same_coin_is_the_same_run(name, data, power):
    scene = unrounded(data.draw(scenes(name)))
    assert decided(dearer(scene, power), Decimal(2) ** power) == decided(scene)
