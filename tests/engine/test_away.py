"""A bot that was left out while its market went on does not trade the past.

Its resting orders were met by the candles it missed, as on any venue; it books that when it is back, and decides at
the next candle.
"""

import random

import numpy as np
import pytest
from tests.engine.crews import CONFIG, crew, facts, journals, market
from tests.engine.scenes import MINUTE_MS, T0, bot, instrument
from tests.engine.test_same_fills import same_books
from tests.fakes.installation import Installation, Killed

from botswain.engine.feed import Market
from botswain.model.candles import Candles
from botswain.store import inline
from botswain.store.bot_records import TYPES, Away, Ended, Filled, Intent, Started, Step

# Entered at the open of candle 4 (102), protected from candle 5 on by a stop at 100.
CLOSES = (100, 100, 100, 102, 103, 104, 103, 101, 104, 106, 103, 99, 98, 103, 107, 106)
ENTERED = 5
HELD = bot("sma_crossover", ["BTC/USDT"], "held", params={"fast": 2, "slow": 3}, exits={"stop_loss": "0.02"})
OTHER = bot("sma_crossover", ["ETH/USDT"], "other", params={"fast": 2, "slow": 3})


def drawn_by_hand(dip=7, only_eth=()):
    """A market of two symbols with the same prices; in candle `dip` both fall to 99. BTC has no candle in `only_eth`"""
    rows = []
    for k, close in enumerate(CLOSES):
        first = CLOSES[k - 1] if k else close
        low = 99 if k == dip else min(first, close)
        rows.append((T0 + k * MINUTE_MS, first, max(first, close), low, close, 1.0))
    found = {}
    for symbol in ("BTC/USDT", "ETH/USDT"):
        kept = [row for k, row in enumerate(rows) if symbol == "ETH/USDT" or k not in only_eth]
        columns = [np.array([row[k] for row in kept], np.float64) for k in range(1, 6)]
        found[symbol] = Candles(symbol, "1m", np.array([row[0] for row in kept], np.int64), *columns)
    return Market("hand", {one: instrument(one) for one in found}, MINUTE_MS, found, "hand")


async def opened(installation, name):
    """A bot's journal as records."""
    return [TYPES.read(one.kind, one.version, one.payload) for one in await installation.journal(name)]


def first_of(records, kind):
    return next(one for one in records if isinstance(one, kind))


async def nothing_differs(installation, made, crew_of, names):
    """Replays are clean, and a restart writes nothing and tells of no absence."""
    for name in names:
        found = await installation.replay(name)
        assert (found.count, found.differences, found.pending, found.missed) == (0, (), 0, 0)
    before = await journals(installation, names)
    fleet = await installation.start(made, CONFIG, crew_of)
    assert fleet.absences == []
    assert await journals(installation, names) == before
    return fleet


async def test_a_stop_hit_while_it_was_away_is_booked_when_it_is_back_and_nothing_else_happens(kernels):
    installation, made = Installation(kernels), drawn_by_hand()
    await installation.process(made, CONFIG, [HELD, OTHER], candles=ENTERED)
    before = await opened(installation, "held")
    [entry] = await installation.fills("held")
    assert (entry.time_ms, entry.price) == (T0 + 4 * MINUTE_MS, 102)
    await installation.process(made, CONFIG, [OTHER], candles=8)
    assert await opened(installation, "held") == before
    fleet = await installation.start(made, CONFIG, [HELD, OTHER])

    [absence] = fleet.absences
    # Nothing was to be written at candle 5 and 6; the first step the bot was not there for is that of the stop.
    assert (absence.runner.name, absence.candles) == ("held", 6)
    assert (absence.first_ms, absence.last_ms) == (T0 + 7 * MINUTE_MS, T0 + 12 * MINUTE_MS)
    [_, stop] = await installation.fills("held")
    assert (stop.time_ms, stop.price, stop.side) == (T0 + 7 * MINUTE_MS, 100, "sell")
    assert [one.time_ms for one in absence.fills] == [stop.time_ms]
    new = (await opened(installation, "held"))[len(before) :]
    assert new[0] == Away(16, 26, 6)
    assert isinstance(new[1], Filled)
    assert isinstance(new[2], Step)
    assert not any(isinstance(one, Intent) and one.places for one in new)
    assert (await installation.positions("held"))["BTC/USDT"].qty == 0

    async def always():
        return True

    await fleet.run(always)
    same_books(fleet.runners[0])
    placed = [one.time_ms for one in await installation.orders("held")]
    assert not any(T0 + 5 * MINUTE_MS < one <= T0 + 13 * MINUTE_MS for one in placed)
    await nothing_differs(installation, made, [HELD, OTHER], ("held", "other"))


async def test_after_an_absence_it_decides_by_the_candles_it_missed(kernels):
    """The averages at its first own close are those of a bot that saw every candle."""
    away, whole, made = Installation(kernels), Installation(kernels), drawn_by_hand()
    await away.process(made, CONFIG, [HELD, OTHER], candles=ENTERED)
    await away.process(made, CONFIG, [OTHER], candles=8)
    back = await away.process(made, CONFIG, [HELD, OTHER], candles=1)
    seen = await whole.process(made, CONFIG, [HELD, OTHER], candles=ENTERED + 9)
    for one, other in zip(back.runners[0].bot.decider.columns, seen.runners[0].bot.decider.columns, strict=True):
        assert one.tolist() == other.tolist()
    assert back.runners[0].bot.equity() != seen.runners[0].bot.equity()


async def test_it_comes_back_with_its_position_where_nothing_was_hit(kernels):
    installation, made = Installation(kernels), drawn_by_hand(dip=None)
    await installation.process(made, CONFIG, [HELD, OTHER], candles=ENTERED)
    held = (await installation.positions("held"))["BTC/USDT"].qty
    working = await installation.unfinished("held")
    await installation.process(made, CONFIG, [OTHER], candles=6)  # a cross down among them, which nobody sees
    fleet = await installation.start(made, CONFIG, [HELD, OTHER])
    assert (await installation.positions("held"))["BTC/USDT"].qty == held > 0
    assert await installation.unfinished("held") == working == set(fleet.runners[0].bot.working)
    [absence] = fleet.absences
    assert absence.fills == ()


async def test_a_bot_is_away_only_for_candles_of_its_own_symbols(kernels):
    installation, made = Installation(kernels), drawn_by_hand(only_eth=(6, 8, 9, 12))
    await installation.process(made, CONFIG, [HELD, OTHER], candles=ENTERED)
    await installation.process(made, CONFIG, [OTHER], candles=8)
    fleet = await installation.start(made, CONFIG, [HELD, OTHER])
    [absence] = fleet.absences
    assert (absence.candles, absence.last_ms) == (3, T0 + 11 * MINUTE_MS)
    found = first_of(await opened(installation, "held"), Away)
    assert (found.first, found.last, found.instants) == (15, 21, 3)
    await installation.process(made, CONFIG, [HELD, OTHER])
    await nothing_differs(installation, made, [HELD, OTHER], ("held", "other"))


async def test_a_bot_left_out_from_its_first_candle_begins_when_it_is_there(kernels):
    installation, made = Installation(kernels), drawn_by_hand()
    await installation.start(made, CONFIG, [HELD, OTHER])
    await installation.process(made, CONFIG, [OTHER], candles=8)
    fleet = await installation.process(made, CONFIG, [HELD, OTHER])
    records = await opened(installation, "held")
    assert isinstance(records[0], Started)
    assert isinstance(records[1], Away)
    assert fleet.absences[0].fills == ()
    assert all(one.time_ms >= T0 + 8 * MINUTE_MS for one in await installation.fills("held"))
    await nothing_differs(installation, made, [HELD, OTHER], ("held", "other"))


async def test_away_twice_with_and_without_a_candle_of_its_own_between(kernels):
    trend, ladder = crew()
    for between in (3, 0):
        installation, made = Installation(kernels), market(40)
        await installation.process(made, CONFIG, [trend, ladder], candles=8)
        await installation.process(made, CONFIG, [ladder], candles=8)
        await installation.process(made, CONFIG, [trend, ladder], candles=between)
        await installation.process(made, CONFIG, [ladder], candles=8)
        await installation.process(made, CONFIG, [trend, ladder])
        records = await opened(installation, "trend")
        assert sum(isinstance(one, Away) for one in records) == 2
        await nothing_differs(installation, made, [trend, ladder], ("trend", "ladder"))


async def test_a_replay_of_a_bot_that_is_away_says_how_much_went_by(kernels):
    trend, ladder = crew()
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, [trend, ladder], candles=8)
    await installation.process(market(), CONFIG, [ladder])
    found = await installation.replay("trend")
    assert (found.count, found.pending) == (0, 0)
    assert 2 < found.missed <= 16
    await installation.process(market(), CONFIG, [trend])
    assert (await installation.replay("trend")).missed == 0


@pytest.mark.parametrize("passes", [1, 2, 3])
async def test_killed_while_it_comes_back_it_comes_back_the_same(passes, kernels, monkeypatch):
    """Whatever was not committed is as if it had not been; what was is found again."""
    crew_of = crew()
    disk, made = Installation(kernels), market()
    await disk.process(made, CONFIG, crew_of, candles=8)
    await disk.process(made, CONFIG, [crew_of[1]], candles=5)
    expected = disk.copy()
    await expected.process(made, CONFIG, crew_of)

    append, left = inline.InlineDatabase.append, [passes]

    async def kills(self, item):
        left[0] -= 1
        if left[0] == 0:
            raise Killed
        return await append(self, item)

    monkeypatch.setattr(inline.InlineDatabase, "append", kills)
    with pytest.raises(Killed):
        await disk.process(made, CONFIG, crew_of)
    monkeypatch.setattr(inline.InlineDatabase, "append", append)
    await disk.process(made, CONFIG, crew_of)
    assert await journals(disk) == await journals(expected)
    assert await facts(disk) == await facts(expected)
    for name in ("trend", "ladder"):
        assert (await disk.replay(name)).count == 0


@pytest.mark.parametrize("seed", range(6))
async def test_coming_and_going_at_random_nothing_is_decided_in_absence(seed, kernels):
    chance = random.Random(seed)
    crew_of = crew()
    installation, made = Installation(kernels), market(60, seed=50 + seed)
    while True:
        there = chance.choice([crew_of, crew_of[:1], crew_of[1:]])
        fleet = await installation.process(made, CONFIG, there, candles=chance.randint(1, 9))
        for runner in fleet.runners:
            same_books(runner)
        if fleet.last_open_ms == max(int(one.ts[-1]) for one in made.source.values()):
            break
    for name in ("trend", "ladder"):
        await nothing_decided_in_absence(installation, name)
    await installation.process(made, CONFIG, crew_of)
    await nothing_differs(installation, made, crew_of, ("trend", "ladder"))


async def nothing_decided_in_absence(installation, name):
    """No step stands inside an absence, only at its end; and what filled there is what worked when it began."""
    records = await opened(installation, name)
    aways = [one for one in records if isinstance(one, Away)]
    steps = [one.event.sequence for one in records if isinstance(one, Step)]
    assert not any(one.first <= at < one.last for one in aways for at in steps)
    working = set()
    for record in records:
        if isinstance(record, Intent):
            working = (working | {record.places}) - {"", record.cancels}
        elif isinstance(record, Filled | Ended):
            working.remove(record.client_order_id)
    assert working == await installation.unfinished(name)
