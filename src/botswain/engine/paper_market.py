"""Paper's markets as a configuration names them: files to replay, or one made up from a seed.

What a market is, and how it is walked along, is in `feed`. This is a file of its own because reading candle files
loads 20 MB of libraries, which an engine that trades at a venue never needs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from botswain.control.config import MarketConfig, check_market
from botswain.engine.feed import Market, made_up_instrument, starts
from botswain.history.files import read_candles
from botswain.history.grid import default_instrument
from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.model.timeframe import timeframe_ms


def market_of(config: MarketConfig, folder: Path) -> Market:
    """The market a configuration asks for. Paths are relative to `folder`."""
    check_market(config)
    if config.replay:
        return market_of_files(config, {symbol: (folder / path).resolve() for symbol, path in config.replay.items()})
    if config.seed is None:
        raise BadInput("the market has neither seed nor replay; give market: {seed: 1, prices: {BTC/USDT: 60000}}")
    if not config.prices:
        raise BadInput("the made-up market has no prices; give market: {seed: 1, prices: {BTC/USDT: 60000}}")
    rules = {symbol: made_up_instrument(symbol, price) for symbol, price in starts(config).items()}
    name = f"seed {config.seed} {config.frame}"
    told = [f"{symbol}={price}" for symbol, price in starts(config).items()]
    return Market(name, rules, timeframe_ms(config.frame), config, feed_of(name, [*told, str(config.volatility)]))


def market_of_files(config: MarketConfig, paths: Mapping[str, Path]) -> Market:
    """Files' candles as a market."""
    runs = {symbol: checked(path, symbol, config.timeframe) for symbol, path in paths.items()}
    frames = {run.timeframe for run in runs.values()}
    if len(frames) > 1:
        raise BadInput(f"the files to replay have different timeframes ({', '.join(sorted(frames))})")
    rules = {symbol: default_instrument(run, Decimal(0)) for symbol, run in runs.items()}
    name = f"replay {', '.join(path.name for path in paths.values())}"
    frame = frames.pop()
    # Not the path nor what the files hold: they may move and grow. A start holds them against what was recorded.
    return Market(name, rules, timeframe_ms(frame), runs, feed_of("replay", [*paths, frame]))


def feed_of(name: str, told: Sequence[str]) -> str:
    """A name made of what is told of a market: that as a hash, behind the name."""
    return f"{name} {hashlib.sha256(chr(31).join(told).encode()).hexdigest()[:16]}"


def checked(path: Path, symbol: str, timeframe: str) -> Candles:
    """A file's candles, refused where they are unsound."""
    candles = read_candles(path, symbol, None)
    if len(candles) == 0:
        raise BadInput(f"{path} holds no candles of {symbol}; name another file")
    if timeframe and candles.timeframe != timeframe:
        raise BadInput(
            f"{path} has candles of {candles.timeframe}, the market's timeframe is {timeframe}; write that, or none"
        )
    return candles
