"""Requests through the simulated network: the real bytes, and every way in which nobody knows."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace
from tests.simulation.sites import Site, at_a_site
from tests.venues.binance.test_requests import ROW

from botswain.model.outcomes import Accepted, Outcome, Refused, Replaced, Unknown
from botswain.simulation.death import Killed
from botswain.venues.binance import requests
from botswain.venues.binance.requests import Call, Grid

NAME = "019b76da-a800-7698-a935-74334ef73438"


def order(site: Site, name: str = NAME) -> Call:
    """A resting buy."""
    rules = site.exchange.market.instruments[0]
    row = replace(ROW, price=site.price(), leaves=1_000, side=1)
    return requests.place(Grid("BTCUSDT", rules.tick_size, rules.lot_size), row, name)


def test_an_order_is_accepted_by_the_real_bytes() -> None:
    async def story(site: Site) -> Any:
        assert await site.desk.set_clock() is None
        return await site.desk.write(order(site)), site.open_names(), site.trail.hash()

    outcome, names, digest = at_a_site(story)
    assert isinstance(outcome, Accepted)
    assert names == {NAME}
    assert digest == at_a_site(story)[2]


@pytest.mark.parametrize(
    ("kind", "settings", "works", "after_s"),
    [
        ("PX:refused", {}, False, 1.0),
        ("PX:request_lost", {}, False, 12.0),
        ("PX:outage", {}, False, 12.0),
        ("PX:reply_lost", {}, True, 12.0),
        ("PX:reply_late", {"late_ms": 60_000}, True, 12.0),
        ("PX:reply_garbled", {}, True, 1.0),
        ("PX:reset", {}, True, 1.0),
    ],
)
def test_nobody_knows_what_became_of_it(kind: str, settings: dict[str, Any], works: bool, after_s: float) -> None:
    async def story(site: Site) -> tuple[Outcome | Replaced, set[str], float]:
        site.on(kind, **settings)
        return await site.desk.write(order(site)), site.open_names(), site.loop.time()

    outcome, names, took_s = at_a_site(story)
    assert isinstance(outcome, Unknown)
    assert names == ({NAME} if works else set())
    assert took_s <= after_s + 0.1


def test_a_request_that_is_later_than_its_window_is_refused_at_the_door() -> None:
    async def story(site: Site) -> Any:
        site.on("PX:request_late", late_ms=90_000)
        outcome = await site.desk.write(order(site))
        await asyncio.sleep(100.0)
        return outcome, site.open_names(), site.witness.arrivals

    outcome, names, arrivals = at_a_site(story)
    assert isinstance(outcome, Unknown)
    assert names == set()
    assert [status for _, status in arrivals] == [400]


def test_the_exchanges_own_faults_come_through() -> None:
    async def story(site: Site) -> Any:
        site.exchange.floor.faults.put("drop_reply", {})
        first = await site.desk.write(order(site))
        site.exchange.floor.faults.put("refuse", {})
        second = await site.desk.write(order(site, "b" * 36))
        site.exchange.floor.faults.put("delay_request", {"delay_ms": 2_000})
        began_s = site.loop.time()
        third = await site.desk.write(order(site, "c" * 36))
        return first, second, third, site.loop.time() - began_s

    first, second, third, took_s = at_a_site(story)
    assert isinstance(first, Unknown)
    assert isinstance(second, Refused)
    # 429 with Retry-After unknown: our own budget holds the third one back.
    assert isinstance(third, Refused)
    assert took_s < 1.0


def test_a_dead_life_sends_nothing_and_what_had_left_arrives() -> None:
    async def story(site: Site) -> Any:
        writing = site.loop.create_task(site.desk.write(order(site)))
        await asyncio.sleep(0.001)
        site.pulse.beats = False
        await asyncio.sleep(1.0)
        with pytest.raises(Killed):
            await writing
        with pytest.raises(Killed):
            await site.desk.write(order(site, "b" * 36))
        return site.open_names(), len(site.witness.sends)

    assert at_a_site(story) == ({NAME}, 1)
