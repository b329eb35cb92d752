"""The errors a person can be shown, one class per thing that happens next.

Each message says what was wrong, the value, and what to do. The command line prints it without a traceback and
exits non-zero; the API will turn it into a problem document. The six failure words of STYLE.md live here:
propagate (any other exception), unavailable, defer, fail closed, degraded and fatal.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class BotswainError(Exception):
    """Base of every error with a message for a person. What happens next is said by the subclass."""


class BadInput(BotswainError):
    """Something a person gave is wrong. Nothing was changed; correct the value and try again."""


class OffGrid(BadInput):
    """A price that is no whole number of ticks. `what` says which; what to do depends on where it is from."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}; {remedy}")
        self.what = what


class Unavailable(BotswainError):
    """A needed input is missing right now. Only what needs it stops; it is asked for again later."""


class Deferred(BotswainError):
    """The thing is valid but cannot be done yet. It is tried again by the same loop, a bounded number of times."""


class FailClosed(BotswainError):
    """An invariant cannot be shown to hold, so no new risk is taken until a person or a full read clears it."""


class Fatal(BotswainError):
    """The process cannot go on safely. It stops; starting it again recovers from the journal."""


class Overflow(BotswainError):
    """Money passed what 64-bit integers hold. The run is done again with Python integers."""


def place_of(error: BaseException) -> str:
    """What kind of error it is and where it was raised; its words are left out, for they may quote a request."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    if at is None:
        return type(error).__name__
    return f"{type(error).__name__} at {at.tb_frame.f_code.co_filename.rpartition('/')[2]}:{at.tb_lineno}"


# As many symbols a message lists.
FEW = 12
# The fewest letters of which a longer word is taken to be meant.
PART = 3


def near(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the known word nearest to `word`, else the list of known words.

    Nearest is one that begins with it, whether or not `max_` is before that, the shortest of several; then one that has
    it inside, then one that is written alike.
    """
    names = sorted(known)
    whole = [one for one in names if word in one] if len(word) >= PART else []
    close = sorted(whole, key=lambda one: (not one.removeprefix("max_").startswith(word), len(one)))
    close = close or difflib.get_close_matches(word, names, n=1, cutoff=0.5)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; known: {', '.join(names)}" if names else ""


def near_symbol(symbol: str, known: Iterable[str]) -> str:
    """The same for symbols, by base and quote apart: what only shares a quote with thousands of others is not near.

    Without a near one the known ones are listed where they are few.
    """
    names = sorted(known)
    letters = _letters(symbol)
    close = [one for one in names if _letters(one) == letters]
    if not close:
        base, _, quote = symbol.upper().partition("/")
        alike = {one.partition("/")[0]: one for one in names if one.partition("/")[2] == quote}
        close = [alike[one] for one in difflib.get_close_matches(base, alike, n=1, cutoff=0.6)]
        close += difflib.get_close_matches(symbol, [one for one in names if one.partition("/")[0] == base], cutoff=0.5)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; known: {', '.join(names)}" if 0 < len(names) <= FEW else ""


def _letters(symbol: str) -> str:
    return "".join(one for one in symbol.upper() if one.isalnum())
