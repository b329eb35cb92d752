"""Every route, without a token and as another tenant's person: nothing is shown and nothing is changed."""

import re

import pytest
from tests.api.door import API, problem_of

from botswain.store import accounts, bot_editions, credentials

OPEN = {"health", "auth"}
BOT = "bots/{bot}"
ACCOUNT = "accounts/{account}"
THEIRS = [
    ("get", BOT),
    ("get", f"{BOT}/editions"),
    ("patch", BOT),
    ("delete", BOT),
    *(("post", f"{BOT}/{what}") for what in ("start", "stop", "pause", "resume", "flatten")),
    ("put", f"{ACCOUNT}/key"),
    ("delete", f"{ACCOUNT}/key"),
    ("get", f"{ACCOUNT}/instruments"),
]
KEY = {"name": "k", "api_key": "a", "secret": "b"}
BODIES = {("patch", BOT): {"name": "stolen"}, ("put", f"{ACCOUNT}/key"): KEY}


async def everything(door):
    """All rows that a person could change."""
    async with door.store.reading(None) as tx:
        return (
            await bot_editions.present(tx),
            await accounts.listed(tx),
            await credentials.listed(tx),
        )


def routes(door):
    """Every operation of the description but those that are open: its verb and path."""
    for path, item in door.app.openapi()["paths"].items():
        for verb, operation in item.items():
            if operation["tags"][0] not in OPEN:
                yield verb, path


async def test_nothing_is_told_or_done_without_a_token(door, client):
    await door.made(client)
    before = await everything(door)
    async with door.client() as nobody:
        for verb, path in routes(door):
            answer = await nobody.request(verb, re.sub(r"{\w+}", "x", path), headers={"If-Match": "*"})
            problem_of(answer, 401, "not_signed_in")
    assert await everything(door) == before


async def test_a_body_that_is_good_does_not_help_without_a_token(door, client):
    bot = await door.made(client)
    before = await everything(door)
    settings = door.settings()
    async with door.client() as nobody:
        for verb, path, body in (
            ("post", "bots", settings | {"name": "x"}),
            ("post", "bots/preview", settings),
            ("patch", f"bots/{bot['id']}", {"name": "x"}),
            ("delete", f"bots/{bot['id']}", None),
            *(("post", f"bots/{bot['id']}/{what}", None) for what in ("start", "stop", "pause", "resume", "flatten")),
            ("post", "accounts", {"name": "x"}),
            ("put", f"accounts/{door.accounts['admin']}/key", KEY),
            ("delete", f"accounts/{door.accounts['admin']}/key", None),
            ("post", "halt", None),
            ("delete", "halt", None),
            ("get", "summary", None),
            ("get", "bots", None),
            ("get", "auth/me", None),
            ("post", "auth/password", {"current": "x", "new": "a long enough one"}),
        ):
            answer = await nobody.request(verb, f"{API}/{path}", json=body, headers={"If-Match": "*"})
            problem_of(answer, 401, "not_signed_in")
    assert await everything(door) == before


@pytest.mark.parametrize(("verb", "path"), THEIRS, ids=[" ".join(one) for one in THEIRS])
async def test_another_tenants_things_are_not_there(door, client, verb, path):
    bot = await door.made(client, start=True)
    before = await everything(door)
    filled = path.format(bot=bot["id"], account=door.accounts["admin"])
    async with door.signed("mallory") as theirs:
        answer = await theirs.request(verb, f"{API}/{filled}", json=BODIES.get((verb, path)), headers={"If-Match": "*"})
        problem_of(answer, 404, "not_found")
    assert await everything(door) == before


async def test_lists_and_sums_are_ones_own(door, client):
    bot = await door.made(client)
    await door.mark(bot["id"], door.clock(), 1000)
    async with door.signed("mallory") as theirs:
        assert (await theirs.get(f"{API}/bots")).json()["total"] == 0
        assert [one["name"] for one in (await theirs.get(f"{API}/accounts")).json()["items"]] == ["mallory's"]
        found = (await theirs.get(f"{API}/summary")).json()
        assert (found["money"], sum(found["bots"].values())) == ([], 0)


async def test_a_bot_is_not_made_on_another_tenants_account(door):
    async with door.signed("mallory") as theirs:
        for path, more in (("bots", {"name": "x"}), ("bots/preview", {})):
            answer = await theirs.post(f"{API}/{path}", json=door.settings("admin") | more)
            problem_of(answer, 422, "bad_input", "/account_id")
        mine = (await theirs.post(f"{API}/bots", json=door.settings("mallory") | {"name": "x"})).json()
        answer = await theirs.patch(
            f"{API}/bots/{mine['id']}", json={"settings": door.settings("admin")}, headers={"If-Match": "*"}
        )
        problem_of(answer, 422, "bad_input", "/settings/account_id")
