"""Another key pair for venue keys, put into use while a gateway runs (`botswain keys rotate`).

The new pair comes first, beside the old one, and from then on seals what is added. Then every row is sealed anew, one
transaction each, and when all of them open with the new half alone it takes the old one's place. Whatever is killed in
between, the same command goes on from there; a gateway opens with either half as long as both stand.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from pathlib import Path

from botswain.cli.databases import database_of, opened
from botswain.cli.key_pair import NEXT_PRIVATE, NEXT_PUBLIC, PRIVATE, PUBLIC, opening_key, rotating, whole
from botswain.cli.keys_run import existing
from botswain.cli.secret_files import put_once
from botswain.gateway.seal import KEY_BYTES, Opener, public_half
from botswain.model.errors import BadInput, FailClosed
from botswain.store import credentials
from botswain.store.credentials import Credential, binding_of
from botswain.store.database import Database
from botswain.store.scope import Tx
from botswain.store.sealed import seal


def rotate_pair(data_dir: Path, database: str | None) -> tuple[int, list[str]]:
    """Rotate, or go on with a rotation that was cut off; how many keys were sealed anew, and what was left as it is.

    Raises BadInput.
    """
    where, folder = existing(data_dir, database), database_of(data_dir, database)[1]
    old = opening_key(folder)
    with rotating(folder):
        if (folder / NEXT_PUBLIC).exists() and not (folder / NEXT_PRIVATE).exists():
            finish(folder)  # it was cut off at the very end: every row is sealed anew
            return 0, []
        put_once(folder / NEXT_PRIVATE, secrets.token_bytes(KEY_BYTES))
        new = whole(folder / NEXT_PRIVATE)
        put_once(folder / NEXT_PUBLIC, public_half(new))
        found = asyncio.run(resealed(where, Opener(old), new))
        finish(folder)
        return found


def finish(folder: Path) -> None:
    """Let the new pair take the old one's place. Raises BadInput."""
    try:
        for name, place in ((NEXT_PRIVATE, PRIVATE), (NEXT_PUBLIC, PUBLIC)):
            if (folder / name).exists():
                os.replace(folder / name, folder / place)
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise BadInput(f"the new key pair in {folder} cannot be put in place ({error.strerror}); allow it") from None


async def resealed(where: str | Path, old: Opener, new: bytes) -> tuple[int, list[str]]:
    """Seal every row anew, until none is left that only the old half opens."""
    opener, count, odd = Opener(new), 0, dict[str, str]()
    async with opened(where) as store:
        while True:
            left = [one for one in await every(store) if one.id not in odd and not opens(opener, one)]
            if not left:
                return count, list(odd.values())
            for one in left:
                try:
                    box = seal(public_half(new), old.open(one.sealed, binding_of(one)))
                except FailClosed as error:
                    odd[one.id] = f"key {one.name!r} opens with neither half and stays as it is: {error}"
                    continue
                async with store.transaction(None) as tx:
                    await credentials.reseal(tx, one, box)
                count += 1


async def every(store: Database) -> list[Credential]:
    """All rows, revoked ones too."""
    found: list[Credential] = []
    async with store.reading(None) as tx:
        while page := await after(tx, found):
            found += page
    return found


async def after(tx: Tx, found: list[Credential]) -> list[Credential]:
    """The next page."""
    return await credentials.every(tx, after_id=found[-1].id if found else None)


def opens(opener: Opener, one: Credential) -> bool:
    """Whether a half opens a row."""
    try:
        opener.open(one.sealed, binding_of(one))
    except FailClosed:
        return False
    return True
