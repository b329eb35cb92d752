"""One market-stream connection as a pure thing: control messages in, replies out, and what it is to be sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from botswain.sandbox.floor import JSON, Floor, Published
from botswain.sandbox.streams import known

MOST_STREAMS = 1024
MOST_MESSAGES = 5
SECOND_MS = 1000


class StreamSession:
    """A connection of /ws or /stream.

    streams   subscribed from the start, by the address
    combined  whether messages come wrapped with their stream's name
    """

    def __init__(self, floor: Floor, streams: Sequence[str], *, combined: bool) -> None:
        self.floor = floor
        self.combined = combined
        self.topics: dict[str, None] = {}
        self.stamps: list[int] = []
        self.subscribe([one for one in streams if known(one, self.symbols())])

    def symbols(self) -> set[str]:
        """The listed markets in lower case."""
        return {one.pair_id.lower() for one in self.floor.pairs.values() if one.listed}

    def receive(self, text: bytes | str, now_ms: int) -> bytes | None:
        """Answer a control message; None: too many of them, the connection is to be closed."""
        self.stamps = [one for one in self.stamps if one > now_ms - SECOND_MS] + [now_ms]
        if len(self.stamps) > MOST_MESSAGES:
            return None
        try:
            asked = msgspec.json.decode(text)
        except msgspec.DecodeError as error:
            return JSON.encode({"error": {"code": 3, "msg": f"Invalid JSON: {error}"}})
        if not isinstance(asked, dict):
            return JSON.encode({"error": {"code": 2, "msg": "Invalid request: request must be an object"}})
        answer = self.control(asked.get("method"), asked.get("params"))
        return JSON.encode(answer | {"id": asked.get("id")})

    def control(self, method: Any, given: Any) -> dict[str, Any]:
        """Do what a control message asks."""
        names = given if isinstance(given, list) else []
        if method in ("SUBSCRIBE", "UNSUBSCRIBE"):
            if not names or not all(isinstance(one, str) for one in names):
                return wrong("params must be a non-empty list of stream names")
            if method == "UNSUBSCRIBE":
                self.unsubscribe(names)
            elif len({*self.topics, *names}) > MOST_STREAMS:
                return wrong(f"more than {MOST_STREAMS} streams")
            else:
                self.subscribe(names)
            return {"result": None}
        if method == "LIST_SUBSCRIPTIONS":
            return {"result": list(self.topics)}
        if method == "SET_PROPERTY" and names[:1] == ["combined"] and len(names) == 2 and isinstance(names[1], bool):
            self.combined = names[1]
            return {"result": None}
        if method == "GET_PROPERTY" and names == ["combined"]:
            return {"result": self.combined}
        return wrong(f"unknown method or property: {method}")

    def subscribe(self, names: Sequence[str]) -> None:
        """Listen to streams; one that does not exist stays silent, as on the venue."""
        for name in names:
            if name not in self.topics:
                self.topics[name] = None
                self.floor.listen(name, 1)

    def unsubscribe(self, names: Sequence[str]) -> None:
        """Stop listening."""
        for name in names:
            if name in self.topics:
                del self.topics[name]
                self.floor.listen(name, -1)

    def close(self) -> None:
        """The connection is gone."""
        self.unsubscribe(list(self.topics))

    def message(self, one: Published) -> bytes | None:
        """What this connection is sent of something published; None where it does not listen."""
        if one.topic not in self.topics:
            return None
        if not self.combined:
            return one.payload
        return b'{"stream":"' + one.topic.encode() + b'","data":' + one.payload + b"}"


def wrong(text: str) -> dict[str, Any]:
    """A refusal."""
    return {"error": {"code": 2, "msg": f"Invalid request: {text}"}}
