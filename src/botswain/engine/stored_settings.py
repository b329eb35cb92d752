"""Whether settings that are given are those that a bot was started with, and which are not."""

from __future__ import annotations

import msgspec

from botswain.control.config import MarketConfig, bot_of


def same_settings(known: str, stored: str) -> bool:
    """Whether two stored forms decide alike.

    Where candle files lie does not matter, for they are looked into; nor do a sandbox's port and what a stop does.
    """
    if known == stored:
        return True
    (one, here), (other, there) = bot_of(known), bot_of(stored)
    same_bot = msgspec.structs.replace(one, on_stop=other.on_stop) == other
    return same_bot and without_places(here) == without_places(there)


def other_words(known: str, stored: str) -> str:
    """Which settings are others, with what they were and are."""
    found = []
    for one, other in zip(bot_of(known), bot_of(stored), strict=True):
        for name in one.__struct_fields__:
            was, now = getattr(one, name), getattr(other, name)
            if was != now:
                found.append(f"{name} was {plain_text(was)}, now {plain_text(now)}")
    return "; ".join(found)


def plain_text(value: object) -> str:
    """A setting as it is written."""
    return msgspec.json.encode(value).decode()


def without_places(config: MarketConfig) -> MarketConfig:
    """A market's settings with the symbols of its files only, and without a port."""
    return msgspec.structs.replace(config, replay=dict.fromkeys(config.replay, ""), port=0, paper=None)
