"""The order in which requests are sent: what frees coins first, what needs them after it."""

from decimal import Decimal

from msgspec.structs import replace
from tests.engine.test_order_lists import stop, target

from botswain.engine.waves import waves
from botswain.model.errands import Errand
from botswain.model.intents import Request

ENTRY = replace(target(side=1, link=0, flags=0), reducing=False, protective=False)
OWN_SELL = replace(target(link=0, flags=0), protective=False)


def errand(cancels, places, row, **more):
    return Errand("acc", "bot", 1, 1, "BTC/USDT", Decimal(1), Decimal(1), Request(cancels, places, row, **more))


def test_cancels_and_amendments_go_first_then_protection_that_is_replaced_then_what_reduces_then_entries():
    cancel, amend = errand("a", "", None), errand("b", "b", OWN_SELL)
    moved, sell, entry = errand("c", "d", stop()), errand("", "e", OWN_SELL), errand("", "f", ENTRY)
    assert waves([entry, sell, moved, amend, cancel]) == [[amend, cancel], [moved], [sell], [entry]]


def test_a_list_goes_with_what_reduces_and_its_cancel_with_the_cancels():
    off, on = errand("a", "", None, listed="old"), errand("", "b", stop(), listed="new")
    assert waves([on, off]) == [[off], [on]]


def test_there_are_no_empty_waves():
    assert waves([]) == []
    assert waves([errand("", "f", ENTRY)]) == [[errand("", "f", ENTRY)]]
