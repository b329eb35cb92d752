"""What is said of orders that ended at the venue: what is true of them now, once, by numbers that can be looked up."""

from decimal import Decimal
from types import SimpleNamespace

import msgspec
import pytest

from botswain.build.plan import Units
from botswain.core.codes import ASKED, ENDED, LIMIT
from botswain.engine.bot import Outcome
from botswain.engine.end_notes import QUIET_S, EndNotes
from botswain.model.intents import Working
from botswain.model.news import Command, Mode
from botswain.model.reasons import Reason
from botswain.store.bot_records import Filled

ETH = Units("ETH/USDT", Decimal("0.01"), Decimal("0.00001"), Decimal("1e-8"), (Decimal(1), "ETH"), (Decimal(1), "USDT"))
POOR = Reason.INSUFFICIENT_BALANCE


class Bot:
    """A bot of one symbol: of its rows those in `wants` want something, the others are over."""

    def __init__(self):
        self.wants = set()
        self.rev = 1
        self.asked = SimpleNamespace(wants_nothing=lambda: not self.wants)

    def row(self, _symbol, slot):
        return SimpleNamespace(rev=self.rev, state=ASKED if slot in self.wants else ENDED)


def order(slot=0, rev=1, name="a", price=262863):
    return Working(name, 0, slot, rev, 1, -1, LIMIT, price, 0, 0, 0, 0, 5409)


@pytest.fixture
def notes():
    return EndNotes("dipper", [ETH], lambda: None, lambda _text: None, lambda name: {"a": "1007"}.get(name, ""))


def tell(notes, bot, reason, at_s, *orders):
    return notes.lines(bot, [(one, reason) for one in orders], at_s)


def test_a_strategy_that_asks_anew_at_each_close_is_not_said_to_be_off_and_is_told_twice_in_an_hour(notes):
    bot, said = Bot(), []
    for close in range(20):  # each with another rev, refused each time
        bot.rev = close + 1
        said += tell(notes, bot, POOR, close * 60.0, order(rev=bot.rev, name=f"x{close}", price=262863 + close))
    assert said == [
        "orders of dipper: the account could not pay for an order (sell 0.05409 ETH/USDT at 2628.63), which "
        "needs 0.05409 ETH besides fees, more than is free there: pay in, or free what other orders bind; it stays off "
        "unless the bot asks for it anew at its next close, or a person pauses and resumes it (botswain halt dipper, "
        "botswain resume dipper). Nothing of this bot works any more",
        "orders of dipper: the account could not pay for an order (sell 0.05409 ETH/USDT at 2628.64), which "
        "needs 0.05409 ETH besides fees, more than is free there: pay in, or free what other orders bind; so it was "
        "before: the bot has asked for it anew by its own rules. While that goes on it is told once in 60 minutes. "
        "Nothing of this bot works any more",
    ]
    [later] = tell(notes, bot, POOR, QUIET_S + 61.0, order(rev=bot.rev))
    assert "so it was before, and 18 times untold since: the bot has asked" in later


def test_what_could_not_be_paid_says_of_which_asset_how_much_it_needs_and_nothing_else_does(notes):
    buys = [msgspec.structs.replace(order(slot, name=f"b{slot}", price=200000), side=1) for slot in (0, 1)]
    [told] = tell(notes, Bot(), POOR, 0.0, *buys, order(2))
    assert ", which needs 216.36 USDT and 0.05409 ETH besides fees, more than is free there: pay in, or free" in told
    [told] = tell(notes, Bot(), POOR, 0.0, msgspec.structs.replace(order(3, price=0), side=1))
    assert ", which needs USDT besides fees" in told
    [told] = tell(notes, Bot(), Reason.REFUSED, 0.0, order(4))
    assert "needs" not in told


@pytest.mark.parametrize("change", ["reason", "fill", "resumed"])
def test_what_has_changed_is_told_anew(notes, change):
    bot, reason = Bot(), POOR
    for at_s in (0.0, 60.0, 120.0):
        found = tell(notes, bot, POOR, at_s, order())
    assert found == []
    if change == "reason":
        reason = Reason.REFUSED
    if change == "fill":
        fill = Filled("a", "1", 1, 0, 0, 0, 1, -1, 5409, 262863, 0, True, 0, 0)
        notes.took(Outcome(1, (fill,), ()))
    if change == "resumed":
        notes.took(Outcome(1, (Command(Mode.RUN, "ann", "again", again=True),), ()))
    [told] = tell(notes, bot, reason, 180.0, order())
    assert "stays off unless" in told


def test_what_is_wanted_again_at_once_is_told_as_such_and_apart_from_what_is_not(notes):
    bot = Bot()
    bot.wants = {1}
    again, off = tell(notes, bot, POOR, 0.0, order(0), order(1), order(2, name="b"))[::-1]
    assert "2 orders (" in off
    assert "they stay off unless the bot asks for them anew" in off
    assert again.endswith("the bot goes on by its own rules")
    assert "Nothing of this bot works" not in off + again


def test_an_order_is_named_by_its_number_at_the_venue(notes):
    [told] = tell(notes, Bot(), Reason.VENUE_CANCELED, 0.0, order(), order(1, name="never taken"))
    assert "(sell 0.05409 ETH/USDT at 2628.63, number 1007, sell 0.05409 ETH/USDT at 2628.63)" in told
