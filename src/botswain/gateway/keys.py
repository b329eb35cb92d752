"""Opens the keys that count and keeps the ring of accounts equal to the table: new ones come, revoked ones go.

A key that does not open, or does not belong to its account, is left out with a reason and keeps no other from being
used. Where the table cannot be read, what is open stays open: without a database orders must still be taken off, and
nothing else is sent then, since nothing can be journaled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from botswain.gateway.journaled import Store
from botswain.gateway.ring import Held, PricedAccount, Ring
from botswain.gateway.seal import Opener
from botswain.model.caps import Caps, caps_of, caps_text
from botswain.model.errors import BotswainError, place_of
from botswain.store import accounts, credentials
from botswain.store.accounts import Account
from botswain.store.credentials import Credential
from botswain.store.sealed import Secret

# How often the table is read: a revocation acts in less than five seconds.
LOOK_S = 2.0


@dataclass(frozen=True, slots=True)
class Opened:
    """A key that counts, of which account it is."""

    account: Account
    credential: Credential
    secret: Secret


class KeyKeeper:
    """Fills a ring from the table.

    made      an account at its venue with an opened key. Raises BadInput where there is no such venue
    reported  told in one line, once, of each key that cannot be used
    keyless   public half and secret of an account that needs no key to be kept, None for any other; None: such
              accounts are left out
    """

    def __init__(
        self,
        store: Store,
        opener: Opener,
        ring: Ring,
        made: Callable[[Opened], PricedAccount],
        reported: Callable[[str], None],
        keyless: Callable[[Account], tuple[str, str] | None] | None = None,
    ) -> None:
        self._store = store
        self._opener = opener
        self._ring = ring
        self._made = made
        self._reported = reported
        self._keyless = keyless
        self._open: dict[str, tuple[Credential, int | None]] = {}
        self._said: set[tuple[str, str]] = set()

    @property
    def open(self) -> tuple[Credential, ...]:
        """The keys that are open."""
        return tuple(one for one, _ in self._open.values())

    async def look(self) -> None:
        """Make the ring what the table says now."""
        try:
            found = await self._counting()
        except BotswainError as error:
            self._say("", f"the keys cannot be read: {error}")
            return
        # It is said again when it begins again: of a table that was read, and of keys that are not there any more.
        here_now = {one.id for one, _ in found}
        self._said = {(about, text) for about, text in self._said if about in here_now}
        # A sandbox's account may be traded on at another one from now: what was made of it has the old address.
        here = {one.account_id: (one, account.port) for one, account in found}
        for account_id, known in tuple(self._open.items()):
            if here.get(account_id) != known:
                del self._open[account_id]
                self._ring.put(account_id, None)
        for one, account in found:
            if one.account_id not in self._open:
                self._take(one, account)

    async def keep(self, pause: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        """Look again and again until cancelled.

        A fault of ours closes what is open until a look works again: a key that may be revoked is not used.
        """
        while True:
            await pause(LOOK_S)
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - the outer wall of a task that nobody waits for
                self._close(error)

    def _close(self, error: Exception) -> None:
        if self._open:
            self._reported(
                f"the keys are closed and nothing is sent with them: looking which of them count failed "
                f"({place_of(error)}). It is tried again every {LOOK_S:g} s; if it stays so, start this process again"
            )
        for account_id in tuple(self._open):
            del self._open[account_id]
            self._ring.put(account_id, None)

    async def _counting(self) -> list[tuple[Credential, Account]]:
        found: list[tuple[Credential, Account]] = []
        async with self._store.reading(None) as tx:
            after: str | None = None
            while page := await credentials.counting(tx, after_id=after):
                found += [(one, await accounts.get(tx, one.account_id)) for one in page]
                after = page[-1].id
            if self._keyless is not None:
                kept = {account.id for _, account in found}
                left = [one for one in await accounts.listed(tx) if one.id not in kept]
                found += [(without_key(one), one) for one in left if self._keyless(one) is not None]
        return found

    def _take(self, found: Credential, account: Account) -> None:
        try:
            credentials.fits(found, account)
            binding = credentials.binding_of(found)
            made = self._keyless(account) if self._keyless is not None and not found.sealed else None
            secret = self._opener.open(found.sealed, binding) if made is None else Secret(binding, *made)
            held = Held(self._made(Opened(account, found, secret)), caps_of(found.caps))
        except BotswainError as error:
            self._say(found.id, f"key {found.name!r} is not used: {error}")
            return
        self._open[found.account_id] = found, account.port
        self._ring.put(found.account_id, held)
        self._said = {one for one in self._said if one[0] != found.id}

    def _say(self, about: str, text: str) -> None:
        if (about, text) not in self._said:
            self._said.add((about, text))
            self._reported(text)


def without_key(account: Account) -> Credential:
    """What stands for the key of an account that has none and needs none."""
    return Credential(
        id=account.id,
        tenant_id="",
        account_id=account.id,
        name=account.name,
        venue=account.venue,
        environment=account.environment,
        sealed=b"",
        fingerprint="no key needed",
        caps=caps_text(Caps()),
        created_ms=account.created_ms,
    )
