"""What must change so that the bots that run are those that are wanted: a pure difference of rows and fleets.

The same idea as reconciling orders: only levels are compared, so it is safe to run again after anything at all. One
fleet serves one berth: an account at a venue, in a timeframe.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import msgspec

from botswain.control.config import BotConfig, MarketConfig, bot_of
from botswain.model.news import POLICIES, Mode
from botswain.model.paper import SANDBOX_PORT, odd_port
from botswain.store.bots import Bot, DesiredState


@dataclass(frozen=True, slots=True, order=True)
class Berth:
    """Where bots lie together."""

    venue: str
    environment: str
    account: str
    timeframe: str

    @property
    def place(self) -> tuple[str, str, str]:
        """The account, whatever the timeframe."""
        return self.venue, self.environment, self.account

    def __str__(self) -> str:
        return f"{self.venue} {self.environment}, account {self.account}, {self.timeframe}"


@dataclass(frozen=True, slots=True)
class Wish:
    """A bot that is wanted to run."""

    name: str
    berth: Berth
    config: BotConfig
    market: MarketConfig

    @property
    def port(self) -> int:
        """Of its sandbox, 0 for the usual one."""
        return odd_port(self.market.port)


@dataclass(frozen=True)
class Changes:
    """What to do, each in order: fleets to open with these bots, bots to join one that runs, bots to leave theirs.

    elsewhere  bots that cannot run: their account is traded on at the sandbox on another port, which is told
    """

    opened: tuple[tuple[Berth, tuple[Wish, ...]], ...] = ()
    joining: tuple[Wish, ...] = ()
    leaving: tuple[tuple[Berth, str], ...] = ()
    elsewhere: tuple[tuple[Wish, int], ...] = ()


@dataclass(frozen=True)
class Wanted:
    """Rows as they were read: wishes by name, and what keeps others from being one.

    stops  the same of bots that are to be stopped and were not yet
    """

    wishes: Mapping[str, Wish] = field(default_factory=dict)
    odd: tuple[str, ...] = ()
    stops: Mapping[str, Wish] = field(default_factory=dict)


def wanted_of(rows: Iterable[Bot]) -> Wanted:
    """The bots that are wanted to run, or to be stopped. Paper bots have no venue that outlives their command."""
    wishes: dict[str, Wish] = {}
    stops: dict[str, Wish] = {}
    odd: list[str] = []
    for row in rows:
        runs = row.desired_state is DesiredState.RUNNING
        if row.archived_ms is not None or not (runs or row.stop_due):
            continue
        try:
            config, market = bot_of(row.config)
        except msgspec.DecodeError as error:
            odd.append(f"bot {row.name!r} cannot run: its settings are not understood ({error}); make it anew")
            continue
        if not market.venue and not runs:
            continue
        if not market.venue:
            odd.append(f"bot {row.name!r} trades on paper, which botswain trade runs; botswain stop {row.name}")
            continue
        berth = Berth(market.venue, market.environment, market.account_name, market.frame)
        (wishes if runs else stops)[row.name] = Wish(row.name, berth, config, market)
    return Wanted(wishes, tuple(odd), stops)


def ways_of(rows: Iterable[Bot]) -> dict[str, Mode]:
    """How bots are to be stopped that somebody wants stopped in another way than their settings say, by name."""
    return {row.name: POLICIES[row.stop_mode] for row in rows if row.stop_mode in POLICIES}


def changes(
    wishes: Mapping[str, Wish],
    running: Mapping[Berth, frozenset[str]],
    resting: frozenset[str] = frozenset(),
    ports: Mapping[Berth, int] = MappingProxyType({}),
) -> Changes:
    """What to do.

    running  the bots of each fleet, those that are on their way in or out included
    resting  bots that could not be started and are not to be tried now
    ports    of the sandboxes that fleets trade at, where that is not the usual one
    """
    leaving = [
        (berth, name)
        for berth, names in sorted(running.items())
        for name in sorted(names)
        if name not in wishes or wishes[name].berth != berth
    ]
    here = {name for names in running.values() for name in names}
    at = {berth.place: ports.get(berth, 0) for berth in running}
    fresh: dict[Berth, list[Wish]] = {}
    joining: list[Wish] = []
    elsewhere: list[tuple[Wish, int]] = []
    for name, one in sorted(wishes.items()):
        if name in here or name in resting:
            continue
        # One account is one venue's: two exchanges behind one set of books would be two truths.
        port = at.setdefault(one.berth.place, one.port)
        if port != one.port:
            elsewhere.append((one, port or SANDBOX_PORT))
        elif one.berth in running:
            joining.append(one)
        else:
            fresh.setdefault(one.berth, []).append(one)
    opened = tuple((berth, tuple(found)) for berth, found in sorted(fresh.items()))
    return Changes(opened, tuple(joining), tuple(leaving), tuple(elsewhere))
