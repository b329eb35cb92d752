"""Round trips gathered from stored fills are those of a backtest, also in pieces and after a placeholder."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from tests.engine.compare import backtested
from tests.engine.scenes import Scene, any_scene, bot, drawn, instrument
from tests.fakes.installation import Installation
from tests.store import made

from botswain.control.bot_terms import KnownTerms
from botswain.control.kept_trips import MOST_FILLS, KeptTrips, gather, trips_from
from botswain.control.refusals import Wrong
from botswain.control.round_trips import Trips
from botswain.control.trip_pages import listed
from botswain.model.errors import FailClosed
from botswain.model.orders import FillKind, Side
from botswain.model.reasons import reason_name
from botswain.store import inline, round_trips, traded
from botswain.store.listing import Asked
from botswain.store.round_trips import Ended
from botswain.store.traded import after as fills_after

X = "BTC/USDT"
FINE = Decimal("1E-9")
KIND = traded.NAMES.index("kind")


@dataclass
class Found:
    """A bot's trips: those that ended, in that order, and what is under way."""

    closed: list
    open: list
    trips: Trips


async def gathered(store, bot_id, known=None, most=MOST_FILLS):
    assert await (known or KeptTrips()).follow(store, None, KnownTerms(), bot_id, most)
    async with store.reading(None) as tx:
        page = await listed(tx, Asked(bot_id=bot_id), limit=10_000)
        [kept] = await round_trips.under_way(tx, bot_id)
    found = page.items
    assert (page.total, page.next) == (len(found), None)
    closed = [one for one in reversed(found) if one.exit_ms is not None]
    won, profit = sum(one.profit > 0 for one in closed), sum((one.profit for one in closed), Decimal(0))
    assert kept.ended == Ended(len(closed), won, profit)
    return Found(closed, [one for one in found if one.exit_ms is None], trips_from(kept, None))


async def held_against_a_backtest(scene, kernels):
    """The trips of a bot that ran on paper, beside those of the backtest of the same settings."""
    here = Installation(kernels)
    await here.process(scene.market, scene.config, [scene.bot])
    row = await here.bot(scene.bot.name)
    found = await gathered(here.store, row.id)
    result = backtested(scene.bot, scene.candles, scene.market)
    tags = result.plan.strategy.tags
    assert len(found.closed) == len(result.round_trips)
    for one, expected in zip(found.closed, result.round_trips, strict=True):
        assert (one.symbol, one.direction, one.qty) == (expected.symbol, expected.direction, expected.qty)
        assert (one.entry_ms, one.exit_ms) == (expected.entry_ms, expected.exit_ms)
        assert one.fees == expected.fees
        # What is left of a cell is a share of its cost: each rounds it down to what it counts in.
        assert abs(one.profit - expected.profit) <= (Decimal("1E-8") if result.plan.strategy.cells else 0)
        assert reason_name(one.exit_reason, tags) == expected.exit_reason
        for price, exact in ((one.entry_price, expected.entry_price), (one.exit_price, expected.exit_price)):
            assert abs(price - exact) <= exact * FINE + Decimal("0.0001")
    if not result.plan.strategy.cells:
        held = {symbol: lane.held for symbol, lane in found.trips.lanes.items() if lane.held}
        assert held == {one: result.position(one) for one in result.market.symbols if result.position(one)}
    for symbol, cells in found.trips.cells.items():
        held = sum((one.direction * one.held for one in cells.open.values()), Decimal(0))
        # What is left of a cell under a lot keeps no trip open.
        left = result.position(symbol) + result.dust(symbol) - held
        assert abs(left) < max(len(found.closed), 1) * instrument(symbol).lot_size
    return result


@pytest.mark.parametrize("number", [*range(6)])
async def test_the_trips_of_any_scene_are_those_of_its_backtest(number, kernels):
    await held_against_a_backtest(any_scene(number, ("sma_crossover", "grid")), kernels)


@pytest.mark.parametrize("asset", ["quote", "base", "third"])
async def test_a_grid_that_never_sells_out_has_a_trip_for_each_purchase_it_sold_again(asset, kernels):
    wanted = bot("grid", [X], params={"step": "0.004", "levels": 12}, sizing=("percent", "0.9"),
                 instruments={X: ASSETS[asset]})  # fmt: skip
    result = await held_against_a_backtest(Scene(wanted, {X: drawn(3, X, 400)}, {X: instrument(X)}), kernels)
    sales = [one for one in result.fills if one.side == "sell"]
    assert len(result.round_trips) == len(sales) > 10
    assert result.metrics["trips_count"] == len(sales)
    # A cell sells a line above where it bought, so each trip but one of the start's purchases earns its step.
    assert result.metrics["trips_won"] > 0.8 * len(sales)
    for one in result.round_trips:
        assert one.exit_price > one.entry_price


ASSETS = {
    "quote": {},
    "base": {"fee_asset": "BTC", "fee_precision": 8},
    "third": {"fee_asset": "BNB", "fee_asset_price": "250"},
}


@pytest.mark.parametrize("asset", ASSETS)
async def test_a_fill_through_zero_is_two_trips_in_every_asset_of_fees(asset, kernels):
    rules = {X: instrument(X, shortable=True)}
    wanted = bot(
        "sma_crossover", [X], params={"fast": 2, "slow": 6, "direction": "both"}, instruments={X: ASSETS[asset]}
    )
    result = await held_against_a_backtest(Scene(wanted, {X: drawn(8, X, 400)}, rules), kernels)
    exits = {one.exit_ms for one in result.round_trips}
    assert sum(one.entry_ms in exits for one in result.round_trips) > 10


@pytest.fixture
async def store():
    """One database is enough: what is read is `fills.after` and the heads, which the store's tests read everywhere."""
    database = inline.open_memory(epoch=made.EPOCH, now_ms=made.NOW_MS)
    yield database
    await database.close()


def trade(name, seq, side=Side.BUY, lots=5, ticks=400, realized="0", **more):
    """A fill of so many lots of 0.001 at ticks of 0.25, with a fee of 0.1 in quote."""
    given = {"fee": Decimal("0.1"), "fee_asset": "USDT", "realized": Decimal(realized), "time_ms": made.NOW_MS + seq}
    return made.fill(name, seq, side=side, qty_lots=lots, price_ticks=ticks, **{**given, **more})


async def test_another_process_goes_on_from_the_last_fill_that_was_gathered(store, monkeypatch):
    owner = await made.bot_of_owner(store)
    await store.append(made.step(owner, 1, fills=(trade("a", 1), trade("b", 1, lots=3))))
    first = await gathered(store, owner.id)
    assert (first.closed, [one.qty for one in first.open]) == ([], [Decimal("0.008")])
    read = []

    async def after(tx, bot_id, seq, part, *, limit):
        found = await fills_after(tx, bot_id, seq, part, limit=limit)
        read.extend(one.venue_trade_id for one in found)
        return found

    monkeypatch.setattr("botswain.control.kept_trips.traded.after", after)
    await gathered(store, owner.id)
    assert read == []
    await store.append(made.step(owner, 2, fills=(trade("c", 2, Side.SELL, 8, 440, realized="0.08"),)))
    second = await gathered(store, owner.id)
    assert read == ["c"]
    [trip] = second.closed
    assert (trip.profit, trip.fees, trip.exit_price) == (Decimal("-0.22"), Decimal("0.3"), Decimal(110))
    assert second.open == []


async def test_a_placeholder_that_was_taken_back_was_never_there(store):
    owner = await made.bot_of_owner(store)
    known = KeptTrips()
    guess = trade("inferred 1", 1, kind=FillKind.INFERRED)
    await store.append(made.step(owner, 1, fills=(guess,)))
    assert len((await gathered(store, owner.id, known)).open) == 1
    await store.append(made.step(owner, 2, fills=(trade("s", 2, Side.SELL, 5, 480, realized="0.1"),)))
    assert len((await gathered(store, owner.id, known)).closed) == 1
    back = trade("back 1", 3, lots=-5, kind=FillKind.REVERSAL, linked_trade_id="inferred 1", fee=Decimal("-0.1"))
    true = trade("t 1", 3, ticks=404, linked_trade_id="inferred 1", fee=Decimal("0.2"))
    await store.append(made.step(owner, 3, fills=(back, true)))
    for trips in (known, KeptTrips()):
        [trip] = (found := await gathered(store, owner.id, trips)).closed
        assert (trip.entry_price, trip.fees, found.open) == (Decimal(101), Decimal("0.3"), [])
    await store.append(made.step(owner, 4, fills=(trade("u", 4),)))
    assert len((await gathered(store, owner.id, known)).closed) == 1
    assert len((await gathered(store, owner.id, known)).open) == 1


async def test_many_fills_are_gathered_in_parts_and_come_to_the_same(store, monkeypatch):
    monkeypatch.setattr("botswain.control.kept_trips.PAGE", 7)
    owner = await made.bot_of_owner(store)
    turns = [trade(f"t{k}", k, Side.SELL if k % 2 == 0 else Side.BUY) for k in range(1, 60)]
    for k, one in enumerate(turns, 1):
        await store.append(made.step(owner, k, fills=(one,)))
    known = KeptTrips()
    assert not await known.follow(store, None, KnownTerms(), owner.id, 20)
    async with store.reading(None) as tx:
        [half] = await round_trips.under_way(tx, owner.id)
    assert half.upto[0] == 20
    found = await gathered(store, owner.id, known)
    assert [one.exit_ms - made.NOW_MS for one in found.closed] == [*range(2, 60, 2)]
    assert len(found.open) == 1


async def test_who_gathers_for_all_a_little_at_a_time_looks_for_bots_once(store, monkeypatch):
    mine = await made.tenant(store)
    bots = [await made.bot(store, mine, name) for name in ("one", "two", "three")]
    for owner in bots:
        for k in range(1, 5):
            await store.append(made.step(owner, k, fills=(trade(f"{owner.name} {k}", k),)))
    looks = []
    stale = round_trips.stale

    async def looked(*asked):
        looks.append(asked)
        return await stale(*asked)

    monkeypatch.setattr("botswain.control.kept_trips.round_trips.stale", looked)
    known, goes = KeptTrips(), 1
    while not await known.follow(store, None, KnownTerms(), most=3):
        goes += 1
    # Each bot has four fills: three in one go, and the last in another.
    assert (len(looks), goes) == (1, 6)
    for owner in bots:
        assert [one.qty for one in (await gathered(store, owner.id)).open] == [Decimal("0.020")]


async def test_what_somebody_else_gathered_meanwhile_is_not_written_twice(store):
    owner = await made.bot_of_owner(store)
    await store.append(made.step(owner, 1, fills=(trade("a", 1), trade("b", 1, Side.SELL))))
    async with store.reading(None) as tx:
        [seen] = await round_trips.stale(tx)
    await gathered(store, owner.id)
    assert await gather(store, KnownTerms(), seen, 10) == (2, None)
    assert len((await gathered(store, owner.id)).closed) == 1


async def test_one_bot_that_cannot_be_told_keeps_no_other_from_it(store):
    mine = await made.tenant(store)
    odd, fine = [await made.bot(store, mine, name) for name in ("odd", "fine")]
    await store.append(made.step(odd, 1, fills=(trade("a", 1, fee_asset="BNB"),)))
    await store.append(made.step(fine, 1, fills=(trade("b", 1),)))
    with pytest.raises(FailClosed, match="BNB"):
        await KeptTrips().follow(store, None, KnownTerms())
    assert len((await gathered(store, fine.id)).open) == 1


async def test_a_fee_whose_worth_nobody_knows_is_not_left_out_without_a_word(store):
    owner = await made.bot_of_owner(store)
    await store.append(made.step(owner, 1, fills=(trade("a", 1, fee_asset="BNB"),)))
    with pytest.raises(FailClosed, match="BNB"):
        await gathered(store, owner.id)


async def test_a_fill_that_a_newer_version_wrote_stops_its_own_bot_alone(store):
    mine = await made.tenant(store)
    odd, fine = [await made.bot(store, mine, name) for name in ("odd", "fine")]
    for owner in (odd, fine):
        await store.append(made.step(owner, 1, fills=(trade(f"of {owner.name}", 1, kind=FillKind.VENUE),)))
    with pytest.MonkeyPatch.context() as newer:
        read = traded.traded
        newer.setattr(traded, "traded", lambda row: read(Newer(row) if row.venue_trade_id == "of odd" else row))
        with pytest.raises(FailClosed, match="newer version"):
            await KeptTrips().follow(store, None, KnownTerms())
    assert len((await gathered(store, fine.id)).open) == 1


class Newer(tuple):
    """A row of fills whose kind nobody knows yet."""

    def __new__(cls, row):
        return super().__new__(cls, [*row[:KIND], "of tomorrow", *row[KIND + 1 :]])


async def test_of_several_bots_what_is_under_way_comes_first_then_what_ended_last(store):
    mine = await made.tenant(store)
    first, second = [await made.bot(store, mine, name) for name in ("first", "second")]
    for number, owner in enumerate((first, second)):
        fills = []
        for k in range(3):
            start = made.NOW_MS + 100 * k + 10 * number
            fills.append(trade(f"b{k}", 1, time_ms=start))
            fills.append(trade(f"s{k}", 1, Side.SELL, realized="0", time_ms=start + 5))
        await store.append(made.step(owner, 1, fills=tuple(fills)))
    await store.append(made.step(first, 2, fills=(trade("open", 2, time_ms=made.NOW_MS + 50),)))
    other = await made.bot(store, await made.tenant(store, "other"), "theirs")
    await store.append(made.step(other, 1, fills=(trade("x", 1),)))
    await KeptTrips().follow(store, None, KnownTerms())

    async def ends(asked=None, limit=10, offset=0):
        async with store.reading(mine) as tx:
            page = await listed(tx, asked or Asked(), limit=limit, offset=offset)
        return [None if one.exit_ms is None else one.exit_ms - made.NOW_MS for one in page.items], page.total

    assert await ends() == ([None, 215, 205, 115, 105, 15, 5], 7)
    assert await ends(limit=2, offset=1) == ([215, 205], 7)
    assert await ends(Asked(bot_id=second.id)) == ([215, 115, 15], 3)
    assert await ends(Asked(from_ms=made.NOW_MS + 105, to_ms=made.NOW_MS + 215)) == ([205, 115, 105], 3)
    assert await ends(Asked(symbol="ETH/USDT")) == ([], 0)
    assert await ends(Asked(bot_id=other.id)) == ([], 0)


async def paged(store, tenant_id, between, limit):
    """All pages of a list, each after the one before, with something done between them."""
    seen, after = [], None
    while True:
        async with store.reading(tenant_id) as tx:
            page = await listed(tx, Asked(), limit=limit, after=after)
        seen += page.items
        if page.next is None:
            return seen
        after = page.next
        await between()


async def test_trips_that_end_while_somebody_leafs_are_neither_seen_twice_nor_left_out(store):
    owner = await made.bot_of_owner(store)
    turns = [trade(f"t{k}", k, Side.SELL if k % 2 == 0 else Side.BUY) for k in range(1, 40)]
    await store.append(made.step(owner, 1, 12, fills=tuple(turns[:12])))
    known, done = KeptTrips(), 12

    async def goes_on():
        nonlocal done
        await store.append(made.step(owner, done + 1, 4, fills=tuple(turns[done : done + 4])))
        done += 4
        await known.follow(store, None, KnownTerms())

    await known.follow(store, None, KnownTerms())
    seen = await paged(store, owner.tenant_id, goes_on, 2)
    assert [one.exit_ms - made.NOW_MS for one in seen] == [12, 10, 8, 6, 4, 2]
    assert done == 20


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
async def test_pages_go_from_what_is_under_way_to_what_ended_and_end(store, limit):
    mine = await made.tenant(store)
    for name in ("first", "second", "third"):
        owner = await made.bot(store, mine, name)
        # Of each bot two ended in the same instant, and one is under way.
        turns = [trade(f"{side}{k}", 1, side, time_ms=made.NOW_MS) for k in range(2) for side in (Side.BUY, Side.SELL)]
        await store.append(made.step(owner, 1, fills=(*turns, trade("open", 1, time_ms=made.NOW_MS))))
    await KeptTrips().follow(store, None, KnownTerms())

    async def nothing():
        return None

    async with store.reading(mine) as tx:
        whole = await listed(tx, Asked(), limit=100)
    assert [one.exit_ms is None for one in whole.items] == [True] * 3 + [False] * 6
    assert await paged(store, mine, nothing, limit) == whole.items


@pytest.mark.parametrize("text", ["", "7", "open_1_x_1_BTC/USDT", "1_018bcfe5-6800-7000-8000-000000000003_1_0_99999"])
async def test_a_place_that_no_page_ends_at_is_refused(store, text):
    async with store.reading(None) as tx:
        with pytest.raises(Wrong, match="no place in a list") as told:
            await listed(tx, Asked(), limit=1, after=text)
    assert told.value.field == "/query/after"
