"""Entries that the gate refuses for now: they keep their rev, have no leaves, and are judged anew when room may be."""
# ruff: noqa: ARG001

from tests.stage import DAY_MS, MINUTE_MS, at, bot, closed, codes, drawn, market, play, told

from botswain.core.codes import CLOSE, ENDED, FILL, WAITING, WORKING

FIXED = {"sizing": "fixed", "size": 10}


def states(result):
    return [row.state for row in result.ran.state.parts["rows"]]


def revs(result):
    return [row.rev for row in result.ran.state.parts["rows"]]


def ladder(now, was, p, candle, my, wanted):
    """Three buys, ten each, at 90, 80 and 70."""
    for k in range(3):
        wanted.limit(k, 1, 90.0 - 10.0 * k, 10.0)


def test_more_orders_than_a_day_allows_wait_for_the_next_day():
    """Two a day: the third goes out when the day turns, which is nobody's decision but the gate's."""
    minutes = [0, 1, 2, DAY_MS // MINUTE_MS - 1, DAY_MS // MINUTE_MS]
    rows = [100, 100, 100, 100, (100, 100, 60, 60)]
    result = play(bot(ladder, slots=3), drawn(rows, minutes=minutes), limits={"max_orders_day": 2})
    assert codes(result) == [(2, "max_orders", 2, 2)]
    assert [fill[2:4] for fill in told(result)] == [(10, 90), (10, 80), (10, 70)]
    assert revs(result)[2] == 1


def test_a_refusal_is_told_once_however_often_it_is_repeated():
    """Each sale gives the waiting buy another look; it is refused for the same reason and nobody is told again."""

    def busy(now, was, p, candle, my, wanted):
        wanted.market(0, 1, 3.0)
        wanted.limit(1, 1, 50.0, 10.0)
        if closed(my) in (2, 3, 4):
            wanted.renew(2)
            wanted.market(2, -1, 1.0)

    result = play(bot(busy, slots=3), [100] * 7, limits={"max_orders_day": 1})
    assert [fill[1] for fill in told(result)] == ["buy", "sell", "sell", "sell"]
    assert codes(result) == [(1, "max_orders", 1, 1)]


def test_a_row_that_is_taken_back_and_asked_for_again_is_told_once():
    """Many a step begins with `wanted.clear()`: nobody is to read the same refusal at every candle."""

    def decide(now, was, p, candle, my, wanted):
        wanted.clear()
        wanted.market(0, 1, 3.0)
        wanted.limit(1, 1, 50.0, 10.0)
        wanted.link(1, 1 + closed(my) % 2)
        wanted.flags(1, closed(my) % 2)

    result = play(bot(decide, slots=2), [100] * 7, limits={"max_orders_day": 1})
    assert codes(result) == [(1, "max_orders", 1, 1)]


def test_other_numbers_and_the_next_rev_are_news():
    """The same at 0 to 2; then another price, another quantity, another rev, and the first price once more."""

    def decide(now, was, p, candle, my, wanted):
        wanted.market(0, 1, 3.0)
        if closed(my) == 5:
            wanted.renew(1)
        wanted.limit(1, 1, 50.0 if closed(my) < 3 or closed(my) > 5 else 51.0, 10.0 if closed(my) < 4 else 11.0)

    result = play(bot(decide, slots=2), [100] * 9, limits={"max_orders_day": 1})
    assert codes(result) == [(1, "max_orders", 1, 1)] * 5


def test_one_that_was_let_in_is_told_of_the_next_refusal():
    """A loss day ends, the buy goes out, and the next block takes it off: that is another event, not the same."""

    def decide(now, was, p, candle, my, wanted):
        wanted.market(0, 1, 50.0)
        wanted.limit(1, 1, 20.0, 1.0)

    day = DAY_MS // MINUTE_MS
    rows = [100, 100, 80, 80, 60]
    result = play(
        bot(decide, slots=2), drawn(rows, minutes=[0, 1, 2, day, day + 1]), limits={"max_daily_loss": "0.05"},
    )  # fmt: skip
    assert [code for slot, code, _value, _limit in codes(result) if slot == 1] == ["daily_loss", "daily_loss"]


def test_room_for_a_position_comes_back_with_a_sale():
    """Ten of the twenty are held; the second ten wait until the first are sold."""

    def decide(now, was, p, candle, my, wanted):
        if closed(my) == 0:
            wanted.market(0, 1, 10.0)
        if closed(my) == 1:
            wanted.limit(1, 1, 90.0, 10.0)
        if closed(my) == 3:
            wanted.renew(0)
            wanted.market(0, -1, 10.0)

    rows = [100, 100, 100, 100, 100, 100, (100, 100, 80, 80)]
    result = play(bot(decide, slots=2), rows, limits={"max_position": "0.1"}, capital=10_000)
    assert codes(result) == [(1, "max_position", 10, 0)]
    assert [fill[1:4] for fill in told(result)] == [("buy", 10, 100), ("sell", 10, 100), ("buy", 10, 90)]


def test_a_sale_of_one_symbol_pays_for_the_waiting_buy_of_another():
    """1,000 in cash: A takes all of it, B waits, and is paid by what A is sold for. No limit is set."""

    def decide(now, was, p, candle, my, wanted):
        if my.symbol == 0:
            if closed(my) == 0:
                wanted.market(0, 1, 10.0)
            if closed(my) == 2:
                wanted.renew(0)
                wanted.market(0, -1, 10.0)
        elif closed(my) == 1:
            wanted.limit(0, 1, 100.0, 10.0)

    candles = {f"{name}/USD": drawn([100] * 6, f"{name}/USD") for name in "AB"}
    result = play(bot(decide), candles, capital=1_000)
    assert [(note.symbol, note.code, note.value, note.limit) for note in result.notes] == [
        ("B/USD", "balance", 1_000, 0)
    ]
    assert [(fill.symbol, fill.side, fill.time_ms) for fill in result.fills] == [
        ("A/USD", "buy", at(1)), ("A/USD", "sell", at(3)), ("B/USD", "buy", at(4)),
    ]  # fmt: skip


def test_a_symbol_waits_until_another_is_flat():
    def decide(now, was, p, candle, my, wanted):
        if my.symbol == 0:
            if closed(my) == 0:
                wanted.market(0, 1, 1.0)
            if closed(my) == 2:
                wanted.renew(0)
                wanted.market(0, -1, 1.0)
        elif closed(my) == 1:
            wanted.limit(0, 1, 100.0, 1.0)

    candles = {f"{name}/USD": drawn([100] * 6, f"{name}/USD") for name in "AB"}
    result = play(bot(decide), candles, limits={"max_open_positions": 1})
    assert [(note.symbol, note.code) for note in result.notes] == [("B/USD", "max_open_positions")]
    assert [(fill.symbol, fill.time_ms) for fill in result.fills] == [
        ("A/USD", at(1)), ("A/USD", at(3)), ("B/USD", at(4)),
    ]  # fmt: skip


def test_a_waiting_row_that_is_changed_is_judged_and_told_anew():
    def decide(now, was, p, candle, my, wanted):
        wanted.limit(0, 1, 90.0, 10.0)
        wanted.limit(1, 1, 80.0 - closed(my), 10.0)

    result = play(bot(decide, slots=2), [100] * 3, limits={"max_orders_day": 1})
    assert codes(result) == [(1, "max_orders", 1, 1)] * 3
    assert states(result)[:2] == [WORKING, WAITING]


def test_a_waiting_row_can_be_withdrawn():
    def decide(now, was, p, candle, my, wanted):
        wanted.limit(0, 1, 90.0, 10.0)
        if closed(my) == 0:
            wanted.limit(1, 1, 80.0, 10.0)
        else:
            wanted.withdraw(1)

    rows = [100, 100, (100, 100, 70, 70)]
    result = play(bot(decide, slots=2), rows, limits={"max_orders_day": 1})
    assert [fill[3] for fill in told(result)] == [90]


def test_a_market_order_and_a_price_too_far_off_do_not_wait():
    def decide(now, was, p, candle, my, wanted):
        wanted.limit(0, 1, 120.0, 10.0)
        wanted.limit(1, 1, 90.0, 10.0)
        wanted.market(2, 1, 10.0)

    result = play(bot(decide, slots=3), [100] * 3, limits={"max_orders_day": 1, "price_collar": "0.1"})
    assert codes(result) == [(0, "price_collar", 120, 100), (2, "max_orders", 1, 1)]
    assert states(result)[:3] == [ENDED, WORKING, ENDED]


def test_during_a_block_nothing_comes_back():
    """Half is lost, which ends the run's entries for good; the room that the sale makes is of no use."""

    def decide(now, was, p, candle, my, wanted):
        if closed(my) == 0:
            wanted.market(0, 1, 50.0)
            wanted.limit(1, 1, 90.0, 50.0)
        if closed(my) == 3:
            wanted.renew(0)
            wanted.market(0, -1, 50.0)

    rows = [100, 100, 50, 50, 50, 50]
    result = play(bot(decide, slots=2), rows, limits={"max_drawdown": "0.2", "max_position": "0.5"})
    assert [code for _, code, *_ in codes(result)] == ["max_position", "drawdown"]
    assert [fill[1] for fill in told(result)] == ["buy", "sell"]
    assert states(result)[1] == WAITING


def test_a_step_sees_why_a_row_waits_or_ended():
    def decide(now, was, p, candle, my, wanted):
        wanted.limit(0, 1, 90.0, 10.0)
        wanted.limit(1, 1, 80.0, 10.0)
        if my.event == CLOSE and wanted.why(1) == 102 and wanted.state(1) == WAITING:
            wanted.withdraw(1)
            wanted.limit(2, 1, 70.0, 10.0)

    result = play(bot(decide, slots=3, events=(CLOSE, FILL)), [100] * 3, limits={"max_orders_day": 1})
    assert (1, "max_orders", 1, 1) in codes(result)
    assert states(result)[2] == WAITING


def test_what_leaves_by_the_market_pays_for_what_comes_in_at_the_same_close():
    candles = {f"{name}/USD": drawn([100] * 5, f"{name}/USD") for name in "AB"}
    rules = {f"{name}/USD": market(f"{name}/USD", taker_fee="0.001") for name in "AB"}

    def rotate(now, was, p, candle, my, wanted):
        if my.symbol == 1:
            wanted.target(1.0 if closed(my) < 2 else 0.0)
        else:
            wanted.target(1.0 if closed(my) >= 2 else 0.0)

    result = play(bot(rotate), candles, instrument=rules, capital=10_000, limits={"max_drawdown": "0.9"})
    assert codes(result) == []
    assert [(fill.symbol, fill.side) for fill in result.fills] == [
        ("B/USD", "buy"),
        ("B/USD", "sell"),
        ("A/USD", "buy"),
    ]


def test_a_sale_that_is_too_small_to_pay_leaves_the_buy_refused():
    def rotate(now, was, p, candle, my, wanted):
        if my.symbol == 1:
            if closed(my) == 0:
                wanted.market(0, 1, 10.0)
            if closed(my) == 2:
                wanted.renew(0)
                wanted.market(0, -1, 4.0)
        elif closed(my) == 2:
            wanted.market(0, 1, 5.0)

    candles = {f"{name}/USD": drawn([100] * 5, f"{name}/USD") for name in "AB"}
    result = play(bot(rotate), candles, capital=1_000)
    assert [(note.symbol, note.code, note.value, note.limit) for note in result.notes] == [
        ("A/USD", "balance", 500, 400)
    ]
