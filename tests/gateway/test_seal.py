"""Only the gateway's half opens, and only in the row that the key was sealed for."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from botswain.gateway.seal import Opener, public_half
from botswain.model.errors import BadInput, FailClosed
from botswain.store.accounts import Environment
from botswain.store.sealed import Binding, Secret, seal

PRIVATE = bytes(range(32))
ROW = Binding("tenant", "credential", "account", "binance", Environment.LIVE, '{"symbols":["BTC/USDT"]}')
SECRET = Secret(ROW, "api-hidden-word", "hidden-word")


def test_a_key_opens_in_its_own_row_and_each_box_is_another() -> None:
    boxes = {seal(public_half(PRIVATE), SECRET) for _ in range(3)}
    assert len(boxes) == 3
    for box in boxes:
        assert Opener(PRIVATE).open(box, ROW) == SECRET
        assert b"hidden-word" not in box


OTHERS: list[tuple[str, Any]] = [
    ("tenant_id", "somebody else's"),
    ("credential_id", "another row"),
    ("account_id", "another account"),
    ("venue", "kraken"),
    ("environment", Environment.SANDBOX),
    ("caps", "{}"),
]


@pytest.mark.parametrize(("name", "other"), OTHERS)
def test_a_box_that_was_moved_to_another_row_or_whose_row_was_changed_does_not_open(name: str, other: str) -> None:
    box = seal(public_half(PRIVATE), SECRET)
    with pytest.raises(FailClosed, match=f"was sealed for {name} .* and stands at {name}") as refused:
        Opener(PRIVATE).open(box, msgspec.structs.replace(ROW, **{name: other}))
    assert "hidden-word" not in f"{refused.value!r} {refused.value.__cause__!r} {refused.value.__context__!r}"


@pytest.mark.parametrize("torn", [b"", b"x", b"x" * 200])
def test_a_box_that_was_changed_or_belongs_to_another_installation_does_not_open(torn: bytes) -> None:
    box = bytearray(seal(public_half(PRIVATE), SECRET))
    box[-1] ^= 1
    for one in (torn, bytes(box), seal(public_half(bytes(32)), SECRET)):
        with pytest.raises(FailClosed, match="sealed for another installation, or was changed"):
            Opener(PRIVATE).open(one, ROW)


def test_the_public_half_opens_nothing_and_the_private_half_is_never_shown() -> None:
    with pytest.raises(FailClosed):
        Opener(public_half(PRIVATE)).open(seal(public_half(PRIVATE), SECRET), ROW)
    assert repr(Opener(PRIVATE)) == "Opener()"
    with pytest.raises(BadInput, match="31 bytes instead of 32"):
        Opener(bytes(31))
