"""What keeps a bot that runs from opening anything: a limit of its whole account that it reached. Pure.

The rows say when a limit was reached and until when it holds; whether that is over is judged by the time of the bot's
own market, as the core does at each close.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from botswain.control.bot_state import State
from botswain.control.decimal_text import money_text, text_of
from botswain.model.note_texts import OF_ACCOUNT, Measure
from botswain.model.reasons import Reason, reason_name
from botswain.store.blocks import Block

# As the core asks (`core.blocks.blocked_by`): what holds longest first.
ORDER = (
    Reason.DRAWDOWN, Reason.DRAWDOWN_FLATTEN, Reason.WEEKLY_LOSS, Reason.DAILY_LOSS, Reason.DRAWDOWN_PAUSE,
    Reason.COOL_DOWN,
)  # fmt: skip
# A bot that nobody runs opens nothing anyway.
RUN = ("running", "stopping", "paused", "halted")
FOR_GOOD = "until it is given other settings"
ENDLESS = {Reason.DRAWDOWN_PAUSE: "until it has recovered, or is given other settings"}
TITLES = {
    Reason.DRAWDOWN: "drawdown limit",
    Reason.WEEKLY_LOSS: "weekly loss limit",
    Reason.DAILY_LOSS: "daily loss limit",
    Reason.DRAWDOWN_PAUSE: "drawdown at which it pauses",
    Reason.DRAWDOWN_FLATTEN: "drawdown at which it closes all",
    Reason.COOL_DOWN: "losing streak",
}


@dataclass(frozen=True, slots=True)
class Blocked:
    """A limit that stands. code: the reason's name; message: with its numbers, for people."""

    code: str
    message: str
    value: Decimal
    limit: Decimal
    since_ms: int
    until_ms: int | None


def blocked_by(found: Iterable[Block], state: State, time_ms: int, quote: str) -> Blocked | None:
    """The limit that stands at a time of the bot's market, None where none does."""
    if state not in RUN:
        return None
    standing = {one.reason: one for one in found if one.until_ms is None or time_ms < one.until_ms}
    one = next((standing[reason] for reason in ORDER if reason in standing), None)
    if one is None:
        return None
    reason = Reason(one.reason)
    message = message_of(reason, one, quote)
    return Blocked(reason_name(reason), message, one.value, one.limit, one.since_ms, one.until_ms)


def message_of(reason: Reason, one: Block, quote: str) -> str:
    """The sentence."""
    meaning = OF_ACCOUNT[reason]
    money = meaning.measure is Measure.MONEY
    value, limit = (money_text(each, quote) if money else text_of(each) for each in (one.value, one.limit))
    numbers = f"{meaning.value} {value}, {meaning.limit} {limit}"
    until = f"until {moment(one.until_ms)}" if one.until_ms is not None else ENDLESS.get(reason, FOR_GOOD)
    return f"Its {TITLES[reason]} is reached ({numbers}), so it opens nothing {until}; what protects it works on"


def moment(time_ms: int) -> str:
    """A time of its market."""
    return datetime.fromtimestamp(time_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
