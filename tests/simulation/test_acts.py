"""Every kind of the table does something to the world, and is gone when the storm is over."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest
from tests.simulation.sites import ADDRESSES, Site, at_a_site
from tests.simulation.test_wire import order

from botswain.sandbox.fault_table import FAULTS
from botswain.simulation.acts import Acts
from botswain.simulation.kinds_table import KINDS
from botswain.simulation.plan import Injection
from botswain.simulation.weather import Crasher


class Hands:
    """Acts at a site, with a crasher that only notes."""

    def __init__(self, site: Site) -> None:
        self.kills = 0
        self.crasher = Crasher(random.Random(1), lambda _pulse, _name: None)
        self.acts = Acts(site.end, self.crasher, self.kill)

    def kill(self) -> None:
        self.kills += 1


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_acts_and_is_gone_in_the_calm(name: str) -> None:
    async def story(site: Site) -> Any:
        hands = Hands(site)
        floor = site.exchange.floor
        sockets = [await site.dialer.open(ADDRESSES.ws_api), await site.dialer.open(f"{ADDRESSES.streams}/ws")]
        assert len(sockets) == 2
        await asyncio.sleep(70.0)
        await site.desk.write(order(site))
        pair = floor.pairs["BTCUSDT"]
        filters, before = pair.filters, dict(floor.faults.acted)
        kind = KINDS[name]
        for k in range(4):
            one = Injection(site.clock.true_ms() + k, site.clock.true_ms() + 60_000, name, kind.draw(random.Random(k)))
            hands.acts.begin(one)
        group, _, what = name.partition(":")
        seen = bool(
            what in floor.faults.on or floor.faults.acted != before or site.weather.on or site.weather.store_once
            or site.trail.faults or hands.kills or hands.crasher.armed or site.clock.offset_ms
        )  # fmt: skip
        if group == "FX" and FAULTS[what].at_once:
            assert floor.faults.acted.get(what, 0) > before.get(what, 0)
        hands.acts.calm()
        calm = not (floor.faults.on or site.weather.on or site.weather.store_once or hands.crasher.armed)
        assert pair.filters == filters
        assert pair.status == "TRADING"
        return seen, calm

    assert at_a_site(story) == (True, True)


def test_a_fault_that_lasts_is_lifted_at_its_time_and_counts_once() -> None:
    async def story(site: Site) -> Any:
        hands = Hands(site)
        one = Injection(0, 0, "FX:maintenance", {})
        hands.acts.begin(one)
        for _ in range(5):
            await site.desk.set_clock()
        hands.acts.lift(one)
        assert await site.desk.set_clock() is None
        return hands.acts.counted()

    assert at_a_site(story) == {"FX:maintenance": 1}


def test_a_clock_that_was_off_for_a_while_is_right_again_and_a_step_stays() -> None:
    async def story(site: Site) -> Any:
        hands = Hands(site)
        skew = Injection(0, 0, "CK:skew", {"by_ms": 5_000})
        hands.acts.begin(skew)
        hands.acts.begin(Injection(0, 0, "CK:step", {"by_ms": -900}))
        off_ms = site.clock.offset_ms
        hands.acts.lift(skew)
        return off_ms, site.clock.offset_ms

    assert at_a_site(story) == (4_100, -900)


def test_a_point_that_is_not_reached_is_helped_along() -> None:
    async def story(site: Site) -> int:
        hands = Hands(site)
        hands.acts.begin(Injection(0, 0, "CP:point", {}))
        await asyncio.sleep(130.0)
        return hands.kills

    assert at_a_site(story) == 1
