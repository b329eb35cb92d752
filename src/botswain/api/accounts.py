"""Venue accounts and their sealed keys."""

from __future__ import annotations

from fastapi import APIRouter

from botswain.api.asked import IdempotencyKey, Limit, Offset
from botswain.api.doors import Parts, Signed
from botswain.api.schemas.markets import Account, Instrument, NewAccount, NewKey
from botswain.api.schemas.shape import Page

router = APIRouter(tags=["accounts"])


@router.get("/accounts")
async def listed(
    parts: Parts,
    caller: Signed,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Page[Account]:
    """Accounts by name."""
    raise NotImplementedError


@router.post("/accounts", status_code=201)
async def make(
    parts: Parts,
    caller: Signed,
    body: NewAccount,
    idempotency_key: IdempotencyKey = None,
) -> Account:
    """Make an account known."""
    raise NotImplementedError


@router.put("/accounts/{account_id}/key")
async def put_key(parts: Parts, caller: Signed, account_id: str, body: NewKey) -> Account:
    """Seal a venue key for it, in the place of the one before."""
    raise NotImplementedError


@router.delete("/accounts/{account_id}/key")
async def revoke_key(parts: Parts, caller: Signed, account_id: str) -> Account:
    """Let its key count no more."""
    raise NotImplementedError


@router.get("/accounts/{account_id}/instruments")
async def instruments(
    parts: Parts,
    caller: Signed,
    account_id: str,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Page[Instrument]:
    """What can be traded on it, and by which rules."""
    raise NotImplementedError
