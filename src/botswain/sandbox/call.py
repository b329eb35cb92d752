"""What a request's handler is given, and what a handler is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botswain.sandbox.account import Account
from botswain.sandbox.budget import Budget
from botswain.sandbox.floor import Floor
from botswain.sandbox.pair import Pair
from botswain.sandbox.params import Params
from botswain.sandbox.refusals import KEY_FORMAT, SYMBOL_BAD, Refused, missing

NONE, KEYED, SIGNED = "none", "keyed", "signed"


@dataclass(slots=True)
class Call:
    """One request: its parameters, who sent it, when (the server's time), and what it works on."""

    floor: Floor
    budget: Budget
    params: Params
    now_ms: int
    account: Account | None = None

    @property
    def owner(self) -> Account:
        """The account of a signed request."""
        if self.account is None:
            raise Refused(KEY_FORMAT)
        return self.account

    def pair(self) -> Pair:
        """The symbol a request names. Raises Refused."""
        name = self.params.symbol()
        if name is None:
            raise missing("symbol")
        return self.named(name)

    def named(self, name: str) -> Pair:
        """A symbol by the market's own name. Raises Refused."""
        pair = self.floor.pairs.get(name)
        if pair is None or not pair.listed:
            raise Refused(SYMBOL_BAD)
        return pair

    def pairs(self) -> list[Pair]:
        """All listed symbols."""
        return [one for one in self.floor.pairs.values() if one.listed]


Handler = Callable[[Call], Any]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A request the exchange answers.

    weight  a number, or what it is for the parameters
    orders  how many orders it places; such requests cost no weight when they succeed
    free    whether success costs no weight
    """

    handler: Handler
    security: str = NONE
    weight: int | Callable[[Params], int] = 1
    orders: int = 0
    free: bool = False
