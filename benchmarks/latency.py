"""From a candle's message to its orders on the socket, with 200 bots on 20 symbols: `python benchmarks/latency.py`.

Three processes: this one makes candles from a seed, starts the sandbox on them (it moves only when told) and the
engine (`latency_engine`), and moves the market on, one close of all symbols at a time, when the engine is at rest.
The plan's limits: p50 under 8 ms, p99 under 40 ms, 300 MB for the engine. Times are by the wall; where processor time
is meant it says so.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import Request, urlopen

import numpy as np

from botswain.history.parquet_file import write_parquet
from botswain.model.candles import Candles
from latency_probes import row

SYMBOLS = 20
START_MS, MINUTE_MS = 1_723_161_240_000, 60_000
WIDE = 1_000_000_000
LOUD = 0.0015  # a candle's standard deviation


def names() -> list[str]:
    """The symbols."""
    return [f"C{k:02d}/USDT" for k in range(SYMBOLS)]


def candles(symbol: str, seed: int, count: int) -> Candles:
    """A walk on a tick of 0.01 from 100.00."""
    chance = np.random.default_rng([seed, int(symbol[1:3])])
    path = np.round(100 * np.exp(np.cumsum(chance.standard_normal(4 * count) * LOUD / 2)) * 100).reshape(count, 4)
    close = path[:, -1]
    first = np.concatenate(([10_000.0], close[:-1]))
    high, low = np.maximum(path.max(1), first), np.minimum(path.min(1), first)
    ts = START_MS + MINUTE_MS * np.arange(count)
    volume = np.full(count, 1_000_000.0)
    return Candles(symbol, "1m", ts, first / 100, high / 100, low / 100, close / 100, volume)


def files(folder: Path, seed: int, count: int) -> list[Path]:
    """The candles, a file a symbol."""
    found = []
    for symbol in names():
        path = folder / f"{symbol.replace('/', '-')}.parquet"
        with path.open("wb") as target:
            write_parquet(target, candles(symbol, seed, count), "made by benchmarks/latency.py")
        found.append(path)
    return found


def sandbox(folder: Path, paths: list[Path], history: int) -> tuple[subprocess.Popen[str], int]:
    """The exchange, and its port."""
    command = [str(Path(sys.executable).with_name("botswain")), "sandbox", "--port", "0", "--step"]
    command += ["--history", str(history), "--balance", "USDT=100000000"]
    for symbol in names():
        base = symbol.partition("/")[0]
        rules = folder / f"{base}.json"
        facts = {"tick_size": "0.01", "lot_size": "0.0001", "fee_asset": base, "fee_precision": 8}
        rules.write_text(json.dumps({"symbol": symbol, "maker_fee": "0.001", "taker_fee": "0.001", **facts}))
        command += ["--instrument", str(rules), "--symbol", symbol]
    for path in paths:
        command += ["--candles", str(path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    return process, int(line.partition("127.0.0.1:")[2].split()[0])


def control(port: int, path: str, body: dict[str, int]) -> None:
    """Tell the sandbox something."""
    url = f"http://127.0.0.1:{port}/sandbox/{path}"
    with urlopen(Request(url, json.dumps(body).encode(), method="POST"), timeout=60) as answer:
        answer.read()


def fsyncs(folder: Path, seconds: float = 10.0) -> list[float]:
    """How long the disk takes for a write as large as a commit's, in seconds: no order leaves before one of these."""
    found: list[float] = []
    end_s = time.monotonic() + seconds
    with (folder / "fsyncs").open("wb") as target:
        while time.monotonic() < end_s:
            target.write(bytes(65_536))
            target.flush()
            began = time.perf_counter()
            os.fsync(target.fileno())
            found.append(time.perf_counter() - began)
            time.sleep(0.01)
    return found


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description="Candle message to order on the socket: 200 bots, 20 symbols.")
    parser.add_argument("--closes", type=int, default=60)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--in-flight", type=int, default=64, help="requests on their way at once; the CLI has 16")
    parser.add_argument("--pause", type=float, default=1.0, help="seconds between closes; above 15, connections end")
    parser.add_argument("--profile", default="", help="write the engine's profile of the closes to this file")
    asked = parser.parse_args()
    history = 100
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        exchange, port = sandbox(folder, files(folder, asked.seed, history + asked.closes + 30), history)
        engine = None
        try:
            control(port, "limits", {"weight": WIDE, "orders_10s": WIDE, "orders_day": WIDE, "raw": WIDE})
            command = [sys.executable, str(Path(__file__).with_name("latency_engine.py")), str(port), str(folder)]
            command += [str(asked.closes), str(asked.in_flight), str(asked.pause), asked.profile]
            engine = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            assert engine.stdout is not None
            for line in engine.stdout:
                if line == "step\n":
                    control(port, "step", {"candles": 1})
                else:
                    print(line, end="", flush=True)
            print(row("fsync of 64 KB on this disk, alone", fsyncs(folder)))
            print(f"load average {' '.join(f'{one:.1f}' for one in os.getloadavg())} on {os.cpu_count()} cores")
            return engine.wait()
        finally:
            for one in (engine, exchange):
                if one is not None:
                    one.terminate()
                    one.wait()


if __name__ == "__main__":
    sys.exit(main())
