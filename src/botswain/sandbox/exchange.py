"""The whole exchange without its sockets: a market, a floor, a door. Time and bytes come in, bytes and events go out.

The server drives it by a real clock, the simulation by a virtual one; both through these few methods.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from botswain.model.errors import BadInput
from botswain.sandbox.api_session import ApiSession
from botswain.sandbox.budget import Allowed, Budget
from botswain.sandbox.candle_market import CandleMarket
from botswain.sandbox.candle_path import Watched
from botswain.sandbox.door import Door, Reply, Request
from botswain.sandbox.facts import Facts, usual_filters
from botswain.sandbox.floor import Floor, Published
from botswain.sandbox.keys import Key
from botswain.sandbox.lane import Lane, Rules
from botswain.sandbox.markets import Market
from botswain.sandbox.pair import Pair
from botswain.sandbox.stream_session import StreamSession
from botswain.sandbox.tape import Tape


@dataclass(frozen=True)
class Opening:
    """An account to open: its name, key and first amounts in units."""

    name: str
    key: Key
    balances: Mapping[str, int] = field(default_factory=dict)


class Exchange:
    """An open exchange.

    rules     the core's matching, as `build.decider.matching` gives it
    compiled  whether those rules are compiled
    """

    def __init__(
        self, market: Market, rules: Rules, openings: Sequence[Opening] = (), allowed: Allowed | None = None,
        *, compiled: bool = True,
    ) -> None:  # fmt: skip
        self.market = market
        self.moves = 0
        self.controlled: Callable[[str, str, bytes], None] | None = None  # told what comes to the control door
        pairs = {}
        for one in market.instruments:
            facts = Facts(one)
            tape = Tape(market.base, facts.tick)
            pairs[one.symbol] = Pair(facts, usual_filters(facts), Lane(rules, compiled=compiled), tape)
        self.floor = Floor({one.pair_id: one for one in pairs.values()})
        self.door = Door(self.floor, Budget(allowed or Allowed()))
        for opening in openings:
            self.floor.open_account(opening.name, opening.key, opening.balances)
        market.begin(self.floor, pairs)
        self.floor.drain()

    def rest(self, request: Request, now_ms: int) -> Reply:
        """Answer a REST request at the server's time."""
        return self.door.rest(request, now_ms)

    def open_api(self, address: str, query: str, now_ms: int) -> ApiSession:
        """A new WebSocket API connection."""
        return ApiSession(self.door, address, query, now_ms)

    def open_streams(self, streams: Sequence[str], address: str, now_ms: int, *, combined: bool) -> StreamSession:
        """A new market-stream connection. Raises Refused where the address has opened too many."""
        self.door.budget.connect(address, now_ms)
        return StreamSession(self.floor, streams, combined=combined)

    def next_ms(self) -> int | None:
        """When the market moves next, on its own time; None at its end."""
        return self.market.next_ms()

    def advance(self) -> int:
        """Move the market once; how many candles' ends that brought."""
        self.moves += 1
        ended = self.market.advance()
        self.moved()
        return ended

    def play(self, until: Mapping[str, Watched]) -> int:
        """Move a market of candles to the end of an instant (1), or to where a watched price is come to (0).

        Raises BadInput for a market of another kind: it has no path that is known before.
        """
        market = self.market
        if not isinstance(market, CandleMarket):
            raise BadInput("only a market of candles can stand still at a price; move this one on without until")
        self.moves += 1
        ended = market.play(until)
        self.moved()
        return ended

    def moved(self) -> None:
        """The market has moved."""
        self.floor.moved()
        for name in self.floor.freed:
            self.door.budget.count_orders(name, -1, self.floor.now_ms)
        self.floor.freed.clear()
        if self.floor.faults.take("freeze_streams") is not None:
            self.floor.outbox = [one for one in self.floor.outbox if one.topic.startswith("@")]

    def step(self, candles: int, deliver: Callable[[Published], None] | None = None) -> int:
        """Move on until so many candles have ended, or the market has; returns how many did.

        Without `deliver` what was published waits for `drain`.
        """
        done = 0
        while done < candles and self.next_ms() is not None:
            done += self.advance()
            if deliver is not None:
                for one in self.floor.drain():
                    deliver(one)
        return done

    def drain(self) -> list[Published]:
        """What is to be sent."""
        return self.floor.drain()
