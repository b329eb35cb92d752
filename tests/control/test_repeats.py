"""Of two requests under one key at the same instant the second is answered as the first was."""

import pytest
from tests.store import made

from botswain.control import repeats
from botswain.control.refusals import Conflict
from botswain.control.repeats import Key
from botswain.store import inline

STATUS = 201


async def test_what_is_refused_for_what_its_own_key_made_is_answered_as_that_was(monkeypatch):
    store = inline.open_memory(epoch=made.EPOCH, now_ms=made.NOW_MS)
    mine = await made.tenant(store)

    async def makes(_tx):
        return "the bot"

    async def finds_it_there(_tx):
        raise Conflict("there is a bot 'ladder' already", code="name_taken", field="/name")

    key = Key.of("one", "POST /bots", "ladder")
    assert await repeats.once(store, mine, key, STATUS, made.NOW_MS, makes) == ("the bot", True)
    looked = repeats.before
    looks = []

    async def too_early(tx, asked, now_ms):
        """The first look of each came before the other had made anything."""
        looks.append(asked)
        return None if len(looks) == 1 else await looked(tx, asked, now_ms)

    monkeypatch.setattr(repeats, "before", too_early)
    assert await repeats.once(store, mine, key, STATUS, made.NOW_MS, finds_it_there) == ("the bot", False)
    # Under another key it is another request, and the refusal stands.
    looks.clear()
    with pytest.raises(Conflict, match="already"):
        await repeats.once(store, mine, Key.of("two", "POST /bots", "ladder"), STATUS, made.NOW_MS, finds_it_there)
    await store.close()
