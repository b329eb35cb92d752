"""A target that becomes less as the position grows older: where it stands, when it moves, what it does to the stop."""
# ruff: noqa: ARG001

from tests.core.test_exits import FIXED, SHORT, long_once, run, short_once
from tests.stage import bot, closed, drawn, market, play, told

ROI = {"take_profit": "0.1", "roi_2": "0.05", "roi_4": "0"}


def test_each_age_has_its_target():
    # Bought at 100 in minute 1. At the close of minute 2 (the decision of minute 3) it is two minutes old.
    assert run(long_once, [100, 100, (100, 109, 100, 100)], ROI) == []
    assert run(long_once, [100, 100, (100, 110, 100, 100)], ROI) == [(2, "sell", 10, 110, "take_profit")]
    assert run(long_once, [100, 100, 100, (100, 105, 100, 100)], ROI) == [(3, "sell", 10, 105, "take_profit")]
    assert run(long_once, [100, 100, 100, (100, 104), (104, 104, 98, 98)], ROI) == []


def test_a_price_that_is_there_already_goes_at_the_next_open():
    rows = [100, 100, (100, 107), (108, 108, 107, 107)]
    result = play(bot(long_once), rows, exits=ROI, **FIXED)
    assert told(result)[1:] == [(3, "sell", 10, 108, "take_profit")]
    assert not result.fills[1].maker


def test_at_the_end_its_entry_is_enough():
    rows = [100, 100, 98, 98, 98, (98, 100, 98, 98)]
    assert run(long_once, rows, ROI) == [(5, "sell", 10, 100, "take_profit")]


def test_of_a_short_it_rises():
    assert run(short_once, [100, 100, 100, (100, 100, 95, 95)], ROI, instrument=SHORT) == [
        (3, "buy", 10, 95, "take_profit")
    ]


def test_without_a_target_at_first_there_is_none_before_the_first_age():
    rows = [100, 100, (100, 300, 100, 100), (100, 105, 100, 100)]
    assert run(long_once, rows, {"roi_2": "0.05"}) == [(3, "sell", 10, 105, "take_profit")]
    assert run(long_once, rows[:3], {"roi_2": "0.05"}) == []


def test_the_minutes_go_by_where_candles_are_missing():
    candles = drawn([100, 100, 100, (100, 106, 100, 100)], minutes=[0, 1, 9, 10])
    # The close of minute 9 is in minute 10: nine minutes old, so the entry is enough already.
    assert told(play(bot(long_once), candles, exits=ROI, **FIXED))[1:] == [(10, "sell", 10, 100, "take_profit")]


def test_the_stop_stays_where_it_is_and_goes_with_it():
    exits = {**ROI, "stop_loss": "0.05"}
    result = play(bot(long_once), [100, 100, 100, (100, 105, 100, 100), 100], exits=exits, **FIXED)
    assert told(result)[1:] == [(3, "sell", 10, 105, "take_profit")]
    assert run(long_once, [100, 100, 100, (100, 100, 95, 95)], exits) == [(3, "sell", 10, 95, "stop_loss")]


def test_more_of_the_same_position_makes_it_no_younger_and_moves_the_target_with_the_entry():
    def adds(now, was, p, candle, my, wanted):
        wanted.target(0.5 if closed(my) < 2 else 1.0)

    # Five at 100, five at 90 in minute 3: the entry is 95, and two minutes are over since minute 1: 99.75, up.
    rows = [100, 100, (100, 90), 90, (90, 99, 90, 90)]
    assert run(adds, rows, ROI)[1:] == []
    rows[4] = (90, 100, 90, 90)
    assert run(adds, rows, ROI)[1:] == [(4, "sell", 10, 100, "take_profit")]


def test_the_next_position_begins_with_the_first_target():
    def in_and_out(now, was, p, candle, my, wanted):
        wanted.target(0.0 if closed(my) == 3 else 1.0)

    rows = [100, 100, 100, 100, 100, 100, (100, 109, 100, 100), (100, 105, 100, 100)]
    got = run(in_and_out, rows, ROI)
    assert got[0] == (3 + 1, "sell", 10, 100, "target")
    assert got[2:] == [(7, "sell", 10, 105, "take_profit")]


def test_while_another_symbol_closes_its_own_candle_is_not_needed():
    candles = {
        "AAA/USD": drawn([100, 100, (100, 110, 100, 100)], "AAA/USD", minutes=[0, 1, 5]),
        "BBB/USD": drawn([50] * 6, "BBB/USD", minutes=range(6)),
    }

    def only_the_first(now, was, p, candle, my, wanted):
        wanted.target(1.0 if my.symbol == 0 else 0.0)

    # In minutes 2 to 4 only the other one closes: at the close of minute 4 it is four old and its entry is enough,
    # so it goes at the open of its next candle.
    rules = {symbol: market(symbol) for symbol in candles}
    got = play(bot(only_the_first), candles, instrument=rules, exits=ROI, **FIXED)
    assert told(got)[1:] == [(5, "sell", 10, 100, "take_profit")]
