"""Sizes by how far a market moves, by hand: what they buy, and periods that are none."""
# ruff: noqa: ARG001

from decimal import Decimal
from fractions import Fraction

import pytest
from tests.stage import bot, closed, market, play, told

from botswain.core import codes
from botswain.core.indicators import ta
from botswain.core.scale import Sizing
from botswain.core.volatility import root_of_day
from botswain.model.errors import BadInput
from botswain.model.reasons import Reason

# Each moves by four: a day of minutes by 4 x 37.947.
FOUR = (100, 102, 98, 100)


def later(now, was, p, candle, my, wanted):
    wanted.target(1.0 if closed(my) >= 3 else 0.0)


def bought(rows=(FOUR,) * 6, **settings):
    fills = told(play(bot(later), list(rows), sizing="volatility", **{"period": 3, **settings}))
    return [int(one[2]) for one in fills]


def test_a_position_moves_so_much_of_the_account_in_a_usual_day():
    assert bought(size="0.1") == [6]  # 1,000 / 151.79
    assert bought(size="0.2") == [13]


def test_at_twice_the_moves_half_as_much_is_bought():
    assert bought([(100, 104, 96, 100)] * 6, size="0.2") == [6]


def test_a_gap_from_the_last_close_is_a_move_too():
    # True ranges 4, 14 and 24 with closes 100, 110 and 130: 14 on average, 531.26 a day.
    rows = [FOUR, FOUR, (110, 112, 108, 110), (130, 134, 126, 130), 130]
    assert bought(rows, size="0.2") == [3]  # 2,000 / 531.26


def test_it_is_never_more_than_there_is_money_for():
    assert bought(size="5") == [99]  # 10,000 x 0.995 / 100
    assert bought(size="0.2", limits={"max_position": "0.05"}) == [5]


def test_while_nothing_is_known_of_moves_nothing_is_bought_and_then_what_is_still_asked_for():
    assert bought([FOUR] * 5, size="0.1", period=4) == []
    assert bought([FOUR] * 6, size="0.1", period=4) == [6]
    assert bought([100] * 6, size="0.1") == []  # or where there is none


def test_without_compounding_it_is_of_the_starting_capital():
    def twice(now, was, p, candle, my, wanted):
        wanted.target(1.0 if 3 <= closed(my) < 6 or closed(my) >= 8 else 0.0)

    # 65 bought at 100 are sold at 200 or so; moves are larger by then.
    rows = [*[FOUR] * 5, (100, 200, 100, 200), *[(200, 202, 198, 200)] * 4]
    sizes = {on: told(play(bot(twice), rows, sizing="volatility", size="1", period=3, compounding=on))
             for on in (True, False)}  # fmt: skip
    assert sizes[True][0] == sizes[False][0]
    assert sizes[True][2][2] > sizes[False][2][2] > 0


def test_an_order_without_a_quantity_is_none():
    def row(now, was, p, candle, my, wanted):
        wanted.limit(0, 1, 50.0, 0.0)

    result = play(bot(row), [FOUR] * 3, sizing="volatility", size="0.1")
    assert result.halt.reason == Reason.BAD_ORDER
    assert "sizing by volatility sizes a whole position (wanted.target), not one order" in result.halt.message


def test_the_root_of_a_day_is_kept_to_eight_decimals():
    assert root_of_day(86_400_000) == 1
    assert root_of_day(60_000) == Fraction(3_794_733_192, 10**8)
    assert root_of_day(4 * 86_400_000) == Fraction(1, 2)


@pytest.mark.parametrize("period", [-1, 1, 1001])
def test_periods_that_are_none_are_refused(period):
    with pytest.raises(BadInput, match=f"period is {period}; of sizing volatility it is a number of candles from 2 to"):
        Sizing("volatility", Decimal("0.1"), period=period)


def test_another_kind_has_no_period():
    with pytest.raises(BadInput, match="period is 20 and sizing is percent, which has no use for it; leave it out"):
        Sizing("percent", Decimal(1), period=20)


def test_indicators_of_the_strategy_come_first_and_sizes_warm_up_with_them():
    result = play(bot(later), [FOUR] * 6, sizing="volatility", size="0.1", period=3, instrument=market())
    assert list(result.plan.indicators().values()) == [ta.ATR(3)]
    assert result.plan.needed >= 30
    assert codes.SIZING_NAMES["volatility"] == codes.VOLATILITY
