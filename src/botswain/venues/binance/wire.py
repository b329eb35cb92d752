"""From bytes to a checked value, or one error that says which field was wrong.

Every decoder goes through here: a changed shape never becomes a half-read order. Unknown fields are ignored, so that
the venue may add some; missing, renamed and mistyped ones are errors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from botswain.model.errors import Unavailable
from botswain.model.outcomes import Broken, Rows

T = TypeVar("T")
V = TypeVar("V")
SHOWN = 200
# No price or quantity has so many digits before its point; written as 1E+999999 one would fill the memory.
MOST_DIGITS = 30
MOST = Decimal(10) ** MOST_DIGITS
# What msgspec raises for what it was not made for: another shape, no text, nested without end.
BAD = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
ZERO = Decimal(0)
# The value of a field kept as it was sent, where it was not sent. (msgspec takes no Raw in a union.)
ABSENT = msgspec.Raw(b"")


class Unreadable(Unavailable):
    """A message of the venue could not be read. For a read it is no answer; for a write the outcome is unknown."""


class _Named(Struct):
    symbol: Any = ""
    clientOrderId: Any = ""


_LIST: msgspec.json.Decoder[list[msgspec.Raw]] = msgspec.json.Decoder(list[msgspec.Raw])
_NAMED = msgspec.json.Decoder(_Named)


def decode(decoder: msgspec.json.Decoder[V], what: str, raw: bytes | msgspec.Raw) -> V:
    """The value of a message. Raises Unreadable with the field at fault."""
    try:
        return decoder.decode(raw)
    except BAD as error:
        raise Unreadable(f"{what} cannot be read: {error}; got {excerpt(bytes(raw))}") from error


def decode_rows(what: str, raw: bytes | msgspec.Raw, row: Callable[[msgspec.Raw], T]) -> Rows[T]:
    """Each row of a JSON list by itself. Raises Unreadable where it is no list at all."""
    items: list[T] = []
    broken: list[Broken] = []
    found: list[msgspec.Raw] = decode(_LIST, what, raw)
    for number, one in enumerate(found):
        try:
            items.append(row(one))
        except Unreadable as error:
            broken.append(Broken(number, str(error), *names_in(one)))
    return Rows(tuple(items), tuple(broken))


def names_in(raw: msgspec.Raw) -> tuple[str, str]:
    """Symbol and client order id of a row that cannot be read, as far as they can."""
    try:
        found = _NAMED.decode(raw)
    except BAD:
        return "", ""
    return str(found.symbol), str(found.clientOrderId)


def figure(what: str, field: str, value: Decimal) -> Decimal:
    """A price or quantity: finite and not negative. Raises Unreadable."""
    if value.is_finite() and (not value.is_signed() or not value) and value.adjusted() < MOST_DIGITS:
        return value
    raise Unreadable(f"{what} cannot be read: {field} is {value}; it must be a number of zero or more")


def figures(what: str, fields: Sequence[str], values: Sequence[Decimal]) -> None:
    """Several prices and quantities, faster than one by one where all are right. Raises Unreadable."""
    try:
        for value in values:
            if not ZERO <= value < MOST:
                break
        else:
            return
    except InvalidOperation:
        # Not a number; figure() names it.
        pass
    for field, value in zip(fields, values, strict=True):
        figure(what, field, value)


def signed(what: str, field: str, value: Decimal) -> Decimal:
    """A finite number of either sign. Raises Unreadable."""
    if value.is_finite() and value.adjusted() < MOST_DIGITS:
        return value
    raise Unreadable(f"{what} cannot be read: {field} is {value}; it must be a number")


def word(what: str, field: str, value: str, known: Mapping[str, V]) -> V:
    """The meaning of a word from a closed set. Raises Unreadable for one that is not in it: it is never guessed."""
    if value in known:
        return known[value]
    raise Unreadable(f"{what} cannot be read: {field} is {value!r}, which is unknown; known: {', '.join(known)}")


def present(raw: msgspec.Raw) -> bool:
    """Whether a field was sent and is not null."""
    return bytes(raw) not in (b"", b"null")


def excerpt(raw: bytes) -> str:
    """The beginning of a message, for an error."""
    text = raw[:SHOWN].decode("utf-8", "replace")
    return f"{text!r} and {len(raw) - SHOWN} bytes more" if len(raw) > SHOWN else repr(text)
