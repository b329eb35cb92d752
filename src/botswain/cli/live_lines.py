"""What is said of live bots' venue: whether it is heard, what is in doubt, what is halted, and what a stop left.

The same sentences stand in the live view and, each time one of them changes, in the lines of a plain terminal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial

from botswain.cli.trade_lines import Told
from botswain.cli.trade_words import counted, plain
from botswain.engine.asked_again import OUTSIDE
from botswain.engine.live_crew import STARTS, Crew
from botswain.engine.live_fleet import LiveFleet
from botswain.engine.live_runner import Runner
from botswain.engine.stop_ends import only_opens, stop_end
from botswain.engine.venue_view import VenueView, venue_view
from botswain.engine.view import OrderView, view_of

SHOWN_ORDERS = 5
KEPT_REMARKS = 100


def venue_name(view: VenueView) -> str:
    """Whose market, which money."""
    return f"{view.name} {view.environment}, account {view.account}, {view.timeframe}"


def states(view: VenueView) -> dict[str, str]:
    """What is so now, by what it is about; what is as it should be has a sentence too."""
    account = "heard, and all of it was read"
    if view.account_down:
        account = f"NOT HEARD ({view.account_down}); nothing is requested, positions and orders stand as last known"
    elif view.unread:
        account = "heard, but NOT READ as was said; positions and orders stand as last known"
    elif view.reading:
        account = "heard; it is being read, and nothing is requested before"
    found = {
        "market": f"NOT HEARD ({view.market_down}); candles are read meanwhile" if view.market_down else "heard",
        "account": account,
    }
    if view.stale:
        found["prices"] = f"of {', '.join(view.stale)} are stale; nothing is opened on them"
    if view.doubts:
        found["in doubt"] = f"{counted(view.doubts, 'order')}; they count in full until the venue has answered"
    if view.residue:
        found["in no book"] = ", ".join(f"{plain(qty)} {asset}" for asset, qty in view.residue)
    return found


def halt_lines(crew: Crew) -> list[str]:
    """The halts that bots obey now."""
    if crew.halts is None or crew.fleet is None:
        return []
    names = {key: runner.name for key, runner in crew.fleet.runners.items()}
    return [f"{names[key]}: {halt.text()}" for key, halt in crew.halts.standing.items() if key in names]


@dataclass
class Teller:
    """Lines for a plain terminal: what happened, and what is so each time it changes.

    say  prints; quiet keeps remarks for a screen instead
    """

    prefix: str = ""
    remarks: list[str] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    fleet: LiveFleet | None = None

    def remark(self, text: str) -> None:
        """Something happened; the same is not said twice in a row."""
        if not self.remarks or self.remarks[-1] != text:
            self.remarks.append(text)
            del self.remarks[:-KEPT_REMARKS]

    def new(self, crew: Crew) -> Iterable[str]:
        """Lines since the last call: remarks, changed states, then what bots did."""
        lines, self.remarks = self.remarks, []
        yield from (f"{self.prefix}{one}" for one in lines)
        fleet = crew.fleet
        if fleet is not None and fleet is not self.fleet:
            self.fleet, self.said, self.told = fleet, {}, []
            where = self.prefix or f"{venue_name(venue_view(fleet))}: "  # the prefix says it already
            yield f"{where}{counted(len(fleet.runners), 'bot')}"
        if fleet is not None:
            known = {id(one.runner) for one in self.told}
            self.told += [told_of(one) for one in fleet.runners.values() if id(one) not in known]
            now = states(venue_view(fleet))
            for name in sorted(now.keys() | self.said.keys()):
                if now.get(name) != self.said.get(name):
                    yield f"{self.prefix}{name}: {now.get(name, 'nothing any more')}"
            self.said = now
        for one in self.told:
            yield from (f"{self.prefix}{line}" for line in one.new())
        if fleet is not None:
            here = set(map(id, fleet.runners.values()))
            self.told = [one for one in self.told if id(one.runner) in here]  # who left has said its last


def told_of(runner: Runner) -> Told:
    """What a live bot does from when it was taken up."""
    return Told(runner, OUTSIDE, partial(only_opens, runner), runner.fills_before)


def stop_lines(crew: Crew) -> list[str]:
    """What a stop did, what it did not and why, and what it left."""
    if crew.last is None:
        why = "" if crew.starting == STARTS else f" ({crew.starting.rstrip('.')})"
        return [
            f"stopped before any bot was started{why}. Orders that an earlier run left at the venue stay as they are; "
            "look with botswain doctor"
        ]
    lines, ends = [], [stop_end(crew, one) for one in crew.runners]
    where = f"{crew.last.side.name} {crew.last.side.environment}"
    for runner, end in zip(crew.runners, ends, strict=True):
        view = view_of(runner)
        held = [f"{plain(one.qty)} {one.symbol}" for one in view.symbols if one.qty]
        left = f"{'as last known: ' if crew.starting else ''}{orders_left(view.working, where)}"
        lines.append(f"{end.text(view.name)}; {left}; holds {', '.join(held) or 'nothing'}")
    if any(end.missed for end in ends):
        lines.append(
            "what was not done stays so while nothing runs: look with botswain doctor; once that is mended give the "
            "same command and stop it again, or do it by hand at the venue"
        )
    return [*lines, "the same command goes on from here"]


def orders_left(working: tuple[OrderView, ...], where: str) -> str:
    """The orders that a stop left, in words."""
    if not working:
        return "no order is left working"
    shown = [
        f"{one.side} {plain(one.qty)} {one.symbol}" + (f" at {plain(one.price)}" if one.price is not None else "")
        for one in working[:SHOWN_ORDERS]
    ]
    more = f" and {len(working) - SHOWN_ORDERS} more" if len(working) > SHOWN_ORDERS else ""
    return f"{counted(len(working), 'order')} left working at {where}: {', '.join(shown)}{more}"
