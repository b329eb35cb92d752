"""Runs simulated seeds one after the other and prints what came of each.

`crew_of` is the one place that says what lives in the simulated world.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import click

from botswain.build.decider import matching
from botswain.cli.context import Context
from botswain.model.errors import BadInput, FailClosed
from botswain.sandbox.lane import Rules
from botswain.simulation.engine_crew import EngineCrew
from botswain.simulation.lives import Crew
from botswain.simulation.onlooker import Onlooker
from botswain.simulation.plan import PER_DAY
from botswain.simulation.scene import Report
from botswain.simulation.scenery import scene
from botswain.simulation.world import run

MOST_SEEDS = 1_000_000
MOST_BOTS = 1_000


@dataclass(frozen=True, slots=True)
class Asked:
    """The command's options."""

    seed: int
    seeds: int
    days: float
    faults: str
    bots: int
    per_day: float | None
    twice: bool

    def command(self, seed: int) -> str:
        """What repeats one seed."""
        more = "" if self.per_day is None else f" --per-day {self.per_day:g}"
        return f"botswain simulate --seed {seed} --days {self.days:g} --faults {self.faults} --bots {self.bots}{more}"


def crew_of(bots: int, cache_dir: Path | None) -> Crew:
    """What lives in the simulated world: so many bots of the real engine; with none, somebody who only looks on."""
    return EngineCrew(bots, cache_dir) if bots else Onlooker()


def run_simulation(context: Context, asked: Asked) -> None:
    """Run the seeds. Raises BadInput, Broken at the first breach, FailClosed where a seed differs from itself."""
    if not 1 <= asked.seeds <= MOST_SEEDS:
        raise BadInput(f"--seeds is {asked.seeds}; give 1 to {MOST_SEEDS}")
    if not 1 <= asked.bots <= MOST_BOTS:
        raise BadInput(f"--bots is {asked.bots}; give 1 to {MOST_BOTS}")
    rules = matching(context.cache_dir)
    reports: list[Report] = []
    began_s = time.perf_counter()
    for seed in range(asked.seed, asked.seed + asked.seeds):
        seed_s = time.perf_counter()
        found = once(asked, seed, rules, context.cache_dir)
        took_s = time.perf_counter() - seed_s
        if asked.twice and (again := once(asked, seed, rules, context.cache_dir)).hash != found.hash:
            raise FailClosed(f"seed {seed} gave {found.hash} and then {again.hash}; something ambient is in the engine")
        reports.append(found)
        click.echo(told(found, took_s))
    if len(reports) > 1:
        click.echo(summed(reports, time.perf_counter() - began_s))


def once(asked: Asked, seed: int, rules: Rules, cache_dir: Path | None) -> Report:
    """One run of one seed."""
    per_day = PER_DAY if asked.per_day is None else asked.per_day
    return run(
        scene(seed, asked.days, asked.faults, rules, per_day=per_day, again=asked.command(seed)),
        crew_of(asked.bots, cache_dir),
    )


def told(one: Report, took_s: float) -> str:
    """A run in a few lines."""
    faults = sum(one.faults.values())
    bot_days = one.days * max(one.bots, 1)
    kinds = ", ".join(f"{kind} {count}" for kind, count in one.faults.items())
    return (
        f"seed {one.seed}: {bot_days:g} bot-days, {one.counts.get('orders', 0)} orders, "
        f"{one.counts.get('fills', 0)} fills, {faults} faults of {len(one.faults)} kinds, {one.lives} lives, "
        f"{len(one.pages)} pages, 0 violations, {bot_days / max(took_s, 1e-9):.2f} bot-days a second, {one.hash[:16]}"
        + (f"\n  longest doubt: {one.doubt.told()}" if one.doubt is not None else "")
        + (f"\n  {kinds}" if kinds else "")
    )


def summed(reports: list[Report], took_s: float) -> str:
    """All runs in a line or two."""
    bot_days = sum(one.days * max(one.bots, 1) for one in reports)
    orders = sum(one.counts.get("orders", 0) for one in reports)
    faults = sum(sum(one.faults.values()) for one in reports)
    kinds = {kind: None for one in reports for kind in one.faults}
    doubts = sorted((one.doubt.took_ms, one.seed, one.doubt.told()) for one in reports if one.doubt is not None)
    return (
        f"{len(reports)} seeds: {bot_days:g} bot-days, {orders} orders, {faults} faults of {len(kinds)} kinds, "
        f"0 violations, {bot_days / max(took_s, 1e-9):.2f} bot-days a second"
        + "".join(f"\nlongest doubt: {said} (seed {seed})" for _, seed, said in doubts[-1:])
    )
