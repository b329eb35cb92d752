"""One installation in memory: the engine's own parts around an inline database, a fixed clock and counted ids.

A "process" is one call of `process`: a new fleet, recovered from whatever the database holds. What a kill leaves
behind is the database, and nothing else; `copy` is another machine with the same disk.
"""

from functools import cache
from itertools import count

from tests.fakes.counted_ids import CountedIds
from tests.fakes.fixed_clock import FixedClock

from botswain.build.decider import dividing, matching
from botswain.build.layout import layout_of
from botswain.build.plan import new_state
from botswain.engine import recovery
from botswain.engine.fleet import Parts
from botswain.engine.replay import replay
from botswain.store import bots, fills, journal, orders, positions
from botswain.store.inline import open_memory
from botswain.venues.paper.book import PaperVenue
from botswain.venues.paper.trail import Trail

EPOCH = bytes(range(16))
TAG_KEY = bytes(range(32))
VENUE_ROOM = 4096


class Killed(BaseException):
    """A kill -9: nothing of the process is left, no handler runs."""


@cache
def rules(kernels, slips=False):
    """The matching rules; compiled code is loaded once for all tests."""
    return matching(kernels, slips=slips)


class Installation:
    """A database and what every process on it is given. `kernels` is where compiled code is kept."""

    def __init__(self, kernels, store=None):
        self.kernels = kernels
        self.clock = FixedClock()
        self.store = store if store is not None else open_memory(epoch=EPOCH, now_ms=self.clock())
        self.processes = count()

    def copy(self):
        """The same disk in another machine."""
        return Installation(self.kernels, open_memory(epoch=EPOCH, now_ms=self.clock(), image=self.store.image()))

    def parts(self, crash=None, owner="local", **more):
        """What one process is given."""
        return Parts(
            store=self.store,
            writer=self.store,
            venue=self.venue,
            now_ms=self.clock,
            new_id=CountedIds(self.clock(), 1 + 1_000_000 * next(self.processes)),
            tag_key=TAG_KEY,
            folder=self.kernels,
            owner=owner,
            crash=crash if crash is not None else ignore,
            **more,
        )

    def venue(self, plan, *, compiled=True):
        """A fresh paper account."""
        state = new_state(plan, layout_of(plan.strategy), VENUE_ROOM, compiled=compiled)
        slips = plan.slippage.by_candles
        trail = Trail(plan.slippage, [one.lot_size for one in plan.instruments]) if slips else None
        made = rules(self.kernels, slips) if compiled else matching(None, compiled=False, slips=slips)
        divide = dividing(plan, self.kernels if compiled else None, compiled=compiled)
        return PaperVenue(state, made, trail, divide)

    async def start(self, market, config, wanted, crash=None, owner="local", take_over=False, **more):
        """A fleet, recovered."""
        return await recovery.start(self.parts(crash, owner, **more), market, config, wanted, take_over=take_over)

    async def process(self, market, config, wanted, candles=None, crash=None, **more):
        """Run a process over `candles` more instants (None: to the market's end)."""
        fleet = await self.start(market, config, wanted, crash, **more)
        left = candles

        async def ready():
            nonlocal left
            left = None if left is None else left - 1
            return left is None or left >= 0

        await fleet.run(ready)
        return fleet

    async def replay(self, name):
        """What `botswain replay NAME` finds."""
        return await replay(self.parts(), name)

    async def bot(self, name):
        """A bot's row."""
        async with self.store.reading(None) as tx:
            return await bots.by_name(tx, name)

    async def journal(self, name):
        """All rows of a bot's journal."""
        bot = await self.bot(name)
        async with self.store.reading(None) as tx:
            return [one async for one in journal.walk(tx, bot.id)]

    async def verified(self, name):
        """What a walk along a bot's chain finds."""
        bot = await self.bot(name)
        async with self.store.reading(None) as tx:
            return await journal.verify(tx, bot.id)

    async def fills(self, name):
        """A bot's fills as the store has them."""
        bot = await self.bot(name)
        async with self.store.reading(None) as tx:
            return await fills.of_bot(tx, bot.id, limit=1_000_000)

    async def orders(self, name):
        """A bot's orders as the store has them."""
        bot = await self.bot(name)
        async with self.store.reading(None) as tx:
            return await orders.of_bot(tx, bot.id, limit=1_000_000)

    async def unfinished(self, name):
        """The client order ids of a bot's orders that have no final event."""
        bot = await self.bot(name)
        async with self.store.reading(None) as tx:
            return {one.client_order_id for one in await orders.unfinished(tx, bot.id, limit=1_000_000)}

    async def positions(self, name):
        """A bot's positions by symbol."""
        bot = await self.bot(name)
        async with self.store.reading(None) as tx:
            return {one.symbol: one for one in await positions.of_bot(tx, bot.id)}


def ignore(_point):
    """No crash."""
