"""`botswain demo`: two bots on a market made up from a seed. No keys, no network; what `make run` shows."""

from __future__ import annotations

import click

from botswain.cli.context import Context, refusing


@click.command()
@click.option("--speed", default=600.0, show_default=True, help="Times real time; 0 is as fast as possible.")
@click.option("--seed", default=11, show_default=True, help="The market to make up.")
@click.option("--candles", "limit", default=0, help="Stop after this many candles; 0 goes on.")
@click.pass_obj
@refusing
def demo(obj: Context, speed: float, seed: int, limit: int) -> int:
    """Watch two bots trade a seeded market."""
    from dataclasses import replace
    from pathlib import Path

    from botswain.cli.session import Session
    from botswain.cli.trading import trade_session
    from botswain.control.config import BotConfig, MarketConfig, SizingConfig, TradeConfig

    market = MarketConfig(seed=seed, prices={"BTC/USDT": 60000, "ETH/USDT": 3000}, volatility=0.9)
    trend = BotConfig(
        name=f"trend-{seed}",
        strategy="sma_crossover",
        symbols=["BTC/USDT", "ETH/USDT"],
        params={"fast": 12, "slow": 36},
        sizing=SizingConfig("percent", "0.45"),
        exits={"stop_loss": "0.01", "trailing_stop": "0.008"},
        limits={"max_daily_loss": "0.05"},
    )
    ladder = BotConfig(
        name=f"ladder-{seed}",
        strategy="grid",
        symbols=["BTC/USDT"],
        params={"step": "0.0035", "levels": 24},
        sizing=SizingConfig("percent", "0.9"),
    )
    session = Session(
        config=TradeConfig(market=market, bots=[trend, ladder]),
        folder=Path(),
        speed=speed,
        limit=limit,
        title="botswain demo",
    )
    home = obj.data_dir / "demo"
    code = trade_session(replace(obj, data_dir=home), session)
    click.echo(f"to recompute it from its journal: botswain replay {trend.name} --database {home / 'botswain.db'}")
    return code
