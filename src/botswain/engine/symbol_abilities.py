"""What a bot can do at a venue on its own symbols, and whether that is enough for what it will ask.

A venue may amend orders, replace them and hold two as one list, but not on every symbol: a bot can what all of its
symbols allow, and that is part of the terms it is started with. What it cannot is done another way: an order is taken
off and placed anew, a stop rests alone and its target is watched. What there is no other way for is refused at its
start, with the numbers, before it holds anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from botswain.build.plan import Plan
from botswain.core.exit_scale import has_target
from botswain.core.ladder_scale import ladder_of
from botswain.ledger.exact import E8
from botswain.model.errors import BadInput
from botswain.model.intents import Abilities
from botswain.model.listing import Listing
from botswain.model.orders import OrderKind

STOPS = ("stop_loss", "trailing_stop", "break_even")


def abilities_of(venue: Abilities, listings: Iterable[Listing]) -> Abilities:
    """What a venue can do on all of these symbols."""
    found = list(listings)
    return replace(
        venue,
        amends_down=venue.amends_down and all(one.amends for one in found),
        replaces=venue.replaces and all(one.replaces for one in found),
        lists=venue.lists and all(one.oco for one in found),
    )


def check_orders(name: str, plan: Plan, listings: Mapping[str, Listing]) -> None:
    """Refuse a new bot that needs more orders on a symbol, or other ones, than are taken there. Raises BadInput."""
    needed = orders_of(plan)
    stops = stops_of(plan)
    for one in plan.instruments:
        listing = listings[one.symbol]
        if listing.max_algo_orders and stops > listing.max_algo_orders:
            raise BadInput(
                f"bot {name!r} wants {stops} stops on {one.symbol} at once, one for each part of a position, its venue "
                f"takes {listing.max_algo_orders}; give its ladder fewer targets, or give another symbol"
            )
        if listing.max_orders and needed > listing.max_orders:
            raise BadInput(
                f"bot {name!r} may want {needed} orders on {one.symbol} at once, its venue takes {listing.max_orders} "
                f"({words(plan)}); give it fewer levels, have fewer rest (a grid: resting), or give another symbol"
            )
        lacking = sorted(kinds_of(stops=stops > 0) - listing.kinds) if listing.kinds else []
        if lacking:
            raise BadInput(
                f"bot {name!r} needs {', '.join(lacking)} orders on {one.symbol}, its venue takes only "
                f"{', '.join(sorted(listing.kinds))} there; leave its exits away, or give another symbol"
            )


def crowded(plans: Sequence[tuple[str, Plan]], listings: Mapping[str, Listing]) -> list[str]:
    """What to say of symbols on which an account's bots together may want more than is taken there."""
    said = []
    for symbol in sorted({one.symbol for _, plan in plans for one in plan.instruments}):
        mine = [(name, plan) for name, plan in plans if any(one.symbol == symbol for one in plan.instruments)]
        listing = listings[symbol]
        orders = sum(orders_of(plan) for _, plan in mine)
        stops = sum(stops_of(plan) for _, plan in mine)
        who = ", ".join(name for name, _ in mine)
        for count, most, what in ((orders, listing.max_orders, "orders"), (stops, listing.max_algo_orders, "stops")):
            if most and count > most and len(mine) > 1:
                said.append(
                    f"{who} together may want {count} {what} on {symbol} at once, the venue takes {most} from an "
                    "account; what is too many is refused and waits. Give some of them an account of their own"
                )
    return said


def orders_of(plan: Plan) -> int:
    """The most orders of a bot that can rest on one symbol."""
    return plan.strategy.most_resting() + stops_of(plan) + targets_of(plan)


def stops_of(plan: Plan) -> int:
    """The most stops: of a ladder one for every rung, and one for what goes at none."""
    if not any(plan.exits.get(one) for one in STOPS):
        return 0
    rungs = ladder_of(plan.exits)
    return len(rungs) + (rungs[-1][1] < E8) if rungs else 1


def targets_of(plan: Plan) -> int:
    """The most targets."""
    return len(ladder_of(plan.exits)) or int(has_target(plan.exits))


def words(plan: Plan) -> str:
    """How that number comes about."""
    own = plan.strategy.most_resting()
    return f"{own} of its strategy, {orders_of(plan) - own} exits"


def kinds_of(*, stops: bool) -> set[OrderKind]:
    """The kinds of orders that a bot places whatever its strategy is."""
    return {OrderKind.MARKET, OrderKind.LIMIT, *([OrderKind.STOP] if stops else [])}
