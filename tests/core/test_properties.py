"""What holds whatever a bot wants and whatever the market does."""

from collections import defaultdict
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.chaos import SIGNALS, Scene, scenes
from tests.core.runs import Taken, result_of
from tests.stage import PLAIN, tries

from botswain.core.codes import ENDED, MARKET, PROTECTIVE, R_BELOW_MINIMUM, REDUCE_ONLY, WORKING
from botswain.core.scale import base_unit

BEFORE = {"buy": 1, "sell": -1}


def fee_unit(instrument, side):
    """The smallest fee of a fill, in its asset; None where the ledger's own unit is the smallest."""
    if instrument.fee_in == "third":
        return Fraction(1, 10 ** (8 if instrument.fee_precision is None else instrument.fee_precision))
    if instrument.fee_precision is not None:
        return Fraction(1, 10**instrument.fee_precision)
    if instrument.fee_in == "base" and side == "buy":
        return Fraction(instrument.lot_size)
    return Fraction(instrument.tick_size) * base_unit(instrument)


@tries(60)
@given(scenes())
def test_cash_and_positions_are_what_the_fills_made_them_to_the_last_unit(scene):
    result = result_of(scene, PLAIN)
    cash, third = Fraction(result.plan.capital), Fraction(0)
    units = defaultdict(Fraction)
    for fill in result.fills:
        rules, sign = scene.instruments[fill.symbol], BEFORE[fill.side]
        cash -= sign * Fraction(fill.price) * Fraction(fill.qty)
        units[fill.symbol] += sign * Fraction(fill.qty)
        if fill.fee_asset == rules.quote:
            cash -= Fraction(fill.fee)
        elif fill.fee_asset == rules.base:
            units[fill.symbol] -= Fraction(fill.fee)
        else:
            third -= Fraction(fill.fee) * Fraction(rules.fee_asset_price)
    assert Fraction(result.cash) == cash
    worth = Fraction(0)
    for symbol, candles in scene.candles.items():
        assert Fraction(result.position(symbol)) + Fraction(result.dust(symbol)) == units[symbol]
        last = round(Fraction(float(candles.close[-1])) / Fraction(scene.instruments[symbol].tick_size))
        worth += units[symbol] * last * Fraction(scene.instruments[symbol].tick_size)
    assert Fraction(result.final_equity) == cash + worth + third


@tries(60)
@given(scenes())
def test_the_venue_s_balances_equal_the_ledger_s(scene):
    result = result_of(scene, PLAIN)
    parts, account = result.ran.state.parts, result.ran.state.account
    assert account.venue_cash == account.cash
    for lane, book in zip(parts["lanes"], parts["books"], strict=True):
        assert lane.venue_pos == book.pos + book.dust


@tries(60)
@given(scenes())
def test_no_fill_lies_outside_its_candle_and_none_is_finer_than_tick_lot_or_fee(scene):
    result = result_of(scene, PLAIN)
    slip = Fraction(scene.settings["slippage_bps"]) / 10_000
    for fill in result.fills:
        rules, candles = scene.instruments[fill.symbol], scene.candles[fill.symbol]
        i = candles.ts.tolist().index(fill.time_ms)
        tick, price = Fraction(rules.tick_size), Fraction(fill.price)
        low, high = (round(Fraction(float(column[i])) / tick) * tick for column in (candles.low, candles.high))
        assert low * (1 - slip) - (tick if slip else 0) <= price <= high * (1 + slip) + (tick if slip else 0)
        assert slip or low <= price <= high
        assert (price / tick).denominator == 1
        assert (Fraction(fill.qty) / Fraction(rules.lot_size)).denominator == 1
        assert fill.qty > 0
        assert rules.max_qty == 0 or fill.qty <= rules.max_qty
        assert (Fraction(fill.fee) / fee_unit(rules, fill.side)).denominator == 1


@tries(60)
@given(scenes())
def test_working_exits_and_the_own_orders_they_share_coins_with_never_exceed_the_position(scene):
    """In the book, at the end of every instant; what is held is not in it. Own orders alone may ask for anything."""
    taken = Taken(scene)
    for last in range(1, scene.instants + 1):
        taken.go(last)
        state = taken.state
        for s, (book, terms) in enumerate(zip(state.parts["books"], state.parts["terms"], strict=True)):
            orders = state.parts["orders"][s * state.width : (s + 1) * state.width]
            exits = [one for one in orders[state.rules.slots :] if one.active]
            assert all(0 <= one.held <= one.leaves for one in exits)
            if not exits:
                continue
            lots = -exits[0].side * book.pos // terms.lot_units
            groups = defaultdict(int)
            for slot, one in enumerate(orders[: state.rules.slots]):
                if one.active and one.side == exits[0].side:
                    group = one.link or -1 - slot
                    groups[group] = max(groups[group], one.leaves)
            resting = max(one.leaves - one.held for one in exits)  # linked: the venue locks the coins once
            assert resting <= max(lots - min(sum(groups.values()), lots), 0)


@tries(60)
@given(scenes())
def test_no_whole_lot_of_a_position_is_without_its_exit_once_it_is_wanted(scene):
    """At the end of an instant: market orders that leave, resting exits and held ones are the position together.

    But for a position over what the venue takes in one order, and for one that is too small to send.
    """
    taken = Taken(scene)
    for last in range(1, scene.instants + 1):
        taken.go(last)
        state = taken.state
        for s, (book, terms) in enumerate(zip(state.parts["books"], state.parts["terms"], strict=True)):
            rows = state.parts["rows"][s * state.width : (s + 1) * state.width]
            stop = rows[state.rules.slots]
            lots = abs(book.pos) // terms.lot_units
            if lots and book.pos < 0 < book.dust:
                lots = -(book.pos + book.dust) // terms.lot_units  # a buy takes the dust back
            if not lots or not (state.rules.stop_loss or state.rules.trailing):
                continue
            leaving = sum(
                row.eff - row.filled for row in rows[: state.rules.slots]
                if row.kind == MARKET and row.side * book.pos < 0 and row.state == WORKING
                and (row.parent == 0 or row.freed)
            )  # fmt: skip
            if stop.state == WORKING:
                assert stop.eff - stop.filled + leaving >= min(lots, terms.max_lots or lots)
            elif lots > leaving:
                assert (stop.state, stop.ended) == (ENDED, R_BELOW_MINIMUM)


@tries(60)
@given(scenes())
def test_protective_fills_never_exceed_the_position_and_working_ones_never_could(scene):
    taken = Taken(scene)
    held = defaultdict(int)
    known = 0
    for last in range(1, scene.instants + 1):
        taken.go(last)
        state = taken.state
        for entry in state.parts["reports"][known : state.account.reports]:
            terms = state.parts["terms"][entry.symbol]
            units = entry.lots * terms.lot_units
            if entry.slot >= state.rules.slots and entry.lots:
                assert units <= -entry.side * held[entry.symbol]
            held[entry.symbol] += entry.side * units - (entry.fee if terms.fee_in == 1 and entry.side > 0 else 0)
        known = state.account.reports
        for s, (book, terms) in enumerate(zip(state.parts["books"], state.parts["terms"], strict=True)):
            lots = abs(book.pos) // terms.lot_units
            for slot in (state.rules.slots, state.rules.slots + 1):
                row = state.parts["rows"][s * state.width + slot]
                if row.state == 2:  # working
                    assert 0 < row.eff - row.filled <= lots
                    assert row.side * book.pos < 0
                    assert row.flag_bits == REDUCE_ONLY | PROTECTIVE


@tries(60)
@given(scenes())
def test_a_slot_and_rev_never_fills_more_than_was_wanted_of_it(scene):
    taken = Taken(scene)
    most, filled = defaultdict(int), defaultdict(int)
    known = 0
    for last in range(1, scene.instants + 1):
        taken.go(last)
        state = taken.state
        for entry in state.parts["reports"][known : state.account.reports]:
            key = (entry.symbol, entry.slot, entry.rev)
            filled[key] += entry.lots
            assert filled[key] <= most[key]
        known = state.account.reports
        # What is wanted at the end of an instant is what arrives at the next candle.
        for place, row in enumerate(state.parts["rows"]):
            key = (place // state.width, place % state.width, row.rev)
            most[key] = max(most[key], row.qty)
            assert 0 <= row.filled <= max(row.qty, most[key])
            assert row.eff <= max(row.qty, row.filled)


@tries(40)
@given(scenes(), st.data())
def test_what_comes_later_never_changes_what_was(scene, data):
    no_later(scene, data)


@pytest.mark.parametrize("name", SIGNALS)
@tries(12)
@given(data=st.data())
def test_what_comes_later_never_changes_what_a_signal_bot_did(name, data):
    no_later(data.draw(scenes(name)), data)


def no_later(scene, data):
    """Cut the future off anywhere: the past is the same."""
    cut = data.draw(st.integers(1, scene.instants), label="cut")
    whole, part = result_of(scene, PLAIN), result_of(scene.upto(cut), PLAIN)
    last_ms = part.equity[-1][0]
    assert part.equity == whole.equity[:cut]
    assert part.fills == [fill for fill in whole.fills if fill.time_ms < last_ms]
    assert part.notes == whole.notes[: len(part.notes)]
    assert len(part.notes) >= sum(note.time_ms < last_ms for note in whole.notes)  # nor is any missing


@tries(40)
@given(scenes(), st.lists(st.integers(0, 70), max_size=6), st.booleans())
def test_stopping_and_restarting_anywhere_changes_nothing(scene, stops, restart):
    stopped(scene, stops, restart)


@pytest.mark.parametrize("name", SIGNALS)
@tries(12)
@given(data=st.data(), stops=st.lists(st.integers(0, 70), max_size=6))
def test_stopping_and_restarting_a_signal_bot_anywhere_changes_nothing(name, data, stops):
    stopped(data.draw(scenes(name)), stops, restart=True)


def stopped(scene, stops, restart):
    """Run it at a stretch and with stops: the same in the end."""
    whole, broken = Taken(scene), Taken(scene)
    whole.go(scene.instants)
    reports = []
    for last in (*sorted(stops), scene.instants):
        if last < scene.instants:
            first = broken.state.account.reports
            broken.go(max(last, broken.state.account.instant))
            reports += broken.outcome(first)["reports"]
            if restart:
                broken.restart()
    first = broken.state.account.reports
    broken.go(scene.instants)
    expected, found = whole.outcome(), broken.outcome(first)
    assert reports + found["reports"] == expected["reports"]
    for name in set(expected) - {"reports", "notes", "curve"}:
        assert found[name] == expected[name], name
    if not restart:
        assert (found["notes"], found["curve"]) == (expected["notes"], expected["curve"])


@tries(60)
@given(scenes("chaos"))
def test_equity_is_cash_and_what_is_held_at_every_instant(scene):
    """Replayed from the fills alone, mark by mark; fees of a third asset are left to the first property."""
    if any(one.fee_in == "third" for one in scene.instruments.values()):
        return
    result = result_of(scene, PLAIN)
    cash, units, marks, k = Fraction(result.plan.capital), defaultdict(Fraction), {}, 0
    for now, equity in result.equity:
        while k < len(result.fills) and result.fills[k].time_ms < now:
            fill = result.fills[k]
            sign, rules = BEFORE[fill.side], scene.instruments[fill.symbol]
            cash -= sign * Fraction(fill.price) * Fraction(fill.qty)
            units[fill.symbol] += sign * Fraction(fill.qty)
            if fill.fee_asset == rules.quote:
                cash -= Fraction(fill.fee)
            else:
                units[fill.symbol] -= Fraction(fill.fee)
            k += 1
        for symbol, candles in scene.candles.items():
            at = candles.ts.tolist()
            if now - 60_000 in at:
                tick = Fraction(scene.instruments[symbol].tick_size)
                marks[symbol] = round(Fraction(float(candles.close[at.index(now - 60_000)])) / tick) * tick
        assert Fraction(equity) == cash + sum(units[symbol] * mark for symbol, mark in marks.items())


def test_scenes_are_not_tame():
    """The properties above are worth what their runs do: over a few dozen, everything a bot can meet is met."""
    seen, fills = set(), 0

    @settings(max_examples=80, database=None, derandomize=True)
    @given(scenes("chaos"))
    def look(scene: Scene) -> None:
        nonlocal fills
        result = result_of(scene, PLAIN)
        fills += len(result.fills)
        seen.update(fill.reason for fill in result.fills)
        seen.update(note.code for note in result.notes)

    look()
    assert fills > 300
    assert {
        "target", "one", "two", "stop_loss", "trailing_stop", "take_profit", "above_maximum", "below_minimum",
        "balance", "cool_down", "insufficient_balance", "max_open_positions", "max_orders",
        "nothing_to_reduce", "post_only", "price_collar",
    } <= seen  # fmt: skip
