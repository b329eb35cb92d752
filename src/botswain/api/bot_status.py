"""How a bot stands, as the live connection tells it: the same figures as the list of bots shows."""

from __future__ import annotations

from collections.abc import Sequence

from botswain.api.doors import Caller, Doors
from botswain.api.schemas.live import BotStatus
from botswain.api.shown import asking_of, bot_shown
from botswain.control import bots
from botswain.control.bot_figures import Figures
from botswain.control.bots import Seen

BY = "live"


async def bot_statuses(parts: Doors, figures: Figures, tenant_id: str, bot_ids: Sequence[str]) -> list[BotStatus]:
    """Those of a tenant's bots that it has."""
    asking = asking_of(parts, Caller("", tenant_id, BY), figures)
    return [status_of(one, asking.now_ms) for one in await bots.several(asking, bot_ids)]


def status_of(found: Seen, now_ms: int) -> BotStatus:
    """A bot's."""
    whole = bot_shown(found)
    told = {name: whole[name] for name in BotStatus.model_fields if name in whole}
    return BotStatus.model_validate({**told, "time_ms": found.figure.time_ms or now_ms})
