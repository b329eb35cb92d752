"""The door, and somebody signed in at it."""

import pytest
from tests.api.door import Door


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
