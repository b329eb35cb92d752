"""Caps hold against whoever asks: by symbol, by what an order is truly worth, by number, and by kind of request."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.gateway.made import DONE, amending, cancelling, listing, placing, replacing, scene, unsent

from botswain.core.codes import MARKET, STOP, STOP_LIMIT, TAKE_PROFIT
from botswain.gateway.allowance import FRESH_MS, MINUTE_MS
from botswain.model.caps import Caps, Write, caps_of, caps_text
from botswain.model.errors import BadInput
from botswain.model.outcomes import Answer, Cause, Failed

MOST = Caps(max_notional=Decimal(100))


async def test_only_symbols_of_the_key_are_placed_and_cancels_always_pass() -> None:
    s = scene(Caps(symbols=("ETH/USDT", "BNB/USDT")))
    said = unsent(await s.gateway.send(placing()))
    assert "BTC/USDT is not among this key's (ETH/USDT, BNB/USDT)" in said.message
    assert said.cause is Cause.FORBIDDEN
    assert await s.gateway.send(placing("y", symbol="ETH/USDT")) == DONE
    assert await s.gateway.send(cancelling()) == DONE
    assert await s.gateway.send(amending()) == DONE


# The row is 1 coin at 100, the market 100 too, unless said otherwise; the cap is 100.
WORTH: list[tuple[dict[str, Any], int, bool]] = [
    ({}, 100, True),
    ({"leaves": 1_001}, 100, False),
    ({"price": 10_001}, 100, False),
    # A buy's limit bounds it, however high the market stands.
    ({}, 5_000, True),
    ({"kind": STOP_LIMIT, "trigger": 9_000}, 5_000, True),
    # A sell fills at the market, however low its limit.
    ({"side": -1, "price": 1}, 100, True),
    ({"side": -1, "price": 1}, 101, False),
    ({"side": -1, "price": 10_001}, 50, False),
    # Nothing else has a price of its own.
    ({"kind": MARKET, "price": 0}, 100, True),
    ({"kind": MARKET, "price": 0}, 101, False),
    ({"kind": STOP, "price": 0, "trigger": 10_001}, 50, False),
    ({"kind": TAKE_PROFIT, "price": 0, "trigger": 5_000}, 101, False),
    # An exit is bounded too.
    ({"side": -1, "reducing": True}, 101, False),
]


@pytest.mark.parametrize(("row", "market", "passes"), WORTH)
async def test_an_order_may_be_worth_so_much_and_no_more(row: dict[str, Any], market: int, passes: bool) -> None:
    s = scene(MOST)
    s.account.prices = [Answer(Decimal(market))]
    outcome = await s.gateway.send(placing(row=row))
    assert (outcome == DONE) is passes, outcome
    assert len(s.account.sent) == passes
    if not passes:
        assert "at most 100 at once" in unsent(outcome).message


async def test_a_price_is_asked_for_only_where_it_is_needed_and_kept_for_a_moment() -> None:
    s = scene(MOST)
    await s.gateway.send(placing("a"))
    assert s.account.priced == 0
    for n in range(3):
        await s.gateway.send(placing(f"b{n}", row={"side": -1}))
    assert s.account.priced == 1
    s.clock.ms += FRESH_MS + 1
    await s.gateway.send(placing("c", row={"side": -1}))
    assert s.account.priced == 2
    free = scene()
    await free.gateway.send(placing("d", row={"side": -1}))
    assert free.account.priced == 0


async def test_what_cannot_be_measured_is_refused_but_an_exit_may_use_an_old_price() -> None:
    s = scene(MOST)
    s.account.prices = [Failed("no reply"), Answer(Decimal(100)), Failed("no reply")]
    said = unsent(await s.gateway.send(placing("a", row={"side": -1, "reducing": True})))
    assert "no reply" in said.message
    assert said.cause is Cause.LATER
    assert await s.gateway.send(placing("b", row={"side": -1})) == DONE
    s.clock.ms += FRESH_MS * 100
    unsent(await s.gateway.send(placing("c", row={"side": -1})))
    assert await s.gateway.send(placing("d", row={"side": -1, "reducing": True})) == DONE


async def test_orders_a_minute_are_counted_and_exits_are_never_refused_for_it() -> None:
    s = scene(Caps(orders_per_minute=2))
    for name in "ab":
        assert await s.gateway.send(placing(name)) == DONE
        s.clock.ms += 1_000
    said = unsent(await s.gateway.send(placing("c")))
    assert "2 orders in the last minute, this key may send 2; decide again in 58000 ms" in said.message
    assert said.cause is Cause.LATER
    unsent(await s.gateway.send(replacing("a", "d")))
    for name, row in (("e", {"reducing": True}), ("f", {"protective": True})):
        assert await s.gateway.send(placing(name, row=row)) == DONE
    assert await s.gateway.send(cancelling("a", seq=2)) == DONE
    assert await s.gateway.send(amending("b")) == DONE
    s.clock.ms += MINUTE_MS
    assert await s.gateway.send(placing("g")) == DONE


async def test_what_was_refused_counts_for_nothing() -> None:
    s = scene(Caps(orders_per_minute=1, max_notional=Decimal(100)))
    unsent(await s.gateway.send(placing("a", row={"leaves": 5_000})))
    assert await s.gateway.send(placing("b")) == DONE


@pytest.mark.parametrize(
    ("writes", "passing"),
    [
        ((Write.CANCEL,), {"cancel"}),
        ((Write.PLACE,), {"place"}),
        ((Write.PLACE, Write.CANCEL), {"place", "cancel", "replace"}),
        ((Write.AMEND,), {"amend"}),
    ],
)
async def test_a_key_does_only_what_it_may(writes: tuple[Write, ...], passing: set[str]) -> None:
    asked = {"cancel": cancelling("a"), "place": placing("b"), "replace": replacing("c", "d"), "amend": amending("e")}
    s = scene(Caps(writes=writes))
    assert {name for name, one in asked.items() if await s.gateway.send(one) == DONE} == passing


def test_caps_are_text_and_back() -> None:
    caps = Caps(("BTC/USDT",), Decimal("12.50"), 3, (Write.CANCEL,))
    assert caps_of(caps_text(caps)) == caps
    assert caps_of("{}") == Caps()
    assert caps_of(caps_text(Caps())) == Caps()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "cannot be read"),
        ('{"symbol":[]}', "cannot be read"),
        ('{"max_notional":"-1"}', "at least|above zero"),
        ('{"max_notional":"NaN"}', "above zero"),
        ('{"orders_per_minute":0}', "are 0; write 1 or more"),
        ('{"symbols":["BTCUSDT"]}', "'BTCUSDT' is not BASE/QUOTE"),
        ('{"writes":[]}', "allow nothing"),
        ('{"writes":["withdraw"]}', "cannot be read"),
    ],
)
def test_caps_of_nonsense_are_refused(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        caps_of(text)


async def test_the_two_orders_of_a_list_count_once_and_the_dearer_one_is_measured() -> None:
    s = scene(Caps(max_notional=Decimal(110)))
    assert await s.gateway.send(listing()) == DONE
    s = scene(Caps(max_notional=Decimal(109)))
    assert "worth 110" in unsent(await s.gateway.send(listing())).message
    s = scene(Caps(orders_per_minute=2))
    assert await s.gateway.send(listing()) == DONE
    assert await s.gateway.send(placing("a")) == DONE
    assert unsent(await s.gateway.send(placing("b"))).cause is Cause.LATER
