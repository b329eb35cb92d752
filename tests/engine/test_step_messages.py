"""Each committed step says in one message which rows it wrote, and says nothing where only the journal grew."""

from tests.engine.crews import CONFIG, crew, market
from tests.fakes.installation import Installation

from botswain.engine.steps import Identity, StepMaker
from botswain.model.news import Command, Heard, Mode
from botswain.store import journal, outbox
from botswain.store.bot_records import TYPES
from botswain.store.outbox import STEP, STEP_DECODER, Wrote


async def messages(installation, name):
    bot = await installation.bot(name)
    async with installation.store.reading(bot.tenant_id) as tx:
        found = await outbox.undelivered(tx, "test", bot.id, limit=10_000)
    assert {one.topic for one in found} == {STEP}
    return [(one.seq, one.part, one.time_ms, STEP_DECODER.decode(one.payload)) for one in found]


async def test_the_messages_name_every_row_of_fills_orders_and_positions(kernels):
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, crew())
    for name in ("trend", "ladder"):
        found = await messages(installation, name)
        assert found[0][3].wrote == Wrote.STATUS
        assert (found[0][3].first_seq, found[0][3].last_seq) == (1, 1)
        for (seq, part, _, told), (_, _, _, before) in zip(found[1:], found, strict=False):
            assert (seq, part) == (told.last_seq, 0)
            assert told.first_seq > before.last_seq
        for bit, rows in (
            (Wrote.FILLS, await installation.fills(name)),
            (Wrote.ORDERS, await installation.orders(name)),
        ):
            spans = [(told.first_seq, told.last_seq) for *_, told in found if told.wrote & bit]
            assert rows
            assert all(any(first <= row.seq <= last for first, last in spans) for row in rows)
        assert {told.wrote & Wrote.FILLS for *_, told in found} == {0, Wrote.FILLS}
        filled = [told for *_, told in found if told.wrote & Wrote.FILLS]
        assert all(told.wrote & Wrote.POSITIONS for told in filled)


async def test_a_message_has_the_time_of_its_last_row(kernels):
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, crew())
    bot = await installation.bot("trend")
    async with installation.store.reading(None) as tx:
        times = {one.seq: one.time_ms async for one in journal.walk(tx, bot.id)}
    assert all(times[seq] == time_ms for seq, _, time_ms, _ in await messages(installation, "trend"))


async def test_a_command_is_news_of_status_and_news_alone_is_none(kernels):
    installation = Installation(kernels)
    fleet = await installation.start(market(), CONFIG, crew())
    plan = fleet.runners[0].plan
    steps = StepMaker(Identity("tenant", "account", "bot", 1), plan, 5)
    heard = steps.of_journal(5, TYPES.row(Heard(3, 1, 7, True), 7))
    assert heard.outbox == ()
    commanded = steps.of_journal(6, TYPES.row(Command(Mode.CANCEL_ENTRIES, "somebody", "so"), 7))
    assert STEP_DECODER.decode(commanded.outbox[0].payload).wrote == Wrote.STATUS
