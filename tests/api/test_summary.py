"""The fleet's money: what is play and what is real is never one figure."""

from tests.api.door import API

from botswain.api.schemas.markets import Summary


async def test_money_of_each_environment_stands_apart_and_real_money_first(door, client):
    """A sandbox of 10,000 beside a live account of 500 is not a fleet of 10,500."""
    body = {"name": "mine", "venue": "binance", "environment": "live"}
    live = (await client.post(f"{API}/accounts", json=body)).json()
    play = await door.made(client, "play")
    real = await door.made(client, "real", account_id=live["id"], symbols=["ETH/USDT"])
    await door.made(client, "draft", account_id=live["id"])
    await door.mark(play["id"], door.clock(), 10_000)
    await door.mark(real["id"], door.clock(), 500)
    found = Summary.model_validate((await client.get(f"{API}/summary")).json())
    assert [(one.environment, one.quote, one.bots, one.equity) for one in found.money] == [
        ("live", "USDT", 1, "500"),
        ("sandbox", "USDT", 1, "10000"),
    ]
    path = f"{API}/equity"
    assert [one["equity"] for one in (await client.get(path, params={"environment": "live"})).json()["points"]] == [
        "500"
    ]
    assert (await client.get(path)).status_code == 422
