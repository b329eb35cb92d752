"""What kinds of bots there are, and what may be set of each."""

from __future__ import annotations

from typing import Literal

from botswain.api.schemas.shape import Shape


class Parameter(Shape):
    """One thing to set. least and most bound a number; choices are all the words it may be; data is JSON as text.

    search_least, search_most  of a number, what the strategy says is worth trying in a search
    fraction  a part of something: 0.015 is to be shown as 1.5 %
    section   the heading it stands under; empty: before all headings
    depends   other parameters, and the values of each beside which this one matters; none named: all but zero and false
    example   of data: one that shows what can be said
    """

    name: str
    kind: Literal["integer", "number", "choice", "text", "boolean", "data"]
    default: str | int | float | bool
    least: float | None = None
    most: float | None = None
    search_least: float | None = None
    search_most: float | None = None
    choices: list[str] = []
    help: str
    fraction: bool = False
    section: str = ""
    depends: dict[str, list[str]] = {}
    example: str | None = None


class Strategy(Shape):
    """A kind of bot.

    summary  one sentence; help: when it makes money and when it loses it
    sizings  kinds of sizing its orders can have
    own      a user's, from the folder of strategies or an installed package; the others ship
    problem  why one of those cannot be used, with file and line; empty for those that can
    """

    name: str
    title: str
    summary: str
    help: str
    parameters: list[Parameter]
    sizings: list[str]
    symbols_most: int
    own: bool = False
    problem: str = ""
