"""The hash of a row, against one computed by hand from the module's own description."""

import hashlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botswain.store.chain import genesis, link

TENANT = "018bcfe5-6800-7000-8000-000000000001"
BOT = "018bcfe5-6800-7000-8000-000000000002"


def test_a_hash_is_that_of_the_row_after_the_hash_before():
    whole = genesis(TENANT, BOT) + struct.pack(">q", 1) + struct.pack(">HH", 2, 3) + struct.pack(">q", 4) + b"payload"
    assert link(genesis(TENANT, BOT), 1, 2, 3, 4, b"payload") == hashlib.sha256(whole).digest()


def test_two_bots_have_two_beginnings():
    assert len({genesis(TENANT, BOT), genesis(BOT, TENANT), genesis(TENANT, TENANT)}) == 3


fields = st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.binary(max_size=4))


@given(fields, fields)
def test_rows_that_differ_have_hashes_that_differ(one, other):
    before = bytes(32)
    assert (link(before, *one) == link(before, *other)) == (one == other)


@pytest.mark.parametrize("row", [(1 << 63, 0, 0, 0), (0, 65_536, 0, 0), (0, 0, -1, 0), (0, 0, 0, 1 << 63)])
def test_a_number_that_does_not_fit_is_refused_and_not_cut(row):
    with pytest.raises(struct.error):
        link(bytes(32), *row, b"")
