"""A grid that does more than stand where it was drawn, on drawn markets: each of its ways, worked out by hand."""

import pytest
from tests.stage import codes, market, play, told

from botswain.model.errors import BadInput
from botswain.strategies.grid import Grid

BAND = {"lower": 90, "upper": 110, "levels": 4}  # lines 90, 95, 100, 105, 110
FIXED = {"sizing": "fixed", "size": 2}
# Enough for two coins at any line up to 115.
QUOTE = {"sizing": "fixed_quote", "size": 230}
SHORT = market(shortable=True)
BOUGHT = [(1, "buy", 2, 100, "grid"), (1, "buy", 2, 100, "grid")]  # what the cells at 100 and 105 will sell


def managed(rows, *, more=FIXED, instrument=None, exits=None, **params):
    """A run on the band above, and its fills."""
    result = play("grid", rows, params=BAND | params, instrument=instrument, exits=exits or {}, **more)
    return result, told(result)


def kept(result, name):
    """A number, or several, of its memory at the end."""
    first, layout = 0, result.plan.strategy.memory()
    for one, count in layout.items():
        if one == name:
            found = [int(value) for value in list(result.ran.state.parts["mem"])[first : first + count]]
            return found if count > 1 else found[0]
        first += count
    raise AssertionError(f"no {name} in {sorted(layout)}")


class TestFollowingUp:
    """A close above the band: the lowest cell's buy is given up and stands below the price, on top of the others."""

    def test_takes_the_lowest_buy_off_and_puts_it_under_the_price(self):
        rows = [100, 100, (100, 112, 100, 112), (112, 112, 104, 104), (104, 115, 88, 90)]
        _, fills = managed(rows, trail="up", more=QUOTE)
        # At 112 the cell at 90 moves to 110, and sells at 115. Nobody buys at 90 any more.
        assert fills == [
            *BOUGHT, (2, "sell", 2, 105, "grid"), (2, "sell", 2, 110, "grid"),
            (3, "buy", 2, 110, "grid"), (3, "buy", 2, 105, "grid"),
            (4, "sell", 2, 110, "grid"), (4, "sell", 2, 115, "grid"),
            (4, "buy", 2, 100, "grid"), (4, "buy", 2, 95, "grid"),
        ]  # fmt: skip

    def test_stays_where_the_close_is_on_the_highest_line(self):
        result, _ = managed([100, 100, (100, 110, 100, 110)], trail="up", more=QUOTE)
        assert (kept(result, "top"), kept(result, "base")) == (110, 0)

    def test_moves_as_many_cells_as_the_close_has_passed_lines(self):
        result, _ = managed([100, 100, (100, 123, 100, 123)], trail="up", more=QUOTE)
        # 115, 120, 125: three cells. Only that of 105 has kept its place.
        assert (kept(result, "top"), kept(result, "base")) == (125, 3)
        assert kept(result, "lines")[:4] == [110, 115, 120, 105]

    def test_moves_no_more_cells_than_there_are_at_one_close(self):
        result, _ = managed([100, 100, (100, 300, 100, 300)], trail="up", more=QUOTE)
        assert kept(result, "top") == 130

    def test_goes_no_higher_than_it_may(self):
        result, _ = managed([100, 100, (100, 123, 100, 123)], trail="up", trail_top=120, more=QUOTE)
        assert kept(result, "top") == 120

    def test_buys_for_the_money_of_a_cell_at_its_new_line(self):
        rows = [100, (100, 112, 100, 112), (112, 112, 108, 108)]
        result = play("grid", rows, params=BAND | {"trail": "up"})
        # 10,000 x 0.995 / 4 = 2,487.50: 22 at 110.
        assert (2, "buy", 22, 110, "grid") in told(result)

    def test_in_percent_keeps_the_percentage(self):
        params = {"lower": 100, "upper": 400, "levels": 2, "spacing": "geometric", "trail": "up"}
        result = play("grid", [150, 150, (150, 500, 150, 500)], params=params, sizing="fixed_quote", size=2000)
        assert kept(result, "top") == 800


class TestFollowingDown:
    """A close below the band: the highest cell goes below the others, with its coins."""

    def test_sells_the_coins_of_the_highest_cell_above_its_new_line_at_a_loss(self):
        rows = [100, 100, (100, 100, 88, 88), (88, 91, 88, 91), (91, 91, 84, 84), 84, (84, 90, 84, 90)]
        result, fills = managed(rows, trail="down")
        # 88: the cell of 105, bought at 100, moves to 85 and sells at 90. 84: that of 100 moves to 80 and sells at 85.
        assert fills[2:] == [
            (2, "buy", 2, 95, "grid"), (2, "buy", 2, 90, "grid"), (3, "sell", 2, 90, "grid"),
            (4, "buy", 2, 85, "grid"), (6, "sell", 2, 85, "grid"), (6, "sell", 2, 90, "grid"),
        ]  # fmt: skip
        assert [trip.profit for trip in result.round_trips] == [-20, -30, 10]

    def test_buys_again_for_no_more_than_its_coins_brought(self):
        rows = [100, 100, (100, 100, 88, 88), (88, 91, 88, 91), (91, 91, 84, 84)]
        result = play("grid", rows, params=BAND | {"trail": "down"})
        # 24 coins for 2,487.50 at 100; sold at 90 they bring 2,160: 25 at 85, where a cell's money would buy 29.
        assert told(result)[4:] == [(3, "sell", 24, 90, "grid"), (4, "buy", 25, 85, "grid")]

    def test_goes_no_lower_than_it_may_nor_to_nothing(self):
        result, _ = managed([100, 100, (100, 100, 70, 70)], trail="down", trail_bottom=80)
        assert kept(result, "low") == 80
        deep = {"lower": 10, "upper": 110, "levels": 2, "trail": "down"}
        assert kept(play("grid", [60, 60, (60, 60, 2, 2)], params=deep, **FIXED), "low") == 10

    def test_a_cell_that_has_nothing_waits_below_its_line(self):
        rows = [100, (100, 100, 79, 79), (79, 83, 79, 83), (83, 83, 80, 80)]
        result, fills = managed(rows, trail="down", initial="none")
        # Cells of 105 and 100 have bought nothing: they move to 85 and 80 (above the close) and 75 (below, a buy).
        assert fills[:2] == [(1, "buy", 2, 95, "grid"), (1, "buy", 2, 90, "grid")]
        assert (3, "buy", 2, 80, "grid") in fills
        assert kept(result, "low") == 75

    def test_both_ways_goes_down_after_it_went_up(self):
        rows = [100, 100, (100, 112, 100, 112), (112, 112, 89, 89)]
        result, _ = managed(rows, trail="both", more=QUOTE)
        # Up one cell: 95 to 115. Down two at 89: the lowest line under it is 85.
        assert (kept(result, "low"), kept(result, "top")) == (85, 105)

    def test_short_cells_keep_what_they_want(self):
        rows = [100, (100, 111, 100, 111), (111, 111, 109, 109)]
        result, fills = managed(rows, trail="up", instrument=SHORT, more=QUOTE)
        # Sold short at 105 and 110. The cell of 90 moves to 110 and buys there.
        assert fills == [(1, "sell", 2, 105, "grid"), (1, "sell", 2, 110, "grid"), (2, "buy", 2, 110, "grid")]
        assert kept(result, "top") == 115


class TestStarting:
    """At once, at a touch, with all of the upper cells or some."""

    @pytest.mark.parametrize(
        ("trigger", "rows", "begins"),
        [
            (97, [100, (100, 101, 98, 98), (98, 99, 97, 99), 99], 3),
            (103, [100, (100, 102, 98, 98), (98, 110, 98, 99), 99], 3),
            (100, [100, 99], 1),
        ],
    )
    def test_begins_at_the_close_after_the_price_was_there(self, trigger, rows, begins):
        _, fills = managed(rows, trigger=trigger)
        assert [fill[0] for fill in fills] == [begins, begins]

    def test_a_touch_in_the_candle_before_it_was_there_does_not_count(self):
        _, fills = managed([(100, 120, 80, 100), 100], trigger=97)
        assert fills == []

    def test_draws_its_band_around_the_close_at_which_it_begins(self):
        params = {"step": 0.05, "levels": 2, "trigger": 110}
        result = play("grid", [100, (100, 120, 100, 120)], params=params, **FIXED)
        assert kept(result, "lines") == [114, 120, 126]

    def test_buys_a_part_of_the_upper_cells_the_nearest_first(self):
        rows = [100, 100, (100, 106, 100, 106), (106, 106, 104, 104)]
        _, fills = managed(rows, initial_part=0.5)
        # The cell of 105 buys once a close has been above it.
        assert fills == [(1, "buy", 2, 100, "grid"), (2, "sell", 2, 105, "grid"), (3, "buy", 2, 105, "grid")]


class TestCells:
    """How far a cell's sale is, how much it buys, how many rest."""

    def test_sell_at_their_own_distance(self):
        _, fills = managed([100, 100, (100, 120, 100, 120)], profit=0.1)
        # 100 x 1.1 = 110; 105 x 1.1 = 115.5, up to the tick.
        assert fills[2:] == [(2, "sell", 2, 110, "grid"), (2, "sell", 2, 116, "grid")]

    def test_have_as_many_coins_as_each_other(self):
        result = play("grid", [100, (100, 100, 89, 89)], params=BAND | {"equal": "coins"})
        # The mean of 90, 95, 100 and 105 is 97.5, up to 98: 2,487.50 / 98 = 25.4.
        assert [fill[2:4] for fill in told(result)] == [(25, 100), (25, 100), (25, 95), (25, 90)]

    def test_buy_for_all_that_they_sold_for(self):
        params = {"lower": 90, "upper": 100, "levels": 1, "compound": True}
        rows = [96, (96, 96, 90, 92), (92, 100, 92, 100), (100, 100, 90, 90)]
        fills = told(play("grid", rows, params=params, sizing="fixed", size=9))
        assert fills == [(1, "buy", 9, 90, "grid"), (2, "sell", 9, 100, "grid"), (3, "buy", 10, 90, "grid")]

    def test_rest_as_few_as_asked_the_nearest_of_each_side(self):
        rows = [100, 100, (100, 111, 100, 100), (100, 100, 94, 94), 94]
        _, fills = managed(rows, resting=1)
        # 110 is not there in candle 2, nor 95 in candle 3; it is bought at the open of 94.
        assert fills == [
            *BOUGHT, (2, "sell", 2, 105, "grid"), (3, "buy", 2, 100, "grid"), (4, "buy", 2, 94, "grid"),
        ]  # fmt: skip

    def test_that_the_venue_ended_are_asked_for_again_after_the_next_fill(self):
        rows = [100, (100, 100, 89, 89), (89, 111, 89, 111), 89]
        result, fills = managed(rows, resting=4, more={"sizing": "fixed", "size": 28})
        # 10,000 pay for three purchases of 28. When those are sold there is enough for the fourth, at 89 for all four.
        assert [fill[1:4] for fill in fills[:3]] == [("buy", 28, 100), ("buy", 28, 100), ("buy", 28, 95)]
        assert [one[1] for one in codes(result)] == ["insufficient_balance"]
        assert fills[6:] == [(3, "buy", 28, 89, "grid")] * 4


class TestBeyond:
    """What a close outside the band does where the band does not follow."""

    def test_pause_buys_nothing_until_the_price_is_back(self):
        rows = [100, (100, 112, 100, 112), 112, (112, 112, 94, 101), (101, 101, 94, 99)]
        _, fills = managed(rows, beyond="pause")
        # Candle 3 goes through all lines. What it left is bought in candle 4, that of 105 at the open.
        assert fills == [
            *BOUGHT, (2, "sell", 2, 112, "grid"), (2, "sell", 2, 112, "grid"),
            (4, "buy", 2, 101, "grid"), (4, "buy", 2, 100, "grid"), (4, "buy", 2, 95, "grid"),
        ]  # fmt: skip

    def test_pause_sells_nothing_short_above(self):
        rows = [100, (100, 107, 100, 107), (107, 107, 99, 99), (99, 109, 99, 109)]
        params = BAND | {"upper": 106, "lower": 94, "beyond": "pause"}  # lines 94, 97, 100, 103, 106
        fills = told(play("grid", rows, params=params, instrument=SHORT, **FIXED))
        assert fills[:2] == [(1, "sell", 2, 103, "grid"), (1, "sell", 2, 106, "grid")]
        assert fills[2:4] == [(2, "buy", 2, 103, "grid"), (2, "buy", 2, 100, "grid")]

    def test_end_sells_all(self):
        result, fills = managed([100, 100, (100, 100, 88, 88), 87, (87, 110, 87, 100)], beyond="end")
        assert fills[2:] == [(2, "buy", 2, 95, "grid"), (2, "buy", 2, 90, "grid"), (3, "sell", 8, 87, "end")]
        assert [trip.profit for trip in result.round_trips] == [-26, -26, -16, -6]

    def test_end_and_keep_leaves_the_coins(self):
        result, fills = managed([100, 100, (100, 100, 88, 88), 87, (87, 110, 87, 100)], beyond="end", at_end="keep")
        assert len(fills) == 4
        assert result.position("ABC/USD") == 8

    def test_end_buys_back_what_was_sold_short(self):
        result, fills = managed([100, (100, 112, 100, 112), 113], beyond="end", instrument=SHORT)
        assert fills[2:] == [(2, "buy", 4, 113, "end")]
        assert result.position("ABC/USD") == 0


class TestEarned:
    """What the cells have made stands apart from what is still held."""

    def test_of_cells_and_of_what_is_open_add_up_to_the_profit(self):
        rows = [100, 100, (100, 105, 94, 94), (94, 100, 94, 98)]
        figures = managed(rows, trail="down")[0].metrics
        # 100 to 105 and 95 to 100 made 10 each. Held are two coins bought at 100 and two at the open of 94, at 98.
        assert figures["trips_count"] == 2
        assert figures["trips_profit"] == 20
        assert figures["trips_open_profit"] == 4 == figures["profit"] - 20


class TestFastFall:
    """A candle that falls too fast holds purchases back for some candles."""

    def test_holds_them_back(self):
        dip = (94, 94, 89, 94)
        _, fills = managed([100, 100, (100, 100, 94, 94), dip, dip, dip], fall=0.05, fall_pause=2)
        assert fills[2:] == [(2, "buy", 2, 95, "grid"), (5, "buy", 2, 90, "grid")]

    def test_is_measured_from_the_close_before_too(self):
        _, fills = managed([100, 100, (94, 94, 94, 94), (94, 94, 89, 94)], fall=0.05)
        assert fills[2:] == [(2, "buy", 2, 94, "grid")]


class TestEnding:
    """A price, a gain, a loss or a time at which all of it ends, at the next open."""

    @pytest.mark.parametrize(
        ("params", "rows", "last"),
        [
            ({"end_below": 93}, [100, 100, (100, 100, 93, 93), 92], (3, "sell", 6, 92, "end")),
            ({"end_above": 107}, [100, 100, (100, 107, 100, 107), 108], (3, "sell", 2, 108, "end")),
            # 2 sold 5 higher and 2 worth 5 more: 20 of 10,000.
            ({"end_gain": 0.002}, [100, 100, (100, 105, 100, 105), 104], (3, "sell", 2, 104, "end")),
            # 4 coins of 100 are worth 5 less: 20 of 10,000.
            ({"end_loss": 0.002}, [100, 100, (100, 100, 95, 95), 94], (3, "sell", 6, 94, "end")),
            ({"end_after": 2}, [100, 100, 100, 101], (3, "sell", 4, 101, "end")),
        ],
    )
    def test_sells_all(self, params, rows, last):
        result, fills = managed([*rows, (90, 112, 88, 100)], **params)
        assert fills[-1] == last
        assert result.position("ABC/USD") == 0

    def test_one_tick_before_nothing_ends(self):
        for params in ({"end_below": 92}, {"end_loss": 0.003}, {"end_after": 5}, {"end_above": 101}):
            result, _ = managed([100, 100, (100, 100, 95, 95), 94], **params)
            assert kept(result, "stage") == 1

    def test_goes_on_until_all_is_sold_where_the_venue_takes_less_at_once(self):
        rules = market(max_qty="3")
        result, fills = managed([100, 100, 100, 100, 100, 100, 100], end_after=2, instrument=rules)
        assert [fill[1:3] for fill in fills] == [("buy", 2), ("buy", 2), ("sell", 3), ("sell", 1)]
        assert kept(result, "stage") == 2

    def test_is_over_where_the_rest_is_too_small(self):
        rules = market(min_notional="150")
        result, _ = managed([100, 100, 100, 15, 15], end_below=40, instrument=rules)
        assert kept(result, "stage") == 3

    def test_by_a_protective_exit_is_for_good(self):
        rows = [100, 100, (100, 100, 93, 93), (93, 110, 80, 100), (100, 110, 80, 100)]
        _, fills = managed(rows, trail="down", exits={"stop_loss": "0.06"})
        assert fills[2:] == [
            (2, "buy", 2, 95, "grid"), (2, "sell", 4, 94, "stop_loss"), (3, "sell", 2, 93, "stop_loss"),
        ]  # fmt: skip


class TestRefused:
    """Settings that contradict each other, or cannot pay."""

    @pytest.mark.parametrize(
        ("params", "message"),
        [
            ({"trail_top": 120}, "parameter trail_top is 120.0 and trail is no; use trail up or both"),
            ({"trail_bottom": 80, "trail": "up"}, "trail_bottom is 80.0 and trail is up; use trail down or both"),
            ({"trail": "up", "trail_top": 110}, "trail_top is 110.0 and upper 110.0; trail_top must be above upper"),
            ({"trail": "down", "trail_bottom": 90}, "and lower 90.0; trail_bottom must be below lower"),
            ({"trail": "up", "equal": "coins"}, "parameter equal is coins and trail is up"),
            ({"trail": "both", "beyond": "end"}, "so no close would ever be beyond the band"),
            ({"initial": "none", "initial_part": 0.5}, "initial_part is 0.5 (50 %) and initial is none"),
            ({"end_below": 80, "end_above": 70}, "end_below must be the lower one"),
        ],
    )
    def test_parameters_that_contradict_each_other(self, params, message):
        with pytest.raises(BadInput) as raised:
            Grid(**BAND | params)
        assert message in str(raised.value)

    @pytest.mark.parametrize(
        ("params", "settings", "message"),
        [
            ({"trail": "up"}, FIXED, "sizing fixed does not fit a grid with trail up"),
            ({"end_below": 100}, FIXED, "end_below is 100.0 and ABC/USD would begin at 100: the grid would end"),
            ({"end_above": 99}, FIXED, "end_above is 99.0 and ABC/USD would begin at 100: the grid would end at once"),
            ({"end_below": 98, "trigger": 97}, FIXED, "would begin at 97.0: the grid would end at once"),
        ],
    )
    def test_settings_that_do_not_fit(self, params, settings, message):
        with pytest.raises(BadInput) as raised:
            managed([100, 100], more=settings, **params)
        assert message in str(raised.value)

    def test_cells_that_are_too_small_for_the_venue_with_what_they_need(self):
        with pytest.raises(BadInput) as raised:
            managed(
                [100], more={"sizing": "fixed_quote", "size": 104}, instrument=market(min_notional="101"), resting=2
            )
        assert str(raised.value) == (
            "grid of 4 levels with this money: cell 1 would buy 1 ABC at 90, worth 90.0000 USD; ABC/USD takes none "
            "below 101.0000 USD, which is 404.0000 for all cells. Give it more money, or use fewer levels"
        )

    def test_a_profit_that_does_not_pay_its_fees(self):
        rules = market(tick="0.01", maker_fee="0.001")
        with pytest.raises(BadInput) as raised:
            managed([100], instrument=rules, profit=0.002)
        assert "grid profit from 90.00 to 90.18 (0.200 %) does not pay its round-trip fee of 0.2 %" in str(raised.value)
        managed([100], instrument=rules, profit=0.0022)

    def test_equal_steps_that_would_go_up_beyond_where_they_pay(self):
        rules = market(tick="0.01", maker_fee="0.01")
        # A step of 5 pays two fees of 1 % up to a sale at s, where 5 - 0.01 x (2 s - 5) = 0: 252.50.
        with pytest.raises(BadInput, match=r"does not pay the round-trip fee of 2 % above 252\.50"):
            managed([100], instrument=rules, more=QUOTE, trail="up")
        managed([100], instrument=rules, more=QUOTE, trail="up", trail_top=250)
        managed([100], instrument=rules, more=QUOTE, trail="up", spacing="geometric")
