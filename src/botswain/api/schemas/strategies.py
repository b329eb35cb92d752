"""What kinds of bots there are, and what may be set of each."""

from __future__ import annotations

from typing import Literal

from botswain.api.schemas.shape import Shape


class Parameter(Shape):
    """One thing to set. least and most bound a number; choices are all the words it may be; data is JSON as text.

    example  of data: one that shows what can be said
    """

    name: str
    kind: Literal["integer", "number", "choice", "text", "boolean", "data"]
    default: str | int | float | bool
    least: float | None = None
    most: float | None = None
    choices: list[str] = []
    help: str
    example: str | None = None


class Strategy(Shape):
    """A kind of bot.

    summary  one sentence; help: when it makes money and when it loses it
    sizings  kinds of sizing its orders can have
    """

    name: str
    title: str
    summary: str
    help: str
    parameters: list[Parameter]
    sizings: list[str]
    symbols_most: int
