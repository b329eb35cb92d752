"""Round trips gathered from stored fills are those of a backtest, also in pieces and after a placeholder."""

from decimal import Decimal

import pytest
from tests.engine.compare import backtested
from tests.engine.scenes import Scene, any_scene, bot, drawn, instrument
from tests.fakes.installation import Installation
from tests.store import made

from botswain.control.bot_terms import KnownTerms
from botswain.control.round_trips import RoundTrips, listed
from botswain.model.errors import FailClosed
from botswain.model.orders import FillKind, Side
from botswain.model.reasons import reason_name
from botswain.store import inline
from botswain.store.listing import Asked

X = "BTC/USDT"
FINE = Decimal("1E-9")


async def gathered(store, bot_id, known=None):
    async with store.reading(None) as tx:
        [found] = await (known or RoundTrips()).now(tx, KnownTerms(), bot_id)
    return found


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
        assert (one.profit, one.fees) == (expected.profit, expected.fees)
        assert reason_name(one.exit_reason, tags) == expected.exit_reason
        for price, exact in ((one.entry_price, expected.entry_price), (one.exit_price, expected.exit_price)):
            assert abs(price - exact) <= exact * FINE + Decimal("0.0001")
    held = {symbol: lane.held for symbol, lane in found.lanes.items() if lane.held}
    assert held == {one: result.position(one) for one in result.market.symbols if result.position(one)}
    return result


@pytest.mark.parametrize("number", [*range(6)])
async def test_the_trips_of_any_scene_are_those_of_its_backtest(number, kernels):
    await held_against_a_backtest(any_scene(number, ("sma_crossover", "grid")), kernels)


ASSETS = {
    "quote": {},
    "base": {"fee_asset": "BTC", "fee_precision": 8},
    "third": {"fee_asset": "BNB", "fee_asset_price": "250"},
}


@pytest.mark.parametrize("asset", ASSETS)
async def test_a_fill_through_zero_is_two_trips_in_every_asset_of_fees(asset, kernels):
    rules = {X: instrument(X, shortable=True)}
    wanted = bot("sma_crossover", [X], params={"fast": 2, "slow": 6, "direction": "both"}, instruments={X: ASSETS[asset]})
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


async def test_a_process_goes_on_from_the_last_fill_it_saw(store):
    owner = await made.bot_of_owner(store)
    known = RoundTrips()
    await store.append(made.step(owner, 1, fills=(trade("a", 1), trade("b", 1, lots=3))))
    first = await gathered(store, owner.id, known)
    assert ([*first.closed], [one.qty for one in first.open()]) == ([], [Decimal("0.008")])
    assert await gathered(store, owner.id, known) is first
    await store.append(made.step(owner, 2, fills=(trade("c", 2, Side.SELL, 8, 440, realized="0.08"),)))
    second = await gathered(store, owner.id, known)
    [trip] = second.closed
    assert (trip.profit, trip.fees, trip.exit_price) == (Decimal("-0.22"), Decimal("0.3"), Decimal(110))
    assert second.open() == []
    assert [one.qty for one in first.open()] == [Decimal("0.008")]


async def test_a_placeholder_that_was_taken_back_was_never_there(store):
    owner = await made.bot_of_owner(store)
    known = RoundTrips()
    guess = trade("inferred 1", 1, kind=FillKind.INFERRED)
    await store.append(made.step(owner, 1, fills=(guess,)))
    assert len((await gathered(store, owner.id, known)).open()) == 1
    await store.append(made.step(owner, 2, fills=(trade("s", 2, Side.SELL, 5, 480, realized="0.1"),)))
    assert len((await gathered(store, owner.id, known)).closed) == 1
    back = trade("back 1", 3, lots=-5, kind=FillKind.REVERSAL, linked_trade_id="inferred 1", fee=Decimal("-0.1"))
    true = trade("t 1", 3, ticks=404, linked_trade_id="inferred 1", fee=Decimal("0.2"))
    await store.append(made.step(owner, 3, fills=(back, true)))
    for trips in (known, RoundTrips()):
        [trip] = (found := await gathered(store, owner.id, trips)).closed
        assert (trip.entry_price, trip.fees, found.open()) == (Decimal(101), Decimal("0.3"), [])
    await store.append(made.step(owner, 4, fills=(trade("u", 4),)))
    assert len((await gathered(store, owner.id, known)).closed) == 1
    assert len((await gathered(store, owner.id, known)).open()) == 1


async def test_a_fee_whose_worth_nobody_knows_is_not_left_out_without_a_word(store):
    owner = await made.bot_of_owner(store)
    await store.append(made.step(owner, 1, fills=(trade("a", 1, fee_asset="BNB"),)))
    with pytest.raises(FailClosed, match="BNB"):
        await gathered(store, owner.id)


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

    async def ends(asked=None, limit=10, offset=0):
        async with store.reading(mine) as tx:
            trips = RoundTrips()
            found, total = await listed(tx, KnownTerms(), trips, asked or Asked(), limit=limit, offset=offset)
        return [None if one.exit_ms is None else one.exit_ms - made.NOW_MS for one in found], total

    assert await ends() == ([None, 215, 205, 115, 105, 15, 5], 7)
    assert await ends(limit=2, offset=1) == ([215, 205], 7)
    assert await ends(Asked(bot_id=second.id)) == ([215, 115, 15], 3)
    assert await ends(Asked(from_ms=made.NOW_MS + 105, to_ms=made.NOW_MS + 215)) == ([205, 115, 105], 3)
    assert await ends(Asked(symbol="ETH/USDT")) == ([], 0)
    assert await ends(Asked(bot_id=other.id)) == ([], 0)
