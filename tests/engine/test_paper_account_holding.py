"""What holding costs on a paper account at a venue's prices: as in a backtest, through stops, kills and absences."""

import asyncio
from decimal import Decimal
from types import SimpleNamespace

import pytest
from msgspec.structs import replace
from tests.api.desk import desk_on
from tests.engine.compare import backtested
from tests.engine.scenes import windows
from tests.engine.test_holding import of_journal, of_result
from tests.engine.test_same_fills import money
from tests.fakes.live import now_ms, parts_of, running
from tests.fakes.paper import opened, paper_side
from tests.fakes.stepping import until
from tests.parity.test_over_sockets import BOTS, exchange_of
from tests.sandbox.ports import served

from botswain.control.config import MarketConfig
from botswain.control.holding import HoldingConfig
from botswain.core.records import State
from botswain.engine.came_due import CameDue
from botswain.engine.feed import Market
from botswain.engine.recovery import local_tenant
from botswain.engine.replay import replay
from botswain.model.charges import Holding
from botswain.model.errors import FailClosed
from botswain.store import bots, journal, paper_books
from botswain.store.bot_records import TYPES, Away, Checkpoint
from botswain.store.inline import open_memory

CANDLES = 500
RATES = HoldingConfig("0.0013", 1)
WANTED = replace(BOTS["exits"], holding=RATES, on_stop="leave")


class Place:
    """A site, a database, and whatever bot is run there."""

    def __init__(self, site, candles, kernels, checkpoints):
        self.site, self.candles = site, candles
        self.parts = parts_of(open_memory(epoch=bytes(16), now_ms=now_ms()), kernels, checkpoint_every=checkpoints)
        self.account_id, self.remarks = None, []

    async def run(self, count, away=0):
        """Trade so many candles, after some that nobody heard; hands back the runner."""
        self.account_id = self.account_id or await opened(self.parts)
        for _ in range(away):
            await self.site.step_soon(1)
        config = MarketConfig(timeframe=self.candles.timeframe)
        async with (
            paper_side(self.site, self.parts, self.account_id, self.candles.timeframe, remarks=self.remarks) as made,
            running(self.parts, *made[:3], config, [WANTED]) as fleet,
        ):
            runner = next(iter(fleet.runners.values()))
            await until(lambda: fleet.account.fresh and not fleet.market_down and runner.quiet, "the fleet is up")
            for _ in range(count):
                before = fleet.market.sequence
                await self.site.step_soon(1)
                await until(lambda before=before: fleet.market.sequence > before, "a candle is recorded")
                await fleet.settled()
            self.rules = fleet.listings["BTC/USDT"].instrument
        return runner

    async def records(self):
        """The bot's journal."""
        async with self.parts.store.reading(await local_tenant(self.parts)) as tx:
            found = [one async for one in journal.walk(tx, (await bots.by_name(tx, "one")).id)]
        return [TYPES.read(one.kind, one.version, one.payload) for one in found]

    async def kept(self):
        """The paper account."""
        async with self.parts.store.reading(await local_tenant(self.parts)) as tx:
            return await paper_books.loaded(tx, self.account_id, whole=True)

    def backtest(self):
        """The same bot on the same candles."""
        shown = self.candles.slice(0, len(self.candles) - 1)
        market = Market("window", {"BTC/USDT": self.rules}, 300_000, {"BTC/USDT": shown}, "window")
        return backtested(WANTED, {"BTC/USDT": shown}, market)


def placed(work, kernels, checkpoints=10_000):
    """Have something done on a site of real candles."""
    found, rules = windows(["BTC-USDT/5m.parquet"], 0, CANDLES, ["BTC/USDT"])
    candles = found["BTC/USDT"]
    with served(exchange_of(candles, rules["BTC/USDT"].tick_size, kernels)) as site:
        asyncio.run(work(Place(site, candles, kernels, checkpoints)))


def test_it_is_charged_what_its_backtest_is_and_its_account_holds_what_its_fills_say(kernels):
    async def work(place):
        runner = await place.run(CANDLES - 1)
        result = place.backtest()
        assert of_journal(await place.records(), runner) == of_result(result)
        assert len(result.charges) >= 10
        assert any(one.position % Decimal("0.00001") for one in result.charges)  # fees were taken of it
        paid = money(runner, runner.bot.charged)
        assert paid == result.metrics["funding_paid"] > 0
        assert money(runner, runner.bot.figures.cash()) == result.cash
        assert (await place.kept()).state.balances["USDT"] == result.cash + paid
        assert runner.cash() == {"USDT": result.cash + paid - 10_000}
        async with desk_on(place.parts.store, await local_tenant(place.parts)) as desk:
            [shown] = [one["paper"] for one in (await desk.get("/accounts"))["items"] if one["paper"]]
        assert Decimal(shown["balances"]["USDT"]) == result.cash + paid
        assert {asset: Decimal(amount) for asset, amount in shown["charged"].items()} == {"USDT": paid}
        found = await replay(place.parts, "one")
        assert (found.count, found.differences, place.remarks) == (0, (), [])

    placed(work, kernels)


def test_a_bot_that_is_started_again_goes_on_being_charged(kernels):
    async def work(place):
        before = await place.run(200)
        again = await place.run(0)  # nothing came since its last checkpoint
        assert again.bot.due.upto_ms == before.bot.due.upto_ms == place.candles.ts[199]
        assert sum(isinstance(one, Checkpoint) for one in await place.records()) == 4
        runner = await place.run(CANDLES - 1 - 200)
        assert of_journal(await place.records(), runner) == of_result(place.backtest())
        found = await replay(place.parts, "one")
        assert (found.count, found.differences, place.remarks) == (0, (), [])

    placed(work, kernels, checkpoints=50)


def test_what_came_due_while_it_was_away_is_charged_of_what_it_held_when_it_went(kernels):
    async def work(place):
        await place.run(1)
        result = place.backtest()
        # It goes at a close after which nothing fills for a while, and one hour ends.
        times, quiet = place.candles.ts.tolist(), 3_000_000
        expected = next(
            one for one in result.charges if not any(abs(fill.time_ms - one.time_ms) <= quiet for fill in result.fills)
        )
        gone = times.index(expected.time_ms) - 4
        await place.run(gone - 1)
        before = len(await place.records())
        runner = await place.run(1, away=8)
        new = (await place.records())[before:]
        away = next(k for k, one in enumerate(new) if isinstance(one, Away))
        assert of_journal(new[away:], runner) == of_result(SimpleNamespace(charges=[expected]))
        found = await replay(place.parts, "one")
        assert (found.count, found.differences) == (0, ())

    placed(work, kernels)


def bare(cash=0, pos=0, mark=0, **rates):
    """What comes due for a bot whose books are written by hand, on candles of five minutes."""
    state = State(1, 1, 0, 1, compiled=False, notes=1)
    state.account.cash, state.account.money_limit = cash, 1_000_000
    state.parts["books"][0].pos, state.parts["lanes"][0].mark = pos, mark
    plan = SimpleNamespace(holding=Holding(**rates), timeframe_ms=300_000)
    return CameDue(SimpleNamespace(plan=plan, state=state), [SimpleNamespace(unit_money=1)])


def test_each_time_is_charged_once_before_the_first_candle_or_fill_that_comes_after_it():
    one = bare(pos=30, mark=100, funding=Decimal("0.01"), hours=1)
    assert list(one.before_fill(3_600_000)) == []  # it has seen no candle yet
    assert list(one.before(3_000_000)) == []
    assert list(one.before_fill(3_599_999)) == []
    assert [(made.time_ms, made.cash) for made in one.before_fill(3_600_007)] == [(3_600_000, -30)]
    assert list(one.before(3_600_000)) == []
    assert list(one.before_fill(3_000_000)) == []  # told late
    assert [made.time_ms for made in one.before(11_000_000)] == [7_200_000, 10_800_000]


def test_cash_beyond_what_is_counted_is_no_charge_that_is_booked():
    one = bare(cash=-999_990, pos=30, mark=100, funding=Decimal("0.01"), hours=1)
    list(one.before(3_000_000))
    with pytest.raises(FailClosed, match=r"the funding of 0\.01 at 3600000 ms is more than an account's money"):
        list(one.before(3_600_000))


def test_nothing_is_charged_without_rates():
    one = bare(pos=30, mark=100)
    assert list(one.before(3_000_000)) == list(one.before(90_000_000)) == []
    assert one.upto_ms == 0
