"""The keeper's ring is the table's: new keys are opened, revoked ones go, broken ones are said and leave others be."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import msgspec
import pytest
from tests.gateway.made import Account as Noting
from tests.store import made
from tests.store.made import EPOCH, NOW_MS

from botswain.gateway.keys import LOOK_S, KeyKeeper, Opened
from botswain.gateway.ring import PricedAccount, Ring
from botswain.gateway.seal import Opener, public_half
from botswain.model.caps import Caps, caps_text
from botswain.model.errors import BadInput
from botswain.store import accounts, credentials, inline
from botswain.store.accounts import Environment
from botswain.store.credentials import Credential, binding_of
from botswain.store.inline import InlineDatabase
from botswain.store.sealed import Secret, fingerprint, seal

PRIVATE = bytes(range(32))
CAPS = Caps(("BTC/USDT",), orders_per_minute=5)


@dataclass
class Scene:
    """A keeper on a database in memory."""

    store: InlineDatabase
    owner: str
    ring: Ring = field(default_factory=Ring)
    said: list[str] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.keeper = KeyKeeper(self.store, Opener(PRIVATE), self.ring, self.made, self.said.append)

    def made(self, found: Opened) -> PricedAccount:
        if found.account.venue != "binance":
            raise BadInput(f"venue {found.account.venue!r} is unknown")
        self.opened.append(found)
        return Noting()

    async def add(self, name: str, on: Environment = Environment.SANDBOX, **more: object) -> str:
        """A key on an account of its own; returns the account's id. `more` changes the row behind the seal's back."""
        account = accounts.Account(made.new_id(), name, "binance", on, NOW_MS)
        row = Credential(
            id=made.new_id(), tenant_id=self.owner, account_id=account.id, name=name, venue="binance",
            environment=on, sealed=b"", fingerprint=fingerprint(name), caps=caps_text(CAPS), created_ms=NOW_MS,
        )  # fmt: skip
        box = seal(public_half(PRIVATE), Secret(binding_of(row), name, "hidden-word"))
        row = msgspec.structs.replace(row, **{"sealed": box, **more})  # type: ignore[arg-type]
        async with self.store.transaction(self.owner) as tx:
            await accounts.create(tx, account)
            await tx.insert(credentials.credentials, msgspec.structs.asdict(row))
        return account.id

    async def revoke(self, name: str) -> None:
        async with self.store.transaction(self.owner) as tx:
            await credentials.revoke(tx, name, NOW_MS)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    store = inline.open_memory(epoch=EPOCH, now_ms=NOW_MS)
    yield Scene(store, await made.tenant(store))
    await store.close()


async def test_keys_come_with_their_caps_and_go_when_they_are_revoked(scene: Scene) -> None:
    first, second = await scene.add("first"), await scene.add("second", Environment.LIVE)
    await scene.keeper.look()
    held = scene.ring.get(first)
    assert held is not None
    assert held.caps == CAPS
    assert [(one.secret.api_key, one.account.environment) for one in scene.opened] == [
        ("first", Environment.SANDBOX),
        ("second", Environment.LIVE),
    ]
    await scene.revoke("first")
    await scene.keeper.look()
    assert scene.ring.get(first) is None
    assert scene.ring.get(second) is not None
    assert [one.name for one in scene.keeper.open] == ["second"]
    assert len(scene.opened) == 2
    assert scene.said == []


CHANGES: list[tuple[dict[str, object], str]] = [
    ({"caps": "{}"}, "was sealed for caps"),
    ({"environment": Environment.LIVE}, "serves its own environment only"),
    ({"venue": "kraken"}, "serves its own environment only"),
    ({"sealed": b"torn"}, "cannot be opened"),
]


@pytest.mark.parametrize(("change", "said"), CHANGES)
async def test_a_key_that_does_not_fit_is_said_once_and_keeps_no_other_from_being_used(
    scene: Scene, change: dict[str, object], said: str
) -> None:
    bad, good = await scene.add("bad", **change), await scene.add("good")
    await scene.keeper.look()
    await scene.keeper.look()
    assert scene.ring.get(bad) is None
    assert scene.ring.get(good) is not None
    assert len(scene.said) == 1
    assert said in scene.said[0]
    assert "hidden-word" not in scene.said[0]


async def test_a_key_changed_together_with_its_account_still_does_not_open(scene: Scene) -> None:
    """A live key cannot be made a sandbox key by writing the database (F83)."""
    here = await scene.add("live", Environment.LIVE)
    for table in ("accounts", "credentials"):
        await made.raw(_WithDialect(scene.store), f"UPDATE {table} SET environment = 'sandbox'")
    await scene.keeper.look()
    assert scene.ring.get(here) is None
    assert "was sealed for environment live and stands at environment sandbox" in scene.said[0]


class _WithDialect:
    def __init__(self, store: InlineDatabase) -> None:
        self.transaction = store.transaction


async def test_a_table_that_cannot_be_read_leaves_open_what_is_open(scene: Scene) -> None:
    here = await scene.add("first")
    await scene.keeper.look()
    for times in (1, 2):
        await made.raw(_WithDialect(scene.store), "ALTER TABLE credentials RENAME TO gone")
        await scene.keeper.look()
        await scene.keeper.look()
        assert scene.ring.get(here) is not None
        assert [one for one in scene.said if "cannot be read" in one] == scene.said
        assert len(scene.said) == times
        await made.raw(_WithDialect(scene.store), "ALTER TABLE gone RENAME TO credentials")
        await scene.keeper.look()


async def test_it_looks_again_and_again(scene: Scene) -> None:
    here = await scene.add("first")
    waits: list[float] = []

    async def pause(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            assert scene.ring.get(here) is not None
            await scene.revoke("first")
        if len(waits) == 3:
            raise EOFError

    with pytest.raises(EOFError):
        await scene.keeper.keep(pause)
    assert waits == [LOOK_S] * 3
    assert scene.ring.get(here) is None


async def test_a_fault_while_looking_closes_the_keys_is_said_and_mended_by_the_next_look(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = await scene.add("first")
    await scene.keeper.look()
    looks: list[bool] = []

    def broken(*_: object, **__: object) -> None:
        raise KeyError("hidden-word")

    async def pause(_seconds: float) -> None:
        looks.append(scene.ring.get(here) is not None)
        if len(looks) in (1, 2):
            monkeypatch.setattr("botswain.gateway.keys.credentials.counting", broken)
        if len(looks) == 3:
            monkeypatch.undo()
        if len(looks) == 4:
            raise EOFError

    with pytest.raises(EOFError):
        await scene.keeper.keep(pause)
    assert looks == [True, False, False, True]
    (said,) = scene.said
    assert "nothing is sent with them: looking which of them count failed (KeyError at test_keys.py:" in said
    assert "hidden-word" not in said


async def test_accounts_that_need_no_key_are_served_where_that_is_asked_for_and_no_others(scene: Scene) -> None:
    def keyless(account: accounts.Account) -> tuple[str, str] | None:
        return (f"key of {account.name}", "no secret") if account.environment is Environment.SANDBOX else None

    kept = await scene.add("kept")
    bare = accounts.Account(made.new_id(), "bare", "binance", Environment.SANDBOX, NOW_MS)
    live = accounts.Account(made.new_id(), "real", "binance", Environment.LIVE, NOW_MS)
    async with scene.store.transaction(scene.owner) as tx:
        for one in (bare, live):
            await accounts.create(tx, one)
    await scene.keeper.look()
    assert scene.ring.get(bare.id) is None
    keeper = KeyKeeper(scene.store, Opener(PRIVATE), scene.ring, scene.made, scene.said.append, keyless)
    scene.opened.clear()
    for _ in range(2):
        await keeper.look()
    assert {one.account.name: one.secret.api_key for one in scene.opened} == {"kept": "kept", "bare": "key of bare"}
    assert scene.ring.get(kept) is not None
    assert scene.ring.get(live.id) is None
    # From then on the account has a key of its own, and that alone counts.
    row = Credential(
        id=made.new_id(), tenant_id=scene.owner, account_id=bare.id, name="own", venue="binance",
        environment=Environment.SANDBOX, sealed=b"", fingerprint=fingerprint("own"), caps=caps_text(CAPS),
        created_ms=NOW_MS,
    )  # fmt: skip
    box = seal(public_half(PRIVATE), Secret(binding_of(row), "own", "hidden-word"))
    async with scene.store.transaction(scene.owner) as tx:
        await tx.insert(credentials.credentials, msgspec.structs.asdict(msgspec.structs.replace(row, sealed=box)))
    await keeper.look()
    await keeper.look()
    assert scene.opened[-1].secret.api_key == "own"
    assert scene.said == []
