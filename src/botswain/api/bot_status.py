"""How a bot stands, as the live connection tells it: the same figures as the list of bots shows."""

from __future__ import annotations

from botswain.api.doors import Caller, Doors
from botswain.api.schemas.live import BotStatus
from botswain.api.shown import asking_of, bot_shown
from botswain.control import bots
from botswain.control.bot_figures import Figures
from botswain.control.refusals import Missing

BY = "live"


async def bot_status(parts: Doors, figures: Figures, tenant_id: str, bot_id: str) -> BotStatus | None:
    """A tenant's bot; None where it has none of that id."""
    asking = asking_of(parts, Caller("", tenant_id, BY), figures)
    try:
        found = await bots.one(asking, bot_id)
    except Missing:
        return None
    whole = bot_shown(found)
    told = {name: whole[name] for name in BotStatus.model_fields if name in whole}
    return BotStatus.model_validate({**told, "time_ms": found.figure.time_ms or asking.now_ms})
