"""What engines say on the bus, by topic: msgpack of these, fields by name. Prices are decimals as text.

All are levels: the next one says how it stands, so one that is lost is made up for by the one after it.
What is as usual is left out, so that a process of an older version can read all that concerns it.
"""

from __future__ import annotations

from typing import Literal

import msgspec

PRICE, MARKET, NOTIFICATION, BOT = "price", "market", "notification", "bot"

MarketState = Literal["live", "stale", "unheard"]
BotState = Literal["starting", "running", "stopping", "stopped", "halted", "refused"]
Level = Literal["info", "warning", "error"]


class PriceTold(msgspec.Struct, frozen=True, omit_defaults=True):
    """A symbol's last price and its candle so far, [open_ms, open, high, low, close, volume]. closed: it is final.

    source  whose prices they are where the environment does not say it: of a paper account, or of a sandbox on a port
            of its own
    """

    venue: str
    environment: str
    symbol: str
    timeframe: str
    price: str
    time_ms: int
    candle: tuple[int, float, float, float, float, float]
    closed: bool
    source: str = ""


class MarketTold(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a symbol's market stands. age_ms: since its last price was heard, by this machine's clock.

    source  as that of a price
    """

    venue: str
    environment: str
    symbol: str
    timeframe: str
    state: MarketState
    price: str | None
    time_ms: int | None
    age_ms: int | None
    source: str = ""


class NotificationTold(msgspec.Struct, frozen=True):
    """Something that a person should know, and of which bot, where it is of one.

    tenant_id  whose people; None: everybody's
    """

    level: Level
    code: str
    message: str
    bot_id: str | None
    bot_name: str | None
    time_ms: int
    tenant_id: str | None = None


class BotTold(msgspec.Struct, frozen=True):
    """How the engine has a bot. why, by: of a halt or a refusal; block: the limit that keeps it from opening now.

    id         empty where the engine has not come to its row yet
    tenant_id  whose it is; None where that was not said
    still      why it stands still although it runs; empty where it does not
    """

    id: str
    name: str
    state: BotState
    why: str
    by: str
    block: str
    time_ms: int
    tenant_id: str | None = None
    still: str = ""


Told = PriceTold | MarketTold | NotificationTold | BotTold
_ENCODER = msgspec.msgpack.Encoder()
_DECODERS: dict[str, msgspec.msgpack.Decoder[Told]] = {
    PRICE: msgspec.msgpack.Decoder(PriceTold),
    MARKET: msgspec.msgpack.Decoder(MarketTold),
    NOTIFICATION: msgspec.msgpack.Decoder(NotificationTold),
    BOT: msgspec.msgpack.Decoder(BotTold),
}


def encoded(message: Told) -> bytes:
    """A message's body."""
    return _ENCODER.encode(message)


def decoded(topic: str, body: bytes) -> Told | None:
    """A message by its topic; None where another version of Botswain said it."""
    decoder = _DECODERS.get(topic)
    try:
        return None if decoder is None else decoder.decode(body)
    except msgspec.DecodeError:
        return None
