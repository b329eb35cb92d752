"""Signing in and staying so: passwords, access tokens, and the tokens that renew them.

An access token is signed and counts for ten minutes; nothing is looked up for it. The one that renews it is random,
kept as a hash, and good for one use: shown again later than `GRACE_MS` it ends every session that came of the same
sign-in. Within that time two tabs of one browser may have raced, and both go on. Sign-ins that were ended here are
remembered for as long as their access tokens would count.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import jwt
from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from botswain.control.passwords import weakness
from botswain.control.refusals import Conflict, Missing, NotSignedIn, Wrong
from botswain.control.throttle import Throttle
from botswain.model.errors import near
from botswain.store import sessions, tenants, users
from botswain.store.database import Database
from botswain.store.scope import Tx
from botswain.store.sessions import Session
from botswain.store.users import User

ACCESS_MS = 600_000
REFRESH_MS = 14 * 86_400_000
GRACE_MS = 10_000
PRUNE_MS = 3_600_000
ISSUER = "botswain"
# Whom a token is for, and what kind it is (RFC 9068): what else this installation may sign one day opens nothing here.
AUDIENCE = "botswain-api"
TOKEN_TYPE = "at+jwt"
REQUIRED = ["exp", "nbf", "sub", "aud", "iss"]
ADMINISTRATOR = "admin"
TOKEN_BYTES = 32
PASSWORD_BYTES = 15
# Attempts in five minutes: of a name from an address, from an address, and of a name from anywhere.
TRIES_HERE, TRIES_FROM, TRIES_OF = 5, 20, 100
# Each hash takes tens of megabytes and a core.
HASHES_AT_ONCE = 2
SIGN_IN_AGAIN = "sign in again"


@dataclass(frozen=True)
class Claims:
    """What an access token says, and when it ends. family: the sign-in it came of."""

    user_id: str
    tenant_id: str
    name: str
    family: str
    expires_ms: int = 0


@dataclass(frozen=True)
class SignedIn:
    """What a sign-in or a renewal gives. refresh: good for one use."""

    user: User
    access: str
    refresh: str

    def __repr__(self) -> str:
        return f"SignedIn({self.user})"


class People:
    """Who may come in.

    secret  signs access tokens; random: so many unpredictable bytes
    """

    def __init__(
        self,
        store: Database,
        now_ms: Callable[[], int],
        new_id: Callable[[], str],
        secret: bytes,
        random: Callable[[int], bytes],
        hasher: PasswordHasher | None = None,
    ) -> None:
        self._store = store
        self._now_ms = now_ms
        self._new_id = new_id
        self._secret = secret
        self._random = random
        self._hasher = hasher or PasswordHasher()
        self._throttle = Throttle()
        self._turns = asyncio.Semaphore(HASHES_AT_ONCE)
        self._ended: dict[str, int] = {}
        self._pruned_ms = 0
        self._told: list[Callable[[str], None]] = []
        # An unknown name costs the same work as a known one: this hash is verified against in its place.
        self._nobody = self._hasher.hash(text_of(random(TOKEN_BYTES)))

    def on_end(self, told: Callable[[str], None]) -> None:
        """Have `told` called with each sign-in that is ended here, when it is."""
        self._told.append(told)

    async def administrator(self) -> str | None:
        """Make the first person where there is none; returns the password, which is kept nowhere. None otherwise."""
        password, now = text_of(self._random(PASSWORD_BYTES)), self._now_ms()
        async with self._store.reading(None) as tx:
            if await users.count(tx):
                return None
        hashed = await self._hash(password)
        async with self._store.transaction(None) as tx:
            if await users.count(tx):
                return None
            owner = await tenants.ensure(tx, tenants.Tenant(self._new_id(), tenants.LOCAL, now))
            await users.add(tx, new_user(self._new_id(), owner.id, ADMINISTRATOR, hashed, now))
        return password

    async def reset_password(self, name: str) -> str:
        """Set a password by chance for a person who forgot theirs, and end all sessions of theirs; returns it.

        It is kept nowhere. For whoever may open the database: nobody is asked who they are. Raises Missing.
        """
        password, now = text_of(self._random(PASSWORD_BYTES)), self._now_ms()
        hashed = await self._hash(password)
        async with self._store.transaction(None) as tx:
            found = await users.by_name(tx, name)
            if found is None:
                raise Missing(f"there is no person {name!r}{near(name, await users.names(tx))}")
            await users.set_password(tx, found, hashed, now)
            ended = await sessions.families(tx, found.id, now)
            for family in ended:
                await sessions.revoke_family(tx, family, now)
        for family in ended:
            self._end(family)
        return password

    async def sign_in(self, name: str, password: str, address: str) -> SignedIn:
        """Raises NotSignedIn (name or password wrong: which of them is not said), Throttled."""
        here, anywhere = f"{name}@{address}", {f"from {address}": TRIES_FROM, f"of {name}": TRIES_OF}
        limits = {here: TRIES_HERE, **anywhere}
        self._throttle.attempt(limits, self._now_ms())
        async with self._store.reading(None) as tx:
            found = await users.by_name(tx, name)
        good = await self._verified(found.password_hash if found is not None else self._nobody, password)
        if found is None or not good:
            raise NotSignedIn("name or password is wrong; try again", code="wrong_password")
        self._throttle.take_back(limits)
        family = self._new_id()
        async with self._store.transaction(found.tenant_id) as tx:
            now = await users.find(tx, found.id)
            if now is None or now.password_hash != found.password_hash:
                raise NotSignedIn("the password was changed just now; try again", code="wrong_password")
            refresh = await self._issued(tx, found, family)
        await self._prune()
        return SignedIn(found, self.access(found, family), refresh)

    async def renew(self, token: str) -> SignedIn:
        """A fresh pair for a token that renews. Raises NotSignedIn, after ending its family where it came twice.

        The old one is used and the new one kept in one transaction: a process that ended between would leave its people
        with a used one, and showing that again ends their session.
        """
        now, refresh = self._now_ms(), ""
        async with self._store.transaction(None) as tx:
            found = await sessions.by_hash(tx, hash_of(token))
            if found is None or found.revoked_ms is not None or found.expires_ms <= now:
                raise NotSignedIn(f"the session has ended; {SIGN_IN_AGAIN}", code="session_ended")
            first = found.used_ms is None and await sessions.use(tx, found.id, now)
            again = found.used_ms if found.used_ms is not None else now
            stolen = not first and now - again > GRACE_MS
            user = await users.find(tx, found.user_id)
            if stolen or user is None:
                await sessions.revoke_family(tx, found.family, now)
            else:
                refresh = await self._issued(tx, user, found.family)
        if stolen or user is None:
            self._end(found.family)
            raise NotSignedIn(
                f"this session's token was used before, so the session was ended for everybody who has it; "
                f"{SIGN_IN_AGAIN}",
                code="session_reused",
            )
        await self._prune()
        return SignedIn(user, self.access(user, found.family), refresh)

    async def sign_out(self, token: str | None) -> None:
        """End the session of a token; one that is not known is no session."""
        if not token:
            return
        async with self._store.transaction(None) as tx:
            found = await sessions.by_hash(tx, hash_of(token))
            if found is not None:
                await sessions.revoke_family(tx, found.family, self._now_ms())
        if found is not None:
            self._end(found.family)

    async def change_password(self, who: Claims, current: str, new: str, address: str) -> None:
        """Set another password and sign out whoever else is signed in as this person. Raises Wrong, Throttled."""
        limits = {f"password of {who.user_id}@{address}": TRIES_HERE}
        self._throttle.attempt(limits, self._now_ms())
        async with self._store.reading(who.tenant_id) as tx:
            found = await users.find(tx, who.user_id)
        if found is None:
            raise NotSignedIn(f"there is no such person any more; {SIGN_IN_AGAIN}")
        if not await self._verified(found.password_hash, current):
            raise Wrong("the current password is another one; enter it again", code="wrong_password", field="/current")
        self._throttle.take_back(limits)
        if new == current:
            raise Wrong("the new password is the current one; choose another", field="/new")
        weak = weakness(new, found.name)
        if weak is not None:
            raise Wrong(f"the new password is easy to guess. {weak}", code="weak_password", field="/new")
        hashed, now = await self._hash(new), self._now_ms()
        async with self._store.transaction(who.tenant_id) as tx:
            if not await users.set_password(tx, found, hashed, now):
                raise Conflict("the password was changed by somebody else just now; sign in again")
            others = await sessions.families(tx, who.user_id, now) - {who.family}
            for family in others:
                await sessions.revoke_family(tx, family, now)
        for family in others:
            self._end(family)

    def access(self, user: User, family: str) -> str:
        """A signed token that counts for ten minutes."""
        now_s = self._now_ms() // 1000
        said = {"sub": user.id, "tid": user.tenant_id, "name": user.name, "sid": family}
        said |= {"iss": ISSUER, "aud": AUDIENCE}
        times = {"iat": now_s, "nbf": now_s, "exp": now_s + ACCESS_MS // 1000}
        return jwt.encode({**said, **times}, self._secret, algorithm="HS256", headers={"typ": TOKEN_TYPE})

    def claims(self, token: str) -> Claims:
        """What an access token says. Raises NotSignedIn for one that is not ours, too old or of an ended session."""
        try:
            # Times are compared below, by the clock this was given.
            options = {"verify_exp": False, "verify_iat": False, "verify_nbf": False, "require": REQUIRED}
            found = jwt.decode(
                token,
                self._secret,
                algorithms=["HS256"],
                issuer=ISSUER,
                audience=AUDIENCE,
                options=options,  # type: ignore[arg-type]
            )
            if jwt.get_unverified_header(token).get("typ") != TOKEN_TYPE or int(found["nbf"]) * 1000 > self._now_ms():
                raise ValueError
            expires_ms = int(found["exp"]) * 1000
            user_id, tenant_id, name, family = (str(found[one]) for one in ("sub", "tid", "name", "sid"))
            said = Claims(user_id, tenant_id, name, family, expires_ms)
        except (jwt.InvalidTokenError, KeyError, ValueError, TypeError):
            raise NotSignedIn(f"the access token is not one of this installation; {SIGN_IN_AGAIN}") from None
        if expires_ms <= self._now_ms():
            raise NotSignedIn("the access token has expired; refresh it", code="token_expired")
        if said.family in self._ended:
            raise NotSignedIn(f"the session has ended; {SIGN_IN_AGAIN}", code="session_ended")
        return said

    async def _issued(self, tx: Tx, user: User, family: str) -> str:
        now, token = self._now_ms(), text_of(self._random(TOKEN_BYTES))
        await sessions.add(
            tx,
            Session(
                id=self._new_id(),
                tenant_id=user.tenant_id,
                user_id=user.id,
                family=family,
                token_hash=hash_of(token),
                created_ms=now,
                expires_ms=now + REFRESH_MS,
            ),
        )
        return token

    async def _prune(self) -> None:
        """Once in a while, forget tokens that count for nothing."""
        now = self._now_ms()
        if now - self._pruned_ms < PRUNE_MS:
            return
        self._pruned_ms = now
        async with self._store.transaction(None) as tx:
            await sessions.prune(tx, now)

    def _end(self, family: str) -> None:
        now = self._now_ms()
        self._ended = {one: until for one, until in self._ended.items() if until > now}
        self._ended[family] = now + ACCESS_MS
        for told in self._told:
            told(family)

    async def _hash(self, password: str) -> str:
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def _verified(self, hashed: str, password: str) -> bool:
        async with self._turns:
            return await asyncio.to_thread(self._matches, hashed, password)

    def _matches(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (Argon2Error, InvalidHashError):
            return False


def new_user(user_id: str, tenant_id: str, name: str, password_hash: str, now_ms: int) -> User:
    """A person who was made now."""
    return User(
        id=user_id, tenant_id=tenant_id, name=name, password_hash=password_hash, created_ms=now_ms, changed_ms=now_ms
    )


def text_of(random: bytes) -> str:
    """Bytes as text that fits a cookie, and that can be typed."""
    return base64.urlsafe_b64encode(random).rstrip(b"=").decode()


def hash_of(token: str) -> bytes:
    """What is kept of a random token: it has too much chance in it to be guessed from its hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
