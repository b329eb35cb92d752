"""What a bot holds and is worth, by its own memory.

It is asked for after every close and at every read of the account. So each field is read as a column of all symbols,
which is at hand; making a record of a compiled run's memory and reading its fields one by one takes ten times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from botswain.build.decider import field_of
from botswain.core.records import State


@dataclass(frozen=True, slots=True)
class Results:
    """Over all symbols, money in money units: realized before fees, fees in quote, round trips and those with a profit.

    Fees that were taken in base are not among them: what they were worth then, the bot knows.
    """

    realized: int
    fees: int
    trips: int
    won: int


class Figures:
    """Reads one run's memory. terms: each symbol's, of which units and quanta stay as they are."""

    def __init__(self, state: State, terms: Sequence[Any]) -> None:
        self._cash = field_of(state, "account", "cash")
        self._mark = field_of(state, "lanes", "mark")
        self._pos, self._dust, self._third = (field_of(state, "books", name) for name in ("pos", "dust", "third"))
        self._results = [field_of(state, "books", name) for name in ("realized", "fees_quote", "trips", "won")]
        self._fees_third = field_of(state, "books", "fees_third")
        self._unit_money = [int(one.unit_money) for one in terms]
        self._quantum = [int(one.third_quantum) for one in terms]

    def cash(self) -> int:
        """Quote that it has, in money units."""
        return int(self._cash[0])

    def held(self) -> list[int]:
        """Each symbol's position, dust included, in the base's smallest units."""
        return [pos + dust for pos, dust in zip(self._pos.tolist(), self._dust.tolist(), strict=True)]

    def equity(self) -> int:
        """Cash and positions at the last closes, in money units."""
        total = self.cash()
        for held, mark, unit in zip(self.held(), self._mark.tolist(), self._unit_money, strict=True):
            total += held * mark * unit
        for third, quantum in zip(self._third.tolist(), self._quantum, strict=True):
            total += third * quantum
        return total

    def results(self) -> Results:
        """What came of its trading so far."""
        realized, fees, trips, won = (sum(one.tolist()) for one in self._results)
        third = sum(one * quantum for one, quantum in zip(self._fees_third.tolist(), self._quantum, strict=True))
        return Results(realized, fees + third, trips, won)
