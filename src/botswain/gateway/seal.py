"""Opens sealed keys: the private half of the installation's key pair is read here and nowhere else.

What is opened is compared with the row it was found in; whatever does not fit is refused and nothing of it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from botswain.model.errors import BadInput, FailClosed
from botswain.store.sealed import Binding, Secret

KEY_BYTES = PrivateKey.SIZE


class Opener:
    """Holds the private key; it is never shown. Raises BadInput for one of another length.

    again  asked for the keys that count now, where they may be rotated meanwhile; then none is held
    """

    def __init__(self, private_key: bytes, again: Callable[[], Sequence[bytes]] | None = None) -> None:
        self._boxes = [boxed(private_key)]
        self._again = again

    def __repr__(self) -> str:
        return "Opener()"

    def open(self, box: bytes, row: Binding) -> Secret:
        """The key in a box that was found in a row. Raises FailClosed where it is not that row's."""
        if self._again is not None:
            self._boxes = [boxed(one) for one in self._again()]
        found = next((one for each in self._boxes if (one := content(each, box)) is not None), None)
        if found is None:
            raise FailClosed(
                f"credential {row.credential_id} cannot be opened: it was sealed for another installation, or was "
                "changed since; add the key again"
            )
        for name in Binding.__struct_fields__:
            meant, here = getattr(found.binding, name), getattr(row, name)
            if meant != here:
                raise FailClosed(
                    f"credential {row.credential_id} was sealed for {name} {meant} and stands at {name} {here}; it "
                    "is not used. Add the key again where it belongs"
                )
        return found


def boxed(private_key: bytes) -> SealedBox[PrivateKey]:
    """What opens with a private key. Raises BadInput for one of another length."""
    if len(private_key) != KEY_BYTES:
        raise BadInput(
            f"the key that opens sealed venue keys has {len(private_key)} bytes instead of {KEY_BYTES}; "
            "put back the one that stood there"
        )
    return SealedBox(PrivateKey(private_key))


def content(opening: SealedBox[PrivateKey], box: bytes) -> Secret | None:
    """What is in a box; None where this key does not open it. A decoder's complaint may quote what it read."""
    try:
        return msgspec.msgpack.decode(opening.decrypt(box), type=Secret)
    except (CryptoError, ValueError, TypeError, msgspec.DecodeError):
        return None


def public_half(private_key: bytes) -> bytes:
    """The half that seals, of the half that opens."""
    return bytes(PrivateKey(private_key).public_key)
