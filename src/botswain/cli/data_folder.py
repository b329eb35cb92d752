"""The folder in which an installation keeps everything: apart from the rest, for it is needed before the rest is."""

from __future__ import annotations

from pathlib import Path

from botswain.model.errors import BadInput


def make_folder(data_dir: Path) -> None:
    """Make the data folder where there is none: its owner's alone, for the database in it is whom it trades for."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise BadInput(f"the data folder {data_dir} cannot be made ({error.strerror}); give another") from None
