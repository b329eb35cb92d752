"""Accounts, their sealed keys, and instruments; strategies, the summary and its halt; health."""

import pytest
from nacl.public import PrivateKey, SealedBox
from tests.api.door import API, problem_of

from botswain.api.health import Health
from botswain.api.schemas.markets import Account, Instrument, Summary
from botswain.api.schemas.shape import Page
from botswain.api.schemas.strategies import Strategy
from botswain.model.errors import BadInput, Unavailable
from botswain.store import credentials, halts, meta, paper_books
from botswain.strategies.catalog import PLACES
from botswain.strategies.dca import Dca

ACCOUNTS = f"{API}/accounts"
KEY = {"name": "mine", "api_key": "the-api-key", "secret": "the-secret"}


def of(door, more="", name="admin"):
    return f"{ACCOUNTS}/{door.accounts[name]}{more}"


async def made(client, **given):
    return await client.post(ACCOUNTS, json={"name": "second"} | given)


async def test_accounts_are_made_once_and_listed_with_their_bots(door, client):
    answer = await made(client)
    assert answer.status_code == 201
    await door.made(client)
    page = Page[Account].model_validate((await client.get(ACCOUNTS)).json())
    assert [(one.name, one.environment, one.ready, one.bots) for one in page.items] == [
        ("admin's", "sandbox", True, 1),
        ("second", "sandbox", True, 0),
    ]
    problem_of(await made(client), 409, "name_taken", "/name")
    problem_of(await made(client, venue="kraken"), 422, "bad_input", "/venue")
    problem_of(await made(client, name=" x"), 422, "bad_input", "/name")
    problem_of(await made(client, environment="moon"), 422, "not_valid", "/environment")


async def test_a_key_is_sealed_and_never_shown(door, client):
    private = PrivateKey.generate()
    door.sealed_with = bytes(private.public_key)
    answer = await client.put(of(door, "/key"), json=KEY | {"symbols": ["BTC/USDT"], "most_notional": "250"})
    assert answer.json()["key"]["name"] == "mine"
    listed = await client.get(ACCOUNTS)
    for text in (answer.text, listed.text):
        assert "the-api-key" not in text
        assert "the-secret" not in text
    async with door.store.reading(None) as tx:
        [row] = await credentials.listed(tx)
    opened = SealedBox(private).decrypt(row.sealed)
    assert b"the-api-key" in opened
    assert b"the-secret" in opened
    assert '"max_notional":"250"' in row.caps
    again = await client.put(of(door, "/key"), json=KEY | {"api_key": "another"})
    assert again.json()["key"]["fingerprint"] != answer.json()["key"]["fingerprint"]
    async with door.store.reading(None) as tx:
        assert [one.revoked_ms is None for one in await credentials.listed(tx)].count(True) == 1


async def test_a_revoked_key_counts_no_more(door, client):
    problem_of(await client.delete(of(door, "/key")), 404, "no_key")
    await client.put(of(door, "/key"), json=KEY)
    assert (await client.delete(of(door, "/key"))).json()["key"] is None
    problem_of(await client.delete(of(door, "/key")), 404, "no_key")


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"symbols": ["BTCUSDT"]}, "/symbols", "bad_input"),
        ({"most_notional": "0"}, "/most_notional", "bad_input"),
        ({"secret": "  "}, "/secret", "bad_input"),
        ({"api_key": ""}, "/api_key", "not_valid"),
    ],
)
async def test_a_key_that_is_not_whole_is_refused_at_its_field(door, client, change, field, code):
    problem_of(await client.put(of(door, "/key"), json=KEY | change), 422, code, field)


async def test_the_same_key_is_not_kept_for_two_environments_and_paper_takes_none(door, client):
    await client.put(of(door, "/key"), json=KEY)
    test = (await made(client, environment="test")).json()
    problem_of(await client.put(f"{ACCOUNTS}/{test['id']}/key", json=KEY), 409, "key_taken")
    paper = (await made(client, name="p", venue="paper", environment="paper")).json()
    problem_of(await client.put(f"{ACCOUNTS}/{paper['id']}/key", json=KEY), 409, "no_key_needed")
    assert (await client.get(f"{ACCOUNTS}/{paper['id']}/instruments")).json()["total"] == 0


async def test_what_a_live_key_may_do_is_read_before_it_is_kept(door, client):
    live = (await made(client, environment="live")).json()
    path, told = f"{ACCOUNTS}/{live['id']}/key", []
    problem_of(await client.put(path, json=KEY), 503, "unavailable")

    async def rights(name, environment, pair):
        told.append((name, environment.value, pair))
        if pair[0] == "withdraws":
            raise BadInput("it may withdraw; it was not kept")
        if pair[0] == "asleep":
            raise Unavailable("the venue does not answer")
        return "bind it to an address"

    object.__setattr__(door.doors, "key_rights", rights)
    problem_of(await client.put(path, json=KEY | {"api_key": "withdraws"}), 422, "key_refused", "/api_key")
    # Nothing is wrong with the key where the venue is away.
    problem_of(await client.put(path, json=KEY | {"api_key": "asleep"}), 503, "unavailable")
    assert live["ready"] is False
    kept = (await client.put(path, json=KEY)).json()
    assert kept["ready"] is True
    assert told[-1] == ("mine", "live", ("the-api-key", "the-secret"))
    async with door.store.reading(None) as tx:
        [row] = await credentials.listed(tx)
        assert await meta.get(tx, f"key note {row.id}") == "bind it to an address"


async def test_a_bot_on_an_account_without_its_key_cannot_start(door, client):
    live = (await made(client, environment="live")).json()
    settings = door.settings(account_id=live["id"])
    bot = (await client.post(f"{API}/bots", json=settings | {"name": "real"})).json()
    problem_of(await client.post(f"{API}/bots/{bot['id']}/start"), 409, "no_key")
    started = await client.post(f"{API}/bots", json=settings | {"name": "real2", "start": True})
    problem_of(started, 409, "no_key")
    assert (await client.get(f"{API}/bots")).json()["total"] == 1


async def test_instruments_are_the_venues_rules(door, client):
    page = Page[Instrument].model_validate((await client.get(of(door, "/instruments"), params={"limit": 1})).json())
    assert (page.total, page.items[0].symbol, page.items[0].tick_size) == (4, "BTC/USDT", "0.01")
    problem_of(await client.get(f"{ACCOUNTS}/nowhere/instruments"), 404, "not_found")
    door.venues.down = "asleep"
    problem_of(await client.get(of(door, "/instruments")), 503, "unavailable")


async def test_strategies_say_what_may_be_set_and_when_they_lose(client):
    page = Page[Strategy].model_validate((await client.get(f"{API}/strategies")).json())
    assert [one.name for one in page.items] == list(PLACES)
    assert page.total == len(PLACES)
    assert all("lose" in one.help.lower() for one in page.items)
    grid, sma = (next(one for one in page.items if one.name == name) for name in ("grid", "sma_crossover"))
    assert "docs/" not in grid.help
    kinds = {one.name: one.kind for one in (*grid.parameters, *sma.parameters)}
    assert (kinds["levels"], kinds["step"], kinds["spacing"], kinds["late"]) == (
        "integer",
        "number",
        "choice",
        "boolean",
    )
    dca = next(one for one in page.items if one.name == "dca")
    headings = [one.section for one in dca.parameters]
    assert (headings[0], dca.parameters[2].name) == ("", "start")
    assert [one for k, one in enumerate(headings) if k == 0 or headings[k - 1] != one] == ["", *Dca.sections]
    assert {one.name: one.depends for one in dca.parameters}["rsi_period"] == {"start": ["rsi"]}
    assert "risk" not in grid.sizings
    assert "risk" in sma.sizings
    assert (await client.get(f"{API}/strategies/grid")).json()["title"] == "Grid"
    assert "did you mean" in problem_of(await client.get(f"{API}/strategies/gird"), 404, "not_found")


async def test_the_summary_adds_up_and_says_what_needs_attention(door, client):
    running, stopped = await door.made(client, "a", start=True), await door.made(client, "b")
    for one, equity in ((running, 1100), (stopped, 950)):
        await door.mark(one["id"], door.clock(), equity)
    await door.book(running["id"], 2)
    found = Summary.model_validate((await client.get(f"{API}/summary")).json())
    assert (found.bots["starting"], found.bots["stopped"]) == (1, 1)
    [money] = found.money
    assert (money.environment, money.quote, money.bots) == ("sandbox", "USDT", 2)
    assert (money.equity, money.profit, money.today) == ("2050", "50", "50")
    assert (found.open_positions, found.working_orders, found.halted) == (1, 0, None)
    assert [(one.bot_name, one.code) for one in found.attention] == [("a", "nobody_runs_it")]


async def test_everything_is_halted_and_resumed_by_name(door, client):
    bot = await door.made(client, start=True)
    problem_of(await client.delete(f"{API}/halt"), 409, "not_halted")
    found = (await client.post(f"{API}/halt", json={"reason": "storm"})).json()
    assert (found["halted"]["reason"], found["halted"]["by"], found["bots"]["halted"]) == ("storm", "admin", 1)
    assert (await client.post(f"{API}/halt", json={"reason": "again"})).json()["halted"]["reason"] == "storm"
    shown = (await client.get(f"{API}/bots/{bot['id']}")).json()
    assert (shown["state"], shown["halt"]["can_resume"]) == ("halted", False)
    async with door.store.reading(None) as tx:
        assert (await halts.standing(tx)).by == "admin"
    assert (await client.delete(f"{API}/halt")).json()["halted"] is None


async def test_health_tells_nobody_anything_but_what_to_do(door):
    async with door.client() as client:
        for path in ("live", "ready", "detailed"):
            answer = await client.get(f"{API}/health/{path}")
            assert (answer.status_code, Health.model_validate(answer.json()).status) == (200, "ok")
        async with door.signed() as person:
            await door.made(person, start=True)
        found = (await client.get(f"{API}/health/detailed")).json()
        assert found["status"] == "degraded"
        assert "start the engine" in found["parts"][1]["detail"]


async def test_without_a_database_it_lives_and_is_not_ready(door):
    class Gone:
        def reading(self, _tenant):
            raise Unavailable("database /secret/path is gone")

    object.__setattr__(door.doors, "store", Gone())
    async with door.client() as client:
        assert (await client.get(f"{API}/health/live")).status_code == 200
        for path in ("ready", "detailed"):
            answer = await client.get(f"{API}/health/{path}")
            assert (answer.status_code, answer.json()["status"]) == (503, "down")
            assert "secret" not in answer.text


async def test_a_database_that_only_reads_is_told_where_health_is_asked_and_where_people_look(door):
    class Full:
        tried = 0

        def __init__(self, store):
            self.reading = store.reading

        def transaction(self, _tenant):
            self.tried += 1
            raise Unavailable("database /secret/path: the disk is full")

    async def said():
        found = [await client.get(f"{API}/health/{path}") for path in ("ready", "detailed")]
        for one in found:
            assert "secret" not in one.text
        return [(one.status_code, one.json()["parts"][0]["ok"]) for one in found]

    async with door.signed() as client:
        whole = door.doors.store
        object.__setattr__(door.doors, "store", full := Full(whole))
        assert await said() == [(503, False), (503, False)]
        (look,) = Summary.model_validate((await client.get(f"{API}/summary")).json()).attention
        assert (look.bot_id, look.code, full.tried) == (None, "database", 1)
        assert "takes no write (unavailable)" in look.message
        object.__setattr__(door.doors, "store", whole)
        assert await said() == [(503, False), (503, False)]
        door.clock.now_ms += 5_000
        assert await said() == [(200, True), (200, True)]
        assert (await client.get(f"{API}/summary")).json()["attention"] == []


PAPER = {"name": "play", "environment": "paper", "paper": {"balances": {"USDT": "10000", "BTC": "0.5"}}}


async def test_a_paper_account_is_opened_with_money_and_shows_what_it_holds(client):
    answer = await client.post(ACCOUNTS, json=PAPER)
    assert answer.status_code == 201, answer.text
    found = Account.model_validate(answer.json())
    assert (found.venue, found.environment, found.ready, found.key) == ("binance", "paper", True, None)
    assert found.paper.model_dump() == {
        "market": "live",
        "start": {"BTC": "0.5", "USDT": "10000"},
        "balances": {"BTC": "0.5", "USDT": "10000"},
        "charged": {},
        "maker_fee": "0.001",
        "taker_fee": "0.001",
        "slippage_bps": "0",
    }
    listed = Page[Account].model_validate((await client.get(ACCOUNTS)).json())
    assert [one.paper is None for one in listed.items] == [True, False]
    assert listed.items[1] == found
    problem_of(await client.put(f"{ACCOUNTS}/{found.id}/key", json=KEY), 409, "no_key_needed")
    instruments = (await client.get(f"{ACCOUNTS}/{found.id}/instruments")).json()
    assert instruments["total"] > 0


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"paper": None}, "/paper", "bad_input"),
        ({"environment": "sandbox"}, "/paper", "bad_input"),
        ({"paper": {"balances": {}}}, "/paper/balances", "not_valid"),
        ({"paper": {"balances": {"USDT": "0"}}}, "/paper/balances", "bad_input"),
        ({"paper": {"balances": {"USDT": "-1"}}}, "/paper/balances", "bad_input"),
        ({"paper": {"balances": {"USDT": "1.000000001"}}}, "/paper/balances", "bad_input"),
        ({"paper": {"balances": {"USDT": "10"}, "taker_fee": "1"}}, "/paper/taker_fee", "bad_input"),
        ({"paper": {"balances": {"USDT": "10"}, "slippage_bps": "2000"}}, "/paper/slippage_bps", "bad_input"),
        ({"paper": {"balances": {"USDT": "10"}, "market": "moon"}}, "/paper/market", "not_valid"),
        ({"venue": "kraken"}, "/venue", "bad_input"),
    ],
)
async def test_a_paper_account_that_makes_no_sense_is_refused_at_its_field(client, change, field, code):
    problem_of(await client.post(ACCOUNTS, json=PAPER | change), 422, code, field)
    assert (await client.get(ACCOUNTS)).json()["total"] == 1


async def test_bots_are_made_on_a_paper_account_started_and_stopped_by_every_policy(door, client):
    account = (await client.post(ACCOUNTS, json=PAPER)).json()
    for place, policy in enumerate(("leave", "cancel_entries", "cancel_all", "flatten")):
        settings = door.settings(account_id=account["id"])
        assert (await client.post(f"{API}/bots/preview", json=settings)).status_code == 200
        made = (await client.post(f"{API}/bots", json=settings | {"name": f"paper-{place}"})).json()
        assert made["account"]["environment"] == "paper"
        started = await client.post(f"{API}/bots/{made['id']}/start")
        assert (started.status_code, started.json()["state"]) == (200, "starting"), started.text
        stopped = await client.post(f"{API}/bots/{made['id']}/stop", json={"policy": policy})
        assert (stopped.status_code, stopped.json()["state"]) == (200, "stopped"), stopped.text
    assert [one["bots"] for one in (await client.get(ACCOUNTS)).json()["items"]] == [0, 4]


async def test_a_paper_account_is_seen_by_its_owner_alone(door, client):
    account = (await client.post(ACCOUNTS, json=PAPER)).json()
    async with door.store.reading(door.tenants["mallory"]) as tx:
        assert account["id"] not in await paper_books.listed(tx)
