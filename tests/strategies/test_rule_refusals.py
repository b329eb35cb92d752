"""Rules that are refused: each says where, what, the value, and what to write."""

import pytest
from tests.strategies.signal_stage import refusal

from botswain.core.strategy import Data
from botswain.strategies.catalog import strategy_class


def said(rules, **params):
    """What the bot says to rules that it refuses."""
    return refusal("indicator_rules", rules=rules, **params)


def long(*rules, **lists):
    """Rules to enter by, and other lists."""
    return {"entry_long": list(rules), **lists}


def rule(left, verb, right=None, **more):
    """A rule."""
    return {"left": left, "is": verb, **({} if right is None else {"right": right}), **more}


LOW = rule("RSI(14)", "below", 30)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (rule("RSY(14)", "below", 30), "entry_long 1, left: there is no indicator 'RSY'; did you mean 'RSI'?"),
        (rule("closs", "above", 3), "left: there is no indicator 'closs'; did you mean 'close'?"),
        (rule({"indicator": "RSI", "perod": 3}, "below", 30), "RSI has no parameter 'perod'; did you mean 'period'?"),
        (rule("RSI(1)", "below", 30), "RSI timeperiod is 1, which TA-Lib does not take; it takes 2 to 100000"),
        (rule("SMA(0)", "below", 30), "SMA timeperiod is 0, which TA-Lib does not take; it takes 1 to 100000"),
        (rule("MA(9, 99)", "below", 30), "MA matype is 99, which TA-Lib does not take; it takes 0 to"),
        (rule("RSI(2.5)", "below", 30), "RSI timeperiod is 2.5; write a whole number"),
        (rule("RSI(x)", "below", 30), "RSI timeperiod is 'x'; write a number"),
        (rule("RSI(2, 3)", "below", 30), "RSI takes 1 parameters (timeperiod)"),
        (rule("RSI(14", "below", 30), "'RSI(14' is not understood; write it like close, RSI(14) or MACD(12, 26, 9)"),
        (rule("MACD(12, 26, 9).signal", "above", 0), "MACD has no output 'signal'; did you mean 'macdsignal'?"),
        (rule("MACD(26, 12)", "above", 0), "MACD fastperiod is 26 and slowperiod is 12; fast must be below slow"),
        (rule("RSI(14, of=30)", "above", 50), "of is '30'; name a column (open, high, low, close, volume)"),
        (rule("MAVP", "above", 50), "MAVP cannot read 'periods'"),
        (rule("RSI(14, timeperiod=9)", "above", 50), "timeperiod is given twice; give it once"),
        (rule("RSI(3000000000)", "above", 50), "RSI timeperiod is 3000000000, which TA-Lib does not take"),
        (rule("RSI(14)", "above", "1e999"), "right: inf is no number to compare with; write a finite one"),
        (rule("RSI(14)", "above", [3]), "right: [3] is nothing to compare"),
        (rule("close", "above", "SMA(9)", by="much"), "by is 'much'; write a share such as 0.02"),
        (rule({"period": 14}, "above", 50), "names no indicator"),
        (rule({"indicator": "close", "period": 14}, "above", 50), "is a column of the candles and takes no period"),
        (rule("RSI(14)", "belw", 30), "entry_long 1: is 'belw'; did you mean 'below'?"),
        (rule("RSI(14)", "below"), "entry_long 1: there is no right; write what it is compared with"),
        (rule("RSI(14)", "below", 30, low=3), "below takes no 'low'; known: by, is, left"),
        (rule("RSI(14)", "below", 30, wthin=3), "below takes no 'wthin'; did you mean 'within'?"),
        (rule("RSI(14)", "below", True), "right: True is nothing to compare"),
        (rule("RSI(14)", "below", 30, within=0), "within is 0; write a whole number of candles, 1 to 10000"),
        (rule("RSI(14)", "below", 30, within=1.5), "within is 1.5; write a whole number of candles"),
        ({"left": "close", "is": "rising", "candles": "many"}, "candles is 'many'; write a whole number of candles"),
        (rule("RSI(14)", "below", 30, timeframe="5 min"), "timeframe '5 min' is not understood"),
        (rule("close", "above", "SMA(9)", by=-0.1), "by is -0.1; write a share such as 0.02"),
        (rule("close", "below", "SMA(9)", by="100 %"), "by is '100 %'; write a share such as 0.02"),
        (rule("close", "near", "SMA(9)"), "by is 'not given'; write a share such as 0.02"),
        (rule("RSI(14)", "above", 100), "RSI(14) is above 100, which can never be: RSI(14) is from 0 to 100"),
        (rule("RSI(14)", "below", 0), "RSI(14) is below 0, which can never be"),
        (rule("WILLR(14)", "above", 20), "WILLR(14) is above 20, which can never be: WILLR(14) is from -100 to 0"),
        (rule("close", "below", 0), "close is below 0, which can never be: close is never below 0"),
        (rule("close", "crosses_above", -3), "close crosses above -3, which can never be"),
        (rule("RSI(14)", "above", -5), "RSI(14) is above -5, which always is"),
        ({"left": "RSI(14)", "is": "between", "low": 40, "high": 30}, "low is 40 and high is 30; low must be below"),
        ({"left": "RSI(14)", "is": "between", "low": 130, "high": 140}, "is between 130 and 140, which can never be"),
        (rule(30, "below", "RSI(14)"), "left is 30, which never moves; write an indicator or a column on the left"),
        (rule("close", "above", "close"), "close is above close: both sides are the same"),
        ("RSI", "entry_long 1: 'RSI' is no rule"),
        ({"any": []}, "entry_long 1: there is no rule in it"),
        ({"some": [LOW]}, "entry_long 1: some joins no rules; write all, any, or at_least with of"),
        ({"at_least": 3, "of": [LOW, LOW]}, "at_least is 3 of 2 rules, which can never be; write 1 to 2"),
    ],
)  # fmt: skip
def test_of_a_rule_it_is_said_what_is_wrong(given, message):
    text = said(long(given))
    assert text.startswith("parameter rules")
    assert message in text


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "there is no rule; write"),
        ("", "this is not JSON (expecting value at line 1, column 1)"),
        ('{"RSI": {"period": 14}', "this is not JSON"),
        ("[1]", "[1] is no object"),
        ('{"RSI": {}, "RSI": {}}', "'RSI' is written twice"),
        ('{"RSI": {"oversold": NaN}}', "NaN is no number"),
        ({"RSI": {"oversold": float("inf")}}, "it cannot be written as JSON"),
        ([LOW], "is no object"),
        (7, "7 is no object"),
        ('{"entry_long": ' + "[" * 20_000 + "]" * 20_000 + "}", "it is nested too deep"),
        ("x" * 60_001, "the text has 60001 letters"),
        ({"entry_lng": [LOW]}, "'entry_lng' is no list of rules; did you mean 'entry_long'?"),
        ({"entry_long": 3}, "entry_long: 3 is no list of rules"),
        ({"entry_long": []}, "entry_long: there is no rule in it; write at least one, or leave the list out"),
        ({"exit": [LOW]}, "has no entry_long and direction is long; write rules for entry_long, or use"),
        (long(*[rule("close", "above", k + 1) for k in range(61)]), "there are 61 rules; use 60 at most"),
        (long(LOW, rule("RSI(14)", "above", 60)), "RSI(14) is above 60 and RSI(14) is below 30 can never be at once"),
        (long(LOW, LOW), "RSI(14) is below 30 is there twice"),
        (long(LOW, veto=[LOW]), "veto: RSI(14) is below 30 is in entry_long too, so it never enters"),
        (long(LOW, exit_long={"any": [LOW, rule("close", "above", 9)]}), "leaves whatever it enters"),
        ({"RSI": {"perod": 14}}, "RSI: RSI has no 'perod'; did you mean 'period'?"),
        ({"RSI": 14}, "RSI: 14 is no object"),
        ({"RSI": {"oversold": 130}}, "RSI(14) crosses above 130"),
        ({"RSI": {}, "RIS": {}}, "there is no indicator 'RIS'"),
        ({"RSI": {}, "OBV": {}}, "OBV has no usual rules; write what you mean in full"),
        ({"RSI": {}, "need": 2}, "need is 2; write all, any or a number from 1 to 1"),
        ({"need": 1}, "no indicator is named"),
        ({"SMA": {"fast": 30, "slow": 20}}, "SMA: fast is 30 and slow is 20; fast must be below slow"),
        ({"SMA": {"fast": 30}}, "SMA: write period, or fast and slow"),
        ({"SMA": {"fast": 0, "slow": 20}}, "SMA: SMA timeperiod is 0, which TA-Lib does not take"),
    ],
)  # fmt: skip
def test_of_all_rules_together_too(given, message):
    text = said(given)
    assert text.startswith("parameter rules")
    assert message in text


def test_rules_that_do_not_contradict_each_other_are_taken():
    every = long(
        LOW, rule("RSI(14)", "above", 60, timeframe="1h"), rule("RSI(14)", "above", 60, within=3),
        rule("RSI(9)", "above", 60),
        exit={"all": [LOW, rule("close", "above", 9)]},
    )  # fmt: skip
    strategy_class("indicator_rules")(rules=every)


def test_a_side_is_understood_however_it_is_written():
    written = (
        {"indicator": "CORREL", "timeperiod": 5, "of": ["high", "RSI(3)"]}, {"indicator": "Close"}, " CLOSE ",
        "bbands( 20, nbdevup=1.5 ) . lowerband", {"indicator": "SMA", "of": "Volume"}, "OBV", "LINEARREG(9)",
    )  # fmt: skip
    every = long({"any": [rule(one, "above", 0.25 + k) for k, one in enumerate(written)]})
    made = strategy_class("indicator_rules")(rules=every)
    assert list(made.indicators())[1:] == [
        "CORREL(5, of=high and RSI(3))", "candle.close", "BBANDS(20, 1.5, 2, 0).lowerband", "SMA(30, of=volume)",
        "OBV()", "LINEARREG(9)",
    ]  # fmt: skip
    one_rule = strategy_class("indicator_rules")(rules={"entry_long": rule("CLOSE", ">", "30")})
    assert str(one_rule.lists[0].groups[0].rules[0]) == "close is above 30"
    assert strategy_class("indicator_rules")(rules={"RSI": None}).lists


def test_a_side_that_may_be_taken_has_rules():
    assert "has no entry_short and direction is both" in said(long(LOW), direction="both")
    strategy_class("indicator_rules")(rules={"entry_short": [LOW]}, direction="short")


def test_a_parameter_that_is_data_is_no_number():
    param = strategy_class("indicator_rules").parameters()["rules"]
    assert isinstance(param, Data)
    assert param.number(param.default) == 0
    assert param.read(param.default) == param.default
