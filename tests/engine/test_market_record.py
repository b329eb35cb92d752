"""The recorded market: a hole, a moved time and a changed candle are found, and a candle file is held against it."""

import msgspec
import numpy as np
import pytest
from tests.engine.crews import CONFIG, crew, market
from tests.engine.test_recovery import MARKET, tampered
from tests.fakes.installation import Installation

from botswain.control.config import MarketConfig
from botswain.engine import leases
from botswain.engine.feed import Market
from botswain.history.instants import iso
from botswain.model.candles import Candles
from botswain.model.errors import BadInput, FailClosed
from botswain.store.bot_records import CANDLE_DECODER, CANDLE_ENCODER

BTC = "BTC/USDT"


@pytest.fixture
async def installation(kernels):
    """Two bots after ten instants of their market."""
    made = Installation(kernels)
    await made.process(market(), CONFIG, crew(), candles=10)
    return made


def changed(made, symbol=BTC, rows=slice(None), **columns):
    """A market whose file of one symbol has other rows, or other values in a column: name=(row, value)."""
    run = made.source[symbol]
    kept = {name: getattr(run, name).copy() for name in ("ts", "open", "high", "low", "close", "volume")}
    for name, (row, value) in columns.items():
        kept[name][row] = value
    source = made.source | {symbol: Candles(symbol, run.timeframe, *(one[rows] for one in kept.values()))}
    return Market("replay a.csv", made.instruments, made.timeframe_ms, source, made.feed)


async def refused(installation, made, wanted=None):
    with pytest.raises(BadInput) as error:
        await installation.start(made, CONFIG, wanted or crew())
    return str(error.value)


async def segments(installation):
    async with installation.store.reading(None) as tx:
        return len({row[0] for row in await tx.rows(tx.select(MARKET, MARKET.c.segment_id))})


@pytest.mark.parametrize("gone", [1, 7])
async def test_a_missing_event_stops_start_and_replay_with_its_number(gone, installation):
    tampered(installation, "DELETE FROM market_events WHERE sequence = ?", gone)
    said = f"event {gone} is missing, event {gone + 1} follows. Nothing was sent; restore the database"
    for what in (installation.start(market(), CONFIG, crew()), installation.replay("trend")):
        with pytest.raises(FailClosed, match=said):
            await what


async def test_an_event_whose_time_is_not_its_candles_stops_start_and_replay(installation):
    tampered(installation, "UPDATE market_events SET time_ms = time_ms + 1 WHERE sequence = 7")
    for what in (installation.start(market(), CONFIG, crew()), installation.replay("trend")):
        with pytest.raises(FailClosed, match=r"event 7 is of time \d+, its candle of \w+/USDT of \d+"):
            await what


@pytest.mark.parametrize("payload", ["00", "C1", "98A2FFFE"])
async def test_an_event_that_cannot_be_read_stops_start_and_replay_with_its_number(payload, installation):
    tampered(installation, "UPDATE market_events SET payload = ? WHERE sequence = 7", bytes.fromhex(payload))
    for what in (installation.start(market(), CONFIG, crew()), installation.replay("trend")):
        with pytest.raises(FailClosed, match=r"market was changed: event 7 cannot be read \(.+\)\. Nothing was sent"):
            await what


async def test_half_an_instant_at_the_end_stops_the_start(installation):
    async with installation.store.reading(None) as tx:
        rows = await tx.rows(tx.select(MARKET).order_by(MARKET.c.sequence))
    at = max(row.sequence for row in rows if not CANDLE_DECODER.decode(row.payload).last)
    tampered(installation, "DELETE FROM market_events WHERE sequence > ?", at)
    with pytest.raises(FailClosed, match=f"event {at} is not the last of its instant, and none follows"):
        await installation.start(market(), CONFIG, crew())


async def volume_changed(installation):
    """Change what no decision looks at."""
    async with installation.store.reading(None) as tx:
        [row] = await tx.rows(tx.select(MARKET).where(MARKET.c.sequence == 5))
    moved = msgspec.structs.replace(CANDLE_DECODER.decode(row.payload), volume=77.0)
    tampered(installation, "UPDATE market_events SET payload = ? WHERE sequence = 5", CANDLE_ENCODER.encode(moved))


async def test_a_candle_changed_before_an_anchor_is_found_whatever_was_decided_on_it(kernels):
    installation = Installation(kernels)
    fleet = await installation.start(market(), CONFIG, crew())
    left = iter([True] * 10)

    async def ready():
        return next(left, False)

    await leases.run(fleet, ready)
    await installation.process(market(), CONFIG, crew(), candles=3)
    assert (await installation.replay("trend")).count == 0
    await volume_changed(installation)
    with pytest.raises(FailClosed, match=r"events 1 to \d+ are not those that were anchored at 20"):
        await installation.start(market(), CONFIG, crew())
    [said] = (await installation.replay("trend")).differences
    assert "are not those that were anchored at 20" in said
    tampered(installation, "DELETE FROM market_events WHERE sequence >= 9")
    with pytest.raises(FailClosed, match=r"it ends at event 8, but event \d+ was anchored|event 8 is not the last"):
        await installation.start(market(), CONFIG, crew())


async def test_a_file_that_changed_is_refused_with_symbol_time_and_both_values(installation):
    made = market()
    run = made.source[BTC]
    said = await refused(installation, changed(made, close=(3, 123.5)))
    at, before = iso(int(run.ts[3])), run.close[3]
    assert said.startswith(
        "replay a.csv is not the market that was recorded: "
        f"{BTC} at {at} has close 123.5, recorded is {before:.15g}. Nothing was written or sent; give the file that"
    )
    await installation.process(made, CONFIG, crew())
    assert (await installation.replay("trend")).count == 0


async def test_a_file_with_a_candle_less_or_more_among_the_recorded_ones_is_refused(installation):
    made = market()
    at = iso(int(made.source[BTC].ts[3]))
    said = await refused(installation, changed(made, rows=np.arange(len(made.source[BTC])) != 3))
    assert f"{BTC} has a candle at {at} in the record and not in the file" in said
    gap = int(next(ts for ts in made.source[BTC].ts[1:8] if ts - 60_000 not in made.source[BTC].ts))
    place = int(np.searchsorted(made.source[BTC].ts, gap))
    run = made.source[BTC]
    columns = (
        np.insert(getattr(run, name), place, getattr(run, name)[place]) for name in ("open", "high", "low", "close")
    )
    more = Candles(BTC, "1m", np.insert(run.ts, place, gap - 60_000), *columns, np.insert(run.volume, place, 1.0))
    other = Market(made.name, made.instruments, made.timeframe_ms, made.source | {BTC: more}, made.feed)
    assert "in the file and not in the record" in await refused(installation, other)


async def test_a_file_of_another_time_altogether_is_refused(installation):
    made = market(60)
    said = await refused(installation, changed(made, rows=slice(40, None)))
    assert f"{BTC} has candles from " in said
    assert ", recorded are those from " in said


async def test_a_file_that_grew_at_its_end_or_lost_its_beginning_goes_on(installation):
    longer = market(40)
    fleet = await installation.process(changed(longer, rows=slice(2, None)), CONFIG, crew())
    assert fleet.last_open_ms == max(int(one.ts[-1]) for one in longer.source.values())
    assert await segments(installation) == 1
    assert (await installation.replay("trend")).count == 0


async def test_the_same_candles_at_another_path_are_the_same_market(kernels):
    installation = Installation(kernels)
    await installation.process(market(), MarketConfig(replay={BTC: "a.csv"}), crew(), candles=10)
    fleet = await installation.start(market(), MarketConfig(replay={BTC: "moved/b.csv"}), crew())
    assert (len(fleet.runners), fleet.recovered) == (2, 10)
    with pytest.raises(BadInput, match="was started with other settings"):
        await installation.start(market(), MarketConfig(replay={"ETH/USDT": "a.csv"}), crew())


async def test_a_new_bot_on_another_file_of_the_same_symbol_gets_a_record_of_its_own(installation):
    new = [msgspec.structs.replace(one, name=f"new {one.name}") for one in crew()]
    made = changed(market(), volume=(3, 5.0))
    await installation.process(made, CONFIG, new, candles=5)
    assert await segments(installation) == 2
    await installation.process(made, CONFIG, new)
    await installation.process(market(), CONFIG, crew())
    assert await segments(installation) == 2
    for name in ("trend", "new trend"):
        assert (await installation.replay(name)).count == 0
