"""The API's process, which also writes down when its relay saw each fill in the outbox and when it had said it.

    TIMES=FILE python benchmarks/timed_api.py api --port 8000

It is `botswain` with two functions wrapped, for `fill_to_paint.py`; FILE has JSON, from a fill's id to both times in
milliseconds of this machine's clock.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from botswain.api.live import Live
from botswain.api.relay import Relay
from botswain.main import exit_code
from botswain.settings import read_settings

EVENT = "trade_executed"


def main() -> int:
    """Serve, then write."""
    times: dict[str, tuple[float, float]] = {}
    saw_ms = 0.0

    def seeing(before: Callable[..., Any]) -> Callable[..., Any]:
        async def behind(*given: Any) -> Any:
            nonlocal saw_ms
            found = await before(*given)
            saw_ms = time.time() * 1_000
            return found

        return behind

    def saying(before: Callable[..., Any]) -> Callable[..., Any]:
        async def tell(live: Live, tenant_id: str | None, event: str, *bodies: Any) -> None:
            seen_ms = saw_ms
            await before(live, tenant_id, event, *bodies)
            if event == EVENT:
                times.update((body["id"], (seen_ms, time.time() * 1_000)) for body in bodies)

        return tell

    Relay.behind = seeing(Relay.behind)  # type: ignore[method-assign]
    Live.tell = saying(Live.tell)  # type: ignore[method-assign]
    try:
        return exit_code(sys.argv[1:], read_settings())
    finally:
        Path(os.environ["TIMES"]).write_text(json.dumps(times))


if __name__ == "__main__":
    sys.exit(main())
