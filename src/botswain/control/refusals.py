"""Why something that was asked for is not done, in kinds that a door can answer differently.

Each is a BadInput, so a command shows it in one line. `code` is stable and may be looked for by programs; `field` is a
JSON pointer to what is at fault of what was given.
"""

from __future__ import annotations

from botswain.model.errors import BadInput
from botswain.model.ids import is_id


class Wrong(BadInput):
    """Something given is at fault. Nothing was changed; correct it and ask again."""

    code = "bad_input"

    def __init__(self, message: str, *, code: str | None = None, field: str | None = None) -> None:
        super().__init__(message)
        self.code = code or type(self).code
        self.field = field


class Missing(Wrong):
    """There is no such thing, or it is another tenant's. Look at the list."""

    code = "not_found"


def missing(what: str, name: str, field: str | None = None) -> Missing:
    """The refusal that says what is not there."""
    return Missing(f"there is no {what} {name}; list them to see their ids", field=field)


def an_id(what: str, text: str, field: str | None = None) -> str:
    """A text that can be an id. Raises Missing where it cannot, with the field it was given in."""
    if not is_id(text):
        raise missing(what, text, field)
    return text


class Conflict(Wrong):
    """It cannot be done as things stand. The message says what to do first."""

    code = "conflict"


class Outdated(Wrong):
    """It was changed since the caller looked. Look again and repeat."""

    code = "changed_meanwhile"


class NotSignedIn(Wrong):
    """Nobody known asks. Sign in."""

    code = "not_signed_in"


class Throttled(Wrong):
    """Asked too often. Wait `retry_after_s`."""

    code = "too_many_requests"

    def __init__(self, message: str, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


def pointer(*parts: str | int) -> str:
    """A JSON pointer of names and places."""
    return "".join(f"/{str(one).replace('~', '~0').replace('/', '~1')}" for one in parts)
