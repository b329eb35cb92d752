"""A symbol as a venue lists it: its grid and limits, and what may be done with it. Facts, from whatever venue.

An Instrument is what the core computes with; this is what else a gateway, a feed and a start must know of the symbol.
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct

from botswain.model.instrument import Instrument
from botswain.model.orders import OrderKind


class Listing(Struct, frozen=True):
    """A symbol's facts at its venue.

    market_id           the venue's own name of it
    instrument          its grid and limits for limit orders; fees are those given, in the asset that is received
    status              the venue's word for its state; trading: whether orders are taken
    order_types         the venue's words for what may be ordered; kinds: the same in ours, empty where not told
    market_max_qty      greatest market order, 0 for no limit of its own
    max_orders          most open orders, 0 where not told; max_algo_orders: of those with a trigger
    price_up, price_down  furthest a limit price may be from the average, as multiples (buy, sell); 0 for no limit
    """

    market_id: str
    instrument: Instrument
    status: str
    trading: bool
    order_types: frozenset[str]
    market_max_qty: Decimal
    oco: bool
    replaces: bool
    amends: bool
    max_orders: int
    max_algo_orders: int
    price_up: tuple[Decimal, Decimal]
    price_down: tuple[Decimal, Decimal]
    kinds: frozenset[OrderKind] = frozenset()

    @property
    def symbol(self) -> str:
        """BASE/QUOTE."""
        return self.instrument.symbol
