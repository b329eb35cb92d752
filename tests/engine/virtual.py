"""An event loop whose time passes only when nobody has anything else to do: a test of hours takes milliseconds."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class VirtualLoop(asyncio.SelectorEventLoop):
    """Time stands at 0 and jumps to the next timer where no callback is ready."""

    def __init__(self) -> None:
        self.now_s = 0.0
        super().__init__(_Skipping(self))

    def time(self) -> float:
        return self.now_s


class _Skipping(selectors.DefaultSelector):  # type: ignore[valid-type, misc]
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        found = super().select(0)
        if found:
            return found
        if timeout is None:
            raise RuntimeError("everybody waits and no timer is set: the test would hang")
        self._loop.now_s += timeout
        return found


def played(scene: Coroutine[Any, Any, T]) -> T:
    """A scene's result, played on virtual time; nothing may be left running."""
    loop = VirtualLoop()
    try:
        found = loop.run_until_complete(scene)
        left = asyncio.all_tasks(loop)
        assert not left, left
        return found
    finally:
        loop.close()


def now_ms() -> int:
    """The loop's time."""
    return round(asyncio.get_running_loop().time() * 1_000)
