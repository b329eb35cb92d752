"""The folder of machine code: private, optional, and never too large."""

import errno
import os
import stat
from pathlib import Path

import pytest
from tests.stage import bot

from botswain.build.cache import KeptFiles, prune, ready_folder
from botswain.build.child import by_turns
from botswain.build.features import Features
from botswain.build.link import link, prepare
from botswain.build.simulator import forget, simulator


def hold(now, was, p, candle, my, wanted):  # noqa: ARG001
    """Buy and keep."""
    wanted.market(0, 1, 3.0)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_folder_is_made_for_its_owner_alone(tmp_path):
    folder = tmp_path / "deep" / "kept"
    assert ready_folder(folder) == (str(folder), "")
    assert mode(folder) == 0o700


def test_a_folder_that_others_could_write_is_closed_to_them(tmp_path):
    tmp_path.chmod(0o777)
    assert ready_folder(tmp_path) == (str(tmp_path), "")
    assert mode(tmp_path) == 0o700


def test_a_folder_that_is_open_to_others_and_holds_other_things_is_left_as_it_is(tmp_path):
    (tmp_path / "compile-0a.lock").touch()
    (tmp_path / "step-0a1b.py311.nbi").touch()
    (tmp_path / "step-0a1b.py311.1.nbc.tmp.4f").touch()
    (tmp_path / "letters.txt").touch()
    tmp_path.chmod(0o755)
    place, reason = ready_folder(tmp_path)
    assert place is None
    assert f"{tmp_path} is open to others and holds other things (letters.txt)" in reason
    assert reason.endswith("give a folder of its own in BOTSWAIN_CACHE_DIR")
    assert mode(tmp_path) == 0o755
    (tmp_path / "letters.txt").unlink()
    assert ready_folder(tmp_path) == (str(tmp_path), "")
    assert mode(tmp_path) == 0o700


def test_a_folder_that_cannot_be_is_said_and_done_without(tmp_path):
    (tmp_path / "file").write_text("in the way")
    place, reason = ready_folder(tmp_path / "file" / "kept")
    assert place is None
    assert str(tmp_path / "file" / "kept") in reason
    assert "kept in memory only" in reason


def test_a_folder_that_cannot_be_written_is_said_and_done_without(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda _path, what: what != os.W_OK)
    place, reason = ready_folder(tmp_path)
    assert place is None
    assert reason == f"the compile cache {tmp_path} is not writable; compiled code is kept in memory only"


def test_a_simulator_without_a_usable_folder_keeps_its_code_in_memory(tmp_path):
    (tmp_path / "file").write_text("in the way")
    features = Features(gate=False, exits=False, curve=True, single=True)
    simulator_of = {
        place: simulator(bot(hold)(), features, folder=tmp_path / place).linked.call for place in ("kept", "file/kept")
    }
    assert simulator_of["kept"]._cache.cache_path == str(tmp_path / "kept")
    assert simulator_of["file/kept"]._cache.cache_path is None
    assert sorted(one.name for one in tmp_path.iterdir()) == ["file", "kept"]


def test_only_the_newest_files_are_kept(tmp_path):
    """Four bytes each; there is room for eighteen."""
    for k in range(6):
        path = tmp_path / f"step-{k}.{'nbi' if k % 2 else 'nbc'}"
        path.write_text("code")
        os.utime(path, (1000 + k, 1000 + k))
    (tmp_path / "notes.txt").write_text("not code")
    assert prune(tmp_path, most_bytes=18) == 2
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "notes.txt", "step-2.nbc", "step-3.nbi", "step-4.nbc", "step-5.nbi",
    ]  # fmt: skip
    assert prune(tmp_path, most_bytes=18) == 0


def test_what_a_killed_process_left_half_written_goes_after_a_while(tmp_path):
    old, new = (tmp_path / f"step-{k}.nbi.tmp.0123456789abcdef" for k in range(2))
    for path in (old, new):
        path.write_text("half")
    os.utime(old, (1000, 1000))
    assert prune(tmp_path) == 1
    assert [one.name for one in tmp_path.iterdir()] == [new.name]


def kept_size(folder, more):
    """A small function of an author's, compiled or loaded: what it says, and how often it was found in the folder."""
    author_size.__globals__["MORE"] = more
    linked = link(author_size, {}, compiled=True, folder=str(folder))
    return linked.call(1.0), sum(linked.call.stats.cache_hits.values())


MORE = 0.0


def author_size(x):
    """What is kept."""
    return x + MORE


def torn(data):
    return data[: len(data) // 2]


def flipped(data):
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :]


@pytest.mark.parametrize("suffix", ["nbi", "nbc"])
@pytest.mark.parametrize("harm", [torn, flipped, lambda _data: b"", lambda _data: b"\x80\x04N."])
def test_a_damaged_file_is_compiled_again_and_put_right(tmp_path, harm, suffix):
    assert kept_size(tmp_path, 1.0) == (2.0, 0)
    for one in tmp_path.glob(f"*.{suffix}"):
        one.write_bytes(harm(one.read_bytes()))
    assert kept_size(tmp_path, 1.0) == (2.0, 0)
    assert kept_size(tmp_path, 1.0) == (2.0, 1)


def test_a_full_disk_is_said_and_what_was_compiled_is_used(tmp_path, monkeypatch, caplog):
    def full(*_given):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("botswain.build.cache.SAID", set())
    monkeypatch.setattr(KeptFiles, "_open_for_write", full)
    assert kept_size(tmp_path, 3.0) == (4.0, 0)
    assert kept_size(tmp_path, 4.0) == (5.0, 0)
    why = "cannot be written (No space left on device); compiled code is kept in memory only"
    assert caplog.messages == [f"the compile cache {tmp_path} {why}"]
    with by_turns(str(tmp_path / "gone"), "key"):  # nor is there room for a lock: two may do the same work
        assert kept_size(tmp_path, 3.0) == (4.0, 0)


def test_what_cannot_be_removed_is_left(tmp_path, monkeypatch):
    def refused(*_given, **_named):
        raise PermissionError

    for name in ("step.nbi", "step.nbi.tmp.0123456789abcdef"):
        (tmp_path / name).write_text("code")
        os.utime(tmp_path / name, (1000, 1000))
    monkeypatch.setattr(Path, "unlink", refused)
    assert prune(tmp_path, most_bytes=1) == 0


def test_a_compile_makes_room_for_itself(tmp_path, monkeypatch):
    monkeypatch.setattr("botswain.build.link.prune", lambda folder: called.append(folder))
    called = []
    features = Features(gate=False, exits=False, curve=False, single=True)
    sim = simulator(bot(hold)(), features, folder=tmp_path)
    prepare(sim.linked, "hold")
    assert called == [tmp_path]
    forget()
    prepare(simulator(bot(hold)(), features, folder=tmp_path).linked, "hold")
    assert called == [tmp_path]
