"""Column types that mean the same on SQLite and PostgreSQL.

Money is a whole number of units (`exact` gives the scale): on SQLite a 64-bit integer, on PostgreSQL NUMERIC, text on
neither, so that a SUM is exact and an ORDER BY is by value. The rare amount that needs more is a blob on SQLite, which
`fills.totals` adds by itself (a SUM of SQL would not). What does not fit 38 digits is refused before it reaches the
driver, whose own complaint names neither the value nor a remedy.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Dialect, LargeBinary, Numeric, Uuid
from sqlalchemy.types import TypeDecorator, TypeEngine

from botswain.model.errors import BadInput, Overflow
from botswain.model.ids import is_id

INT64_MAX = (1 << 63) - 1
UNITS_DIGITS = 38
MOST_UNITS = 10**UNITS_DIGITS
# What SQLite keeps in no integer: 17 bytes of the number plus this, in the order of the numbers.
WIDE_BYTES = 17
WIDE_ZERO = 1 << (8 * WIDE_BYTES - 1)


class Key(TypeDecorator[str]):
    """A UUID as text in Python: 16 bytes on SQLite, UUID on PostgreSQL. Raises BadInput for any other text."""

    impl = LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type the database keeps it in."""
        return dialect.type_descriptor(Uuid(as_uuid=False) if is_postgres(dialect) else LargeBinary(16))

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        """Text to what the driver takes; without SQLAlchemy's call around it, as below."""
        return checked_key_or_none if is_postgres(dialect) else key_bytes_or_none

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002
        """What the driver gave to text; without SQLAlchemy's call around it, which costs more than what it calls."""
        return key_text_or_none


class Int64(TypeDecorator[int]):
    """A 64-bit integer: ticks, lots, sequence numbers, milliseconds. Raises Overflow beyond that."""

    impl = BigInteger
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:  # noqa: ARG002
        """The number, checked; without SQLAlchemy's call around it, as above."""
        return int64_or_none


class Units(TypeDecorator[int]):
    """Money as a whole number of units, of at most 38 digits; raises Overflow beyond that."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type the database keeps it in."""
        return dialect.type_descriptor(Numeric(UNITS_DIGITS, 0) if is_postgres(dialect) else BigInteger())

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        """The number, checked, as the driver takes it."""
        return digits_or_none if is_postgres(dialect) else integer_or_blob

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002
        """Whole units, whatever the driver calls them."""
        return units_or_none


def is_postgres(dialect: Dialect) -> bool:
    """Whether the dialect is PostgreSQL; the only other one is SQLite."""
    return dialect.name == "postgresql"


def within_int64(value: int, place: str) -> int:
    """`value` itself. Raises Overflow when it needs more than 64 bits."""
    if not -INT64_MAX - 1 <= value <= INT64_MAX:
        raise Overflow(
            f"money overflow: {value} does not fit {place} (64 bits, at most {INT64_MAX}); "
            "use PostgreSQL, or an instrument with a coarser lot_size or tick_size"
        )
    return value


def int64_or_none(value: int | None) -> int | None:
    """The number, checked; NULL stays NULL. Raises Overflow."""
    if value is None or -INT64_MAX - 1 <= value <= INT64_MAX:
        return value
    return within_int64(value, "a 64-bit column")


def digits_or_none(value: int | None) -> int | None:
    """Units that fit their digits; NULL stays NULL. Raises Overflow."""
    if value is not None and abs(value) >= MOST_UNITS:
        raise Overflow(f"money overflow: {value} units do not fit {UNITS_DIGITS} digits; use a coarser lot_size")
    return value


def integer_or_blob(value: int | None) -> int | bytes | None:
    """The same as SQLite keeps them: what fits no integer as a blob."""
    if value is None or -INT64_MAX - 1 <= value <= INT64_MAX:
        return value
    digits_or_none(value)
    return (value + WIDE_ZERO).to_bytes(WIDE_BYTES, "big")


def units_or_none(value: Any) -> int | None:
    """Whole units of what a driver gave."""
    if type(value) is int or value is None:
        return value
    return int.from_bytes(value, "big") - WIDE_ZERO if isinstance(value, bytes) else int(value)


def key_bytes_or_none(value: str | None) -> bytes | None:
    """The 16 bytes of a UUID; NULL stays NULL. Raises BadInput."""
    return None if value is None else key_bytes(value)


def checked_key(value: str) -> str:
    """`value` itself. Raises BadInput when it is not a UUID in canonical text."""
    if not isinstance(value, str) or not is_id(value):
        raise BadInput(f"{value!r} is not an id; ids look like 01890a5d-ac96-774b-bcce-b302099a8057")
    return value


def checked_key_or_none(value: str | None) -> str | None:
    """The same; NULL stays NULL. Raises BadInput."""
    return None if value is None else checked_key(value)


@lru_cache(maxsize=65_536)
def key_bytes(value: str) -> bytes:
    """The 16 bytes of a UUID. Raises BadInput when it is not one."""
    return bytes.fromhex(checked_key(value).replace("-", ""))


def key_text(value: Any) -> str:
    """The canonical text of what a driver gave for a key: 16 bytes, a UUID object or text."""
    return key_of_bytes(bytes(value)) if isinstance(value, bytes | memoryview) else str(value)


def key_text_or_none(value: Any) -> str | None:
    """The same; NULL stays NULL."""
    if type(value) is bytes:
        return key_of_bytes(value)
    return None if value is None else key_text(value)


@lru_cache(maxsize=65_536)
def key_of_bytes(value: bytes) -> str:
    """The canonical text of 16 bytes. Remembered, because lists are read again and again."""
    digits = value.hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
