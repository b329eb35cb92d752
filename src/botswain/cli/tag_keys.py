"""The secrets of order ids beside a database: the present one, and those that were retired and still prove ownership.

Retiring takes two steps that may be cut off between them: the present secret is added to the retired ones, then a new
one takes its place. In between it stands in both, which does no harm. What runs goes on with the one it read.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from botswain.cli.secret_files import put, put_once
from botswain.model.errors import BadInput

KEY_BYTES = 32
TAG_KEY, RETIRED = "order-tag.key", "order-tag.retired"


def tag_folder(data_dir: Path, database: str | None) -> Path:
    """Where they lie: beside a database file; for a URL, and where none is named, in the data folder."""
    return data_dir if database is None or "://" in database else Path(database).parent


def retired_keys(folder: Path) -> tuple[bytes, ...]:
    """Former secrets, the latest first. Raises BadInput where the file was cut."""
    path = folder / RETIRED
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise BadInput(f"the retired secrets of order ids {path} cannot be read ({error.strerror}); allow it") from None
    if len(text) % KEY_BYTES:
        raise BadInput(
            f"the retired secrets of order ids {path} have {len(text)} bytes, no whole number of secrets; put back the "
            "file that stood there"
        )
    found = [text[at : at + KEY_BYTES] for at in range(0, len(text), KEY_BYTES)]
    return tuple(dict.fromkeys(reversed(found)))


def rotate_tag_key(data_dir: Path, database: str | None) -> int:
    """Retire the present secret and make another; returns how many are retired. Raises BadInput."""
    folder = tag_folder(data_dir, database)
    if not (folder / TAG_KEY).exists():
        raise BadInput(f"there is no {folder / TAG_KEY} to retire; no bot has run with this database yet")
    present = tag_key(folder / TAG_KEY)
    former = retired_keys(folder)
    kept = [*(one for one in reversed(former) if one != present), present]
    try:
        put(folder / RETIRED, b"".join(kept))
        put(folder / TAG_KEY, secrets.token_bytes(KEY_BYTES))
    except OSError as error:
        raise BadInput(f"the secrets of order ids in {folder} cannot be written ({error.strerror}); allow it") from None
    return len(kept)


def tag_key(path: Path) -> bytes:
    """The installation's secret for order ids, made on first use and readable by its owner only.

    It appears whole or not at all, whatever is killed and whoever starts at the same time: an id named with half a
    secret could never be recognised again.
    """
    try:
        if not path.exists():
            put_once(path, secrets.token_bytes(KEY_BYTES))
        key = path.read_bytes()
    except FileNotFoundError:
        raise BadInput(f"there is no folder {path.parent} to keep a database in; make it, or name another") from None
    except OSError as error:
        raise BadInput(f"the secret of order ids {path} cannot be used ({error.strerror}); allow reading it") from None
    if len(key) != KEY_BYTES:
        raise BadInput(
            f"the secret of order ids {path} has {len(key)} bytes instead of {KEY_BYTES}; put back the one that stood "
            "there, or remove it where no bot has run yet"
        )
    return key
