"""What a key may do at the venue, as the venue tells it: only the production one does."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from botswain.venues.binance.wire import decode

WHAT = "the key's permissions"


class Permissions(Struct, frozen=True):
    """withdraws, transfers  it may move money out; trades: it may place orders; bound: to addresses of its owner's."""

    withdraws: bool
    transfers: bool
    trades: bool
    bound: bool


class _Restrictions(Struct):
    ipRestrict: bool
    enableWithdrawals: bool
    enableInternalTransfer: bool = False
    permitsUniversalTransfer: bool = False
    enableSpotAndMarginTrading: bool = False


_RESTRICTIONS = msgspec.json.Decoder(_Restrictions)


def permissions(raw: bytes) -> Permissions:
    """GET account/apiRestrictions. Raises Unreadable: what is not told is not granted."""
    found = decode(_RESTRICTIONS, WHAT, raw)
    return Permissions(
        withdraws=found.enableWithdrawals,
        transfers=found.enableInternalTransfer or found.permitsUniversalTransfer,
        trades=found.enableSpotAndMarginTrading,
        bound=found.ipRestrict,
    )
