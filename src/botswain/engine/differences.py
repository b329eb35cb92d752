"""A recomputed row beside the recorded one: whether they are the same, and in few words where not.

And what a person is told of a bot that is stopped because of it: the likely cause first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zlib import crc32

import msgspec

from botswain.engine.fleet import Runner
from botswain.engine.order_ids import is_ours
from botswain.model.journal import RecordKind
from botswain.model.news import Command
from botswain.store.bot_records import TYPES, Checkpoint, Halted, Intent
from botswain.store.steps import JournalRow

SHOWN_CHARACTERS = 60
SHOWN_HASH = 6


def same(made: JournalRow, kept: JournalRow) -> bool:
    """Whether a recomputed row is the recorded one.

    A halt's message may differ, which names a file and a line, and so may a checkpoint by other code, whose records
    may have other fields. A command was written without its last fields once.
    """
    if made == kept:
        return True
    one, other = (TYPES.read(row.kind, row.version, row.payload) for row in (made, kept))
    if isinstance(one, Checkpoint) and isinstance(other, Checkpoint):
        return one.code != other.code and one.event == other.event
    if isinstance(one, Command):
        return one == other and made.time_ms == kept.time_ms
    return isinstance(one, Halted) and isinstance(other, Halted) and one.reason == other.reason


def difference(made: JournalRow, kept: JournalRow) -> str:
    """The first field in which two rows differ."""
    if made.kind != kept.kind:
        return f"kind is {kind_name(kept)} in the journal, {kind_name(made)} recomputed"
    one, other = (TYPES.read(row.kind, row.version, row.payload) for row in (made, kept))
    found = first_field(one, other, "")
    if found is None:
        return f"time_ms is {kept.time_ms} in the journal, {made.time_ms} recomputed"
    name, here, there = found
    return f"{name} is {short(there)} in the journal, {short(here)} recomputed"


def kind_name(row: JournalRow) -> str:
    """A row's kind as a word."""
    return RecordKind(row.kind).name.lower()


def first_field(one: Any, other: Any, path: str) -> tuple[str, Any, Any] | None:
    """The first place in which two values differ: its name, and what stands there in each; None where nowhere."""
    if one == other:
        return None
    if isinstance(one, msgspec.Struct) and type(one) is type(other):
        pairs = ((name, getattr(one, name), getattr(other, name)) for name in one.__struct_fields__)
    elif isinstance(one, tuple) and isinstance(other, tuple):
        if len(one) != len(other):
            return f"the number of {path}", len(one), len(other)
        pairs = ((str(k), *pair) for k, pair in enumerate(zip(one, other, strict=True)))
    elif isinstance(one, Mapping) and isinstance(other, Mapping):
        pairs = ((str(k), one.get(k), other.get(k)) for k in sorted({*one, *other}))
    else:
        return path, one, other
    found = (first_field(here, there, f"{path}.{name}" if path else name) for name, here, there in pairs)
    return next((place for place in found if place is not None), None)


def short(value: Any) -> str:
    """A value in few characters; of bytes a sum only."""
    text = f"{crc32(value):08x} (sum of {len(value)} bytes)" if isinstance(value, bytes) else repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}..."


def mismatch(runner: Runner, what: str) -> str:
    """The message of a bot whose journal is not what its decision makes of the same events."""
    key = runner.bot.decider.key
    if runner.code and runner.code != key:
        return (
            f"the code of bot {runner.name!r} changed since it was started (was {runner.code[:SHOWN_HASH]}.., is "
            f"{key[:SHOWN_HASH]}..); its journal was written by the old code. Nothing was sent. Run it with the "
            f"version that wrote it, or start a bot of another name. What differs first: {what}"
        )
    return tampered(runner, what)


def tampered(runner: Runner, what: str) -> str:
    """The message of a bot whose rows are not what it wrote."""
    return (
        f"bot {runner.name!r} was stopped: {what}. Nothing was sent. Somebody changed its database; restore it from a "
        "backup, or start a bot of another name"
    )


def foreign_key(runner: Runner, where: str, kept: JournalRow, tag_keys: tuple[bytes, ...]) -> str:
    """The message where a recorded order was named with another secret; empty where it was not."""
    found = TYPES.read(kept.kind, kept.version, kept.payload)
    if not isinstance(found, Intent) or not found.places or is_ours(found.places, tag_keys):
        return ""
    return (
        f"bot {runner.name!r} was stopped at {where}: its order {found.places} was named with "
        "another order-tag.key. Nothing was sent. Put the key file back that stood beside its database"
    )
