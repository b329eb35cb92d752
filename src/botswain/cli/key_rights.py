"""What a key may do at the venue is read before it is kept: one that can take money out is refused (S18).

Only production tells. A key that nobody could ask about is not kept unless a person says so, and that is noted with it.
"""

from __future__ import annotations

from botswain.cli.databases import now_ms
from botswain.cli.gateway_wiring import addresses_of
from botswain.model.errors import BadInput, Unavailable
from botswain.model.outcomes import Answer, Failed
from botswain.store.accounts import Environment
from botswain.venues.binance import queries
from botswain.venues.binance.budget import Budget
from botswain.venues.binance.clock import VenueClock
from botswain.venues.binance.desk import Address, Desk
from botswain.venues.binance.permissions import Permissions, permissions
from botswain.venues.binance.signing import Credential
from botswain.venues.binance.transport import Transport

UNBOUND = "it may be used from any address; bind it to this machine's at the venue"
UNCHECKED = "what it may do at the venue was not read"
# By these the venue says no to whoever asks; by others nothing is said of the key.
NOT_TAKEN = (400, 401, 403)


async def checked(name: str, environment: Environment, pair: tuple[str, str], *, unchecked: bool) -> str:
    """What is to be noted of a key, or nothing.

    Raises BadInput for one that must not be kept, Unavailable where the venue says nothing of it now.
    """
    if environment is not Environment.LIVE:
        return ""
    if unchecked:
        return UNCHECKED
    found = await told(name, environment, pair)
    if isinstance(found, Permissions):
        return verdict(name, found)
    if found.status in NOT_TAKEN:
        raise BadInput(
            f"the venue does not take key {name!r} ({found.why}); it was not kept. Look at both halves, at what it may "
            "do there and from which addresses, and at this machine's clock"
        )
    raise Unavailable(
        f"what key {name!r} may do at the venue cannot be read now ({found.why}); it was not kept. Try again when the "
        "venue answers, or add it by botswain keys add with --unchecked"
    )


def verdict(name: str, found: Permissions) -> str:
    """What is to be noted of a key that may do this. Raises BadInput where it may too much or too little."""
    if found.withdraws or found.transfers:
        what = " and ".join(word for word, on in (("withdraw", found.withdraws), ("transfer", found.transfers)) if on)
        raise BadInput(
            f"key {name!r} may {what} at the venue; it was not kept. Make one there that may only read and trade spot"
        )
    if not found.trades:
        raise BadInput(f"key {name!r} may not trade spot at the venue; it was not kept. Allow that there and try again")
    return "" if found.bound else UNBOUND


async def told(name: str, environment: Environment, pair: tuple[str, str]) -> Permissions | Failed:
    """What the venue says, or why it says nothing."""
    wire = Transport(addresses_of(environment, 0))
    try:
        desk = Desk(Address(wire, Budget(), VenueClock(), now_ms), Credential(name, *pair))
        failed = await desk.set_clock()
        if failed is not None:
            return failed
        found = await desk.read(queries.restrictions(), permissions)
    finally:
        await wire.close()
    if isinstance(found, Answer):
        return found.data
    return found if isinstance(found, Failed) else Failed("it answers that there is no such thing")
