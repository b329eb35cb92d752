"""What a note's numbers are."""

from __future__ import annotations

from tests.lab.made import INTERPRETED, Collared, crossed, waves

from botswain.lab.backtest import backtest
from botswain.model.note_texts import (
    BLOCKING,
    ENDS,
    FOR_GOOD,
    OF_ACCOUNT,
    OF_ORDER,
    OF_SYMBOL,
    THEN,
    UNTIL,
    Measure,
    blocks,
    meaning_of,
)
from botswain.model.reasons import Reason


def test_a_block_is_money_for_the_account_and_a_quantity_for_an_order() -> None:
    assert meaning_of(Reason.DRAWDOWN, -1).measure is Measure.MONEY
    assert meaning_of(Reason.DRAWDOWN, 0).measure is Measure.QTY
    assert meaning_of(Reason.COOL_DOWN, -1).measure is Measure.COUNT


def test_a_minimum_is_a_quantity_or_money() -> None:
    assert meaning_of(Reason.BELOW_MINIMUM, 0).measure is Measure.QTY
    assert meaning_of(Reason.BELOW_MINIMUM, 0, notional=True).measure is Measure.MONEY


def test_an_unknown_code_is_about_an_order() -> None:
    assert meaning_of(99, 0).measure is Measure.QTY


def test_every_refusal_of_the_gate_says_what_its_numbers_are_and_what_became_of_the_order() -> None:
    of_gate = {one for one in Reason if one < Reason.POST_ONLY} - {Reason.DRAWDOWN_OVER}
    assert of_gate == {one for one in THEN if one < Reason.POST_ONLY}
    blocks = {*OF_ACCOUNT, *OF_SYMBOL, Reason.OUTSIDE_WINDOW}
    assert of_gate == blocks | set(OF_ORDER)
    assert not blocks & set(OF_ORDER)


def test_every_block_says_how_long_it_keeps_entries_back_and_never_that_room_is_waited_for() -> None:
    blocked = {*OF_ACCOUNT, *OF_SYMBOL, Reason.OUTSIDE_WINDOW}
    assert set(UNTIL) == blocked
    assert not [one for one in blocked if "there is room" in THEN[one]]
    assert all(UNTIL[one] in THEN[one] and UNTIL[one] in blocks(one) for one in blocked)
    assert [one for one in UNTIL if UNTIL[one] == FOR_GOOD] == [Reason.DRAWDOWN, Reason.DRAWDOWN_FLATTEN]
    assert blocks(Reason.MAX_ORDERS) == blocks(99) == ""


def test_what_waits_for_its_time_has_not_ended_for_good() -> None:
    waits = {Reason.OUTSIDE_WINDOW, Reason.SYMBOL_COOL_DOWN, Reason.ORDER_RATE, Reason.DRAWDOWN_PAUSE, Reason.BALANCE}
    assert not waits & ENDS
    assert {Reason.BELOW_MINIMUM, Reason.PRICE_COLLAR, Reason.SESSION_END, Reason.DRAWDOWN_EXIT} <= ENDS


def test_what_is_over_is_told_with_its_numbers_and_blocks_nothing() -> None:
    assert meaning_of(Reason.DRAWDOWN_OVER, -1).measure is Measure.MONEY
    assert Reason.DRAWDOWN_OVER in BLOCKING
    assert Reason.DRAWDOWN_OVER not in OF_ACCOUNT


def test_a_symbol_that_cools_down_shows_what_it_lost_then_the_orders_it_stopped() -> None:
    assert meaning_of(Reason.SYMBOL_COOL_DOWN, -1).measure is Measure.MONEY
    assert meaning_of(Reason.SYMBOL_COOL_DOWN, 0).measure is Measure.QTY


def test_a_drawdown_shows_equity_and_its_floor_then_the_orders_it_stopped() -> None:
    run = crossed(limits={"max_drawdown": "0.01"})
    account = [one for one in run.notes if one.slot == -1]
    assert [one.code for one in account] == ["drawdown"]
    assert 9_000 < account[0].value <= account[0].limit < 11_000
    stopped = [one for one in run.notes if one.slot == 0]
    assert stopped
    assert all(50 < one.value < 200 for one in stopped)  # a quantity: the whole account at about 100


def test_a_collar_shows_prices() -> None:
    run = backtest(Collared, waves(), limits={"price_collar": "0.05"}, options=INTERPRETED)
    one = run.notes[0]
    assert (one.code, one.limit) == ("price_collar", float(waves().close[0]))
    assert one.value == round(one.limit * 1.5, 2)
