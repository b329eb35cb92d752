"""Orders to engines: each one counts, the platform's halt stands by itself, and the first reason stays."""

import pytest
from sqlalchemy import text
from tests.store import made

from botswain.model.errors import BadInput, FailClosed
from botswain.store import bots, halts
from botswain.store.bots import DesiredState
from botswain.store.halts import CORE, NAME, Standing


async def done(store, order, *arguments):
    """An order in a transaction of the platform."""
    async with store.transaction(None) as tx:
        return await order(tx, *arguments)


async def test_nothing_stands_before_anybody_orders_anything(store):
    async with store.reading(None) as tx:
        assert await halts.standing(tx) == Standing()


async def test_every_order_is_counted_so_that_an_engine_need_only_look_at_one_row(store):
    await made.bot_of_owner(store)
    for count, (order, *more) in enumerate(
        [
            (halts.halt_bot, "grid", "odd", "ann", 5),
            (halts.resume_bot, "grid"),
            (halts.wish, "grid", DesiredState.RUNNING),
            (halts.halt_all, "fire", "bob", 6),
            (halts.resume_all,),
        ],
        1,
    ):
        await done(store, order, *more)
        assert (await done(store, halts.standing)).changes == count
    found = await done(store, bots.by_name, "grid")
    assert (found.desired_state, found.halted_by) == (DesiredState.RUNNING, None)


async def test_the_platforms_halt_keeps_its_first_reason(store):
    await done(store, halts.halt_all, "fire", "bob", 6)
    assert await done(store, halts.halt_all, "again", "eve", 7) == Standing(1, "fire", "bob", 6)
    assert (await done(store, halts.standing)).halted
    assert (await done(store, halts.resume_all)).reason == "fire"
    assert not (await done(store, halts.standing)).halted


async def test_what_cannot_be_halted_or_resumed_is_refused_in_words(store):
    bot = await made.bot_of_owner(store)
    with pytest.raises(BadInput, match="is not halted"):
        await done(store, halts.resume_bot, "grid")
    await done(store, bots.halt, bot.id, "STEP_RAISED", CORE, 5)
    with pytest.raises(BadInput, match="halted by its own decision"):
        await done(store, halts.resume_bot, "grid")
    with pytest.raises(BadInput, match="halted already, by core: STEP_RAISED"):
        await done(store, halts.halt_bot, "grid", "odd", "ann", 5)
    with pytest.raises(BadInput, match="there is no bot"):
        await done(store, halts.wish, "nobody", DesiredState.RUNNING)


async def test_a_row_that_cannot_be_read_fails_closed_and_can_be_written_anew(store):
    await done(store, halts.halt_all, "fire", "bob", 6)
    async with store.transaction(None) as tx:
        await tx.rows(text(f"UPDATE meta SET value = 'x' WHERE name = '{NAME}' RETURNING name"))
    with pytest.raises(FailClosed, match="botswain halt --all"):
        await done(store, halts.standing)
    assert (await done(store, halts.halt_all, "fire", "bob", 7)).halted


async def test_it_is_known_which_order_lifted_a_halt_last(store):
    bot = await made.bot_of_owner(store)
    await done(store, halts.halt_bot, "grid", "odd", "ann", 5)
    await done(store, halts.resume_bot, "grid")
    await done(store, halts.resume_all)  # there was nothing to lift
    found = await done(store, halts.standing)
    assert (found.lifted_since(bot.id, 1), found.lifted_since(bot.id, 2), found.lifted_since("other", 0)) == (
        True,
        False,
        False,
    )
    await done(store, halts.halt_all, "fire", "bob", 6)
    await done(store, halts.resume_all)
    found = await done(store, halts.standing)
    assert (found.lifted_since(bot.id, 4), found.lifted_since("other", 4), found.lifted_since("other", 5)) == (
        True,
        True,
        False,
    )
