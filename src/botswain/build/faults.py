"""A strategy's fault, told to its author: file, line, what was wrong, symbol and candle.

One way for research and live. `raised_fault` is for what a step in Python raised, which knows its line; `coded_fault`
for what machine code only has a number for. Whoever runs a compiled step does the event again with the step in Python
to get from the second to the first.
"""

from __future__ import annotations

import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botswain.build.misuse import NAN_REMEDY, TARGETS, Misuse
from botswain.build.plan import Plan
from botswain.core.codes import CLOSE, START, TIMER
from botswain.model.reasons import Reason

ROOM = Path(__file__).parents[1]


def raised_fault(error: BaseException, plan: Plan) -> tuple[Reason, str]:
    """The reason and the message of what a step raised: the author's file and line, the error, symbol and candle."""
    code_of_step = plan.strategy.chosen_step().__code__
    home = code_of_step.co_filename
    place, where = "", ""
    for frame, line in traceback.walk_tb(error.__traceback__):
        code = frame.f_code
        if code.co_name == "user_step" and {"sim_", "symbol_"} <= frame.f_locals.keys():
            where = candle_text(frame.f_locals["sim_"], frame.f_locals["symbol_"], plan)
        if where and (code.co_filename == home or code.co_name.startswith("step_")):
            place = f"{code.co_filename}, line {line}: "
    if not place:
        # What machine code raises has no line of its own, and the line that called it is none of the author's.
        last = next(reversed(traceback.extract_tb(error.__traceback__)), None)
        if last is not None and not Path(last.filename).is_relative_to(ROOM):
            place = f"{last.filename}, line {last.lineno}: "
        else:
            place = f"{home}, the step at line {code_of_step.co_firstlineno}: "
    if isinstance(error, Misuse):
        return error.reason, f"{place}{error}{where}"
    return Reason.STEP_RAISED, f"{place}{type(error).__name__}: {error}{where}"


def coded_fault(reason: Reason, sim: Any, plan: Plan) -> str:
    """The message of a fault whose line is not known: where the step begins, the slot, and what the code means."""
    code = plan.strategy.chosen_step().__code__
    slot = f", slot {int(sim.account.code_slot)}" if reason is not Reason.BAD_TARGET else ""
    return f"{code.co_filename}, the step at line {code.co_firstlineno}: {reason.name}{slot}; {MEANINGS[reason]}"


MEANINGS = {
    Reason.BAD_SLOT: "the strategy asked for a slot it does not have; let slots() return more",
    Reason.BAD_TARGET: f"a target must be {TARGETS}; {NAN_REMEDY}",
    Reason.BAD_ORDER: "it asked for what no order can be (side, kind, price, quantity, group or tag)",
}


def candle_text(sim: Any, s: int, plan: Plan) -> str:
    """Which symbol the step was called for, and on which candle."""
    event = int(sim.account.event)
    at_close = event in (START, CLOSE)
    at = int(sim.account.time_ms) - (plan.timeframe_ms if at_close else 0)
    when = datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M")
    if event == TIMER:
        return f" ({plan.instruments[s].symbol}, on the candle that formed at {when} UTC)"
    what = "at the close of" if at_close else "on what its orders did in"
    return f" ({plan.instruments[s].symbol}, {what} the candle of {when} UTC)"
