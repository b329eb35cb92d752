"""How a bot stands in an engine, read from its fleet: whether it runs, what halts it, which limit keeps it quiet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from botswain.bus.topics import BotState
from botswain.core.codes import FLAT, PAUSE
from botswain.engine.live_crew import Crew
from botswain.engine.live_runner import Runner
from botswain.model.reasons import Reason, reason_name

OWN = "its own decision"


@dataclass(frozen=True, slots=True)
class BotStands:
    """A bot's state; why and by whom where it is halted or refused; block: the limit that is reached.

    still  why it stands still although it runs: what it asks for is refused again and again
    """

    id: str
    name: str
    state: BotState
    why: str = ""
    by: str = ""
    block: str = ""
    still: str = ""


def stands_of(crews: Mapping[Any, Crew]) -> dict[str, BotStands]:
    """Every bot of these fleets, by name."""
    return {one.name: one for crew in list(crews.values()) for one in of_crew(crew)}


def of_crew(crew: Crew) -> Iterator[BotStands]:
    """One fleet's bots."""
    fleet = crew.fleet
    if fleet is None:
        yield from (BotStands("", one.name, "starting", crew.starting) for one in crew.wanted)
        return
    yield from (BotStands("", one.name, "refused", one.why) for one in fleet.refused)
    for runner in fleet.runners.values():
        yield of_runner(runner, crew)


def of_runner(runner: Runner, crew: Crew) -> BotStands:
    """A bot that runs."""
    halted = runner.bot.halted
    halt = crew.halts.standing.get(runner.bot_id) if crew.halts is not None else None
    block = block_of(runner)
    if runner.stopping:
        return BotStands(runner.bot_id, runner.name, "stopping", block=block)
    if halt is not None:
        return BotStands(runner.bot_id, runner.name, "halted", halt.why, halt.by, block)
    if halted is not None:
        why = f"{reason_name(halted.reason)}: {halted.message}"
        return BotStands(runner.bot_id, runner.name, "halted", why, OWN, block)
    closed_ms = int(runner.bot.decider.state.account.time_ms)
    still = runner.account.rules.still_of(runner.bot_id, closed_ms, runner.plan.timeframe_ms)
    return BotStands(runner.bot_id, runner.name, "running", block=block, still=still)


def block_of(runner: Runner) -> str:
    """The limit of the whole account that keeps a bot from opening anything now; empty where none does."""
    account = runner.bot.decider.state.account
    if account.drawn_down:
        return reason_name(Reason.DRAWDOWN)
    if account.tier == FLAT:
        return reason_name(Reason.DRAWDOWN_FLATTEN)
    if account.week_halted:
        return reason_name(Reason.WEEKLY_LOSS)
    if account.day_halted:
        return reason_name(Reason.DAILY_LOSS)
    if account.tier == PAUSE:
        return reason_name(Reason.DRAWDOWN_PAUSE)
    return reason_name(Reason.COOL_DOWN) if account.time_ms < account.cool_until else ""
