"""Whole candle files live over sockets, fill by fill against the backtest, and replayed.

    python benchmarks/parity_over_sockets.py [FILE...] [--bot NAME] [--candles N]

The sandbox serves each file on loopback and moves only when told; the engine trades it through gateway and adapter as
it would any venue, and acts on fills at its next close, as a backtest does. Where a bot waits for a price inside a
candle (a grid's held stop), the sandbox stands still there until it has acted. Without FILE: the year's hours of BTC,
ETH and SOL. Exits with 1 where anything differs or a bot that ships has no settings here, with 2 where there is no
data. The test command has windows of the same (tests/parity/test_over_sockets.py); here a file takes minutes. A grid
is over with its exit: `ladder` is a test's own, which begins again after each.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.engine.compare import backtested, first_difference, of_result, of_store
from tests.engine.scenes import bot
from tests.fakes.live import WIDE, now_ms, parts_of, running, side_of
from tests.fakes.stepping import Stepper, Stuck, until
from tests.parity.scenes import shared_folder
from tests.sandbox.ports import Site, served

from botswain.build.decider import matching
from botswain.control.config import BotConfig, MarketConfig, plan_of
from botswain.engine.feed import Market
from botswain.engine.feed_events import FeedTimes
from botswain.engine.replay import replay
from botswain.history.files import read_candles
from botswain.history.grid import default_instrument
from botswain.model.candles import Candles
from botswain.model.errors import BadInput
from botswain.model.instrument import Instrument
from botswain.model.timeframe import timeframe_ms
from botswain.sandbox.budget import Allowed
from botswain.sandbox.candle_market import CandleMarket
from botswain.sandbox.control import balances
from botswain.sandbox.exchange import Exchange, Opening
from botswain.sandbox.keys import made_key
from botswain.store import bots, fills
from botswain.store.inline import open_memory
from botswain.strategies.catalog import PLACES

KERNELS = Path(__file__).resolve().parents[1] / ".cache" / "botswain-kernels"
USUAL = ("BTC-USDT/1h_2024.parquet", "ETH-USDT/1h_2024.parquet", "SOL-USDT/1h_2024.parquet")
CASH = "10000"
FEE = Decimal("0.001")
TOLD_EVERY_S = 15.0
# The market moves only when told, so nothing is late by a clock but what a file lacks: that is read twice, and let go
# within the candle that comes after it. A read may take as long, in true time, before a candle that exists is let go.
TIMES = FeedTimes(ask_ms=WIDE, quiet_ms=WIDE, grace_ms=50_000, again_ms=50)
BOTS: dict[str, dict[str, Any]] = {
    "sma_crossover": {"params": {"fast": 8, "slow": 21}},
    "grid": {"params": {"step": "0.01", "levels": 12}},
    "scalper": {"params": {"spread": "0.5", "levels": 2, "take_profit": "0.6"}},
    "scalper+quotes": {"params": {"spread": "0.5", "levels": 2, "exit": "quotes"}},
    "sma_crossover+exits": {
        "params": {"fast": 8, "slow": 21},
        "exits": {"stop_loss": "0.01", "take_profit": "0.02"},
    },
    "grid+stop": {"params": {"step": "0.01", "levels": 24}, "exits": {"stop_loss": "0.1"}},
    "grid+target": {"params": {"step": "0.01", "levels": 24}, "exits": {"take_profit": "0.1"}},
    "grid+trailing": {"params": {"step": "0.01", "levels": 24}, "exits": {"trailing_stop": "0.15"}},
    "ladder_again+exits": {
        "params": {"gap": "0.01", "clears": False},
        "exits": {"stop_loss": "0.015", "take_profit": "0.02", "trailing_stop": "0.03"},
        "sizing": ("fixed_quote", "300"),
    },
}
# Of the crew's bots those that only need to be named.
BOTS |= {
    "dca": {"params": {"safety_orders": 3, "step": "0.01", "take_profit": "0.012"}},
    "dip": {"params": {"drop": "0.02", "window": 24}},
    "momentum": {"params": {"lookback": 8}},
    "rsi": {"params": {"period": 5}},
    "macd": {"params": {"fast": 5, "slow": 13}},
    "bollinger": {"params": {"period": 12}},
    "stochastic": {"params": {"period": 9}},
    "donchian_breakout": {"params": {"entry": 14, "leave": 7}},
    "supertrend": {"params": {"period": 7, "multiplier": "1.5"}},
    "indicator_rules": {"params": {}},
}
LADDER = ("tests.engine.ladder_again", "LadderAgain")


@dataclass(frozen=True)
class Run:
    """One bot on one file: what is told of it, and what came of it."""

    name: str
    candles: Candles
    wanted: BotConfig
    rules: Instrument


def rules_of(candles: Candles) -> Instrument:
    """The file's own tick, a lot that suits its price, and a fee taken from what is received, as Binance does."""
    price = float(candles.close[0])
    lot = Decimal("0.00001" if price > 100 else "0.01" if price > 0.1 else "1")
    base = candles.symbol.partition("/")[0]
    tick = default_instrument(candles, Decimal(0)).tick_size
    return Instrument(candles.symbol, tick, lot, maker_fee=FEE, taker_fee=FEE, fee_asset=base, fee_precision=8)


def exchange_of(run: Run) -> Exchange:
    """The exchange on the file, with room for a year's requests in some minutes."""
    symbol = run.candles.symbol
    money = balances({symbol.partition("/")[2]: CASH})
    market = CandleMarket({symbol: run.candles}, {symbol: run.rules})
    allowed = Allowed(weight=WIDE, orders_10s=WIDE, orders_day=WIDE)
    return Exchange(market, matching(KERNELS), [Opening("main", made_key("main"), money)], allowed)


async def lived(site: Site, run: Run, store: Any) -> tuple[Instrument, list[Any], Any]:
    """Trade to the last candle but one, which has a next open: the rules as the venue told them, fills, the replay."""
    remarks: list[str] = []
    symbol, count = run.candles.symbol, len(run.candles)
    async with side_of(site, remarks=remarks, times=TIMES) as (side, ring, held):
        parts = parts_of(store, KERNELS)
        config = MarketConfig(timeframe=run.candles.timeframe)
        async with running(parts, side, ring, held, config, [run.wanted]) as fleet:
            (runner,) = fleet.runners.values()
            await until(lambda: fleet.account.fresh and runner.quiet, "the account was read")
            began = told = time.monotonic()
            stepper = Stepper(site, fleet)
            for turn in range(1, count):
                await stepper.candle(f"candle {turn}")
                if runner.bot.halted is not None:
                    raise Stuck(f"candle {turn}: the bot was halted: {runner.bot.halted}; remarks {remarks[-3:]}")
                if time.monotonic() > told + TOLD_EVERY_S:
                    told = time.monotonic()
                    print(
                        f"  {run.name}: {turn} of {count - 1} candles, {turn / (told - began):.0f} a second", flush=True
                    )
            rules = fleet.listings[symbol].instrument
        found = await replay(parts, run.wanted.name)
    async with store.reading(None) as tx:
        booked = await fills.of_bot(tx, (await bots.by_name(tx, run.wanted.name)).id, limit=10_000_000)
    for one in remarks[:5]:
        print(f"  {run.name}: remark: {one}")
    return rules, list(booked), found


def differences(run: Run) -> int:
    """Trade a file live, hold it against its backtest, and print what came of it; how many faults there were."""
    began = time.monotonic()
    store = open_memory(epoch=bytes(16), now_ms=now_ms())
    with served(exchange_of(run)) as site:
        try:
            rules, live, replayed = asyncio.run(lived(site, run, store))
        except (Stuck, BadInput) as error:
            print(f"{run.name}: {error}")
            return 1
        at_venue = len(site.exchange.floor.accounts["main"].trades)
    symbol, shown = run.candles.symbol, run.candles.slice(0, len(run.candles) - 1)
    market = Market("file", {symbol: rules}, timeframe_ms(run.candles.timeframe), {symbol: shown}, "file")
    back = of_result(backtested(run.wanted, {symbol: shown}, market))
    tags = plan_of(run.wanted, market.instruments, market.timeframe_ms).strategy.tags
    # What the last close decided fills at an open that the backtest does not have.
    mine = [one for one in of_store(live, tags) if one[0] <= int(shown.ts[-1])]
    different = first_difference(back, mine)
    faults = (different is not None) + (at_venue != len(live)) + replayed.count
    took = time.monotonic() - began
    print(
        f"{run.name:<46} {len(run.candles):>6} candles {len(back):>6} fills, at the venue {at_venue}, "
        f"replay {replayed.count} differences, {took:.0f} s: {'equal' if not faults else 'DIFFERENT'}",
        flush=True,
    )
    if different is not None:
        print(f"  fill {different[0]}:\n    backtest {different[1]}\n    live     {different[2]}")
    for one in replayed.differences[:3]:
        print(f"  replay: {one}")
    return faults


def runs_of(path: Path, chosen: str, most: int) -> list[Run]:
    """The bots on one file, whose folder is named by its symbol."""
    symbol = path.resolve().parent.name.replace("-", "/")
    candles = read_candles(path, symbol)
    candles = candles.slice(0, most) if most else candles
    found = []
    for name, more in BOTS.items():
        if chosen in ("", name):
            settings = {"sizing": ("percent", "0.9"), "capital": CASH, **more}
            wanted = bot(name.partition("+")[0], [symbol], "one", **settings)
            found.append(Run(f"{path.parent.name}/{path.stem} {name}", candles, wanted, rules_of(candles)))
    return found


def main() -> int:
    """Compare and print; returns the exit code."""
    parser = argparse.ArgumentParser(description="Live over sockets against the backtest, on whole files.")
    parser.add_argument("files", nargs="*", type=Path, help="candle files in folders named BASE-QUOTE")
    parser.add_argument("--bot", default="", choices=("", *BOTS), help="only this one; all without it")
    parser.add_argument("--candles", type=int, default=0, help="only so many of each file")
    asked = parser.parse_args()
    unknown = PLACES.keys() - {one.partition("+")[0] for one in BOTS}
    if unknown:
        print(f"no settings for {', '.join(sorted(unknown))}, which ship; give them some in BOTS")
        return 1
    PLACES["ladder_again"] = LADDER
    files = asked.files or [shared_folder() / "data" / "binance" / one for one in USUAL]
    missing = [str(one) for one in files if not one.is_file()]
    if missing:
        print(f"no such file: {', '.join(missing)}; name files, or set BOTSWAIN_SHARED to the shared folder")
        return 2
    faults = sum(differences(run) for path in files for run in runs_of(path, asked.bot, asked.candles))
    print(f"{len(files)} files, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
