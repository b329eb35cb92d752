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


EXPLAINED = "BTC that was missing is explained: it was put back, or the books have what took it"
RESUME = "Nothing is missing any more: resume the bots whose entries were stopped over it"


@pytest.mark.parametrize(
    ("there", "own", "said"),
    [
        (1, 1, f"1 {EXPLAINED}. {RESUME}"),  # a sale of 1 was booked late
        (2, 2, f"1 {EXPLAINED}. {RESUME}"),
        (
            3,
            2,
            f"1 {EXPLAINED}; 1 BTC came to the account without an order of ours, 1 is in no book. {RESUME}",
        ),
    ],
)
def test_what_was_missing_and_is_explained_later_is_said_so_and_came_from_nowhere(there, own, said):
    residue = Residue({"BTC": kept(0)})
    [short] = residue.compare(btc(1), [btc(2)], {})
    assert short.short
    [found] = residue.compare(btc(there), [btc(own)], {})
    assert (found.text, found.short) == (said, False)
    assert residue.compare(btc(there), [btc(own)], {}) == []


def test_what_is_missing_still_of_bots_that_do_not_run_is_told_beside_what_is_explained():
    [found] = Residue({"BTC": kept(-1)}).compare(btc("1.6"), [], btc(2))
    assert (found.text, found.short) == (f"0.6 {EXPLAINED}; 0.4 is missing still", False)


def test_a_deposit_that_was_heard_of_explains_its_part_by_itself():
    residue = Residue({"BTC": kept(-1)})
    assert residue.moved("BTC", Decimal("0.4"), 1)
    [found] = residue.compare(btc(2), [], btc(2))
    assert found.text == f"0.6 {EXPLAINED}. {RESUME}"


def test_at_least_so_much_is_explained_while_an_order_is_in_doubt():
    residue, doubt = Residue({"BTC": kept(-2)}), Doubt({"BTC": Span(Decimal("-0.5"), Decimal(0))})
    [found] = residue.compare(btc(1), [], btc(2), doubt=doubt)
    assert found.text.startswith("at least 1 BTC that was missing is explained, however the orders in doubt turn out:")


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


def compared(residue, there, *, span="0", now_ms=0):
    """What is told where one coin is in the books. span: what an order in doubt may have bought."""
    spans = {"BTC": Span(Decimal(0), Decimal(span))} if Decimal(span) else {}
    doubt = Doubt(spans, frozenset(), bool(spans), now_ms, LASTING_MS if spans else 0)
    return [one.text.partition(" came")[0] for one in residue.compare(btc(there), [btc(1)], {}, (), doubt)]


def with_heard(*changes):
    """An account that was at rest, and deposits that were heard of since."""
    residue = Residue()
    compared(residue, 1)
    for at_ms, change in enumerate(changes, 1):
        residue.moved("BTC", Decimal(change), at_ms)
    return residue


@pytest.mark.parametrize("span", ["0.1", "0.05", "0.02"])
def test_a_deposit_that_was_heard_of_is_told_once_whatever_an_order_in_doubt_may_have_done(span):
    residue = with_heard("0.05")
    for now_ms in (0, 500, 2_000):
        assert compared(residue, "1.05", span=span, now_ms=now_ms) == []
    assert compared(residue, "1.05") == []
    assert residue.last["BTC"] == Decimal("0.05")
    assert compared(residue, "1.10") == ["0.05 BTC"]


def test_what_came_beside_it_is_told_alone():
    residue = with_heard("0.05")
    assert compared(residue, "1.07") == ["0.02 BTC"]
    assert compared(residue, "1.07") == []


def test_one_that_a_read_does_not_show_yet_or_shows_in_part_is_waited_for():
    residue = with_heard("0.05", "0.03")
    waited = Doubt(now_ms=0, lasting_ms=LASTING_MS)
    for there in ("1", "1.03", "1.08"):
        assert residue.compare(btc(there), [btc(1)], {}, (), waited) == []
    assert (residue.heard, residue.odd, residue.last["BTC"]) == ({}, {}, Decimal("0.08"))


def test_one_of_which_a_part_is_never_shown_is_told_less_that():
    residue = with_heard("0.05", "0.03")
    assert residue.compare(btc("1.03"), [btc(1)], {}, (), Doubt(now_ms=0, lasting_ms=LASTING_MS)) == []
    [found] = residue.compare(btc("1.03"), [btc(1)], {}, (), Doubt(now_ms=LASTING_MS, lasting_ms=LASTING_MS))
    assert found.text.startswith("0.05 BTC went")


def test_one_that_was_read_before_it_was_heard_of_hides_no_other():
    residue = with_heard()
    assert compared(residue, "1.05", now_ms=5) == ["0.05 BTC"]
    residue.moved("BTC", Decimal("0.05"), 5)
    assert compared(residue, "1.10", now_ms=6) == ["0.05 BTC"]


def test_coins_that_were_withdrawn_are_missing_though_that_was_heard_of():
    residue = with_heard("-0.5")
    [found] = residue.compare(btc("0.5"), [btc(1)], {})
    assert found.short
    assert "0.5 is missing" in found.text


def test_money_that_left_went_and_is_told_without_a_sign():
    residue = Residue()
    residue.compare(btc(3), [btc(1)], {})
    [found] = residue.compare(btc("2.25"), [btc(1)], {})
    assert found.text == "0.75 BTC went from the account without an order of ours; 1.25 is in no book"


def test_where_the_books_hold_more_than_the_account_that_is_what_is_said():
    residue = Residue()
    residue.compare(btc(1), [], btc(1))
    [found] = residue.compare(btc("0.75"), [], btc(1))
    assert found.text.endswith(
        "0.25 BTC went from the account without an order of ours; the books hold 0.25 more than it does"
    )


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
