"""Run the eight plain bots on real candles here, in backtesting.py and in vectorbt, and compare every fill.

    python benchmarks/against_peers.py [--limit N] [--bots NAME ...] [--peers PEER ...]

Where the three mean the same: a market order decided at a close and filled at the next open, one quantity, a fee of the
turnover, long and short. The peers run in environments of their own under .cache/peers, which this makes with pip; what
the bots want is reckoned there anew, with numpy and pandas (`peers/wanted.py`). docs/compared.md says where the engines
differ by design. It exits with 1 where a fill differs and with 2 where there is no data.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import venv
from decimal import Decimal
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from botswain import backtest
from botswain.model.candles import Candles
from botswain.model.instrument import Instrument
from parity.scenes import binance_files, real, shared_folder

HERE = Path(__file__).resolve().parent
BOTS = ("sma_crossover", "rsi", "macd", "bollinger", "stochastic", "donchian_breakout", "supertrend", "momentum")
PEERS = {"backtesting": "backtesting==0.6.6", "vectorbt": "vectorbt==1.2.0"}
FEE = Decimal("0.001")
UNITS = 1000
Fill = tuple[int, float, float, float]


def main() -> int:
    """Compare and print; return the exit code."""
    parser = argparse.ArgumentParser(description="Compare Botswain's fills with those of other engines.")
    parser.add_argument("--limit", type=int, default=0, help="only the first N files; 0 for all")
    parser.add_argument("--bots", nargs="+", default=BOTS, choices=BOTS)
    parser.add_argument("--peers", nargs="+", default=tuple(PEERS), choices=tuple(PEERS))
    given = parser.parse_args()
    files = binance_files()[: given.limit or None]
    if not files:
        print(f"no candle files under {shared_folder() / 'data' / 'binance'}; set BOTSWAIN_SHARED to the shared folder")
        return 2
    pythons = {peer: environment(peer) for peer in given.peers}
    fills = differences = 0
    for path in files:
        counted = compared(f"{path.parent.name}/{path.stem}", real(path), given.bots, pythons)
        fills, differences = fills + counted[0], differences + counted[1]
    print(f"{len(files)} files: {fills} fills of {len(given.bots)} bots compared, {differences} differences")
    return 1 if differences else 0


def environment(peer: str) -> Path:
    """The Python of a peer's own environment, made where it is not there yet."""
    home = HERE.parent / ".cache" / "peers" / peer
    python = home / "bin" / "python"
    if not (home / "made").exists():
        print(f"{peer}: installing {PEERS[peer]} into an environment of its own", flush=True)
        venv.create(home, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", PEERS[peer]], check=True)
        (home / "made").touch()
    return python


def compared(name: str, candles: Candles, bots: tuple[str, ...], pythons: dict[str, Path]) -> tuple[int, int]:
    """Fills compared and fills that differ, of all bots on one file."""
    ours = {bot: own_fills(bot, candles) for bot in bots}
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "candles.npz"
        columns = {one: getattr(candles, one) for one in ("ts", "open", "high", "low", "close", "volume")}
        np.savez(work, **columns)
        for peer, python in pythons.items():
            command = [python, HERE / "peers" / f"by_{peer}.py", work, "1", str(FEE), str(UNITS), *bots]
            told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
            for bot, line in zip(bots, told, strict=True):
                theirs = netted([tuple(one) for one in json.loads(line)])
                said = difference(ours[bot], theirs)
                wrong += said != ""
                print(f"{name:<26} {peer:<12} {bot:<18} {len(theirs):>6} fills  {said or 'the same'}", flush=True)
    return sum(map(len, ours.values())) * len(pythons), wrong


def own_fills(bot: str, candles: Candles) -> list[Fill]:
    """The bot's fills here: row, units (below zero: sold), price, fee."""
    tick = tick_of(candles)
    rules = Instrument(candles.symbol, tick, Decimal(1), taker_fee=FEE, maker_fee=FEE, shortable=True)
    result = backtest(
        bot, candles, params={"direction": "both"}, instrument=rules, capital="1e9", sizing="fixed", size=UNITS
    )
    rows = {int(ts): row for row, ts in enumerate(candles.ts)}
    return [
        (rows[one.time_ms], float(one.qty) * (1 if one.side == "buy" else -1), float(one.price), float(one.fee))
        for one in result.fills
    ]


def tick_of(candles: Candles) -> Decimal:
    """The coarsest power of ten on whose grid all prices are."""
    prices = np.concatenate([candles.open, candles.high, candles.low, candles.close])
    for places in range(12):
        scaled = prices * 10.0**places
        if np.all(np.abs(scaled - np.rint(scaled)) < 1e-6 * np.maximum(1.0, scaled * 1e-9)):
            return Decimal(1).scaleb(-places)
    raise SystemExit(f"{candles.symbol}: prices of more than 11 decimals; leave the file out")


def netted(fills: list[Fill]) -> list[Fill]:
    """A close and an opening at one open are one order here."""
    found: list[Fill] = []
    for row, units, price, fee in fills:
        if found and found[-1][0] == row:
            _, before, _, paid = found[-1]
            found[-1] = (row, before + units, price, paid + fee)
        else:
            found.append((row, units, price, fee))
    return [one for one in found if one[1] != 0]


def difference(ours: list[Fill], theirs: list[Fill]) -> str:
    """The first fill that is another one; nothing where none is."""
    for k in range(max(len(ours), len(theirs))):
        one = ours[k] if k < len(ours) else None
        other = theirs[k] if k < len(theirs) else None
        if one is None or other is None or not same(one, other):
            return f"fill {k} is {one} here and {other} there"
    return ""


def same(one: Fill, other: Fill) -> bool:
    """Row and units exactly, price and fee to the last digits of a float."""
    return one[:2] == other[:2] and all(abs(a - b) <= 1e-9 * abs(b) for a, b in zip(one[2:], other[2:], strict=True))


if __name__ == "__main__":
    sys.exit(main())
