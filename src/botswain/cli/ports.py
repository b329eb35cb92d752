"""Options that take a port: checked before anything is made, so that a wrong one is refused in words."""

from __future__ import annotations

import click

from botswain.cli.context import Refusal

LARGEST = 65_535


class Port(click.ParamType[int]):
    """A port of this machine. free: 0 is one too, and takes whichever is free."""

    name = "integer"

    def __init__(self, *, free: bool = False) -> None:
        self.free = free

    def convert(self, value: int | str, param: click.Parameter | None, _ctx: click.Context | None) -> int:
        """The number. Raises Refusal with what to write."""
        try:
            found = int(value)
        except ValueError:
            found = -1
        if not 0 <= found <= LARGEST or (found == 0 and not self.free):
            free = ", or 0 for one that is free" if self.free else ""
            option = param.opts[0] if param is not None else "the port"
            raise Refusal(f"{option} is {value}; write 1 to {LARGEST}{free}")
        return found


PORT, PORT_OR_FREE = Port(), Port(free=True)
