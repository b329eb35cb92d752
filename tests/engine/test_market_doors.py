"""A market that takes no orders: named for people, looked at again and again, and its bots go on by themselves."""

from types import SimpleNamespace

import pytest
from tests.cli.live_bench import SYMBOL, Bench, exchange, ladder
from tests.sandbox.ports import served

from botswain.engine.market_doors import LOOK_S, MOST_SELDOM_S, MarketDoors
from botswain.model.news import Link
from botswain.sandbox.fault_acts import act


class Over(Exception):
    """The test has seen enough."""


def listing(status="TRADING", trading=None):
    return SimpleNamespace(symbol="X/Y", status=status, trading=status == "TRADING" if trading is None else trading)


def test_each_state_is_told_once_and_its_end():
    said, opened = [], []
    doors = MarketDoors(said.append, opened.append)
    for one in (listing(), listing("BREAK"), listing("BREAK"), listing("HALT"), listing(), listing()):
        doors.told(one)
    assert [one.split(" at ")[0].split(" (")[0] for one in said] == [
        "X/Y is BREAK",
        "X/Y is HALT",
        "X/Y is TRADING again",
    ]
    assert (opened, doors.shut) == (["X/Y"], {})
    doors.told(listing(trading=False))
    assert doors.shut == {"X/Y": "not open to spot trading"}


async def test_shut_markets_are_looked_at_more_and_more_seldom_and_no_others():
    slept, read, doors = [], [], MarketDoors()

    async def sleep(seconds):
        slept.append(seconds)
        if len(slept) > 6:
            raise Over

    async def look(symbols):
        read.append(symbols)
        return False

    doors.told(listing("HALT"))
    with pytest.raises(Over):
        await doors.keep(sleep, look)
    assert slept == [LOOK_S, 45.0, 67.5, 101.25, MOST_SELDOM_S, MOST_SELDOM_S, MOST_SELDOM_S]
    assert read == [["X/Y"]] * 6


@pytest.fixture
def bench(kernels, tmp_path):
    with served(exchange(kernels)) as site:
        yield Bench(site, kernels, tmp_path)


async def test_a_fleet_sends_nothing_to_a_market_that_is_shut_and_tells_its_bots_when_it_trades(bench):
    async def status(word):
        act(bench.site.exchange.floor, "symbol_status", {"symbol": "BTCUSDT", "status": word})
        assert not await crew.fleet.rules.read([SYMBOL])

    async with bench.crew(ladder()) as crew:
        told, runner = [], crew.runners[0]
        await crew.fleet.settled()
        await status("BREAK")
        assert bench.heard(f"{SYMBOL} is BREAK at the venue: nothing is asked for there")
        assert crew.fleet.account.doors.shut == {SYMBOL: "BREAK"}
        runner.tell = told.extend
        await status("TRADING")
        assert bench.heard(f"{SYMBOL} is TRADING again (it was BREAK): its bots go on")
        assert crew.fleet.account.doors.shut == {}
        assert told == [Link(up=True, why=f"{SYMBOL} takes orders again")]
