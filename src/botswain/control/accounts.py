"""Venue accounts and their keys. A key is sealed here with the installation's public key; nothing here opens one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from msgspec.structs import replace

from botswain.control.bot_settings import settings_of
from botswain.control.bots import KEYLESS, Asking, account_in, quote_of
from botswain.control.charged_so_far import ChargedSoFar
from botswain.control.holding import holding_of
from botswain.control.refusals import Conflict, Missing, Wrong, pointer
from botswain.model.caps import Caps, caps_text, checked_caps
from botswain.model.errors import BadInput, Unavailable, near
from botswain.model.listing import Listing
from botswain.model.paper import PaperTerms, checked_terms
from botswain.store import accounts, bot_editions, bots, credentials, meta, paper_books
from botswain.store.accounts import Account, Environment
from botswain.store.credentials import Credential, binding_of
from botswain.store.scope import Tx
from botswain.store.sealed import Secret, fingerprint, seal

PAPER = "paper"
# What is noted of a key stands among the installation's facts under this and its id.
NOTE = "key note "

# What a key may do at its venue is read before it is kept: what is to be noted of it. Raises BadInput for too much.
Rights = Callable[[str, Environment, tuple[str, str]], Awaitable[str]]


@dataclass(frozen=True)
class Held:
    """An account with its key and the number of its bots; of a paper account its terms and what it holds.

    charged  by quote, what holding has cost its bots less what it brought them, where any is charged: what it holds
             does not know of that (docs/decisions/0026)
    """

    account: Account
    key: Credential | None
    bots: int
    paper: tuple[PaperTerms, Mapping[str, Decimal]] | None = None
    charged: tuple[tuple[str, Decimal], ...] = ()

    @property
    def ready(self) -> bool:
        """Whether bots can trade on it."""
        return self.key is not None or self.account.environment in KEYLESS


@dataclass(frozen=True)
class NewKey:
    """A key as it was given. Its secret is never shown."""

    name: str
    api_key: str
    secret: str
    symbols: tuple[str, ...] = ()
    most_notional: Decimal | None = None

    def __repr__(self) -> str:
        return f"NewKey({self.name})"


@dataclass(frozen=True)
class Sealing:
    """How keys are kept. public: the half that seals now; rights: None where no venue can be asked."""

    public: Callable[[], bytes] | None
    rights: Rights | None


async def listed(asking: Asking) -> list[Held]:
    """The accounts by name."""
    async with asking.store.reading(asking.tenant_id) as tx:
        return await held(asking, tx, await accounts.listed(tx))


async def one(asking: Asking, account_id: str) -> Held:
    """One account. Raises Missing."""
    async with asking.store.reading(asking.tenant_id) as tx:
        return (await held(asking, tx, [await account_in(tx, account_id)]))[0]


async def held(asking: Asking, tx: Tx, found: list[Account]) -> list[Held]:
    """Accounts with what belongs to them."""
    keys = {one.account_id: one for one in await credentials.listed(tx) if one.revoked_ms is None}
    counts = await bot_editions.counts_by_account(tx)
    papers = await paper_books.listed(tx)
    charged = await charged_on(tx, asking.figures.charges, [one.id for one in found if one.id in papers])
    return [
        Held(one, keys.get(one.id), counts.get(one.id, 0), papers.get(one.id), tuple(charged.get(one.id, {}).items()))
        for one in found
    ]


async def charged_on(tx: Tx, charges: ChargedSoFar, ids: Collection[str]) -> dict[str, dict[str, Decimal]]:
    """What holding has cost the bots of paper accounts, by account and quote; bots that were put away have paid too."""
    places = {}
    for bot_id, account_id, stored in await bots.settings_on(tx, ids) if ids else ():
        config, _ = settings_of(stored)
        if holding_of(config.name, config.holding).any:
            places[bot_id] = account_id, quote_of(config)
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for bot_id, paid in (await charges.of(tx, places)).items():
        account_id, quote = places[bot_id]
        found[account_id][quote] = found[account_id].get(quote, Decimal(0)) + paid
    return found


async def check_new(
    asking: Asking, tx: Tx, name: str, venue: str, environment: str, terms: PaperTerms | None = None
) -> None:
    """Raises Wrong, Conflict for an account that cannot be made."""
    if name != name.strip() or not name.isprintable():
        raise Wrong(f"name {name!r} begins or ends with a space, or cannot be printed; correct it", field="/name")
    # A paper account without terms is one of a bot on files, which no venue's prices reach.
    offline = environment == PAPER and terms is None
    if offline and venue != PAPER:
        raise Wrong("paper is missing: write what the account begins with, such as 10000 USDT", field="/paper")
    if terms is not None and environment != PAPER:
        raise Wrong(f"paper is given, but environment is {environment!r}; leave one of them out", field="/paper")
    known = (PAPER,) if offline else asking.venues.names() if asking.venues is not None else ()
    if venue not in known:
        raise Wrong(f"venue {venue!r} is unknown for {environment}{near(venue, known)}", field="/venue")
    if any(one.name == name for one in await accounts.listed(tx)):
        raise Conflict(f"there is an account {name!r} already; choose another name", code="name_taken", field="/name")


async def create(
    asking: Asking, tx: Tx, name: str, venue: str, environment: str, terms: PaperTerms | None = None
) -> Held:
    """Make an account known; a paper account at a venue's prices is opened by its terms. Raises Wrong, Conflict."""
    await check_new(asking, tx, name, venue, environment, terms)
    made = Account(asking.new_id(), name, venue, Environment(environment), asking.now_ms)
    if made.environment is Environment.SANDBOX and asking.venues is not None:
        made = replace(made, port=asking.venues.port(made))
    checked = None if terms is None else whole_terms(asking, made, terms)
    await accounts.create(tx, made)
    if checked is not None:
        await paper_books.open_book(tx, made.id, checked)
    return (await held(asking, tx, [await accounts.get(tx, made.id)]))[0]


def whole_terms(asking: Asking, account: Account, terms: PaperTerms) -> PaperTerms:
    """Terms of a new paper account; a sandbox is the one that is asked here. Raises Wrong at the field at fault."""
    try:
        found = checked_terms(terms)
    except BadInput as error:
        raise Wrong(str(error), field=pointer("paper", str(error).partition(" ")[0])) from None
    if found.market == Environment.SANDBOX and asking.venues is not None:
        found = replace(found, port=asking.venues.port(replace(account, environment=Environment.SANDBOX)))
    return found


async def put_key(asking: Asking, account_id: str, new: NewKey, sealing: Sealing) -> Held:
    """Seal a key for an account, in the place of the one before. Raises Missing, Wrong, Conflict, Unavailable."""
    found = await one(asking, account_id)
    environment = found.account.environment
    if environment is Environment.PAPER:
        raise Conflict(f"account {found.account.name!r} is a paper account and takes no key", code="no_key_needed")
    if sealing.public is None:
        raise Unavailable("keys cannot be sealed here: there is no key pair; start botswain api where the database is")
    caps = checked(new)
    note = await rights(new, environment, sealing)
    public = sealing.public()
    row = Credential(
        id=asking.new_id(),
        tenant_id=asking.tenant_id,
        account_id=found.account.id,
        name=new.name,
        venue=found.account.venue,
        environment=environment,
        sealed=b"",
        fingerprint=fingerprint(new.api_key),
        caps=caps_text(caps),
        created_ms=asking.now_ms,
    )
    kept = replace(row, sealed=seal(public, Secret(binding_of(row), new.api_key, new.secret)))
    async with asking.store.transaction(asking.tenant_id) as tx:
        before = await counting(tx, found.account.id)
        if before is not None:
            await credentials.revoke(tx, before.name, asking.now_ms)
        try:
            await credentials.add(tx, kept)
        except BadInput as error:
            raise Conflict(str(error), code="key_taken") from None
        if sealing.public() != public:
            raise Conflict("the installation's key pair was rotated just now; send the key again", code="rotated")
    if note:
        async with asking.store.transaction(None) as tx:
            await meta.put(tx, NOTE + kept.id, note)
    return Held(found.account, kept, found.bots)


def checked(new: NewKey) -> Caps:
    """The caps of a key. Raises Wrong for a key that is not whole, or caps that make no sense."""
    for field, value in (("name", new.name), ("api_key", new.api_key), ("secret", new.secret)):
        if not value.strip() or "\0" in value:
            raise Wrong(f"the key's {field} is empty or cannot be read; enter it", field=f"/{field}")
    try:
        return checked_caps(Caps(new.symbols, new.most_notional))
    except BadInput as error:
        field = "/symbols" if str(error).startswith("symbol") else "/most_notional"
        raise Wrong(str(error), field=field) from None


async def rights(new: NewKey, environment: Environment, sealing: Sealing) -> str:
    """What is to be noted of a key. Raises Wrong for one that must not be kept."""
    if environment is not Environment.LIVE:
        return ""
    if sealing.rights is None:
        raise Unavailable("what the key may do at its venue cannot be read here, so it is not kept")
    try:
        return await sealing.rights(new.name, environment, (new.api_key, new.secret))
    except BadInput as error:
        raise Wrong(str(error), code="key_refused", field="/api_key") from None


async def revoke_key(asking: Asking, account_id: str) -> Held:
    """Let the key of an account count no more. Raises Missing where there is none."""
    async with asking.store.transaction(asking.tenant_id) as tx:
        account = await account_in(tx, account_id)
        found = await counting(tx, account.id)
        if found is None:
            raise Missing(f"account {account.name!r} has no key", code="no_key")
        await credentials.revoke(tx, found.name, asking.now_ms)
        return (await held(asking, tx, [account]))[0]


async def counting(tx: Tx, account_id: str) -> Credential | None:
    """The key of an account that counts."""
    return next(
        (one for one in await credentials.listed(tx) if one.account_id == account_id and one.revoked_ms is None), None
    )


async def instruments(asking: Asking, account_id: str) -> list[Listing]:
    """What can be traded on an account, by symbol. Raises Missing, Unavailable."""
    async with asking.store.reading(asking.tenant_id) as tx:
        account = await account_in(tx, account_id)
    if account.offline:
        return []
    if asking.venues is None:
        raise Unavailable("no venue can be asked here; start botswain api with its venue's address")
    found = await asking.venues.listings(account)
    return [found[symbol] for symbol in sorted(found)]
