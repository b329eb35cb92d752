"""The lines of `botswain trade --plain`: fills, refusals and halts, each with why."""

import re
from decimal import Decimal

import pytest
from tests.engine.crews import BTC, CONFIG, crew, market
from tests.engine.scenes import bot
from tests.engine.test_broken_steps import broken, rising
from tests.engine.test_holding import scene
from tests.engine.test_share_actions import SPLITS
from tests.engine.test_share_actions import scene as through_splits
from tests.fakes.installation import Installation

from botswain.cli import trade_lines
from botswain.cli.trade_lines import Told
from botswain.cli.trade_screen import said as on_screen
from botswain.cli.trade_words import closing_lines
from botswain.engine.bot import LATEST
from botswain.engine.view import NoteView, view_of
from botswain.model.reasons import Reason
from botswain.strategies import catalog


@pytest.fixture
def lines(kernels):
    """What is told of one bot over a run of so many candles."""

    async def told(made, wanted, candles=None):
        fleet = await Installation(kernels).start(made, CONFIG, [wanted])
        found = [Told(one) for one in fleet.runners]
        for one in found:
            assert one.new() == []
        seen = 0

        async def ready():
            nonlocal seen
            seen += 1
            return candles is None or seen <= candles

        await fleet.run(ready)
        return fleet.runners[0], found[0]

    return told


async def test_each_fill_and_each_refusal_is_a_line_in_order_of_time(lines):
    wanted = bot("sma_crossover", [BTC], "trend", params={"fast": 2, "slow": 5}, limits={"max_orders_day": "2"})
    runner, told = await lines(market(), wanted)
    found = told.new()
    assert sum(" buy " in line or " sell " in line for line in found) == runner.bot.fills > 0
    refused = [line for line in found if "max_orders" in line]
    assert refused
    said = r"max_orders, orders today 2, at most 2; an order at the market price is given up, others wait .*"
    assert re.fullmatch(rf"\S+ \S+ trend: \w+ order 0: {said}", refused[0])
    assert [line[:16] for line in found] == sorted(line[:16] for line in found)
    assert told.new() == []


async def test_each_charge_is_a_line_and_what_they_came_to_is_said_at_the_end(kernels):
    made = scene("short")
    fleet = await Installation(kernels).start(made.market, CONFIG, [made.bot])
    [runner] = fleet.runners
    told = Told(runner)

    async def ready():
        return True

    await fleet.run(ready)
    found = [line for line in told.new() if " funding of " in line or " borrow of " in line]
    assert len(found) == runner.bot.charge_count == len(runner.bot.charges) > 4
    number = r"[0-9.]+"
    said = rf"\d{{4}}-\d\d-\d\d \d\d:00 one: (paid|received) {number}, (funding|borrow) of {number} BTC/USDT short at"
    assert all(re.match(said, line) for line in found)
    assert told.new() == []
    view = view_of(runner)
    cost = "brought" if view.charged < 0 else "cost"
    assert f" working, holding {cost} {abs(view.charged):.2f}" in closing_lines([view], interrupted=False)[0]
    assert any(f"holding {cost} {abs(view.charged):.2f} USDT" in one.plain for one in on_screen(view))


async def test_what_is_told_elsewhere_is_no_line_here(lines):
    wanted = bot("sma_crossover", [BTC], "trend", params={"fast": 2, "slow": 5}, limits={"max_orders_day": "2"})
    runner, _ = await lines(market(), wanted)
    told = Told(runner, {Reason.MAX_ORDERS})
    told.notes = told.fills = 0
    found = told.new()
    assert found
    assert not [line for line in found if "max_orders" in line]


async def test_a_halt_is_told_once_with_its_reason(lines, monkeypatch):
    monkeypatch.setitem(catalog.PLACES, "breaking", ("tests.engine.test_broken_steps", "Breaking"))
    _, told = await lines(rising(), broken())
    found = told.new()
    [halt] = [line for line in found if "HALTED" in line]
    assert halt.startswith("broken: HALTED, step_raised: ")
    assert "its strategy is not called again" in found[found.index(halt) + 1]
    assert told.new() == []


async def test_of_very_many_fills_and_notes_the_last_are_told(kernels, monkeypatch):
    fleet = await Installation(kernels).process(market(), CONFIG, crew(), candles=20)
    runner = fleet.runners[-1]
    told = Told(runner)
    told.fills = runner.bot.fills - LATEST - 5
    assert f"{LATEST + 5 - len(runner.bot.latest)} fills, and" in told.new()[0]
    monkeypatch.setattr(trade_lines, "note_count", lambda _runner: 10**6)
    told.notes = 0
    room = runner.bot.decider.state.note_room
    assert len(list(told.new_notes())) == room


@pytest.mark.parametrize(
    ("code", "slot", "text"),
    [
        (Reason.BELOW_MINIMUM, 0, "; not sent, ended; more capital or a larger size makes orders larger"),
        (Reason.DAILY_LOSS, -1, "; nothing is opened until the next risk day begins"),
        (Reason.DRAWDOWN, -1, "; this limit does not end: nothing is opened any more"),
        (Reason.COOL_DOWN, -1, "; nothing is opened until the cool-down is over"),
        (Reason.DRAWDOWN_OVER, -1, ""),
        (7, 0, ""),
    ],
)
def test_a_note_says_what_became_of_its_orders(code: int, slot: int, text: str) -> None:
    one = Decimal(1)
    assert trade_lines.became(NoteView(0, "BTC/USDT", slot, code, 1.0, 2.0, one, one, one, False)) == text


async def test_what_is_done_to_shares_is_a_line_each(kernels):
    made = through_splits(SPLITS, {"fast": 2, "slow": 6})
    fleet = await Installation(kernels).start(made.market, CONFIG, [made.bot])
    [runner] = fleet.runners
    told = Told(runner)

    async def ready():
        return True

    await fleet.run(ready)
    found = [line for line in told.new() if " was split " in line or "dividend of" in line]
    assert len(found) == runner.bot.charge_count
    said = r"one: received [0-9.]+, dividend of [0-9]+ ABC/USD long at 0\.[0-9]+ a share$"
    assert any(re.search(said, line) for line in found)
    assert any(re.search("one: ABC/USD was split [0-9]:[0-9]$", line) for line in found)
    assert any(re.search("one: ABC/USD was split [0-9]:[0-9], of [0-9]+ held became [0-9]+", line) for line in found)
    view = view_of(runner)
    assert view.charged is None
    assert f" working, dividends +{view.dividends:.2f}" in closing_lines([view], interrupted=False)[0]
    assert any(f"dividends +{view.dividends:.2f} USD" in one.plain for one in on_screen(view))
