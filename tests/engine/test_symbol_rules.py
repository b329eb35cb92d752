"""Rules that the venue changes while bots run (F53): kept where they can be, journaled, and said where they cannot."""

import dataclasses
from decimal import Decimal

import msgspec
import pytest
from msgspec.structs import replace
from tests.cli.live_bench import SYMBOL, Bench, exchange, ladder, trend, true_soon
from tests.engine.scenes import instrument
from tests.sandbox.ports import served

from botswain.core.codes import LIMIT, STOP, TAKE_PROFIT
from botswain.engine.feed_events import Fault, Stale
from botswain.engine.replay import replay
from botswain.engine.symbol_rules import Steps, price_of, ruled, steps_of, told, trigger_of, unfit, within_rules
from botswain.model.intents import Wanted, Working
from botswain.model.news import Mode
from botswain.sandbox.fault_acts import act

OWN = instrument(SYMBOL)
ROW = Wanted(0, 3, 1, 1, LIMIT, price=1234, trigger=0, tif=0, flags=0, link=0, tag=0, leaves=57, reducing=False)


@pytest.fixture
def bench(kernels, tmp_path):
    with served(exchange(kernels)) as site:
        yield Bench(site, kernels, tmp_path)


def test_orders_go_to_the_coarser_grid_the_way_that_costs_nobody():
    assert price_of(ROW, 10) == 1230
    assert price_of(replace(ROW, side=-1), 10) == 1240
    stop = replace(ROW, side=-1, kind=STOP, trigger=1234)
    assert trigger_of(stop, 10) == 1240
    assert trigger_of(replace(stop, side=1), 10) == 1230
    assert trigger_of(replace(stop, kind=TAKE_PROFIT), 10) == 1230
    assert trigger_of(replace(stop, trigger=1240), 10) == 1240


def test_what_rests_stays_and_what_is_too_small_is_left_out():
    steps = {0: (Steps(), Steps(10, 10, 20))}
    assert within_rules([ROW], steps, []) == [replace(ROW, price=1230, leaves=50)]
    assert within_rules([replace(ROW, leaves=19)], steps, []) == []
    shared = {name: getattr(ROW, name) for name in Working.__struct_fields__ if hasattr(ROW, name)}
    resting = Working(client_order_id="x", attempt=1, **shared)
    assert within_rules([ROW], steps, [resting]) == [ROW]
    snapped = replace(ROW, price=1230, leaves=50)
    coarse = Working(client_order_id="x", attempt=1, **(shared | {"price": 1230, "leaves": 50}))
    again = {0: (*steps[0], Steps())}
    assert within_rules([ROW], again, [coarse]) == [snapped]
    assert within_rules([ROW], again, []) == [ROW]
    assert within_rules([ROW], {}, []) == [ROW]


def test_a_change_is_named_with_old_and_new_and_one_that_does_not_fit_is_no_grid_of_ours():
    before = ruled(0, OWN)
    coarse = ruled(0, dataclasses.replace(OWN, tick_size=OWN.tick_size * 10, min_notional=Decimal(25)))
    assert unfit(OWN, before, coarse) == ""
    assert steps_of(OWN, coarse).ticks == 10
    assert f"tick_size was {OWN.tick_size.normalize():f} and is 1," in told(before, coarse, SYMBOL)
    fine = ruled(0, dataclasses.replace(OWN, lot_size=OWN.lot_size / 10))
    assert f"lot_size was {before.lot_size} and is {fine.lot_size}" in unfit(OWN, before, fine)
    odd = ruled(0, dataclasses.replace(OWN, tick_size=OWN.tick_size * 3 / 2))
    assert "tick_size was" in unfit(OWN, before, odd)


def changed(bench, **filters):
    """Other filters at the exchange, at once."""
    act(bench.site.exchange.floor, "filters_changed", {"symbol": "BTCUSDT", **filters})


async def test_a_bot_goes_on_by_coarser_rules_and_its_journal_tells_of_them(bench):
    async with bench.crew(ladder(), trend()) as crew:
        await bench.step(crew, 5)
        listing = crew.fleet.listings[SYMBOL].instrument
        tick, lot = listing.tick_size * 10, listing.lot_size * 10
        changed(bench, tick_size=f"{tick:f}", step_size=f"{lot:f}")
        for _ in range(80):
            await bench.step(crew)
            runner = next(one for one in crew.runners if one.name == "one")
            if runner.bot.steps.get(0, (Steps(),))[-1].ticks == 10:
                break
        assert bench.heard(f"the venue's rules of {SYMBOL} changed: tick_size was")
        await crew.fleet.settled()
        await bench.step(crew, 25)
        placed = [one for one in bench.account().orders.values() if one.order_id > 12]
        assert placed
        assert crew.refused == []
        assert all(one.bot.mode is Mode.RUN for one in crew.runners)
        wanted = crew.runners[0].bot.wanted_now()
        assert not [one for one in wanted if one.leaves and one.price % 10 and not rests(one, crew)]
    for name in ("one", "two"):
        assert (await replay(crew.parts, name)).differences == ()
    async with bench.crew(ladder(), trend()) as crew:
        assert crew.runners[0].bot.steps[0][-1].ticks == 10
        await bench.step(crew, 3)
        assert crew.refused == []


def rests(row, crew):
    """Whether a row's order was there before the change."""
    return any((one.slot, one.price) == (row.slot, row.price) for one in crew.runners[0].bot.working.values())


async def test_rules_that_a_bot_cannot_keep_stop_its_entries_and_name_old_and_new(bench):
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 5)
        listing = crew.fleet.listings[SYMBOL]
        fine = dataclasses.replace(listing.instrument, tick_size=listing.instrument.tick_size / 10)
        assert not crew.fleet.rules.compare([msgspec.structs.replace(listing, instrument=fine)])
        await true_soon(lambda: crew.runners[0].bot.mode is Mode.CANCEL_ENTRIES)
        await true_soon(lambda: crew.halts.standing)
        row = await bench.row("one")
        assert row.halted_by == "rules"
        assert f"tick_size was {listing.instrument.tick_size.normalize():f} and is {fine.tick_size.normalize():f}" in (
            row.halted_reason
        )


async def test_the_timer_reads_rules_too_and_a_question_that_fails_changes_nothing(bench):
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 2)
        watch = crew.fleet.rules
        assert not await watch.read([SYMBOL])
        changed(bench, min_notional="25")
        assert await watch.read([SYMBOL])
        assert not await watch.read([SYMBOL])
        await true_soon(lambda: crew.runners[0].bot.rules)
        assert crew.runners[0].bot.rules[0].min_notional == "25"
        assert not await watch.read(["XXX/YYY"])
        assert bench.heard("the rules of XXX/YYY cannot be read again")


async def heard_candles(bench, crew, count=4):
    """The open times of candles that came in so many steps."""
    before_ms = crew.fleet.market.there_ms[SYMBOL]
    await bench.step(crew, count)
    await crew.fleet.settled()
    return (crew.fleet.market.there_ms[SYMBOL] - before_ms) // crew.fleet.market.timeframe_ms


async def test_candles_are_heard_after_a_start_under_another_tick_and_after_it_is_put_back(bench):
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 3)
        tick = crew.fleet.listings[SYMBOL].instrument.tick_size
    changed(bench, tick_size=f"{tick * 100:f}")
    async with bench.crew(ladder()) as crew:
        await bench.step(crew)
        assert await heard_candles(bench, crew) == 4
        changed(bench, tick_size=f"{tick:f}")
        await crew.fleet.rules.read([SYMBOL])
        assert await heard_candles(bench, crew) == 4
        assert crew.fleet.feed._feed._guards[SYMBOL].ticks == (tick, tick * 100)
        assert not crew.fleet.feed.stale(SYMBOL)


async def test_a_candle_between_the_ticks_has_the_rules_read_at_once_and_not_again_and_again(bench):
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 3)
        fleet, asked = crew.fleet, []

        async def rules(symbols, real=fleet.side.source.rules):
            asked.append(list(symbols))
            return await real(symbols)

        fleet.side.source.rules = rules
        try:
            for _ in range(3):
                fleet.sink(Fault(SYMBOL, "it is between the ticks", off_grid=True))
            fleet.sink(Fault(SYMBOL, "its high is below its low"))
            await true_soon(lambda: asked)
            await bench.step(crew)
        finally:
            del fleet.side.source.rules
        assert asked == [[SYMBOL]]
        fleet.sink(Stale(SYMBOL, 0, "its candles are refused", refused=True))
        assert bench.heard(f"prices of {SYMBOL} are stale, nothing is opened on them: its candles are refused")


async def test_a_bot_whose_steps_its_market_trades_between_is_named_once(bench):
    async with bench.crew(ladder()) as crew:
        await bench.step(crew, 2)
        watch, newest = crew.fleet.rules, crew.fleet.closed[SYMBOL]
        tick = crew.fleet.listings[SYMBOL].instrument.tick_size
        odd = msgspec.structs.replace(newest, high=newest.high + tick / 2)
        said = (
            f"bot one: {SYMBOL} trades between its steps of {tick.normalize():f} (open {newest.open}, high {odd.high}"
        )
        for one, told in ((odd, 1), (odd, 1), (newest, 1), (odd, 2)):
            watch.closed(SYMBOL, one)
            assert sum(text.startswith(said) for text in bench.said) == told
        watch.closed("XXX/YYY", odd)


async def test_a_new_bot_starts_on_a_past_between_its_steps_and_that_is_said_once(bench):
    tick = instrument(SYMBOL).tick_size
    changed(bench, tick_size=f"{tick * 100:f}")
    async with bench.crew(trend("one")) as crew:
        assert crew.refused == []
        said = f"of 30 candles of {SYMBOL} from before its start have prices between its steps ("
        assert sum(said in text for text in bench.said) == 1
        await bench.step(crew, 2)
    async with bench.crew(trend("one")) as crew:
        await bench.step(crew, 2)
        assert crew.refused == []
    assert sum(said in text for text in bench.said) == 1
    assert (await replay(crew.parts, "one")).differences == ()
