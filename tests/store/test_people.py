"""People, the tokens that keep them signed in, and requests that are repeated, on all three databases."""

import pytest
from tests.store import made
from tests.store.made import NOW_MS

from botswain.store import repeats, sessions, users
from botswain.store.failures import AlreadyRecorded
from botswain.store.repeats import COUNTS_MS, Repeat
from botswain.store.sessions import Session
from botswain.store.users import User


def user(tenant_id, name="admin"):
    return User(
        id=made.new_id(),
        tenant_id=tenant_id,
        name=name,
        password_hash="a hash",
        created_ms=NOW_MS,
        changed_ms=NOW_MS,
    )


def session(of, token, family, **more):
    given = {"token_hash": token * 32, "created_ms": NOW_MS, "expires_ms": NOW_MS + 10, **more}
    return Session(id=made.new_id(), tenant_id=of.tenant_id, user_id=of.id, family=family, **given)


@pytest.fixture
async def person(store):
    """Somebody of the usual tenant."""
    found = user(await made.tenant(store))
    async with store.transaction(found.tenant_id) as tx:
        await users.add(tx, found)
    return found


async def test_people_are_found_by_name_and_id_and_names_are_unique_over_all_tenants(store, person):
    other = await made.tenant(store, "other")
    async with store.reading(None) as tx:
        assert await users.by_name(tx, "admin") == person
        assert await users.find(tx, person.id) == person
        assert await users.by_name(tx, "Admin") is None
        assert await users.count(tx) == 1
    async with store.reading(other) as tx:
        assert await users.by_name(tx, "admin") is None
    with pytest.raises(AlreadyRecorded):
        async with store.transaction(other) as tx:
            await users.add(tx, user(other))
    assert "hash" not in repr(person)


async def test_a_password_is_set_on_the_one_that_was_seen(store, person):
    async with store.transaction(person.tenant_id) as tx:
        assert await users.set_password(tx, person, "another", NOW_MS + 5)
        assert not await users.set_password(tx, person, "a third", NOW_MS + 6)
        found = await users.find(tx, person.id)
    assert (found.password_hash, found.changed_ms) == ("another", NOW_MS + 5)


async def test_a_token_is_used_once_and_ends_with_its_family(store, person):
    family, other = made.new_id(), made.new_id()
    first, second, apart = (
        session(person, b"1", family),
        session(person, b"2", family),
        session(person, b"3", other),
    )
    async with store.transaction(person.tenant_id) as tx:
        for one in (first, second, apart):
            await sessions.add(tx, one)
        assert await sessions.use(tx, first.id, NOW_MS + 1)
        assert not await sessions.use(tx, first.id, NOW_MS + 2)
        assert (await sessions.by_hash(tx, b"1" * 32)).used_ms == NOW_MS + 1
        assert await sessions.by_hash(tx, b"9" * 32) is None
        assert await sessions.families(tx, person.id, NOW_MS) == {family, other}
        assert await sessions.families(tx, person.id, NOW_MS + 10) == set()
        assert await sessions.revoke_family(tx, family, NOW_MS + 3) == 2
        assert await sessions.revoke_family(tx, family, NOW_MS + 4) == 0
        assert await sessions.families(tx, person.id, NOW_MS) == {other}
    async with store.reading(await made.tenant(store, "other")) as tx:
        assert await sessions.by_hash(tx, b"3" * 32) is None
    assert "token" not in repr(first)


async def test_an_answer_counts_for_a_day_and_then_its_key_may_be_used_anew(store):
    tenant = await made.tenant(store)
    first = Repeat(key="k", request_hash=b"a" * 32, status=201, answer="{}", created_ms=NOW_MS)
    async with store.transaction(tenant) as tx:
        await repeats.keep(tx, first)
        assert await repeats.find(tx, "k", NOW_MS + COUNTS_MS - 1) == first
        assert await repeats.find(tx, "k", NOW_MS + COUNTS_MS) is None
        assert await repeats.find(tx, "other", NOW_MS) is None
    with pytest.raises(AlreadyRecorded):
        async with store.transaction(tenant) as tx:
            await repeats.keep(tx, first)
    later = Repeat(key="k", request_hash=b"b" * 32, status=201, answer="[]", created_ms=NOW_MS + COUNTS_MS)
    async with store.transaction(tenant) as tx:
        await repeats.keep(tx, later)
        assert await repeats.find(tx, "k", NOW_MS + COUNTS_MS) == later
    async with store.transaction(await made.tenant(store, "other")) as tx:
        assert await repeats.find(tx, "k", NOW_MS) is None
        await repeats.keep(tx, first)
