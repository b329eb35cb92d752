"""What is answered where nothing of an id is the caller's: 404, whether it is another's or nobody's."""

from __future__ import annotations

from botswain.control.refusals import Missing
from botswain.model.errors import BadInput
from botswain.model.ids import is_id
from botswain.store.bots import Bot, get
from botswain.store.scope import Tx


def missing(what: str, name: str) -> Missing:
    """A 404 that says what is not there."""
    return Missing(f"there is no {what} {name}; list them to see their ids")


def an_id(what: str, text: str) -> str:
    """A text that can be an id. Raises Missing where it cannot."""
    if not is_id(text):
        raise missing(what, text)
    return text


async def bot_of(tx: Tx, bot_id: str) -> Bot:
    """The caller's bot of an id. Raises Missing where there is none."""
    try:
        return await get(tx, an_id("bot", bot_id))
    except BadInput:
        raise missing("bot", bot_id) from None
