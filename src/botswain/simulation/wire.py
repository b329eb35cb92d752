"""What carries a life's requests: the bytes that the real transport would send, to the exchange's door, and back.

A request that has left arrives whether or not anybody waits for it, unless the weather takes it; then, as with the
real transport, nobody knows, and the caller hears of it at the deadline.
"""

from __future__ import annotations

import asyncio

from botswain.sandbox.door import Reply as DoorReply
from botswain.sandbox.door import Request
from botswain.simulation.death import Pulse
from botswain.simulation.venue_end import VenueEnd, garbled
from botswain.simulation.weather import Fate
from botswain.venues.binance.requests import Call
from botswain.venues.binance.signing import Credential, HttpRequest, http_request
from botswain.venues.binance.transport import DEADLINE_S, NoReply, Reply

ADDRESS = "192.0.2.10"
LOST = ("request_lost", "outage")
Waiting = asyncio.Future[Reply | NoReply]


class SimulatedWire:
    """A Wire of one life."""

    def __init__(self, end: VenueEnd, pulse: Pulse, deadline_s: float = DEADLINE_S) -> None:
        self._end = end
        self._pulse = pulse
        self._deadline_s = deadline_s

    async def send(
        self, call: Call, credential: Credential | None, venue_ms: int, recv_window_ms: int
    ) -> Reply | NoReply:
        """Send a call once. As the transport: venue_ms is the venue's time now, recv_window_ms how late it may be."""
        self._pulse.check()
        if call.signed and credential is None:
            return NoReply(f"{call.method} {call.path} must be signed and there is no key", left=False)
        made = http_request(call, credential, venue_ms, recv_window_ms)
        end = self._end
        end.trail.out(raw(made))
        end.trail.count("requests")
        end.witness.sent(call)
        self._pulse.check()
        fate = end.weather.fate(f"{call.method} {call.path}")
        waiting: Waiting = end.loop.create_future()
        expiry = end.loop.call_later(
            self._deadline_s, answered, waiting, NoReply(f"no reply within {self._deadline_s} s", True)
        )
        if fate.name == "refused":
            end.later(end.weather.delay_s(), answered, waiting, NoReply("ClientConnectorError: refused", True))
        elif fate.name not in LOST:
            late_s = fate.late_s if fate.name == "request_late" else 0.0
            flight = Flight(end, call, request_of(made), fate, waiting)
            end.later(end.weather.delay_s() + late_s, flight.arrive)
        try:
            found = await waiting
            if isinstance(found, Reply):
                end.witness.heard(call, found.status, found.body)
            return found
        finally:
            expiry.cancel()
            self._pulse.check()


class Flight:
    """One request under way, which belongs to the network and no longer to whoever sent it."""

    def __init__(self, end: VenueEnd, call: Call, request: Request, fate: Fate, waiting: Waiting) -> None:
        self._end = end
        self._call = call
        self._request = request
        self._fate = fate
        self._waiting = waiting

    def arrive(self) -> None:
        """At the exchange's door, where a fault may hold it."""
        held_ms = self._end.exchange.door.held_ms(self._request)
        if held_ms:
            self._end.later(held_ms / 1000, self.done)
        else:
            self.done()

    def done(self) -> None:
        """Done there; the reply goes its way."""
        found = self._end.rest(self._request, self._call)
        back_s = self._end.weather.delay_s() + max(found.delay_ms, 0) / 1000
        fate = self._fate
        if found.dropped or fate.name == "reset":
            self._end.later(back_s, answered, self._waiting, NoReply("ServerDisconnectedError", True))
        elif fate.name != "reply_lost":
            late_s = fate.late_s if fate.name == "reply_late" else 0.0
            reply = reply_of(found, cut=fate.name == "reply_garbled")
            self._end.later(back_s + late_s, answered, self._waiting, reply)


def answered(waiting: Waiting, found: Reply | NoReply) -> None:
    """Hand a reply to whoever still waits."""
    if not waiting.done():
        waiting.set_result(found)


def raw(made: HttpRequest) -> bytes:
    """A request's bytes, as far as they matter."""
    headers = "".join(f"{name}: {value}\r\n" for name, value in sorted(made.headers.items()))
    return f"{made.method} {made.target}\r\n{headers}\r\n".encode() + made.body


def request_of(made: HttpRequest) -> Request:
    """The same as the exchange's door takes it."""
    path, _, query = made.target.partition("?")
    return Request(made.method, path, query, made.body, made.headers, ADDRESS)


def reply_of(found: DoorReply, *, cut: bool) -> Reply:
    """A reply as the transport gives it."""
    headers = {name.lower(): value for name, value in found.headers.items()}
    return Reply(found.status, headers, garbled(found.body) if cut else found.body)
