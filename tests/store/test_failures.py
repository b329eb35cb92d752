"""What drivers say, as errors for people: the right class, the name, a remedy."""

import sqlite3

import asyncpg
import pytest
from sqlalchemy.exc import OperationalError, StatementError

from botswain.model.errors import BadInput, Overflow, Unavailable
from botswain.store.failures import AlreadyRecorded, Refused, explain


def sqlite_error(code, said="it says"):
    error = sqlite3.OperationalError(said)
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, AlreadyRecorded, "already recorded"),
        (sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, AlreadyRecorded, "already recorded"),
        (sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY, Refused, "refused the rows"),
        (sqlite3.SQLITE_CONSTRAINT_TRIGGER, Refused, "refused the rows"),
        (sqlite3.SQLITE_BUSY, Unavailable, "stayed locked by another program"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, Unavailable, "stayed locked by another program"),
        (sqlite3.SQLITE_LOCKED, Unavailable, "stayed locked by another program"),
        (sqlite3.SQLITE_FULL, Unavailable, "disk is full.*Free some space"),
        (sqlite3.SQLITE_READONLY, BadInput, "cannot be written.*allow writing"),
        (sqlite3.SQLITE_CANTOPEN, BadInput, "cannot be opened"),
        (sqlite3.SQLITE_NOTADB, BadInput, "not a readable SQLite database.*restore"),
        (sqlite3.SQLITE_CORRUPT, BadInput, "not a readable SQLite database.*restore"),
        (sqlite3.SQLITE_IOERR, Unavailable, "look at the disk"),
    ],
)
def test_a_complaint_of_sqlite(code, kind, said):
    found = explain(sqlite_error(code), "/data/botswain.db")
    assert type(found) is kind
    assert "/data/botswain.db" in str(found)
    with pytest.raises(kind, match=said):
        raise found


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (asyncpg.UniqueViolationError("x"), AlreadyRecorded, "already recorded"),
        (asyncpg.ForeignKeyViolationError("x"), Refused, "refused the rows"),
        (asyncpg.RestrictViolationError("x"), Refused, "refused the rows"),
        (asyncpg.NumericValueOutOfRangeError("x"), Refused, "refused the rows"),
        (asyncpg.LockNotAvailableError("x"), Unavailable, "stayed locked"),
        (asyncpg.InvalidPasswordError("x"), BadInput, "check the user"),
        (asyncpg.InvalidCatalogNameError("x"), BadInput, "check the user"),
        (asyncpg.CannotConnectNowError("x"), Unavailable, "did not answer"),
        (asyncpg.InterfaceError("x"), Unavailable, "did not answer"),
        (asyncpg.InternalClientError("cannot switch to state 15"), Unavailable, "did not answer"),
        (ConnectionRefusedError("x"), Unavailable, "check that the server runs"),
        (TimeoutError(), Unavailable, "did not answer"),
    ],
)
def test_a_complaint_of_postgresql(error, kind, said):
    found = explain(error, "postgresql://host/db")
    assert type(found) is kind
    with pytest.raises(kind, match=said):
        raise found


def test_a_sum_that_overflowed_is_an_overflow():
    assert type(explain(sqlite_error(sqlite3.SQLITE_ERROR, "integer overflow"), "x")) is Overflow


def test_an_error_inside_sqlalchemys_is_found():
    busy = sqlite_error(sqlite3.SQLITE_BUSY)
    assert type(explain(OperationalError("SELECT", {}, busy), "x")) is Unavailable
    ours = BadInput("not an id")
    assert explain(StatementError("x", "SELECT", {}, ours), "x") is ours


def test_an_error_of_sqlalchemys_own_is_said_as_it_is():
    assert "no such bind" in str(explain(StatementError("no such bind", "SELECT", {}, None), "x"))
