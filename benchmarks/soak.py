"""A soak over real sockets: an exchange, a gateway and an engine as processes, kill -9 at random, faults now and then.

    python benchmarks/soak.py --minutes 10 --seed 1

Six bots on three symbols of a made-up market, a candle a second. Every 5 to 30 s the engine, the gateway or both are
killed and started again; in between the exchange drops replies, cuts connections, delays, refuses. Every minute and at
the end the market is let stand still, all comes to rest, and the database is held against the exchange's own books to
the last digit: orders, fills, positions, balances, and what is wanted against what works. Exit code 1 on a difference.
The same seed draws the same market and the same kills; what falls between them is the machine's.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.scenarios.books_agree import differences, read_journal, read_venue, unsettled
from tests.scenarios.bot_wants import unwanted
from tests.scenarios.commands import Command
from tests.scenarios.venue_process import Venue, venue

from botswain.cli.key_pair import sealing_key
from botswain.cli.keys_run import Asked, added
from botswain.model.caps import Caps
from botswain.sandbox.keys import made_key

SYMBOLS = ("BTC/USDT", "ETH/USDT", "BNB/USDT")
START = {"USDT": Decimal(60_000)}
ACCOUNT = "main"
KILL_S = (5.0, 30.0)
FAULT_S = (4.0, 12.0)
COMPARE_S = 60.0
CANDLE_S = 1.0
# How long until all is at rest once the engine has read its account, and how long until it has.
REST_S, START_S = 120.0, 600.0
GLANCE_S = 0.5
READY = "account: heard, and all of it was read"
# What a venue does in a bad hour and takes back: nothing that changes the account behind our back.
FAULTS = (
    {"name": "drop_reply", "times": 2},
    {"name": "drop_request", "times": 2},
    {"name": "error_after_accept", "times": 2},
    {"name": "refuse", "times": 3},
    {"name": "delay_reply", "times": 3, "delay_ms": 700},
    {"name": "delay_request", "times": 2, "delay_ms": 700},
    {"name": "fill_before_reply", "times": 1},
    {"name": "drop_event", "times": 3},
    {"name": "duplicate_event", "times": 3},
    {"name": "swap_events", "times": 2},
    {"name": "lookup_refused", "times": 4},
    {"name": "fee_late", "times": 2},
    {"name": "cancel_refused", "times": 1},
    {"name": "maintenance", "times": 5},
    {"name": "disconnect"},
    {"name": "stream_ended", "account": ACCOUNT},
)


def crew() -> list[dict[str, object]]:
    """Six bots: a ladder and a crossover on each symbol."""
    made: list[dict[str, object]] = []
    for symbol in SYMBOLS:
        base = symbol[:3].lower()
        shared = {"symbols": [symbol], "capital": 9_000, "on_stop": "leave"}
        shared["sizing"] = {"kind": "percent", "size": "0.9"}
        grid = {"step": "0.0022", "levels": 10}
        exits = {"stop_loss": "0.004", "trailing_stop": "0.003"}
        made.append({"name": f"ladder-{base}", "strategy": "grid", "params": grid, **shared})
        cross = {"fast": 2, "slow": 5}
        made.append({"name": f"trend-{base}", "strategy": "sma_crossover", "params": cross, "exits": exits, **shared})
    return made


@dataclass
class Soak:
    """The processes and what was counted."""

    home: Path
    there: Venue
    config: Path
    chance: random.Random
    engine: Command | None = None
    gateway: Command | None = None
    counts: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)

    def start(self) -> None:
        """Start what does not run; the engine finds the gateway listening."""
        if self.gateway is None or not self.gateway.alive:
            self.gateway = Command(self.home, "gateway", "gateway", "--sandbox-port", self.there.port)
            self.gateway.until("listening at", START_S)
        if self.engine is None or not self.engine.alive:
            if self.engine is not None:
                self.counts["engine starts"] += 1
            self.engine = Command(self.home, "engine", "trade", self.config, "--plain")

    def kill(self) -> None:
        """kill -9 of one of them, or of both, and a start."""
        doomed = self.chance.choice(("engine", "gateway", "engine", "gateway", "both"))
        if doomed == "gateway" and self.engine is not None and READY not in self.engine.said():
            doomed = "both"  # one that starts while no gateway answers opens the keys itself, and has none beside it
        for name in ("engine", "gateway") if doomed == "both" else (doomed,):
            process = self.engine if name == "engine" else self.gateway
            assert process is not None
            if not process.alive:
                self.note(f"the {name} had ended by itself: {process.said()[-2000:]}")
            process.kill()
            self.counts[f"kills of the {name}"] += 1
        time.sleep(self.chance.uniform(0, 2))
        self.start()

    def fault(self) -> None:
        """Something that the exchange does wrong."""
        one = dict(self.chance.choice(FAULTS))
        self.counts[f"fault {one['name']}"] += 1
        self.there.control("POST", "faults", **one)

    def compare(self) -> None:
        """Let the market stand still, wait for rest, and compare. A difference that stays is kept."""
        self.there.control("DELETE", "faults")
        began_s = time.monotonic()
        heard_s: float | None = None
        names = [str(one["name"]) for one in crew()]
        left = ["nothing was compared"]
        while left and time.monotonic() < (began_s + START_S if heard_s is None else heard_s + REST_S):
            assert self.engine is not None
            if heard_s is None and READY in self.engine.said():
                heard_s = time.monotonic()
            if not self.engine.alive:
                self.note(f"the engine had ended by itself: {self.engine.said()[-2000:]}")
                self.start()
            left = unsettled(self.home, self.there, ACCOUNT)
            if not left:
                shown = read_venue(self.there, ACCOUNT, SYMBOLS)
                left = differences(self.home, self.there, ACCOUNT, shown, START)
                if not left:
                    left = unwanted(self.home, shown, ACCOUNT, names)
                    if left:  # what was turned away is asked for again at the next close
                        self.there.step()
            time.sleep(GLANCE_S)
        self.counts["comparisons"] += 1
        self.counts["differences"] += len(left)
        self.found += left
        done = read_journal(self.home, ACCOUNT)
        self.tell(f"compared: {len(done.orders)} orders, {len(done.fills)} fills, {len(left)} differences")
        for one in left[:10]:
            self.tell(f"  {one}")

    def note(self, text: str) -> None:
        """Something that must not be."""
        self.counts["ended by themselves"] += 1
        self.found.append(text)
        self.tell(text)

    def tell(self, text: str) -> None:
        """A line."""
        kills = sum(count for name, count in self.counts.items() if name.startswith("kills"))
        print(f"{time.strftime('%H:%M:%S')} {kills} kills, {text}", flush=True)

    def run(self, minutes: float) -> None:
        """The soak itself."""
        self.start()
        assert self.engine is not None
        self.engine.until(READY, START_S)
        now = began = time.monotonic()
        end_s = began + minutes * 60
        kill_s, fault_s = (now + self.chance.uniform(*one) for one in (KILL_S, FAULT_S))
        compare_s, candle_s = now + COMPARE_S, now
        while (now := time.monotonic()) < end_s:
            if now >= compare_s:
                self.compare()
                compare_s = time.monotonic() + COMPARE_S
                kill_s = max(kill_s, time.monotonic() + KILL_S[0])
            elif now >= kill_s:
                self.kill()
                kill_s = time.monotonic() + self.chance.uniform(*KILL_S)
            elif now >= fault_s:
                self.fault()
                fault_s = now + self.chance.uniform(*FAULT_S)
            elif now >= candle_s:
                self.there.step()
                self.counts["candles"] += 1
                candle_s = now + CANDLE_S
            else:
                time.sleep(0.05)
        self.start()
        self.compare()

    def stop(self) -> None:
        """Stop both as a person would; nothing is left."""
        for process in (self.engine, self.gateway):
            if process is not None and process.alive and process.stop():
                self.note(f"a stop ended with an error: {process.said()[-2000:]}")


def soak(home: Path, minutes: float, seed: int) -> Soak:
    """Run it in a folder."""
    key = made_key(ACCOUNT)
    with ExitStack() as stack:
        balances = [f"{asset}={amount}" for asset, amount in START.items()]
        options = ("--step", "--seed", seed, "--history", 60, *(x for one in balances for x in ("--balance", one)))
        there = stack.enter_context(venue(home / "exchange", *options))
        data = home / "data"
        config = home / "crew.yaml"
        market = {"venue": "binance", "environment": "sandbox", "port": there.port, "account": ACCOUNT}
        config.write_text(yaml.safe_dump({"market": market, "bots": crew()}))
        data.mkdir()
        sealed(data, key.api_key, key.secret)
        made = Soak(data, there, config, random.Random(seed))
        stack.callback(lambda: [one.kill() for one in (made.engine, made.gateway) if one is not None])
        made.run(minutes)
        made.stop()
        made.counts["differences"] += len(
            left := differences(data, there, ACCOUNT, read_venue(there, ACCOUNT, SYMBOLS), START)
        )
        made.found += left
    return made


def sealed(data: Path, api_key: str, secret: str) -> None:
    """Seal the account's key for the gateway's process."""
    asyncio.run(
        added(
            data / "botswain.db",
            partial(sealing_key, data),
            Asked("key", "binance", "sandbox", ACCOUNT, Caps()),
            (api_key, secret),
        )
    )


def main() -> int:
    """The command."""
    options = argparse.ArgumentParser(description="kill -9 at random over real sockets, and equal books")
    options.add_argument("--minutes", type=float, default=10.0)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="botswain-soak-") as folder:
        done = soak(Path(folder), asked.minutes, asked.seed)
        journal = read_journal(Path(folder) / "data", ACCOUNT)
    print(f"{asked.minutes:g} minutes, seed {asked.seed}: {len(journal.orders)} orders, {len(journal.fills)} fills")
    for name, count in sorted(done.counts.items()):
        print(f"  {name}: {count}")
    for one in done.found[:50]:
        print(f"  ! {one}")
    return 1 if done.found else 0


if __name__ == "__main__":
    sys.exit(main())
