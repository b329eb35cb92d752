"""Instants and symbols: the order of things, candles that are missing, memory that runs full, stopping and going on."""
# ruff: noqa: ARG001, ARG002

from decimal import Decimal
from types import SimpleNamespace

import pytest
from tests.stage import T0, bot, closed, codes, drawn, market, marks, play, told

from botswain.build.features import Features
from botswain.build.plan import Plan
from botswain.build.simulator import simulator
from botswain.core.codes import CLOSE, FILL, FINISHED, NEED_ROOM, R_MONEY_OVERFLOW, START
from botswain.core.strategy import Strategy, step
from botswain.lab.backtest import Options
from botswain.lab.market import market_of
from botswain.lab.run import prepared
from botswain.model.reasons import Reason

A, B = "AAA/USD", "BBB/USD"
MINUTE_MS = 60_000
FIXED = {"sizing": "fixed", "size": 10}
BARE = Options(curve=False, compiled=False)


def fills_of(result):
    """(minute, seq, symbol, side, qty, price)."""
    return [((f.time_ms - T0) // MINUTE_MS, f.seq, f.symbol, f.side, f.qty, f.price) for f in result.fills]


def test_symbols_trade_on_one_account_in_their_configured_order():
    def hold(now, was, p, candle, my, wanted):
        wanted.target(1.0)

    candles = {A: drawn([100] * 3, A), B: drawn([50] * 3, B)}
    result = play(bot(hold), candles, **FIXED)
    assert fills_of(result) == [(1, 0, A, "buy", 10, 100), (1, 1, B, "buy", 10, 50)]
    assert result.cash == 8_500
    assert marks(result) == [10_000] * 3


def test_reducing_orders_of_all_symbols_arrive_before_entries_of_any():
    """B's sale pays for A's purchase, though A comes first."""

    def swap(now, was, p, candle, my, wanted):
        if my.symbol == 0:
            wanted.target(1.0 if closed(my) == 1 else 0.0)
        else:
            wanted.target(1.0 if closed(my) == 0 else 0.0)

    candles = {A: drawn([100] * 4, A), B: drawn([100] * 4, B)}
    result = play(bot(swap), candles, capital=1_000, **FIXED)
    assert fills_of(result) == [
        (1, 0, B, "buy", 10, 100), (2, 0, B, "sell", 10, 100), (2, 1, A, "buy", 10, 100), (3, 0, A, "sell", 10, 100),
    ]  # fmt: skip


def test_what_reduces_is_told_by_the_position_the_decision_saw():
    """Two sales of the whole position: both are against it and no larger, so both come before the purchase."""

    def decide(now, was, p, candle, my, wanted):
        if closed(my) == 0:
            wanted.market(0, 1, 10.0)
        if closed(my) == 1:
            wanted.market(1, 1, 5.0)
            wanted.market(2, -1, 10.0)
            wanted.market(3, -1, 10.0)

    result = play(bot(decide, slots=4), [100] * 3, instrument=market(shortable=True))
    assert [(fill.slot, fill.side) for fill in result.fills[1:]] == [(2, "sell"), (3, "sell"), (1, "buy")]


def test_a_symbol_without_a_candle_sits_the_instant_out():
    """Its order waits for its own next candle, and it is not called; equity is marked at its last close."""

    def hold(now, was, p, candle, my, wanted):
        my.mem.calls += 1
        wanted.target(1.0)

    candles = {A: drawn([100, 101, 102, 103], A), B: drawn([50, 60], B, minutes=[0, 3])}
    result = play(bot(hold, memory={"calls": 1}), candles, **FIXED)
    assert fills_of(result) == [(1, 0, A, "buy", 10, 101), (3, 0, B, "buy", 10, 60)]
    assert list(result.ran.state.parts["mem"]) == [4, 2]
    assert marks(result) == [10_000, 10_000, 10_010, 10_020]


def test_equity_is_marked_when_all_candles_of_an_instant_are_applied():
    """The second symbol's target is sized on equity with the first symbol's new close."""

    def decide(now, was, p, candle, my, wanted):
        if my.symbol == 0:
            wanted.target(0.5)
        elif closed(my) == 1:
            wanted.target(0.2)

    candles = {A: drawn([100, (100, 200), 200], A), B: drawn([100] * 3, B)}
    result = play(bot(decide), candles)
    # 49 of A bought at 100 stand at 200: equity 14,900, of which 0.2 x 0.995 buys 29 of B.
    assert fills_of(result)[1] == (2, 0, B, "buy", 29, 100)


def test_during_fills_the_candle_is_still_the_one_before():
    def decide(now, was, p, candle, my, wanted):
        if my.event == CLOSE:
            wanted.limit(0, 1, 95.0, 1.0)
        else:
            my.mem.close = candle.close
            my.mem.mark = my.close_ticks

    result = play(bot(decide, events=(CLOSE, FILL), memory={"close": 1, "mark": 1}), [(100, 99), (99, 99, 90, 91)])
    assert list(result.ran.state.parts["mem"]) == [99, 99]


def test_a_thousand_fills_a_candle_need_more_room_and_get_it():
    """The first room for reports is given up for one of twice the size, in the middle of a run."""

    def churn(now, was, p, candle, my, wanted):
        for slot in range(40):
            wanted.renew(slot)
            wanted.market(slot, 1 if slot % 2 == 0 else -1, 1.0)

    result = play(bot(churn, slots=40), [100] * 120, instrument=market(shortable=True))
    assert len(result.fills) == 119 * 40
    assert len(result.round_trips) == 119 * 20
    assert result.ran.state.header.report_room > 119 * 40


def test_an_exit_that_fills_in_two_parts_has_room_for_both_reports():
    """Five reports of four rows in one candle: a buy, the stop's two parts, the target and a sale that end with it."""

    def decide(now, was, p, candle, my, wanted):
        if closed(my) == 0:
            wanted.market(0, 1, 10.0)
        if closed(my) == 1:
            wanted.renew(0)
            wanted.limit(0, 1, 98.0, 1.0)
            wanted.limit(1, -1, 130.0, 4.0)

    found = market_of({A: drawn([100, 100, 100, (100, 100, 90, 90)], A)}, {A: market(A)})
    exits = {"stop_loss": Decimal("0.05"), "take_profit": Decimal("0.5")}
    plan = Plan(bot(decide, slots=2)(), found.instruments, MINUTE_MS, Decimal(10_000), exits=exits)
    sim = simulator(plan.strategy, plan.features(curve=False), compiled=False)
    state = prepared(plan, found, sim, False)
    state.put("reports", state.records("reports", 5))
    state.header.report_room = 5
    assert sim.linked.call(state.handle, 4) == NEED_ROOM
    assert state.account.reports == 1
    state.more_reports()
    assert sim.linked.call(state.handle, 4) == FINISHED
    told = [(one.slot, one.lots, one.price) for one in state.parts["reports"][: state.account.reports]]
    assert told == [(0, 10, 100), (0, 1, 98), (2, 6, 95), (2, 4, 95), (1, 0, 0), (3, 0, 0)]


def test_a_stop_limit_that_fired_rests_on_when_it_is_asked_for_again():
    """It fires in candle 1 and rests at 98 from then on, asked for anew at every close; candle 3 reaches it."""

    def decide(now, was, p, candle, my, wanted):
        wanted.clear()
        wanted.stop_limit(0, 1, 102.0, 98.0, 1.0)

    result = play(bot(decide), [100, (100, 103, 100, 100), (100, 101, 99, 100), (100, 100, 98, 100)])
    assert told(result)[:1] == [(3, "buy", 1, 98, "target")]
    assert result.fills[0].maker
    assert result.ran.state.account.arrivals == 1


@pytest.mark.parametrize("what", [1.0, 2.0, 3.0])
def test_a_stop_limit_that_fired_is_sent_anew_where_it_is_wanted_otherwise(what):
    """The new one has not fired: neither its trigger nor, later, its limit is touched."""

    def decide(now, was, p, candle, my, wanted):
        if closed(my) == 0:
            wanted.stop_limit(0, 1, 102.0, 98.0, 1.0)
        elif candle.volume == 1.0:
            wanted.stop_limit(0, 1, 102.0, 97.0, 1.0)
        elif candle.volume == 2.0:
            wanted.stop_limit(0, 1, 101.0, 98.0, 1.0)
        else:
            wanted.stop_limit(0, 1, 102.0, 98.0, 2.0)

    rows = [100, (100, 103, 100, 100), (100, 100, 97, 100)]
    result = play(bot(decide), drawn(rows, volume=[what] * 3))
    assert told(result) == []
    assert result.ran.state.account.arrivals == 2


def test_a_plain_limit_is_not_the_stop_limit_that_fired():
    """Same price, same lots: still another order, which arrives behind what came before it."""

    def decide(now, was, p, candle, my, wanted):
        if closed(my) == 0:
            wanted.stop_limit(0, 1, 1.0, 98.0, 1.0)
        elif closed(my) == 1:
            wanted.limit(0, 1, 98.0, 1.0)

    assert play(bot(decide), [100] * 3).ran.state.account.arrivals == 2


class TestNobodyToCall:
    """One symbol, no curve, no closes: candles that reach no order are passed over."""

    @staticmethod
    def play(decide, rows, **more):
        return play(bot(decide, events=(START, FILL)), rows, options=BARE, **more)

    def test_orders_are_found_where_they_are_reached(self):
        def swing(now, was, p, candle, my, wanted):
            if my.event == START:
                wanted.limit(0, 1, 95.0, 1.0)
            elif my.side > 0:
                wanted.renew(0)
                wanted.limit(0, -1, 105.0, 1.0)

        rows = [100, 100, 101, (101, 101, 95, 96), 96, 97, (97, 110, 97, 108), 108]
        result = self.play(swing, rows)
        assert told(result) == [(3, "buy", 1, 95, "target"), (6, "sell", 1, 105, "target")]
        assert result.ran.state.parts["lanes"][0].mark == 108
        assert result.ran.state.account.instant == len(rows)

    def test_a_run_may_end_while_nothing_happens(self):
        def rest(now, was, p, candle, my, wanted):
            if my.event == START:
                wanted.limit(0, 1, 50.0, 1.0)

        result = self.play(rest, [100, 99, 98, 97])
        assert told(result) == []
        assert result.ran.state.parts["lanes"][0].mark == 97

    def test_the_result_is_that_of_the_full_walk(self):
        def swing(now, was, p, candle, my, wanted):
            if my.event == START or my.side < 0:
                wanted.renew(0)
                wanted.limit(0, 1, 95.0, 1.0)
            else:
                wanted.renew(0)
                wanted.limit(0, -1, 99.0, 1.0)

        rows = [100 + (7 * k) % 13 - 6 for k in range(60)]
        full = play(bot(swing, events=(START, FILL)), rows)
        assert told(self.play(swing, rows)) == told(full) != []


class TestHalts:
    """From the call that failed on the step is not called; what it wanted stays, exits and the gate go on."""

    @pytest.mark.parametrize("compiled", [False, True])
    def test_undo_the_call_that_failed_and_no_other(self, compiled, kernels):
        """At one close A wants an order and B, behind it, wants one and raises: A's stands, B's does not."""

        def decide(now, was, p, candle, my, wanted):
            my.mem.calls = my.mem.calls + 1
            if closed(my) == 1:
                wanted.limit(0, 1, 90.0, 1.0)
                if my.symbol == 1:
                    my.mem.calls = 1.0 / 0.0

        rows = [100, 100, 100, (100, 100, 80, 80)]
        candles = {A: drawn(rows, A), B: drawn(rows, B)}
        options = Options(compiled=compiled, folder=kernels)
        result = play(bot(decide, memory={"calls": 1}), candles, options=options)
        assert (result.halt.reason, result.halt.instant) == (Reason.STEP_RAISED, 1)
        assert fills_of(result) == [(3, 0, A, "buy", 1, 90)]
        assert list(result.ran.state.parts["mem"]) == [2, 1]

    @pytest.mark.parametrize("compiled", [False, True])
    def test_keep_what_was_decided_on_a_fill_of_the_same_candle(self, compiled, kernels):
        def decide(now, was, p, candle, my, wanted):
            if my.event == FILL:
                wanted.limit(1, 1, 90.0, 1.0)
            elif closed(my) == 0:
                wanted.market(0, 1, 1.0)
            else:
                wanted.target(5000.0)

        rows = [100, 100, 100, (100, 100, 80, 80)]
        options = Options(compiled=compiled, folder=kernels)
        result = play(bot(decide, slots=2, events=(CLOSE, FILL)), rows, options=options)
        assert (result.halt.reason, result.halt.instant) == (Reason.BAD_TARGET, 1)
        assert [fill[3] for fill in told(result)] == [100, 90]

    def test_on_a_fill_come_before_the_close_of_its_candle(self):
        """Money that cannot be counted: the run ends where the fill is told, and that candle's close is not decided."""

        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 10.0)

        strategy = bot(decide)()
        found = market_of({A: drawn([100, 101, 102], A)}, {A: market(A)})
        plan = Plan(strategy, found.instruments, MINUTE_MS, Decimal(10_000))
        sim = simulator(strategy, plan.features(curve=False), compiled=False)
        state = prepared(plan, found, sim, False)
        assert sim.linked.call(state.handle, 1) == FINISHED
        state.account.money_limit = 1.0
        assert sim.linked.call(state.handle, 3) == R_MONEY_OVERFLOW
        assert (state.account.instant, state.parts["lanes"][0].last) == (1, 0)

    def test_keep_resting_orders_and_protection(self):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 10.0)
            wanted.limit(1, 1, 97.0, 5.0)
            if closed(my) == 3:
                wanted.market(99, 1, 1.0)

        rows = [100, 100, 100, 100, (100, 100, 97, 98), (98, 98, 90, 91)]
        result = play(bot(decide, slots=2), rows, exits={"stop_loss": "0.05"})
        assert result.halt.reason is Reason.BAD_SLOT
        assert result.halt.instant == 3
        assert told(result) == [
            (1, "buy", 10, 100, "target"), (4, "buy", 5, 97, "target"), (5, "sell", 15, 95, "stop_loss"),
        ]  # fmt: skip
        assert len(marks(result)) == len(rows)

    def test_of_one_symbol_halt_the_bot(self):
        def decide(now, was, p, candle, my, wanted):
            if my.symbol == 0 and closed(my) == 1:
                wanted.target(9999.0)
            wanted.target(1.0)

        candles = {A: drawn([100] * 4, A), B: drawn([100] * 4, B)}
        result = play(bot(decide), candles, **FIXED)
        assert result.halt.instant == 1
        assert [fill.symbol for fill in result.fills] == [A, B]
        assert codes(result) == []

    @pytest.mark.parametrize("event", [CLOSE, FILL])
    def test_by_a_raise_say_file_and_line(self, event):
        def decide(now, was, p, candle, my, wanted):
            wanted.market(0, 1, 10.0)
            if my.event == FILL or closed(my) == 2:
                my.mem.x = 1.0 / my.mem.x

        result = play(bot(decide, events=(CLOSE, event), memory={"x": 1}), [100, 100, 100, (100, 100, 90, 90)],
                      exits={"stop_loss": "0.05"})  # fmt: skip
        assert result.halt.reason is Reason.STEP_RAISED
        assert result.halt.instant == (2 if event == CLOSE else 1)
        line = decide.__code__.co_firstlineno + 3
        assert result.halt.message.startswith(f"{__file__}, line {line}: ZeroDivisionError: float division by zero (")
        assert told(result)[-1] == (3, "sell", 10, 95, "stop_loss")

    def test_by_money_that_cannot_be_counted_come_before_any_decision(self):
        """10,000 of equity, and orders of 20,000: nothing is decided, or nothing is judged after the first of them."""
        for limit, decided in ((1.0, 0), (15_000.0, 2)):
            run = pair(Rich)
            run.state.account.money_limit = limit
            assert run.sim.linked.call(run.state.handle, 3) == R_MONEY_OVERFLOW
            assert sum(row.rev > 0 for row in run.state.parts["rows"]) == decided


class Rich(Strategy):
    """More than the account has."""

    @step
    def decide(now, was, p, candle, my, wanted):
        wanted.market(0, 1, 200.0)


class Hold(Strategy):
    """Half of the account in each symbol."""

    @step
    def decide(now, was, p, candle, my, wanted):
        wanted.target(0.5)


def pair(strategy):
    """Two symbols, with a curve and without a gate."""
    made = strategy()
    runs = {A: drawn([100] * 3, A), B: drawn([100] * 2, B, minutes=[0, 2])}
    found = market_of(runs, {symbol: market(symbol) for symbol in runs})
    plan = Plan(made, found.instruments, MINUTE_MS, Decimal(10_000))
    sim = simulator(made, Features(gate=False, exits=False, curve=True, single=False), compiled=False)
    return SimpleNamespace(sim=sim, state=prepared(plan, found, sim, True))


def test_without_a_gate_a_symbol_that_has_no_candle_is_left_alone():
    """The gate is on for several symbols; a simulator without one sits a missing candle out all the same."""
    run = pair(Hold)
    assert run.sim.linked.call(run.state.handle, 3) == FINISHED
    assert [row.rev for row in run.state.parts["rows"]][::3] == [1, 1]
