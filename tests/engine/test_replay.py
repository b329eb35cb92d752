"""Replay's comparison: where the rows differ, where they end, and what was merely not written yet."""

from collections import deque

import msgspec
import pytest
from tests.engine.crews import CONFIG, crew, market
from tests.fakes.installation import Installation

from botswain.engine import replay as replays
from botswain.engine.replay import Comparison
from botswain.model.errors import BadInput, FailClosed
from botswain.store import inline
from botswain.store.bot_records import TYPES, Ended, Halted


def rows(*numbers):
    return [TYPES.row(Ended(f"order {one}", 0, 0, one), one) for one in numbers]


def compared(made, kept):
    held = Comparison(deque(kept))
    for step in made:
        held.hold(step)
    held.end()
    return held


def test_the_same_rows_are_no_difference():
    held = compared([rows(1, 2), rows(3)], rows(1, 2, 3))
    assert (held.count, held.pending, held.differences) == (0, 0, [])


def test_a_different_row_is_shown_from_both_sides_by_its_number():
    held = compared([rows(1, 2)], rows(1, 5))
    assert held.count == 1
    assert held.differences == ["row 3: client_order_id is 'order 5' in the journal, 'order 2' recomputed"]


def test_rows_that_are_not_recomputed_are_differences():
    held = compared([rows(1)], rows(1, 2, 3))
    assert [one.partition(":")[0] for one in held.differences] == ["row 3", "row 4"]
    assert held.differences[0].endswith("not recomputed")


def test_a_step_after_the_end_is_pending_and_half_a_step_is_a_difference():
    held = compared([rows(1), rows(2, 3)], rows(1))
    assert (held.count, held.pending) == (0, 2)
    held = compared([rows(1), rows(2, 3)], rows(1, 2))
    assert held.differences == ["the journal ends inside the step that begins at row 3"]


def test_a_halt_is_the_same_halt_wherever_its_file_lies():
    here, there = TYPES.row(Halted(401, "/a.py, line 3: x"), 1), TYPES.row(Halted(401, "/b.py, line 9: x"), 1)
    other = TYPES.row(Halted(402, "/a.py, line 3: x"), 1)
    assert compared([[here]], [there]).count == 0
    assert compared([[here]], [other]).count == 1


def test_of_very_many_differences_the_first_are_kept_in_words():
    held = compared([[one] for one in rows(*range(500))], rows(*range(1, 501)))
    assert held.count == 500
    assert len(held.differences) == replays.KEPT_DIFFERENCES


async def test_a_bot_without_a_journal_is_refused(kernels):
    installation = Installation(kernels)
    with pytest.raises(BadInput, match="there is no bot 'trend': nothing has run in this database yet"):
        await installation.replay("trend")


async def test_a_journal_that_does_not_begin_with_its_start_is_told_with_where_its_chain_breaks(kernels):
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, crew(), candles=6)
    connection = installation.store._connection
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("DROP TRIGGER journal_no_delete")
    connection.execute("DELETE FROM journal WHERE seq = 1")
    found = await installation.replay("trend")
    assert found.differences == (
        "the hash chain breaks at row 1: row 1 is missing, row 2 follows",
        "nothing was recomputed: bot 'trend': its journal does not begin with its start; restore it from a backup",
    )
    assert (found.count, found.fills) == (2, 0)
    with pytest.raises(FailClosed, match="its journal does not begin with its start"):
        await installation.start(market(), CONFIG, crew())


async def test_a_bot_killed_between_its_making_and_its_first_row_begins_at_the_next_start(kernels, monkeypatch):
    installation = Installation(kernels)
    append = inline.InlineDatabase.append

    async def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(inline.InlineDatabase, "append", killed)
    with pytest.raises(KeyboardInterrupt):
        await installation.start(market(), CONFIG, crew())
    with pytest.raises(BadInput, match="bot 'trend' has no journal yet; run it first"):
        await installation.replay("trend")
    monkeypatch.setattr(inline.InlineDatabase, "append", append)
    await installation.process(market(), CONFIG, crew())
    assert (await installation.replay("trend")).count == 0


async def test_the_first_row_holds_all_that_is_needed_to_run_again(kernels):
    installation = Installation(kernels)
    await installation.process(market(), CONFIG, crew(), candles=2)
    first = (await installation.journal("trend"))[0]
    started = TYPES.read(first.kind, first.version, first.payload)
    assert (started.after, started.anchor_ms, started.timeframe_ms) == (0, 0, 60_000)
    assert [one["symbol"] for one in msgspec.json.decode(started.instruments)] == ["BTC/USDT", "ETH/USDT"]
    assert msgspec.json.decode(started.config)["bot"]["name"] == "trend"
