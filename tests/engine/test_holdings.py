"""The residue of an account: what is in no book is told when it changes, what is missing stops entries, and what was

there at rest is kept for the next start.
"""

from decimal import Decimal

import pytest

from botswain.engine.holdings import RENEWED_MS, Doubt, Now, Residue
from botswain.engine.leeway import Span
from botswain.store.residues import Residual

LASTING_MS = 1_000


def btc(qty):
    return {"BTC": Decimal(qty)}


def kept(qty, at_ms=0):
    return Residual(Decimal(qty), at_ms)


def rested(residue, there, books, at_ms, open_assets=()):
    residue.rest(btc(there), btc(books), Now(at_ms, at_ms), LASTING_MS, open_assets)
    return residue.kept["BTC"].qty


def test_the_first_residue_is_taken_as_it_is():
    assert Residue().compare(btc(3), [btc(1)], {}) == []


def test_a_deposit_is_told_with_its_amount_and_is_not_short():
    residue = Residue()
    residue.compare(btc(3), [btc(1), btc(1)], {})
    [found] = residue.compare(btc("3.5"), [btc(1), btc(1)], {})
    assert not found.short
    assert found.text.startswith("0.5 BTC came to the account")


def test_an_account_that_lacks_what_its_books_hold_is_short_once():
    residue = Residue()
    [found] = residue.compare(btc(1), [btc(2)], {})
    assert found.short
    assert "1 is missing" in found.text
    assert residue.compare(btc(1), [btc(2)], {}) == []


def test_what_came_while_nobody_was_there_is_told_at_the_start():
    [found] = Residue({"BTC": kept(1)}).compare(btc("2.5"), [btc(1)], {})
    assert found.text.startswith("0.5 BTC came to the account")
    assert Residue({"BTC": kept("1.5")}).compare(btc("2.5"), [btc(1)], {}) == []


def test_what_is_missing_is_told_at_every_start_for_its_bots_run_again():
    [found] = Residue({"BTC": kept(-1)}).compare(btc(1), [btc(2)], {})
    assert found.short


def test_what_bots_hold_that_do_not_run_is_in_a_book_and_its_lack_stops_nobody_else():
    residue = Residue({"BTC": kept(0)})
    assert residue.compare(btc(3), [btc(1)], btc(2)) == []
    [found] = residue.compare(btc("1.5"), [btc(1)], btc(2))
    assert not found.short


def test_a_bot_that_joins_with_coins_that_are_gone_is_short_though_nothing_has_changed():
    residue = Residue({"BTC": kept(0)})
    [told] = residue.compare(btc(1), [], btc(2))
    assert not told.short
    residue.last.clear()  # as a bot joins
    [found] = residue.compare(btc(1), [btc(2)], {})
    assert found.short


def test_another_residue_is_kept_once_it_has_lasted():
    residue = Residue()
    assert rested(residue, 3, 1, 0) == 2
    residue.unsaved.clear()
    assert rested(residue, 4, 1, 100) == 2
    assert rested(residue, 4, 1, 600) == 2
    assert not residue.unsaved
    assert rested(residue, 4, 1, 1_100) == 3
    assert residue.unsaved == {"BTC"}


@pytest.mark.parametrize("between", [2, 3])
def test_one_that_was_another_meanwhile_has_not_lasted(between):
    residue = Residue({"BTC": kept(2)})
    rested(residue, 4, 0, 100)
    rested(residue, between, 0, 600)
    assert rested(residue, 4, 0, 1_200) == 2


def test_one_that_is_still_the_same_is_written_down_once_a_day():
    residue = Residue({"BTC": kept(2, 5)})
    rested(residue, 2, 0, RENEWED_MS)
    assert residue.kept["BTC"] == kept(2, 5)
    assert not residue.unsaved
    rested(residue, 2, 0, RENEWED_MS + 5)
    assert residue.kept["BTC"] == kept(2, RENEWED_MS + 5)
    assert residue.unsaved == {"BTC"}


def test_where_a_bot_that_does_not_run_has_orders_open_it_may_be_a_fill_of_theirs():
    residue = Residue({"BTC": kept(2)})
    for at_ms in (0, 2_000, 4_000):
        assert rested(residue, 3, 0, at_ms, {"BTC"}) == 2


def test_money_that_left_went_and_is_told_without_a_sign():
    residue = Residue()
    residue.compare(btc(3), [btc(1)], {})
    [found] = residue.compare(btc("2.25"), [btc(1)], {})
    assert found.text == "0.75 BTC went from the account without an order of ours; 1.25 is in no book"


def test_what_was_told_while_an_order_was_in_doubt_is_not_told_again_at_the_next_start():
    doubt = Doubt({"BTC": Span(Decimal(0), Decimal("0.1"))})
    residue = Residue({"BTC": kept(1)})
    [found] = residue.compare(btc("2.5"), [btc(1)], {}, doubt=doubt)
    assert found.text == (
        "at least 0.4 BTC came to the account without an order of ours, however the orders in doubt turn out"
    )
    again = Residue(dict(residue.kept))
    assert residue.unsaved == {"BTC"}
    assert again.compare(btc("2.5"), [btc(1)], {}, doubt=doubt) == []
    assert again.kept["BTC"].qty == 1  # what was at rest is what an order that nobody knows is told from
    assert again.unexplained("BTC") == (Decimal("0.5"), 0)
    [more] = again.compare(btc("3"), [btc(1)], {}, doubt=doubt)
    assert more.text.startswith("at least 0.5 BTC came")
    # As it was: there is nothing more to remember.
    assert rested(again, "2", "1", 2_000) == 1
    rested(again, "2", "1", 2_000 + LASTING_MS)
    assert again.kept["BTC"] == kept(1, 2_000 + LASTING_MS)
    assert again.unexplained("ETH") is None
