"""Waiting for an event with a limit, and being cancelled meanwhile."""

import asyncio

import pytest

from botswain.bus.waiting import happened


async def test_it_says_whether_the_event_came():
    event = asyncio.Event()
    assert not await happened(event, 0.001)
    event.set()
    assert await happened(event, 10.0)


@pytest.mark.parametrize("later", range(5))
async def test_a_task_that_is_cancelled_as_the_event_comes_ends(later):
    event = asyncio.Event()
    rounds = []

    async def keep():
        while True:
            event.clear()
            rounds.append(await happened(event, 60.0))

    task = asyncio.create_task(keep())
    await asyncio.sleep(0.001)
    event.set()
    for _ in range(later):  # each lets the loop go round once
        await asyncio.sleep(0)
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=5.0)
    assert done == {task}
