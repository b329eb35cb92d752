"""What the gate promises, checked from the outside after each judgement: docs/rules.md 4 and 7, SEMANTICS 2.

It reads rows as they stand and the position, and counts by itself what closes; it calls nothing of the gate.
"""

from __future__ import annotations

from typing import Any

from botswain.core.codes import (
    ASKED,
    DEFERRED,
    DONE,
    EMPTY,
    ENDED,
    ENTRY,
    MARKET,
    REDUCE_ONLY,
    REDUCING,
    STOP,
    STOP_LIMIT,
    WAITING,
    WORKING,
)  # fmt: skip


class Broken(AssertionError):
    """A promise that was not kept."""


def together(rows: list[Any], lots: Any) -> int:
    """Lots of rows that can all fill: of a link group the largest."""
    groups: dict[int, int] = {}
    for k, row in enumerate(rows):
        group = row.link or -1 - k
        groups[group] = max(groups.get(group, 0), lots(row))
    return sum(groups.values())


def leaves(row: Any) -> int:
    """What works of a row."""
    return int(row.eff - row.filled)


class Promises:
    """Told of everything that a drawing does."""

    def __init__(self, slots: int, fixed: bool = True) -> None:
        self.slots, self.fixed = slots, fixed
        # (child, rev, parent) that have been freed, by a parent filled (True) or over in part.
        self.free: set[tuple[int, int, int]] = set()
        self.full: set[tuple[int, int, int]] = set()
        self.blocked, self.was = 0, 0

    def said(self, drawing: Any, what: str, slot: int) -> None:
        """The bot takes a row back or begins it anew: what was filled of it is over."""
        row = drawing.rows[slot]
        if what != "again" and row.filled > 0 and row.state in (ASKED, WORKING, WAITING):
            self.children(drawing, slot, part=True)

    def stepping(self, drawing: Any) -> None:
        """A fill or end is counted and the strategy not called yet: what is filled now frees what stands."""
        self.parents(drawing)

    def before(self, drawing: Any) -> None:
        """A report is coming."""
        self.was = drawing.held

    def reported(self, drawing: Any) -> None:
        """It was handled: in a block no position grows or turns."""
        now = drawing.held
        if self.blocked and (abs(now) > abs(self.was) or now * self.was < 0):
            raise Broken(f"in a block the position went from {self.was} to {now}")

    def children(self, drawing: Any, parent: int, *, part: bool) -> None:
        """Note which rows a parent frees that is filled or over."""
        for slot in range(self.slots):
            row = drawing.rows[slot]
            if row.parent == parent + 1 and row.state in (ASKED, WORKING, WAITING):
                name = (slot, int(row.rev), parent)
                if not part:
                    self.full.add(name)
                if not part or self.only_closes(drawing, row):
                    self.free.add(name)

    def only_closes(self, drawing: Any, row: Any) -> bool:
        """Whether a row can only close."""
        return bool(row.flag_bits & REDUCE_ONLY) or (row.side < 0 and not drawing.rules["shortable"])

    def parents(self, drawing: Any) -> None:
        """Which parents are filled or over now."""
        for slot in range(self.slots):
            row = drawing.rows[slot]
            if row.state == DONE:
                self.children(drawing, slot, part=False)
            elif row.filled > 0 and row.state in (ENDED, WAITING, EMPTY):
                self.children(drawing, slot, part=True)

    def judged(self, drawing: Any) -> None:
        """The gate has spoken."""
        self.parents(drawing)
        self.blocked = int(drawing.state.parts["lanes"][0].blocked) if drawing.gated else 0
        self.check(drawing)
        if drawing.gated and self.fixed:
            before = picture(drawing)
            drawing.judge_again()
            self.check(drawing)
            if any(map(moved, before, picture(drawing))):
                raise Broken(f"judged again: {differences(before, picture(drawing))}")

    def check(self, drawing: Any) -> None:
        """All that holds between events."""
        rows = drawing.rows[: self.slots]
        for slot, row in enumerate(rows):
            self.check_row(drawing, slot, row)
        if drawing.gated and drawing.rules["shortable"] and drawing.held:
            self.check_room(drawing, rows)

    def check_row(self, drawing: Any, slot: int, row: Any) -> None:
        """What holds of one row."""
        where = f"slot {slot}"
        if row.state == ASKED:
            raise Broken(f"{where} is not judged")
        if row.state in (WAITING, ENDED) and row.ended == 0:
            raise Broken(f"{where} waits or ended and nobody knows for what")
        if row.eff < row.filled or (row.state == WORKING and row.eff > row.qty):
            raise Broken(f"{where}: filled {row.filled}, eff {row.eff}, qty {row.qty}")
        name = (slot, int(row.rev), int(row.parent) - 1)
        if row.parent > 0 and row.state == WORKING and row.freed == 0 and name in self.free:
            raise Broken(f"{where} waits for a parent that is over")
        if row.parent > 0 and row.state in (WORKING, WAITING) and row.freed and name not in self.free:
            raise Broken(f"{where} is free of a parent that is not over")
        if not drawing.gated or row.state not in (WORKING, WAITING):
            return
        if row.state == WORKING and row.reducing == DEFERRED and (row.freed or row.parent == 0):
            raise Broken(f"{where} is deferred for good")
        if self.only_closes(drawing, row):
            if row.state == WAITING:
                raise Broken(f"{where} only closes and waits for code {row.ended}")
            if row.reducing == ENTRY:
                raise Broken(f"{where} only closes and is an entry")
        if self.blocked and row.state == WORKING and row.reducing == ENTRY and leaves(row) > 0:
            raise Broken(f"{where} is an entry that works in a block")
        if row.state == WORKING and row.reducing != DEFERRED and leaves(row) == 0:
            raise Broken(f"{where} works with nothing")

    def check_room(self, drawing: Any, rows: list[Any]) -> None:
        """What passed closes no more than the position, and what waits has no room."""
        held = drawing.held
        against = [r for r in rows if r.side * held < 0]
        passed = [r for r in against if r.state == WORKING and r.reducing == REDUCING]
        plain = [r for r in passed if not r.flag_bits & REDUCE_ONLY]
        if together(plain, leaves) > abs(held):
            raise Broken(f"passed {together(plain, leaves)} of {held}")
        for row in plain:
            beside = [r for r in passed if r is not row and not (row.link and r.link == row.link)]
            if row.kind == MARKET:
                # It goes first: what only reduces comes after it, and passes anyway.
                beside = [r for r in beside if r in plain and r.kind == MARKET]
            elif row.kind in (STOP, STOP_LIMIT):
                beside = [r for r in beside if not gives_way(r)]
            if leaves(row) + together(beside, leaves) > abs(held):
                raise Broken(f"kind {row.kind} closes {leaves(row)} beside {together(beside, leaves)}, of {held}")
        opening = [r for r in against if r.state == WORKING and r.reducing == ENTRY and r.kind == MARKET]
        for row in against:
            if row.state not in (WORKING, WAITING) or row.ended == 0 or row.reducing == DEFERRED:
                continue
            stop = row.kind in (STOP, STOP_LIMIT)
            others = [r for r in passed if r is not row and not (row.link and r.link == row.link)]
            others += [r for r in opening if r is not row]
            ways = [[r for r in others if not gives_way(r)]] if stop else [others]
            space = max(abs(held) - together(one, leaves) for one in ways)
            most = int(drawing.state.parts["terms"][0].max_lots)
            asked = row.qty - row.filled
            asked = min(asked, most) if most else asked
            lots = min(asked, space)
            small = int(drawing.state.parts["terms"][0].min_notional)
            if lots > leaves(row) and lots * (row.price or row.trigger or drawing.price) >= small:
                raise Broken(f"a row of kind {row.kind} closes {leaves(row)} and waits, where {lots} may close")


def gives_way(row: Any) -> bool:
    """Reduce-only, resting, no stop: it passes anyway, and stops need no room beside it."""
    return bool(row.flag_bits & REDUCE_ONLY) and row.kind not in (MARKET, STOP, STOP_LIMIT)


def picture(drawing: Any) -> list[dict[str, int]]:
    """All that the gate says of rows."""
    names = ("state", "rev", "kind", "qty", "eff", "filled", "reducing", "freed", "ended")
    return [{name: int(getattr(row, name)) for name in names} for row in drawing.rows]


def moved(before: dict[str, int], after: dict[str, int]) -> bool:
    """Whether a row changed; an entry by the market that was cut to the position is told to be reducing next time."""
    now_closes = before["kind"] == MARKET and (before["reducing"], after["reducing"]) == (ENTRY, REDUCING)
    return before | {"reducing": REDUCING} != after if now_closes else before != after


def differences(before: list[dict[str, int]], after: list[dict[str, int]]) -> str:
    """What changed, by slot."""
    return "; ".join(f"slot {k}: {one} -> {two}" for k, (one, two) in enumerate(zip(before, after, strict=True))
                     if one != two)  # fmt: skip
