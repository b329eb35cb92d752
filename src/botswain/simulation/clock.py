"""Virtual time: an asyncio event loop that never waits, and the clocks that are read from it.

When nothing is ready, time jumps to the next timer; when there is none either, everybody waits for nobody, and that is
an error that names who. There are no sockets, threads or signals in it, so the same calls come in the same order in
every process: tasks carry numbers and are hashed by them, because asyncio keeps them in sets.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import deque
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar, copy_context
from typing import Any, TypeVar

from botswain.model.errors import Fatal

T = TypeVar("T")
# Which life of the engine a task belongs to: whatever it starts inherits it. 0 is the world itself.
LIFE: ContextVar[int] = ContextVar("simulated_life", default=0)
MOST_TURNS = 500_000
GRID = 1 << 20  # moments a second
NAMED = 10


class Deadlock(Fatal):
    """Nothing is ready and nothing is timed, or time stands still: the run cannot go on."""


class NumberedTask(asyncio.Task[Any]):
    """A task that is hashed by its number, so that a set of tasks has one order."""

    def __init__(self, coro: Any, *, number: int, life: int, **options: Any) -> None:
        self.number = number
        self.life = life
        super().__init__(coro, name=f"task-{number}", **options)

    def __hash__(self) -> int:
        return self.number


class Turn:
    """What is called when its time comes: what asyncio's handles do, without what they keep for others.

    A day has a hundred thousand. One that is cancelled stays where it is, and is passed over when its time comes.
    """

    __slots__ = ("args", "callback", "context", "off")

    def __init__(self, callback: Any, args: Any, context: Context | None) -> None:
        self.callback = callback
        self.args = args
        self.context = copy_context() if context is None else context
        self.off = False

    def cancel(self) -> None:
        """Call nothing, and hold nothing of what was to be called."""
        self.off = True
        self.callback = self.args = None

    def cancelled(self) -> bool:
        """Whether it was cancelled."""
        return self.off


class VirtualLoop(asyncio.BaseEventLoop):
    """asyncio under virtual time, which begins at 0 s. Threads, sockets and child processes are refused."""

    _ready: deque[Turn]
    _stopping: bool

    def __init__(self) -> None:
        super().__init__()
        self._now_s = 0.0
        self._turns = 0
        self._tasks_made = 0
        self._timers_made = 0
        # (when, number, handle): the number keeps timers of one moment in the order in which they were set.
        self._timers: list[tuple[float, int, Turn]] = []
        self._living: dict[int, dict[NumberedTask, None]] = {}
        self.set_task_factory(self._make_task)

    def time(self) -> float:
        """Virtual seconds since the beginning."""
        return self._now_s

    def call_soon(  # type: ignore[override]
        self, callback: Any, *args: Any, context: Context | None = None
    ) -> Turn:
        """As asyncio's."""
        turn = Turn(callback, args, context)
        self._ready.append(turn)
        return turn

    def call_later(  # type: ignore[override]
        self, delay: float, callback: Any, *args: Any, context: Context | None = None
    ) -> Turn:
        """As asyncio's."""
        when = self._now_s + delay
        timer = Turn(callback, args, context)
        self._timers_made += 1
        heapq.heappush(self._timers, (when, self._timers_made, timer))
        return timer

    def call_at(  # type: ignore[override]
        self, when: float, callback: Any, *args: Any, context: Context | None = None
    ) -> Turn:
        """As asyncio's, on a heap of tuples: comparing handles cost more than all the rest of the loop."""
        timer = Turn(callback, args, context)
        self._timers_made += 1
        heapq.heappush(self._timers, (when, self._timers_made, timer))
        return timer

    def _run_once(self) -> None:
        """Turn after turn until the loop is stopped: what is ready, or else the next timers. Raises Deadlock."""
        ready = self._ready
        while True:
            if ready or self._stopping:
                self._turns += 1
                if self._turns > MOST_TURNS:
                    raise Deadlock(f"time stands still at {self._now_s:.3f} s: {self.described()}")
            else:
                self._turns = 0
                self._jump()
            for _ in range(len(ready)):
                turn = ready.popleft()
                if turn.off:
                    continue
                try:
                    turn.context.run(turn.callback, *turn.args)
                except (SystemExit, KeyboardInterrupt):
                    raise
                except BaseException as error:  # noqa: BLE001 - the outer wall of whatever is called, as asyncio's
                    self.call_exception_handler({"message": f"an error in {turn.callback}", "exception": error})
            if self._stopping:
                return

    def _jump(self) -> None:
        """Move the time just past the next timer, and make ready what is due."""
        timers, ready = self._timers, self._ready
        while timers and timers[0][2].off:
            heapq.heappop(timers)
        if not timers:
            raise Deadlock(f"everybody waits for nobody at {self._now_s:.3f} s: {self.described()}")
        # Always a little further, on a grid that floats hold exactly: who sleeps for what rounding left of a deadline
        # would else sleep for ever.
        now_s = self._now_s = (int(timers[0][0] * GRID) + 1) / GRID
        while timers and timers[0][0] < now_s:
            ready.append(heapq.heappop(timers)[2])

    def living(self, life: int) -> list[NumberedTask]:
        """The tasks of a life that have not ended, oldest first."""
        return [one for one in self._living.get(life, ()) if not one.done()]

    def forget(self, life: int) -> None:
        """Cancel what a life has timed without a task."""
        for turn in [*(one for _, _, one in self._timers), *self._ready]:
            if not turn.off and turn.context.get(LIFE) == life:
                turn.cancel()
        self._living.pop(life, None)

    def described(self) -> str:
        """The tasks that wait, and where."""
        waiting = [one for life in sorted(self._living) for one in self.living(life)]
        shown = [f"{one.get_name()} of life {one.life} in {where(one)}" for one in waiting[:NAMED]]
        return "; ".join(shown) + (f"; and {len(waiting) - NAMED} more" if len(waiting) > NAMED else "")

    def run_in_executor(self, _executor: Any, func: Any, *_args: Any) -> Any:  # type: ignore[override]
        """Refused: a thread has a time of its own."""
        raise RuntimeError(f"{func} was to run in a thread; a simulation has none, call it in place")

    def _make_task(self, _loop: Any, coro: Any, context: Context | None = None) -> NumberedTask:
        life = LIFE.get() if context is None else context.get(LIFE, 0)
        self._tasks_made += 1
        options: dict[str, Any] = {} if context is None else {"context": context}
        task = NumberedTask(coro, number=self._tasks_made, life=life, loop=self, **options)
        self._living.setdefault(life, {})[task] = None
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        assert isinstance(task, NumberedTask)
        self._living.get(task.life, {}).pop(task, None)

    def _write_to_self(self) -> None:
        """Nobody sleeps who would have to be woken."""


class Clock:
    """The true time of the world, and the engine's own clock, which may be off.

    start_ms   true time at the loop's beginning
    offset_ms  how far the engine's clock is ahead
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, start_ms: int) -> None:
        self._loop = loop
        self.start_ms = start_ms
        self.offset_ms = 0

    def true_ms(self) -> int:
        """The time that the venue's clock shows too, where no fault sets it off."""
        return self.start_ms + int(self._loop.time() * 1000 + 1e-6)

    def local_ms(self) -> int:
        """What the engine's machine believes."""
        return self.start_ms + int(self._loop.time() * 1000 + 1e-6) + self.offset_ms

    def at_s(self, true_ms: int) -> float:
        """The loop's time of a true time."""
        return (true_ms - self.start_ms) / 1000


def run(main: Callable[[VirtualLoop], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine under virtual time to its end, and cancel what it left. Raises Deadlock."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(main(loop))
    finally:
        try:
            left = sorted((one for one in asyncio.all_tasks(loop)), key=lambda one: one.get_name())
            for task in left:
                task.cancel()
            if left:
                loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            loop.run_until_complete(loop.shutdown_asyncgens())
        finally:
            loop.close()


def where(task: asyncio.Task[Any]) -> str:
    """The innermost function that a task waits in."""
    frames = task.get_stack()
    if not frames:
        return "nowhere"
    code = frames[-1].f_code
    return f"{code.co_qualname} line {frames[-1].f_lineno}"
