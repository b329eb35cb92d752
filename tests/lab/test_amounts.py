"""Figures as people read them."""

from decimal import Decimal

from botswain.lab.amounts import money_text, when


def test_a_time_is_short_and_shows_seconds_only_where_there_are_any() -> None:
    assert when(1_704_067_200_000) == "2024-01-01 00:00"
    assert when(1_704_067_205_000) == "2024-01-01 00:00:05"


def test_money_is_as_fine_as_the_capital_asks_for() -> None:
    assert money_text(Decimal("0.25"), Decimal("0.5")) == "0.25000000"
    assert money_text(Decimal("-1234.5"), Decimal(10_000), sign=True) == "-1,234.50"
    assert money_text(None, Decimal(1)) == "-"
