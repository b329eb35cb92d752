"""How a column is written once: ids, owners, numbers, money, words.

Every column made here must be there (NOT NULL) unless it is asked to be optional. Constraint names follow a rule, so
that a migration can name them on both databases.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ForeignKey, LargeBinary, MetaData, SmallInteger, String

from botswain.store.types import Int64, Key, Units

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def key(name: str, *args: Any, **options: Any) -> Column[str]:
    """A UUID column that must be there."""
    return Column(name, Key(), *args, nullable=False, **options)


def tenant() -> Column[str]:
    """The owner of a row. Every table but those of market data, which belong to the installation, has one."""
    return Column("tenant_id", Key(), ForeignKey("tenants.id"), nullable=False)


def number(name: str, nullable: bool = False, **options: Any) -> Column[int]:
    """A 64-bit integer: ticks, lots, sequence numbers, milliseconds."""
    return Column(name, Int64(), nullable=nullable, **options)


def money(name: str) -> Column[int]:
    """A whole number of money units; the row's scale column says of what size."""
    return Column(name, Units(), nullable=False)


def small(name: str, **options: Any) -> Column[int]:
    """A small integer that must be there: a kind, a version, a scale."""
    return Column(name, SmallInteger(), nullable=False, **options)


def word(name: str, length: int, nullable: bool = False) -> Column[str]:
    """A short text: a name, a symbol, a member of a closed set."""
    return Column(name, String(length), nullable=nullable)


def binary(name: str, length: int | None = None) -> Column[bytes]:
    """Bytes that must be there."""
    return Column(name, LargeBinary(length), nullable=False)
