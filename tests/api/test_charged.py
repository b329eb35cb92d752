"""What holding has cost a bot so far, on its page and in lists; where rates of it are taken and where not."""

from decimal import Decimal

import pytest
from msgspec.structs import replace
from tests.api.desk import desk_on
from tests.api.door import API, problem_of
from tests.api.test_accounts import PAPER
from tests.engine.crews import CONFIG
from tests.engine.test_holding import RATES, rows, scene
from tests.engine.test_same_fills import money
from tests.fakes.installation import Installation

from botswain.control.charged_so_far import ChargedSoFar
from botswain.control.holding import HoldingConfig
from botswain.store import journal
from botswain.store.bot_records import Charged


async def test_what_was_charged_so_far_is_what_the_bot_booked_and_grows_with_it(kernels):
    made = scene("short")
    free = replace(made.bot, name="free", holding=HoldingConfig())
    installation = Installation(kernels)
    shown = []
    row = None
    for candles in (400, 300):
        fleet = await installation.process(made.market, CONFIG, [made.bot, free], candles=candles)
        runner = next(one for one in fleet.runners if one.name == "one")
        row = row or await installation.bot("one")
        async with desk_on(installation.store, row.tenant_id) as desk:
            found = await desk.get(f"/bots/{row.id}")
            assert Decimal(found["charged"]) == money(runner, runner.bot.charged)
            shown.append(found["charged"])
            listed = {one["name"]: one["charged"] for one in (await desk.get("/bots"))["items"]}
            assert listed == {"one": found["charged"], "free": None}
    assert len(set(shown)) == 2
    rates = {"funding_rate": RATES.funding_rate, "funding_hours": 4, "borrow_rate": RATES.borrow_rate}
    assert found["settings"]["holding"] == rates
    await installation.store.close()


async def test_charges_are_read_once_and_in_pages(kernels, monkeypatch):
    made = scene("both")
    installation = Installation(kernels)
    [runner] = (await installation.process(made.market, CONFIG, [made.bot], candles=500)).runners
    row, known, asked = await installation.bot("one"), ChargedSoFar(), []
    real = journal.of_kind

    async def in_small_pages(tx, bot_id, kind, *, after_seq=0):
        asked.append(after_seq)
        return await real(tx, bot_id, kind, after_seq=after_seq, limit=2)

    monkeypatch.setattr(journal, "of_kind", in_small_pages)
    count = sum(isinstance(one, Charged) for one in await rows(installation))
    async with installation.store.reading(row.tenant_id) as tx:
        assert await known.of(tx, [row.id]) == {row.id: money(runner, runner.bot.charged)}
        assert count > 4
        assert len(asked) == (count + 1) // 2 + 1
        assert await known.of(tx, [row.id]) == {row.id: money(runner, runner.bot.charged)}
        assert len(asked) == (count + 1) // 2 + 2
    await installation.store.close()


async def test_a_bot_on_a_paper_account_may_say_what_holding_costs_but_for_shorts(door, client):
    account = (await client.post(f"{API}/accounts", json=PAPER)).json()
    costs = {"funding_rate": "-0.0001", "funding_hours": 4, "borrow_rate": "0"}
    settings = door.settings(account_id=account["id"], holding=costs) | {"name": "held"}
    made = await client.post(f"{API}/bots", json=settings)
    assert made.status_code == 201, made.text
    assert (made.json()["settings"]["holding"], made.json()["charged"]) == (costs, "0")
    settings |= {"name": "short", "holding": costs | {"borrow_rate": "0.03"}}
    said = problem_of(await client.post(f"{API}/bots", json=settings), 422, "bad_input", "/holding/borrow_rate")
    assert "nobody can be short" in said


@pytest.mark.parametrize(
    ("costs", "field", "said"),
    [
        ({"funding_rate": "0.0001"}, "funding_rate", "trade on a paper account"),
        ({"funding_rate": "2"}, "funding_rate", "write a fraction between -1 and 1"),
        ({"funding_hours": 7}, "funding_hours", "write hours that divide a day"),
        ({"borrow_rate": "-1"}, "borrow_rate", "write a fraction a year from 0 to 100"),
        ({"funding_hours": 25}, "funding_hours", ""),
        ({"funding": []}, "funding", ""),
    ],
)
async def test_what_holding_cannot_cost_is_refused_at_its_field_made_and_changed(door, client, costs, field, said):
    code, settings = "bad_input" if said else "not_valid", door.settings(holding=costs)
    answer = await client.post(f"{API}/bots", json=settings | {"name": "held"})
    assert said in problem_of(answer, 422, code, f"/holding/{field}")
    bot = await door.made(client)
    answer = await client.patch(f"{API}/bots/{bot['id']}", json={"settings": settings}, headers={"If-Match": '"1"'})
    assert said in problem_of(answer, 422, code, f"/settings/holding/{field}")
