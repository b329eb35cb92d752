"""What a live bot remembers beyond the core's records, as bytes for its checkpoints: the same for the same bot.

The rest stands in the checkpoint itself (`checkpoint`). How far along the market it is, and what its indicators hold,
is not written down: a restart lets the candles before the checkpoint go by.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from botswain.engine.asked_again import AskedAgain
from botswain.engine.live_bot import LiveBot
from botswain.engine.row_table import table_of
from botswain.engine.unpaid import Unpaid
from botswain.model.intents import Wanted, Working
from botswain.model.news import Mode, Ruled

# Attributes of a bot and of its groups that are sets of numbers or of tuples of them.
SETS = ("blocked", "_deferred", "_pressing")
GROUP_SETS = ("apart", "unlisted", "reached", "passed", "fired", "standing", "_stood")
# The same, which earlier versions did not have: written down only where they hold something.
NEW_SETS = ("back",)

ORDERS = "orders"
DUE = "due"
UNPAID = "unpaid"


class Memory(msgspec.Struct, frozen=True, array_like=True):
    """Attributes by name; sets in order."""

    up: bool
    mode: Mode
    look: bool
    last_fill: tuple[int, int]
    past: tuple[Working, ...]
    held: tuple[Wanted, ...]
    rules: tuple[Ruled, ...]
    noted: bool
    numbers: dict[str, tuple[int, ...]]
    tuples: dict[str, tuple[tuple[int, ...], ...]]
    short: bool = False
    going: tuple[Wanted, ...] = ()


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Memory)


def saved(bot: LiveBot) -> bytes:
    """A bot's memory as it is now."""
    found = {name: ordered(getattr(bot, name)) for name in SETS}
    found |= {name: ordered(getattr(bot.groups, name)) for name in GROUP_SETS}
    found |= {name: ordered(kept) for name in NEW_SETS if (kept := getattr(bot.groups, name))}
    return _ENCODER.encode(
        Memory(
            up=bot.up,
            mode=bot.mode,
            look=bot._look,
            last_fill=bot._last_fill,
            past=tuple(bot.past.values()),
            held=tuple(bot.groups.held),
            rules=tuple(bot.ruled),
            noted=bot._noted,
            numbers={name: one for name, one in found.items() if name == "blocked"} | obeyed(bot) | charged(bot),
            tuples={name: one for name, one in found.items() if name != "blocked"} | unpaid(bot),
            short=bot._short,
            going=tuple(bot.groups.going.values()),
        )
    )


def restored(bot: LiveBot, memory: bytes) -> None:
    """Give a bot, whose core's records are those of a checkpoint, the memory that was saved with it.

    Raises msgspec.DecodeError where another version of Botswain saved it.
    """
    found = _DECODER.decode(memory)
    bot.up, bot.mode = found.up, found.mode
    bot._look, bot._last_fill = found.look, found.last_fill
    bot.past = {one.client_order_id: one for one in found.past}
    bot.groups.held = list(found.held)
    bot.groups.going = {(one.symbol, one.slot, one.rev): one for one in found.going}
    bot._noted, bot._short = found.noted, found.short
    for one in found.rules:
        bot.rule(one)
    bot._table = table_of(bot.decider.state)
    bot.asked = AskedAgain(bot.decider.state, *found.numbers.get(ORDERS, ()))
    (bot.due.upto_ms,) = found.numbers.get(DUE, (0,))
    bot.unpaid = Unpaid(bot.decider.state, says=bot.unpaid.says, fixed=bot.unpaid.fixed)
    bot.unpaid.told = {(s, slot, rev) for s, slot, rev in found.tuples.get(UNPAID, ())}
    values: dict[str, Iterable[Any]] = {**found.numbers, **found.tuples}
    for owner, names in ((bot, SETS), (bot.groups, (*GROUP_SETS, *NEW_SETS))):
        for name in names:
            setattr(owner, name, set(values.get(name, ())))


def obeyed(bot: LiveBot) -> dict[str, tuple[int, ...]]:
    """Up to which order of people's it has obeyed them; nothing where nobody told it."""
    return {ORDERS: (bot.asked.orders,)} if bot.asked.orders >= 0 else {}


def charged(bot: LiveBot) -> dict[str, tuple[int, ...]]:
    """Until when it was charged for holding; nothing where it never is."""
    return {DUE: (bot.due.upto_ms,)} if bot.due.upto_ms else {}


def unpaid(bot: LiveBot) -> dict[str, tuple[tuple[int, ...], ...]]:
    """Of which wants it was said that its cash cannot pay them; nothing where of none."""
    return {UNPAID: ordered(bot.unpaid.told)} if bot.unpaid.told else {}


def ordered(found: Iterable[Any]) -> tuple[Any, ...]:
    """A set in an order that is the same in every process."""
    return tuple(sorted(found))
