"""An account is compared with its books while orders of it are in doubt: what none of them explains is told.

Nothing here ever comes to rest: the order stays in doubt.
"""

from decimal import Decimal

import pytest
from msgspec.structs import replace
from tests.engine.test_balances import HORIZON_MS, Database, Owner, Venue, account_of, kept, order

from botswain.engine.balances import read_balances
from botswain.engine.manners import Manners
from botswain.engine.surfaces import due
from botswain.model.intents import Certainty
from botswain.model.news import Command, Mode
from botswain.model.order_events import BalanceMoved
from botswain.store.residues import Residual

BUY, SALE = order(), order("sale", -1)


async def reading(venue, orders, *, btc="1", times=2, database=None):
    """What is said of an account that is read so often, a horizon apart; its bot holds so much."""
    owner = Owner(btc)
    account, time, remarks = account_of(venue, database or Database(kept("2", usdt="1000")), owner, orders)
    for _ in range(times):
        assert await read_balances(account) == ""
        time.ms += HORIZON_MS
    return account, owner, remarks


@pytest.mark.parametrize(
    ("btc", "usdt", "orders"),
    [
        ("3", "1000", [BUY]),
        ("3.01", "999", [BUY]),
        ("3.004", "999.6", [BUY]),
        ("2.99", "1001", [SALE]),
        ("2.9999", "1003", [BUY, SALE]),
    ],
)
async def test_what_an_order_in_doubt_may_have_done_is_no_news(btc, usdt, orders):
    account, owner, remarks = await reading(Venue(btc, usdt=usdt), orders)
    assert remarks == []
    assert owner.told == []
    assert account.residue.kept == kept("2", usdt="1000")


@pytest.mark.parametrize(
    ("btc", "usdt", "orders", "said"),
    [
        (
            "3.5",
            "1000",
            [BUY],
            "at least 0.4899 BTC came to the account without an order of ours, however the orders in doubt",
        ),
        ("2.5", "1000", [SALE], "at least 0.4899 BTC went from the account"),
        ("3.01", "800", [BUY], "at least 198.99 USDT went from the account without an order of ours, however"),
        ("3", "800", [SALE], "200 USDT went from the account without an order of ours"),
        ("3", "1200", [SALE], "200 USDT came to the account without an order of ours"),
    ],
)
async def test_what_no_end_of_it_explains_is_told_once_it_has_lasted(btc, usdt, orders, said):
    venue = Venue(btc, usdt=usdt)
    _, _, remarks = await reading(venue, orders, times=1)
    assert remarks == []
    account, owner, remarks = await reading(venue, orders, times=4)
    [remark] = remarks
    assert remark.startswith(said)
    assert owner.told == []
    assert account.tracks[orders[0].client_order_id].unresolved


async def test_coins_that_are_gone_however_it_ended_stop_the_entries_of_their_bot():
    _, owner, remarks = await reading(Venue("0.5", usdt=1000), [SALE])
    [remark] = remarks
    assert remark.startswith(
        "the account holds 0.5 BTC, its bots' books 1: at least 0.4899 is missing, however the orders in doubt turn"
    )
    [stop] = owner.told
    assert isinstance(stop, Command)
    assert stop.mode is Mode.CANCEL_ENTRIES


async def test_what_was_so_only_once_is_not_told_and_must_last_anew():
    venue = Venue("3.5", usdt=1000)
    account, time, remarks = account_of(venue, Database(kept("2", usdt="1000")), Owner("1"), [BUY])
    for btc in ("3.5", "3", "3.5"):
        venue.btc = Decimal(btc)
        assert await read_balances(account) == ""
        time.ms += HORIZON_MS
    assert remarks == []
    assert await read_balances(account) == ""
    assert len(remarks) == 1


async def lasted(account):
    """Read it, and once more when no read can be from before that."""
    assert await read_balances(account) == ""
    await account.clocks.sleep(HORIZON_MS / 1000)
    assert await read_balances(account) == ""


async def test_what_is_left_is_told_when_the_order_has_ended():
    venue = Venue("3.5", usdt=1000)
    account, owner, remarks = await reading(venue, [BUY])
    assert len(remarks) == 1
    account.forget(owner.bot_id)
    await lasted(account)
    assert remarks[1:] == ["0.0101 BTC came to the account without an order of ours; 2.5 is in no book"]


async def test_at_rest_money_that_came_or_went_is_told_once_it_has_lasted_and_is_in_no_book():
    venue = Venue("3", usdt=1000)
    account, _, remarks = await reading(venue, [], times=1)
    venue.usdt = Decimal(750)
    assert await read_balances(account) == ""
    assert remarks == []
    await lasted(account)
    assert remarks == ["250 USDT went from the account without an order of ours"]
    assert await read_balances(account) == ""
    assert len(remarks) == 1
    assert account.residue.last["USDT"] == 750


async def test_a_deposit_that_was_heard_of_is_told_once_and_another_one_as_well():
    venue = Venue("3", usdt=1000)
    account, _, remarks = await reading(venue, [], times=1)
    for _ in range(2):  # a stream may tell it twice
        account.told(BalanceMoved("USDT", Decimal(250), 9_999_000))
    del remarks[:]
    venue.usdt = Decimal(1250)
    assert await read_balances(account) == ""
    assert remarks == []
    assert account.residue.last["USDT"] == 1250
    venue.usdt = Decimal(1500)
    await lasted(account)
    assert remarks == ["250 USDT came to the account without an order of ours"]
    account.told(BalanceMoved("USDT", Decimal(250), 9_999_500))
    assert await read_balances(account) == ""
    venue.usdt = Decimal(1750)
    await lasted(account)
    assert remarks[-1] == "250 USDT came to the account without an order of ours"


async def test_an_asset_that_nobody_has_read_before_is_neither_told_nor_kept_while_an_order_is_in_doubt():
    account, _, remarks = await reading(Venue("3", usdt=1000), [BUY], database=Database())
    assert remarks == []
    assert account.residue.kept == {}


async def test_an_asset_that_no_order_in_doubt_can_have_moved_is_kept_as_at_rest():
    database = Database({**kept("2", usdt="1000"), "ETH": Residual(Decimal(7), 0)})
    owner = Owner("1")
    account, time, remarks = account_of(Venue("3", usdt=1000), database, owner, [BUY])
    owner.held = lambda: {"BTC": owner.btc, "ETH": Decimal(0)}
    for _ in range(2):
        assert await read_balances(account) == ""
        time.ms += HORIZON_MS
    assert remarks == ["7 ETH went from the account without an order of ours; 0 is in no book"]
    assert database.kept["ETH"].qty == 0
    assert database.kept["BTC"] == kept("2")["BTC"]


async def test_a_bot_that_is_taking_news_holds_back_its_own_assets_alone():
    owner = Owner("1")
    account, time, remarks = account_of(Venue("2", usdt=1000), Database(kept("2", usdt="1000")), owner, [])
    owner.quiet = False
    for _ in range(3):
        assert await read_balances(account) == ""
        time.ms += HORIZON_MS
    assert remarks == []
    owner.quiet = True
    await lasted(account)
    assert remarks == ["1 BTC went from the account without an order of ours; 1 is in no book"]


async def test_an_order_of_ours_that_nobody_remembers_here_holds_everything_back():
    account, time, remarks = account_of(Venue("2", usdt=1000), Database(kept("2", usdt="1000")), Owner("1"), [])
    account.looking_up.add("stranger")
    for _ in range(3):
        assert await read_balances(account) == ""
        time.ms += HORIZON_MS
    assert remarks == []


async def test_orders_that_work_and_are_shown_otherwise_hold_back_what_they_trade():
    known = order("known", 1)
    account, time, remarks = account_of(
        Venue("3.5", usdt=1000), Database(kept("2", usdt="1000")), Owner("1"), [known, SALE]
    )
    track = account.tracks["known"]
    track.placing, track.known = False, True
    for _ in range(3):
        assert await read_balances(account) == ""
        time.ms += HORIZON_MS
    assert remarks == []


@pytest.mark.parametrize(("btc", "waits_s"), [("3.5", HORIZON_MS / 1000), ("3", 60.0)])
async def test_what_does_not_agree_is_read_again_as_soon_as_it_may_be_told(btc, waits_s, monkeypatch):
    account, _, _ = await reading(Venue(btc, usdt=1000), [BUY], times=1)
    waited = []

    async def happened(_event, seconds):
        waited.append(seconds)
        return False

    monkeypatch.setattr("botswain.engine.surfaces.happened", happened)
    account.manners = Manners(HORIZON_MS, poll_s=60.0)
    await due(account)
    assert waited == [waits_s]


def test_the_orders_of_these_scenes_are_in_doubt():
    assert {BUY.certainty, SALE.certainty} == {Certainty.UNKNOWN}


class Asked(Owner):
    """Knows the price when it asked for its orders."""

    def asked_at(self, _order):
        return Decimal(100)


@pytest.mark.parametrize(
    ("one", "btc", "usdt", "said"),
    [
        (replace(BUY, price=0), "3.01", "998", []),
        (replace(BUY, price=0), "3.01", "797.98", ["at least 200 USDT went from the account without an order of ours"]),
        (replace(SALE, price=0), "2.99", "1002", []),
        (replace(SALE, price=0), "2.99", "1202.02", ["at least 200 USDT came to the account without an order of ours"]),
        (SALE, "2.99", "1202.02", ["at least 200 USDT came to the account without an order of ours"]),
    ],
)
async def test_what_an_order_by_the_market_costs_or_brings_is_bounded_by_twice_the_price_it_was_asked_at(
    one, btc, usdt, said
):
    account, time, remarks = account_of(Venue(btc, usdt=usdt), Database(kept("2", usdt="1000")), Asked("1"), [one])
    for _ in range(2):
        assert await read_balances(account) == ""
        time.ms += HORIZON_MS
    assert [text.partition(",")[0] for text in remarks] == said
