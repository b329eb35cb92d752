"""Leafing through orders and fills while more come: each row is seen once, whoever's it is and whatever it shares."""

import pytest
from tests.api.desk import desk_on
from tests.store import made
from tests.store.made import NOW_MS

from botswain.model.orders import OrderState

KEY = {"/orders": "client_order_id", "/fills": "id"}
OTHERS = "another tenant's"


@pytest.fixture
async def desk(store):
    """A desk; signed in is the usual tenant."""
    async with desk_on(store.database, await made.tenant(store)) as found:
        yield found


class Busy:
    """Two bots that place an order and fill one at each step, three of them in every millisecond."""

    def __init__(self, store):
        self.store, self.bots, self.seqs, self.orders = store, [], {}, []

    async def begin(self, tenant_id, *names):
        self.bots = [await made.bot(self.store, tenant_id, name) for name in names]
        self.seqs = dict.fromkeys((one.id for one in self.bots), 0)
        return self

    async def trade(self, times=1):
        for _ in range(times):
            for bot in self.bots:
                seq = self.seqs[bot.id] = self.seqs[bot.id] + 1
                at_ms = NOW_MS + len(self.orders) // 3
                order = made.order(seq, slot=seq, time_ms=at_ms)
                filled = made.order(seq, slot=500 + seq, time_ms=at_ms)
                fills = [
                    made.fill(f"{bot.name} {seq} {n}", seq, client_order_id=filled.client_order_id, time_ms=at_ms)
                    for n in (1, 2)
                ]
                events = (made.event(filled, seq, OrderState.FILLED, 5),)
                rows = {"orders": (order, filled), "order_events": events, "fills": tuple(fills)}
                await self.store.append(made.step(bot, seq, **rows))
                self.orders += [order, filled]


async def leafed(desk, path, busy, **asked):
    """The ids of every page, one after the other; before each further page the bots trade once more."""
    found, after = [], None
    while True:
        page = await desk.get(path, limit=3, after=after, **asked)
        assert page["offset"] == 0
        found += [one[KEY[path]] for one in page["items"]]
        after = page["next"]
        if after is None:
            return found
        assert len(page["items"]) == 3
        await busy.trade()


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/fills", {}),
        ("/fills", {"side": "buy", "from_ms": NOW_MS + 1}),
        ("/orders", {}),
        ("/orders", {"working": True}),
        ("/orders", {"working": True, "state": "new"}),
        ("/orders", {"working": False}),
        ("/orders", {"state": "filled"}),
    ],
)
@pytest.mark.parametrize("of_one", [False, True])
async def test_who_leafs_while_rows_come_sees_each_of_them_once_and_in_order(desk, store, path, asked, of_one):
    busy = await Busy(store).begin(desk.caller.tenant_id, "first", "second")
    await busy.trade(5)
    if of_one:
        asked = {**asked, "bot_id": busy.bots[0].id}
    whole = [one[KEY[path]] for one in (await desk.get(path, **asked))["items"]]
    assert len(whole) > 3
    assert await leafed(desk, path, busy, **asked) == whole


async def test_an_order_that_ended_since_is_still_a_place_among_those_that_work(desk, store):
    busy = await Busy(store).begin(desk.caller.tenant_id, "first")
    await busy.trade(4)
    working = [one["client_order_id"] for one in (await desk.get("/orders", working=True))["items"]]
    page = await desk.get("/orders", working=True, limit=2)
    assert page["next"] == working[1]
    ended = next(one for one in busy.orders if one.client_order_id == working[1])
    await store.append(made.step(busy.bots[0], 5, order_events=(made.event(ended, 5, OrderState.CANCELED),)))
    rest = await desk.get("/orders", working=True, limit=2, after=page["next"])
    assert ([one["client_order_id"] for one in rest["items"]], rest["next"], rest["total"]) == (working[2:], None, 3)


@pytest.mark.parametrize("path", ["/orders", "/fills"])
async def test_a_page_after_what_there_is_not_is_refused_and_nothing_is_told_of_it(desk, store, path):
    busy = await Busy(store).begin(desk.caller.tenant_id, "first")
    await busy.trade(2)
    theirs = await made.tenant(store, OTHERS)
    desk.sign_in(theirs)
    mine = await Busy(store).begin(theirs, "other")
    await mine.trade(1)
    told = []
    # Another tenant's, none at all, and nonsense.
    hidden = {"/orders": busy.orders[0].client_order_id, "/fills": f"{busy.bots[0].id}.1.0"}[path]
    never = {"/orders": made.new_id(), "/fills": f"{mine.bots[0].id}.9.0"}[path]
    for after in (hidden, never, "nonsense", "9" * 100):
        problem = await desk.get(path, 422, after=after)
        assert (problem["code"], problem["field"]) == ("not_valid", "/query/after")
        told.append(problem["detail"].replace(repr(after[:64]), ""))
    assert len(set(told)) == 1
    assert "write the `next` of the page before" in told[0]
