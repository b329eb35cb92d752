"""What a stop did not do: of bots whose policy asks for something that is not so when it is over, what, and why.

Told from what the bots know, not from whether the stop ran: where the journal had failed before, nobody was asked to
do anything, and what the policy says would be an untruth.
"""

from __future__ import annotations

from dataclasses import dataclass

from botswain.control.config import STOP_POLICIES
from botswain.core.codes import PROTECTIVE, REDUCE_ONLY
from botswain.engine.flattening import flat
from botswain.engine.live_bot import LiveBot
from botswain.engine.live_crew import Crew
from botswain.engine.live_runner import Runner
from botswain.engine.live_stop import PATIENCE_S, doubts
from botswain.model.intents import Working
from botswain.model.news import Mode

NOT_DONE = {
    Mode.CANCEL_ENTRIES: "its entries were NOT all cancelled",
    Mode.CANCEL_ALL: "its orders were NOT all cancelled",
    Mode.FLATTEN: "it was NOT flattened",
}


@dataclass(frozen=True, slots=True)
class StopEnd:
    """How a bot's stop ended.

    missed  what its policy asks for and is not so, in words; empty where it is done, as far as is known
    why     what kept it from being done or known; empty where it is
    """

    policy: Mode
    missed: str = ""
    why: str = ""

    def text(self, name: str) -> str:
        """In words, of a bot."""
        policy = self.policy.name.lower().replace("_", " ")
        if self.missed:
            return f"{name}: stopped, but {self.missed} (on_stop {policy}): {self.why}"
        return f"{name}: stopped ({policy})" + (f"; {self.why}; look with botswain doctor" if self.why else "")


def stop_end(crew: Crew, runner: Runner) -> StopEnd:
    """How the stop of one of a crew's bots ended."""
    usual = next((STOP_POLICIES[one.on_stop] for one in crew.wanted if one.name == runner.name), Mode.CANCEL_ENTRIES)
    policy = (crew.policies | (crew.stops or {})).get(runner.name, usual)
    missed = NOT_DONE.get(policy, "") if runner.not_off or lacks(runner.bot, policy) else ""
    slow = any(one.name == runner.name for one in crew.left)
    if not missed and not slow:
        return StopEnd(policy)
    return StopEnd(policy, missed, crew.starting.rstrip(".") or unrest(crew, runner))


def unrest(crew: Crew, runner: Runner) -> str:
    """Why a bot did not come to rest while its fleet ran."""
    fleet = crew.last
    found = f"it did not come to rest {'before it was left at once' if crew.leave.is_set() else f'in {PATIENCE_S:g} s'}"
    if fleet is None:
        return found
    if not fleet.account.fresh:
        found += ", for its account was not heard or not read through"
    waiting = doubts(fleet, runner)
    found += f", {waiting} order{'' if waiting == 1 else 's'} in doubt" if waiting else ""
    return found + (f"; {runner.not_off}" if runner.not_off else "")


def lacks(bot: LiveBot, policy: Mode) -> bool:
    """Whether something works, or is held, that a stop policy asks not to be there."""
    if policy is Mode.CANCEL_ALL:
        return bool(bot.working)
    if policy is Mode.FLATTEN:
        return bool(bot.working) or any(
            flat(bot.decider, s, bot.held_lots(s), bot.mark(s)) for s in range(len(bot.symbols))
        )
    return policy is Mode.CANCEL_ENTRIES and any(opens(bot, one) for one in bot.working.values())


def opens(bot: LiveBot, order: Working) -> bool:
    """Whether an order may open or grow a position."""
    return not order.flags & (PROTECTIVE | REDUCE_ONLY) and order.side * bot.held_lots(order.symbol) >= 0


def only_opens(runner: Runner, s: int, slot: int) -> bool:
    """Whether a bot's entries are stopped, and the row of a slot is one."""
    bot = runner.bot
    row = bot.row(s, slot)
    entry = not int(row.flag_bits) & (PROTECTIVE | REDUCE_ONLY) and int(row.side) * bot.held_lots(s) >= 0
    return bot.mode is not Mode.RUN and entry


def undone(crew: Crew) -> list[str]:
    """What is to be said of the bots whose stop policy was not carried out, or is not known to be."""
    if crew.last is None:
        return []
    ends = [(one.name, stop_end(crew, one)) for one in crew.runners]
    return [end.text(name) for name, end in ends if end.why]
