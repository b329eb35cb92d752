"""Splits and dividends by hand: what they do to a position, to what rests, to exits, to memory and to what is seen.

Prices are ticks of 1, quantities lots of 1, unless it is said otherwise (docs/rules.md section 11).
"""
# ruff: noqa: ARG001, ARG002

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from tests.stage import PLAIN, at, bot, closed, codes, drawn, market, play, told

from botswain.build.plan import MONEY_LIMIT
from botswain.core.codes import CLOSE, END, FILL, LIMIT, MARKET, NEED_ROOM, STOP, TAKE_PROFIT
from botswain.core.indicators import ta
from botswain.core.records import State
from botswain.core.strategy import Param, Strategy, step
from botswain.core.streams import Streams
from botswain.lab import run as running
from botswain.lab.actions import Shown, put_actions
from botswain.lab.run import advance, prepared
from botswain.model.actions import ShareAction
from botswain.model.candles import COLUMNS
from botswain.model.reasons import Reason
from botswain.model.restated import restated

SHORT = market(shortable=True)


def split(minute, ratio, symbol="ABC/USD", dividend="0"):
    return ShareAction(symbol, at(minute), Fraction(ratio), Decimal(dividend))


def dividend(minute, cash, symbol="ABC/USD"):
    return ShareAction(symbol, at(minute), dividend=Decimal(cash))


class Once(Strategy):
    """Trades so many at its first close and never again."""

    side = Param(1, -1, 1)
    lots = Param(10, 0, 1000)

    @step
    def decide(now, was, p, candle, my, wanted):
        if closed(my) == 0 and p.lots > 0:
            wanted.row(0, MARKET, p.side, 0, p.lots)


class Resting(Strategy):
    """Wants one order at its second close, on ten shares bought at the second candle's open."""

    kind = Param(LIMIT, 1, 5)
    side = Param(1, -1, 1)
    price = Param(90, 1, 1000)

    def slots(self):
        return 2

    @step
    def decide(now, was, p, candle, my, wanted):
        if closed(my) == 0:
            wanted.row(0, MARKET, 1, 0, 10)
        elif closed(my) == 1:
            wanted.row(1, p.kind, p.side, p.price, 6)


def once(side, lots):
    return Once(side=side, lots=lots)


def held(rows, actions, lots=10, side=1, **settings):
    """That bot through actions; its position, cash and equity at the end."""
    result = play(once(side, lots), rows, actions=actions, instrument=SHORT, **{"capital": 10_000, **settings})
    assert result.halt is None
    return result


def left(result):
    return int(result.position("ABC/USD")), int(result.cash)


class TestThePosition:
    """Its shares change, its cost does not; less than a lot goes for cash."""

    def test_four_for_one_is_four_times_the_shares_and_no_gain(self):
        result = held([100, 100, 25, 25], [split(2, "4")])
        assert left(result) == (40, 9_000)
        assert [int(value) for _, value in result.equity] == [10_000] * 4
        (one,) = result.actions
        assert (one.time_ms, one.symbol, one.split, one.dividend, one.cash) == (at(2), "ABC/USD", 4, None, 0)
        assert (one.position_before, one.position_after) == (10, 40)

    def test_a_fraction_of_a_long_goes_at_the_last_close_and_takes_its_cost_along(self):
        # Seven halved are three and a half: half of a new share is one old one, worth 110 and bought at 100.
        result = held([100, 100, (100, 110), 220], [split(3, "1/2")], lots=7)
        assert left(result) == (3, 10_000 - 700 + 110)
        book = result.ran.state.parts["books"][0]
        assert (book.cost, book.realized) == (600, 10)
        assert result.final_equity == 10_000 - 700 + 110 + 3 * 220

    def test_a_fraction_of_a_short_is_paid_for(self):
        result = held([100, 100, (100, 110), 220], [split(3, "1/2")], lots=7, side=-1)
        assert left(result) == (-3, 10_000 + 700 - 110)
        book = result.ran.state.parts["books"][0]
        assert (book.cost, book.realized) == (600, -10)

    def test_cash_for_a_fraction_goes_down_for_a_long_and_up_for_a_short(self):
        # Five times three halves are seven and a half; half a new share is a third of an old one at 100.
        rows, actions = [100, 100, 67, 67], [split(2, "3/2")]
        assert left(held(rows, actions, lots=5)) == (7, 9_500 + 33)
        assert left(held(rows, actions, lots=5, side=-1)) == (-7, 10_500 - 34)

    def test_of_which_no_lot_is_left_the_round_trip_has_ended(self):
        result = held([100, 100, (100, 90), 720], [split(3, "1/8")], lots=3)
        assert left(result) == (0, 10_000 - 300 + 270)
        (trip,) = result.round_trips
        assert (trip.exit_reason, trip.exit_ms, trip.profit) == ("split", at(3), -30)
        assert (trip.qty, trip.entry_price, trip.exit_price) == (3, 100, 90)

    def test_a_loss_that_way_counts_for_the_losing_streak(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0 or closed(my) == 3:
                wanted.renew(0)
                wanted.row(0, MARKET, 1, 0, 3)

        rows, given = [100, 100, (100, 90), 720, 720, 720], [split(3, "1/8")]
        limits = {"max_consecutive_losses": 1, "cooldown_ms": 3_600_000}
        assert len(told(play(bot(decide), rows, actions=given))) == 2
        result = play(bot(decide), rows, actions=given, limits=limits)
        assert len(told(result)) == 1
        assert {one.code for one in result.notes} == {"cool_down"}

    def test_quantity_and_prices_of_a_round_trip_are_of_shares_after_the_split(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.target(1.0)
            elif closed(my) == 3:
                wanted.target(0.0)

        result = play(bot(decide), [100, 100, 40, 40, 50], actions=[split(2, "5/2")], sizing="fixed", size=10)
        (trip,) = result.round_trips
        assert (trip.qty, trip.entry_price, trip.exit_price, trip.profit) == (25, 40, 50, 250)

    def test_without_a_position_nothing_is_booked(self):
        result = play(once(1, 0), [100, 100, 25], actions=[split(2, "4")])
        (one,) = result.actions
        assert (one.position_before, one.position_after, one.cash) == (0, 0, 0)
        assert result.final_equity == result.plan.capital


class TestDividends:
    """Cash, on the first day without."""

    def test_a_long_gets_it_and_a_short_pays_it(self):
        rows = [100, 100, 98, 98]
        assert left(held(rows, [dividend(2, "2")])) == (10, 9_020)
        assert left(held(rows, [dividend(2, "2")], side=-1)) == (-10, 10_980)

    def test_it_is_rounded_against_the_account(self):
        rows = [100, 100, 100]
        assert left(held(rows, [dividend(2, "0.255")])) == (10, 9_002)
        assert left(held(rows, [dividend(2, "0.255")], side=-1)) == (-10, 10_997)

    def test_it_is_profit_of_the_round_trip_and_a_figure_of_its_own(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.target(1.0)
            elif closed(my) == 2:
                wanted.target(0.0)

        result = play(bot(decide), [100, 100, 98, 98], actions=[dividend(2, "3")], sizing="fixed", size=10)
        (trip,) = result.round_trips
        assert (trip.profit, result.metrics["dividends"], result.metrics["realized_pnl"]) == (10, 30, 10)

    def test_who_buys_at_the_open_of_that_day_gets_none(self):
        result = held([100, 98, 98], [dividend(1, "2")])
        assert left(result) == (10, 10_000 - 980)
        assert result.actions[0].cash == 0

    def test_of_the_same_time_the_split_is_first(self):
        assert left(held([100, 100, 25, 25], [split(2, "4", dividend="1")])) == (40, 9_040)

    def test_of_the_same_time_it_is_first_too_where_they_are_given_apart(self):
        # A dividend of 1 is for each of the forty shares after it.
        result = held([100, 100, 25, 25], [dividend(2, "1"), split(2, "4")])
        assert left(result) == (40, 9_000 + 40)

    def test_of_one_candle_they_come_by_their_time(self):
        """Ten at 2 each, then four for one; the other way round it is forty at 2 each."""
        rows = [100, 100, 25]
        early = [ShareAction("ABC/USD", at(2) - 1_000, dividend=Decimal(2)), split(2, "4")]
        late = [ShareAction("ABC/USD", at(2) - 1_000, Fraction(4)), dividend(2, "2")]
        assert left(held(rows, early)) == (40, 9_020)
        assert left(held(rows, late[::-1])) == (40, 9_080)


def row_after(strategy, ratio, rows=(100, 100, 100, 50, 50), **settings):
    """The row and the order of slot 1 after a split before the fourth candle."""
    result = play(strategy, list(rows), actions=[split(3, ratio)], instrument=SHORT, **settings)
    parts = result.ran.state.parts
    return result, parts["rows"][1], parts["orders"][1]


class TestOrders:
    """They are rewritten where they rest."""

    @pytest.mark.parametrize(
        ("kind", "side", "price", "ratio", "becomes"),
        [
            (LIMIT, 1, 90, "4", 22), (LIMIT, -1, 110, "4", 28), (STOP, -1, 90, "4", 23), (STOP, 1, 110, "4", 27),
            (TAKE_PROFIT, -1, 110, "4", 27), (TAKE_PROFIT, 1, 90, "4", 23), (LIMIT, 1, 90, "1/3", 270),
            (LIMIT, -1, 110, "1/3", 330), (LIMIT, 1, 3, "4", 1),
        ],
    )  # fmt: skip
    def test_prices_go_to_the_tick_as_they_were_ordered(self, kind, side, price, ratio, becomes):
        rows = (100, 100, 100, 25, 25) if ratio == "4" else (100, 100, 100, 300, 300)
        result, row, order = row_after(Resting(kind=kind, side=side, price=price), ratio, rows)
        assert len(result.fills) == 1
        assert (row.price if kind == LIMIT else row.trigger) == becomes
        assert (order.price if kind == LIMIT else order.trigger) == becomes
        assert (row.qty, row.eff, order.leaves) == ((24, 24, 24) if ratio == "4" else (2, 2, 2))

    def test_a_stop_limit_has_both(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 1:
                wanted.stop_limit(1, -1, 90.0, 85.0, 5.0)

        result, row, _ = row_after(bot(decide, slots=2), "2")
        assert (row.trigger, row.price) == (45, 43)
        assert not result.fills

    def test_they_keep_their_place_and_fill_as_maker(self):
        """Of two at one price the first to arrive fills first; the open beyond both is no new arrival of theirs."""

        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.row(1, LIMIT, 1, 90, 3)
            elif closed(my) == 1:
                wanted.row(0, LIMIT, 1, 91, 2)

        result = play(bot(decide, slots=2), [100, 100, 100, (40, 40, 40, 40)], actions=[split(3, "2")])
        assert [(one.slot, one.qty, one.price, one.maker) for one in result.fills] == [
            (1, 6, 40, True), (0, 4, 40, True),
        ]  # fmt: skip

    def test_what_was_on_its_way_arrives_in_new_shares(self):
        result = held([100, (25, 25), 25], [split(1, "4")])
        assert told(result) == [(1, "buy", 40, 25, "target")]

    def test_of_which_no_lot_is_left_ends_and_the_bot_is_told(self):
        def decide(now, was, p, candle, my, wanted):
            if my.event == END:
                my.mem.ended = my.mem.ended + my.slot
            elif closed(my) == 0:
                wanted.row(0, LIMIT, 1, 90, 8)
                wanted.row(1, LIMIT, 1, 80, 7)

        strategy = bot(decide, slots=2, events=(CLOSE, END), memory={"ended": 1})
        strategy.memory_units = {"ended": "plain"}
        result = play(strategy, [100, 100, 800, (800, 800, 600, 800)], actions=[split(2, "1/8")])
        assert told(result) == [(3, "buy", 1, 720, "target")]
        assert result.ran.state.parts["mem"][0] == 1
        assert [one[:2] for one in codes(result)] == [(1, "below_minimum")]

    def test_what_waits_at_the_gate_ends_too_where_nothing_is_left(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                wanted.row(0, LIMIT, 1, 90, 7)
                wanted.row(1, LIMIT, 1, 90, 9)

        limits = {"max_position": "0.0001"}
        result = play(bot(decide, slots=2), [100, 100, 800], actions=[split(2, "1/8")], limits=limits)
        rows = result.ran.state.parts["rows"]
        assert [Reason(row.ended).name for row in rows[:2]] == ["BELOW_MINIMUM", "MAX_POSITION"]
        assert (rows[1].qty, rows[1].eff) == (1, 0)


class TestExits:
    """They are what the rules say of the position as it is then."""

    def test_a_stop_and_a_target_stand_where_they_stood(self):
        rows = [100, 100, 100, (26, 26, 23, 26), (26, 29, 26, 28)]
        exits = {"stop_loss": "0.1", "take_profit": "0.1"}
        result = held([*rows], [split(3, "4")], exits=exits)
        # 90 and 110 are 22.5 and 27.5 a share: up to the tick.
        assert told(result)[1:] == [(3, "sell", 40, 23, "stop_loss")]
        result = held([100, 100, 100, (26, 26, 24, 26), (26, 29, 26, 28)], [split(3, "4")], exits=exits)
        assert told(result)[1:] == [(4, "sell", 40, 28, "take_profit")]

    def test_those_of_which_no_lot_is_left_are_off_the_book_before_the_candles_of_the_split(self):
        """Two of three for one are less than one: the position goes for cash, and nothing is left to wait for 270."""
        exits = {"stop_loss": "0.1", "take_profit": "0.1"}
        result = held([100, 100, 100, (300, 340, 260, 300)], [split(3, "1/3")], lots=2, exits=exits)
        assert left(result) == (0, 10_000)
        parts, account = result.ran.state.parts, result.ran.state.account
        assert [order.active for order in parts["orders"]] == [0, 0, 0]
        # The purchase and the split; no order ended in between that nobody had.
        assert [(one.slot, one.lots) for one in parts["reports"][: account.reports]] == [(0, 2), (-1, 0)]

    def test_a_trailing_stop_follows_the_best_in_new_shares(self):
        result = held([100, 100, (100, 120), (60, 60, 55, 56), (56, 56, 53, 53)], [split(3, "2")],
                      exits={"trailing_stop": "0.1"})  # fmt: skip
        assert told(result)[1:] == [(4, "sell", 20, 54, "trailing_stop")]

    def test_a_break_even_stop_that_was_armed_stays_armed(self):
        exits = {"break_even": "0.1"}
        result = held([100, 100, (100, 120), (60, 60, 49, 55)], [split(3, "2")], exits=exits)
        assert told(result)[1:] == [(3, "sell", 20, 50, "break_even")]

    def test_a_ladder_goes_on_with_its_pieces(self):
        exits = {"take_profit_1": "0.1", "take_profit_share_1": "0.5", "take_profit_2": "0.2", "stop_loss": "0.2"}
        rows = [100, 100, (100, 110, 100, 105), 53, (53, 60, 53, 60)]
        result = held(rows, [split(3, "2")], exits=exits)
        assert told(result)[1:] == [(2, "sell", 5, 110, "take_profit_1"), (4, "sell", 10, 60, "take_profit_2")]

    def test_nothing_protects_what_is_gone(self):
        result = held([100, 100, 100, 800, 10], [split(3, "1/8")], lots=3, exits={"stop_loss": "0.1"})
        assert len(result.fills) == 1
        assert all(row.state == 0 for row in result.ran.state.parts["rows"][1:])
        assert result.ran.state.parts["lanes"][0].best_known == 0


class TestWhatIsSeen:
    """After a split history is of new shares; what was seen before never changes."""

    @staticmethod
    def watcher():
        def decide(now, was, p, candle, my, wanted):
            n = int(my.mem.calls)
            my.mem.calls = n + 1
            my.mem.seen[4 * n] = candle.close
            my.mem.seen[4 * n + 1] = candle.volume
            my.mem.seen[4 * n + 2] = now.mean
            my.mem.seen[4 * n + 3] = was.mean
            if my.event == CLOSE and closed(my) == 1:
                wanted.row(0, LIMIT, 1, 100, 4)

        one = bot(
            decide, events=(CLOSE, FILL), memory={"calls": 1, "seen": 80}, indicators={"mean": ta.SMA(2)}
        )  # fmt: skip
        one.memory_units = {"calls": "plain", "seen": "plain"}
        return one

    def test_a_fill_before_the_next_close_finds_the_candles_before_restated(self):
        candles = drawn([100, 104, (28, 28, 22, 24), 30], volume=[8, 16, 40, 50])
        result = play(self.watcher(), candles, actions=[split(2, "4")])
        seen = np.array(result.ran.state.parts["mem"][1:21]).reshape(5, 4)
        assert seen[0][:2].tolist() == [100, 8]
        assert seen[1].tolist()[:3] == [104, 16, 102]
        assert seen[2][:3].tolist() == [26, 64, 25.5]  # the fill: the second candle, four for one
        assert seen[3].tolist() == [24, 40, 25, 25.5]
        assert seen[4].tolist() == [30, 50, 27, 25]

    def test_after_the_first_candle_there_is_none_before_it(self):
        candles = drawn([100, (26, 26, 22, 24), 30, 31])

        def decide(now, was, p, candle, my, wanted):
            if my.event == FILL:
                my.mem.seen[0] = candle.close
                my.mem.seen[1] = was.mean
            elif closed(my) == 0:
                wanted.row(0, LIMIT, 1, 100, 4)

        one = bot(decide, events=(CLOSE, FILL), memory={"seen": 2}, indicators={"mean": ta.SMA(2)})
        one.memory_units = {"seen": "plain"}
        result = play(one, candles, actions=[split(1, "4")])
        seen = result.ran.state.parts["mem"]
        assert seen[0] == 25
        assert np.isnan(seen[1])

    def test_indicators_are_streams_that_begin_anew_on_restated_candles(self):
        rng = np.random.default_rng(5)
        closes = np.round(100 + np.cumsum(rng.normal(0, 1, 300)), 2)
        candles = drawn([float(one) for one in closes], volume=[float(one) for one in rng.integers(1, 99, 300)])
        declared = {"ema": ta.EMA(9), "rsi": ta.RSI(5), "obv": ta.OBV(), "atr": ta.ATR(7)}
        splits = [(100, Fraction(3)), (180, Fraction(1, 7))]
        shown = Shown.of(candles, splits, declared)
        for number, (start, end) in enumerate([(0, 100), (100, 180), (180, 300)]):
            streams = Streams(declared, 60_000)
            history = restated(candles.slice(0, end), splits[:number])
            for i in range(end):
                told_of = {name: float(getattr(history, name)[i]) for name in ("ts", *COLUMNS)}
                values = streams.update(told_of)
                if i >= start:
                    row = int(shown.rows[i])
                    np.testing.assert_array_equal([column[row] for column in shown.columns], values)
        assert float(restated(candles, splits).close[0]) == float(closes[0]) * 7.0 / 3.0

    def test_what_a_bot_remembers_is_of_new_shares_where_it_says_so(self):
        def decide(now, was, p, candle, my, wanted):
            if closed(my) == 0:
                my.mem.price[0] = 90.0
                my.mem.price[1] = 101.0
                my.mem.lots = 10.0
                my.mem.count = 7.0

        one = bot(decide, memory={"price": 2, "lots": 1, "count": 1})
        one.memory_units = {"price": "price", "lots": "quantity", "count": "plain"}
        result = play(one, [100, 100, 80], actions=[split(2, "5/4")])
        assert list(result.ran.state.parts["mem"]) == [72.0, 101.0 * 4 / 5, 12.5, 7.0]


class TestTheTimeline:
    """Several symbols, a later start, room, and money without end."""

    def test_each_symbol_has_its_own(self):
        def decide(now, was, p, candle, my, wanted):
            if my.lots == 0:
                wanted.row(0, MARKET, 1, 0, 10)

        candles = {"ABC/USD": drawn([100, 100, 25, 25]), "XYZ/USD": drawn([50, 50, 49], "XYZ/USD", minutes=[0, 1, 3])}
        given = [split(2, "4"), dividend(2, "1", "XYZ/USD")]
        result = play(bot(decide), candles, actions=given, capital=10_000)
        assert [(one.symbol, one.position_after) for one in result.actions] == [("ABC/USD", 40), ("XYZ/USD", 10)]
        # The dividend is there with the first candle after it, not before.
        assert [int(value) for _, value in result.equity] == [10_000] * 4
        assert result.cash == 10_000 - 1_000 - 500 + 10

    def test_one_before_the_first_decision_only_restates(self):
        result = play(once(1, 1), [100, 100, 25, 25, 25], actions=[split(1, "4"), split(3, "2")], start=at(2))
        assert [one.split for one in result.actions] == [2]

    def test_one_at_the_first_decision_finds_nothing_closed(self):
        result = play(once(1, 1), [100, 100, 25, 25, 25], actions=[split(2, "4")], start=at(2))
        assert [(one.split, one.position_after) for one in result.actions] == [(4, 0)]

    @pytest.mark.parametrize("minute", [0, -5, 9])
    def test_before_the_first_candle_and_after_the_last_there_is_none(self, minute):
        result = held([100, 100, 100], [split(minute, "4")])
        assert result.actions == []
        assert left(result) == (10, 9_000)

    def test_there_is_room_for_what_a_split_ends(self, monkeypatch):
        monkeypatch.setattr(running, "FIRST_ROOM", {True: 1, False: 1})
        result = held([100, 100, 25, 25], [split(2, "4")])
        assert left(result) == (40, 9_000)
        plan, sold = result.plan, result.market
        sim = running.chosen(plan.strategy, plan.features(curve=True), compiled=False, folder=None)
        state = prepared(plan, sold, sim, True)
        assert sim.linked.call(state.handle, 3) == NEED_ROOM

    @pytest.mark.parametrize("given", [split(2, "3/2"), split(2, "4"), dividend(2, "3")])
    def test_money_beyond_what_it_is_counted_with_stops_the_run(self, given):
        """A compiled run is then done again with integers of any size (build.plan)."""
        result = held([100, 100, 25, 25], [given], lots=5)
        plan = result.plan
        sim = running.chosen(plan.strategy, plan.features(curve=True), compiled=False, folder=None)
        state = prepared(plan, result.market, sim, True)
        assert advance(sim, state, 2, plan) is None
        state.account.money_limit = 1.0
        halt = advance(sim, state, 4, plan)
        assert halt is not None
        assert halt.reason is Reason.MONEY_OVERFLOW

    def test_a_run_is_the_same_in_one_go_and_in_parts(self):
        parts = []
        given = {"actions": [split(2, "4"), dividend(3, "1")], "options": PLAIN}
        told_of = play(once(1, 10), [100, 100, 25, 25], **given)
        again = play(
            once(1, 10), [100, 100, 25, 25],
            **given | {"options": type(PLAIN)(compiled=False, progress=parts.append)},
        )  # fmt: skip
        assert parts
        assert again.final_equity == told_of.final_equity
        assert again.actions == told_of.actions

    def test_a_dividend_of_more_money_than_64_bits_is_too_much_for_machine_code_and_exact_in_python(self):
        """What holds a share of it has its run done again (build.plan)."""
        rules = market(tick="0.0000000001", lot="1", shortable=True)
        result = play(once(1, 10), [100, 100, 98], instrument=rules, actions=[dividend(2, "987654321.5")])
        assert [one.cash for one in result.actions] == [Decimal("9876543215")]
        for compiled, wanted in ((True, (1 << 62, 1)), (False, (9_876_543_215_000_000_000, 1))):
            state = State(1, 1, 0, 10, compiled=compiled)
            put_actions(state, result.market.actions.placed, result.plan)
            record = state.parts["actions"][0]
            assert (record.num, record.den) == wanted
        assert float(1 << 62) > MONEY_LIMIT
