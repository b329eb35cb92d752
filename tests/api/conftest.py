"""The databases of the store's tests, for the doors; and the client of live connections, installed once."""

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.store.conftest import kind, sqlite_image, store, where  # noqa: F401 - fixtures

CLIENT = Path(__file__).parent / "client"


@pytest.fixture(scope="session")
def live_client():
    """The script that listens with the npm client: its packages are those of its lock."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("no node here: install Node.js 20 or later to test live connections with the npm client")
    with open(CLIENT / "package-lock.json") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (CLIENT / "node_modules" / "socket.io-client" / "package.json").exists():
            subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=CLIENT, check=True, capture_output=True)
    return CLIENT / "listen.mjs"
