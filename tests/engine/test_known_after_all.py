"""An order of which it was told that nobody can say what became of it, and that is found out after all."""

from decimal import Decimal

from tests.engine.test_balances import Database, Owner, Venue, account_of, found_out, kept, order

from botswain.model.reasons import Reason


async def test_what_nobody_could_say_is_said_to_be_known_once_it_is_and_that_its_bot_may_be_resumed():
    """Coins that were moved by hand are put back: then it is found out by itself."""
    owner, venue = Owner(), Venue("2.005")
    account, time, remarks = account_of(venue, Database(kept("2")), owner, [order()])
    await found_out(account, time, minutes=20)
    assert not any("is known now" in one for one in remarks)
    owner.stopped.add("buy")
    venue.btc = Decimal(2)
    await found_out(account, time, minutes=20)
    assert owner.ends() == [("buy", 0, Reason.NOT_PLACED)]
    assert [one for one in remarks if "is known now" in one] == [
        "order buy: what became of it is known now: it has ended, 0 of 0.01 filled. Its bot's entries were stopped "
        "over it: resume the bot, unless something else stops it too"
    ]


async def test_one_of_which_nobody_was_told_is_found_out_without_a_word():
    owner = Owner()
    account, time, remarks = account_of(Venue(2), Database(kept("2")), owner, [order()])
    await found_out(account, time)
    assert owner.ends() == [("buy", 0, Reason.NOT_PLACED)]
    assert not any("is known now" in one for one in remarks)
