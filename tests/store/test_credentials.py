"""Credentials: sealed, bound to their row, one for an account, and gone for good when revoked."""

import msgspec
import pytest
from nacl.public import PrivateKey
from sqlalchemy import text
from tests.store import made
from tests.store.made import NOW_MS

from botswain.model.caps import Caps, caps_text
from botswain.model.errors import BadInput
from botswain.store import accounts, credentials
from botswain.store.accounts import Environment
from botswain.store.credentials import Credential, binding_of
from botswain.store.failures import Refused
from botswain.store.sealed import Binding, Secret, fingerprint, seal

PRIVATE = PrivateKey(bytes(range(32)))
PUBLIC = bytes(PRIVATE.public_key)


async def account(store, tenant_id, name="main", environment=Environment.SANDBOX):
    """An account of this tenant."""
    made_now = accounts.Account(made.new_id(), name, "binance", environment, NOW_MS)
    async with store.transaction(tenant_id) as tx:
        await accounts.create(tx, made_now)
    return made_now


def credential(tenant_id, of, api_key="key", name="main", **more):
    """A sealed key for an account."""
    given = {"id": made.new_id(), "tenant_id": tenant_id, "account_id": of.id, "name": name, "venue": "binance"}
    caps = caps_text(Caps(("BTC/USDT",)))
    given |= {"environment": of.environment, "fingerprint": fingerprint(api_key), "caps": caps, "created_ms": NOW_MS}
    row = Credential(**{**given, "sealed": b"", **more})
    try:
        return msgspec.structs.replace(row, sealed=seal(PUBLIC, Secret(binding_of(row), api_key, "hidden-word")))
    except BadInput:
        return row


async def test_a_key_comes_back_as_it_was_sealed_and_its_secret_is_nowhere_to_be_read(store):
    owner = await made.tenant(store)
    row = credential(owner, await account(store, owner))
    async with store.transaction(owner) as tx:
        await credentials.add(tx, row)
    async with store.reading(owner) as tx:
        assert await credentials.listed(tx) == [row]
    async with store.reading(None) as tx:
        assert await credentials.counting(tx) == [row]
        [stored] = await tx.rows(text("SELECT * FROM credentials"))
    assert b"hidden-word" not in row.sealed
    assert "hidden-word" not in repr(stored)


async def test_an_account_has_one_key_that_counts_and_a_revoked_one_makes_room(store):
    owner = await made.tenant(store)
    here = await account(store, owner)
    there = await account(store, owner, "second")
    async with store.transaction(owner) as tx:
        await credentials.add(tx, credential(owner, here))
        with pytest.raises(BadInput, match="account 'main' has key 'main' already; revoke"):
            await credentials.add(tx, credential(owner, here, "other", "other"))
        with pytest.raises(BadInput, match="there is a key 'main' already"):
            await credentials.add(tx, credential(owner, there, "other"))
        revoked = await credentials.revoke(tx, "main", NOW_MS + 5)
        assert revoked.revoked_ms == NOW_MS + 5
        assert await credentials.counting(tx) == []
        await credentials.add(tx, credential(owner, here, "other"))
        assert [one.revoked_ms for one in await credentials.listed(tx)] == [NOW_MS + 5, None]
        with pytest.raises(BadInput, match="no key 'mian' that counts; did you mean 'main'"):
            await credentials.revoke(tx, "mian", NOW_MS)


@pytest.mark.parametrize("same", ["account_id", "name"])
async def test_the_database_itself_holds_one_that_counts(store, same):
    owner = await made.tenant(store)
    first = credential(owner, await account(store, owner))
    second = credential(owner, await account(store, owner, "second"), "other", "other")
    async with store.transaction(owner) as tx:
        await tx.insert(credentials.credentials, msgspec.structs.asdict(first))
    row = {**msgspec.structs.asdict(second), same: getattr(first, same)}
    with pytest.raises(Refused):
        async with store.transaction(owner) as tx:
            await tx.insert(credentials.credentials, row)


MISFITS = [
    (Environment.LIVE, Environment.SANDBOX),
    (Environment.LIVE, Environment.TEST),
    (Environment.SANDBOX, Environment.LIVE),
    (Environment.TEST, Environment.LIVE),
    (Environment.LIVE, Environment.PAPER),
    (Environment.SANDBOX, Environment.PAPER),
]


@pytest.mark.parametrize(("key_is", "account_is"), MISFITS)
async def test_a_key_never_enters_an_account_of_another_environment(store, key_is, account_is):
    owner = await made.tenant(store)
    here = await account(store, owner, environment=account_is)
    row = credential(owner, here, environment=key_is)
    with pytest.raises(BadInput, match=r"paper account and takes no key|serves its own environment only"):
        async with store.transaction(owner) as tx:
            await credentials.add(tx, row)
    async with store.reading(owner) as tx:
        assert await credentials.listed(tx) == []


async def test_one_key_is_never_of_two_environments_not_even_after_it_was_revoked(store):
    owner = await made.tenant(store)
    live = await account(store, owner, "live", Environment.LIVE)
    sandbox = await account(store, owner, "sandbox")
    async with store.transaction(owner) as tx:
        await credentials.add(tx, credential(owner, live, "the key", "live"))
        await credentials.revoke(tx, "live", NOW_MS)
        with pytest.raises(BadInput, match="added as live key 'live', it cannot be a sandbox key too"):
            await credentials.add(tx, credential(owner, sandbox, "the key", "sandbox"))


async def test_tenants_do_not_see_each_others_keys(store):
    owner, other = await made.tenant(store), await made.tenant(store, "other")
    row = credential(owner, await account(store, owner))
    async with store.transaction(owner) as tx:
        await credentials.add(tx, row)
    async with store.reading(None) as tx:
        [foreign] = await credentials.counting(tx)
    stolen = msgspec.structs.replace(foreign, tenant_id=other, id=made.new_id())
    async with store.transaction(other) as tx:
        assert await credentials.listed(tx) == []
        with pytest.raises(BadInput, match="no key 'main'"):
            await credentials.revoke(tx, "main", NOW_MS)
        with pytest.raises(BadInput, match="no account"):
            await credentials.add(tx, stolen)


async def test_keys_of_everybody_are_read_in_pages(store):
    owner = await made.tenant(store)
    for n in range(3):
        row = credential(owner, await account(store, owner, f"a{n}"), f"k{n}", f"n{n}")
        async with store.transaction(owner) as tx:
            await credentials.add(tx, row)
    async with store.reading(None) as tx:
        first = await credentials.counting(tx, limit=2)
        rest = await credentials.counting(tx, after_id=first[-1].id)
    assert len({one.id for one in first + rest}) == 3


BINDING = Binding("t", "c", "a", "binance", Environment.LIVE, "{}")


@pytest.mark.parametrize(
    ("secret", "public", "said"),
    [
        (Secret(BINDING, " ", "s"), PUBLIC, "empty; enter both"),
        (Secret(BINDING, "k", ""), PUBLIC, "empty; enter both"),
        (Secret(msgspec.structs.replace(BINDING, environment=Environment.PAPER), "k", "s"), PUBLIC, "paper account"),
        (Secret(BINDING, "k", "s"), b"short", "5 bytes instead of 32"),
    ],
)
def test_what_cannot_be_sealed_is_refused(secret, public, said):
    with pytest.raises(BadInput, match=said):
        seal(public, secret)


def test_a_secret_is_never_shown():
    found = Secret(BINDING, "api-hidden-word", "hidden-word")
    for shown in (repr(found), str(found), f"{found}", repr([found]), f"{found!r:>5}"):
        assert "hidden-word" not in shown
    assert fingerprint("api-hidden-word") in repr(found)
