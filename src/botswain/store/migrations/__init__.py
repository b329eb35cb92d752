"""How the tables became what they are, and `migrate`, which is loaded when a database has to be changed.

It brings Alembic along, a quarter of a second of each start, and hardly any start changes a database.
"""

from collections.abc import Callable
from importlib import import_module

from sqlalchemy import Connection


def __getattr__(name: str) -> Callable[[Connection, str], bool]:
    """`migrate`."""
    if name != "migrate":
        raise AttributeError(f"module {__name__} has no attribute {name!r}")
    found: Callable[[Connection, str], bool] = import_module("botswain.store.migrate").migrate
    return found
