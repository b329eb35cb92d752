"""The live view: what it shows, in any width and height, without a number wrapped or cut."""

import io
import re
from decimal import Decimal

import pytest
from rich.console import Console
from tests.engine.crews import CONFIG, crew, market
from tests.fakes.installation import Installation

from botswain.cli.trade_lines import Told
from botswain.cli.trade_screen import aligned, screen
from botswain.cli.trade_words import closing_lines, counted, money, note_text, plain
from botswain.engine.bot import Halted
from botswain.engine.view import NoteView, view_of
from botswain.model.reasons import Reason

SIZES = [(80, 24), (80, 50), (100, 30), (120, 40), (200, 60)]


@pytest.fixture
async def fleet(kernels):
    """Two bots in the middle of their run."""
    return await Installation(kernels).process(market(), CONFIG, crew(), candles=20)


def drawn(fleet, width, height, colour=False, speed=60.0, title=""):
    """One frame as text."""
    into = io.StringIO()
    console = Console(file=into, width=width, height=height, force_terminal=True, color_system="standard")
    console.print(screen(fleet, speed, title, console))
    text = into.getvalue()
    return text if colour else re.sub(r"\x1b\[[0-9;]*m", "", text)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_every_line_fits_and_both_bots_are_whole(fleet, width, height):
    lines = drawn(fleet, width, height).splitlines()
    assert max(len(line) for line in lines) <= width
    assert len(lines) <= height
    assert sum(line.startswith("╭") for line in lines) == sum(line.startswith("╰") for line in lines) == 2
    for line in lines[1:]:
        assert line[0] in "╭│╰"
        assert line.rstrip()[-1] in "╮│╯"


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_price_position_orders_fills_and_why_are_there(fleet, width, height):
    text = drawn(fleet, width, height)
    for runner in fleet.runners:
        view = view_of(runner)
        for one in view.symbols:
            assert f"{one.price:f}" in text
            if one.qty:
                assert plain(one.qty) in text
                assert f"{one.entry:f}" in text
        assert f"working {len(view.working)}" in text
        assert f"fills {view.fills}" in text
        last = view.latest[-1]
        assert f"{last.price:f}" in text
        assert last.reason.replace("_", " ") in text
        resting = [one.price for one in view.working if one.price and one.symbol == view.symbols[0].symbol]
        if resting:
            assert f"{min(resting, key=lambda price, last=view.symbols[0].price: abs(price - last)):f}" in text
        assert f"{view.equity:,.2f} USDT" in text
    assert "why" in text
    assert "fast " in text


def test_numbers_are_never_cut(fleet):
    for width, height in SIZES:
        for line in drawn(fleet, width, height).splitlines():
            assert not re.search(r"\d…", line), line


def test_the_head_tells_market_time_pace_and_how_to_stop(fleet):
    head = drawn(fleet, 80, 24).splitlines()[0]
    assert head.startswith("botswain trade  drawn")
    assert "UTC  60x  Ctrl-C stops" in head
    assert "full speed" in drawn(fleet, 80, 24, speed=0).splitlines()[0]
    assert drawn(fleet, 80, 24, title="botswain demo").startswith("botswain demo")


async def test_before_the_first_candle_there_is_a_view_too(kernels):
    fleet = await Installation(kernels).start(market(), CONFIG, crew())
    text = drawn(fleet, 80, 24)
    assert "before the first candle" in text
    assert "fills 0" in text


def test_a_halted_bot_is_red_and_says_why_in_full(fleet):
    message = "/somewhere/over/the/rainbow/my_strategy.py, line 12: ZeroDivisionError: division by zero, at last"
    runner = next(one for one in fleet.runners if view_of(one).working)
    runner.bot.halted = Halted(int(Reason.STEP_RAISED), message)
    text = drawn(fleet, 80, 40, colour=True)
    told = drawn(fleet, 80, 40)
    assert "\x1b[1;31mhalted: step_raised:" in text
    assert "\x1b[31m╭" in text
    flat = "".join(line.strip("│").strip() for line in told.splitlines())
    assert message.replace(" ", "") in flat.replace(" ", "")
    assert "its orders and protective exits stand; its strategy is not called again" in told
    assert "halted: step_raised: /somewhere" in closing_lines([view_of(runner)], interrupted=False)[0]


async def test_a_halted_bot_that_never_asked_for_anything_is_not_told_that_its_orders_stand(kernels):
    fleet = await Installation(kernels).start(market(), CONFIG, crew())
    runner = fleet.runners[0]
    told = Told(runner)
    runner.bot.halted = Halted(int(Reason.MONEY_OVERFLOW), "a position that is more than is kept")
    assert "it has no orders and holds nothing; its strategy is not called again" in drawn(fleet, 80, 40)
    assert "protective exits stand" not in drawn(fleet, 80, 40)
    assert told.new()[1:] == [f"{runner.name}: it has no orders and holds nothing; its strategy is not called again"]


def test_a_very_long_name_gives_way_to_the_money(fleet):
    fleet.runners[0].name = "a name that somebody made longer than any name should be, and then longer"
    line = next(line for line in drawn(fleet, 80, 24).splitlines() if "a name that" in line)
    assert len(line) <= 80
    assert "… " in line
    assert " USDT " in line


def note(code, value, limit, slot=0, notional=False):
    units = (Decimal("0.1"), Decimal("0.001"), Decimal("0.0001"))
    return NoteView(0, "BTC/USDT", slot, int(code), value, limit, *units, notional)


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (
            note(Reason.BALANCE, 50_000_000, 40_000_000),
            "BTC order 0: balance, needs 5,000.00, cash 4,000.00, 1,000.00 USDT too little",
        ),
        (
            note(Reason.BALANCE, 50_000_002, 50_000_000),
            "BTC order 0: balance, needs 5,000.00, cash 5,000.00, 0.0002 USDT too little",
        ),
        (note(Reason.MAX_POSITION, 2500, 1500, 3), "BTC order 3: max_position, qty 2.5, room 1.5"),
        (note(Reason.PRICE_COLLAR, 1100, 1000), "BTC order 0: price_collar, price 110, last close 100"),
        (note(Reason.MAX_ORDERS, 5, 5), "BTC order 0: max_orders, orders today 5, at most 5"),
        (
            note(Reason.DAILY_LOSS, 9e7, 9.5e7, -1),
            "all entries: daily_loss, equity 9,000.00, floor of the day 9,500.00",
        ),
        (note(Reason.SYMBOL_COOL_DOWN, 50_000, 0, -1), "all entries of BTC: symbol_cool_down, lost 5.00, at most 0.00"),
        (note(Reason.BELOW_MINIMUM, 40_000, 50_000, 1, True), "BTC order 1: below_minimum, notional 4.00, least 5.00"),
        (note(Reason.BELOW_MINIMUM, 1, 10, 1), "BTC order 1: below_minimum, qty 0.001, least 0.01"),
    ],
)
def test_a_note_is_told_in_units_a_person_knows(one, text):
    assert note_text(one) == text


def test_numbers_stand_with_their_points_below_each_other():
    assert aligned([Decimal("1.50000"), Decimal("20"), Decimal("0.125")]) == ["1.500", "20.000", "0.125"]
    assert aligned([]) == []
    assert plain(Decimal("1E+3")) == "1000"
    assert plain(Decimal("0.00010")) == "0.0001"
    assert (money(Decimal("-1234.5")), money(Decimal("1"), True)) == ("-1,234.50", "+1.00")
    assert (counted(1, "fill"), counted(1200, "fill")) == ("1 fill", "1,200 fills")


def test_the_end_says_that_the_same_command_goes_on_only_when_it_was_stopped(fleet):
    views = [view_of(one) for one in fleet.runners]
    assert len(closing_lines(views, interrupted=False)) == 2
    assert closing_lines(views, interrupted=True)[-1].endswith("The same command goes on from here.")
