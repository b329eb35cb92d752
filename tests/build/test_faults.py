"""What a strategy did wrong, as its author is told: file and line, the value, the remedy, symbol and candle."""
# ruff: noqa: ARG001

import inspect
import math

import pytest
from tests.stage import PLAIN, bot, drawn, market, play

from botswain.build.faults import coded_fault
from botswain.core.codes import CLOSE, FILL
from botswain.lab.backtest import Options
from botswain.model.reasons import Reason

ROWS = [100] * 5


def halt_of(decide, options=PLAIN, volume=1.0, **settings):
    """How a run ended whose third candle has this volume."""
    events = settings.pop("events", (CLOSE,))
    rows = drawn(ROWS, volume=[1.0, 1.0, volume, 1.0, 1.0])
    halt = play(bot(decide, slots=2, events=events), rows, options=options, **settings).halt
    assert halt is not None
    return halt


def line_of(function, text):
    """The line of the one place in a function where this stands."""
    lines, first = inspect.getsourcelines(function)
    [found] = [first + k for k, line in enumerate(lines) if text in line]
    return found


def by_row(now, was, p, candle, my, wanted):
    """Asks for a slot, a kind, a price and a quantity told by the volume."""
    if candle.volume != 1.0:
        place(wanted, candle.volume)


def place(wanted, number):
    """A piece of the step, in a function of its own."""
    wanted.limit(number, 1, 50.0, 1.0)


@pytest.mark.parametrize("compiled", [False, True], ids=["interpreted", "compiled"])
def test_a_bad_slot_is_told_with_the_line_the_value_the_remedy_and_the_candle(kernels, compiled):
    halt = halt_of(by_row, Options(compiled=compiled, folder=kernels), volume=7.0)
    assert (halt.reason, halt.instant) == (Reason.BAD_SLOT, 2)
    assert halt.message == (
        f"{__file__}, line {line_of(place, 'wanted.limit')}: wanted.limit(slot=7, side=1, price=50, qty=1): slot is 7 "
        "and this strategy has 2, numbered from 0; use 0 to 1, or let slots() return more [BAD_SLOT] (ABC/USD, at the "
        "close of the candle of 2023-11-14 00:02 UTC)"
    )


def test_a_parent_that_is_no_slot_is_told_too():
    def decide(now, was, p, candle, my, wanted):
        wanted.parent(0, candle.volume)

    message = halt_of(decide, volume=-2.0).message
    assert "parent is -2 and this strategy has 2, numbered from 0; use 0 to 1, or -1 for none, or let" in message


@pytest.mark.parametrize(
    ("volume", "said"),
    [
        (math.nan, "the target is nan; it must be from -1000 to 1000; an indicator is nan until it has enough candles"),
        (5000.0, "wanted.target(x=5000): the target is 5000; it must be from -1000 to 1000 [BAD_TARGET]"),
    ],
)
def test_a_target_nobody_can_have_is_told_with_its_value(volume, said):
    def decide(now, was, p, candle, my, wanted):
        wanted.target(candle.volume)

    halt = halt_of(decide, volume=volume)
    assert halt.reason is Reason.BAD_TARGET
    assert said in halt.message


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("wanted.limit(0, 0, 5.0, 1.0)", "side is 0; write 1 to buy or -1 to sell"),
        ("wanted.limit(0, 1, -5.0, 1.0)", "price is -5; write a price in quote, one tick or more"),
        ("wanted.limit(0, 1, 1e18, 1.0)", "price is 1e+18; write a price in quote"),
        ("wanted.limit(0, 1, 5.0, -1.0)", "qty is -1; write a quantity in base, or 0 to have it sized"),
        ("wanted.limit(0, 1, 5.0, qty=-1.0)", "qty is -1; write a quantity in base, or 0 to have it sized"),
        ("wanted.stop(0, 1, -5.0, 1.0)", "trigger is -5; write a price in quote"),
        ("wanted.row(0, 4, 1, 5, 1)", "kind is 4; write MARKET, LIMIT, STOP or TAKE_PROFIT"),
        ("wanted.row(0, 2, 1, -5, 1)", "ticks is -5; write a price in whole ticks"),
        ("wanted.row(0, 2, 1, 5, -5)", "lots is -5; write a quantity in whole lots"),
        ("wanted.flags(0, -1)", "flags is -1; write 0, POST_ONLY (1), REDUCE_ONLY (2) or their sum"),
        ("wanted.tif(0, 3)", "tif is 3; write GTC (0), IOC (1) or FOK (2)"),
        ("wanted.link(0, -1)", "group is -1; write a whole number above 0, or 0 for no group"),
        ("wanted.parent(0, 0)", "parent is 0, the slot itself; write another slot, or -1 for none"),
        ("wanted.tag(0, 100)", "tag is 100; write a place in the strategy's tags, 0 to 99"),
    ],
)
def test_each_value_that_no_order_can_have_is_told_with_what_to_write(author, asked, said):
    path = author.bot(asked)
    halt = play(author.load().Bot, ROWS).halt
    assert halt.reason is Reason.BAD_ORDER
    assert halt.message.startswith(f"{path}, line {path.read_text().splitlines().index('        ' + asked) + 1}: ")
    assert said in halt.message


def test_an_order_that_risk_cannot_size_is_told_so():
    def decide(now, was, p, candle, my, wanted):
        wanted.limit(0, 1, 50.0, 0.0)

    message = halt_of(decide, sizing="risk", size="0.01", exits={"stop_loss": "0.05"}).message
    assert "sizing by risk sizes a whole position (wanted.target), not one order; name a quantity" in message


def test_a_fault_on_a_fill_names_the_candle_it_fell_in():
    def decide(now, was, p, candle, my, wanted):
        if my.event == FILL:
            wanted.renew(9)
        wanted.market(0, 1, 1.0)

    halt = halt_of(decide, events=(CLOSE, FILL))
    assert "(ABC/USD, on what its orders did in the candle of 2023-11-14 00:01 UTC)" in halt.message


def test_a_raise_in_a_plain_function_is_told_with_the_step_s_own_line():
    def decide(now, was, p, candle, my, wanted):
        wanted.target(math.log(candle.volume))

    halt = halt_of(decide, volume=-1.0)
    assert halt.reason is Reason.STEP_RAISED
    assert halt.message.startswith(f"{__file__}, line {line_of(decide, 'math.log')}: ValueError: math domain error (")


def test_what_is_known_by_its_number_only_is_told_with_the_line_the_step_begins_at():
    result = play(bot(by_row, slots=2), ROWS, instrument=market())
    state, plan = result.ran.state, result.plan
    state.account.code_slot = 7
    place_ = f"{__file__}, the step at line {by_row.__code__.co_firstlineno}: "
    assert coded_fault(Reason.BAD_SLOT, state, plan).startswith(f"{place_}BAD_SLOT, slot 7; the strategy asked for")
    assert coded_fault(Reason.BAD_TARGET, state, plan).startswith(f"{place_}BAD_TARGET; a target must be from -1000")
    assert coded_fault(Reason.BAD_ORDER, state, plan).startswith(f"{place_}BAD_ORDER, slot 7; it asked for what no")
