"""After a restart what is read of the venue for an order in doubt begins when that was asked for."""

import pytest
from tests.cli.live_bench import Bench, exchange, ladder, true_soon
from tests.sandbox.ports import served

from botswain.engine.asked_before import stamped
from botswain.engine.live_market import Event, Mark
from botswain.model.journal import MarketKind
from botswain.store.bot_records import Candle

MINUTE_MS = 60_000


def candle(sequence, open_ms, kind=MarketKind.CANDLE):
    return Event(sequence, kind, Candle("BTC/USDT", open_ms, 1, 1, 1, 1, 1, True))


@pytest.mark.parametrize(("sequence", "open_ms"), [(4, 0), (5, 600), (6, 600), (7, 600), (8, 660), (99, 660)])
def test_an_order_is_no_older_than_the_last_candle_that_was_recorded_when_it_was_asked_for(sequence, open_ms):
    stale = Event(6, MarketKind.STALE, Mark("BTC/USDT", 0, "late"))
    events = [candle(5, 600), stale, candle(7, 540, MarketKind.REVISED), candle(8, 660)]
    assert stamped(events, sequence) == open_ms


@pytest.fixture
def bench(kernels, tmp_path):
    with served(exchange(kernels)) as site:
        yield Bench(site, kernels, tmp_path)


def tracks(crew):
    return {one.name: one for one in crew.fleet.account.tracks.values() if one.unresolved and not one.sending}


async def test_what_is_asked_after_a_restart_begins_when_the_order_was_asked_for(bench):
    async with bench.crew(ladder("one", on_stop="leave")) as crew:
        bench.site.control("POST", "faults", {"name": "error_after_accept", "method": "order.place", "times": 3})
        for name in ("lookup_refused", "drop_event"):
            bench.site.control("POST", "faults", {"name": name, "times": -1})
        await bench.site.step_soon(1)
        await true_soon(lambda: len(tracks(crew)) == 3, lambda: str(bench.said))
        found = tracks(crew)
        market_ms = {name: one.stamp_ms for name, one in found.items()}
        sent_ms = {name: one.sent_ms for name, one in found.items()}
        crew.leave.set()
    bench.site.control("DELETE", "faults")
    async with bench.crew(ladder("one", on_stop="leave")) as crew:
        again = crew.fleet.account.tracks
        for name in found:
            assert market_ms[name] - 2 * MINUTE_MS <= again[name].stamp_ms <= market_ms[name]
            assert abs(again[name].asked_ms - sent_ms[name]) < 2 * MINUTE_MS
