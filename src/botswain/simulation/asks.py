"""Whether an engine asks for the same thing again and again (CHURN): what it sent, and what has happened since.

Asking again for what was asked for before is right where something has happened: it filled, its first try was lost or
refused, the engine began anew. A request that is repeated without any of that costs the weight of everybody behind the
address, and a stop that is taken off and placed again leaves its position bare meanwhile. So of the same request (a
slot's order with the same terms, the same order's cancel) there may be so many in a row:

    what the exchange took and did not end by itself   FREE_TAKEN, and one for each life of the engine
    what it did not take                               FREE, one each PACE_S since the first, and FREE for each life

A fill of the bot on the symbol begins a new row, and so does a request with other terms.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

FREE, FREE_TAKEN = 8, 3
PACE_S = 8.0


@dataclass(slots=True)
class Run:
    """Equal requests in a row. taken: the orders that the exchange accepted, and whether it ended them by itself."""

    terms: Hashable
    since_ms: int
    life: int
    count: int = 0
    taken: dict[str, bool] = field(default_factory=dict)


@dataclass
class Asks:
    """The latest run of each place (a bot's symbol and slots, or an order that is to be taken off)."""

    runs: dict[tuple[str, str, Hashable], Run] = field(default_factory=dict)
    names: dict[str, Run] = field(default_factory=dict)
    life: int = 0

    def began(self) -> None:
        """The engine has begun anew."""
        self.life += 1

    def before(self, bot: str, symbol: str, place: Hashable) -> list[str]:
        """Orders of a place that the exchange took and that are not known to have been ended by it."""
        run = self.runs.get((bot, symbol, place))
        return [name for name, over in run.taken.items() if not over] if run is not None else []

    def asked(self, bot: str, symbol: str, place: Hashable, terms: Hashable, names: Sequence[str], now_ms: int) -> str:
        """A request leaves; what is wrong with it, empty where nothing is."""
        run = self.runs.get((bot, symbol, place))
        if run is None or run.terms != terms:
            run = self.runs[bot, symbol, place] = Run(terms, now_ms, self.life)
        self.names.update(dict.fromkeys(names, run))
        run.count += 1
        elapsed_s, lives = (now_ms - run.since_ms) / 1000, self.life - run.life
        told = f"{run.count} times within {elapsed_s:.0f} s"
        own = sum(not over for over in run.taken.values()) / max(len(names), 1)
        if own > FREE_TAKEN + lives:
            return f"{told}, and the exchange had taken it {own:g} times, which nothing filled and nobody else ended"
        if run.count - len(run.taken) / max(len(names), 1) > FREE + elapsed_s / PACE_S + FREE * lives:
            return f"{told}, and nothing has happened since the first"
        return ""

    def taken(self, name: str) -> None:
        """The exchange has accepted an order."""
        if name in self.names:
            self.names[name].taken[name] = False

    def ended(self, name: str) -> None:
        """The exchange has ended an order that it was not asked to."""
        self.names[name].taken[name] = True

    def filled(self, bot: str, symbol: str) -> None:
        """Something of the bot has filled: what it asks for from now on it asks for anew."""
        for key in [one for one in self.runs if one[:2] == (bot, symbol)]:
            del self.runs[key]
