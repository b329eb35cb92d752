"""A cancel that was answered and not done: what the order fills after its end is found, booked and told as ours.

What it leaves in the account looks like somebody else's until the symbol's fills are asked for orders of ours.
"""

import asyncio
from decimal import Decimal
from types import SimpleNamespace

import msgspec
import pytest
from tests.cli.live_bench import Bench, exchange, ladder, true_soon
from tests.engine.test_balances import HORIZON_MS, MOST_TURNS, Database, Owner, Time, Venue
from tests.engine.test_lagging_reads import KEY, OURS
from tests.engine.test_tracks import LOT, UNITS, fill, report
from tests.sandbox.ports import served

from botswain.engine.account import Account
from botswain.engine.account_ports import Elsewhere, Resting
from botswain.engine.late_fills import BEFORE_MS, OLDEST_MS, fills_of_ours, since_of
from botswain.engine.manners import Clocks, Manners, Stamps
from botswain.engine.order_ids import OrderIds
from botswain.engine.surfaces import read
from botswain.engine.tracks import INFERRED, track_of
from botswain.model.errands import AskFills, AskOrder, AskOrders, AskWorking
from botswain.model.errors import Unavailable
from botswain.model.intents import Working
from botswain.model.news import Surfaced
from botswain.model.orders import OrderState
from botswain.model.outcomes import Absent, Answer, Broken, Failed, Rows
from botswain.store.residues import Residual

ORDER = Working(
    OURS, symbol=0, slot=0, rev=1, attempt=1, side=1, kind=0, price=1_000, trigger=0, tif=0, flags=0, link=0, leaves=10,
    tag=0,
)  # fmt: skip
SAID = f"order {OURS}: it counted as ended, and has filled 0.01 BTC/USDT more at the venue since, number 7"


class Filled(Venue):
    """Somebody's order has filled; ours of that name and number, or one by hand. fails: what is not answered."""

    def __init__(self, name=OURS):
        super().__init__("0.010", usdt="-1")
        self.name, self.fails, self.asked = name, (), []

    async def ask(self, account, question):
        self.asked.append(type(question))
        if isinstance(question, self.fails):
            return Failed("status 503, code -1008: overloaded", 503, -1008)
        there = msgspec.structs.replace(report(OrderState.FILLED, 10, ()), client_order_id=self.name)
        if isinstance(question, AskWorking):
            return Answer(Rows(()))
        if isinstance(question, AskOrder):
            return Answer(there) if question.client_order_id == self.name else Absent()
        if isinstance(question, AskOrders):
            return Answer(Rows((there,)))
        if isinstance(question, AskFills):
            return Answer(Rows((fill(1, 4), fill(2, 6))))
        return await super().ask(account, question)


class Journal(Database):
    """of: what it knows of the order; other: the bot that does not run here whose it is; numbers: the venue's.

    looked_after, booked: whether another fleet of the process has that bot, and the trades in its book
    """

    of, other, numbers, down, looked_after, booked = None, "", frozenset(), False, False, ()

    async def order(self, _name):
        return self.of

    async def named(self, _symbol, numbers):
        if self.down:
            raise Unavailable("the disk is gone")
        return {one: OURS for one in numbers if one in self.numbers}

    async def elsewhere(self, _name):
        return Elsewhere(self.other, self.looked_after, frozenset(self.booked)) if self.other else None


def at_rest(venue, journal):
    """An account that held nothing when it was last at rest, its bot, and what is said."""
    time, owner, said = Time(), Owner(), []
    clocks = Clocks(lambda: time.ms, lambda: time.ms, time.sleep)
    journal.kept = {"BTC": Residual(Decimal(0), 1), "USDT": Residual(Decimal(0), 1)}
    account = Account("acc", venue, clocks, Manners(HORIZON_MS), (KEY,), journal, remark=said.append)
    account.residue.kept.update(journal.kept)
    account.attach(owner, [])
    return account, owner, said, time


async def swept(account, times=3):
    """Read so often, each time as long after the one before as a read may be old."""
    for k in range(times):
        if k:
            await account.clocks.sleep(HORIZON_MS / 1000)
        why = await read(account)
        for _ in range(MOST_TURNS):
            if not account.tasks:
                break
            await asyncio.sleep(0)
    return why


def booked(owner):
    return [(lots, reason) for _, lots, reason in owner.ends()]


def someone_elses(said):
    return [one for one in said if "without an order of ours" in one]


async def test_one_that_this_process_saw_end_is_booked_and_told_as_ours():
    account, owner, said, _ = at_rest(Filled(), Journal())
    account.attach(owner, [(ORDER, frozenset())])
    there = msgspec.structs.replace(report(OrderState.CANCELED), client_order_id=OURS)
    account.order_told(there)
    assert set(account.ended) == {OURS}
    owner.told.clear()
    await swept(account)
    assert booked(owner) == [(4, 0), (6, 0)]
    assert [one.startswith(SAID) for one in said] == [True]


@pytest.mark.parametrize("numbers", [{"7"}, set()], ids=["the journal has its number", "only its mark tells"])
async def test_one_that_only_the_journal_remembers_is_given_back_to_its_bot(numbers):
    journal = Journal()
    journal.of, journal.numbers = ("bot", ORDER, frozenset()), numbers
    venue = Filled()
    account, owner, said, _ = at_rest(venue, journal)
    await swept(account)
    assert isinstance(owner.told[0], Surfaced)
    assert booked(owner) == [(4, 0), (6, 0)]
    assert [one.startswith(SAID) for one in said] == [True]
    assert (AskOrders in venue.asked) is not bool(numbers)


async def test_what_is_booked_of_it_already_is_not_booked_again():
    journal = Journal()
    partly = msgspec.structs.replace(ORDER, leaves=0, filled=10)
    journal.of, journal.numbers = ("bot", partly, frozenset({"8", "9"})), {"7"}
    account, owner, said, _ = at_rest(Filled(), journal)
    await swept(account)
    assert owner.told == []
    assert someone_elses(said) == said != []


async def test_one_by_hand_is_told_as_somebody_elses_as_ever():
    account, owner, said, _ = at_rest(Filled("by-hand"), Journal())
    await swept(account)
    assert booked(owner) == []
    assert len(someone_elses(said)) == 2
    assert len(said) == 2


async def test_one_of_a_bot_that_does_not_run_here_is_named_once_and_nothing_is_made_of_it():
    journal = Journal()
    journal.other, journal.numbers = "grid", {"7"}
    account, owner, said, time = at_rest(Filled(), journal)
    await swept(account)
    assert said == [f"order {OURS} at the venue is of bot 'grid', which does not run here: its next start books it"]
    time.ms += 10 * HORIZON_MS
    await swept(account)
    assert len(said) == 1
    assert journal.kept["BTC"].qty == 0
    assert booked(owner) == []


async def test_one_of_a_bot_of_another_fleet_of_this_process_is_no_news_and_nothing_is_made_of_it():
    journal = Journal()
    journal.other, journal.numbers, journal.looked_after = "grid", {"7"}, True
    venue = Filled()
    account, _, said, time = at_rest(venue, journal)
    account.order_told(msgspec.structs.replace(report(OrderState.NEW), client_order_id=OURS))
    await swept(account)
    assert said == []
    # Its fleet has booked it: what is in no book now was nobody of ours.
    journal.rests = Resting({"BTC": 10 * LOT}, frozenset(), {"USDT": Decimal(-1)}, frozenset({"BTC/USDT"}))
    journal.booked = ("1", "2")
    time.ms += 10 * HORIZON_MS
    await swept(account)
    assert said == []
    venue.btc += 1
    await swept(account)
    assert someone_elses(said) == said
    assert [one.split(" ")[:2] for one in said] == [["1", "BTC"]]


async def test_what_is_told_of_an_order_is_told_once_however_often_it_is_shown_and_by_whichever_fleet():
    journal = Journal()
    journal.other = "grid"
    said, said_of = [], {}
    for _ in range(2):
        account, _, mine, _ = at_rest(Venue("0"), journal)
        account.elsewhere = said_of
        for _ in range(3):
            account.order_told(msgspec.structs.replace(report(OrderState.NEW), client_order_id=OURS))
            await swept(account, 1)
        said += mine
    assert said == [f"order {OURS} at the venue is of bot 'grid', which does not run here: its next start books it"]


class OfAnother(Filled):
    """What has filled is of a symbol that no bot of this fleet trades. unread: its fills are not answered."""

    unread = False

    async def ask(self, account, question):
        if isinstance(question, AskFills) and question.symbol != "ETH/USDT":
            return Answer(Rows(()))
        if isinstance(question, AskFills) and self.unread:
            return Failed("status 400, code -1121: Invalid symbol", 400, -1121)
        return await super().ask(account, question)


@pytest.mark.parametrize("unread", [False, True])
async def test_fills_on_symbols_that_only_other_fleets_trade_are_looked_for_too(unread):
    journal = Journal()
    journal.other, journal.numbers, journal.looked_after = "eth", {"7"}, True
    journal.rests = Resting({}, frozenset({"ETH", "USDT"}), {}, frozenset({"ETH/USDT"}))
    venue = OfAnother()
    venue.btc, venue.unread = Decimal(0), unread
    account, _, said, _ = at_rest(venue, journal)
    assert await swept(account) == ""
    assert said == []
    journal.booked = ("1", "2")
    assert await swept(account) == ""
    assert (someone_elses(said) == said != []) is not unread


async def test_coins_and_money_of_bots_that_are_about_to_start_wait_until_they_have_joined():
    journal = Journal()
    journal.rests = Resting({}, frozenset(), {}, frozenset(), frozenset({"BTC", "USDT"}))
    account, _, said, time = at_rest(Filled("by-hand"), journal)
    await swept(account)
    assert said == []
    assert {"BTC": Decimal(0), "USDT": Decimal(0)} == {asset: one.qty for asset, one in journal.kept.items()}
    journal.rests = Resting({}, frozenset())
    time.ms += 10 * HORIZON_MS
    await swept(account)
    assert len(someone_elses(said)) == 2


async def test_one_with_our_mark_that_no_journal_knows_is_named_and_the_change_is_told():
    account, _, said, _ = at_rest(Filled(), Journal())
    await swept(account)
    assert sum("carries our mark and no journal here knows it" in one for one in said) == 1
    assert len(someone_elses(said)) == 2


@pytest.mark.parametrize("fails", [AskFills, AskOrders, AskOrder])
async def test_where_it_cannot_be_read_nothing_is_told_until_it_can(fails):
    venue, journal = Filled(), Journal()
    journal.of = "bot", ORDER, frozenset()
    account, owner, said, _ = at_rest(venue, journal)
    venue.fails = fails
    assert "-1008" in await swept(account)
    assert said == []
    venue.fails = ()
    await swept(account)
    assert [one.startswith(SAID) for one in said] == [True]
    assert owner.btc == 10 * LOT


async def test_nor_where_the_journal_does_not_answer():
    journal = Journal()
    journal.down = True
    account, _, said, _ = at_rest(Filled(), journal)
    assert "the disk is gone" in await swept(account)
    assert said == []


class Forgot(Filled):
    """Knows nothing of the order any more; its fills are there still."""

    async def ask(self, account, question):
        if isinstance(question, AskOrder):
            return Absent("Order does not exist.")
        if isinstance(question, AskFills):
            return Answer(
                Rows(tuple(msgspec.structs.replace(one, client_order_id="") for one in (fill(1, 4), fill(2, 6))))
            )
        return await super().ask(account, question)


@pytest.mark.parametrize("remembered", [True, False])
async def test_one_that_the_venue_has_forgotten_is_booked_by_its_fills(remembered):
    journal = Journal()
    journal.of, journal.numbers = ("bot", ORDER, frozenset()), {"7"}
    account, owner, said, _ = at_rest(Forgot(), journal)
    if remembered:
        account.attach(owner, [(ORDER, frozenset())])
        account.order_told(msgspec.structs.replace(report(OrderState.CANCELED), client_order_id=OURS))
        assert set(account.ended) == {OURS}
    await swept(account)
    assert booked(owner)[-2:] == [(4, 0), (6, 0)]
    assert [one.startswith(SAID) for one in said] == [True]
    assert owner.btc == 10 * LOT


class Odd(Filled):
    """Its first lists of a kind are not whole: they lack what is new, or have a row that cannot be read."""

    def __init__(self, kind, rows, first=2):
        super().__init__()
        self.kind, self.rows, self.first = kind, rows, first

    async def ask(self, account, question):
        if isinstance(question, self.kind) and self.first > 0:
            self.first -= 1
            return Answer(self.rows)
        return await super().ask(account, question)


UNREAD = Rows((), (Broken(0, "row 0 is not an own trade"),))


@pytest.mark.parametrize(
    ("kind", "rows", "numbers"),
    [(AskFills, UNREAD, {"7"}), (AskOrders, UNREAD, set()), (AskFills, Rows(()), {"7"})],
    ids=["a fill is not read", "its order is not read", "the list lags behind"],
)
async def test_a_list_that_is_not_whole_is_no_answer_and_is_asked_for_again(kind, rows, numbers):
    journal = Journal()
    journal.of, journal.numbers = ("bot", ORDER, frozenset()), numbers
    account, owner, said, _ = at_rest(Odd(kind, rows, first=1), journal)
    await swept(account, times=1)
    assert someone_elses(said) == []
    assert account.residue.odd.keys() >= {"BTC", "USDT"}, "it is read again soon"
    await swept(account, times=4)
    assert booked(owner) == [(4, 0), (6, 0)]
    assert someone_elses(said) == []
    assert sum("not every row can be read (row 0 is not an own trade)" in one for one in said) == bool(rows.broken)


async def test_as_long_as_a_row_cannot_be_read_that_is_told_once_and_nothing_else():
    venue = Odd(AskFills, UNREAD, first=1_000)
    account, _, said, _ = at_rest(venue, Journal())
    await swept(account, times=5)
    assert len(said) == 1
    assert said[0].startswith("what the account holds of BTC and USDT does not agree with the books")
    venue.name, venue.first = "by-hand", 0
    await swept(account, times=3)
    assert len(someone_elses(said)) == len(said) - 1 == 2


PARTLY = msgspec.structs.replace(ORDER, leaves=6, filled=4)


@pytest.mark.parametrize(
    ("order", "trades", "lots"),
    [
        (PARTLY, {"1"}, [6]),
        (PARTLY, {f"{INFERRED}1"}, [6]),
        (msgspec.structs.replace(ORDER, leaves=0, filled=10), {"1", "2"}, []),
        (msgspec.structs.replace(ORDER, leaves=0, filled=10), {f"{INFERRED}1"}, []),
        (msgspec.structs.replace(ORDER, side=-1), set(), []),
        (msgspec.structs.replace(ORDER, leaves=9), set(), []),
    ],
    ids=["a part was booked", "a part was inferred", "all was booked", "all was inferred", "other side", "too much"],
)
async def test_of_one_that_the_venue_has_forgotten_only_what_is_its_own_and_in_no_book_is_booked(order, trades, lots):
    journal = Journal()
    journal.of, journal.numbers = ("bot", order, frozenset(trades)), {"7"}
    account, owner, said, _ = at_rest(Forgot(), journal)
    await swept(account)
    assert [lot for lot, _ in booked(owner) if lot] == lots
    assert sum("it counted as ended, and has filled" in one for one in said) == bool(lots)


async def test_one_that_the_venue_has_forgotten_of_a_bot_that_does_not_run_here_is_named_and_nothing_is_made_of_it():
    journal = Journal()
    journal.other, journal.numbers = "grid", {"7"}
    account, owner, said, _ = at_rest(Forgot(), journal)
    await swept(account)
    assert said == [f"order {OURS} at the venue is of bot 'grid', which does not run here: its next start books it"]
    assert booked(owner) == []


async def test_one_in_doubt_that_the_venue_has_forgotten_is_left_to_its_search():
    journal = Journal()
    journal.of, journal.numbers = ("bot", ORDER, frozenset()), {"7"}
    account, owner, said, _ = at_rest(Forgot(), journal)
    account.owners["bot"] = owner
    account.tracks[OURS] = track_of("bot", UNITS, ORDER, frozenset())
    assert not (await fills_of_ours(account, ["BTC/USDT"], 0)).booking
    assert said == []


WORKS = OrderIds(("epoch", "tenant", "acc", "bot"), KEY, ()).of("BTC/USDT", 1, 1, 1)


class StillWorks(Filled):
    """Beside the one that filled another one works that had ended by the journal; its own read is not answered."""

    async def ask(self, account, question):
        there = msgspec.structs.replace(report(OrderState.NEW), client_order_id=WORKS, venue_order_id="8")
        if isinstance(question, AskOrder) and question.client_order_id == WORKS:
            return Failed("status 503, code -1008: overloaded", 503, -1008)
        found = await super().ask(account, question)
        return Answer(Rows((there,))) if isinstance(question, AskWorking) else found


class Ended(Journal):
    """Knows both, and that both had ended."""

    async def order(self, name):
        return "bot", msgspec.structs.replace(ORDER, client_order_id=name), frozenset()

    async def end(self, _name):
        return OrderState.CANCELED, 10_000_000


async def test_one_is_booked_while_another_order_that_had_ended_and_works_is_looked_up():
    venue, journal = StillWorks(), Ended()
    account, owner, said, time = at_rest(venue, journal)
    account.surprise.clear()
    assert await read(account) == ""
    assert WORKS in account.looking_up
    assert venue.asked.count(AskFills) == 1
    for _ in range(MOST_TURNS):
        if not account.tasks:
            break
        await asyncio.sleep(0)
    assert booked(owner) == [(4, 0), (6, 0)]
    assert [one.startswith(SAID) for one in said] == [True]
    assert account.surprise.is_set(), "what could not be compared is, as soon as nothing is looked up"
    account.surprise.clear()
    time.ms += 10 * HORIZON_MS
    await swept(account)
    assert not account.surprise.is_set(), "one that nobody can place has everything read at once no second time"


def test_fills_are_looked_for_by_the_clock_that_they_are_stamped_with():
    """A market that replays another year: what was never at rest goes back a day there, not from the wall's today."""
    clocks = Clocks(lambda: 0, lambda: 1_800_000_000_000, asyncio.sleep, Stamps(lambda: 5, lambda: 1_700_000_000_000))
    account = SimpleNamespace(clocks=clocks, manners=Manners(1_000))
    assert since_of(account, {}, ["BTC"]) == 1_700_000_000_000 - OLDEST_MS - BEFORE_MS
    rested = {"BTC": Residual(Decimal(1), 1_600_000_000_000)}
    assert since_of(account, rested, ["BTC"]) == 1_600_000_000_000 - BEFORE_MS


async def test_one_is_booked_at_a_start_where_others_work_that_had_ended_as_soon_as_those_are_known(kernels, tmp_path):
    with served(exchange(kernels)) as site:
        bench = Bench(site, kernels, tmp_path)
        async with bench.crew(ladder("one", on_stop="cancel_all")) as crew:
            await bench.step(crew, 3)
            site.control("POST", "faults", {"name": "cancel_ignored", "times": -1})
        site.control("DELETE", "faults")
        working = len(bench.account().open)
        for _ in range(40):
            await site.step_soon()
            if len(bench.account().open) < working:
                break
        assert 0 < len(bench.account().open) < working
        async with bench.crew(ladder("one", on_stop="cancel_all")) as crew:
            await true_soon(lambda: not crew.fleet.account.looking_up and crew.fleet.account.idle)
            assert bench.heard("it counted as ended, and has filled"), bench.said
            [runner] = crew.fleet.runners.values()
            await true_soon(lambda: runner.bot.held_lots(0) > 0)
        assert not someone_elses(bench.said)
