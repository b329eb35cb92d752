"""The rungs of a ladder, as they are typed: what they become, and what cannot be."""

import re
from decimal import Decimal

import pytest

from botswain.core.ladder_scale import has_ladder, is_rung, ladder_of
from botswain.model.errors import BadInput


def of(**exits):
    return ladder_of({name: Decimal(value) for name, value in exits.items()})


def test_they_become_gains_and_the_shares_up_to_each():
    one = {"take_profit_1": "0.02", "take_profit_share_1": "0.5", "take_profit_2": "0.05"}
    assert of(**one, take_profit_share_2="0.3") == ((2_000_000, 50_000_000), (5_000_000, 80_000_000))
    assert of(**one) == ((2_000_000, 50_000_000), (5_000_000, 100_000_000))
    assert of(take_profit_1="0.02") == ((2_000_000, 100_000_000),)


def test_what_is_nought_is_off():
    assert of() == of(take_profit_1="0", take_profit_share_1="0.0", stop_loss="0.1") == ()
    assert of(take_profit_1="0.02", take_profit_2="0") == ((2_000_000, 100_000_000),)
    assert not has_ladder({"take_profit": Decimal("0.1"), "take_profit_1": Decimal(0)})


def test_names():
    assert [name for name in ("take_profit_1", "take_profit_share_4", "take_profit", "take_profit_5", "roi_1")
            if is_rung(name)] == ["take_profit_1", "take_profit_share_4"]  # fmt: skip


@pytest.mark.parametrize(
    ("exits", "says"),
    [
        ({"take_profit_1": "0.05", "take_profit_share_1": "0.5", "take_profit_2": "0.05"},
         "exit take_profit_2 is 0.05 (5 %), not above take_profit_1, 0.05 (5 %)"),
        ({"take_profit_2": "0.05"}, "exit take_profit_1 is not set"),
        ({"take_profit_share_1": "0.5"}, "or a take_profit_share_1; number the targets from 1 without a gap"),
        ({"take_profit_1": "0.05", "take_profit_2": "0.06"},
         "exit take_profit_share_1 is 0 (0 %); write which part of the position goes there, above 0 and at most 1"),
        ({"take_profit_1": "0.05", "take_profit_share_1": "1.5"}, "exit take_profit_share_1 is 1.5 (150 %)"),
        ({"take_profit_1": "0.05", "take_profit_share_1": "NaN"}, "exit take_profit_share_1 is NaN"),
        ({"take_profit_1": "0.05", "take_profit_share_1": "0.7", "take_profit_2": "0.06", "take_profit_share_2": "0.4"},
         "exit take_profit_share_2 brings the shares of the targets to 1.1 (110 %); together they are at most 1 (100"),
        ({"take_profit_1": "0.05", "take_profit_share_1": "1", "take_profit_2": "0.06"},
         "exit take_profit_share_2 is 0 (0 %)"),
        ({"take_profit_1": "-0.05"}, "exit take_profit_1 is -0.05 (-5 %); write a gain above 0 and below 1000"),
        ({"take_profit_1": "Infinity"}, "exit take_profit_1 is Infinity"),
        ({"take_profit_1": "0.123456789"}, "exit take_profit_1 is 0.123456789; at most 8 decimals are kept"),
        ({"take_profit_1": "0.05", "take_profit": "0.1"},
         "exit take_profit is 0.1 (10 %) and there is a ladder too (take_profit_1)"),
        ({"take_profit_1": "0.05", "roi_60": "0"}, "exit roi_60 is 0 (0 %) and there is a ladder too"),
    ],
)  # fmt: skip
def test_what_is_no_ladder_is_refused_with_its_value(exits, says):
    with pytest.raises(BadInput, match=re.escape(says)):
        of(**exits)
