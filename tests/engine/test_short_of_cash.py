"""A purchase by the market for which the price left no cash is made as soon as the price leaves enough."""

from decimal import Decimal

import pytest
from tests.engine.scenes import bot, instrument
from tests.fakes.live import parts_of

from botswain.control.config import plan_of
from botswain.core.codes import ENDED
from botswain.engine import live_memory
from botswain.engine.live_market import Event
from botswain.engine.live_recompute import Makings, taker_of
from botswain.engine.steps import Identity
from botswain.model.intents import Abilities
from botswain.model.journal import MarketKind
from botswain.model.news import Link
from botswain.model.reasons import Reason
from botswain.store.bot_records import Candle, LiveTerms, Step

SYMBOL = "BTC/USDT"
# The fast mean crosses the slow one at the first 104; what follows lets it stay above.
CLOSES = [100.0] * 6 + [99.0, 98.0, 104.0, 125.0]


def taker_with(kernels, *, strategy="sma_crossover", params=None, sizing=("percent", "1"), says=True):
    params = params or {"fast": 2, "slow": 5}
    config = bot(strategy, [SYMBOL], params=params, sizing=sizing, capital=10_000)
    plan = plan_of(config, {SYMBOL: instrument(SYMBOL, taker_fee=Decimal("0.001"))}, 60_000)
    terms = LiveTerms(Abilities(amends_down=True, replaces=True, lists=True), False, says)
    made = Makings(plan, terms, "segment", Identity("tenant", "account", "bot", 1), bytes(16))
    return taker_of(parts_of(None, kernels), made)


@pytest.fixture
def taker(kernels):
    return taker_with(kernels)


def close(taker, number, price):
    event = Event(number + 1, MarketKind.CANDLE, Candle(SYMBOL, number * 60_000, *[price] * 4, 1.0, last=True))
    return [one for outcome in taker.take(event) for one in outcome.requests]


def test_it_is_made_when_the_price_has_come_back(taker):
    for number, price in enumerate(CLOSES):
        assert close(taker, number, price) == []  # the account is not heard
    # At 125 it would cost more than there is.
    assert taker.hear([Link(up=True, why="")], 0, look=True).requests == ()
    assert taker.bot.idle
    [request] = close(taker, len(CLOSES), 104.0)
    assert (request.row.side, request.row.symbol) == (1, 0)


def noted(outcomes):
    """Code, value and limit of the notes that stand in the journal's steps."""
    steps = [one for outcome in outcomes for one in outcome.records if isinstance(one, Step)]
    return [(note.code, note.value, note.limit) for one in steps for note in one.notes]


def closes(taker, number, price):
    return list(
        taker.take(Event(number + 1, MarketKind.CANDLE, Candle(SYMBOL, number * 60_000, *[price] * 4, 1.0, True)))
    )


@pytest.mark.parametrize(("sizing", "need"), [(("fixed", "200"), "20820.8"), (("fixed_quote", "20000"), "20000")])
def test_a_fixed_size_by_the_market_that_its_cash_does_not_cover_is_refused_with_the_numbers(kernels, sizing, need):
    taker = taker_with(kernels, sizing=sizing)
    assert taker.hear([Link(up=True, why="")], 0, look=True).requests == ()
    outcomes = []
    for number, price in enumerate(CLOSES[:-1]):
        outcomes += closes(taker, number, price)
    assert [one.requests for one in outcomes if one.requests] == []
    unit = taker.plan.unit
    money = [
        (code, Decimal(value) * unit.numerator / unit.denominator, limit) for code, value, limit in noted(outcomes)
    ]
    assert [code for code, _, _ in money] == [Reason.BALANCE, Reason.INSUFFICIENT_BALANCE]
    assert abs(money[0][1] - Decimal(need)) < 1
    assert Decimal(money[0][2]) * unit.numerator / unit.denominator == 10_000
    row = taker.bot.row(0, 0)
    assert (row.state, row.ended) == (ENDED, Reason.INSUFFICIENT_BALANCE)
    # It is over: no cheaper price buys it, as in a backtest.
    later = [one for number, price in enumerate([50.0, 51.0], len(CLOSES)) for one in closes(taker, number, price)]
    assert [one.requests for one in later if one.requests and one.requests[0].row.side > 0] == []


def test_lines_that_its_cash_does_not_cover_wait_and_are_told_of_once(kernels):
    taker = taker_with(kernels, strategy="grid", params={"step": "0.01", "levels": 4}, sizing=("fixed", "200"))
    taker.hear([Link(up=True, why="")], 0, look=True)
    first = closes(taker, 0, 100.0)
    assert [one.requests for one in first if one.requests] == []
    told = [one for one in noted(first) if one[0] == Reason.BALANCE]
    assert len(told) == len(taker.bot.unpaid.told) > 1
    assert all(need > has for _, need, has in told)
    assert noted(closes(taker, 1, 100.0)) == []
    memory = live_memory.saved(taker.bot)
    before = set(taker.bot.unpaid.told)
    taker.bot.unpaid.told.clear()
    live_memory.restored(taker.bot, memory)
    assert taker.bot.unpaid.told == before
    assert noted(closes(taker, 2, 100.0)) == []


def test_a_bot_that_began_before_it_was_said_keeps_to_what_its_journal_has(kernels):
    taker = taker_with(kernels, sizing=("fixed", "200"), says=False)
    taker.hear([Link(up=True, why="")], 0, look=True)
    outcomes = [one for number, price in enumerate(CLOSES[:-1]) for one in closes(taker, number, price)]
    assert noted(outcomes) == []
    assert taker.bot.row(0, 0).state != ENDED


def test_a_checkpoint_remembers_that_it_waits(taker):
    for number, price in enumerate(CLOSES):
        close(taker, number, price)
    taker.hear([Link(up=True, why="")], 0, look=True)
    memory = live_memory.saved(taker.bot)
    taker.bot._short = False
    live_memory.restored(taker.bot, memory)
    [request] = close(taker, len(CLOSES), 104.0)
    assert request.row.side == 1
