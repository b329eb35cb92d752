"""Paper accounts at a venue's prices: what they begin with, as a person writes it, checked and written down once."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from botswain.model.errors import BadInput
from botswain.model.instrument import USUAL_FEE
from botswain.model.paper import PaperTerms, checked_terms
from botswain.store import paper_books
from botswain.store.accounts import Account, Environment
from botswain.store.scope import Tx

Value = str | int | float


class PaperConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """`paper` of a market in CONFIG.yaml: what a new paper account begins with.

    prices        whose candles its orders are met by: live, test or sandbox; port: of a sandbox on this machine
    balances      first amounts by asset
    fee           of makers and takers; slippage_bps: how much worse orders by the market fill
    """

    balances: dict[str, Value]
    prices: str = "live"
    port: int = 0
    fee: Value = str(USUAL_FEE)
    slippage_bps: Value = 0


def terms_of(config: PaperConfig) -> PaperTerms:
    """The terms that a configuration asks for. Raises BadInput."""
    fee = amount("fee", config.fee)
    made = PaperTerms(
        market=config.prices,
        port=config.port,
        start=amounts(config.balances),
        maker_fee=fee,
        taker_fee=fee,
        slippage_bps=amount("slippage_bps", config.slippage_bps),
    )
    try:
        return checked_terms(made)
    except BadInput as error:
        raise BadInput(f"market: paper: {error}") from None


def amounts(found: Mapping[str, Value]) -> dict[str, Decimal]:
    """Amounts by asset. Raises BadInput."""
    return {asset: amount(f"balances of {asset}", value) for asset, value in found.items()}


def amount(what: str, value: Value) -> Decimal:
    """A number as it was written. Raises BadInput."""
    try:
        return Decimal(str(value))
    except ArithmeticError:
        raise BadInput(f"{what}: {value!r} is no number; write one such as 10000") from None


async def opened(tx: Tx, account: Account, config: PaperConfig | None) -> PaperTerms:
    """An account's terms; one that has none, or on which nothing has happened, is opened by the configuration.

    Raises BadInput where there are none to be found, or others were written down before.
    """
    known = await paper_books.terms_of(tx, account.id)
    if known is None and config is None:
        raise BadInput(
            f"paper account {account.name!r} is new: write what it begins with under market, such as "
            "paper: {prices: live, balances: {USDT: 10000}}"
        )
    if config is None:
        assert known is not None
        return known
    wanted = terms_of(config)
    if known is None:
        await paper_books.open_book(tx, account.id, wanted)
        return wanted
    if known != wanted and not await paper_books.open_anew(tx, account.id, wanted):
        raise BadInput(
            f"paper account {account.name!r} was opened with other terms ({said(known)}); leave paper out of the "
            "configuration, or name a new account"
        )
    return wanted


def said(terms: PaperTerms) -> str:
    """Terms in words."""
    money = ", ".join(f"{amount:f} {asset}" for asset, amount in terms.start.items())
    return f"prices {terms.market}, {money}, fee {terms.taker_fee:f}, slippage {terms.slippage_bps:f} basis points" + (
        f", port {terms.port}" if terms.port else ""
    )


def is_paper(environment: str) -> bool:
    """Whether a market's environment is a paper account's."""
    return environment == Environment.PAPER.value
