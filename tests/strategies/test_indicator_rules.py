"""Rules on drawn markets: one story a verb, join, list and count, worked out by hand, told as (minute, qty, price)."""

import json

from hypothesis import given
from hypothesis import strategies as some
from tests.stage import MINUTE_MS, T0, drawn, market, play, told, tries
from tests.strategies.signal_stage import trades

from botswain.core.strategy import Strategy
from botswain.lab.backtest import Options
from botswain.strategies.catalog import strategy_class

NEVER = {"left": "close", "is": "above", "right": 1_000_000}
STEADY = {"direction": "long"}


def entering(rows, *rules, leave=NEVER, **more):
    """What a bot does that is long by all of these rules, and leaves by one."""
    return trades("indicator_rules", rows, rules={"entry_long": list(rules), "exit_long": [leave]}, **STEADY, **more)


def rule(left, verb, right=None, **more):
    """A rule."""
    return {"left": left, "is": verb, **({} if right is None else {"right": right}), **more}


class TestVerbs:
    """Each verb alone. A close decides, the order fills at the next open, which is the same price here."""

    def test_above_holds_while_the_left_side_is_higher(self):
        assert entering([10, 10, 12, 12, 9, 9], rule("close", "above", 11), leave=rule("close", "below", 10)) == [
            (3, 10, 12), (5, -10, 9),
        ]  # fmt: skip

    def test_above_by_a_share_needs_the_distance(self):
        # 11 x 1.1 = 12.1: 12 is not above it, 13 is.
        assert entering([10, 12, 12, 13, 13], rule("close", "above", 11, by=0.1)) == [(4, 10, 13)]
        assert entering([10, 12, 12, 13, 13], rule("close", "above", 11, by="10 %")) == [(4, 10, 13)]

    def test_below_by_a_share_of_a_number_below_zero_is_farther_below(self):
        # The change over one candle; -1 - 0.5 x 1 = -1.5: a fall by 1 is not below it, one by 2 is.
        assert entering([10, 10, 9, 9, 7, 7], rule("MOM(1)", "below", -1, by=0.5)) == [(5, 10, 7)]

    def test_crosses_above_is_the_candle_at_which_it_comes_above(self):
        rows = [10, 12, 12, 10, 11, 12, 12]
        # Above from minute 1 on, when nobody had looked yet; again at minute 5: at minute 4 it is level, not above.
        assert entering(rows, rule("close", "crosses_above", 11)) == [(2, 10, 12)]
        leave = rule("close", "crosses_below", 11)
        assert entering(rows, rule("close", "crosses_above", 11), leave=leave)[1:] == [(4, -10, 11), (6, 10, 12)]

    def test_crosses_below_between_two_columns(self):
        # SMA(2) of 10, 10, 14, 10, 10: 10, 12, 12, 10. The close is below it at minute 3, at minute 4 it is level.
        assert entering([10, 10, 14, 10, 10, 10], rule("close", "crosses_below", "SMA(2)")) == [(4, 10, 10)]

    def test_crossing_a_line_that_is_moved_by_a_share(self):
        assert entering([10, 11, 12, 13, 13], rule("close", "crosses_above", 11, by=0.1)) == [(4, 10, 13)]

    def test_between_counts_its_ends(self):
        leave = {"left": "close", "is": "between", "low": 15, "high": 16}
        between = {"left": "close", "is": "between", "low": 11, "high": "high"}
        assert entering([10, 11, 11, 17, 16, 16], between, leave=leave) == [(2, 10, 11), (5, -10, 16)]

    def test_near_is_as_near_as_a_share_of_the_right_side(self):
        # From 10, two tenths: 8 to 12.
        assert entering([20, 13, 12, 12], rule("close", "near", 10, by=0.2)) == [(3, 10, 12)]
        assert entering([5, 7, 8, 8], rule("close", "near", 10, by=0.2)) == [(3, 10, 8)]

    def test_rising_counts_candles_in_a_row(self):
        rows = [10, 11, 12, 12, 13, 14, 15, 15]
        # Three in a row: 13, 14, 15.
        assert entering(rows, {"left": "close", "is": "rising", "candles": 3}) == [(7, 10, 15)]

    def test_falling_may_leave(self):
        leave = {"left": "close", "is": "falling", "candles": 2}
        assert entering([10, 12, 11, 10, 10], rule("close", "above", 11), leave=leave) == [(2, 10, 11), (4, -10, 10)]

    def test_volume_is_compared_like_any_column(self):
        rules = {"entry_long": [rule("volume", "above", "SMA(2, of=volume)", by=0.3)]}
        candles = drawn([10, 11, 12, 13, 14], volume=[1, 1, 3, 3, 3])  # at minute 2: 3 against 2 x 1.3
        result = play("indicator_rules", candles, params={"rules": rules}, sizing="fixed", size=1)
        assert [fill[0] for fill in told(result)] == [3]

    def test_an_indicator_may_read_another(self):
        # The average of the highest of two: (10 + 12) / 2 = 11, (12 + 14) / 2 = 13.
        mean = {"indicator": "SMA", "period": 2, "of": "MAX(2)"}
        assert entering([10, 10, 12, 14, 14], rule(mean, "above", 12)) == [(4, 10, 14)]


class TestWithin:
    """A rule that held lately counts for some candles."""

    def test_it_counts_at_the_close_at_which_it_held_and_after(self):
        crossed = rule("close", "crosses_above", 11, within=3)  # at minute 2, so at 2, 3 and 4
        rows = [10, 10, 12, 12, 12, 12, 12]
        assert entering(rows, crossed, rule("volume", "above", 0.5), confirm=3) == [(5, 10, 12)]
        assert entering(rows, crossed, confirm=4) == []

    def test_rules_that_hold_one_after_the_other_are_met_together(self):
        dip, turn = rule("close", "below", 8, within=3), rule("close", "crosses_above", 9)
        assert entering([10, 7, 8, 10, 10], dip, turn) == [(4, 10, 10)]
        assert entering([10, 7, 8, 9, 10, 10], dip, turn) == []


class TestJoins:
    """All, any, at least so many, and groups of them."""

    HIGH, LOUD, UP = rule("close", "above", 11), rule("high", "above", 15), {"left": "close", "is": "rising"}

    def test_all_of_a_list_must_hold(self):
        assert entering([10, 12, (12, 16, 12, 12), 12], self.HIGH, self.LOUD) == [(3, 10, 12)]

    def test_any_of_a_list_is_enough(self):
        rules = {"entry_long": {"any": [self.HIGH, self.LOUD]}}
        assert trades("indicator_rules", [10, (10, 16, 10, 10), 10], rules=rules) == [(2, 10, 10)]

    def test_at_least_so_many(self):
        rules = {"entry_long": {"at_least": 2, "of": [self.HIGH, self.LOUD, self.UP]}}
        # Minute 1: loud alone. Minute 2: high and rising.
        assert trades("indicator_rules", [10, (10, 16, 10, 10), 12, 12], rules=rules) == [(3, 10, 12)]

    def test_a_group_is_a_member(self):
        rules = {"entry_long": [self.UP, {"any": [self.HIGH, self.LOUD]}]}
        # Minute 1 is rising only; minute 2 loud, not rising; minute 3 rising and loud.
        rows = [9, 10, (10, 16, 10, 10), (10, 16, 10, 11), 11]
        assert trades("indicator_rules", rows, rules=rules) == [(4, 10, 11)]

    def test_a_veto_keeps_it_out_and_ends_nothing(self):
        rules = {"entry_long": [self.HIGH], "veto": [self.LOUD]}
        rows = [10, (12, 16, 12, 12), 12, (12, 16, 12, 12), 12]
        assert trades("indicator_rules", rows, rules=rules) == [(3, 10, 12)]

    def test_exit_leaves_both_sides(self):
        rules = {"entry_long": [self.HIGH], "entry_short": [rule("close", "below", 9)], "exit": [self.LOUD]}
        rows = [10, 12, 12, (12, 16, 12, 12), 10, 8, 8, (8, 16, 8, 8), 8]
        assert trades("indicator_rules", rows, rules=rules, direction="both") == [
            (2, 10, 12), (4, -10, 10), (6, -10, 8), (8, 10, 8),
        ]  # fmt: skip

    def test_the_opposite_entry_ends_a_side_too(self):
        rules = {"entry_long": [self.HIGH], "entry_short": [rule("close", "below", 9)]}
        assert trades("indicator_rules", [10, 12, 12, 8, 8], rules=rules) == [(2, 10, 12), (4, -10, 8)]


class TestTimeframes:
    """A rule on its own timeframe sees closed candles of it only."""

    FIVE = rule("close", "above", 11, timeframe="5m")

    def test_it_stands_from_the_close_of_a_longer_candle_to_the_next(self):
        rows = [10] * 5 + [20, 20, 20, 20, 12] + [10, 10, 10, 10, 10] + [10, 10]
        leave = rule("close", "below", 11, timeframe="5m")
        # The second one closes at 12, seen at minute 9; the third at 10, seen at minute 14.
        assert entering(rows, self.FIVE, leave=leave) == [(10, 10, 10), (15, -10, 10)]

    def test_a_crossing_needs_two_of_them(self):
        rows = [10] * 5 + [12] * 5 + [12] * 2
        assert entering(rows, rule("close", "crosses_above", 11, timeframe="5m")) == [(10, 10, 12)]
        assert entering([12] * 12, rule("close", "crosses_above", 11, timeframe="5m")) == []

    def test_counts_are_of_longer_candles(self):
        rows = [10] * 5 + [11] * 5 + [12] * 5 + [13] * 2
        rising = {"left": "close", "is": "rising", "candles": 2, "timeframe": "5m"}
        assert entering(rows, rising) == [(15, 10, 13)]

    def test_within_counts_longer_candles_too(self):
        crossed = rule("close", "crosses_above", 11, within=2, timeframe="5m")
        # Crossed at the second one (minute 9), counts through the third: minutes 9 to 18.
        rows = [10] * 5 + [12] * 30
        assert entering(rows, crossed, confirm=10) == [(19, 10, 12)]
        assert entering(rows, crossed, confirm=11) == []

    def test_beside_a_rule_on_the_own_candles(self):
        rows = [10] * 5 + [12] * 5 + [12, 13, 12, 12]
        assert entering(rows, self.FIVE, rule("close", "above", 12)) == [(12, 10, 12)]


class TestWarmUp:
    """Before everything has a value nothing is decided; afterwards what has none does not hold."""

    def test_it_waits_for_the_longest(self):
        rules = {"entry_long": {"any": [rule("close", "above", 11), rule("SMA(4)", "above", 100)]}}
        # Above 11 from minute 1 on, before anybody could look: old, and never entered.
        assert trades("indicator_rules", [10, 12, 12, 12, 12, 12], rules=rules) == []
        assert trades("indicator_rules", [10, 12, 12, 12, 12, 12], rules=rules, late=True) == [(4, 10, 12)]


class TestBetweenCloses:
    """With a trading frequency rules are looked at on the candle that forms; counts move at closes only."""

    def fills(self, minutes, *rules, **lists):
        """What a bot on candles of five minutes, that decides every minute, does on candles of one."""
        rules = {"entry_long": list(rules), **lists}
        result = play(
            "indicator_rules", drawn(minutes), params={"rules": rules}, sizing="fixed", size=1, timeframe="5m",
            trading_frequency=60,
        )  # fmt: skip
        assert result.halt is None
        return [(one[0], one[1], one[3]) for one in told(result)]

    def test_a_rule_is_met_by_the_candle_that_forms(self):
        # The first candle closes at 10; within the second one minute 6 is at 12.
        assert self.fills([10] * 6 + [12] * 9, rule("close", "above", 11)) == [(7, "buy", 12)]

    def test_what_forms_is_not_counted(self):
        # Rising twice in a row: closes 10, 11, 12. Within the third candle it is not counted twice.
        minutes = [10] * 5 + [11] * 5 + [11, 11.5, 11.2, 11.6, 12] + [12] * 5
        rising = {"left": "close", "is": "rising", "candles": 2}
        assert self.fills([100 * x for x in minutes], rising) == [(12, "buy", 1120)]
        # Within the second candle it forms twice as a rise, once it closes it is one.
        minutes = [10] * 5 + [11, 12, 13, 14, 11] + [11] * 10
        assert self.fills([100 * x for x in minutes], rising) == []

    def test_within_is_not_used_up_between_closes(self):
        # Crosses at the close of the second candle; the two after it count, each with all its beats.
        minutes = [10] * 5 + [12] * 5 + [12] * 9 + [13] + [12] * 5
        crossed = rule("close", "crosses_above", 11, within=3)
        assert self.fills(minutes, crossed, rule("close", "above", 12)) == [(20, "buy", 12)]
        later = [10] * 5 + [12] * 5 + [12] * 10 + [13] * 5
        assert self.fills(later, crossed, rule("close", "above", 12)) == []

    def test_longer_candles_are_seen_when_they_have_closed(self):
        # Ten minutes close at 12 at minute 9; what forms of the next ten is not looked at.
        minutes = [10] * 9 + [12] + [12] * 5 + [8] * 10
        slow = rule("close", "above", 11, timeframe="10m")
        leave = {"exit_long": [rule("close", "below", 9, timeframe="10m")]}
        assert self.fills([9] * 10 + minutes, slow, **leave) == [(20, "buy", 12), (30, "sell", 8)]


class TestShortForm:
    """Indicators with their usual rules."""

    def test_rsi_buys_the_return_from_below_and_sells_at_the_top(self):
        # RSI(2) by its closes: it falls to 0, returns over 30 at minute 6 and over 70 at minute 7.
        rows = [20, 19, 18, 17, 16, 15, 16, 18, 20, 20]
        assert trades("indicator_rules", rows, rules={"RSI": {"period": 2}}) == [(7, 10, 18), (8, -10, 20)]

    def test_it_is_the_same_as_what_it_stands_for(self):
        short = {"RSI": {"period": 3, "oversold": 40}, "SMA": {"period": 4}}
        full = {
            "entry_long": [rule("RSI(3)", "crosses_above", 40, within=5), rule("close", "above", "SMA(4)")],
            "exit_long": {"any": [rule("RSI(3)", "above", 70), rule("close", "below", "SMA(4)")]},
        }
        rows = [20, 19, 21, 18, 17, 16, 15, 16, 18, 20, 21, 20, 18, 16, 17, 18, 19, 18, 15, 14, 15, 17, 19, 18]
        assert trades("indicator_rules", rows, rules=short) == trades("indicator_rules", rows, rules=full) != []


def made(rules, **params):
    """A bot by these rules."""
    return strategy_class("indicator_rules")(rules=rules, **params)


def test_the_same_rules_are_one_text_however_they_are_given():
    given = {"entry_long": [{"left": "RSI(14)", "is": "below", "right": 30}]}
    turned = '{"entry_long": [{"right": 30, "is": "below",\n "left": "RSI(14)"}]}'
    assert made(given).values == made(turned).values == made(made(given).rules).values


def test_a_column_is_declared_once_for_each_function_parameters_inputs_output_and_timeframe():
    rules = {"entry_long": [
        rule("RSI(14)", "above", 50), rule({"indicator": "rsi", "period": 14}, "below", 70),
        rule("RSI(14)", "above", 40, timeframe="1h"), rule("MACD.macd", "above", "MACD(12, 26, 9).macdsignal"),
    ]}  # fmt: skip
    names = list(made(rules).indicators())
    assert names == ["trend", "RSI(14)", "RSI(14) 1h", "MACD(12, 26, 9).macd", "MACD(12, 26, 9).macdsignal"]


def test_two_columns_that_read_alike_have_names_of_their_own():
    fine = [{"indicator": "BBANDS", "width": width} for width in (2.0000001, 2.0000002)]
    names = list(made({"entry_long": [rule("close", "above", one) for one in fine]}).indicators())
    assert len(names) == len(set(names)) == 4


RULES = {
    "entry_long": [
        rule("RSI(3)", "crosses_above", 40, within=3),
        {"any": [rule("close", "rising"), rule("close", "near", "SMA(4)", by=0.02)]},
    ],
    "exit": {"any": [rule("close", "below", "SMA(3)", timeframe="5m"), rule("RSI(3)", "above", 80)]},
    "veto": [{"left": "close", "is": "falling", "candles": 3}],
}  # fmt: skip


@tries(25)
@given(some.lists(some.integers(-2, 2), min_size=30, max_size=120), some.integers(1, 119))
def test_the_future_never_changes_the_past_and_machine_code_does_the_same(steps, cut):
    rows = [100]
    for one in steps:
        rows.append(rows[-1] + one)
    cut = min(cut, len(rows) - 1)

    def fills(some_rows, compiled):
        return told(play("indicator_rules", some_rows, params={"rules": RULES}, options=Options(compiled=compiled)))

    whole = fills(rows, True)
    assert fills(rows, False) == whole
    assert fills(rows[:cut], True) == [one for one in whole if one[0] < cut]


def test_a_stop_uses_the_signal_up():
    rules = {"entry_long": [rule("close", "above", 11)]}
    rows = [10, 12, 12, (12, 12, 6, 12), 12, 12]
    result = play("indicator_rules", rows, params={"rules": rules, "late": True}, exits={"stop_loss": "0.25"},
                  instrument=market(), sizing="fixed", size=10)  # fmt: skip
    assert [(one[0], one[1], one[4]) for one in told(result)] == [(2, "buy", "target"), (3, "sell", "stop_loss")]


def test_the_truth_of_each_rule_is_in_its_memory():
    rules = {"entry_long": [rule("close", "above", 11), rule("close", "above", 5)]}
    result = play("indicator_rules", [10, 12, 9], params={"rules": rules})
    names = strategy_class("indicator_rules")(rules=rules).memory()
    at = list(names).index("truth")
    first = sum(list(names.values())[:at])
    assert list(result.ran.state.parts["mem"])[first : first + 2] == [0, 1]


def test_a_rule_is_told_in_words():
    text = json.dumps({"entry_long": [rule("RSI(14)", "crosses_above", 30, within=3, timeframe="1h")]})
    [listed] = made(text).lists
    assert str(listed.groups[0].rules[0]) == "RSI(14) crosses above 30, at one of the last 3 candles, on 1h"
    assert issubclass(strategy_class("indicator_rules"), Strategy)
    assert T0 % (5 * MINUTE_MS) == 0
