"""Virtual time: asyncio as it is, without waiting, in one order."""

from __future__ import annotations

import asyncio

import pytest

from botswain.simulation.clock import Clock, Deadlock, VirtualLoop, run


def test_a_year_of_sleeping_takes_no_time() -> None:
    async def main(loop: VirtualLoop) -> float:
        await asyncio.sleep(365 * 86_400)
        return loop.time()

    assert run(main) == pytest.approx(365 * 86_400)


def test_timeouts_waits_and_events_work() -> None:
    async def main(loop: VirtualLoop) -> list[str]:
        said = []
        event = asyncio.Event()
        loop.call_later(5.0, event.set)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2.0):
                await event.wait()
        said.append(f"{loop.time():.3f}")
        await asyncio.wait_for(event.wait(), 10.0)
        said.append(f"{loop.time():.3f}")
        return said

    assert run(main) == ["2.000", "5.000"]


def test_timers_of_one_moment_come_in_the_order_they_were_set() -> None:
    async def main(loop: VirtualLoop) -> list[int]:
        found: list[int] = []
        for k in range(50):
            loop.call_at(1.0, found.append, k)
        await asyncio.sleep(2.0)
        return found

    assert run(main) == list(range(50))


def test_sleeping_until_a_deadline_ends_whatever_rounding_leaves() -> None:
    async def main(loop: VirtualLoop) -> None:
        for k in range(1, 300):
            until_s = loop.time() + k * 0.1 + 1 / 3
            while (left_s := until_s - loop.time()) > 0:  # noqa: ASYNC110 - that is the case
                await asyncio.sleep(left_s)

    run(main)


def test_a_deadlock_names_who_waits() -> None:
    async def forever() -> None:
        await asyncio.Event().wait()

    async def main(loop: VirtualLoop) -> None:
        await loop.create_task(forever())

    with pytest.raises(Deadlock, match=r"everybody waits for nobody.*forever line"):
        run(main)


def test_time_that_stands_still_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main(_loop: VirtualLoop) -> None:
        while True:  # noqa: ASYNC110 - that is the case
            await asyncio.sleep(0)

    monkeypatch.setattr("botswain.simulation.clock.MOST_TURNS", 1_000)
    with pytest.raises(Deadlock, match="time stands still"):
        run(main)


def test_what_goes_wrong_in_a_call_is_told_and_the_next_one_is_made_and_a_cancelled_one_is_not() -> None:
    async def main(loop: VirtualLoop) -> list[object]:
        said: list[object] = []
        loop.set_exception_handler(lambda _loop, found: said.append(found["exception"]))
        loop.call_later(1.0, int, "no number")
        off = loop.call_later(2.0, said.append, "cancelled")
        off.cancel()
        assert off.cancelled()
        loop.call_later(3.0, said.append, "next")
        await asyncio.sleep(4.0)
        return said

    wrong, then = run(main)
    assert isinstance(wrong, ValueError)
    assert then == "next"


def test_threads_are_refused() -> None:
    async def main(_loop: VirtualLoop) -> None:
        await asyncio.to_thread(print)

    with pytest.raises(RuntimeError, match="a simulation has none"):
        run(main)


def test_tasks_in_a_set_have_one_order() -> None:
    async def main(loop: VirtualLoop) -> bool:
        tasks = {loop.create_task(asyncio.sleep(1.0)) for _ in range(100)}
        numbers = [one.number for one in tasks]  # type: ignore[attr-defined]
        await asyncio.gather(*tasks)
        return numbers == sorted(numbers)

    assert run(main)


def test_the_engines_clock_may_be_off_and_the_true_one_is_not() -> None:
    async def main(loop: VirtualLoop) -> tuple[int, int]:
        clock = Clock(loop, 1_000_000)
        clock.offset_ms = -700
        await asyncio.sleep(2.5)
        return clock.true_ms(), clock.local_ms()

    assert run(main) == (1_002_500, 1_001_800)
