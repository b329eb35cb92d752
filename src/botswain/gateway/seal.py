"""Opens sealed keys: the private half of the installation's key pair is read here and nowhere else.

What is opened is compared with the row it was found in; whatever does not fit is refused and nothing of it is shown.
"""

from __future__ import annotations

import msgspec
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from botswain.model.errors import BadInput, FailClosed
from botswain.store.sealed import Binding, Secret

KEY_BYTES = PrivateKey.SIZE


class Opener:
    """Holds the private key; it is never shown. Raises BadInput for one of another length."""

    def __init__(self, private_key: bytes) -> None:
        if len(private_key) != KEY_BYTES:
            raise BadInput(
                f"the key that opens sealed venue keys has {len(private_key)} bytes instead of {KEY_BYTES}; "
                "put back the one that stood there"
            )
        self._box = SealedBox(PrivateKey(private_key))

    def __repr__(self) -> str:
        return "Opener()"

    def open(self, box: bytes, row: Binding) -> Secret:
        """The key in a box that was found in a row. Raises FailClosed where it is not that row's."""
        try:
            found = msgspec.msgpack.decode(self._box.decrypt(box), type=Secret)
        except (CryptoError, ValueError, TypeError, msgspec.DecodeError):
            # Not even the cause: a decoder's complaint may quote what it read.
            raise FailClosed(
                f"credential {row.credential_id} cannot be opened: it was sealed for another installation, or was "
                "changed since; add the key again"
            ) from None
        for name in Binding.__struct_fields__:
            meant, here = getattr(found.binding, name), getattr(row, name)
            if meant != here:
                raise FailClosed(
                    f"credential {row.credential_id} was sealed for {name} {meant} and stands at {name} {here}; it "
                    "is not used. Add the key again where it belongs"
                )
        return found


def public_half(private_key: bytes) -> bytes:
    """The half that seals, of the half that opens."""
    return bytes(PrivateKey(private_key).public_key)
