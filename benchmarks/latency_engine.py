"""The engine of benchmarks/latency.py: 200 bots, a database on disk, the gateway in process, wired as the CLI does."""

from __future__ import annotations

import asyncio
import cProfile
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from botswain.cli.live_wiring import Places, venue_side
from botswain.cli.wiring import engine_parts
from botswain.control.config import BotConfig, MarketConfig, SizingConfig
from botswain.engine import live_recovery
from botswain.engine.live_fleet import LiveFleet
from botswain.store.writer import GroupCommitWriter
from latency_probes import Probe, hook, print_table

SYMBOLS, BOTS = 20, 10
WARM = 5
KERNELS = Path(__file__).resolve().parents[1] / ".cache" / "botswain-kernels"


@dataclass(frozen=True)
class Asked:
    """The benchmark's options: how many closes, requests on their way at once, seconds between closes."""

    port: int
    folder: Path
    count: int
    in_flight: int
    pause_s: float
    profile_to: str


def config_of(k: int, symbol: str) -> BotConfig:
    """The k-th bot of a symbol: four grids, three crossovers, three that take turns."""
    strategy, params, react = "grid", {"step": ("0.003", "0.004", "0.006", "0.008")[k % 4], "levels": 12}, "at_close"
    if 4 <= k < 7:
        fast, slow = ((2, 4), (3, 8), (5, 13))[k - 4]
        strategy, params, react = "sma_crossover", {"fast": str(fast), "slow": str(slow)}, "at_once"
    elif k >= 7:
        strategy = f"{Path(__file__).with_name('latency_bot.py')}:Pulse"
        params, react = {"every": ("1", "1", "4")[k - 7], "phase": str(k - 7)}, "at_once"
    name = f"{symbol.partition('/')[0].lower()}-{k}"
    sizing = SizingConfig("percent", "0.9")
    return BotConfig(name=name, strategy=strategy, symbols=[symbol], params=params, sizing=sizing, react=react)


def rss_mb() -> float:
    """Memory of this process."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(lines["VmRSS"].split()[0]) / 1024


async def until(true: Callable[[], bool], seconds: float = 60) -> None:
    """Wait."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(f"{seconds} s and it is not so")
        await asyncio.sleep(0.005)


async def closes(
    fleet: LiveFleet, writer: GroupCommitWriter, probe: Probe, asked: Asked, profile: cProfile.Profile | None
) -> None:
    """Closes one after the other, each from rest to rest, and what came of them."""
    commits, rows = 0, 0
    for turn in range(WARM + asked.count):
        probe.on = turn >= WARM
        if turn == WARM:
            commits, rows = writer.commits, writer.rows
        probe.first_bytes, before = 0.0, fleet.market.sequence
        worked = time.process_time()
        if profile is not None and probe.on:
            profile.enable()
        print("step", flush=True)
        await until(lambda before=before: fleet.market.sequence >= before + SYMBOLS)  # type: ignore[misc]
        # Looking whether it is at rest costs time: not while the orders leave.
        await asyncio.sleep(asked.pause_s)
        await until(lambda: fleet.at_rest)
        if profile is not None:
            profile.disable()
        if probe.on:
            probe.turned(time.process_time() - worked)
    bots, acting = len(fleet.runners), probe.acting / asked.count
    print(f"{bots} bots, {asked.count} closes, acting a close {acting:.1f} ({acting / bots:.0%} of the bots)")
    print(f"other requests {probe.others}, commits {writer.commits - commits}, rows {writer.rows - rows}")
    print_table(probe, asked.count)
    print(f"memory of the engine {rss_mb():.0f} MB, refused {[one.why for one in fleet.refused][:3]}", flush=True)


async def run(asked: Asked) -> None:
    """Start the fleet as the command line does, and run the closes."""
    probe, profile = Probe(), cProfile.Profile() if asked.profile_to else None
    print(f"memory with everything imported {rss_mb():.0f} MB")
    config = MarketConfig(venue="binance", environment="sandbox", port=asked.port)
    wanted = [config_of(k, f"C{s:02d}/USDT") for s in range(SYMBOLS) for k in range(BOTS)]
    said: list[str] = []
    async with (
        engine_parts(asked.folder / "data", KERNELS, None, lambda _point: None) as parts,
        venue_side(parts, Places(asked.folder / "data"), config, said.append) as side,
    ):
        assert isinstance(parts.writer, GroupCommitWriter)
        began = time.perf_counter()
        side = replace(side, manners=replace(side.manners, in_flight=asked.in_flight))
        fleet = await live_recovery.start(parts, side, config, wanted)
        print(f"started in {time.perf_counter() - began:.1f} s, memory {rss_mb():.0f} MB")
        stop = asyncio.Event()
        hook(probe)
        running = asyncio.ensure_future(fleet.run(stop.wait))
        await until(lambda: fleet.account.fresh and fleet.at_rest)
        await closes(fleet, parts.writer, probe, asked, profile)
        stop.set()
        await running
        for runner in fleet.runners.values():
            await live_recovery.let_go(parts, runner)
    print(f"remarks {said[:3]}")
    if profile is not None:
        profile.dump_stats(asked.profile_to)


if __name__ == "__main__":
    port, folder, count, in_flight, pause, profile_to = sys.argv[1:]
    asyncio.run(run(Asked(int(port), Path(folder), int(count), int(in_flight), float(pause), profile_to)))
