"""Two busy bots on a short wild market: what the tests of stopping and going on are run on."""

from tests.engine.scenes import bot, drawn, instrument

from botswain.control.config import MarketConfig
from botswain.engine.feed import Market

BTC, ETH = "BTC/USDT", "ETH/USDT"
COUNT = 24
CONFIG = MarketConfig()
GUARDS = {"exits": {"stop_loss": "0.02", "take_profit": "0.01"}, "limits": {"max_drawdown": "0.9"}}


def crew():
    """A trend follower on two symbols with exits and limits, and a grid on one."""
    trend = bot(
        "sma_crossover", [BTC, ETH], "trend", params={"fast": 2, "slow": 3}, sizing=("percent", "0.45"), **GUARDS
    )
    return [trend, bot("grid", [BTC], "ladder", params={"step": "0.004", "levels": 6}, sizing=("percent", "0.9"))]


def market(count=COUNT, seed=21):
    """Its candles, with gaps, so that some instants concern one symbol only."""
    candles = {one: drawn(seed + place, one, count, loud=0.003, gaps=0.15) for place, one in enumerate((BTC, ETH))}
    return Market("drawn", {one: instrument(one) for one in candles}, 60_000, candles, "drawn")


async def journals(installation, names=("trend", "ladder")):
    """Every row of every bot as it is chained: what must be the same, byte for byte."""
    rows = {}
    for name in names:
        assert (await installation.verified(name)).broken_seq is None
        rows[name] = [
            (one.seq, one.kind, one.time_ms, one.payload, one.hash) for one in await installation.journal(name)
        ]
    return rows


async def facts(installation, names=("trend", "ladder")):
    """Orders, fills and positions of every bot."""
    found = {}
    for name in names:
        fills, orders = await installation.fills(name), await installation.orders(name)
        found[name] = (orders, fills, await installation.positions(name))
        assert len({one.venue_trade_id + one.symbol for one in fills}) == len(fills)
        assert len({one.client_order_id for one in orders}) == len(orders)
    return found
