"""An order that the venue says it never heard of: the balances are asked before that is believed, also after a restart.

The venue here answers every question about orders and fills with nothing, as one does that has forgotten them.
"""

import asyncio
from decimal import Decimal

import pytest
from msgspec.structs import replace
from tests.engine.test_tracks import LOT, UNITS

from botswain.engine.account import Account
from botswain.engine.account_ports import Resting
from botswain.engine.balances import read_balances
from botswain.engine.manners import Clocks, Manners
from botswain.engine.surfaces import read
from botswain.engine.unknown import seldom_s
from botswain.model.errands import AskBalances, AskFills, AskOrder, AskOrders
from botswain.model.errors import Unavailable
from botswain.model.intents import Certainty, Working
from botswain.model.order_events import Account as Held
from botswain.model.order_events import Balance, BalanceMoved, OrderReport, OwnTrade
from botswain.model.orders import Liquidity, OrderKind, OrderState, Side, Tif
from botswain.model.outcomes import Absent, Answer, Failed, Rows
from botswain.model.reasons import Reason
from botswain.model.venue_reports import FeeWord, VenueReport
from botswain.store.residues import Residual

HORIZON_MS, MOST_TURNS = 45_000, 100_000
LOTS, PRICE = 10, 1_000
FEE = Decimal("0.001")


def order(name="buy", side=1, lots=LOTS):
    return Working(
        name, symbol=0, slot=0, rev=1, attempt=1, side=side, kind=0, price=PRICE, trigger=0, tif=0, flags=0, link=0,
        leaves=lots, tag=0, certainty=Certainty.UNKNOWN,
    )  # fmt: skip


class Owner:
    """A bot whose books take what it is told at once."""

    bot_id, units, quiet = "bot", (UNITS,), True

    def __init__(self, btc="0"):
        self.btc, self.usdt, self.told, self.stopped = Decimal(btc), Decimal(0), [], set()

    def held(self):
        return {"BTC": self.btc}

    def cash(self):
        return {"USDT": self.usdt}

    def tell(self, news):
        self.told += news
        for one in news:
            if isinstance(one, VenueReport):
                self.btc += one.side * one.lots * LOT
                self.usdt -= one.side * one.lots * LOT * one.price * UNITS.tick

    def stopped_over(self, name):
        return name in self.stopped

    def last_price(self, _symbol):
        return Decimal("98.5")

    def asked_at(self, _order):
        return Decimal(0)

    def ends(self):
        return [(one.client_order_id, one.lots, one.reason) for one in self.told if isinstance(one, VenueReport)]


class Database:
    """What outlives the process."""

    def __init__(self, kept=None, resting=None):
        self.kept, self.rests, self.fails = dict(kept or {}), resting or Resting({}, frozenset()), False

    async def resting(self, _running):
        return self.rests

    async def order(self, _name):
        return None

    async def end(self, _name):
        return None

    async def keep_residue(self, found):
        if self.fails:
            raise Unavailable("the disk is full")
        self.kept |= found


class Venue:
    """Holds so much; by hand: an order of its owner with its fill; fills: those whose orders it does not list."""

    def __init__(self, btc, by_hand=(), usdt=0):
        self.btc, self.usdt, self.by_hand, self.fills = Decimal(btc), Decimal(usdt), by_hand, ()

    async def ask(self, _account, question):
        if isinstance(question, AskBalances):
            there = [Balance("BTC", self.btc, Decimal(0)), Balance("USDT", self.usdt, Decimal(0))]
            return Answer(Held(True, FEE, FEE, 0, tuple(there)))
        if isinstance(question, AskOrder):
            return Absent("Order does not exist.")
        if isinstance(question, AskFills):
            return Answer(Rows((*(one for _, one in self.by_hand), *self.fills)))
        return Answer(Rows(tuple(one for one, _ in self.by_hand) if isinstance(question, AskOrders) else ()))


class Time:
    """Time goes by when somebody sleeps."""

    def __init__(self):
        self.ms = 10_000_000

    async def sleep(self, seconds):
        self.ms += int(seconds * 1000)
        await asyncio.sleep(0)


def account_of(venue, database, owner, orders, time=None):
    time = time or Time()
    clocks = Clocks(lambda: time.ms, lambda: time.ms, time.sleep)
    remarks = []
    made = Account("acc", venue, clocks, Manners(HORIZON_MS), (bytes(32),), database, remark=remarks.append)
    made.residue.kept.update(database.kept)
    made.attach(owner, [(one, frozenset()) for one in orders])
    for track in made.tracks.values():
        track.sent_ms = time.ms
    return made, time, remarks


async def found_out(account, time, minutes=5):
    """Read as the engine does until nothing is in doubt, or so long."""
    end_ms = time.ms + minutes * 60_000
    await read(account)
    for _ in range(MOST_TURNS):
        if not account.tasks or time.ms >= end_ms:
            break
        await asyncio.sleep(0)
    tasks = list(account.tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def kept(qty, at_ms=0, usdt=None):
    found = {"BTC": Residual(Decimal(qty), at_ms)}
    return found if usdt is None else {**found, "USDT": Residual(Decimal(usdt), at_ms)}


async def test_an_order_that_never_arrived_is_free_where_the_balances_agree():
    owner = Owner()
    account, time, _ = account_of(Venue("2"), Database(kept("2")), owner, [order()])
    began_ms = time.ms
    await found_out(account, time)
    assert owner.ends() == [("buy", 0, Reason.NOT_PLACED)]
    assert time.ms - began_ms >= HORIZON_MS


async def test_an_order_that_filled_and_was_forgotten_is_booked_after_a_restart_too():
    owner = Owner()
    account, time, remarks = account_of(Venue("2.00999"), Database(kept("2")), owner, [order()])
    await found_out(account, time)
    assert [(name, lots) for name, lots, _ in owner.ends()] == [("buy", LOTS)]
    assert any("the venue has forgotten it" in one for one in remarks)


@pytest.mark.parametrize(("price", "booked"), [(PRICE, 1_000), (0, 985)])
async def test_it_is_booked_at_its_own_price_or_at_the_last_that_its_bot_has_seen(price, booked):
    owner = Owner()
    account, time, remarks = account_of(Venue("2.01"), Database(kept("2")), owner, [replace(order(), price=price)])
    await found_out(account, time)
    [fill] = [one for one in owner.told if isinstance(one, VenueReport)]
    assert (fill.price, fill.fee_word) == (booked, FeeWord.INFERRED)
    assert any(f"booked at {booked / 10:g}" in one for one in remarks)


async def test_two_that_filled_while_nobody_could_write_are_both_booked():
    owner = Owner("0.03")
    orders = [order(), order("sale", -1, 30)]
    account, time, _ = account_of(Venue("2.00999"), Database(kept("2")), owner, orders)
    await found_out(account, time)
    assert {(name, lots) for name, lots, _ in owner.ends()} == {("buy", LOTS), ("sale", 30)}


async def test_of_two_the_one_that_filled_is_booked_and_the_other_was_never_placed():
    owner = Owner()
    orders = [order(), order("more", 1, 25)]
    account, time, _ = account_of(Venue("2.025"), Database(kept("2")), owner, orders)
    await found_out(account, time)
    assert {(name, lots) for name, lots, _ in owner.ends()} == {("buy", 0), ("more", 25)}


@pytest.mark.parametrize("there", ["2.005", "1.5", "7"])
async def test_what_no_order_explains_is_never_guessed_and_keeps_its_slot_blocked(there):
    owner = Owner()
    database = Database(kept("2"))
    account, time, remarks = account_of(Venue(there), database, owner, [order()])
    await found_out(account, time, minutes=20)
    assert owner.ends() == []
    assert account.tracks["buy"].unresolved
    said = [one for one in remarks if "nobody can say what became of order buy" in one]
    assert len(said) == 1
    assert "Since 1970-01-01T00:00:00Z the account holds " in said[0]
    more = Decimal(there) - Decimal(2)
    assert f"{abs(more).normalize():f} BTC {'more' if more > 0 else 'less'} than anything explains" in said[0]
    assert "put back what was moved there by hand" in said[0]
    # The next process, whose bot is stopped for that order, does not say it again.
    owner.stopped.add("buy")
    account, time, again = account_of(Venue(there), database, owner, [order()])
    await found_out(account, time, minutes=20)
    assert again == []
    assert database.kept == kept("2")


@pytest.mark.parametrize(
    ("btc", "usdt", "orders", "filled"),
    [
        ("2.003996", "999.6", [order(lots=10)], {"buy": 4}),
        ("1.996", "1000.3996", [order("sale", -1, 10)], {"sale": 4}),
        ("1.99", "1001.998", [order("sale", -1), replace(order("dear", -1), price=2_000)], {"sale": 0, "dear": 10}),
    ],
)
async def test_a_part_that_filled_and_which_of_two_it_was_is_booked_where_the_cash_says_so(btc, usdt, orders, filled):
    owner = Owner()
    account, time, _ = account_of(Venue(btc, usdt=usdt), Database(kept("2", usdt="1000")), owner, orders)
    await found_out(account, time)
    told = dict.fromkeys(filled, 0)
    for one in owner.told:
        if isinstance(one, VenueReport):
            told[one.client_order_id] += one.lots
    assert told == filled
    assert not account.tracks


async def test_sales_that_nobody_paid_for_have_not_filled():
    owner = Owner("0.01")
    account, time, _ = account_of(Venue("2", usdt=1_000), Database(kept("2", usdt="1000")), owner, [order("sale", -1)])
    await found_out(account, time, minutes=20)
    assert owner.ends() == []
    assert account.tracks["sale"].unresolved


def by_hand(lots=20, at_ms=9_000_000):
    """An order of the owner's own that has bought so much at 100."""
    qty = lots * LOT
    fill = OwnTrade(
        "BTC/USDT",
        "77",
        "5",
        "web_1",
        Side.BUY,
        Decimal(100),
        qty,
        qty * 100,
        Decimal(0),
        "USDT",
        Liquidity.MAKER,
        at_ms,
    )
    there = OrderReport(
        "BTC/USDT", "web_1", "5", "", Side.BUY, OrderKind.LIMIT, False, Tif.GTC, OrderState.FILLED, qty, Decimal(100),
        Decimal(0), 0, qty, qty * 100, at_ms, (),
    )  # fmt: skip
    return there, fill


async def test_what_nobody_can_say_is_said_with_what_is_unexplained_without_what_was_traded_by_hand():
    database = Database(kept("2", usdt="0"))
    account, time, remarks = account_of(Venue("2.0257", [by_hand()], usdt="-2"), database, Owner(), [order()])
    await found_out(account, time, minutes=20)
    [said] = [one for one in remarks if "nobody can say what became of order buy" in one]
    assert "the account holds 0.0057 BTC more than anything explains." in said
    assert said.count("order buy") == 1


async def test_where_that_cannot_be_read_it_is_said_with_it():
    venue = Venue("2.0257", usdt="-2")
    account, time, remarks = account_of(venue, Database(kept("2", usdt="0")), Owner(), [order()])
    ask = venue.ask

    async def answered(account_id, question):
        failed = isinstance(question, AskOrders) and question.since_ms < 0
        return Failed("status 503, code -1008: overloaded", 503, -1008) if failed else await ask(account_id, question)

    venue.ask = answered
    await found_out(account, time, minutes=20)
    [said] = [one for one in remarks if "nobody can say what became of order buy" in one]
    assert "0.0257 BTC more and 2 USDT less than anything explains; what was traded by hand could not be read" in said


@pytest.mark.parametrize("before_min", [0, 9, 30])
async def test_that_nobody_can_say_is_said_ten_minutes_after_the_request_however_often_it_was_started_anew(before_min):
    account, time, _ = account_of(Venue("2.005"), Database(kept("2")), Owner(), [order()])
    track = account.tracks["buy"]
    began_ms = time.ms
    track.asked_ms = began_ms - before_min * 60_000 if before_min else 0
    told = []
    account.remark = lambda text: told.append(time.ms) if "nobody can say" in text else None
    await found_out(account, time, minutes=20)
    [told_ms] = told
    due_ms = max(began_ms + (10 - before_min) * 60_000, began_ms + HORIZON_MS)
    assert due_ms <= told_ms <= due_ms + 45_000


async def test_a_deposit_that_is_heard_of_after_it_was_read_is_told_once():
    venue = Venue("2", usdt="100")
    account, time, remarks = account_of(venue, Database(kept("2", usdt="100")), Owner(), [])
    await read(account)
    venue.usdt += 250
    for _ in range(3):
        await read(account)
        time.ms += 2 * HORIZON_MS
    account.told(BalanceMoved("USDT", Decimal("250.00000000"), 9_999_000))
    account.told(BalanceMoved("USDT", Decimal("-91.25000000"), 9_999_500))
    assert remarks == [
        "250 USDT came to the account without an order of ours",
        "91.25 USDT went from the account without an order of ours",
    ]


async def test_what_cannot_be_found_out_is_looked_for_more_and_more_seldom_and_never_given_up():
    venue, owner = Venue("2.005"), Owner()
    account, time, _ = account_of(venue, Database(kept("2")), owner, [order()])
    asked, ask = [], venue.ask

    async def counted(account_id, question):
        asked.append(time.ms)
        return await ask(account_id, question)

    venue.ask = counted
    began_ms = time.ms
    await found_out(account, time, minutes=120)
    first, last = (sum(begin <= (one - began_ms) / 60_000 < begin + 5 for one in asked) for begin in (0, 110))
    assert 0 < 4 * last < first
    venue.btc = Decimal(2)
    await found_out(account, time)
    assert owner.ends() == [("buy", 0, Reason.NOT_PLACED)]


def test_many_orders_that_nothing_explains_ask_no_more_together_than_a_few():
    assert [seldom_s(0, 40), seldom_s(1, 1), seldom_s(1, 10), seldom_s(1, 40)] == [0.0, 3.0, 30.0, 120.0]
    assert [seldom_s(stuck, 1) for stuck in (5, 6, 9, 10, 5_000)] == [3.0, 10.0, 80.0, 160.0, 160.0]


async def test_what_was_bought_by_hand_meanwhile_is_no_fill_of_ours():
    bought = OwnTrade(
        "BTCUSDT", "5", "99", "", Side.BUY, Decimal(100), Decimal("0.4"), Decimal(40), Decimal("0.0004"), "BTC",
        Liquidity.TAKER, 9_990_000,
    )  # fmt: skip
    by_hand = OrderReport(
        "BTCUSDT", "by-hand", "99", "", Side.BUY, OrderKind.LIMIT, False, Tif.GTC, OrderState.FILLED, Decimal("0.4"),
        Decimal(100), Decimal(0), 0, Decimal("0.4"), Decimal(40), 9_990_000,
    )  # fmt: skip
    owner = Owner()
    venue = Venue("2.3996", [(by_hand, bought)])
    account, time, _ = account_of(venue, Database(kept("2", 9_980_000)), owner, [order()])
    await found_out(account, time)
    assert owner.ends() == [("buy", 0, Reason.NOT_PLACED)]


@pytest.mark.parametrize(("at_ms", "ends"), [(9_990_000, [("buy", 0, Reason.NOT_PLACED)]), (9_970_000, [])])
async def test_nor_is_a_deposit_that_was_heard_of_however_often(at_ms, ends):
    owner = Owner()
    account, time, _ = account_of(Venue("2.5"), Database(kept("2", 9_980_000)), owner, [order()])
    account.told(BalanceMoved("BTC", Decimal("0.5"), at_ms))
    account.told(BalanceMoved("BTC", Decimal("0.5"), at_ms))
    await found_out(account, time)
    assert owner.ends() == ends


async def test_a_fill_that_is_booked_needs_no_order_that_is_still_remembered():
    fill = OwnTrade(
        "BTCUSDT", "5", "99", "", Side.BUY, Decimal(100), Decimal("0.4"), Decimal(40), Decimal(0), "BTC",
        Liquidity.MAKER, 9_999_000,
    )  # fmt: skip
    owner, venue = Owner(), Venue("2")
    venue.fills = (fill,)
    account, time, _ = account_of(venue, Database(kept("2")), owner, [order()])
    await found_out(account, time)
    assert owner.ends() == []
    account, time, _ = account_of(venue, Database(kept("2")), owner, [order()])
    account.trades["BTC/USDT", "5"] = "an order that ended long ago"
    await found_out(account, time)
    assert owner.ends() == [("buy", 0, Reason.NOT_PLACED)]


async def test_lists_that_lacked_something_once_are_read_anew_and_keep_no_order_in_doubt():
    fill = OwnTrade(
        "BTCUSDT", "5", "99", "", Side.BUY, Decimal(100), Decimal("0.4"), Decimal(40), Decimal(0), "BTC",
        Liquidity.MAKER, 9_999_000,
    )  # fmt: skip
    by_hand = OrderReport(
        "BTCUSDT", "by-hand", "99", "", Side.BUY, OrderKind.LIMIT, False, Tif.GTC, OrderState.FILLED, Decimal("0.4"),
        Decimal(100), Decimal(0), 0, Decimal("0.4"), Decimal(40), 9_999_000,
    )  # fmt: skip
    owner, venue = Owner(), Venue("2", [(by_hand, fill)])
    account, time, _ = account_of(venue, Database(kept("2")), owner, [order()])
    asked, ask = [], venue.ask

    async def cut_short(account_id, question):
        found = await ask(account_id, question)
        if isinstance(question, AskOrders):
            asked.append(time.ms)
            return found if len(asked) > 1 else Answer(Rows(()))
        return found

    venue.ask = cut_short
    began_ms = time.ms
    await found_out(account, time)
    assert owner.ends() == [("buy", 0, Reason.NOT_PLACED)]
    assert time.ms - began_ms < 2 * HORIZON_MS


async def test_one_of_before_a_restart_may_have_been_sent_a_moment_before_that():
    owner = Owner()
    account, time, _ = account_of(Venue("2"), Database(kept("2")), owner, [order()])
    account.tracks["buy"].sent_ms = 0
    began_ms = time.ms
    await found_out(account, time)
    assert owner.ends() == [("buy", 0, Reason.NOT_PLACED)]
    assert time.ms - began_ms >= HORIZON_MS


async def test_what_another_order_in_doubt_held_back_is_looked_for_as_soon_as_that_one_is_known():
    venue, owner = Venue("2"), Owner()
    account, time, _ = account_of(venue, Database(kept("2")), owner, [order(), order("other", 1, 3)])
    began_ms, ask = time.ms, venue.ask
    known_ms = began_ms + 15 * 60_000

    async def other_unanswered(account_id, question):
        if isinstance(question, AskOrder) and question.client_order_id == "other" and time.ms < known_ms:
            return Failed("no reply within 12 s")
        return await ask(account_id, question)

    venue.ask = other_unanswered
    await found_out(account, time, minutes=25)
    assert {name for name, *_ in owner.ends()} == {"buy", "other"}
    assert time.ms - known_ms < 2 * account.manners.round_ms + 20_000


async def test_an_order_that_never_arrived_is_free_as_soon_as_that_can_be_said():
    owner = Owner()
    account, time, _ = account_of(Venue("2"), Database(kept("2")), owner, [order()])
    began_ms = time.ms
    await found_out(account, time)
    assert HORIZON_MS + account.manners.round_ms <= time.ms - began_ms < HORIZON_MS + account.manners.round_ms + 1_000


async def test_a_change_may_be_a_fill_of_a_bot_that_does_not_run_here():
    owner = Owner()
    database = Database(kept("2"), Resting({"BTC": Decimal(1)}, frozenset({"BTC"})))
    account, time, _ = account_of(Venue("3.01"), database, owner, [order()])
    await found_out(account, time)
    assert owner.ends() == []
    account, time, _ = account_of(Venue("3"), database, owner, [order()])
    await found_out(account, time)
    assert owner.ends() == [("buy", 0, Reason.NOT_PLACED)]


async def test_where_nothing_was_ever_kept_nothing_contradicts_the_surfaces():
    owner = Owner()
    account, time, _ = account_of(Venue("2.01"), Database(), owner, [order()])
    await found_out(account, time)
    assert owner.ends() == [("buy", 0, Reason.NOT_PLACED)]


async def test_what_is_found_at_rest_is_kept_and_tried_again_where_the_disk_is_full():
    database = Database()
    database.fails = True
    account, _, remarks = account_of(Venue("2"), database, Owner("0.5"), [])
    await read(account)
    assert not database.kept
    assert "could not be kept: the disk is full" in remarks[-1]
    database.fails = False
    await read(account)
    assert database.kept["BTC"].qty == Decimal("1.5")
    assert database.kept["USDT"].qty == 0


async def test_nothing_is_kept_or_said_while_an_order_that_works_is_not_shown_as_it_is_known():
    database = Database(kept("2"))
    account, _, remarks = account_of(Venue("2.01"), database, Owner(), [order()])
    track = account.tracks["buy"]
    track.placing, track.state = False, OrderState.NEW
    assert await read_balances(account) == ""
    assert not account.residue.last
    assert not account.residue.pending
    assert remarks == []
