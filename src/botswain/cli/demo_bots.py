"""The bots of `botswain up --demo`: five on one sandbox account, made once."""

from __future__ import annotations

from botswain.cli.context import Context
from botswain.cli.databases import database_of, opened
from botswain.cli.made_bots import made
from botswain.control.config import BotConfig, MarketConfig, SizingConfig, bot_of
from botswain.model.errors import BadInput
from botswain.model.paper import SANDBOX_PORT, odd_port
from botswain.store import bots, halts
from botswain.store.bots import DesiredState

ACCOUNT = "main"
CAPITAL = "10000"
FEE = "0.001"


def demo_bots() -> list[BotConfig]:
    """Ladders and trend followers, slow and hasty, on three symbols."""
    return [
        bot("btc-ladder", "grid", "BTC/USDT", {"step": "0.004", "levels": 16}, "0.9"),
        bot("eth-ladder", "grid", "ETH/USDT", {"step": "0.006", "levels": 12}, "0.9"),
        bot("btc-trend", "sma_crossover", "BTC/USDT", {"fast": 20, "slow": 80}, "0.95", exits={"stop_loss": "0.02"}),
        bot("bnb-trend", "sma_crossover", "BNB/USDT", {"fast": 30, "slow": 120}, "0.95"),
        bot(
            "eth-hasty", "sma_crossover", "ETH/USDT", {"fast": 3, "slow": 8}, "0.95", limits={"max_daily_loss": "0.004"}
        ),
    ]


def bot(name: str, strategy: str, symbol: str, params: dict[str, str | int], size: str, **more: object) -> BotConfig:
    """One of them."""
    found = BotConfig(
        name=name,
        strategy=strategy,
        symbols=[symbol],
        params=dict(params),
        capital=CAPITAL,
        fee=FEE,
        sizing=SizingConfig("percent", size),
        **more,  # type: ignore[arg-type]
    )
    assert found.symbols
    return found


async def made_once(context: Context, sandbox_port: int) -> None:
    """Make the bots where there are none, wanted to run. Raises BadInput where they trade at another port."""
    port = odd_port(sandbox_port)
    market = MarketConfig(venue="binance", environment="sandbox", account=ACCOUNT, port=port)
    where, _ = database_of(context.data_dir, None)
    async with opened(where) as store, store.reading(None) as tx:
        known = await bots.listed(tx)
    if known:
        check_port(known, port)
        return
    for one in demo_bots():
        await made(context, None, one, market)
    async with opened(where) as store, store.transaction(None) as tx:
        for one in demo_bots():
            await halts.wish(tx, one.name, DesiredState.RUNNING)


def check_port(known: list[bots.Bot], port: int) -> None:
    """Raises BadInput where the bots that are there trade at another port."""
    for row in known:
        there = bot_of(row.config)[1].port
        if there != port:
            raise BadInput(
                f"bot {row.name!r} of the demonstration trades at a sandbox on port {there or SANDBOX_PORT}; start it "
                f"with --sandbox-port {there or SANDBOX_PORT}"
            )
