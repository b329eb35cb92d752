"""Bots over HTTP, wanted otherwise: started, stopped, paused, flattened, resumed; what stands in the way is told."""

import pytest
from tests.api.door import problem_of
from tests.api.test_bots import BOTS, MINUTE_MS, get, row_of


async def test_a_bot_is_started_and_stopped_by_a_policy(door, client):
    bot = await door.made(client)
    path = f"{BOTS}/{bot['id']}"
    assert (await client.post(f"{path}/stop", json={"policy": "flatten"})).json()["version"] == 1
    assert (await client.post(f"{path}/start")).json()["state"] == "starting"
    assert (await client.post(f"{path}/start")).json()["version"] == 2
    await door.hold(bot["id"])
    assert (await get(client, bot))["state"] == "running"
    assert (await client.post(f"{path}/stop", json={"policy": "cancel_all"})).json()["state"] == "stopping"
    assert (await row_of(door, bot["id"])).stop_mode == "cancel_all"
    assert (await client.post(f"{path}/stop", json={"policy": "flatten"})).json()["state"] == "stopping"
    assert (await row_of(door, bot["id"])).stop_mode == "flatten"
    door.clock.forward(MINUTE_MS)
    assert (await get(client, bot))["state"] == "stopped"
    await client.post(f"{path}/start")
    assert (await row_of(door, bot["id"])).stop_mode is None


async def test_a_stop_that_nobody_carries_out_waits_for_an_engine_and_may_be_told_otherwise(door, client):
    bot = await door.made(client, start=True)
    path = f"{BOTS}/{bot['id']}"
    stopped = (await client.post(f"{path}/stop")).json()
    assert (stopped["state"], stopped["attention"]) == ("stopped", [])
    await client.post(f"{path}/start")
    await door.book(bot["id"], 2)
    stopped = (await client.post(f"{path}/stop")).json()
    [look] = stopped["attention"]
    assert look["code"] == "stop_waits"
    assert "to be stopped (as its settings say), and no engine has carried that out yet" in look["message"]
    assert (await client.post(f"{path}/stop")).json()["version"] == stopped["version"]
    stopped = (await client.post(f"{path}/stop", json={"policy": "flatten"})).json()
    assert "(flatten)" in stopped["attention"][0]["message"]
    assert (await client.post(f"{path}/stop", json={"policy": "flatten"})).json()["version"] == stopped["version"]
    await door.write(bot["id"], stop_due=0)
    assert (await get(client, bot))["attention"] == []
    await client.post(f"{path}/stop", json={"policy": "flatten"})
    assert (await row_of(door, bot["id"])).stop_due == 1, "it has something, so it may be asked for again"
    await client.post(f"{path}/start")
    row = await row_of(door, bot["id"])
    assert (row.stop_mode, row.stop_due) == (None, 0)


async def test_only_a_position_that_is_there_is_closed(door, client):
    bot = await door.made(client)
    path = f"/api/v1/positions/{bot['id']}/close"
    await client.post(f"{BOTS}/{bot['id']}/start")
    assert "pause it" in problem_of(await client.post(path), 409, "holds_nothing")
    assert (await row_of(door, bot["id"])).halted_by is None
    await door.book(bot["id"], 2)
    assert (await client.post(path, json={"reason": "enough"})).status_code == 200
    row = await row_of(door, bot["id"])
    assert (row.halt_mode, row.halted_reason) == ("flatten", "enough")
    problem_of(await client.post("/api/v1/positions/00000000-0000-7000-8000-000000000000/close"), 404, "not_found")


async def test_a_bot_is_paused_flattened_and_resumed(door, client):
    bot = await door.made(client)
    path = f"{BOTS}/{bot['id']}"
    problem_of(await client.post(f"{path}/resume"), 409, "not_halted")
    problem_of(await client.post(f"{path}/flatten"), 409, "not_running")
    await client.post(f"{path}/start")
    await door.hold(bot["id"])
    paused = (await client.post(f"{path}/pause", json={"reason": "lunch"})).json()
    assert (paused["state"], paused["halt"]["reason"], paused["halt"]["by"]) == ("paused", "lunch", "admin")
    assert paused["halt"]["can_resume"] is True
    assert (await row_of(door, bot["id"])).halt_mode == "cancel_entries"
    assert "lunch" in problem_of(await client.post(f"{path}/pause"), 409, "already_halted")
    told = problem_of(await client.post(f"{path}/flatten", json={"reason": "out"}), 409, "holds_nothing")
    assert "holds nothing and has no order" in told
    assert (await row_of(door, bot["id"])).halt_mode == "cancel_entries"
    await door.book(bot["id"], 2)
    flat = (await client.post(f"{path}/flatten", json={"reason": "out"})).json()
    assert flat["halt"]["reason"] == "lunch"
    assert (await row_of(door, bot["id"])).halt_mode == "flatten"
    resumed = (await client.post(f"{path}/resume")).json()
    assert (resumed["state"], resumed["halt"]) == ("running", None)
    assert (await row_of(door, bot["id"])).halt_mode is None


@pytest.mark.parametrize(
    ("by", "state", "can_resume"),
    [("core", "halted", False), ("start", "refused", True), ("engine", "halted", True), ("resolver", "halted", True)],
)
async def test_who_halted_a_bot_decides_what_it_is_called_and_whether_it_may_go_on(door, client, by, state, can_resume):
    bot = await door.made(client, start=True)
    await door.hold(bot["id"])
    await door.write(bot["id"], halted_by=by, halted_reason="it broke", halted_ms=5)
    found = await get(client, bot)
    assert (found["state"], found["halt"]["can_resume"]) == (state, can_resume)
    assert "it broke" in found["attention"][0]["message"]
    answer = await client.post(f"{BOTS}/{bot['id']}/resume")
    if can_resume:
        assert answer.json()["state"] == "running"
    else:
        problem_of(answer, 409, "halted_for_good")
