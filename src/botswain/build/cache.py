"""Machine code on disk, found by the hash of all the source it came from.

Numba writes and reads the files; this gives them their folder and their name. The folder is private to its owner
(0700), because what lies in it is run. A folder that cannot be written is said once and then done without: the code
stays in memory.
"""

from __future__ import annotations

import hashlib
import logging
import os
import pickle
import re
import stat
import time
from contextlib import suppress
from pathlib import Path
from types import FunctionType
from typing import Any

from numba.core.caching import Cache, CompileResultCacheImpl, IndexDataCacheFile, _CacheLocator
from numba.core.runtime.nrt import rtsys

from botswain.build.pieces import loaded

# What compiled strategies may take on a disk; a strategy with its features is some 6 MB.
MOST_BYTES = 512_000_000
# A file that is still being written after so long was left by a process that died.
LEFT_S = 3600.0
# What this writes into its folder, half written too.
OURS = re.compile(r"\.(nb[ic](\.tmp\..*)?|lock)$")
# Before what a file holds stands its hash of so many bytes.
SEAL = 16
# What reading a file that is not there, or was written by other versions of what is in it, may raise; and keeping one.
UNREADABLE = (
    OSError,
    pickle.UnpicklingError,
    EOFError,
    ImportError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
UNWRITABLE = (OSError, pickle.PicklingError, NotImplementedError, AttributeError, TypeError, ValueError)
SAID: set[str] = set()
log = logging.getLogger(__name__)


class ByKey(_CacheLocator):
    """Tells numba where a function's files are: our folder, named by our hash."""

    def __init__(self, folder: str, key: str) -> None:
        self.folder = folder
        self.key = key
        self._py_file = folder

    def get_cache_path(self) -> str:
        return self.folder

    def get_source_stamp(self) -> str:
        return self.key

    def get_disambiguator(self) -> str:
        return self.key[:24]


class KeptResult(CompileResultCacheImpl):
    """Numba's own format under our name."""

    def __init__(self, function: FunctionType, folder: str, key: str) -> None:
        self._lineno = function.__code__.co_firstlineno
        self._locator = ByKey(folder, key)
        self._filename_base = self.get_filename_base(function.__name__, "")


class KeptPiece(KeptResult):
    """The same of a function that is only called from compiled code."""

    def rebuild(self, target_context: Any, payload: Any) -> Any:
        return loaded(target_context, payload)


class KeptFiles(IndexDataCacheFile):
    """A file for each signature, named by it, and written before the index that names it.

    Numba numbers them, and two processes that save at once may take one number for two signatures. Each file begins
    with a hash of the rest: a torn or damaged one is as good as none, for what is in it would be run.
    """

    def save(self, key: Any, data: Any) -> None:
        """Keep what was compiled for a signature. Of two that do so at once, one may be compiled again later."""
        name = f"{self._index_name.removesuffix('.nbi')}.{hashlib.sha256(repr(key).encode()).hexdigest()[:16]}.nbc"
        self._save_data(name, data)
        overloads = self._load_index()
        if overloads.get(key) != name:
            self._save_index({**overloads, key: name})

    def holds(self) -> bool:
        """Whether something is kept, the files that the index names included: they are removed on their own."""
        return any(Path(self._data_path(name)).is_file() for name in self._load_index().values())

    def _load_index(self) -> dict[Any, str]:
        stamp, overloads = self._unsealed(self._index_path) or ("", {})
        return overloads if stamp == self._source_stamp else {}

    def _save_index(self, overloads: dict[Any, str]) -> None:
        self._sealed(self._index_path, (self._source_stamp, overloads))

    def _load_data(self, name: str) -> Any:
        return self._unsealed(self._data_path(name))

    def _save_data(self, name: str, data: Any) -> None:
        self._sealed(self._data_path(name), data)

    def _sealed(self, path: str, content: Any) -> None:
        """Write what is to be kept, behind its hash, beside the file and then into its place. Raises OSError."""
        kept = self._dump(content)
        with self._open_for_write(path) as file:
            file.write(seal(kept))
            file.write(kept)

    def _unsealed(self, path: str) -> Any:
        """What a file holds; None where there is none that can be read, or not as it was written."""
        try:
            found = memoryview(Path(path).read_bytes())
            return pickle.loads(found[SEAL:]) if seal(found[SEAL:]) == found[:SEAL] else None
        except UNREADABLE:
            return None


def seal(kept: bytes | memoryview) -> bytes:
    """The hash that a file begins with."""
    return hashlib.blake2b(kept, digest_size=SEAL).digest()


class KeptOverloads(Cache):
    """What numba asks for compiled overloads of one function."""

    def __init__(self, function: FunctionType, folder: str, key: str, *, piece: bool) -> None:
        kind = KeptPiece if piece else KeptResult
        self._impl_class: Any = lambda py_func: kind(py_func, folder, key)
        super().__init__(function)
        self._cache_file = KeptFiles(self._cache_path, self._impl.filename_base, key)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """What is kept for a signature, or None. What it calls is in it, so numba's own library, which it loads to be

        ready for whatever may be compiled, stays where it is until something is: a sixth of a second at every start.
        """
        rtsys.initialize(target_context)
        return self._load_overload(sig, target_context)

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep what was compiled. Where that cannot be (a full disk), it is said once, and is in memory only."""
        try:
            super().save_overload(sig, data)
        except UNWRITABLE as error:
            why = error.strerror if isinstance(error, OSError) else f"{type(error).__name__}: {error}"
            say_once(
                f"the compile cache {self._cache_path} cannot be written ({why}); compiled code is kept in memory only"
            )


def say_once(text: str) -> None:
    """Warn, once in a process."""
    if text not in SAID:
        SAID.add(text)
        log.warning("%s", text)


def ready_folder(folder: Path) -> tuple[str | None, str]:
    """The folder as a private, writable place, or None with the reason why code will only be kept in memory.

    One that others may look into is closed to them, but for one that holds other things: those may be theirs.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        mode = stat.S_IMODE(folder.stat().st_mode)
        if mode & 0o077:
            other = next((one.name for one in folder.iterdir() if not OURS.search(one.name)), "")
            if other:
                return (
                    None,
                    f"the compile cache {folder} is open to others and holds other things ({other}), so it is left as "
                    "it is; compiled code is kept in memory only: give a folder of its own in BOTSWAIN_CACHE_DIR",
                )
            folder.chmod(0o700)
    except OSError as error:
        return (
            None,
            f"the compile cache {folder} cannot be used ({error.strerror}); compiled code is kept in memory only",
        )
    if not os.access(folder, os.W_OK):
        return None, f"the compile cache {folder} is not writable; compiled code is kept in memory only"
    return str(folder), ""


def prune(folder: Path, most_bytes: int = MOST_BYTES) -> int:
    """Remove the files that were used longest ago until the rest is no more than `most_bytes`; returns how many went.

    What a killed process left half written goes too: numba writes beside a file and then puts it in place. Safe beside
    processes that read or write there: what is gone is compiled again.
    """
    found = []
    for one in folder.glob("*.nb?"):
        with suppress(OSError):
            facts = one.stat()
            found.append((max(facts.st_atime, facts.st_mtime), facts.st_size, one))
    room = most_bytes
    gone = 0
    for _, size, one in sorted(found, reverse=True):
        room -= size
        if room < 0:
            with suppress(OSError):
                one.unlink()
                gone += 1
    for one in folder.glob("*.nb?.tmp.*"):
        with suppress(OSError):
            if one.stat().st_mtime < time.time() - LEFT_S:
                one.unlink()
                gone += 1
    return gone
