"""Signing in, staying so, signing out: what is shown, what is kept, what is refused, and what ends a session."""

import asyncio
import statistics
import time

import jwt
import pytest
from argon2 import PasswordHasher
from tests.api.door import API, PASSWORD, SECRET, Door, problem_of

from botswain.control.refusals import Missing
from botswain.control.users import GRACE_MS, PRUNE_MS, REFRESH_MS, TRIES_HERE, People
from botswain.model.errors import Unavailable
from botswain.store.tables import sessions

AUTH = f"{API}/auth"
COOKIE = "botswain_refresh"
NAMED = {"name": "admin", "password": PASSWORD}


async def sign_in(client, **given):
    return await client.post(f"{AUTH}/sign-in", json=NAMED | given)


async def test_a_password_opens_and_a_cookie_that_scripts_cannot_read_keeps_it_open(door):
    async with door.client() as client:
        answer = await sign_in(client)
        assert answer.status_code == 200
        assert answer.json()["user"]["name"] == "admin"
        assert answer.json()["expires_in_s"] == 600
        said = answer.headers["set-cookie"]
        for part in ("HttpOnly", "SameSite=strict", "Path=/api/v1/auth"):
            assert part in said
        assert "Secure" not in said
        token = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        assert (await client.get(f"{AUTH}/me", headers=token)).json()["name"] == "admin"


async def test_over_https_the_cookie_goes_nowhere_else(door):
    async with door.client() as client:
        client.base_url = "https://botswain.test"
        answer = await sign_in(client)
        assert "Secure" in answer.headers["set-cookie"]
        assert "strict-transport-security" in answer.headers


@pytest.mark.parametrize("given", [{"password": "wrong"}, {"name": "nobody"}, {"name": "ADMIN"}])
async def test_which_of_name_and_password_is_wrong_is_not_said(door, given):
    async with door.client() as client:
        answer = await sign_in(client, **given)
        assert problem_of(answer, 401, "wrong_password") == "name or password is wrong; try again"
        assert "set-cookie" not in answer.headers


async def test_an_unknown_name_costs_the_work_of_a_known_one(door):
    work = []

    class Counting(PasswordHasher):
        def verify(self, hashed, password):
            work.append(hashed)
            return super().verify(hashed, password)

    people = People(
        door.store,
        door.clock,
        door.new_id,
        SECRET,
        door.doors.random,
        Counting(time_cost=1, memory_cost=8, parallelism=1),
    )
    for name in ("admin", "nobody"):
        with pytest.raises(Exception, match="name or password is wrong"):
            await people.sign_in(name, "wrong", "here")
    assert len(work) == 2
    assert all(one.startswith("$argon2id$") for one in work)


async def test_too_many_attempts_wait_and_say_how_long(door):
    async with door.client() as client:
        for _ in range(TRIES_HERE):
            assert (await sign_in(client, password="wrong")).status_code == 401
        answer = await sign_in(client)
        problem_of(answer, 429, "too_many_requests")
        wait_s = int(answer.headers["retry-after"])
        assert 0 < wait_s <= 300
        door.clock.forward(wait_s * 1000 - 1_000)
        assert (await sign_in(client)).status_code == 429
        door.clock.forward(1_000)
        assert (await sign_in(client)).status_code == 200


async def test_many_attempts_at_once_do_not_slip_through(door):
    async with door.client() as client:
        answers = await asyncio.gather(*(sign_in(client, password=f"guess {k}") for k in range(12)))
        assert sorted(one.status_code for one in answers) == [401] * TRIES_HERE + [429] * (12 - TRIES_HERE)


async def test_a_renewal_that_breaks_off_leaves_the_old_token_good(door, monkeypatch):
    async with door.client() as client:
        token = (await sign_in(client)).cookies[COOKIE]

    async def broken(*_given):
        raise Unavailable("the disk is full")

    people = door.app.state.people
    with monkeypatch.context() as full:
        full.setattr("botswain.store.sessions.add", broken)
        with pytest.raises(Unavailable):
            await people.renew(token)
    door.clock.forward(GRACE_MS * 10)
    assert (await people.renew(token)).user.name == "admin"


async def test_a_refresh_gives_a_fresh_pair_and_the_old_token_is_used_up(door):
    async with door.client() as client:
        await sign_in(client)
        first = client.cookies[COOKIE]
        answer = await client.post(f"{AUTH}/refresh")
        assert answer.status_code == 200
        assert client.cookies[COOKIE] != first
        async with door.store.reading(None) as tx:
            rows = await tx.rows(tx.select(sessions).order_by(sessions.c.id))
        assert [row.used_ms is None for row in rows] == [False, True]
        assert first.encode() not in b"".join(row.token_hash for row in rows)


async def test_two_tabs_may_race_for_a_few_seconds(door):
    async with door.client() as client:
        await sign_in(client)
        first = client.cookies[COOKIE]
        await client.post(f"{AUTH}/refresh")
        second = client.cookies[COOKIE]
        door.clock.forward(GRACE_MS)
        client.cookies.clear()
        assert (await client.post(f"{AUTH}/refresh", headers={"cookie": f"{COOKIE}={first}"})).status_code == 200
        client.cookies.clear()
        assert (await client.post(f"{AUTH}/refresh", headers={"cookie": f"{COOKIE}={second}"})).status_code == 200


async def test_a_used_token_that_is_shown_again_later_ends_the_session_for_everybody(door):
    async with door.client() as client:
        await sign_in(client)
        stolen = client.cookies[COOKIE]
        fresh = await client.post(f"{AUTH}/refresh")
        bearer = {"Authorization": f"Bearer {fresh.json()['access_token']}"}
        assert (await client.get(f"{AUTH}/me", headers=bearer)).status_code == 200
        newest = client.cookies[COOKIE]
        door.clock.forward(GRACE_MS + 1)
        client.cookies.clear()
        answer = await client.post(f"{AUTH}/refresh", headers={"cookie": f"{COOKIE}={stolen}"})
        problem_of(answer, 401, "session_reused")
        client.cookies.clear()
        answer = await client.post(f"{AUTH}/refresh", headers={"cookie": f"{COOKIE}={newest}"})
        problem_of(answer, 401, "session_ended")
        problem_of(await client.get(f"{AUTH}/me", headers=bearer), 401, "session_ended")


async def test_a_session_ends_by_its_age_and_by_no_cookie(door):
    async with door.client() as client:
        problem_of(await client.post(f"{AUTH}/refresh"), 401, "no_session")
        await sign_in(client)
        token = client.cookies[COOKIE]
        door.clock.forward(REFRESH_MS)
        client.cookies.clear()
        old = {"cookie": f"{COOKIE}={token}"}
        problem_of(await client.post(f"{AUTH}/refresh", headers=old), 401, "session_ended")
        unknown = {"cookie": f"{COOKIE}=never-given"}
        problem_of(await client.post(f"{AUTH}/refresh", headers=unknown), 401, "session_ended")


async def test_signing_out_ends_the_session_and_its_access_at_once(door):
    async with door.signed() as client:
        token = client.cookies[COOKIE]
        answer = await client.post(f"{AUTH}/sign-out")
        assert answer.status_code == 204
        assert 'botswain_refresh=""' in answer.headers["set-cookie"]
        problem_of(await client.get(f"{AUTH}/me"), 401, "session_ended")
        problem_of(await client.post(f"{AUTH}/refresh", headers={"cookie": f"{COOKIE}={token}"}), 401, "session_ended")
        assert (await client.post(f"{AUTH}/sign-out")).status_code == 204


async def test_another_password_signs_others_out_and_not_oneself(door):
    async with door.signed() as mine, door.signed() as theirs:
        new = {"current": PASSWORD, "new": "a much longer password"}
        wrong = await mine.post(f"{AUTH}/password", json=new | {"current": "wrong"})
        problem_of(wrong, 422, "wrong_password", "/current")
        same = await mine.post(f"{AUTH}/password", json=new | {"new": PASSWORD})
        problem_of(same, 422, "bad_input", "/new")
        short = await mine.post(f"{AUTH}/password", json=new | {"new": "short"})
        problem_of(short, 422, "not_valid", "/new")
        common = await mine.post(f"{AUTH}/password", json=new | {"new": "password1234"})
        assert "very common" in problem_of(common, 422, "weak_password", "/new")
        assert (await mine.post(f"{AUTH}/password", json=new)).status_code == 204
        assert (await mine.post(f"{AUTH}/refresh")).status_code == 200
        problem_of(await theirs.post(f"{AUTH}/refresh"), 401, "session_ended")
        problem_of(await theirs.get(f"{AUTH}/me"), 401, "session_ended")
        assert (await sign_in(theirs)).status_code == 401
        assert (await sign_in(theirs, password=new["new"])).status_code == 200


async def test_an_access_token_counts_for_ten_minutes(door):
    async with door.signed() as client:
        door.clock.forward(600_000 - 1_000)
        assert (await client.get(f"{AUTH}/me")).status_code == 200
        door.clock.forward(1_000)
        problem_of(await client.get(f"{AUTH}/me"), 401, "token_expired")


def signed(key=SECRET, algorithm="HS256", typ="at+jwt", **more):
    """A token like ours but for what is given; what is None is left out."""
    said = {"sub": "x", "tid": "y", "name": "admin", "sid": "z", "iss": "botswain", "aud": "botswain-api"}
    said |= {"nbf": 1_000, "exp": 9_999_999_999, **more}
    said = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(said, key, algorithm=algorithm, headers={"typ": typ, "kid": "x", "jku": "http://evil.test"})


FORGED = {
    "none": signed(None, "none"),
    "other key": signed(bytes(32)),
    "other algorithm": signed(SECRET + SECRET, "HS512"),
    "other issuer": signed(iss="else"),
    "no issuer": signed(iss=None),
    "for somebody else": signed(aud="reports"),
    "for nobody": signed(aud=None),
    "of another kind": signed(typ="JWT"),
    "not yet": signed(nbf=9_999_999_998),
    "no beginning": signed(nbf=None),
    "no end": signed(exp=None),
    "nonsense": "nonsense",
}


async def test_what_the_forged_tokens_differ_from_is_taken(client):
    client.headers["Authorization"] = f"Bearer {signed()}"
    assert (await client.get(f"{API}/strategies")).status_code == 200


@pytest.mark.parametrize("kind", sorted(FORGED))
async def test_no_forged_token_is_taken(client, kind):
    client.headers["Authorization"] = f"Bearer {FORGED[kind]}"
    answer = await client.get(f"{AUTH}/me")
    problem_of(answer, 401, "not_signed_in")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("route", ["sign-in", "refresh", "sign-out"])
@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({"origin": "http://evil.test"}, True),
        ({"origin": "null"}, True),
        ({"sec-fetch-site": "cross-site"}, True),
        ({"sec-fetch-site": "same-site", "origin": "http://botswain.test"}, True),
        ({"origin": "http://botswain.test"}, False),
        ({"sec-fetch-site": "same-origin"}, False),
    ],
)
async def test_another_sites_page_may_not_use_the_cookie(door, route, headers, refused):
    async with door.client() as client:
        answer = await client.post(f"{AUTH}/{route}", json=NAMED if route == "sign-in" else None, headers=headers)
        if refused:
            problem_of(answer, 403, "not_from_here")
        else:
            assert answer.status_code != 403


async def test_the_first_start_makes_one_administrator_and_says_the_password_once(tmp_path):
    door = Door(tmp_path)
    people = door.app.state.people
    password = await people.administrator()
    assert len(password) >= 20
    assert await people.administrator() is None
    assert (await people.sign_in("admin", password, "here")).user.name == "admin"
    await door.store.close()


async def test_hashing_leaves_the_loop_free(door):
    """While a hash is made, other requests are answered: it is not made on the loop."""
    slow = PasswordHasher(time_cost=6, memory_cost=65_536, parallelism=1)
    door.app.state.people = People(door.store, door.clock, door.new_id, SECRET, door.doors.random, slow)
    async with door.client() as client:
        start = time.perf_counter()
        signing = asyncio.create_task(sign_in(client, name="nobody"))
        turns = []
        while not signing.done():
            before = time.perf_counter()
            await client.get(f"{API}/health/live")
            await asyncio.sleep(0)
            turns.append(time.perf_counter() - before)
        took = time.perf_counter() - start
    assert len(turns) > 1
    assert statistics.median(turns) < took / 2


async def test_whoever_hears_of_ended_sign_ins_is_told_at_the_sign_out(door):
    people, ended = door.app.state.people, []
    people.on_end(ended.append)
    async with door.client() as client:
        answer = await sign_in(client)
        family = people.claims(answer.json()["access_token"]).family
        assert ended == []
        await client.post(f"{AUTH}/sign-out")
    assert ended == [family]


async def test_a_forgotten_password_is_replaced_and_its_sessions_end(door, client):
    people = door.app.state.people
    password = await people.reset_password("admin")
    assert len(password) >= 20
    problem_of(await client.get(f"{AUTH}/me"), 401, "session_ended")
    async with door.client() as fresh:
        problem_of(await sign_in(fresh), 401, "wrong_password")
        assert (await sign_in(fresh, password=password)).status_code == 200
    with pytest.raises(Missing, match="there is no person 'amdin'; did you mean 'admin'"):
        await people.reset_password("amdin")


async def test_tokens_that_count_for_nothing_are_forgotten_and_those_that_may_be_stolen_are_not(door):
    async def kept():
        async with door.store.reading(None) as tx:
            return len(await tx.rows(tx.select(sessions)))

    async with door.client() as client:
        await sign_in(client)
        assert (await client.post(f"{AUTH}/refresh")).status_code == 200
        assert await kept() == 2
        door.clock.forward(PRUNE_MS)
        assert (await client.post(f"{AUTH}/refresh")).status_code == 200
        assert await kept() == 3
        await client.post(f"{AUTH}/sign-out")
        door.clock.forward(PRUNE_MS)
        await sign_in(client)
        assert await kept() == 1
        door.clock.forward(REFRESH_MS)
        await sign_in(client)
        assert await kept() == 1
