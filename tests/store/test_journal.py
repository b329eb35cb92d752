"""A bot's journal: read in order, verified row by row, anchored."""

from itertools import pairwise

import pytest
from tests.store import made
from tests.store.made import NOW_MS

from botswain.model.errors import BadInput
from botswain.model.journal import RecordKind
from botswain.store import chain, journal
from botswain.store.steps import JournalRow


@pytest.fixture
async def bot(store):
    """A bot with ten rows, written in three steps."""
    made_bot = await made.bot_of_owner(store)
    for first, number in ((1, 2), (3, 5), (8, 3)):
        await store.append(made.step(made_bot, first, number))
    return made_bot


async def verified(store, bot):
    async with store.reading(bot.tenant_id) as tx:
        return await journal.verify(tx, bot.id)


def key(store, identifier):
    """An id as SQL text."""
    return f"X'{identifier.replace('-', '')}'" if store.dialect == "sqlite" else f"'{identifier}'"


def blob(store, data):
    """Bytes as SQL text."""
    return f"X'{data.hex()}'" if store.dialect == "sqlite" else f"'\\x{data.hex()}'"


async def test_rows_come_back_in_order_and_linked(store, bot):
    async with store.reading(bot.tenant_id) as tx:
        rows = await journal.read(tx, bot.id)
        assert [row.seq for row in rows] == list(range(1, 11))
        assert [row.payload for row in rows] == [b"payload %d" % n for n in range(1, 11)]
        assert rows[0].prev_hash == chain.genesis(bot.tenant_id, bot.id)
        for before, row in pairwise(rows):
            assert row.prev_hash == before.hash
        assert [row.seq for row in await journal.read(tx, bot.id, after_seq=4, limit=3)] == [5, 6, 7]


async def test_a_walk_crosses_pages(store, bot, monkeypatch):
    monkeypatch.setattr(journal.read, "__kwdefaults__", {"after_seq": 0, "limit": 3})
    async with store.reading(bot.tenant_id) as tx:
        assert [row.seq async for row in journal.walk(tx, bot.id, after_seq=1)] == list(range(2, 11))


async def test_the_last_row_of_a_kind_is_found(store, bot):
    checkpoint = JournalRow(RecordKind.CHECKPOINT, NOW_MS, b"all of it")
    await store.append(made.step(bot, 11, journal=(*made.rows(1), checkpoint, *made.rows(1))))
    async with store.reading(bot.tenant_id) as tx:
        found = await journal.last_of_kind(tx, bot.id, RecordKind.CHECKPOINT)
        assert (found.seq, found.payload) == (12, b"all of it")
        assert await journal.last_of_kind(tx, bot.id, RecordKind.HALT) is None


async def test_a_whole_chain_verifies(store, bot):
    found = await verified(store, bot)
    assert (found.rows, found.head_seq, found.broken_seq, found.why) == (10, 10, None, "")


async def test_a_bot_without_rows_verifies(store):
    found = await verified(store, await made.bot_of_owner(store))
    assert (found.rows, found.head_seq, found.broken_seq) == (0, 0, None)


async def test_an_unknown_bot_cannot_be_verified(store):
    bot = await made.bot_of_owner(store)
    with pytest.raises(BadInput, match="there is no bot"):
        async with store.reading(bot.tenant_id) as tx:
            await journal.verify(tx, made.new_id())


@pytest.mark.parametrize("column", ["kind", "version", "time_ms"])
async def test_a_changed_number_is_found_where_it_is(store, bot, column):
    await made.unguard(store, "journal")
    await made.raw(store, f"UPDATE journal SET {column} = {column} + 1 WHERE seq = 6")
    found = await verified(store, bot)
    assert (found.broken_seq, found.rows) == (6, 5)
    assert "row 6 was changed" in found.why


@pytest.mark.parametrize("column", ["payload", "hash", "prev_hash"])
async def test_changed_bytes_are_found_where_they_are(store, bot, column):
    await made.unguard(store, "journal")
    await made.raw(store, f"UPDATE journal SET {column} = {blob(store, b'x' * 32)} WHERE seq = 6")
    assert (await verified(store, bot)).broken_seq == 6


async def test_a_row_that_was_rewritten_with_a_fitting_hash_breaks_the_next(store, bot):
    async with store.reading(bot.tenant_id) as tx:
        [row] = await journal.read(tx, bot.id, after_seq=5, limit=1)
    forged = chain.link(row.prev_hash, 6, row.kind, row.version, row.time_ms, b"forged")
    await made.unguard(store, "journal")
    change = f"payload = {blob(store, b'forged')}, hash = {blob(store, forged)}"
    await made.raw(store, f"UPDATE journal SET {change} WHERE seq = 6")
    found = await verified(store, bot)
    assert (found.broken_seq, found.why) == (7, "row 7 does not follow the row before it")


async def test_a_missing_row_is_found(store, bot):
    await made.unguard(store, "journal")
    await made.raw(store, "DELETE FROM journal WHERE seq = 4")
    found = await verified(store, bot)
    assert (found.broken_seq, found.why) == (4, "row 4 is missing, row 5 follows")


async def test_a_row_given_to_another_tenant_is_found(store, bot):
    other = await made.tenant(store, "other")
    await made.unguard(store, "journal")
    await made.raw(store, f"UPDATE journal SET tenant_id = {key(store, other)} WHERE seq = 9")
    async with store.reading(None) as tx:
        found = await journal.verify(tx, bot.id)
    assert found.broken_seq == 9
    assert other in found.why
    assert (await verified(store, bot)).broken_seq == 9


async def test_a_chain_moved_to_another_bot_is_found(store, bot):
    other = await made.bot(store, bot.tenant_id, "other")
    await made.unguard(store, "journal")
    await made.raw(store, f"UPDATE journal SET bot_id = {key(store, other.id)}")
    assert (await verified(store, other)).broken_seq == 1


async def test_a_cut_tail_shows_against_the_anchor(store, bot):
    async with store.transaction(None) as tx:
        [head] = await journal.anchor_heads(tx, NOW_MS)
    assert (head.bot_id, head.seq) == (bot.id, 10)
    await store.append(made.step(bot, 11))
    assert (await verified(store, bot)).broken_seq is None
    await made.unguard(store, "journal")
    await made.raw(store, "DELETE FROM journal WHERE seq > 8")
    found = await verified(store, bot)
    assert (found.broken_seq, found.head_seq) == (9, 8)
    assert "the tail is cut: row 10 was anchored" in found.why


async def test_a_chain_written_anew_shows_against_the_anchor(store, bot):
    async with store.transaction(None) as tx:
        await journal.anchor_heads(tx, NOW_MS)
    await made.unguard(store, "anchors")
    await made.raw(store, f"UPDATE anchors SET hash = {blob(store, bytes(32))}")
    found = await verified(store, bot)
    assert (found.broken_seq, found.why) == (10, "row 10 differs from its anchor: the chain was written anew")


async def test_a_chain_whose_beginning_was_retired_verifies_from_its_anchor(store, bot):
    async with store.transaction(None) as tx:
        await journal.anchor_heads(tx, NOW_MS)
    await store.append(made.step(bot, 11, 2))
    await made.unguard(store, "journal")
    await made.raw(store, "DELETE FROM journal WHERE seq <= 10")
    found = await verified(store, bot)
    assert (found.rows, found.head_seq, found.broken_seq) == (2, 12, None)


async def test_only_heads_that_moved_are_anchored_again(store, bot):
    still = await made.bot(store, bot.tenant_id, "still")
    await store.append(made.step(still))
    async with store.transaction(None) as tx:
        assert len(await journal.anchor_heads(tx, NOW_MS)) == 2
    await store.append(made.step(bot, 11))
    async with store.transaction(None) as tx:
        moved = await journal.anchor_heads(tx, NOW_MS + 3_600_000)
    assert [(head.bot_id, head.seq) for head in moved] == [(bot.id, 11)]


async def test_heads_are_listed_in_pages_and_a_bot_without_rows_has_none(store, bot):
    empty = await made.bot(store, bot.tenant_id, "empty")
    async with store.reading(bot.tenant_id) as tx:
        [first] = await journal.heads(tx, limit=1)
        [second] = await journal.heads(tx, after_bot=first.bot_id, limit=1)
        assert await journal.heads(tx, after_bot=second.bot_id) == []
        [last] = await journal.read(tx, bot.id, after_seq=9)
    assert (first.bot_id, first.seq, first.hash) == (bot.id, 10, last.hash)
    assert (second.bot_id, second.seq, second.hash) == (empty.id, 0, b"")


async def test_rows_of_a_kind_are_read_in_pages_and_counted(store, bot):
    async with store.reading(bot.tenant_id) as tx:
        first = await journal.of_kind(tx, bot.id, RecordKind.STEP, limit=4)
        rest = await journal.of_kind(tx, bot.id, RecordKind.STEP, after_seq=first[-1].seq)
        assert [one.seq for one in (*first, *rest)] == list(range(1, 11))
        assert await journal.of_kind(tx, bot.id, RecordKind.HALT) == []
        found = await journal.counts(tx, bot.id, (RecordKind.STEP, RecordKind.HALT))
        assert found == {RecordKind.STEP: 10, RecordKind.HALT: 0}


async def test_what_is_verified_names_the_newest_anchor(store, bot):
    assert ((await verified(store, bot)).anchored_seq, (await verified(store, bot)).anchored_ms) == (0, 0)
    async with store.transaction(None) as tx:
        await journal.anchor_heads(tx, NOW_MS)
    await store.append(made.step(bot, 11))
    found = await verified(store, bot)
    assert (found.head_seq, found.anchored_seq, found.anchored_ms) == (11, 10, NOW_MS)
