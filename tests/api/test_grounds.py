"""A bot by rules that really ran: each of its decisions comes with every rule, whether it held, and what it read."""

from tests.api.desk import desk_on
from tests.engine.test_same_fills import rules_on_two_timeframes
from tests.fakes.installation import Installation


async def test_each_decision_comes_with_the_rules_that_led_to_it(kernels):
    scene = rules_on_two_timeframes()
    installation = Installation(kernels)
    await installation.process(scene.market, scene.config, [scene.bot])
    row = await installation.bot(scene.bot.name)
    async with desk_on(installation.store, row.tenant_id) as desk:
        found = (await desk.get(f"/bots/{row.id}/decisions", kind="decided", limit=400))["items"]
        candles = await desk.get(f"/bots/{row.id}/candles")
    await installation.store.close()
    told = [one for one in found if one["grounds"]]
    assert len(told) > 50
    for one in told:
        rules = [(ground["what"], ground["text"]) for ground in one["grounds"]]
        assert len(rules) == 7
        assert rules[:2] == [
            ("entry_long", "RSI(4) crosses above 35, at one of the last 4 candles"),
            ("entry_long", "close rises 2 candles in a row"),
        ]
        [values] = one["values"].values()
        assert all(values[name] == value for ground in one["grounds"] for name, value in ground["values"].items())
        average = one["grounds"][2]
        if average["values"]["SMA(3) 5m"] is not None:  # both sides are there to be compared
            assert average["holds"] == (average["values"]["close 5m"] > average["values"]["SMA(3) 5m"] * (1 + 1e-10))
    entered = [one for one in told if any(each["side"] == "buy" and each["state"] == "asked" for each in one["rows"])]
    assert any(held(one, "entry_long") >= 2 and held(one, "veto") == 0 for one in entered or told)
    assert "SMA(3) 5m" in candles["indicators"]
    assert not {"candle.close", "opened 5m"} & set(candles["indicators"]), "what is no line of a chart is not drawn"


def held(decision, what):
    """How many rules of a list held."""
    return sum(ground["holds"] is True for ground in decision["grounds"] if ground["what"] == what)
