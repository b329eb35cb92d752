"""The emergency file: on the disk before anything follows from it, read whatever was cut off, put away when merged."""

import os
import threading

import pytest

from botswain.model.errors import Unavailable
from botswain.store.emergency import RESERVED_BYTES, Cancelling, Done, EmergencyFile, Halting, emergency_path

HALT = Halting("one", "looks odd", "ann on desk", 5)
ALL = Halting("", "fire", "bob", 6)
CANCEL = Cancelling("account", "bot", "name", 7)


@pytest.fixture
def file(tmp_path):
    return EmergencyFile(tmp_path / "botswain.db.emergency")


def test_what_is_written_is_read_by_its_line_and_put_away_when_it_is_done(file, tmp_path):
    file.reserve()
    assert file.path.stat().st_size == RESERVED_BYTES
    assert file.pending().records == {}
    file.append(HALT)
    file.append(ALL, CANCEL)
    assert file.pending().records == {0: HALT, 1: ALL, 2: CANCEL}
    assert file.pending().halts() == {0: HALT, 1: ALL}
    file.done([0, 1], 9)
    assert file.pending().records == {2: CANCEL}
    file.done([2], 10)
    assert file.pending().records == {}
    away = tmp_path / "botswain.db.emergency.merged-10"
    assert b"looks odd" in away.read_bytes()
    assert file.path.stat().st_size == RESERVED_BYTES


def test_a_line_that_was_cut_off_hides_no_other(file):
    file.append(HALT)
    whole = file.path.read_bytes()
    file.path.write_bytes(whole[:-9])
    assert file.pending().broken == (0,)
    file.append(ALL)
    found = file.pending()
    assert (found.records, found.broken) == ({1: ALL}, (0,))
    file.path.write_bytes(file.path.read_bytes().replace(b"fire", b"wire"))
    assert file.pending().broken == (0, 1)


def test_a_file_that_is_not_there_has_nothing_and_one_that_cannot_be_used_is_named(file, tmp_path):
    assert file.pending().records == {}
    file.done([], 1)
    away = EmergencyFile(tmp_path / "nowhere" / "file")
    away.reserve()
    with pytest.raises(Unavailable, match=r"cannot be written either .*; nothing was noted"):
        away.append(HALT)
    folder = EmergencyFile(tmp_path)
    with pytest.raises(Unavailable, match="cannot be read"):
        folder.pending()


def test_many_writers_lose_nothing_while_it_is_put_away_again_and_again(file):
    def write(number):
        for k in range(20):
            file.append(Halting(f"{number}-{k}", "", "ann", 1))

    writers = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    for one in writers:
        one.start()
    found, turn = set(), 0
    while any(one.is_alive() for one in writers) or file.pending().records:
        turn += 1
        records = file.pending().records
        found |= {one.bot for one in records.values()}
        file.done(list(records), turn)
    assert found == {f"{number}-{k}" for number in range(3) for k in range(20)}


def test_it_is_readable_by_its_owner_only_and_lies_beside_the_database(file, tmp_path):
    file.append(Done((4,)))
    assert os.stat(file.path).st_mode & 0o777 == 0o600
    assert emergency_path(tmp_path / "a.db", tmp_path / "data") == tmp_path / "a.db.emergency"
    assert emergency_path("postgresql://x/y", tmp_path) == tmp_path / "database.emergency"
