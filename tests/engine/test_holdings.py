"""The residue of an account: what is in no book is told when it changes, and what is missing stops entries."""

from decimal import Decimal

from botswain.engine.holdings import Residue


def test_the_first_residue_is_taken_as_it_is():
    assert Residue().compare({"BTC": Decimal(3)}, [{"BTC": Decimal(1)}]) == []


def test_a_deposit_is_told_with_its_amount_and_is_not_short():
    residue = Residue()
    residue.compare({"BTC": Decimal(3)}, [{"BTC": Decimal(1)}, {"BTC": Decimal(1)}])
    [found] = residue.compare({"BTC": Decimal("3.5")}, [{"BTC": Decimal(1)}, {"BTC": Decimal(1)}])
    assert not found.short
    assert found.text.startswith("+0.5 BTC came to the account")


def test_an_account_that_lacks_what_its_books_hold_is_short_once():
    residue = Residue()
    [found] = residue.compare({"BTC": Decimal(1)}, [{"BTC": Decimal(2)}])
    assert found.short
    assert "1 is missing" in found.text
    assert residue.compare({"BTC": Decimal(1)}, [{"BTC": Decimal(2)}]) == []
