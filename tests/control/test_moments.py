"""When entries and orders were, where the market has a clock of its own: one clock in every list, on both databases."""

from decimal import Decimal

import msgspec
import pytest
from tests.api.desk import desk_on
from tests.store import made
from tests.store.conftest import kind, sqlite_image, store, where  # noqa: F401 - fixtures

from botswain.control.bot_terms import terms_of
from botswain.control.config import BotConfig, MarketConfig, stored_form
from botswain.control.moments import Moment, first_from, moments
from botswain.model.instrument import Instrument
from botswain.model.journal import MarketKind
from botswain.model.news import Command, Heard, Known, Mode
from botswain.store import accounts, market
from botswain.store.accounts import Environment
from botswain.store.bot_records import TYPES, Candle, Charged, Filled, MarketRef, Started, Step
from botswain.store.steps import MarketRow, MarketRows

HERE_MS = 1_796_000_000_000
MINUTE_MS = 60_000
OPENED_MS = 1_767_262_380_000
BTC = "BTC/USDT"
# The close of the first candle that is recorded for the bot.
CLOSE_MS = OPENED_MS + MINUTE_MS
CONFIG = BotConfig(name="mine", strategy="sma_crossover", symbols=[BTC], capital="1000", fee="0")
RULES = [Instrument(BTC, Decimal("0.25"), Decimal("0.001"))]


def fill(time_ms, order="x"):
    values = dict.fromkeys(Filled.__struct_fields__, 0) | {
        "client_order_id": order,
        "trade_id": "1",
        "time_ms": time_ms,
    }
    flags = {name: True for name, kind_of in Filled.__annotations__.items() if kind_of == "bool"}
    return Filled(**values | flags | {"lots": 5, "price": 401, "side": 1})


def event(sequence, open_ms, kind_of=MarketKind.CANDLE):
    body = msgspec.msgpack.encode(Candle(BTC, open_ms, 1.0, 1.0, 1.0, 1.0, 1.0, True))
    return MarketRow(sequence, kind_of, open_ms, body)


class Paced:
    """A bot on a sandbox whose journal is written row by row."""

    def __init__(self, kept, bot, segment):
        self.store, self.bot, self.segment, self.seq = kept, bot, segment, 0
        self.started = Started(
            stored_form(CONFIG, MarketConfig()), "", segment, 2, 0, MINUTE_MS, 10, msgspec.json.encode(RULES).decode()
        )
        self.terms = terms_of(self.started)

    async def add(self, *records, time_ms=HERE_MS, **more):
        """Rows; returns the number of the last."""
        first, self.seq = self.seq + 1, self.seq + len(records)
        rows = tuple(TYPES.row(one, time_ms) for one in records)
        await self.store.append(made.step(self.bot, first, journal=rows, **more))
        return self.seq

    def step(self, sequence, time_ms):
        return Step(MarketRef(self.segment, sequence), time_ms, (), (), ())

    async def at(self, *seqs, own_ms=HERE_MS):
        """Moments, and the same asked for one by one: whatever is beside it, a row has one moment."""
        async with self.store.reading(self.bot.tenant_id) as tx:
            found = await moments(tx, self.terms, self.bot.id, [(one, own_ms) for one in seqs])
            for one in seqs:
                assert await moments(tx, self.terms, self.bot.id, [(one, own_ms)]) == {one: found[one]}
        return [found[one] for one in seqs]


@pytest.fixture
async def paced(store):  # noqa: F811 - a fixture
    """Candles: two of the time before, and at 3, 4 and 5 one each as it closed; at 6 a beat 20 s into the next."""
    tenant = await made.tenant(store)
    bot = await made.bot(store, tenant)
    async with store.transaction(tenant) as tx:
        await accounts.set_up_anew(tx, bot.account_id, "binance", Environment.SANDBOX)
    segment = made.new_id()
    rows = [event(one, OPENED_MS + (one - 3) * MINUTE_MS) for one in (3, 4, 5)]
    past = [event(one, OPENED_MS + (one - 3) * MINUTE_MS, MarketKind.HISTORY) for one in (1, 2)]
    beat = MarketRow(6, MarketKind.BEAT, CLOSE_MS + 2 * MINUTE_MS + 20_000, b"")
    async with store.transaction(None) as tx:
        await market.open_segment(tx, market.Segment(segment, "feed", 1))
    await store.append(MarketRows(segment, (*past, *rows, beat)))
    found = Paced(store, bot, segment)
    await found.add(found.started)
    return found


async def test_what_was_heard_stands_at_the_time_of_the_market_it_came_at(paced):
    assert await paced.at(1) == [Moment(CLOSE_MS - MINUTE_MS, HERE_MS)], "begun after what was read of the past"
    decided = await paced.add(paced.step(3, CLOSE_MS), time_ms=CLOSE_MS)
    assert await paced.at(decided, own_ms=CLOSE_MS) == [Moment(CLOSE_MS)]
    heard = await paced.add(Heard(3, 2, HERE_MS, True), Known("x", "59", 5), fill(CLOSE_MS + 4_000))
    assert await paced.at(heard - 1) == [Moment(CLOSE_MS, HERE_MS)]
    assert await paced.at(heard) == [Moment(CLOSE_MS + 4_000, HERE_MS)]
    after = await paced.add(Heard(3, 1, HERE_MS, True), Known("y", "60", 5))
    assert await paced.at(after) == [Moment(CLOSE_MS + 4_000, HERE_MS)], "no earlier than what came before it"
    beat = await paced.add(Heard(6, 1, HERE_MS, True), Known("z", "61", 5))
    assert await paced.at(beat) == [Moment(CLOSE_MS + 2 * MINUTE_MS + 20_000, HERE_MS)]


async def test_what_a_person_did_is_dated_by_the_market_of_then_and_not_by_the_last_fill(paced):
    await paced.add(Heard(3, 1, HERE_MS, True), fill(CLOSE_MS + 4_000))
    paused = await paced.add(Heard(5, 1, HERE_MS, True), Command(Mode.CANCEL_ENTRIES, "ann", "lunch"))
    assert await paced.at(paused) == [Moment(CLOSE_MS + 2 * MINUTE_MS, HERE_MS)]


async def test_a_charge_stands_at_the_time_it_came_due_and_only_what_was_heard_has_a_time_of_here(paced):
    """Steps are written where something is decided, so the last one may lie hours before a charge."""
    hour_ms = 3_600_000
    due_ms = CLOSE_MS + 2 * hour_ms
    await paced.add(paced.step(3, CLOSE_MS), time_ms=CLOSE_MS)
    for seen_ms in (due_ms + MINUTE_MS, due_ms + hour_ms):
        seq = await paced.add(Charged(due_ms, 0, "funding", "0.001", 5, 401, -2), time_ms=seen_ms)
        assert await paced.at(seq, own_ms=seen_ms) == [Moment(due_ms)], "both clocks are the market's"
    heard = await paced.add(Heard(5, 1, HERE_MS, True), Charged(due_ms + hour_ms, 0, "funding", "0.001", 5, 401, -2))
    assert await paced.at(heard) == [Moment(due_ms + hour_ms, HERE_MS)]
    async with desk_on(paced.store.database, paced.bot.tenant_id) as desk:
        page = await desk.get(f"/bots/{paced.bot.id}/decisions", kind="charged")
        assert [(one["time_ms"], one["here_ms"]) for one in page["items"]] == [
            (due_ms + hour_ms, HERE_MS),
            (due_ms, None),
            (due_ms, None),
        ]


async def test_why_tells_an_entry_one_time_however_many_are_beside_it_and_of_whatever_kind(paced):
    await paced.add(paced.step(3, CLOSE_MS), time_ms=CLOSE_MS)
    await paced.add(Heard(4, 1, HERE_MS, True), Command(Mode.CANCEL_ENTRIES, "ann", "lunch"))
    for _ in range(3):
        await paced.add(Heard(5, 1, HERE_MS, True), Command(Mode.RUN, "ann", ""))
    async with desk_on(paced.store.database, paced.bot.tenant_id) as desk:

        async def told(**asked):
            items = (await desk.get(f"/bots/{paced.bot.id}/decisions", **asked))["items"]
            return {one["seq"]: (one["time_ms"], one["here_ms"]) for one in items}

        whole = await told(limit=100)
        assert whole[4] == (CLOSE_MS + MINUTE_MS, HERE_MS)
        assert set(whole.values()) == {
            (CLOSE_MS - MINUTE_MS, HERE_MS),
            (CLOSE_MS, None),
            (CLOSE_MS + MINUTE_MS, HERE_MS),
            (CLOSE_MS + 2 * MINUTE_MS, HERE_MS),
        }
        for asked in ({"limit": 1}, {"limit": 2}, {"kind": "commanded"}, {"limit": 1, "before_seq": 5}):
            some = await told(**asked)
            assert some
            assert some.items() <= whole.items()


async def test_orders_and_their_lives_go_by_the_clock_of_the_market_and_so_do_their_filters(paced):
    first, second, third = made.order(2, slot=1, time_ms=CLOSE_MS), made.order(4, slot=2), made.order(6, slot=3)
    second, third = (msgspec.structs.replace(one, time_ms=HERE_MS) for one in (second, third))
    await paced.add(paced.step(3, CLOSE_MS), time_ms=CLOSE_MS, orders=(first,))
    await paced.add(Heard(4, 1, HERE_MS, True), Known("y", "1", 5), orders=(second,))
    await paced.add(Heard(5, 1, HERE_MS, True), Known("z", "2", 5), orders=(third,))
    taken = msgspec.structs.replace(made.event(third, 7, venue_order_id="2"), time_ms=HERE_MS)
    await paced.add(Heard(5, 0, HERE_MS, True), order_events=(taken,))
    names = {first.client_order_id: 1, second.client_order_id: 2, third.client_order_id: 3}
    async with desk_on(paced.store.database, paced.bot.tenant_id) as desk:

        async def told(**asked):
            page = await desk.get("/orders", **asked)
            assert page["total"] == len(page["items"])
            return [(names[one["client_order_id"]], one["time_ms"], one["here_ms"]) for one in page["items"]]

        whole = [(3, CLOSE_MS + 2 * MINUTE_MS, HERE_MS), (2, CLOSE_MS + MINUTE_MS, HERE_MS), (1, CLOSE_MS, None)]
        assert sorted(await told(), reverse=True) == whole
        for more in ({"bot_id": paced.bot.id}, {"bot_id": paced.bot.id, "working": True}):
            assert await told(**more) == whole
            assert await told(from_ms=CLOSE_MS + 1, **more) == whole[:2]
            assert await told(from_ms=CLOSE_MS, to_ms=CLOSE_MS + 2 * MINUTE_MS, **more) == whole[1:]
            assert await told(from_ms=HERE_MS, **more) == []
        life = (await desk.get(f"/orders/{third.client_order_id}"))["events"]
        assert [(one["state"], one["time_ms"], one["here_ms"]) for one in life] == [
            ("asked", CLOSE_MS + 2 * MINUTE_MS, HERE_MS),
            ("new", CLOSE_MS + 2 * MINUTE_MS, HERE_MS),
        ]


async def test_a_bot_without_any_of_the_market_has_its_own_times(paced):
    bot = await made.bot(paced.store, paced.bot.tenant_id, "other")
    alone = Paced(paced.store, bot, made.new_id())
    await alone.add(alone.started)
    assert await alone.at(1) == [Moment(HERE_MS)]
    async with paced.store.reading(bot.tenant_id) as tx:
        assert await moments(tx, alone.terms, bot.id, []) == {}
        assert await first_from(tx, paced.terms, paced.bot.id, 1, CLOSE_MS) == 2
