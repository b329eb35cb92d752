"""An event wakes the bots whose declared events or watched prices it concerns, and no others."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from tests.engine.markets import FRAME, SYMBOL, TICK, candle, quote, trade

from botswain.engine.feed_events import (
    Beat,
    Closed,
    Down,
    Fault,
    FeedEvent,
    Forming,
    Fresh,
    Late,
    Quoted,
    Revised,
    Stale,
    Traded,
)
from botswain.engine.router import Router, prices_of
from botswain.model.market_events import TickKind


@pytest.fixture
def router() -> Router:
    found = Router()
    found.subscribe("minutes", SYMBOL, FRAME, TICK)
    found.subscribe("fives", SYMBOL, "5m", TICK)
    found.subscribe("quotes", SYMBOL, FRAME, TICK, [TickKind.QUOTES])
    found.subscribe("trades", SYMBOL, "5m", TICK, [TickKind.TRADES])
    found.subscribe("other", "ETH/USDT", FRAME, TICK, list(TickKind))
    return found


def test_a_beat_wakes_those_who_decide_between_closes_each_once(router: Router) -> None:
    beat = Beat(FRAME, 1, {SYMBOL: candle(0, closed=False), "ETH/USDT": candle(0, closed=False)})
    assert router.route(beat) == ()
    router.subscribe("both", SYMBOL, FRAME, TICK, beats=True)
    router.subscribe("both", "ETH/USDT", FRAME, TICK, beats=True)
    router.subscribe("one", SYMBOL, FRAME, TICK, beats=True)
    assert router.route(beat) == ("both", "one")
    router.unsubscribe("both")
    assert router.route(beat) == ("one",)


def traded(price: str) -> Traded:
    return Traded(SYMBOL, trade(price))


def test_each_event_wakes_those_who_declared_it(router: Router) -> None:
    found: list[tuple[FeedEvent, tuple[str, ...]]] = [
        (Closed(SYMBOL, candle(0)), ("minutes", "quotes")),
        (Late(SYMBOL, "5m", 0), ("fives", "trades")),
        (Revised(SYMBOL, candle(0), None), ("minutes", "quotes")),
        (Quoted(SYMBOL, quote("99", "100")), ("quotes",)),
        (traded("100"), ("trades",)),
        (Forming(SYMBOL, candle(0, closed=False)), ()),
        (Closed("LTC/USDT", candle(0)), ()),
        (Down("cut", 1), ()),
        (Fault("ETH/USDT", "odd"), ("other",)),
        (Fresh("ETH/USDT"), ("other",)),
        (Stale(SYMBOL, 1, "old"), ("minutes", "fives", "quotes", "trades")),
    ]
    for event, woken in found:
        assert router.route(event) == woken, event


def test_a_bot_that_subscribes_twice_is_woken_once_and_one_that_left_never(router: Router) -> None:
    router.subscribe("minutes", SYMBOL, FRAME, TICK, [TickKind.TRADES])
    assert router.route(Closed(SYMBOL, candle(0))) == ("minutes", "quotes")
    assert router.route(traded("100")) == ("trades", "minutes")
    router.watch("minutes", SYMBOL, None, 9_000)
    router.unsubscribe("minutes")
    assert router.route(Closed(SYMBOL, candle(0))) == ("quotes",)
    assert router.route(traded("100")) == ("trades",)


def test_a_watched_price_wakes_once_when_it_is_reached_and_the_bot_may_watch_again(router: Router) -> None:
    router.watch("minutes", SYMBOL, 9_900, 10_100)
    assert router.route(traded("100.99")) == ("trades",)
    assert router.route(traded("101")) == ("trades", "minutes")
    assert router.route(traded("50")) == ("trades",)
    router.watch("minutes", SYMBOL, 9_900, None)
    router.watch("minutes", SYMBOL, 9_800, None)
    assert router.route(Forming(SYMBOL, candle(0, "98.50", closed=False))) == ()
    assert router.route(Forming(SYMBOL, candle(0, "98", closed=False))) == ("minutes",)
    router.watch("minutes", SYMBOL, None, None)
    assert router.route(traded("1")) == ("trades",)


def test_a_candle_that_closes_beyond_a_watched_price_wakes_bots_of_other_timeframes_too(router: Router) -> None:
    router.watch("fives", SYMBOL, None, 10_000)
    assert router.route(Closed(SYMBOL, candle(0))) == ("minutes", "quotes", "fives")


def test_who_is_woken_anyway_is_woken_once(router: Router) -> None:
    router.watch("trades", SYMBOL, 20_000, None)
    assert router.route(traded("100")) == ("trades",)


def test_quotes_reach_a_lower_level_with_their_ask_and_a_higher_one_with_their_bid(router: Router) -> None:
    router.watch("minutes", SYMBOL, 9_900, 10_100)
    assert router.route(Quoted(SYMBOL, quote("98", "102"))) == ("quotes",)
    assert router.route(Quoted(SYMBOL, quote("0", "0"))) == ("quotes",)
    assert router.route(Quoted(SYMBOL, quote("98", "99"))) == ("quotes", "minutes")
    router.watch("minutes", SYMBOL, 9_900, 10_100)
    assert router.route(Quoted(SYMBOL, quote("101", "0"))) == ("quotes", "minutes")


def test_a_price_of_a_symbol_that_nobody_subscribed_cannot_be_watched(router: Router) -> None:
    with pytest.raises(KeyError):
        router.watch("minutes", "LTC/USDT", 1, None)


def test_many_watches_fire_as_if_each_were_looked_at() -> None:
    chance, router = Random(7), Router()
    watches: dict[str, tuple[int | None, int | None]] = {}
    for k in range(50):
        router.subscribe(f"bot {k}", SYMBOL, FRAME, TICK)
    for _ in range(2_000):
        name = f"bot {chance.randrange(50)}"
        below = chance.choice([None, chance.randrange(9_000, 10_000)])
        above = chance.choice([None, chance.randrange(10_000, 11_000)])
        router.watch(name, SYMBOL, below, above)
        watches[name] = below, above
        ticks = chance.randrange(8_900, 11_100)
        due = {
            one
            for one, (low, high) in watches.items()
            if (low is not None and ticks <= low) or (high is not None and ticks >= high)
        }
        woken = router.route(Traded(SYMBOL, trade(str(ticks * Decimal("0.01")))))
        assert (set(woken), len(woken)) == (due, len(due))
        for one in due:
            del watches[one]


def test_the_prices_that_an_event_tells_are_held_against_what_is_watched() -> None:
    assert prices_of(traded("100.5")) == (SYMBOL, Decimal("100.5"), Decimal("100.5"))
    forming = Forming(SYMBOL, candle(0, "98", closed=False))
    assert prices_of(forming) == (SYMBOL, Decimal(98), Decimal(98))
    assert prices_of(Fault(SYMBOL, "it is no number")) is None
