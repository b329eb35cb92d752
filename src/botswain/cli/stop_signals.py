"""How a person, or a service manager, has a process stop whose bots have to come to rest first."""

from __future__ import annotations

import asyncio
import signal


def stops(stop: asyncio.Event, leave: asyncio.Event) -> None:
    """Ctrl-C, SIGTERM and a terminal that closes stop by policy; a second one leaves at once."""

    def asked() -> None:
        (leave if stop.is_set() else stop).set()

    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(name, asked)
