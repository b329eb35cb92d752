"""The payload of a journal row: a msgspec struct as msgpack, with a kind, a version, and a way up from old versions.

Whoever writes records says which struct stands for which kind (`RecordTypes`), so the store knows none of them. Floats
are written as 64 bits and come back bit for bit. A row is never rewritten: one of an old version is converted when it
is read, step by step, each converter taking the plain form of version n to that of n + 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from botswain.model.errors import FailClosed, Overflow
from botswain.store.steps import JournalRow

Converter = Callable[[Any], Any]
# What msgspec raises, and what a converter raises that finds something else than its version promised.
_UNREADABLE = (msgspec.DecodeError, msgspec.ValidationError, LookupError, TypeError, AttributeError, ValueError)


@dataclass(frozen=True)
class RecordType:
    """One kind of record.

    kind        its number (model.journal.RecordKind)
    struct      what it is today
    version     today's version, from 1
    converters  old version n -> function from its plain form (dicts, or lists for array_like structs) to that of n + 1
    """

    kind: int
    struct: type[msgspec.Struct]
    version: int = 1
    converters: Mapping[int, Converter] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if set(self.converters) != set(range(1, self.version)):
            raise ValueError(f"kind {self.kind}, version {self.version}: there must be a converter from each before it")


class RecordTypes:
    """The kinds a program writes and reads; packs and unpacks them. Kinds and structs are each given once."""

    def __init__(self, types: Iterable[RecordType]) -> None:
        self._by_kind: dict[int, RecordType] = {}
        self._by_struct: dict[type[msgspec.Struct], RecordType] = {}
        for one in types:
            if one.kind in self._by_kind or one.struct in self._by_struct:
                raise ValueError(f"kind {one.kind} or its struct {one.struct.__name__} is given twice")
            self._by_kind[one.kind] = one
            self._by_struct[one.struct] = one
        self._encoder = msgspec.msgpack.Encoder()
        self._decoders = {kind: msgspec.msgpack.Decoder(one.struct) for kind, one in self._by_kind.items()}

    def row(self, record: msgspec.Struct, time_ms: int) -> JournalRow:
        """The journal row of a record. Raises Overflow (an integer beyond 64 bits), KeyError (unknown struct)."""
        one = self._by_struct[type(record)]
        try:
            payload = self._encoder.encode(record)
        except OverflowError as error:
            raise Overflow(
                f"{type(record).__name__} holds an integer beyond 64 bits, which a journal record cannot; "
                "write it as a decimal text"
            ) from error
        return JournalRow(one.kind, time_ms, payload, one.version)

    def read(self, kind: int, version: int, payload: bytes) -> Any:
        """The record as today's struct. Raises FailClosed for an unknown kind or version, or bytes that do not fit."""
        one = self._by_kind.get(kind)
        if one is None or not 1 <= version <= one.version:
            raise FailClosed(
                f"a journal record of kind {kind}, version {version} is not known here; read it with the Botswain that "
                "wrote it or a newer one"
            )
        try:
            if version == one.version:
                return self._decoders[kind].decode(payload)
            plain = msgspec.msgpack.decode(payload)
            for step in range(version, one.version):
                plain = one.converters[step](plain)
            return msgspec.convert(plain, one.struct)
        except _UNREADABLE as error:
            raise FailClosed(
                f"a journal record of kind {kind}, version {version} cannot be read ({error}); botswain replay with "
                "the bot's name says which row was changed: restore the database from a backup"
            ) from error
