"""A page whose own name leads to this machine reaches nothing here: requests bear the name they were made by."""

import pytest
from tests.api.door import API
from tests.api.test_problems import problem_of

from botswain.api.host_names import known

NAMES = ("bots.example.com",)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.0.0.1:8330", "[::1]:8330", "192.168.1.7:80", "localhost", "LOCALHOST:8330", "localhost.",
        "botswain.localhost:8330", "bots.example.com", "Bots.Example.com:443", "",
    ],
)  # fmt: skip
def test_addresses_localhost_and_given_names_are_its_own(host):
    assert known(host, NAMES)


@pytest.mark.parametrize(
    "host",
    [
        "evil.test", "evil.test:8330", "localhost.evil.test", "127.0.0.1.evil.test", "notlocalhost", "example.com",
        "x.bots.example.com", "[::1", "::1", "a@127.0.0.2.evil.test", "evil.test:port",
    ],
)  # fmt: skip
def test_other_names_are_not(host):
    assert not known(host, NAMES)


@pytest.mark.parametrize("path", [f"{API}/health/live", f"{API}/auth/sign-in", "/", "/socket.io/"])
async def test_a_request_by_another_name_is_answered_by_a_problem_and_nothing_else(door, path):
    async with door.client(host="evil.test") as client:
        answer = await client.get(path)
    assert "--name" in problem_of(answer, 421, "unknown_host")
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_live_connection_by_another_name_is_not_taken(door):
    sent, scope = [], {"type": "websocket", "path": "/socket.io/", "headers": [(b"host", b"evil.test")]}

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        sent.append(message)

    await door.served(scope, receive, send)
    assert [one["type"] for one in sent] == ["websocket.close"]
