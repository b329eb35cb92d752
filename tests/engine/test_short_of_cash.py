"""A purchase by the market for which the price left no cash is made as soon as the price leaves enough."""

from decimal import Decimal

import pytest
from tests.engine.scenes import bot, instrument
from tests.fakes.live import parts_of

from botswain.control.config import plan_of
from botswain.engine import live_memory
from botswain.engine.live_market import Event
from botswain.engine.live_recompute import Makings, taker_of
from botswain.engine.steps import Identity
from botswain.model.intents import Abilities
from botswain.model.journal import MarketKind
from botswain.model.news import Link
from botswain.store.bot_records import Candle, LiveTerms

SYMBOL = "BTC/USDT"
# The fast mean crosses the slow one at the first 104; what follows lets it stay above.
CLOSES = [100.0] * 6 + [99.0, 98.0, 104.0, 125.0]


@pytest.fixture
def taker(kernels):
    config = bot("sma_crossover", [SYMBOL], params={"fast": 2, "slow": 5}, sizing=("percent", "1"), capital=10_000)
    plan = plan_of(config, {SYMBOL: instrument(SYMBOL, taker_fee=Decimal("0.001"))}, 60_000)
    terms = LiveTerms(Abilities(amends_down=True, replaces=True, lists=True), False)
    made = Makings(plan, terms, "segment", Identity("tenant", "account", "bot", 1), bytes(16))
    return taker_of(parts_of(None, kernels), made)


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


def test_a_checkpoint_remembers_that_it_waits(taker):
    for number, price in enumerate(CLOSES):
        close(taker, number, price)
    taker.hear([Link(up=True, why="")], 0, look=True)
    memory = live_memory.saved(taker.bot)
    taker.bot._short = False
    live_memory.restored(taker.bot, memory)
    [request] = close(taker, len(CLOSES), 104.0)
    assert request.row.side == 1
