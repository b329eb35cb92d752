"""Venue accounts and their sealed keys."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from fastapi import APIRouter, Response

from botswain.api.asked import IdempotencyKey, Limit, Offset
from botswain.api.doors import Parts, Signed, Worth
from botswain.api.schemas.markets import Account, Instrument, Key, NewAccount, NewKey, NewPaper, Paper
from botswain.api.schemas.shape import Page
from botswain.api.shown import asking_of, exact
from botswain.control import accounts, repeats
from botswain.control.accounts import Held, Sealing
from botswain.model.listing import Listing
from botswain.model.paper import PaperTerms
from botswain.store.scope import Tx

router = APIRouter(tags=["accounts"])


@router.get("/accounts")
async def listed(
    parts: Parts,
    caller: Signed,
    worth: Worth,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Page[Account]:
    """Accounts by name."""
    found = await accounts.listed(asking_of(parts, caller, worth))
    items = [shown(one) for one in found[offset : offset + limit]]
    return Page[Account](items=items, total=len(found), limit=limit, offset=offset)


@router.post("/accounts", status_code=201, response_model=Account)
async def make(
    parts: Parts,
    caller: Signed,
    worth: Worth,
    body: NewAccount,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Make an account known."""
    asking = asking_of(parts, caller, worth)
    key = repeats.Key.of(idempotency_key, "POST /accounts", body.model_dump_json())

    async def work(tx: Tx) -> str:
        made = await accounts.create(asking, tx, body.name, body.venue, body.environment, terms_of(body.paper))
        return shown(made).model_dump_json()

    answer, _ = await repeats.once(parts.store, caller.tenant_id, key, 201, asking.now_ms, work)
    return Response(answer, 201, media_type="application/json")


@router.put("/accounts/{account_id}/key")
async def put_key(parts: Parts, caller: Signed, worth: Worth, account_id: str, body: NewKey) -> Account:
    """Seal a venue key for it, in the place of the one before."""
    most = Decimal(body.most_notional) if body.most_notional is not None else None
    new = accounts.NewKey(body.name, body.api_key, body.secret, tuple(body.symbols), most)
    sealing = Sealing(parts.sealing, parts.key_rights)
    return shown(await accounts.put_key(asking_of(parts, caller, worth), account_id, new, sealing))


@router.delete("/accounts/{account_id}/key")
async def revoke_key(parts: Parts, caller: Signed, worth: Worth, account_id: str) -> Account:
    """Let its key count no more."""
    return shown(await accounts.revoke_key(asking_of(parts, caller, worth), account_id))


@router.get("/accounts/{account_id}/instruments")
async def instruments(
    parts: Parts,
    caller: Signed,
    worth: Worth,
    account_id: str,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Page[Instrument]:
    """What can be traded on it, and by which rules."""
    found = await accounts.instruments(asking_of(parts, caller, worth), account_id)
    items = [rules_shown(one) for one in found[offset : offset + limit]]
    return Page[Instrument](items=items, total=len(found), limit=limit, offset=offset)


def shown(found: Held) -> Account:
    """An account as it is shown."""
    account, key = found.account, found.key
    return Account.model_validate(
        {
            "id": account.id,
            "name": account.name,
            "venue": account.venue,
            "environment": account.environment.value,
            "ready": found.ready,
            "key": None if key is None else Key(name=key.name, fingerprint=key.fingerprint, created_ms=key.created_ms),
            "bots": found.bots,
            "created_ms": account.created_ms,
            "paper": None if found.paper is None else paper_shown(*found.paper, dict(found.charged)),
            "source": account.source,
        }
    )


def terms_of(body: NewPaper | None) -> PaperTerms | None:
    """What a paper account is to begin with."""
    if body is None:
        return None
    return PaperTerms(
        market=body.market,
        start={asset: Decimal(amount) for asset, amount in body.balances.items()},
        maker_fee=Decimal(body.maker_fee),
        taker_fee=Decimal(body.taker_fee),
        slippage_bps=Decimal(body.slippage_bps),
    )


def paper_shown(terms: PaperTerms, balances: Mapping[str, Decimal], charged: Mapping[str, Decimal]) -> Paper:
    """A paper account's terms, what it holds, and what holding has cost its bots."""
    return Paper.model_validate(
        {
            "market": terms.market,
            "start": {asset: exact(amount) for asset, amount in sorted(terms.start.items())},
            "balances": {asset: exact(amount) for asset, amount in sorted(balances.items())},
            "charged": {asset: exact(amount) for asset, amount in sorted(charged.items())},
            "maker_fee": exact(terms.maker_fee),
            "taker_fee": exact(terms.taker_fee),
            "slippage_bps": exact(terms.slippage_bps),
        }
    )


def rules_shown(found: Listing) -> Instrument:
    """A symbol's rules as they are shown."""
    one = found.instrument
    return Instrument(
        symbol=one.symbol,
        base=one.base,
        quote=one.quote,
        tick_size=exact(one.tick_size),
        lot_size=exact(one.lot_size),
        min_qty=exact(one.min_qty),
        max_qty=exact(one.max_qty),
        min_notional=exact(one.min_notional),
    )
