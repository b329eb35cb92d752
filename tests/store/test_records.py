"""Payloads: bit for bit, by kind and version, and old ones read as today's."""

import math
import struct

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from botswain.model.errors import FailClosed, Overflow
from botswain.model.journal import MarketRef, RecordKind
from botswain.store.records import RecordType, RecordTypes


class Step(msgspec.Struct, frozen=True):
    """What a bot writes today: the event it saw, its memory, its reasons."""

    event: MarketRef
    memory: list[float]
    reasons: list[int] = []


class Halt(msgspec.Struct, frozen=True, array_like=True):
    """Version 3 of a halt: version 1 had only a text, version 2 added who, version 3 a number of milliseconds."""

    reason: str
    by: str
    for_ms: int


def who(plain):
    return [*plain, "unknown"]


def how_long(plain):
    return [*plain, 0]


STEP = RecordType(RecordKind.STEP, Step)
HALT = RecordType(RecordKind.HALT, Halt, version=3, converters={1: who, 2: how_long})
RECORDS = RecordTypes([STEP, HALT])


def bits(numbers):
    return [struct.pack(">d", number) for number in numbers]


@given(st.lists(st.floats()), st.lists(st.integers(-(1 << 63), (1 << 63) - 1)))
def test_floats_and_integers_come_back_bit_for_bit(memory, reasons):
    row = RECORDS.row(Step(MarketRef("s", 7), memory, reasons), 5)
    assert (row.kind, row.version, row.time_ms) == (RecordKind.STEP, 1, 5)
    found = RECORDS.read(row.kind, row.version, row.payload)
    assert bits(found.memory) == bits(memory)
    assert (found.event, found.reasons) == (MarketRef("s", 7), reasons)


def test_a_float_that_happens_to_be_whole_stays_a_float():
    found = RECORDS.read(2, 1, RECORDS.row(Step(MarketRef("s", 1), [1.0, -0.0, math.inf]), 0).payload)
    assert [type(number) for number in found.memory] == [float] * 3
    assert math.copysign(1, found.memory[1]) == -1


@pytest.mark.parametrize(
    ("version", "plain", "meant"),
    [
        (1, ["drawdown"], Halt("drawdown", "unknown", 0)),
        (2, ["drawdown", "gate"], Halt("drawdown", "gate", 0)),
        (3, ["drawdown", "gate", 60_000], Halt("drawdown", "gate", 60_000)),
    ],
)
def test_an_old_version_is_read_as_todays(version, plain, meant):
    assert RECORDS.read(RecordKind.HALT, version, msgspec.msgpack.encode(plain)) == meant


@pytest.mark.parametrize(("kind", "version"), [(99, 1), (2, 2), (2, 0)])
def test_a_kind_or_version_from_the_future_is_refused(kind, version):
    with pytest.raises(FailClosed, match=f"kind {kind}, version {version} is not known"):
        RECORDS.read(kind, version, b"")


@pytest.mark.parametrize("payload", [b"", b"\xc1", msgspec.msgpack.encode(7)])
@pytest.mark.parametrize(("kind", "version"), [(2, 1), (8, 1), (8, 3)])
def test_bytes_that_do_not_fit_are_refused(kind, version, payload):
    with pytest.raises(FailClosed, match="cannot be read"):
        RECORDS.read(kind, version, payload)


def test_an_integer_beyond_64_bits_is_refused_with_a_remedy():
    with pytest.raises(Overflow, match=r"Step holds an integer beyond 64 bits.*decimal text"):
        RECORDS.row(Step(MarketRef("s", 1), [], [1 << 64]), 0)


def test_a_kind_is_given_once_and_with_all_its_converters():
    with pytest.raises(ValueError, match="given twice"):
        RecordTypes([STEP, STEP])
    with pytest.raises(ValueError, match="a converter from each"):
        RecordType(RecordKind.HALT, Halt, version=3, converters={2: how_long})
