"""Everything is halted over HTTP, also while the database does not answer, and lifted again."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from tests.api.door import API, problem_of

from botswain.control import summary
from botswain.model.errors import Unavailable
from botswain.store import halts
from botswain.store.emergency import EmergencyFile, Halting

ODD = {"reason": "strange prices"}


@pytest.fixture
def file(door, tmp_path):
    """The emergency file of the installation."""
    made = EmergencyFile(tmp_path / "botswain.db.emergency")
    door.app.state.doors = replace(door.doors, emergency=made)
    return made


async def standing(door):
    async with door.store.reading(None) as tx:
        return await halts.standing(tx)


def away(door, monkeypatch, how):
    """From now on the database takes nothing."""

    @asynccontextmanager
    async def transaction(_tenant_id):
        await how()
        yield

    monkeypatch.setattr(door.store, "transaction", transaction)


async def gone():
    raise Unavailable("the database cannot be reached")


async def locked():
    await asyncio.Event().wait()


@pytest.mark.parametrize("how", [gone, locked])
async def test_a_halt_is_noted_beside_a_database_that_does_not_take_it_and_goes_there_before_it_is_lifted(
    door, client, file, monkeypatch, how
):
    monkeypatch.setattr(summary, "WAIT_S", 0.01)
    with monkeypatch.context() as broken:
        away(door, broken, how)
        answer = await client.post(f"{API}/halt", json=ODD)
    assert answer.status_code == 202, answer.text
    assert "emergency file" in answer.json()["message"]
    assert list(file.pending().halts().values()) == [Halting("", "strange prices", "admin", door.clock())]
    assert not (await standing(door)).halted
    answer = await client.delete(f"{API}/halt")
    assert (answer.status_code, answer.json()["halted"]) == (200, None)
    assert file.pending().halts() == {}
    problem_of(await client.delete(f"{API}/halt"), 409, "not_halted")


async def test_a_halt_that_the_database_takes_is_not_noted(door, client, file):
    answer = await client.post(f"{API}/halt", json=ODD)
    assert (answer.status_code, answer.json()["halted"]["reason"]) == (200, "strange prices")
    assert (await standing(door)).by == "admin"
    assert not file.path.exists()


async def test_one_that_can_be_noted_nowhere_is_refused(door, client, monkeypatch):
    away(door, monkeypatch, gone)
    assert (await client.post(f"{API}/halt", json=ODD)).status_code == 503
