"""The file that a search is kept in."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from botswain.lab.trials import record
from botswain.lab.trials.job import Outcome, Row
from botswain.lab.trials.record import opened
from botswain.model.errors import BadInput

OF = {"strategy": "made", "candles": "abc"}
ROWS = [
    Row(0, Outcome.RAN, "", (1.5, 0.1 + 0.2, math.inf, -math.inf)),
    Row(2, Outcome.REFUSED, "fast is 5, slow 3; …", ()),
    Row(7, Outcome.HALTED, "made.py, line 3", (0.0, -0.0, 1e-300, 2.0)),
]


def kept(path: Path) -> list[Row]:
    """What a file has of the search."""
    with opened(path, OF)[0] as _:
        pass
    found, rows = opened(path, OF)
    found.file.close()
    return rows


def test_what_was_written_is_read_again_to_the_last_bit(tmp_path: Path) -> None:
    path = tmp_path / "search"
    with opened(path, OF)[0] as one:
        one.write(ROWS[:2])
        one.write([])
    with opened(path, OF)[0] as one:
        one.write(ROWS[2:])
    assert kept(path) == ROWS


def test_what_has_no_value_stays_so(tmp_path: Path) -> None:
    with opened(tmp_path / "search", OF)[0] as one:
        one.write([Row(1, Outcome.RAN, "", (math.nan, 1.0))])
    ((first, second),) = (one.figures for one in kept(tmp_path / "search"))
    assert math.isnan(first)
    assert second == 1.0


@pytest.mark.parametrize("torn", [1, 5, 40])
def test_a_torn_line_is_cut_off_and_what_comes_after_it_is_whole(tmp_path: Path, torn: int) -> None:
    path = tmp_path / "search"
    with opened(path, OF)[0] as one:
        one.write(ROWS[:1])
        one.write(ROWS[1:])
    whole = path.read_bytes()
    path.write_bytes(whole[:-torn])
    assert kept(path) == ROWS[:1]
    with opened(path, OF)[0] as one:
        one.write(ROWS[1:])
    assert path.read_bytes() == whole


def test_a_torn_head_is_no_search_yet(tmp_path: Path) -> None:
    path = tmp_path / "search"
    path.write_bytes(b'{"kind": "botswain se')
    assert kept(path) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ts,open\n1,2\n", "has a line that is none of a search"),
        ("[1, 2]\n", "is no file of a search; give another one, it is not written over"),
        ('{"kind": "botswain search", "format": 0, "of": {}}\n', "another version of Botswain (format 0)"),
        (
            '{"kind": "botswain search", "format": 1, "of": {"strategy": "grid", "candles": "abc"}}\n',
            "is of another search, with strategy grid; give another file, or the same settings to go on with it",
        ),
        (
            '{"kind": "botswain search", "format": 1, "of": {}}\n',
            "with strategy nothing and candles nothing",
        ),
        (
            '{"kind": "botswain search", "format": 1, "of": {"strategy": "made", "candles": "' + "x" * 99 + '"}}\n',
            f"with candles {'x' * 77}...;",
        ),
        (
            '{"kind": "botswain search", "format": 1, "of": {"strategy": "made", "candles": "abc"}}\n[[1, 9, ""]]\n',
            "has a row that is none of a search",
        ),
    ],
)
def test_a_file_of_something_else_is_refused_and_left_as_it_is(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "search"
    path.write_text(text)
    with pytest.raises(BadInput) as raised:
        opened(path, OF)
    assert said in str(raised.value)
    assert str(path) in str(raised.value)
    assert path.read_text() == text


def test_a_place_that_is_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"the search cannot be kept in .* \(Is a directory\); give a file"):
        opened(tmp_path, OF)
    # A device that never ends would be read for ever.
    with pytest.raises(BadInput, match="the search cannot be kept in /dev/zero, which is no file; give one"):
        opened(Path("/dev/zero"), OF)


def test_a_full_disk_leaves_what_was_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "search"
    one, _ = opened(path, OF)
    one.write(ROWS[:1])

    def full(_file: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(record.os, "fsync", full)
        with pytest.raises(BadInput, match=r"No space left on device\); make room and start it again"):
            one.write(ROWS[1:])
    one.file.close()
    assert kept(path) == ROWS[:1]
