"""The ladder on drawn markets: its lines, its first orders, its turns, its end, and the ladders it refuses to be."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.stage import market, play, told

from botswain.model.errors import BadInput
from botswain.strategies.grid import Grid

BAND = {"lower": 90, "upper": 110, "levels": 4}  # lines 90, 95, 100, 105, 110
FIXED = {"sizing": "fixed", "size": 2}
SHORT = market(shortable=True)


def lines_of(result):
    """The lines that the step drew, in ticks."""
    levels = result.plan.strategy.levels
    return [int(line) for line in list(result.ran.state.parts["mem"])[1 : levels + 2]]


class TestLines:
    """Where they stand: computed by the step and, for checks and pictures, by the class; the same on every tick."""

    def test_of_an_arithmetic_band_are_evenly_apart(self):
        assert lines_of(play("grid", [100], params=BAND)) == [90, 95, 100, 105, 110]

    def test_of_a_geometric_band_are_evenly_apart_in_per_cent(self):
        params = {"lower": 100, "upper": 1600, "levels": 4, "spacing": "geometric"}
        assert lines_of(play("grid", [300], params=params, capital=10**6)) == [100, 200, 400, 800, 1600]

    def test_around_a_centre_stand_by_its_step(self):
        params = {"centre": 1000, "step": 0.1, "levels": 3}
        assert lines_of(play("grid", [1000], params=params, capital=10**6)) == [900, 1000, 1100, 1200]
        params["spacing"] = "geometric"
        assert lines_of(play("grid", [1000], params=params, capital=10**6)) == [909, 1000, 1100, 1210]

    def test_without_a_centre_stand_around_the_first_close(self):
        assert lines_of(play("grid", [(900, 1000)], params={"step": 0.05, "levels": 2}, capital=10**6)) == [
            950, 1000, 1050,
        ]  # fmt: skip

    def test_go_to_the_nearest_tick_halves_up(self):
        assert lines_of(play("grid", [100], params={"lower": 90, "upper": 111, "levels": 2})) == [90, 101, 111]

    @given(
        st.sampled_from(["arithmetic", "geometric"]), st.booleans(), st.integers(1, 40), st.integers(200, 10**6),
        st.sampled_from([0.011, 0.023]), st.sampled_from(["1", "0.5"]),
    )  # fmt: skip
    def test_of_the_class_are_those_of_the_step(self, spacing, band, levels, first, step, tick):
        params = {"levels": levels, "spacing": spacing, "step": step}
        if band:
            params |= {"lower": first * 0.7, "upper": first * 1.6}
        try:
            strategy = Grid(**params)
            rules = market(tick=tick)
            strategy.check(rules, Decimal(first))
        except BadInput:
            return
        drawn_lines = [math.floor(line / float(tick) + 0.5) for line in strategy.lines(float(first))]
        assert lines_of(play(strategy, [first], instrument=rules, capital=10**9)) == drawn_lines


class TestStart:
    """At the first close: buys below, purchases or sales above."""

    def test_buys_at_the_market_what_the_upper_cells_will_sell(self):
        result = play("grid", [100, 100, (100, 110, 100, 110)], params=BAND, **FIXED)
        assert told(result) == [
            (1, "buy", 2, 100, "grid"), (1, "buy", 2, 100, "grid"), (2, "sell", 2, 105, "grid"),
            (2, "sell", 2, 110, "grid"),
        ]  # fmt: skip
        assert [fill.slot for fill in result.fills] == [2, 3, 2, 3]

    def test_rests_buys_below_the_close_only(self):
        rows = [100, (100, 100, 89, 89)]
        assert told(play("grid", rows, params=BAND, **FIXED))[2:] == [
            (1, "buy", 2, 95, "grid"), (1, "buy", 2, 90, "grid"),
        ]  # fmt: skip

    def test_sells_short_above_where_it_may(self):
        rows = [100, (100, 111, 94, 111)]
        result = play("grid", rows, params=BAND, instrument=SHORT, **FIXED)
        assert told(result) == [(1, "buy", 2, 95, "grid"), (1, "sell", 2, 105, "grid"), (1, "sell", 2, 110, "grid")]

    def test_without_an_initial_purchase_waits_for_a_close_above_each_line(self):
        rows = [100, (100, 104), (104, 104, 99, 100), (100, 111), (111, 111, 104, 105), 105]
        result = play("grid", rows, params=BAND | {"initial": "none"}, **FIXED)
        # The cell at 100 wakes with the close at 104, that at 105 with the close at 111.
        assert told(result) == [
            (2, "buy", 2, 100, "grid"), (3, "sell", 2, 105, "grid"), (4, "buy", 2, 105, "grid"),
        ]  # fmt: skip

    def test_shares_its_capital_among_all_cells_at_their_own_line(self):
        result = play("grid", [100, (100, 100, 89, 89)], params=BAND)
        # 10,000 x 0.995 / 4 = 2,487.5: at 100, 95 and 90.
        assert [fill[2] for fill in told(result)] == [24, 24, 26, 27]


class TestTurns:
    """A fill wants its opposite, from the next candle on."""

    def test_buy_low_and_sell_one_line_higher_again_and_again(self):
        rows = [96, (96, 96, 90, 92), (92, 95, 92, 95), (95, 95, 90, 91), (91, 96, 91, 96)]
        params = {"lower": 90, "upper": 95, "levels": 1}
        result = play("grid", rows, params=params, **FIXED)
        assert told(result) == [
            (1, "buy", 2, 90, "grid"), (2, "sell", 2, 95, "grid"), (3, "buy", 2, 90, "grid"),
            (4, "sell", 2, 95, "grid"),
        ]  # fmt: skip
        assert [trip.profit for trip in result.round_trips] == [10, 10]

    def test_sell_what_was_really_received(self):
        rules = market(lot="0.1", fee_asset="ABC", fee_precision=3, maker_fee="0.006", taker_fee="0.006")
        params = {"lower": 90, "upper": 95, "levels": 1}
        result = play("grid", [96, (96, 96, 90, 92), (92, 95, 92, 95)], params=params, instrument=rules, **FIXED)
        assert [str(fill[2]) for fill in told(result)] == ["2.0", "1.9"]
        assert result.dust("ABC/USD") == Decimal("0.088")

    def test_of_which_nothing_was_received_wait(self):
        rules = market(fee_asset="ABC", fee_precision=3, maker_fee="0.006", taker_fee="0.006")
        params = {"lower": 90, "upper": 95, "levels": 1}
        result = play("grid", [96, (96, 96, 90, 92), (92, 95, 92, 95)], params=params, instrument=rules,
                      sizing="fixed", size=1)  # fmt: skip
        assert len(result.fills) == 1
        assert result.ran.state.parts["rows"][0].state == 0

    def test_of_a_short_buy_back_one_line_lower_in_the_cell_s_quantity(self):
        rows = [100, (100, 105, 100, 104), (104, 104, 100, 100)]
        result = play("grid", rows, params=BAND, instrument=SHORT, **FIXED)
        assert told(result) == [(1, "sell", 2, 105, "grid"), (2, "buy", 2, 100, "grid")]


class TestEnd:
    """A protective exit ends the grid: every row is withdrawn."""

    def test_comes_with_the_first_protective_fill(self):
        rows = [100, 100, (100, 100, 93, 93), (93, 110, 80, 100), (100, 110, 80, 100)]
        result = play("grid", rows, params=BAND, exits={"stop_loss": "0.06"}, **FIXED)
        assert told(result)[2:] == [
            (2, "buy", 2, 95, "grid"), (2, "sell", 4, 94, "stop_loss"), (3, "sell", 2, 93, "stop_loss"),
        ]  # fmt: skip
        assert result.position("ABC/USD") == 0

    def test_is_for_good_though_later_fills_are_told(self):
        """The stop and a buy below it fill in one candle: the grid is over, what it just bought stays protected."""
        rows = [100, 100, (100, 100, 89, 89), (89, 89, 84, 85), 85]
        result = play("grid", rows, params=BAND, exits={"stop_loss": "0.07"}, **FIXED)
        assert told(result) == [
            (1, "buy", 2, 100, "grid"), (1, "buy", 2, 100, "grid"), (2, "buy", 2, 95, "grid"),
            (2, "sell", 4, 93, "stop_loss"), (2, "buy", 2, 90, "grid"), (3, "sell", 4, 88, "stop_loss"),
        ]  # fmt: skip


class TestRefused:
    """Ladders that cannot stand, or cannot pay."""

    @pytest.mark.parametrize(
        ("params", "message"),
        [
            ({"lower": 90}, "parameters lower 90.0 and upper 0.0: give both, or neither and use step"),
            ({"lower": 110, "upper": 90}, "lower is 110.0 and upper is 90.0; lower must be below upper"),
            ({"step": 0}, "step is 0 (0 %); give a step above 0, or lower and upper"),
            ({"step": 0.1, "levels": 20}, "the lowest line would be at or below zero"),
            ({"levels": 501}, "parameter levels is 501; it must be from 1 to 500"),
            ({"spacing": "geometrical"}, "did you mean 'geometric'?"),
        ],
    )
    def test_parameters_that_contradict_each_other(self, params, message):
        with pytest.raises(BadInput) as raised:
            Grid(**params)
        assert message in str(raised.value)

    def test_a_geometric_ladder_may_be_deep(self):
        Grid(step=0.1, levels=20, spacing="geometric")

    def test_lines_that_fall_on_one_tick(self):
        with pytest.raises(BadInput, match=r"grid of 20 levels puts two lines on 1[0-9]+ with a tick of 1; use fewer"):
            play("grid", [150], params={"lower": 149, "upper": 155, "levels": 20})

    def test_lines_at_nothing(self):
        with pytest.raises(BadInput, match="puts two lines on 0 with a tick of 1"):
            play("grid", [150], params={"lower": 0.1, "upper": 200, "levels": 10})

    def test_a_step_that_does_not_pay_its_round_trip_fee(self):
        rules = market(tick="0.01", maker_fee="0.001")
        params = {"centre": 100, "step": 0.002, "levels": 4}
        with pytest.raises(BadInput) as raised:
            play("grid", [100], params=params, instrument=rules)
        assert "grid step from 100.00 to 100.20 (0.200 %) does not pay its round-trip fee of 0.2 %" in str(raised.value)
        play("grid", [100], params=params | {"step": 0.0021}, instrument=rules)
