"""What forms draw of a plan, worked out by hand: a wrong ladder there is money that somebody did not mean to spend."""

from decimal import Decimal

from tests.stage import market

from botswain.strategies.dca import Dca
from botswain.strategies.grid import Grid
from botswain.strategies.scalper import Scalper
from botswain.strategies.sma_crossover import SmaCrossover


def lots(count):
    """A sizing that gives so much money to all orders together: lots at a price for a lot of 0.01."""
    return lambda at: int(Decimal(count) / at * 100)


def shown(bot, price, count=1000):
    """Lines as (price, label, side), and facts by name."""
    found = bot.drawing(market("BTC/USDT", "0.01", "0.01"), Decimal(price), lots(count))
    return [(line.price, line.label, line.side) for line in found.lines], dict(found.facts)


def test_a_ladder_of_safety_orders_with_what_it_costs_and_where_it_sells():
    """Base and two orders of 100, 90, 70: the money 1 : 1 : 2 of 1,000 is 2.50, 2.77 and 7.14 coins."""
    bot = Dca(safety_orders=2, step=0.1, step_scale=2, volume=1, volume_scale=2, take_profit=0.1, stop=0.5)
    lines, facts = shown(bot, "100")
    # 250.00 + 249.30 + 499.80 = 999.10 for 12.41 coins: 80.51 each; a tenth above it 88.56.
    assert lines == [
        (Decimal("50.00"), "stop", -1),
        (Decimal("70.00"), "safety 2", 1),
        (Decimal("80.51"), "average then", 0),
        (Decimal("88.56"), "profit then", -1),
        (Decimal("90.00"), "safety 1", 1),
        (Decimal("100.00"), "base", 1),
    ]
    assert facts == {
        "Money in all orders": "999.10 USDT",
        "Last safety order": "70.00, 30.00 % below",
        "Average then": "80.51",
        "Takes profit then at": "88.56, 26.51 % from there",
        "Stop": "50.00",
    }


def test_a_deal_that_sells_first_has_its_ladder_above():
    bot = Dca(direction="short", safety_orders=1, step=0.1, volume=1, take_profit=0.1, take_profit_from="first")
    lines, facts = shown(bot, "100")
    assert [(label, side) for _, label, side in lines] == [
        ("profit then", 1),
        ("base", -1),
        ("average then", 0),
        ("safety 1", -1),
    ]
    assert lines[0][0] == Decimal("90.00")
    assert facts["Last safety order"] == "110.00, 10.00 % above"


def test_a_deal_of_one_order_has_no_average_of_its_own():
    lines, facts = shown(Dca(safety_orders=0, take_profit=0.02), "100")
    assert lines == [(Decimal("100.00"), "base", 1), (Decimal("102.00"), "profit then", -1)]
    assert facts == {"Money in all orders": "1,000.00 USDT", "Takes profit then at": "102.00, 2.00 % from there"}


def test_by_the_clock_it_is_said_how_much_and_for_how_long():
    lines, facts = shown(Dca(kind="time", parts=10, every=24, take_profit=0), "100")
    assert lines == []
    assert facts == {"Each part": "1.00 BTC, 100.00 USDT", "Spent after": "240 candles"}


def test_a_grid_has_its_lines_on_their_ticks():
    lines, facts = shown(Grid(lower=90, upper=110, levels=4), "100", 250)
    assert [one[0] for one in lines] == [Decimal(one) for one in ("90.00", "95.00", "100.00", "105.00", "110.00")]
    # 2.77 coins at 90, 2.63 at 95, and by the market 2.5 for each of the upper cells.
    assert facts == {
        "Band": "90.00 to 110.00",
        "Step": "5.00 (5.56 %)",
        "Each order": "about 2.50 BTC",
        "Money in all orders": "999.15 USDT",
    }


def test_a_scalper_has_its_ladder_and_what_becomes_of_the_first_fill():
    """Two levels, 1 % and 3 % below; money 1 : 1. Bought at 99 it is sold 2 % above, or stopped 4 % below."""
    bot = Scalper(levels=2, spread=1, step=2, take_profit=2, stop=4, min_edge_bps=10)
    lines, facts = shown(bot, "100")
    assert lines == [
        (Decimal("95.04"), "stop of level 1", -1),
        (Decimal("97.00"), "level 2", 1),
        (Decimal("99.00"), "level 1", 1),
        (Decimal("100.98"), "profit of level 1", -1),
    ]
    # 5.05 coins at 99 and 5.15 at 97.
    assert facts == {
        "Money in a side's orders": "999.50 USDT",
        "A trade must gain": "0.10 %",
        "Level 1 closes at": "100.98, 2.00 % from there",
        "Its stop": "95.04, 4.00 % from there",
    }


def test_a_scalper_of_both_sides_quotes_above_too_and_in_ranges_it_cannot_say_where():
    lines, _ = shown(Scalper(levels=1, spread=1, direction="both", exit="quotes"), "100")
    assert lines == [(Decimal("99.00"), "level 1", 1), (Decimal("101.00"), "level 1", -1)]
    lines, facts = shown(Scalper(unit="volatility", min_edge_bps=0), "100")
    assert lines == []
    assert facts == {"A trade must gain": "0.00 %", "Distances": "in the usual range of 60 candles"}


def test_a_bot_without_a_plan_draws_nothing():
    assert shown(SmaCrossover(), "100") == ([], {})


def test_a_grid_that_is_managed_draws_where_it_begins_and_ends_and_says_how_far_it_follows():
    """It begins at 110: the middle line of three, a tenth apart."""
    bot = Grid(step=0.1, levels=2, trigger=110, trail="up", trail_top=300, end_below=80, resting=1, profit=0.05)
    lines, facts = shown(bot, "100")
    assert lines == [
        (Decimal("80.00"), "ends here", -1),
        (Decimal("99.00"), "line", 0),
        (Decimal("110.00"), "line", 0),
        (Decimal("110.00"), "begins here", 0),
        (Decimal("121.00"), "line", 0),
    ]
    assert facts == {
        "Band": "99.00 to 121.00",
        "Step": "11.00 (11.11 %)",
        "Each order": "about 9.09 BTC",
        "Money in all orders": "1,999.80 USDT",
        "Sells": "4.95 (5.00 %) above each purchase",
        "Follows up": "to 300.00",
        "Rest at once": "at most 1 of each side",
    }
