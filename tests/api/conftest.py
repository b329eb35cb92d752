"""The door and somebody signed in at it; the databases of the store's tests; the client of live connections."""

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.api.door import Door
from tests.store.conftest import kind, sqlite_image, store, where  # noqa: F401 - fixtures

CLIENT = Path(__file__).parent / "client"


@pytest.fixture
async def door(tmp_path):
    """An installation with two tenants."""
    made = await Door(tmp_path).fill()
    yield made
    await made.store.close()


@pytest.fixture
async def client(door):
    """The administrator, signed in."""
    async with door.signed() as found:
        yield found


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
