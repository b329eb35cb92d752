"""Puts the built-in exchange together for one machine and serves it until it is interrupted."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

from botswain.build.decider import matching
from botswain.cli.context import Context
from botswain.history.instruments import read_instrument
from botswain.model.errors import BadInput
from botswain.sandbox.control import balances
from botswain.sandbox.diary import Diary, gone_on
from botswain.sandbox.exchange import Exchange, Opening
from botswain.sandbox.keys import made_key
from botswain.sandbox.markets import Market
from botswain.sandbox.seed_market import SeedMarket
from botswain.sandbox.server import Server

USUAL_SEED = 11
USUAL_PRICES = ("BTC/USDT=60000", "ETH/USDT=3000", "BNB/USDT=600")
USUAL_CASH = "10000"


@dataclass(frozen=True, slots=True)
class Asked:
    """The command's options."""

    port: int
    candles: Sequence[Path]
    trades: Sequence[Path]
    symbol: Sequence[str]
    instrument: Sequence[Path]
    fee: str
    seed: int | None
    price: Sequence[str]
    speed: float | None
    step: bool
    history: int
    account: Sequence[str]
    balance: Sequence[str]
    keep: Path | None = None
    hide_keys: bool = False


def run_sandbox(context: Context, asked: Asked, market_of: Callable[[Asked], Market]) -> None:
    """Serve until interrupted. Raises BadInput.

    market_of  makes the market that the options ask for: `made_up`, or one of files (`sandbox_files`)
    """
    if sum([bool(asked.candles), bool(asked.trades), asked.seed is not None]) > 1:
        raise BadInput("--candles, --trades and --seed exclude each other; give one of them")
    if asked.step and asked.speed is not None:
        raise BadInput("--step moves only when told, --speed by itself; give one of them")
    speed = None if asked.step else 1.0 if asked.speed is None else asked.speed
    if speed is not None and speed < 0:
        raise BadInput(f"speed is {speed}; write 0 (as fast as possible) or more")
    if asked.keep is not None and speed is None:
        raise BadInput("--keep remembers a market that moves by itself; leave out --step")
    exchange = exchange_of(asked, market_of(asked), context.cache_dir)
    diary = None if asked.keep is None else gone_on(exchange, asked.keep, settings_of(asked), time.monotonic)
    asyncio.run(serve(exchange, asked, speed, diary))


def settings_of(asked: Asked) -> str:
    """What a market and its accounts follow from, as text."""
    apart = ("port", "speed", "step", "keep", "hide_keys")
    found = {one.name: getattr(asked, one.name) for one in fields(asked) if one.name not in apart}
    return repr({name: tuple(map(str, one)) if isinstance(one, list | tuple) else one for name, one in found.items()})


def exchange_of(asked: Asked, market: Market, cache_dir: Path | None) -> Exchange:
    """The exchange that the options ask for, on a market. Raises BadInput."""
    given = balances(dict(pair_of("balance", one) for one in asked.balance))
    if not given:
        given = balances({one.quote: USUAL_CASH for one in market.instruments})
    names = asked.account or ("main",)
    openings = [Opening(name, made_key(name), given) for name in names]
    exchange = Exchange(market, matching(cache_dir), openings)
    exchange.step(asked.history)
    exchange.drain()
    if exchange.next_ms() is None:
        raise BadInput("no candles are left behind the history; ask for less of it, or name other files")
    return exchange


def made_up(asked: Asked) -> Market:
    """The made-up market that the options ask for. Raises BadInput."""
    rules = {one.symbol: one for one in (read_instrument(path) for path in asked.instrument)}
    texts = dict(pair_of("price", one) for one in asked.price or USUAL_PRICES)
    prices = {symbol: number(symbol, text) for symbol, text in texts.items()}
    return SeedMarket(USUAL_SEED if asked.seed is None else asked.seed, prices, rules)


def pair_of(what: str, text: str) -> tuple[str, str]:
    """NAME=VALUE in two. Raises BadInput."""
    name, equals, value = text.partition("=")
    if not name or not equals or not value:
        raise BadInput(
            f"{what} {text!r} is not NAME=VALUE; write it as {'USDT=10000' if what == 'balance' else 'BTC/USDT=60000'}"
        )
    return name, value


def number(what: str, text: str) -> Decimal:
    """A decimal. Raises BadInput."""
    try:
        return Decimal(text)
    except InvalidOperation:
        raise BadInput(f"{what} is {text!r}, not a number; write it as 0.001") from None


async def serve(exchange: Exchange, asked: Asked, speed: float | None, diary: Diary | None = None) -> None:
    """Listen, say where, and go on until interrupted."""
    moved = diary.moved if diary is not None else lambda: None
    server = Server(exchange, now_ms, speed, moved=moved, say=say)
    await server.start(asked.port)
    click.echo(f"sandbox: http://127.0.0.1:{server.port} (symbols: {', '.join(exchange.floor.pairs)})")
    for api_key, (key, account) in () if asked.hide_keys else exchange.floor.keys.items():
        click.echo(f"account {account.name}: key {api_key} secret {key.secret}")
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, server.ended.set)
    try:
        await server.ended.wait()
    finally:
        await server.stop()
        try:
            if diary is not None:
                diary.close()
        except OSError as error:
            say(f"the market's last moments could not be written down ({error}); it goes on from a little before")
    if server.broken is not None:
        raise server.broken


def say(line: str) -> None:
    """A line for whoever runs it."""
    click.echo(f"sandbox: {line}", err=True)


def now_ms() -> int:
    """The wall clock in milliseconds UTC."""
    return time.time_ns() // 1_000_000
