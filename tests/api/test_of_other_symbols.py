"""The chart of a bot that reads another symbol: beside each candle what its step saw of both, or that it saw none."""

import math

from tests.api.desk import desk_on
from tests.engine.compare import backtested
from tests.engine.scenes import Scene, bot, drawn, instrument
from tests.fakes.installation import Installation

from botswain.strategies import catalog

BTC, ETH = "BTC/USDT", "ETH/USDT"


async def test_candles_come_with_what_was_seen_of_the_other_symbol(kernels, monkeypatch):
    monkeypatch.setitem(catalog.PLACES, "pair_ratio", ("tests.engine.pair_ratio", "PairRatio"))
    candles = {one: drawn(place + 81, one, 120, gaps=0.2) for place, one in enumerate((ETH, BTC))}
    wanted = bot("pair_ratio", [ETH], params={"against": BTC}, sizing=("percent", "0.4"))
    scene = Scene(wanted, candles, {one: instrument(one) for one in candles})
    installation = Installation(kernels)
    await installation.process(scene.market, scene.config, [wanted])
    row = await installation.bot("one")
    async with desk_on(installation.store, row.tenant_id) as desk:
        found = await desk.get(f"/bots/{row.id}/candles", symbol=ETH)
        decided = await desk.get(f"/bots/{row.id}/decisions", limit=5)
    await installation.store.close()
    columns = [list(one) for one in backtested(wanted, candles, scene.market).ran.state.parts["columns"]]
    expected = [[None if math.isnan(value) else value for value in column] for column in columns]
    assert [found["indicators"][name] for name in ("ratio", "usual", "far")] == expected
    assert sum(value is None for value in expected[0]) > 10
    assert found["panes"] == {"ratio": "div", "usual": "div", "far": "stddev(6, 1)"}
    assert {symbol for one in decided["items"] for symbol in one["values"]} <= {ETH}
