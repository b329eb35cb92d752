"""Instants as people read and write them, to and from integer milliseconds UTC.

It is not a clock: nothing here asks what time it is. It exists so that every message of this room shows a time
the same way, once for the eye and once for searching in the file.
"""

from __future__ import annotations

from datetime import UTC, datetime

from botswain.model.errors import BadInput

_FIRST_MS = -62_135_596_800_000  # year 1
_LAST_MS = 253_402_300_799_999  # year 9999
_LEAST_DIGITS_OF_MS = 11


def iso(time_ms: int) -> str:
    """`time_ms` as 2024-01-31T09:05:00Z, with milliseconds only where there are any."""
    if not _FIRST_MS <= time_ms <= _LAST_MS:
        return f"{time_ms} ms, outside the calendar"
    seconds, rest = divmod(time_ms, 1_000)
    text = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{rest:03d}Z" if rest else f"{text}Z"


def instant(time_ms: int) -> str:
    """`time_ms` for a message: 2024-01-31T09:05:00Z = 1706691900000."""
    return f"{iso(time_ms)} = {time_ms}"


def instant_ms(text: str, what: str = "time") -> int:
    """Milliseconds of `text`: 2024-01-31, 2024-01-31T09:05, an offset or Z at the end, or milliseconds.

    A time without an offset is UTC. Raises BadInput naming `what` and the text for anything else.
    """
    bare = text.strip()
    if bare.isdigit() and len(bare) >= _LEAST_DIGITS_OF_MS:
        return int(bare)
    try:
        parsed = datetime.fromisoformat(bare)
    except ValueError:
        raise BadInput(
            f"{what} {text!r} is not a time; write 2024-01-31, 2024-01-31T09:05 (UTC), 2024-01-31T09:05+02:00 "
            "or milliseconds such as 1706691900000"
        ) from None
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=UTC)
    return int(parsed.timestamp()) * 1_000 + parsed.microsecond // 1_000
