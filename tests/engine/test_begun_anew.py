"""Whether a venue is the one that was known: its time, its numbers, and what it holds where it knows none of ours."""

from dataclasses import replace
from decimal import Decimal

import msgspec
import pytest
from tests.engine.test_balances import Database, Owner, Venue, account_of, kept, order
from tests.engine.test_tracks import NAME, UNITS, report

from botswain.engine.begun_anew import Acquaintance, Numbered, numbered_of, said, trusted, unknown_there, went_back
from botswain.engine.live_market import LiveMarket, Mark
from botswain.engine.surfaces import read
from botswain.engine.tracks import Track
from botswain.model.errands import AskOrder, AskWorking
from botswain.model.intents import Certainty
from botswain.model.journal import MarketKind
from botswain.model.orders import OrderState
from botswain.model.outcomes import Answer, Failed, Rows
from botswain.store.bots import REASON_LENGTH

MINUTE_MS = 60_000
KNOWN = Numbered("BTC/USDT", "known", 70)


class Knows(Venue):
    """A venue that knows an order, or does not answer."""

    def __init__(self, answer=None, shows=(), **more):
        super().__init__("2", **more)
        self.answer, self.shows, self.asked = answer, shows, []

    async def ask(self, account, question):
        self.asked.append(question)
        if isinstance(question, AskOrder) and self.answer is not None:
            return self.answer
        if isinstance(question, AskWorking):
            return Answer(Rows(self.shows))
        return await super().ask(account, question)


def there(number):
    return Answer(msgspec.structs.replace(report(OrderState.FILLED, 10), venue_order_id=number))


def met(venue, orders=(), database=None, *, resets=True, owner=None):
    """An account that has not been read since it was lost; what was said of the venue."""
    database = database or Database(kept("2", usdt="1000"))
    account, time, _ = account_of(venue, database, owner or Owner(), orders)
    found = []
    account.same.resets, account.strange = resets, found.append
    account.same.remember([KNOWN])
    return account, time, found


def tracked(number, above, name=NAME, symbol=UNITS):
    one = Track(name, "bot", 0, symbol, Decimal(1))
    one.venue_order_id, one.above = number, above
    return one


@pytest.mark.parametrize(
    ("behind_ms", "odd"), [(-MINUTE_MS, False), (0, False), (3 * MINUTE_MS, False), (3 * MINUTE_MS + 1, True)]
)
def test_a_market_may_be_read_a_little_behind_what_is_recorded(behind_ms, odd):
    now_ms = 1_767_225_600_000
    told = went_back("BTC/USDT", now_ms, now_ms + behind_ms, MINUTE_MS)
    assert bool(told) is odd
    if odd:
        assert told == (
            "its market is at 2026-01-01T00:00:00Z, but candles of BTC/USDT up to 2026-01-01T00:03:00.001Z are recorded"
        )


def test_a_candle_that_did_not_come_says_nothing_of_how_far_the_market_was():
    made = LiveMarket("segment", "1m", MINUTE_MS)
    made.seen(MarketKind.CANDLE, Mark("BTC/USDT", 0, ""))
    made.seen(MarketKind.LATE, Mark("BTC/USDT", 9 * MINUTE_MS, "no candle in time"))
    assert (made.last_ms, made.there_ms) == ({"BTC/USDT": 9 * MINUTE_MS}, {"BTC/USDT": 0})


def test_an_order_gets_a_higher_number_than_any_before_it_was_placed():
    same = Acquaintance()
    assert same.numbered(tracked("7", 0)) == ""
    assert same.above("BTC/USDT") == 7
    assert same.numbered(tracked("9", 7, "next")) == ""
    # Two on their way at once are answered in any order.
    assert same.numbered(tracked("8", 7, "beside")) == ""
    assert same.above("BTC/USDT") == 9
    assert same.numbered(tracked("3", 9, "odd")) == (
        "order odd of BTC/USDT, placed now, was given number 3 after number 9 had been given; take it off there"
    )


def test_numbers_are_those_of_one_symbol_and_names_that_are_none_say_nothing():
    same = Acquaintance()
    assert same.numbered(tracked("70", 0)) == ""
    assert same.numbered(tracked("3", 0, "eth", replace(UNITS, symbol="ETH/USDT"))) == ""
    assert same.numbered(tracked("a-b", 70, "named")) == ""
    assert list(numbered_of([("BTC/USDT", "a", "x1"), ("BTC/USDT", "b", "12")])) == [Numbered("BTC/USDT", "b", 12)]


def test_an_order_is_looked_at_once_and_its_own_number_again_is_no_news():
    same, one = Acquaintance(), tracked("7", 0)
    same.numbered(one)
    assert same.numbered(one) == ""
    again = tracked("7", 7)
    assert same.numbered(again) == ""


async def test_a_venue_that_knows_the_newest_order_is_the_same():
    account, _, found = met(Knows(there("70")))
    assert await read(account) == ""
    assert await trusted(account)
    assert found == []


async def test_one_that_gave_it_another_number_is_another_one():
    account, _, found = met(Knows(there("3")))
    await read(account)
    assert found == ["order known of BTC/USDT has number 3 there; it was given 70"]


async def test_one_that_does_not_answer_is_asked_again():
    account, _, found = met(Knows(Failed("busy")))
    assert await read(account) == "busy"
    assert found == []


async def test_one_that_shows_an_order_of_ours_need_not_be_asked():
    working = msgspec.structs.replace(report(OrderState.NEW), client_order_id="buy")
    account, _, _ = met(Knows(shows=(working,)), [msgspec.structs.replace(order(), certainty=Certainty.KNOWN)])
    await read(account)
    assert await trusted(account)
    assert not any(isinstance(one, AskOrder) for one in account.gateway.asked)


async def test_what_has_only_been_forgotten_is_trusted_where_the_account_holds_what_is_due():
    account, _, found = met(Knows(usdt=1_000))
    await read(account)
    assert account.same.doubted_ms is not None
    assert await trusted(account)
    assert account.same.doubted_ms is None
    assert found == []


@pytest.mark.parametrize("usdt", [0, 980])
async def test_where_less_is_there_than_is_due_it_is_another_one_once_that_has_lasted(usdt):
    account, time, found = met(Knows(usdt=usdt))
    await read(account)
    assert not await trusted(account)
    assert found == []
    time.ms += 10 * MINUTE_MS
    assert not await trusted(account)
    assert found == [
        f"it knows no order known of BTC/USDT any more (number 70), and the account holds {usdt} USDT where 1000 is due"
    ]


async def test_the_fee_of_a_fill_that_nobody_can_tell_is_no_sign():
    account, _, _ = met(Knows(usdt="999"))
    await read(account)
    assert await trusted(account)


async def test_orders_that_worked_and_that_nothing_explains_are_a_sign_too():
    account, time, found = met(Knows(usdt=1_500), [msgspec.structs.replace(order(), certainty=Certainty.KNOWN)])
    account.gateway.btc = Decimal("2.005")
    await read(account)
    assert not await trusted(account)
    time.ms += 10 * MINUTE_MS
    assert not await trusted(account)
    [told] = found
    assert told.endswith("and none of 1 that worked, and the account holds what none of them explains")
    for task in list(account.tasks):
        task.cancel()


async def test_a_venue_that_never_begins_anew_has_forgotten_it():
    account, _, found = met(Knows(usdt=0), resets=False)
    await read(account)
    assert await trusted(account)
    assert found == []


async def test_nothing_is_sent_to_another_venue():
    account, _, _ = met(Knows())
    account.closed = True
    sent = []
    account.not_sent = lambda errand, reason: sent.append((errand, reason.name))
    await account.send("errand")
    assert sent == [("errand", "NOT_SENT")]


def test_what_is_said_fits_into_a_bots_row():
    newest = Numbered("1000SATS/USDT", NAME, 12_345_678_901)
    less = {one: (Decimal("12345.12345678"), Decimal("23456.12345678")) for one in ("USDT", "1000SATS", "BTC")}
    text = said("binance (sandbox), account a-rather-long-name-of-one,", unknown_there(newest, 200, less))
    assert len(text) <= REASON_LENGTH
    assert text.endswith("bots of other names")


async def test_what_a_venue_holds_that_may_be_another_one_is_not_held_against_the_books():
    venue, owner = Knows(usdt=1000), Owner("1")
    venue.btc = Decimal("0.5")
    account, time, _ = met(venue, [order()], owner=owner)
    remarks = []
    account.remark = remarks.append
    for _ in range(3):
        assert await read(account) == ""
        time.ms += account.manners.horizon_ms
    assert remarks == []
    assert owner.told == []
    venue.answer = there("70")
    for _ in range(2):
        assert await read(account) == ""
        time.ms += account.manners.horizon_ms
    assert any("is missing" in one for one in remarks)
    for task in account.tasks:
        task.cancel()
