"""Quotes a tick or three below drawn markets, what they buy, and every way in which that is closed again."""

from decimal import Decimal

import pytest
from tests.stage import bot, codes, drawn, market, play
from tests.stage import told as fills_of
from tests.strategies.signal_stage import refusal

from botswain.core.codes import FILL
from botswain.model.errors import BadInput
from botswain.strategies.scalper import Scalper

# One order of ten, two ticks below the close; sold three ticks above its cost; moved when the close moves by a tick.
ONE = {"unit": "ticks", "spread": 2, "levels": 1, "take_profit": 3, "stop": 0, "tighten": 0, "hold": 0, "refresh": 0,
       "tolerance": 0.4, "settle": 0, "keep": 0, "min_edge_bps": 0, "loss_cooldown": 0}  # fmt: skip
SHORTABLE = market(shortable=True)
QUOTES = {"exit": "quotes", "above_cost": False}


def run(rows, exits=None, instrument=None, size=10, volume=None, limits=None, **params):
    """Fills as (minute, +10 bought or -10 sold, price, why)."""
    made = drawn(rows, volume=volume)
    result = play("scalper", made, params=ONE | params, instrument=instrument or market(), exits=exits or {},
                  limits=limits or {}, sizing="fixed", size=size)  # fmt: skip
    assert result.halt is None
    return [(minute, qty if side == "buy" else -qty, price, why) for minute, side, qty, price, why in fills_of(result)]


class TestQuotes:
    """Where entries stand, and when they move."""

    def test_stand_below_the_close_and_what_is_bought_is_sold_above_its_cost(self):
        # Quoted at 98. Bought, it is for sale at 101 from the next candle on.
        assert run([100, (100, 100, 97, 99), (99, 103), 103]) == [(1, 10, 98, "quote"), (2, -10, 101, "profit")]

    def test_make_a_ladder_with_a_share_of_the_money_each(self):
        # Distances 2, 2 + 1 and 3 + 2; money 1 : 2 : 4 of 70.
        found = run([100, (100, 100, 90, 90)], levels=3, step=0.5, step_scale=2, amount_scale=2, size=70)
        assert found == [(1, 10, 98, "quote"), (1, 20, 97, "quote"), (1, 40, 95, "quote")]

    def test_follow_the_price_once_it_has_moved_by_more_than_the_tolerance(self):
        # Of the first distance of 2, 0.5 is one tick: 101 is not more than that away from 100, 102 is.
        assert run([100, 101, (101, 101, 99, 99)], tolerance=0.5) == []
        assert run([100, 102, (102, 102, 99, 99)], tolerance=0.5) == [(2, 10, 100, "quote")]

    def test_stand_for_a_while_however_the_price_moves(self):
        # Laid at minute 0 at 98; the close of minute 2 is the second after.
        rows = [100, 104, 104, (104, 104, 101, 101)]
        assert run(rows, settle=3) == []
        assert run(rows, settle=2) == [(3, 10, 102, "quote")]

    def test_are_laid_anew_when_they_are_old(self):
        rows = [100, 101, 101, (101, 101, 99, 99)]
        assert run(rows, tolerance=9) == []
        assert run(rows, tolerance=9, refresh=2) == [(3, 10, 99, "quote")]

    def test_that_would_hardly_move_stay_where_they_are(self):
        # Due at every close, but a tick is no more than half of the first distance.
        rows = [100, 101, (101, 101, 99, 99)]
        assert run(rows, refresh=1) == [(2, 10, 99, "quote")]
        assert run(rows, refresh=1, keep=0.5) == []

    def test_are_no_more_in_an_hour_than_allowed(self):
        rows = [100, 102, 104, (104, 104, 101, 101)]
        assert run(rows) == [(3, 10, 102, "quote")]
        assert run(rows, orders_hour=2) == []  # the second stands at 100
        assert run([*rows, *[(104, 104, 101, 104)] * 60], orders_hour=2)[0][:3] == (60, 10, 102)

    def test_stand_around_an_average_but_never_above_the_close(self):
        # EMA of two: 100 from minute 1 on, then (100 + 2 x 106) / 3 = 104; then 98, the average being 100.
        rows = [100, 100, 106, (106, 106, 102, 102)]
        assert run(rows, fair="average", fair_period=2) == [(3, 10, 102, "quote")]
        falls = [100, 100, 94, (94, 94, 92, 92)]  # the average is 96, the close 94: two below the close
        assert run(falls, fair="average", fair_period=2) == [(3, 10, 92, "quote")]

    def test_may_be_as_wide_as_candles_usually_are(self):
        # The range of two candles of 4 is 4: half of it is 2.
        rows = [(100, 102, 98, 100)] * 3 + [(100, 100, 98, 99)]
        found = run(rows, unit="volatility", volatility_period=2, spread=0.5, take_profit=0.5)
        assert found == [(3, 10, 98, "quote")]

    def test_in_percent_of_the_price(self):
        assert run([200, (200, 200, 195, 195)], unit="percent", spread=2) == [(1, 10, 196, "quote")]


class TestTurnedAway:
    """What the venue or a limit refuses is asked for ever more seldom."""

    def test_an_order_that_would_pay_the_taker_is_laid_anew_at_once_and_then_ever_more_seldom(self):
        # Opens fall below the quote of the close before: turned away in minutes 1, 2 and 4, after 0 and 1 closes. After
        # 3 more, at the close of minute 7, it is laid at 78.
        falls = [100, 95, 90, 85, 80, 80, (80, 80, 77, 80), 80]
        assert run(falls) == []
        assert run([*falls, (80, 80, 77, 80)]) == [(8, 10, 78, "quote")]
        # Turned away once only it stands in the next candle.
        assert run([100, 95, (95, 95, 92, 95)]) == [(2, 10, 93, "quote")]

    def test_an_order_may_pay_the_taker_where_that_is_asked_for(self):
        assert run([100, (95, 95, 94, 94)], post_only=False) == [(1, 10, 95, "quote")]
        assert run([100, (95, 95, 94, 94)]) == []

    def test_what_a_limit_holds_back_is_not_asked_for_at_every_close(self):
        # No order is let in: asked at minutes 0 and 1, then after waits of 1, 3 and 7 closes, each at another price.
        result = play("scalper", [*range(100, 116)], params=ONE, instrument=market(), sizing="fixed", size=10,
                      limits={"max_position": "0.00001"})  # fmt: skip
        assert [code for _slot, code, _value, _limit in codes(result)] == ["max_position"] * 5

    def test_what_is_too_small_is_not_asked_for_at_every_close(self):
        # Of 10,000 no more than 200 may be held, which is 2 of the 3 that the venue takes.
        params, rules = ONE | {"max_base": 0.02}, market(min_qty="3")
        result = play("scalper", [100] * 16, params=params, instrument=rules, sizing="fixed",
                      size=5)  # fmt: skip
        assert [code for _slot, code, _value, _limit in codes(result)] == ["below_minimum"] * 5


class TestClosing:
    """Each fill by itself, or all of them."""

    def test_a_fill_has_its_own_stop(self):
        # Bought at 98: for sale at 101, or from 93 down.
        rows = [100, (100, 100, 98, 99), (99, 99, 92, 92), 92]
        assert run(rows, stop=5) == [(1, 10, 98, "quote"), (2, -10, 93, "stop")]

    def test_each_fill_is_closed_at_its_own_price(self):
        # Bought at 98 and 96; sold at 99 and 101.
        rows = [100, (100, 100, 96, 97), (97, 102)]
        found = run(rows, levels=2, step=1)
        assert found[2:] == [(2, -5, 99, "profit"), (2, -5, 101, "profit")]

    def test_all_are_closed_by_their_average(self):
        # (98 + 96) / 2 + 3 = 100.
        rows = [100, (100, 100, 96, 97), (97, 102)]
        assert run(rows, levels=2, step=1, exit="position")[2:] == [(2, -10, 100, "profit")]

    def test_a_level_quotes_again_when_its_fill_is_closed(self):
        rows = [100, (100, 100, 98, 99), (99, 101), (101, 101, 99, 99), (99, 103)]
        assert [one[:2] for one in run(rows)] == [(1, 10), (2, -10), (3, 10), (4, -10)]

    def test_after_some_time_it_is_closed_at_what_just_pays_and_then_by_the_market(self):
        # Bought at 98 in minute 1. The close of minute 3 is the third: 98 is asked for from then on, without fees.
        stands = [100, (100, 100, 98, 98), 97, 97]
        assert run([*stands, (97, 98)], tighten=3)[1:] == [(4, -10, 98, "profit")]
        assert run([*stands, (97, 98)])[1:] == []
        assert run([*stands, 96, 95], hold=4)[1:] == [(5, -10, 95, "time")]

    def test_what_pays_counts_fees_slippage_and_edge(self):
        # 1 % to buy, 1 % to sell, 0.5 % slipped, 0.5 % left: 3 % / 0.99 of 198 is 6.
        dear = market(maker_fee="0.01", taker_fee="0.01")
        rows = [200, (200, 200, 198, 198), 198, (198, 206)]
        found = run(rows, instrument=dear, tighten=1, take_profit=8, min_edge_bps=50, slippage_bps=50)
        assert found[1:] == [(3, -10, 204, "profit")]

    def test_the_whole_position_is_closed_by_a_close_far_enough_above_or_below_its_average(self):
        rows = [100, (100, 100, 98, 98), 98, 100, 100]
        assert run(rows, take_profit=9, position_profit=0.02)[1:] == [(4, -10, 100, "close")]
        falls = [100, (100, 100, 98, 98), 98, 95, 94]
        assert run(falls, position_stop=0.03)[1:] == [(4, -10, 94, "close")]
        assert run(falls, position_stop=0.04)[1:] == []

    def test_the_bot_s_own_stop_closes_all_and_it_quotes_again(self):
        rows = [100, (100, 100, 98, 98), (98, 98, 80, 80), 80, (80, 80, 78, 78)]
        found = run(rows, {"stop_loss": "0.1"})
        assert found[:2] == [(1, 10, 98, "quote"), (2, -10, 89, "stop_loss")]
        assert found[2][1:3] == (10, 78)

    def test_a_fee_taken_in_base_is_not_sold(self):
        rules = market(lot="0.1", fee_asset="ABC", fee_precision=3, taker_fee="0.006", maker_fee="0.006")
        found = run([100, (100, 100, 98, 98), (98, 110)], instrument=rules)
        assert [qty for _m, qty, _p, _w in found] == [Decimal(10), Decimal("-9.9")]

    def test_what_is_too_small_to_be_sold_goes_with_the_next_fill(self):
        # The fee leaves 9.6 of 10, and none below 10 is taken; with the next fill it is 19.2.
        rules = market(fee_asset="ABC", fee_precision=1, taker_fee="0.04", maker_fee="0.04", min_qty="10")
        rows = [100, (100, 100, 98, 98), 98, 98, (98, 98, 96, 96), 96, (96, 120)]
        found = run(rows, instrument=rules, take_profit=12)
        assert [(minute, qty) for minute, qty, _p, _w in found] == [(1, 10), (4, 10), (6, -19)]


class TestQuotesOfTheOtherSide:
    """What is held is offered by a ladder above the price."""

    def test_sell_what_is_held_above_the_price(self):
        # Bought at 98; at the close of 97 it is for sale at 99.
        rows = [100, (100, 100, 97, 97), (97, 99)]
        assert run(rows, **QUOTES)[1:] == [(2, -10, 99, "profit")]

    def test_do_not_sell_below_cost_where_that_is_asked(self):
        rows = [100, (100, 100, 93, 93), (93, 98)]
        assert run(rows, **QUOTES)[1] == (2, -10, 95, "profit")
        assert run(rows, exit="quotes")[1] == (2, -10, 98, "profit")

    def test_keep_what_is_to_be_kept(self):
        # 1,000 in all. Of 5 held at 98 worth 490, 0.3 x 1,000 / 98 = 3 are kept.
        rows = [100, (100, 100, 98, 98), (98, 100), 100]
        result = play("scalper", drawn(rows), params=ONE | QUOTES | {"min_base": 0.3, "target_base": 0.3},
                      instrument=market(), sizing="fixed", size=5, capital=1000)  # fmt: skip
        assert [(minute, side, qty) for minute, side, qty, _p, _w in fills_of(result)] == [
            (1, "buy", 5),
            (2, "sell", 2),
        ]

    def test_are_closed_by_their_stop_and_their_age_at_closes(self):
        falls = [100, (100, 100, 98, 98), 95, 92, 91]
        assert run(falls, **QUOTES, stop=5, buy_cooldown=9)[1:] == [(4, -10, 91, "close")]
        waits = [100, (100, 100, 98, 98), 98, 98, 97]
        assert run(waits, **QUOTES, hold=3, buy_cooldown=9)[1:] == [(4, -10, 97, "close")]


class TestInventory:
    """How much is held, and what that does to the quotes."""

    def test_no_more_is_bought_than_the_most_that_may_be_held(self):
        # 1,000 in all, half of it: 5 at 98.
        result = play("scalper", drawn([100, (100, 100, 98, 98), (98, 98, 90, 90)]), params=ONE | {"max_base": 0.5},
                      instrument=market(), sizing="fixed", size=9, capital=1000)  # fmt: skip
        assert [qty for _m, _s, qty, _p, _w in fills_of(result)] == [5]

    def test_a_buy_is_no_larger_than_the_cash_that_is_left(self):
        result = play("scalper", drawn([100, (100, 100, 98, 98)]), params=ONE, instrument=market(), sizing="fixed",
                      size=9, capital=300)  # fmt: skip
        assert [qty for _m, _s, qty, _p, _w in fills_of(result)] == [3]

    def test_entries_shrink_the_more_is_held(self):
        # After 4 at 98 (0.39 of 1,000) what may still come is 0.61 of all: 4 x 0.608 = 2 of the second level.
        rows = [100, (100, 100, 98, 98), (98, 98, 96, 96)]
        params = ONE | {"exit": "position", "take_profit": 20, "least_size": 0.0}
        result = play("scalper", drawn(rows), params=params, instrument=market(), sizing="fixed", size=4, capital=1000)
        assert [qty for _m, _s, qty, _p, _w in fills_of(result)] == [4, 2]
        result = play("scalper", drawn(rows), params=params | {"target_base": 0.5}, instrument=market(), sizing="fixed",
                      size=4, capital=1000)  # fmt: skip
        assert [qty for _m, _s, qty, _p, _w in fills_of(result)] == [4, 4]

    def test_quotes_move_against_what_is_held(self):
        # 5 at 98 are 0.49 of 1,000: with a skew of 2 first distances the next stands two ticks lower, at 94 and not 96.
        rows = [100, (100, 100, 98, 98), (98, 98, 94, 96)]
        for skew, price in ((0, 96), (2, 94)):
            params = ONE | {"exit": "position", "take_profit": 20, "price_skew": skew}
            result = play("scalper", drawn(rows), params=params, instrument=market(), sizing="fixed", size=5,
                          capital=1000)  # fmt: skip
            assert [one[3] for one in fills_of(result)] == [98, price]


class TestBothSides:
    """Where the market may be short."""

    def test_it_sells_first_and_buys_back_below(self):
        rows = [100, (100, 103), (103, 98)]
        assert run(rows, instrument=SHORTABLE, direction="short") == [(1, -10, 102, "quote"), (2, 10, 99, "profit")]

    def test_it_quotes_both_sides_while_nothing_is_held_and_one_after_that(self):
        # Sold at 102; its buy at 98 is withdrawn, so that only the 99 of the profit is bought.
        rows = [100, (100, 103), (103, 104, 97, 97)]
        assert run(rows, instrument=SHORTABLE, direction="both") == [(1, -10, 102, "quote"), (2, 10, 99, "profit")]

    def test_both_sides_in_one_candle_earn_their_distance(self):
        rows = [100, (100, 103, 97, 100), 100]
        assert run(rows, instrument=SHORTABLE, direction="both") == [(1, 10, 98, "quote"), (1, -10, 102, "quote")]

    def test_an_entry_that_comes_too_late_turns_the_position_and_is_closed_like_another(self):
        # 5 bought at 98, 5 sold at 102 and 5 at 103: short 5 from 103, bought back three ticks below.
        rows = [100, (100, 103, 98, 100), (100, 100, 99, 100)]
        found = run(rows, instrument=SHORTABLE, direction="both", levels=2, step=0.5)
        assert [one[1:3] for one in found[:3]] == [(5, 98), (-5, 102), (-5, 103)]
        assert found[3:] == [(2, 5, 100, "profit")]


class TestNotQuoting:
    """When it stays out."""

    def test_while_candles_are_too_still_or_too_wild(self):
        rows = [(100, 102, 98, 100)] * 3 + [(100, 100, 97, 99)]
        still = {"volatility_period": 2}
        assert run(rows, min_volatility=0.05, **still) == []
        assert run(rows, min_volatility=0.04, **still)[0] == (3, 10, 98, "quote")
        assert run(rows, max_volatility=0.03, **still) == []
        assert run(rows, max_volatility=0.04, **still)[0] == (3, 10, 98, "quote")

    def test_after_a_candle_of_little_volume(self):
        rows = [100, 100, 100, (100, 100, 97, 99)]
        assert run(rows, min_volume=0.6, volume_period=2, volume=[10, 10, 4, 1]) == []  # 4 of a usual 7
        assert run(rows, min_volume=0.5, volume_period=2, volume=[10, 10, 4, 1])[0] == (3, 10, 98, "quote")

    def test_for_some_closes_after_a_fill_of_that_side(self):
        rows = [100, (100, 100, 98, 99), (99, 101), (101, 101, 99, 100), (100, 100, 98, 98)]
        assert [one[0] for one in run(rows)] == [1, 2, 3]
        assert [one[0] for one in run(rows, buy_cooldown=3)] == [1, 2, 4]

    def test_for_some_closes_after_a_loss(self):
        rows = [100, (100, 100, 98, 98), (98, 98, 92, 92), (92, 92, 89, 89), 90, (90, 90, 86, 86)]
        assert [one[0] for one in run(rows, stop=5)] == [1, 2, 3]
        assert [one[0] for one in run(rows, stop=5, loss_cooldown=3)] == [1, 2, 5]

    def test_after_so_many_losses_in_a_row(self):
        fall = [100 - 8 * k for k in range(10)]
        rows = [100]
        for k in range(1, 9):
            rows += [(fall[k - 1], fall[k - 1], fall[k - 1] - 2, fall[k - 1] - 2), (fall[k - 1] - 2, fall[k])]
        found = run(rows, stop=5, losses=2, pause=100)
        assert [why for _m, _q, _p, why in found] == ["quote", "stop"] * 2

    def test_when_the_trades_of_the_day_are_done(self):
        rows = [100, (100, 100, 98, 99), (99, 101), (101, 101, 99, 100), (100, 102), (102, 102, 99, 99)]
        assert [one[1] for one in run(rows, trades_day=1)] == [10, -10]
        assert [one[1] for one in run(rows, trades_day=2)] == [10, -10, 10, -10]

    def test_where_a_fill_could_not_pay_its_fees(self):
        # 2 % of 100 is 2, but the usual range is 1: what it would earn does not pay.
        rules = market(tick="0.1", maker_fee="0.01", taker_fee="0.01")
        calm = [(100, 100.5, 99.5, 100)] * 4 + [(100, 100, 95, 95)]
        wild = [(100, 101.5, 98.5, 100)] * 4 + [(100, 100, 95, 95)]
        how = {"unit": "volatility", "volatility_period": 2, "spread": 1, "take_profit": 1, "instrument": rules}
        assert run(calm, **how) == []
        assert run(wild, **how) == [(4, 10, 97, "quote")]


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"min_base": 0.2, "exit": "quotes"}, "min_base 0.2, target_base 0.0 and max_base 1.0"),
        ({"direction": "both", "target_base": 0.1}, "with both sides it comes back to nothing"),
        ({"min_base": 0.1, "target_base": 0.1}, "exit is fills and direction long"),
        ({"min_volatility": 0.02, "max_volatility": 0.01}, "min_volatility must be the lower one"),
        ({"tighten": 10, "hold": 10}, "tighten 10 and hold 10"),
        ({"levels": 10, "spread": 20}, "128.0 % below the price"),
    ],
)
def test_it_refuses_settings_that_contradict_each_other(params, words):
    assert words in refusal("scalper", **params)


class TestRefusals:
    """Markets on which its settings cannot earn, with the numbers."""

    DEAR = market("ABC/USD", "0.01", "0.001", maker_fee="0.001", taker_fee="0.001")

    def checked(self, instrument=DEAR, price="100", **params):
        Scalper(**params).check(instrument, Decimal(price))

    def test_a_profit_that_does_not_pay_its_costs(self):
        with pytest.raises(BadInput) as raised:
            self.checked(take_profit=0.2)
        assert str(raised.value) == (
            "parameter take_profit is 0.2 in percent: that is 0.2 % of 100, and fees of 0.2 %, slippage of 0 and an "
            "edge of 5 basis points need 0.2503 %; give at least 0.25025"
        )
        self.checked(take_profit=0.26)
        self.checked(take_profit=0.2, min_edge_bps=0, instrument=market("ABC/USD", "0.01", "0.001"))

    def test_in_ticks_too(self):
        with pytest.raises(BadInput, match=r"take_profit is 25\.0 in ticks: that is 0\.25 % of 100"):
            self.checked(unit="ticks", spread=40, take_profit=25)

    def test_quotes_on_both_sides_together(self):
        with pytest.raises(BadInput, match=r"spread is 0\.12 in percent: twice that.* is 0\.24 %"):
            self.checked(exit="quotes", spread=0.12)
        self.checked(exit="quotes", spread=0.13)

    def test_a_profit_of_the_position_that_does_not_pay_the_market(self):
        with pytest.raises(BadInput, match=r"position_profit is 0\.002, 0\.2 %"):
            self.checked(position_profit=0.002)

    def test_shorts_where_there_are_none(self):
        with pytest.raises(BadInput, match="direction is both and ABC/USD cannot be sold short here"):
            self.checked(direction="both")

    def test_levels_on_one_tick(self):
        coarse = market("ABC/USD", "1", "0.001")
        with pytest.raises(BadInput, match="level 2 would stand at 99 with a tick of 1"):
            self.checked(coarse, levels=2, spread=0.5, step=0.1)

    def test_orders_too_small_for_the_venue(self):
        rules = market("ABC/USD", "0.01", "0.001", min_notional="10")
        with pytest.raises(BadInput, match=r"level 1 would be 0\.0\d+ ABC at 99\.40.*takes none below 10"):
            Scalper().check_money(rules, Decimal(100), lambda at: int(Decimal(20) / at * 1000))
        Scalper().check_money(rules, Decimal(100), lambda at: int(Decimal(40) / at * 1000))

    def test_sizing_by_risk(self):
        with pytest.raises(BadInput, match="sizing risk does not fit scalper"):
            play("scalper", [100], sizing="risk", size=0.01, exits={"stop_loss": "0.1"})


def test_a_step_can_read_both_fees():
    """What every distance is held against."""

    def decide(now, was, p, candle, my, wanted):  # noqa: ARG001
        if my.event != FILL and my.maker_fee == 0.001 and my.taker_fee == 0.002:
            wanted.target(1.0)

    result = play(
        bot(decide), [100, 100], instrument=market(maker_fee="0.001", taker_fee="0.002"), sizing="fixed", size=1
    )
    assert len(result.fills) == 1
