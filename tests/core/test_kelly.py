"""The Kelly fraction by hand: what it is at given odds, what it buys, and odds that are none."""

from decimal import Decimal
from fractions import Fraction

import pytest
from tests.core.test_sizing import bought

from botswain.core.kelly import Odds, odds_of
from botswain.core.scale import Sizing
from botswain.model.errors import BadInput

EVEN = {"win_rate": "0.6", "payoff": "1"}


def test_at_even_money_it_is_what_wins_more_often_than_it_loses():
    assert odds_of({name: Decimal(value) for name, value in EVEN.items()}).fraction == Fraction(1, 5)
    assert Odds(Decimal("0.4"), Decimal(3)).fraction == Fraction(1, 5)
    assert Odds(Decimal(1), Decimal(1)).fraction == 1


def test_it_buys_its_share_half_of_it_or_the_cap():
    # A fifth of 10,000, less the reserve, at 100.
    assert bought(sizing="kelly", odds=EVEN) == 19
    assert bought(sizing="kelly", size="0.5", odds=EVEN) == 9
    assert bought(sizing="kelly", odds=EVEN | {"cap": "0.1"}) == 9
    assert bought(sizing="kelly", odds={"win_rate": "0.9", "payoff": "2"}) == 24  # 0.85, at most a quarter


def test_a_share_has_eight_decimals():
    assert Odds(Decimal("0.5"), Decimal("1.5")).share(Decimal(1)) == Fraction(16_666_666, 10**8)


@pytest.mark.parametrize(
    ("odds", "message"),
    [
        ({"win_rate": "0.5", "payoff": "1"}, "nothing; with this payoff the win rate must be above 0.5000"),
        ({"win_rate": "1.1", "payoff": "1"}, "odds win_rate is 1.1; write a number above 0, at most 1"),
        ({"win_rate": "0", "payoff": "1"}, "odds win_rate is 0;"),
        ({"win_rate": "0.6", "payoff": "NaN"}, "odds payoff is NaN;"),
        ({"win_rate": "0.6", "payoff": "1", "cap": "2"}, "odds cap is 2;"),
        ({"win_rate": "0.600000001", "payoff": "1"}, "at most 8 decimals are kept"),
        ({"win_rate": "0.6"}, "odds payoff is missing; give it too, such as payoff=1.5"),
        ({"winrate": "0.6"}, "odds 'winrate' is unknown; did you mean 'win_rate'?"),
    ],
)  # fmt: skip
def test_odds_that_are_none_are_refused(odds, message):
    with pytest.raises(BadInput) as raised:
        odds_of({name: Decimal(value) for name, value in odds.items()})
    assert message in str(raised.value)


def test_odds_go_with_kelly_and_with_nothing_else():
    odds = Odds(Decimal("0.6"), Decimal(1))
    with pytest.raises(BadInput, match="sizing kelly needs odds"):
        Sizing("kelly")
    with pytest.raises(BadInput, match="odds are given and sizing is percent"):
        Sizing("percent", odds=odds)
    with pytest.raises(BadInput, match="size is 2; of sizing kelly it is a part"):
        Sizing("kelly", Decimal(2), odds=odds)
    with pytest.raises(BadInput, match=r"less than 0\.00000001 of the account"):
        Sizing("kelly", Decimal("0.00000001"), odds=odds)
    assert Sizing("kelly", odds=odds).share == Fraction(1, 5)
