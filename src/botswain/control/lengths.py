"""How long a span is, as people say it: `90d`, `2000 candles`, `25%`, or a date at which the first of them ends."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from botswain.history.instants import instant_ms
from botswain.model.errors import BadInput
from botswain.model.timeframe import UNIT_MS

CANDLES = re.compile(r"([0-9][0-9_,]*)\s*candles?")
TIME = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([smhdw])")
SHARE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*%")
HOW = "write a length such as 90d, 36h, 2000 candles or 25%"


@dataclass(frozen=True, slots=True)
class Length:
    """One of these, and how a person wrote it.

    candles  so many of those that are decided on
    ms       so much time
    share    such a part of all candles, 0 to 1
    at_ms    until this instant
    """

    text: str
    candles: int = 0
    ms: int = 0
    share: Decimal = Decimal(0)
    at_ms: int | None = None


def length_of(what: str, given: Any, *, dated: bool = False, none: bool = False) -> Length:
    """A length as a person gave it: text, or a whole number of candles.

    dated  it may also be a date, as text; none: it may be zero
    Raises BadInput for anything else.
    """
    if isinstance(given, int) and not isinstance(given, bool):
        if given < 0:
            raise BadInput(f"{what} is {given}; {HOW}")
        found = Length(f"{given:,} candles", candles=given)
    elif isinstance(given, str):
        found = read(what, given.strip(), dated)
    else:
        raise BadInput(f"{what} is {given!r}; {HOW}{' or a date' if dated else ''}")
    if found.at_ms is None and is_zero(found) and not none:
        raise BadInput(f"{what} is {found.text}; {HOW}, above 0")
    if found.share >= 1:
        raise BadInput(f"{what} is {found.text} of all candles; write less than 100%")
    return found


def is_zero(found: Length) -> bool:
    """Whether it is nothing at all."""
    return not (found.candles or found.ms or found.share)


def read(what: str, text: str, dated: bool) -> Length:
    """The same of a text."""
    if text == "0":
        return Length(text)
    if match := CANDLES.fullmatch(text):
        return Length(text, candles=int(re.sub("[_,]", "", match[1])))
    if match := TIME.fullmatch(text):
        return Length(text, ms=round(Decimal(match[1]) * UNIT_MS[match[2]]))
    if match := SHARE.fullmatch(text):
        return Length(text, share=Decimal(match[1]) / 100)
    if not dated:
        raise BadInput(f"{what} is {text!r}, which is no length; {HOW}")
    try:
        return Length(text, at_ms=instant_ms(text, what))
    except BadInput:
        raise BadInput(
            f"{what} is {text!r}, neither a length nor a date; {HOW}, or a date such as 2024-01-31"
        ) from None
