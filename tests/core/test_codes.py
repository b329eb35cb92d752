"""The numbers that compiled code speaks: one meaning each, and the same as the names people see."""

from botswain.core import codes
from botswain.model.reasons import Reason


def test_every_reason_of_the_core_is_the_number_that_journals_hold():
    named = {name.removeprefix("R_"): value for name, value in vars(codes).items() if name.startswith("R_")}
    assert named
    assert {name: Reason[name].value for name in named} == named


def test_every_code_has_its_own_number_and_a_name():
    assert len({codes.MARKET, codes.LIMIT, codes.STOP, codes.STOP_LIMIT, codes.TAKE_PROFIT}) == 5
    assert sorted(codes.KIND_NAMES) == [1, 2, 3, 4, 5]
    assert codes.STATE_NAMES[codes.EMPTY] == "empty"
    assert codes.STATE_NAMES[codes.ENDED] == "ended"
    assert len(codes.STATE_NAMES) == 6
    # A fraction by Kelly is worked out before the run, which then knows a percentage.
    assert codes.SIZING_NAMES == {"percent": 1, "fixed": 2, "fixed_quote": 3, "risk": 4, "kelly": 1, "volatility": 5}
