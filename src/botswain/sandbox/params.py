"""A request's parameters: read by name, each with its own refusal; what nobody read is refused too (-1104)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from botswain.sandbox.amounts import DIGITS, NUMBER_RANGE, parsed
from botswain.sandbox.refusals import Refused, missing

INTEGER_RANGE = r"^[0-9]{1,20}$"
SYMBOL_RANGE = r"^[A-Z0-9-_.]{1,20}$"
CLIENT_ID_RANGE = r"^[a-zA-Z0-9-_]{1,36}$"
_INTEGER = re.compile(r"[0-9]{1,20}")
_SYMBOL = re.compile(r"[A-Z0-9\-_.]{1,20}")
_CLIENT_ID = re.compile(r"[a-zA-Z0-9\-_]{1,36}")
# Read for every request before its own parameters are.
ENVELOPE = frozenset({"timestamp", "recvWindow", "signature", "apiKey", "returnRateLimits"})


class Params:
    """Parameters as sent, by name. Every reader raises Refused with the reference's code."""

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values
        self.read = set(ENVELOPE)

    def has(self, name: str) -> bool:
        """Whether a parameter was sent."""
        return name in self.values

    def text(self, name: str) -> str | None:
        """A parameter as it is; None where it was not sent."""
        self.read.add(name)
        value = self.values.get(name)
        if value == "":
            raise Refused((-1105, f"Parameter '{name}' was empty."))
        return value

    def need(self, name: str) -> str:
        """A parameter that must be there."""
        value = self.text(name)
        if value is None:
            raise missing(name)
        return value

    def symbol(self, name: str = "symbol") -> str | None:
        """A market's own name."""
        value = self.text(name)
        if value is not None and not _SYMBOL.fullmatch(value):
            raise illegal(name, SYMBOL_RANGE)
        return value

    def integer(self, name: str, default: int | None = None) -> int | None:
        """A whole number."""
        value = self.text(name)
        if value is None:
            return default
        if not _INTEGER.fullmatch(value):
            raise illegal(name, INTEGER_RANGE)
        return int(value)

    def limit(self, default: int, most: int) -> int:
        """How many entries are asked for, at most `most`."""
        value = self.integer("limit", default) or 0
        if not value:
            raise Refused((-1130, "Data sent for parameter 'limit' is not valid."))
        return min(value, most)

    def amount(self, name: str, decimals: int) -> int | None:
        """A price or quantity in units, with at most that many decimals."""
        value = self.text(name)
        if value is None:
            return None
        found = parsed(value)
        if found is None:
            raise illegal(name, NUMBER_RANGE)
        units, given = found
        if given > min(decimals, DIGITS):
            raise Refused((-1111, f"Parameter '{name}' has too much precision."))
        return units

    def choice(self, name: str, known: Sequence[str], answer: tuple[int, str]) -> str | None:
        """One of known words."""
        value = self.text(name)
        if value is not None and value not in known:
            raise Refused(answer)
        return value

    def client_id(self, name: str) -> str | None:
        """An order's name given by the client."""
        value = self.text(name)
        if value is not None and not _CLIENT_ID.fullmatch(value):
            raise illegal(name, CLIENT_ID_RANGE)
        return value

    def flag(self, name: str) -> bool:
        """true or false; absent is false."""
        value = self.text(name)
        if value is not None and value.lower() not in ("true", "false"):
            raise Refused((-1130, f"Data sent for parameter '{name}' is not valid."))
        return value is not None and value.lower() == "true"

    def ignore(self, *names: str) -> None:
        """Take parameters without looking at them."""
        self.read.update(names)

    def done(self) -> None:
        """Everything was read: refuse what nobody asked for."""
        if not self.values.keys() <= self.read:
            sent = len(self.values)
            read = sum(name in self.read for name in self.values)
            raise Refused(
                (-1104, f"Not all sent parameters were read; read '{read}' parameter(s) but was sent '{sent}'.")
            )


def illegal(name: str, legal: str) -> Refused:
    """A parameter with characters it may not have."""
    return Refused((-1100, f"Illegal characters found in parameter '{name}'; legal range is '{legal}'."))
