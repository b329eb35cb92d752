"""A live fleet's venue as a screen shows it: what is heard, what is in doubt, what is in no book. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from botswain.engine.live_fleet import LiveFleet


@dataclass(frozen=True, slots=True)
class VenueView:
    """A venue and an account now.

    market_down, account_down  why it is not heard; empty while it is
    reading                    the account is heard but not all of it was read since
    unread                     why it could not be read last; empty where it was
    stale                      symbols whose prices are too old to open anything on
    doubts                     orders that nobody can say the end of now
    residue                    what the account holds beyond the books, by asset, as it was last read; no money
    """

    name: str
    environment: str
    account: str
    timeframe: str
    market_down: str
    account_down: str
    reading: bool
    unread: str
    stale: tuple[str, ...]
    doubts: int
    residue: tuple[tuple[str, Decimal], ...]
    last_open_ms: int


def venue_view(fleet: LiveFleet) -> VenueView:
    """What a fleet knows of its venue."""
    side, account = fleet.side, fleet.account
    money = account.residue.money
    tracks = account.tracks.values()
    return VenueView(
        name=side.name,
        environment=side.environment,
        account=side.account,
        timeframe=fleet.market.timeframe,
        market_down=fleet.market_down,
        account_down=fleet.ear.why,
        reading=not fleet.ear.why and not account.fresh,
        unread=account.unread,
        stale=tuple(sorted(one for one in fleet.listings if fleet.feed.stale(one))),
        doubts=sum((one.unresolved and not one.sending) or one.unexplained for one in tracks),
        residue=tuple(
            sorted((asset, qty) for asset, qty in account.residue.last.items() if qty and asset not in money)
        ),
        last_open_ms=max(fleet.market.last_ms.values(), default=-1),
    )
