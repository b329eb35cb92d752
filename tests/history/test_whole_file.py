"""Replacing a file whole."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import pytest

from botswain.history.whole_file import only_writer, replace_file
from botswain.model.errors import Unavailable


def test_a_file_is_made_and_replaced(tmp_path: Path) -> None:
    for content in (b"first", b"second"):
        replace_file(tmp_path / "x", lambda target, content=content: target.write(content))  # type: ignore[misc]
        assert (tmp_path / "x").read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_disk_that_fills_up_leaves_the_old_file_and_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"old")

    def write(target: BinaryIO) -> None:
        target.write(b"ne")
        raise OSError(28, "No space left on device")

    with pytest.raises(Unavailable, match=r"x: cannot be written \(No space left on device\).*untouched: free space"):
        replace_file(tmp_path / "x", write)
    assert [path.name for path in tmp_path.iterdir()] == ["x"]
    assert (tmp_path / "x").read_bytes() == b"old"


def test_only_one_writes_at_a_time_and_the_next_may_when_it_has_ended(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    with (
        only_writer(folder),
        pytest.raises(Unavailable, match=r"another botswain process is writing here; wait"),
        only_writer(folder),
    ):
        raise AssertionError("two writers")
    with only_writer(folder):
        pass


def test_what_a_killed_writer_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / ".1h.parquet.unfinished").write_bytes(b"half")
    (tmp_path / "1h.parquet").write_bytes(b"whole")
    with only_writer(tmp_path):
        assert sorted(path.name for path in tmp_path.iterdir()) == [".lock", "1h.parquet"]


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Unavailable, match=r"file/sub: cannot be written"), only_writer(tmp_path / "file" / "sub"):
        raise AssertionError("no folder")
