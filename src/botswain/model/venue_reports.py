"""What a venue tells us of an order:

a fill, or its end. Integers in ticks, lots and fee units, as the core takes them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VenueReport:
    """One report.

    lots         filled now; 0 is the end of the order
    fee          in the fee asset's smallest unit, as the core's REPORT has it
    reason       the row's tag for a fill, the code of an end
    final        the order is finished
    trade_id     the venue's own number of the fill; empty for an end
    """

    client_order_id: str
    time_ms: int
    seq: int
    symbol: int
    side: int
    lots: int
    price: int
    fee: int
    maker: bool
    reason: int
    final: bool
    trade_id: str
