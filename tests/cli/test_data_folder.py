"""The data folder: whose it is."""

from __future__ import annotations

from stat import S_IMODE

from botswain.cli.data_folder import make_folder


def test_a_new_data_folder_is_its_owners_alone(tmp_path):
    made = tmp_path / "below" / "data"
    make_folder(made)
    assert S_IMODE(made.stat().st_mode) == 0o700


def test_a_folder_that_is_there_stays_as_its_owner_made_it(tmp_path):
    there = tmp_path / "data"
    there.mkdir()
    there.chmod(0o750)
    make_folder(there)
    assert S_IMODE(there.stat().st_mode) == 0o750
