"""Rules that are looked at on another symbol: what they see, what they count, and what they say of themselves."""

import pytest
from tests.stage import drawn
from tests.strategies.signal_stage import trades

from botswain.model.errors import BadInput
from botswain.strategies.catalog import strategy_class
from botswain.strategies.indicator_rules import columns_by_name
from botswain.strategies.rule_data import read_rules, rules_of

BIG = "BIG/USD"
NEVER = {"left": "close", "is": "above", "right": 1_000_000}


def entering(rule, big, minutes=None, leave=NEVER, count=9):
    """What a bot does that is long by one rule on another symbol; its own price stands still at 10."""
    rules = {"entry_long": [rule | {"symbol": BIG}], "exit_long": [leave]}
    reads = drawn(big, BIG, minutes=minutes)
    return trades("indicator_rules", [10] * count, rules=rules, direction="long", reads=reads)


def test_it_is_compared_on_the_others_candles():
    above = {"left": "close", "is": "above", "right": 11}
    assert entering(above, [9, 9, 12, 12]) == [(3, 10, 10)]
    leave = {"left": "close", "is": "below", "right": 10, "symbol": BIG}
    assert entering(above, [9, 9, 12, 12, 9, 9], leave=leave) == [(3, 10, 10), (5, -10, 10)]


def test_without_a_candle_it_does_not_hold_and_what_is_held_stays():
    above = {"left": "close", "is": "above", "right": 11}
    gone = {"left": "close", "is": "below", "right": 20, "symbol": BIG}
    # The candle at minute 2 is missing; the one at 3 is above, and level with nothing that is known to end it.
    assert entering(above, [9, 9, 12, 30], [0, 1, 3, 4]) == [(4, 10, 10)]
    assert entering(above, [9, 9, 25, 25], [0, 1, 2, 3], leave=gone) == [(3, 10, 10)]


def test_before_is_the_others_candle_before():
    crosses = {"left": "close", "is": "crosses_above", "right": 11}
    # 9 at minute 1, 12 at 3: nothing of what lies between is known, and it has crossed.
    assert entering(crosses, [9, 9, 12, 12], [0, 1, 3, 4]) == [(4, 10, 10)]
    # Of a candle at which the own symbol has none (there is none here) nothing is asked: 12 at 2, 13 at 3.
    assert entering(crosses, [12, 12, 12, 13]) == []


def test_candles_in_a_row_are_counted_where_there_are_some():
    rising = {"left": "close", "is": "rising", "candles": 3}
    assert entering(rising, [1, 2, 3, 4, 4]) == [(4, 10, 10)]
    assert entering(rising, [1, 2, 3, 4, 4], [0, 1, 3, 5, 6]) == [(6, 10, 10)]


def test_within_counts_no_close_at_which_it_has_no_candle():
    lately = {"left": "close", "is": "crosses_above", "right": 11, "within": 2}
    other = {"left": "close", "is": "above", "right": 5, "symbol": BIG}
    both = {
        "entry_long": [lately | {"symbol": BIG}, {"left": "volume", "is": "above", "right": 1}],
        "exit_long": [NEVER],
    }
    own = drawn([10] * 9, volume=[1, 1, 1, 1, 1, 2, 1, 1, 1])
    # Crossed at minute 2; the next candle is that of minute 5, the second that counts.
    reads = drawn([9, 9, 12, 12, 12], BIG, minutes=[0, 1, 2, 5, 6])
    assert trades("indicator_rules", own, rules=both, direction="long", reads=reads) == [(6, 10, 10)]
    reads = drawn([9, 9, 12, 12, 12], BIG, minutes=[0, 1, 2, 3, 5])
    assert trades("indicator_rules", own, rules=both, direction="long", reads=reads) == []
    assert rules_of(read_rules({"entry_long": [other]}))[0].groups[0].rules[0].symbol == BIG


def test_longer_candles_of_it_are_counted_once_each():
    rising = {"left": "close", "is": "rising", "candles": 2, "timeframe": "2m"}
    # Candles of two minutes close at 2, 4, 6; minute 4 is missing, and the one that closed at its beginning is not new.
    big = [1, 1, 2, 2, 3, 4, 4]
    assert entering(rising, big) == [(6, 10, 10)]
    assert entering(rising, [1, 1, 2, 2, 4, 4], [0, 1, 2, 3, 5, 6]) == [(6, 10, 10)]


def test_the_short_form_takes_a_symbol_for_all_rules_of_an_indicator():
    found = rules_of(read_rules({"SMA": {"period": 3, "symbol": "big/usd", "timeframe": "5m"}}))
    every = [rule for one in found for group in one.groups for rule in group.rules]
    assert {(rule.symbol, rule.length_ms) for rule in every} == {(BIG, 300_000)}
    assert str(every[0]) == "close is above SMA(3), on BIG/USD 5m"


def test_its_columns_are_named_by_the_symbol():
    rules = {"entry_long": [
        {"left": "close", "is": "crosses_above", "right": "SMA(3)", "symbol": BIG, "within": 2},
        {"left": "close", "is": "above", "right": "SMA(3)"},
    ]}  # fmt: skip
    assert list(columns_by_name(read_rules(rules))) == [
        "BIG/USD close", "BIG/USD SMA(3)", "BIG/USD opened", "BIG/USD close before", "BIG/USD SMA(3) before",
        "candle.close", "SMA(3)",
    ]  # fmt: skip


def test_two_levels_on_different_symbols_may_be_kept_at_once():
    high = {"left": "close", "is": "above", "right": 50, "symbol": BIG}
    low = {"left": "close", "is": "below", "right": 20}
    strategy_class("indicator_rules")(rules={"entry_long": [high, low]}, direction="long")
    with pytest.raises(BadInput, match="can never be at once"):
        strategy_class("indicator_rules")(rules={"entry_long": [high, low | {"symbol": BIG}]}, direction="long")


@pytest.mark.parametrize("symbol", ["BTC", "", 7, "BTC/USDT/X"])
def test_what_is_no_symbol_is_refused(symbol):
    rule = {"left": "close", "is": "above", "right": 50, "symbol": symbol}
    with pytest.raises(BadInput, match=r"parameter rules, entry_long 1: symbol is .*; write a symbol such as BTC/USDT"):
        strategy_class("indicator_rules")(rules={"entry_long": [rule]}, direction="long")
