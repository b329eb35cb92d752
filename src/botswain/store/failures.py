"""What a database driver complains of, as an error with a name, a value and a remedy.

Three drivers (sqlite3, asyncpg, and SQLAlchemy around both) say the same things in different words; this is the only
place that reads them. Whether something may be tried again is decided by the class: Unavailable may, FailClosed not.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy.exc import IntegrityError, StatementError

from botswain.model.errors import BadInput, BotswainError, FailClosed, Overflow, Unavailable

# asyncpg calls a connection that was cut in the middle of an answer a fault of its own.
DRIVER_ERRORS = (
    sqlite3.Error,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)


class Refused(FailClosed):
    """The database refused rows by one of its rules. Nothing of that step was written; no new risk is taken on it."""


class AlreadyRecorded(Refused):
    """A row with this key is there already: the step or the fill was written before. Read it; do not write it again."""


class NameTaken(AlreadyRecorded):
    """A bot has the name, in whatever case. Nothing was written; choose another one."""


class LeaseLost(FailClosed):
    """Another owner took the bot. Nothing of the step was written; this process lets go of the bot."""


# How each database calls the rules that a bot's name broke.
NAME_RULES = ("bots.name", "bots.folded", "uq_bots_tenant_id_name", "uq_bots_tenant_id_folded")


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Where a row of bots is given a name. Raises NameTaken where the database refuses it: the transaction is over."""
    try:
        yield
    except IntegrityError as error:
        if not any(rule in str(error.orig) for rule in NAME_RULES):
            raise
        raise NameTaken(
            f"there is a bot {name!r} already, or one whose name differs in upper and lower case only; give this one "
            "another name"
        ) from error


def explain(error: BaseException, name: str) -> BotswainError:
    """The error for people of what a driver raised on database `name`. Always returns; raise it from `error`."""
    if isinstance(error, BotswainError):
        return error
    if isinstance(error, StatementError) and error.orig is not None:
        return explain(error.orig, name)
    if isinstance(error, sqlite3.Error):
        return _of_sqlite(error, name)
    cause = error.__cause__ if error.__cause__ is not None else error
    return _of_postgres(cause, name)


def locked(name: str) -> Unavailable:
    """What to say when a lock did not go away in time."""
    return Unavailable(
        f"database {name} stayed locked by another program; nothing was written. "
        "Stop the other program (a second botswain, a backup, an open database shell) and try again"
    )


def _of_sqlite(error: sqlite3.Error, name: str) -> BotswainError:
    code = getattr(error, "sqlite_errorcode", 0) or 0
    primary = code & 0xFF
    if code in (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY):
        return AlreadyRecorded(f"database {name}: already recorded ({error}); nothing was written")
    if primary == sqlite3.SQLITE_CONSTRAINT:
        return Refused(f"database {name} refused the rows ({error}); nothing was written")
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return locked(name)
    if str(error) == "integer overflow":
        return Overflow(f"database {name}: a sum passed 64 bits; sum a shorter range of rows, or use PostgreSQL")
    if primary == sqlite3.SQLITE_FULL:
        return Unavailable(f"database {name}: the disk is full ({error}); nothing was written. Free some space")
    if primary == sqlite3.SQLITE_READONLY:
        return BadInput(f"database {name} cannot be written ({error}); allow writing to the file and its folder")
    if primary == sqlite3.SQLITE_CANTOPEN:
        return BadInput(f"database {name} cannot be opened ({error}); check that its folder exists and may be written")
    if primary in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return BadInput(
            f"database {name} is not a readable SQLite database ({error}); nothing was changed. "
            "Name another file, or restore this one from a backup"
        )
    return Unavailable(f"database {name}: {error}; look at the disk and the file, then try again")


def _of_postgres(error: BaseException, name: str) -> BotswainError:
    if isinstance(error, asyncpg.UniqueViolationError):
        return AlreadyRecorded(f"database {name}: already recorded ({error}); nothing was written")
    if isinstance(error, asyncpg.IntegrityConstraintViolationError | asyncpg.DataError):
        return Refused(f"database {name} refused the rows ({error}); nothing was written")
    if isinstance(error, asyncpg.LockNotAvailableError):
        return locked(name)
    if isinstance(error, asyncpg.InvalidCatalogNameError | asyncpg.InvalidAuthorizationSpecificationError):
        return BadInput(f"database {name}: {error}; check the user, the password and the database's name")
    return Unavailable(
        f"database {name} did not answer ({type(error).__name__}: {error}); "
        "check that the server runs and can be reached"
    )
