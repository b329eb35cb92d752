"""A strategy that raises, or does what it may not: it is halted with file and line, and everything else goes on.

What it wanted stays, the candle's exits are kept up, the other bots trade, and a restart finds it halted.
"""

import linecache
from decimal import Decimal

import msgspec
import pytest
from tests.engine.crews import BTC, CONFIG, ETH, crew, journals
from tests.engine.crews import market as wild_market
from tests.engine.scenes import bot, drawn, instrument
from tests.engine.test_recovery import kill_at
from tests.fakes.installation import Installation, Killed

from botswain.core.codes import FILL, LIMIT, START
from botswain.core.strategy import Param, Strategy, step
from botswain.engine.feed import Market
from botswain.engine.view import view_of
from botswain.model.candles import Candles
from botswain.model.errors import FailClosed
from botswain.model.journal import RecordKind
from botswain.model.reasons import Reason
from botswain.store.bot_records import TYPES
from botswain.strategies import catalog

BREAK_AT = 12
GUARDS = {"exits": {"stop_loss": "0.2", "trailing_stop": "0.15"}, "limits": {"max_drawdown": "0.9"}}
RAISED, TARGET, SLOT = 0, 1, 2


class Breaking(Strategy):
    """Buys at once, keeps a limit order far below, and breaks at the twelfth close."""

    name = "breaking"
    tags = ("entry", "far")
    how = Param(0, 0, 2)

    def slots(self):
        return 2

    def memory(self):
        return {"closes": 1}

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        my.mem.closes = my.mem.closes + 1
        if my.mem.closes == 1:
            wanted.target(1.0)
        if my.mem.closes == 3:
            wanted.row(1, LIMIT, 1, my.close_ticks // 2, 5)
            wanted.tag(1, 1)
        if my.mem.closes == 12 and my.symbol == 0:
            wanted.withdraw(1)
            if p.how == 0:
                wanted.row(1, LIMIT, 1, int(1.0 / (my.mem.closes - 12)), 5)
            elif p.how == 1:
                wanted.target(5000.0)
            else:
                wanted.row(7, LIMIT, 1, 5, 5)


class BreaksOnSecondFill(Strategy):
    """Wants two rows at the market; raises when it hears of the second fill."""

    name = "breaks_on_second_fill"
    tags = ("entry",)

    def slots(self):
        return 4

    def memory(self):
        return {"fills": 1}

    def events(self):
        return (START, FILL)

    @step
    def decide(now, was, p, candle, my, wanted):  # noqa: ARG002
        if my.event == START:
            wanted.row(0, LIMIT, 1, my.close_ticks * 2, 10)
            wanted.row(1, LIMIT, 1, my.close_ticks * 2, 10)
        else:
            my.mem.fills = my.mem.fills + 1
            wanted.row(2, LIMIT, 1, int(my.close_ticks / 4 / (2 - my.mem.fills)), 3)


@pytest.fixture(autouse=True)
def in_the_catalog(monkeypatch):
    monkeypatch.setitem(catalog.PLACES, "breaking", (__name__, "Breaking"))
    monkeypatch.setitem(catalog.PLACES, "breaks_on_second_fill", (__name__, "BreaksOnSecondFill"))


def rising(count=40):
    """A market that rises a tick a candle, so that a trailing stop moves, on two symbols."""
    made = {}
    for symbol in (BTC, ETH):
        run = drawn(1, symbol, count, loud=0.0)
        close = 100.0 + 0.1 * (1 + (run.ts - run.ts[0]) // 60_000)
        prices = [close - 0.1, close + 0.1, close - 0.2, close]
        made[symbol] = Candles(symbol, "1m", run.ts, *(one.round(1) for one in prices), run.volume)
    return Market("rising", {one: instrument(one) for one in made}, 60_000, made, "rising")


def broken(how=RAISED):
    """A breaking bot on two symbols, with exits."""
    return bot("breaking", [BTC, ETH], "broken", params={"how": how}, sizing=("percent", "0.3"), **GUARDS)


async def steps(installation, name):
    """The journal's records by kind."""
    found = {}
    for row in await installation.journal(name):
        found.setdefault(row.kind, []).append((row, TYPES.read(row.kind, row.version, row.payload)))
    return found


@pytest.mark.parametrize(
    ("how", "reason"), [(RAISED, Reason.STEP_RAISED), (TARGET, Reason.BAD_TARGET), (SLOT, Reason.BAD_SLOT)]
)
async def test_a_step_that_breaks_halts_its_bot_with_the_reason_and_leaves_wanted_as_it_was(how, reason, kernels):
    installation = Installation(kernels)
    fleet = await installation.process(rising(), CONFIG, [broken(how)])
    [runner] = fleet.runners
    [(row, halted)] = (await steps(installation, "broken"))[RecordKind.HALT]
    assert halted.reason == reason
    assert row.time_ms == int(rising().source[BTC].ts[BREAK_AT - 1]) + 60_000
    far = next(one for one in runner.bot.working.values() if one.slot == 1 and one.symbol == 0)
    assert far.leaves == 5  # the step had withdrawn it before it broke
    assert runner.bot.decider.state.parts["mem"].tolist() == [11.0, 11.0]
    assert (await installation.bot("broken")).halted_reason == reason.name.lower()
    assert reason.name.lower() in view_of(runner).halted


async def test_the_message_of_a_raise_names_file_line_and_error(kernels):
    installation = Installation(kernels)
    fleet = await installation.process(rising(), CONFIG, [broken()])
    message = fleet.runners[0].bot.halted.message
    assert "ZeroDivisionError" in message
    assert "test_broken_steps.py, line " in message
    line = int(message.partition(", line ")[2].partition(":")[0])
    assert "my.mem.closes - 12" in linecache.getline(__file__, line)


async def test_protective_rows_follow_the_market_after_the_halt(kernels):
    installation = Installation(kernels)
    fleet = await installation.process(rising(), CONFIG, [broken()], candles=BREAK_AT)
    before = {one.symbol: one.trigger for one in fleet.runners[0].bot.working.values() if one.kind == 3}
    fleet = await installation.process(rising(), CONFIG, [broken()])
    after = {one.symbol: one.trigger for one in fleet.runners[0].bot.working.values() if one.kind == 3}
    assert set(before) == set(after) == {0, 1}
    assert all(after[s] > before[s] for s in after)


async def test_the_other_bots_go_on_as_if_it_were_not_there(kernels):
    alone = Installation(kernels)
    await alone.process(wild_market(), CONFIG, crew())
    together = Installation(kernels)
    await together.process(wild_market(), CONFIG, [broken(), *crew()])
    for name in ("trend", "ladder"):
        mine = [(one.time_ms, one.side, one.qty, one.price) for one in await together.fills(name)]
        assert mine == [(one.time_ms, one.side, one.qty, one.price) for one in await alone.fills(name)]
        assert mine


@pytest.mark.parametrize("how", [RAISED, TARGET])
async def test_a_restart_finds_it_halted_in_the_same_way_and_goes_on_the_same(how, kernels):
    whole = Installation(kernels)
    await whole.process(rising(), CONFIG, [broken(how)])
    cut = Installation(kernels)
    for point in ("candle_recorded", "decided", "committed", "sent"):
        with pytest.raises(Killed):
            await cut.process(rising(), CONFIG, [broken(how)], crash=kill_at(point, 4))
    fleet = await cut.process(rising(), CONFIG, [broken(how)])
    assert fleet.runners[0].bot.halted is not None
    assert await journals(cut, ["broken"]) == await journals(whole, ["broken"])
    assert (await cut.replay("broken")).count == 0


async def test_a_halt_whose_file_moved_is_still_the_same_halt(kernels, monkeypatch):
    installation = Installation(kernels)
    await installation.process(rising(), CONFIG, [broken()], candles=20)
    monkeypatch.setattr(
        "botswain.engine.bot.raised_fault", lambda error, _: (Reason.STEP_RAISED, f"elsewhere, line 1: {error}")
    )
    fleet = await installation.process(rising(), CONFIG, [broken()])
    assert fleet.runners[0].bot.halted.message.startswith("elsewhere")
    assert (await installation.replay("broken")).count == 0


async def test_fills_of_the_breaking_instant_are_booked_once_and_what_was_wanted_before_stays(kernels):
    wanted = bot("breaks_on_second_fill", [BTC], "broken")
    installation = Installation(kernels)
    fleet = await installation.process(rising(), CONFIG, [wanted], candles=4)
    [runner] = fleet.runners
    assert runner.bot.halted.reason == Reason.STEP_RAISED
    fills = await installation.fills("broken")
    assert [(one.slot, one.qty_lots) for one in fills] == [(0, 10), (1, 10)]
    positions = await installation.positions("broken")
    assert positions[BTC].qty == Decimal("0.020")
    # The row the first fill asked for is kept: only the event that broke is undone.
    assert [(one.slot, one.leaves) for one in runner.bot.working.values()] == [(2, 3)]
    assert runner.bot.decider.state.parts["mem"].tolist() == [1.0]


async def test_indicators_do_not_move_twice_over_the_candle_that_broke(kernels):
    installation = Installation(kernels)
    fleet = await installation.process(rising(), CONFIG, [broken()], candles=BREAK_AT)
    state = fleet.runners[0].bot.decider.state
    assert state.parts["close"].tolist()[:2] == rising().source[BTC].close[BREAK_AT - 2 : BREAK_AT].tolist()


async def test_money_that_outgrows_the_ledger_where_nobody_counts_again_stops_it_before_anything_is_written(kernels):
    rich = bot("sma_crossover", [BTC], "rich", params={"fast": 2, "slow": 3}, capital="3900000000000")
    rich = msgspec.structs.replace(rich, limits={"max_drawdown": "0.9"}, exits={"stop_loss": "0.5"})
    installation = Installation(kernels)
    made = rising(200)
    cheap = {BTC: instrument(BTC, lot="0.00001")}
    made = Market("rising", cheap, 60_000, {BTC: made.source[BTC]}, "rising")
    fleet = await installation.start(made, CONFIG, [rich])
    assert fleet.runners[0].plan.capital_units < 4.0e18
    fleet.runners[0].bot.redone = False

    async def ready():
        return True

    with pytest.raises(FailClosed, match="cannot go on even without its strategy: MONEY_OVERFLOW"):
        await fleet.run(ready)
