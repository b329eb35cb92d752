"""What a venue says of a symbol counts: lists only where it has them, and no more orders than it takes."""

import asyncio

import pytest
from tests.cli.live_bench import Bench, exchange, ladder, trend
from tests.sandbox.ports import served

from botswain.model.errors import BadInput
from botswain.sandbox import market_calls
from botswain.sandbox.facts import listing

EXITS = {"stop_loss": "0.02", "take_profit": "0.04"}


@pytest.fixture
def bench(kernels, tmp_path):
    with served(exchange(kernels)) as site:
        yield Bench(site, kernels, tmp_path)


async def lists_of(bench):
    """Trade a while with a stop and a target; the ids of the lists that the venue had, and the kinds that it had."""
    async with bench.crew(trend("two", exits=EXITS)) as crew:
        await bench.step(crew, 25)
        orders = bench.account().orders.values()
        return {one.list_id for one in orders} - {-1}, {one.terms.type for one in orders}, crew.runners[0].bot.abilities


async def test_a_stop_and_a_target_rest_as_a_list_only_where_the_symbol_has_lists(bench, monkeypatch):
    def without(*given):
        return listing(*given) | {"ocoAllowed": False, "amendAllowed": False, "cancelReplaceAllowed": False}

    monkeypatch.setattr(market_calls, "listing", without)
    lists, kinds, abilities = await lists_of(bench)
    assert lists == set()
    assert "STOP_LOSS" in kinds
    assert not abilities.lists
    assert not abilities.amends_down
    assert not abilities.replaces


async def test_where_it_has_them_they_do(bench):
    lists, _, abilities = await lists_of(bench)
    assert lists
    assert abilities.lists
    assert abilities.amends_down
    assert abilities.replaces


async def test_a_bot_that_needs_more_orders_than_are_taken_is_refused_at_its_start(bench):
    few = {"name": "filters_changed", "max_orders": "9"}
    await asyncio.to_thread(bench.site.control, "POST", "faults", few)
    with pytest.raises(BadInput, match="'one' may want 10 orders on BTC/USDT at once, its venue takes 9"):
        async with bench.crew(ladder()):
            pass
    async with bench.crew(ladder(params={"step": "0.004", "levels": 9})) as crew:
        await bench.step(crew, 2)
        assert len(bench.account().open) == 9
