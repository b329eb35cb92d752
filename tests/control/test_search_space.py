"""Which values are tried, and which combination stands at which place."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from botswain.control.search_space import MOST_COMBINATIONS, picked, space_of, worth_trying
from botswain.core.strategy import Param, Strategy, SymbolName
from botswain.model.errors import BadInput
from botswain.strategies.indicator_rules import EXAMPLE, IndicatorRules


class Made(Strategy):
    """Parameters of every kind."""

    count = Param(10, 1, 100, search=(5, 9))
    share = Param(0.5, 0.0, 1.0, search=(0.1, 0.2))
    free = Param(1)
    kind = Param("sma", choices=("sma", "ema"))
    short = Param(False)
    market = SymbolName()


@pytest.mark.parametrize(
    ("name", "given", "values"),
    [
        ("count", [5, "7", 9.0, 5], (5, 7, 9)),
        ("count", range(5, 8), (5, 6, 7)),
        ("count", np.arange(5, 8), (5, 6, 7)),
        ("count", "5, 10,20", (5, 10, 20)),
        ("count", "5..8", (5, 6, 7, 8)),
        ("count", "5..10:2", (5, 7, 9)),
        ("count", "5..5:0", (5,)),
        ("count", "5:8", (5, 6, 7, 8)),
        ("count", "5:10:2", (5, 7, 9)),
        ("share", "0.1:0.3:0.1", (0.1, 0.2, 0.3)),
        ("market", "BTC/USDT:USDT,ETH/USDT", ("BTC/USDT:USDT", "ETH/USDT")),
        ("count", "search", (5, 6, 7, 8, 9)),
        ("share", "0.1..0.3:0.1", (0.1, 0.2, 0.3)),
        ("share", "0.25", (0.25,)),
        ("kind", "ema,sma", ("ema", "sma")),
        ("kind", "search", ("sma", "ema")),
        ("short", "search", (False, True)),
        ("short", [True, "no"], (True, False)),
    ],
)
def test_an_axis_has_the_values_that_were_meant(name: str, given: Any, values: tuple[Any, ...]) -> None:
    (axis,) = space_of(Made, {name: given}).axes
    assert axis.values == values
    assert [type(one) for one in axis.values] == [type(one) for one in values]


def test_a_range_of_real_numbers_without_a_step_is_cut_into_a_thousand() -> None:
    (axis,) = space_of(Made, {"share": "search"}).axes
    assert len(axis.values) == 1001
    assert (axis.values[0], axis.values[1], axis.values[-1]) == (0.1, 0.1001, 0.2)


@pytest.mark.parametrize(
    ("vary", "text"),
    [
        ({}, "nothing varies"),
        ({"cuont": [1]}, "no parameter 'cuont'; did you mean 'count'?"),
        ({"count": 5}, "count is to be 5; give several values"),
        ({"count": []}, "count has no value to try"),
        ({"count": "0..5"}, "count is 0; it must be from 1 to 100"),
        ({"count": "9..5"}, "'9..5' begins above its end"),
        ({"count": "5..9:0"}, "the step of '5..9:0' is 0"),
        ({"count": "5..9:-1"}, "is -1; write one above 0"),
        ({"count": "9:5"}, "'9:5' begins above its end"),
        ({"count": "a:9"}, "'a' is no number"),
        ({"count": "a..9"}, "'a' is no number"),
        ({"count": "5..inf"}, "inf is no finite number"),
        ({"count": "1.5"}, "write a whole number"),
        ({"share": "0..1:0.0000001"}, "has 10,000,001 values; at most 100,000"),
        ({"count": range(200_000)}, "has 200,000 values"),
        ({"free": "search"}, "free says no range worth trying"),
        ({"kind": "sma..ema"}, "is no number, so 'sma..ema' is no range of it"),
        ({"kind": "wma"}, "kind is 'wma'"),
        ({"share": [0.5], "count": [1]}, "share is to vary and has one value too"),
    ],
)
def test_what_cannot_be_tried_is_refused_with_its_value(vary: dict[str, Any], text: str) -> None:
    with pytest.raises(BadInput) as raised:
        space_of(Made, vary, fixed=("share",) if len(vary) == 2 else ())
    assert text in str(raised.value)


def test_a_grid_that_has_more_places_than_numbers_is_refused() -> None:
    class Wide(Strategy):
        a, b, c, d = Param(1), Param(1), Param(1), Param(1)

    wide = dict.fromkeys("abcd", "1..100000")
    with pytest.raises(BadInput, match="vary fewer parameters"):
        space_of(Wide, wide)
    assert space_of(Wide, {name: wide[name] for name in "abc"}).size < MOST_COMBINATIONS


def test_data_is_tried_as_the_texts_that_are_given() -> None:
    (axis,) = space_of(IndicatorRules, {"rules": [EXAMPLE]}).axes
    assert axis.values == (IndicatorRules(rules=EXAMPLE).values["rules"],)
    with pytest.raises(BadInput, match="give several values"):
        space_of(IndicatorRules, {"rules": EXAMPLE})


def test_the_last_axis_moves_fastest_and_every_place_is_another_combination() -> None:
    space = space_of(Made, {"count": [1, 2, 3], "kind": "search", "short": "search"})
    every = [space.at(place) for place in range(space.size)]
    assert space.size == 12
    assert every[:3] == [
        {"count": 1, "kind": "sma", "short": False},
        {"count": 1, "kind": "sma", "short": True},
        {"count": 1, "kind": "ema", "short": False},
    ]
    assert len({tuple(one.items()) for one in every}) == 12
    assert space.text() == "count: 1, 2, 3; kind: sma, ema; short: False, True"


@pytest.mark.parametrize("count", [1, 5, 40, 70])
def test_combinations_by_chance_are_each_once_in_order_and_the_same_for_a_seed(count: int) -> None:
    space = space_of(Made, {"count": "1..10", "free": "1..7"})
    found = picked(space, count, 4)
    assert list(found) == sorted(set(found)) == list(picked(space, count, 4))
    assert len(found) == count
    assert min(found) >= 0
    assert max(found) < 70
    if count < 70:
        assert list(found) != list(picked(space, count, 5))


def test_of_a_vast_grid_some_are_drawn_at_once_and_of_a_small_one_no_more_than_all() -> None:
    vast = space_of(Made, {"count": "1..100", "free": "1..100000", "share": "0..1"})
    assert len(picked(vast, 1_000, 0)) == 1_000
    small = space_of(Made, {"count": "1..3"})
    assert list(picked(small, 100, 0)) == [0, 1, 2]
    with pytest.raises(BadInput, match="0 combinations"):
        picked(small, 0, 0)


def test_a_combination_has_one_place_and_the_nearest_values_are_found() -> None:
    space = space_of(Made, {"count": [1, 5, 9], "kind": "search", "short": "search"})
    for place in range(space.size):
        at = space.at(place)
        assert space.place_of({axis.name: axis.values.index(at[axis.name]) for axis in space.axes}) == place
    assert space.near({"count": 6, "kind": "ema", "short": True}) == {"count": 1, "kind": 1, "short": 1}
    assert space.near({"count": 500}) == {"count": 2, "kind": 0, "short": 0}
    assert [axis.ordered for axis in space.axes] == [True, False, False]
    assert not space_of(Made, {"count": [5, 1]}).axes[0].ordered


def test_what_a_strategy_says_is_worth_trying_is_all_that_is_not_fixed() -> None:
    assert worth_trying(Made) == {"count": "search", "share": "search"}
    assert worth_trying(Made, ["count"]) == {"share": "search"}

    class Bound(Strategy):
        """Says nothing but what its numbers can be."""

        number, free, open_end = Param(3, 1, 9), Param(3), Param(3, 1)

    assert worth_trying(Bound) == {"number": "search"}
    with pytest.raises(BadInput, match="says of none of its parameters what is worth trying; name some and"):
        worth_trying(Made, ["count", "share"])
