"""Says that strategies are being compiled, which takes some seconds and is else silent where nobody sees a screen.

Once, however many bots there are, and only where there is something to compile: a second start has it all at hand.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache, partial
from pathlib import Path

import click

from botswain.build.ahead import compile_ahead_async
from botswain.build.plan import Plan

SAID = "compiling strategies for the first time; this takes some seconds"


def said_once() -> Callable[[Plan, Path | None], Awaitable[object]]:
    """What compiles a plan's code ahead and says so on standard error, for one start."""
    say = cache(lambda: click.echo(SAID, err=True))
    return partial(compile_ahead_async, begins=say)
