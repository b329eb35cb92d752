"""What holds through splits, dividends and fundings, whatever a bot wants and whatever the market does."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from tests.core.chaos import scenes
from tests.core.runs import Taken, result_of
from tests.stage import MINUTE_MS, PLAIN, T0, tries

from botswain.core.codes import EMPTY, WORKING
from botswain.lab.backtest import made_strategy
from botswain.model.actions import ShareAction
from botswain.model.charges import FundingRate
from botswain.model.errors import BadInput

RATIOS = st.sampled_from([Fraction(4), Fraction(3, 2), Fraction(1, 3), Fraction(2, 5), Fraction(7)])
BEFORE = {"buy": 1, "sell": -1}
# A run reads this of its actions, so their times are those of candles.
MINUTES = st.integers(0, 60)


@st.composite
def through_actions(draw):
    """Any scene, its instruments as shares, some splits and dividends of them, and fundings."""
    scene = draw(scenes())
    rules = {
        symbol: replace(one, fee_asset=one.quote, fee_precision=None) if one.fee_in == "base" else one
        for symbol, one in scene.instruments.items()
    }
    actions = []
    for symbol, candles in scene.candles.items():
        later = candles.ts.tolist()[1:] if splits_are_taken(scene) else []
        times = sorted(draw(st.sets(st.sampled_from(later), max_size=3))) if later else []
        actions += [ShareAction(symbol, time_ms, draw(RATIOS)) for time_ms in times]
        for minute in sorted(draw(st.sets(MINUTES, max_size=3))):
            paid = Decimal(draw(st.sampled_from(["0.01", "1.23456", "17"])))
            actions.append(ShareAction(symbol, T0 + minute * MINUTE_MS, dividend=paid))
    funding = [
        FundingRate(symbol, T0 + minute * MINUTE_MS, Decimal(draw(st.sampled_from(["0.00012345", "-0.0371", "0.9"]))))
        for symbol in scene.candles
        for minute in sorted(draw(st.sets(MINUTES, max_size=5)))
    ]
    return replace(scene, instruments=rules, settings=scene.settings | {"actions": actions, "funding": funding})


@tries(80)
@given(through_actions())
def test_cash_and_positions_are_what_fills_and_actions_made_them_to_the_last_unit(scene):
    result = result_of(scene, PLAIN)
    cash, units, third = Fraction(result.plan.capital), defaultdict(Fraction), Fraction(0)
    # What happened before the fills of an instant, in their order.
    told = sorted(
        [(action_ms(result, one), 0, one.time_ms, k, one) for k, one in enumerate(result.actions)]
        + [(charge_ms(result, one), 0, one.time_ms, 1_000, one) for one in result.charges]
        + [(one.time_ms, 1, 0, one.seq, one) for one in result.fills],
        key=lambda one: one[:4],
    )
    for _, kind, _, place, one in told:
        if place == 1_000 and kind == 0:
            assert Fraction(one.position) == units[one.symbol] != 0
            exact = -units[one.symbol] * Fraction(one.price) * Fraction(one.rate)
            assert exact - result.unit < Fraction(one.cash) <= exact
            cash += Fraction(one.cash)
            continue
        if kind == 0:
            assert Fraction(one.position_before) == units[one.symbol]
            ratio = one.split if one.split is not None else Fraction(1)
            lot = Fraction(scene.instruments[one.symbol].lot_size)
            lots = units[one.symbol] * ratio / lot
            whole = abs(lots).numerator // lots.denominator * (1 if lots > 0 else -1)
            assert Fraction(one.position_after) == whole * lot
            units[one.symbol], cash = whole * lot, cash + Fraction(one.cash)
            continue
        sign, rules = BEFORE[one.side], scene.instruments[one.symbol]
        units[one.symbol] += sign * Fraction(one.qty)
        cash -= sign * Fraction(one.price) * Fraction(one.qty)
        if one.fee_asset == rules.quote:
            cash -= Fraction(one.fee)
        else:
            third -= Fraction(one.fee) * Fraction(rules.fee_asset_price)
    assert Fraction(result.cash) == cash
    assert all(Fraction(result.position(symbol)) == units[symbol] for symbol in scene.candles)
    trips = sum((Fraction(one.profit) for one in result.position_trips), Fraction(0))
    if not any(units.values()):
        assert (
            Fraction(result.final_equity) - Fraction(result.plan.capital)
            == trips
            == cash + third - Fraction(result.plan.capital)
        )


def splits_are_taken(scene):
    """Whether the scene's bot goes through splits."""
    try:
        made_strategy(scene.strategy, dict(scene.params)).check_splits()
    except BadInput:
        return False
    return True


def action_ms(result, one):
    """When the first candle after an action opens."""
    candles = result.market.candles[result.market.symbols.index(one.symbol)]
    return min(time_ms for time_ms in candles.ts.tolist() if time_ms >= one.time_ms)


def charge_ms(result, one):
    """When the first candles of any symbol after a charge open."""
    return min(time_ms for time_ms in result.market.times.tolist() if time_ms >= one.time_ms)


@tries(60)
@given(through_actions())
def test_orders_at_the_venue_are_those_that_rows_want_and_balances_are_equal(scene):
    taken = Taken(scene)
    for last in range(1, scene.instants + 1):
        taken.go(last)
        parts, state = taken.state.parts, taken.state
        assert state.account.venue_cash == state.account.cash
        for s, (lane, book) in enumerate(zip(parts["lanes"], parts["books"], strict=True)):
            assert lane.venue_pos == book.pos
            for slot in range(state.width):
                row, order = parts["rows"][s * state.width + slot], parts["orders"][s * state.width + slot]
                if order.active and not row.dirty:
                    assert row.state == WORKING
                    assert (order.price, order.trigger, order.side) == (row.price, row.trigger, row.side)
                    assert order.leaves == row.eff - row.filled > 0
                assert 0 <= row.filled <= row.eff <= max(row.qty, row.filled) or row.state == EMPTY


@tries(40)
@given(through_actions(), st.data())
def test_what_comes_later_changes_nothing_before_and_a_restart_changes_nothing_at_all(scene, data):
    whole = Taken(scene)
    cut = data.draw(st.integers(1, scene.instants))
    whole.go(cut)
    known = scene.upto(cut)
    if set(known.candles) == set(scene.candles):
        short = Taken(known)
        short.go(cut)
        assert short.outcome()["reports"] == whole.outcome()["reports"]
        assert short.outcome()["curve"][:cut] == whole.outcome()["curve"][:cut]
    before = int(whole.state.account.reports)
    whole.restart()
    whole.go(scene.instants)
    straight = Taken(scene)
    straight.go(scene.instants)
    assert whole.outcome(before)["reports"] == straight.outcome(before)["reports"]
    for name in ("account", "books", "lanes", "rows", "orders", "mem"):
        assert whole.outcome()[name] == straight.outcome()[name]
