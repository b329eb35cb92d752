"""Slots about which a bot that acts at its closes asks at once all the same: an exit's, whose price has come. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from botswain.model.intents import Wanted, Working

Slot = tuple[int, int]


def pressed(row: Wanted, covering: Iterable[int], working: Collection[Working], exits: int | None) -> set[Slot]:
    """The slots that an exit presses when its price comes: its own, and of all that locks its coins.

    covering  slots of rows that do
    exits     first slot of exits, where orders that are not wanted any more may rest until the close
    """
    s = row.symbol
    slots = {row.slot, *covering}
    slots |= {one.slot for one in working if one.link and (one.symbol, one.link) == (s, row.link)}
    if exits is not None:
        slots |= {one.slot for one in working if (one.symbol, one.side) == (s, row.side) and one.slot < exits}
    return {(s, slot) for slot in slots}


def calmed(
    pressing: Iterable[Slot], order: Working, exits: int, *, over: bool, going: Collection[Wanted] = ()
) -> set[Slot]:
    """What still presses when an order has filled: what is wanted in its place waits for the close.

    over   an exit has gone with all that was held of it: then nothing of its symbol presses any more
    going  exits that go as they were: those of other pieces of the position press on, and what locks their coins
    """
    others = {(one.symbol, one.slot) for one in going if one.symbol == order.symbol and one.link != order.link}

    def done(one: Slot) -> bool:
        alike = one[1] == order.slot or (order.slot >= exits and one[1] >= exits)
        return one[0] == order.symbol and one not in others and ((over and not others) or alike)

    return {one for one in pressing if not done(one)}
