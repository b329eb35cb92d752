"""A cell that moves while its order is filled in part, worked out by hand on trades of which a share is to be had.

995 of 1,000 are shared among the cells. What is checked is what a person who pays would: no cell sells more than it
holds or buys for more than its money, and whatever it bought gets its sale.
"""

from collections import Counter
from decimal import Decimal

import numpy as np
import pytest
from tests.parity.cases import A
from tests.parity.grid_tapes import that_follows

from botswain import Options, backtest
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.model.trades import Trades

SECOND, BEGIN = 1_000, 1_700_000_000_000
DOWN = {"step": 0.05, "levels": 4, "centre": 100, "trail": "down"}  # lines 90, 95, 100, 105, 110
UP = DOWN | {"trail": "up", "initial": "none"}


def run(trades, params, *, smallest="0", participation=Decimal("0.5"), **more):
    """A run on trades: (price, quantity), one a second, or (price, quantity, ms)."""
    times = [BEGIN + (k * SECOND if len(one) == 2 else one[2]) for k, one in enumerate(trades)]
    tape = Trades(
        "ABC/USD", np.array(times), np.array([float(one[0]) for one in trades]),
        np.array([float(one[1]) for one in trades]),
    )  # fmt: skip
    rules = Instrument(
        "ABC/USD", Decimal("0.01"), Decimal("0.0001"), maker_fee=Decimal(0), taker_fee=Decimal(0),
        min_notional=Decimal(smallest),
    )  # fmt: skip
    result = backtest(
        "grid", tape, timeframe="1s", instrument=rules, capital=1000, params=params, options=Options(compiled=False),
        participation=participation, **more,
    )  # fmt: skip
    assert result.halt is None
    return result


def of_cell(cell, result):
    """A cell's fills: side, quantity, price."""
    return [(fill.side, str(fill.qty), fill.price) for fill in result.fills if fill.slot == cell]


def plenty(*prices):
    """Trades of which everybody gets all that they want."""
    return [(price, 1000) for price in prices]


class TestSale:
    """The cell of 100 sells at 105; the price falls to 84, and it moves to 80, where it sells at 85."""

    def test_goes_along_for_what_is_left_of_it(self):
        trades = [*plenty(100, 100), (105, 4), (105, "0.01"), *plenty(94, 88, 84, 84, 85, 85, 80, 80)]
        # 2.4875 less 2.005. For 248.75 it buys 3.1093 at 80; 2.005 at 105 and 0.4825 at 85 brought 251.54.
        assert of_cell(2, run(trades, DOWN)) == [
            ("buy", "2.4875", 100), ("sell", "2.0000", 105), ("sell", "0.0050", 105), ("sell", "0.4825", 85),
            ("buy", "3.1093", 80),
        ]  # fmt: skip

    def test_buys_with_compound_for_all_that_its_parts_brought(self):
        trades = [*plenty(100, 100), (105, 4), (105, "0.01"), *plenty(94, 88, 84, 84, 85, 85, 80, 80)]
        # 2.005 x 105 + 0.4825 x 85 = 251.5375: 3.1442 at 80.
        assert of_cell(2, run(trades, DOWN | {"compound": True}))[-1] == ("buy", "3.1442", 80)

    def test_too_small_for_the_venue_is_made_with_what_the_cell_buys_next(self):
        trades = [*plenty(100, 100), (105, "4.8"), *plenty(94, 88, 84, 84, 85, 85, 80, 80, 110, 110)]
        # 0.0875 are left: 7.44 at 85. With 3.0218 they are the 3.1093 of a cell at 80, and 2.4 at 105 paid for those.
        assert of_cell(2, run(trades, DOWN, smallest="10")) == [
            ("buy", "2.4875", 100), ("sell", "2.4000", 105), ("buy", "3.0218", 80), ("sell", "3.1093", 85),
        ]  # fmt: skip
        # All of the 252 that those brought: 3.15.
        assert of_cell(2, run(trades, DOWN | {"compound": True}, smallest="10"))[2:] == [
            ("buy", "3.1500", 80), ("sell", "3.2375", 85),
        ]  # fmt: skip

    def test_that_fills_before_it_is_off_is_not_made_again(self):
        """Told a second and a half late: at 94 the cell moves, and all is sold at 105 before that is known there."""
        trades = [
            (100, 9, 0), (100, 9, 1_000), (100, 9, 2_900), (101, 9, 3_500), (94, 9, 5_900), (94, 9, 6_100),
            (105, 9, 6_800), (97, 9, 9_000), (97, 9, 10_000), (90, 9, 13_000), (95, 9, 16_000),
        ]  # fmt: skip
        # 4.975 would have brought 472.63 at 95: 5.2513 at 90.
        assert of_cell(1, run(trades, DOWN | {"levels": 2}, latency_ms=1_500, participation=0)) == [
            ("buy", "4.9750", 100), ("sell", "4.9750", 105), ("buy", "5.2513", 90),
        ]  # fmt: skip


class TestPurchase:
    """The cell of 95 has bought a part; the price rises to 117, and it moves to 115, where it sells at 120."""

    def test_of_which_a_part_came_is_given_up_and_that_is_sold(self):
        trades = [*plenty(100), (95, 4), *plenty(100, 112, 112, 117, 117, 120, 120, 115, 115)]
        # Then it buys for its money, 248.75, at 115.
        assert of_cell(1, run(trades, UP)) == [
            ("buy", "2.0000", 95), ("sell", "2.0000", 120), ("buy", "2.1630", 115),
        ]  # fmt: skip

    def test_of_which_too_little_came_to_be_sold_is_made_whole_where_it_stands_now(self):
        trades = [*plenty(100), (95, "0.2"), *plenty(100, 112, 112, 117, 117, 120, 120, 115, 115, 130, 130)]
        # 0.1, 12 at 120, where 20 is the least. With 2.0630 they are the 2.1630 of a cell at 115.
        assert of_cell(1, run(trades, UP, smallest="20")) == [
            ("buy", "0.1000", 95), ("buy", "2.0630", 115), ("sell", "2.1630", 120),
        ]  # fmt: skip

    def test_that_fills_before_it_is_off_is_sold_and_not_made_again(self):
        """Told a second and a half late: at 106 the cell moves, and buys at 95 before that is known there."""
        trades = [
            (102, 9, 0), (102, 9, 1_000), (106, 9, 2_900), (106, 9, 3_100), (95, 9, 3_600), (96, 9, 6_000),
            (106, 9, 7_000), (106, 9, 8_000), (104, 9, 9_000), (104, 9, 9_900), (110, 9, 12_000), (104, 9, 15_000),
        ]  # fmt: skip
        assert of_cell(0, run(trades, UP | {"levels": 2}, latency_ms=1_500, participation=0)) == [
            ("buy", "5.2368", 95), ("sell", "5.2368", 110),
        ]  # fmt: skip


@pytest.mark.parametrize("first", [0, 40])
def test_no_cell_sells_more_than_it_has_or_holds_more_than_its_money_bought_or_keeps_coins_without_a_use(first):
    """Drawn bands that follow drawn trades: after every fill, and at the end by what the grid remembers."""
    followed = 0
    for seed in range(first, first + 40):
        one = that_follows(seed, ("USD",), initial="none")
        rules = one.case.instruments[A]
        if rules.shortable:
            continue
        try:
            result = one.product()
        except BadInput:
            continue
        followed += len(result.fills)
        money = Decimal(one.case.capital) * Decimal("0.995") / one.case.params["levels"]
        coins, costs = Counter(), Counter()
        for fill in result.fills:
            had = coins[fill.slot]
            if fill.side == "buy":
                coins[fill.slot] += fill.qty
                costs[fill.slot] += fill.qty * fill.price * (1 + rules.taker_fee)
            else:
                coins[fill.slot] -= fill.qty
                assert coins[fill.slot] >= 0, (seed, fill)
                costs[fill.slot] *= coins[fill.slot] / had
            # What was too small to be sold was bought at a line above the present one.
            most = money * Decimal("1.000001") + rules.min_notional
            assert one.case.params.get("compound") or costs[fill.slot] <= most, (seed, fill)
        assert for_sale(result, one.case.params["levels"]) == [
            coins[cell] / rules.lot_size for cell in range(one.case.params["levels"])
        ], seed
    assert followed > 1_000


def for_sale(result, count):
    """Of each cell the lots that it sells, or will once it has bought the rest."""
    memory, rows, places = list(result.ran.state.parts["mem"]), result.ran.state.parts["rows"], {}
    at = 0
    for name, size in result.plan.strategy.memory().items():
        places[name] = at
        at += size
    side, lots, got = ([int(memory[places[name] + cell]) for cell in range(count)] for name in ("side", "lots", "got"))
    return [lots[cell] - int(rows[cell].filled) if side[cell] < 0 else got[cell] for cell in range(count)]
