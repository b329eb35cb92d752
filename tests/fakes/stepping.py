"""A sandbox moved on candle by candle under a live fleet, which has dealt with each price before the next one comes."""

import asyncio
import time

from msgspec.structs import replace

from botswain.engine.order_groups import falling, price_of

PATIENCE_S = 60.0


class Stuck(Exception):
    """Live trading did not go on."""


class Stepper:
    """Moves one site under one fleet."""

    def __init__(self, site, fleet):
        self.site, self.fleet = site, fleet
        self.before = {}

    async def candle(self, what="a candle"):
        """Play one candle to its end. Raises Stuck.

        It stands still wherever a bot waits for a price, until everything is settled that this leads to.
        """
        fleet, last = self.fleet, self.fleet.market.sequence
        stood = {runner.name: untagged(runner.bot.groups.held) for runner in fleet.runners.values()}
        while await self.site.play_soon(self.watched()) == 0:
            await fleet.settled()
        await until(lambda: fleet.market.sequence > last, f"{what} was heard")
        await fleet.settled()
        self.before = stood

    def watched(self):
        """The nearest prices that anybody waits for, by market, and which of them are new in this candle."""
        rows = {}
        for runner in self.fleet.runners.values():
            for s, one in enumerate(runner.plan.instruments):
                for row in runner.bot.groups.mine(s):
                    new = replace(row, tag=0) not in self.before.get(runner.name, ())
                    price = price_of(row) * one.tick_size
                    rows.setdefault(one.base + one.quote, []).append((falling(row), price, new))
        return {name: nearest(found) for name, found in rows.items()}


def nearest(rows):
    """Of (falling, price, new): what the sandbox is told."""
    found = {"arriving": []}
    for name, downward in (("below", True), ("above", False)):
        mine = [(price, new) for falls, price, new in rows if falls is downward]
        if mine:
            price = (max if downward else min)(price for price, _ in mine)
            found[name] = f"{price:f}"
            if all(new for other, new in mine if other == price):
                found["arriving"].append(name)
    return found


def untagged(rows):
    """Rows as a venue would tell them apart."""
    return [replace(one, tag=0) for one in rows]


async def until(true, what):
    """Wait for something that another task does. Raises Stuck."""
    end = time.monotonic() + PATIENCE_S
    while not true():
        if time.monotonic() > end:
            raise Stuck(f"{what}: not within {PATIENCE_S:.0f} s")
        await asyncio.sleep(0.0005)
