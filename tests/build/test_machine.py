"""What machine code depends on beside the functions it comes from."""

import shutil
from pathlib import Path

import pytest

from botswain import __version__
from botswain.build import machine as room
from botswain.build.machine import USERS, machine, sources

FOLDER = Path(room.__file__).parent
MAKERS = ("access.py", "apart.py", "cache.py", "link.py", "machine.py", "pieces.py", "simulator.py", "step.py")


@pytest.fixture
def copied(tmp_path):
    """The sources of the room, to be edited."""
    return Path(shutil.copytree(FOLDER, tmp_path / "build", ignore=shutil.ignore_patterns("__pycache__")))


@pytest.mark.parametrize("name", MAKERS)
def test_an_edit_of_what_makes_machine_code_is_another_hash(copied, name):
    before = sources(copied)
    with (copied / name).open("a") as file:
        file.write("# edited\n")
    assert sources(copied) != before


@pytest.mark.parametrize("name", USERS)
def test_an_edit_of_what_only_uses_machine_code_is_not(copied, name):
    before = sources(copied)
    (copied / name).write_text("# edited\n")
    assert sources(copied) == before


def test_a_new_module_and_a_renamed_one_count(copied):
    hashes = {sources(copied)}
    (copied / "more.py").write_text("")
    hashes.add(sources(copied))
    (copied / "more.py").rename(copied / "other.py")
    hashes.add(sources(copied))
    assert len(hashes) == 3


def test_the_hash_and_the_version_are_part_of_what_every_key_depends_on(copied, monkeypatch):
    assert sources(copied) == sources(FOLDER)
    assert sources(FOLDER) in machine()
    assert repr(__version__) in machine()
    monkeypatch.setattr(room, "__file__", str(copied / "machine.py"))
    assert machine.__wrapped__() == machine()
    (copied / "link.py").write_text("")
    assert machine.__wrapped__() != machine()


def test_every_module_that_is_said_to_only_use_machine_code_is_there():
    assert {name for name in USERS if not (FOLDER / name).is_file()} == set()
