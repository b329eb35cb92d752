"""The bots of `botswain up --demo`: five on one sandbox account, made once."""

from __future__ import annotations

from botswain.cli.context import Context
from botswain.cli.databases import database_of, opened
from botswain.cli.made_bots import made
from botswain.control.config import BotConfig, MarketConfig, SizingConfig, bot_of
from botswain.model.errors import BadInput
from botswain.model.paper import SANDBOX_PORT, odd_port
from botswain.store import bot_editions, bots, halts
from botswain.store.accounts import Environment
from botswain.store.bots import DesiredState

VENUE, ACCOUNT = "binance", "main"
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
    market = MarketConfig(venue=VENUE, environment=Environment.SANDBOX, account=ACCOUNT, port=port)
    where, _ = database_of(context.data_dir, None)
    async with opened(where) as store, store.reading(None) as tx:
        known = bool(await bots.listed(tx, limit=1))
        present = await bot_editions.present(tx)
    if known:
        check_port(present, port)
        return
    for one in demo_bots():
        await made(context, None, one, market)
    async with opened(where) as store, store.transaction(None) as tx:
        for one in demo_bots():
            await halts.wish(tx, one.name, DesiredState.RUNNING)


def check_port(present: list[bots.Bot], port: int) -> None:
    """Raises BadInput where bots on the demonstration's account trade at another port.

    What a person made on accounts of his own is left out: a paper account knows itself whose prices it is traded by.
    """
    for row in present:
        market = bot_of(row.config)[1]
        own = (market.venue, market.environment, market.account_name) == (VENUE, Environment.SANDBOX, ACCOUNT)
        if own and market.port != port:
            there = market.port or SANDBOX_PORT
            raise BadInput(
                f"bot {row.name!r} of the demonstration trades at a sandbox on port {there}; start it with "
                f"--sandbox-port {there}"
            )
