"""A market that keeps a time of its own, at another speed: orders bear that, and what is looked for is found by it."""

import asyncio
from decimal import Decimal

import pytest
from tests.cli.live_bench import Bench, exchange, ladder, true_soon
from tests.engine.test_leeway import fill, working
from tests.sandbox.ports import served

from botswain.engine.holdings import Now, Residue
from botswain.engine.leeway import left_open
from botswain.engine.manners import Clocks, Stamps
from botswain.sandbox.fault_acts import act
from botswain.store.residues import Residual

# Three minutes for what was moved by hand (docs/live.md); here nobody has to put it back.
PROMISED_S = 60.0


class Own:
    """The venue's clock, and its market's."""

    def __init__(self, venue_ms=1_000_000, market_ms=5_000):
        self.venue_ms, self.market_ms = venue_ms, market_ms
        self.stamps = Stamps(lambda: self.venue_ms, lambda: self.market_ms)

    def go(self, venue_ms, market_ms):
        self.venue_ms, self.market_ms = venue_ms, market_ms
        return self.stamps.at(venue_ms)


def test_what_is_stamped_is_the_markets_time_of_then_at_the_earliest():
    own = Own()
    assert own.go(1_000_000, 5_000) == 5_000
    assert own.go(1_003_000, 65_000) == 65_000
    assert own.stamps.at(1_002_999) == 5_000
    assert own.stamps.at(1_000_000) == 5_000
    assert own.stamps.at(999_999) == 0
    # It stands still.
    assert own.go(1_009_000, 65_000) == 65_000


def test_what_was_noted_by_another_clock_or_of_another_market_counts_no_more():
    own = Own()
    own.go(1_000_000, 5_000)
    own.go(1_003_000, 65_000)
    assert own.go(1_001_000, 65_000) == 65_000  # set back
    assert own.stamps.at(1_000_500) == 5_000
    assert own.go(1_004_000, 2_000) == 2_000  # begun anew
    assert own.stamps.at(1_003_000) == 0


def test_a_venue_without_a_time_of_its_own_stamps_with_its_clock():
    assert Clocks(lambda: 1, lambda: 2, asyncio.sleep).stamp_ms(77) == 77


def test_a_residue_is_kept_with_the_stamp_and_has_lasted_by_the_venues_clock():
    residue = Residue({"BTC": Residual(Decimal(0), 900_000)})
    there = {"BTC": Decimal(1)}
    for venue_ms, stamp_ms, qty in ((1_000_000, 5_000, 0), (1_000_500, 65_000, 0), (1_001_000, 65_000, 1)):
        residue.rest(there, {"BTC": Decimal(0)}, Now(venue_ms, stamp_ms), 1_000, ())
        assert residue.kept["BTC"].qty == qty
    assert residue.kept["BTC"].at_ms == 65_000


def test_what_was_kept_by_a_clock_that_is_ahead_is_kept_anew():
    residue = Residue({"BTC": Residual(Decimal(0), 900_000)})
    residue.rest({"BTC": Decimal(0)}, {"BTC": Decimal(0)}, Now(1_000_000, 5_000), 1_000, ())
    assert residue.kept["BTC"].at_ms == 5_000


def test_a_fill_of_a_moment_ago_is_known_by_its_stamp():
    one = working(fills={"5000": fill(4, 5_000)}, told={"5000"}, filled_ms=1_000_000)
    assert left_open([one], 999_000) == {}  # as by one clock alone
    assert left_open([one], 999_000, 5_000)["a"].late
    assert left_open([one], 999_000, 5_001) == {}


@pytest.fixture
def bench(kernels, tmp_path):
    with served(exchange(kernels)) as site:
        yield Bench(site, kernels, tmp_path)


async def test_a_lost_request_is_over_in_the_time_that_is_promised_though_somebody_buys_by_hand_meanwhile(bench):
    floor, bought = bench.site.exchange.floor, {"account": "main", "symbol": "BTCUSDT", "side": "BUY"}
    async with bench.crew(ladder()) as crew:
        assert abs(floor.market_ms - crew.fleet.side.venue_ms()) > 365 * 86_400_000
        bench.site.control("POST", "faults", {"name": "drop_request", "method": "order.place", "times": 1})
        account = crew.fleet.account
        await true_soon(lambda: "BTC" in account.residue.kept)
        for _ in range(40):
            await bench.site.step_soon(1)
            await asyncio.sleep(0.05)
            if any(one.sending for one in account.tracks.values()):
                break
        act(floor, "foreign_order", bought | {"quantity": "0.002", "price": "", "client_id": "by-hand"})
        await true_soon(lambda: any(one.unresolved and not one.sending for one in account.tracks.values()))
        began_s = asyncio.get_running_loop().time()
        await bench.site.step_soon(1)
        await true_soon(lambda: not any(one.unresolved for one in account.tracks.values()), lambda: str(bench.said))
        assert asyncio.get_running_loop().time() - began_s < PROMISED_S
        assert account.residue.kept["BTC"].at_ms <= floor.market_ms
