"""Reasons: one number and one name each, for good."""

from botswain.model.reasons import Reason, reason_name


def test_numbers_that_were_written_into_journals_keep_their_meaning():
    assert {one.name: one.value for one in Reason} == {
        "BELOW_MINIMUM": 101, "MAX_ORDERS": 102, "PRICE_COLLAR": 103, "MAX_OPEN_POSITIONS": 104, "MAX_POSITION": 105,
        "BALANCE": 106, "DAILY_LOSS": 107, "DRAWDOWN": 108, "COOL_DOWN": 109, "ABOVE_MAXIMUM": 110,
 "OUTSIDE_WINDOW": 111, "WEEKLY_LOSS": 112, "MAX_EXPOSURE": 113,
        "DRAWDOWN_REDUCE": 114, "DRAWDOWN_PAUSE": 115, "DRAWDOWN_OVER": 116, "DRAWDOWN_FLATTEN": 117,
        "SYMBOL_COOL_DOWN": 118, "MAX_TRADE_RISK": 119, "ORDER_RATE": 120, "MAX_CORRELATED_EXPOSURE": 121,
        "POST_ONLY": 201,
        "NOT_FILLED": 202, "NOTHING_TO_REDUCE": 203, "INSUFFICIENT_BALANCE": 204, "LINKED": 205, "STOP_LOSS": 301,
        "TRAILING_STOP": 302, "TAKE_PROFIT": 303,
        "TIME_EXIT": 304, "SESSION_END": 305, "BREAK_EVEN": 306, "DRAWDOWN_EXIT": 320, "SPLIT": 321,
        "TAKE_PROFIT_1": 307, "TAKE_PROFIT_2": 308, "TAKE_PROFIT_3": 309, "TAKE_PROFIT_4": 310,
        "STEP_RAISED": 401, "BAD_TARGET": 402, "BAD_SLOT": 403,
        "MONEY_OVERFLOW": 404, "JOURNAL_MISMATCH": 405, "BAD_ORDER": 406, "NOT_SENT": 206, "CANCELED": 207,
        "NOT_PLACED": 208, "TRIGGER_PASSED": 209, "VENUE_CANCELED": 210, "EXPIRED": 211, "REFUSED": 212,
        "OVERTAKEN": 213, "LIST_PASSED": 214, "LIST_REFUSED": 215,
        "OVERFILLED": 407, "FEE_ASSET": 408, "FLATTENED": 409,
    }  # fmt: skip


def test_a_reason_is_spelled_in_small_letters_and_a_tag_by_the_strategy():
    assert reason_name(301) == "stop_loss"
    assert reason_name(1, ("entry", "dip")) == "dip"
    assert reason_name(7, ("entry", "dip")) == "tag_7"
    assert reason_name(999) == "unsupported_999"
