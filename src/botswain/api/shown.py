"""How bots and their settings are shown over HTTP, and read from it."""

from __future__ import annotations

from decimal import Decimal
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Any, Literal

import msgspec

from botswain.api.doors import Caller, Doors
from botswain.api.schemas.bots import BotSettings, Preview, PreviewFact, PreviewLine, Rung, TradingWindow
from botswain.control import bot_preview, trading_times
from botswain.control.bot_figures import Figures
from botswain.control.bot_settings import settings_of
from botswain.control.bots import Asking, Seen, quote_of
from botswain.control.config import BotConfig, MarketConfig, SizingConfig
from botswain.control.holding import HoldingConfig
from botswain.store import bots

MOST_WORD = 128
# A bot that was made elsewhere may have an amount that this door would not take.
DECIMALS = Decimal("1e-18")
SIDES: dict[int, Literal["buy", "sell"]] = {1: "buy", -1: "sell"}


def asking_of(parts: Doors, caller: Caller, figures: Figures) -> Asking:
    """What a request is done with."""
    return Asking(
        parts.store,
        caller.tenant_id,
        caller.name,
        parts.now_ms(),
        parts.new_id,
        # Bots of one engine have one owner, and to look after a process is to read a file.
        cache(parts.dead),
        parts.venues,
        figures,
        parts.stills,
    )


def exact(value: object) -> str:
    """A decimal as text, without an exponent."""
    found = value if isinstance(value, Decimal) else Decimal(str(value))
    if not found:
        return "0"
    text = f"{found:f}"
    if "." not in text:
        return text
    text = text.rstrip("0").rstrip(".")
    return text if len(text.partition(".")[2]) <= 18 else f"{found.quantize(DECIMALS):f}"


def maybe(value: Decimal | None) -> str | None:
    """The same of what may be unknown."""
    return None if value is None else exact(value)


def config_of(given: BotSettings, name: str) -> BotConfig:
    """Settings as the rooms below have them."""
    window = given.trading_window
    return BotConfig(
        name=name,
        strategy=given.strategy,
        symbols=list(given.symbols),
        params=dict(given.parameters),
        capital=given.capital,
        sizing=SizingConfig(
            given.sizing.kind, given.sizing.size, given.sizing.compounding, dict(given.sizing.odds), given.sizing.period
        ),
        exits=dict(given.exits),
        limits=dict(given.limits),
        on_stop=given.on_stop,
        react=given.react,
        trading_frequency_s=given.trading_frequency_s,
        trading_window=None if window is None else window_of(window),
        holding=HoldingConfig(given.holding.funding_rate, given.holding.funding_hours, given.holding.borrow_rate),
    )


def window_of(given: TradingWindow) -> trading_times.TradingWindow:
    """A window as the rooms below have it."""
    return trading_times.TradingWindow(**given.model_dump() | {"days": tuple(given.days)})


def settings_shown(config: BotConfig, market: MarketConfig, account_id: str) -> dict[str, Any]:
    """Settings as `BotSettings` has them. What was stored was checked when it was given."""
    window = config.trading_window
    return {
        "strategy": config.strategy[-MOST_WORD:],
        "account_id": account_id,
        "symbols": config.symbols,
        "timeframe": market.frame,
        "parameters": config.params,
        "capital": exact(config.capital),
        "sizing": {
            "kind": config.sizing.kind,
            "size": exact(config.sizing.size),
            "compounding": config.sizing.compounding,
            "odds": {name: exact(value) for name, value in config.sizing.odds.items()},
            "period": config.sizing.period,
        },
        "exits": {name: exact(value) for name, value in config.exits.items()},
        "limits": {name: exact(value) for name, value in config.limits.items()},
        "on_stop": config.on_stop,
        "react": config.react,
        "trading_frequency_s": config.trading_frequency_s,
        "trading_window": None if window is None else msgspec.to_builtins(window),
        "holding": {
            "funding_rate": exact(config.holding.funding_rate),
            "funding_hours": config.holding.funding_hours,
            "borrow_rate": exact(config.holding.borrow_rate),
        },
    }


@lru_cache(maxsize=10_000)
def settings_json(stored: str, account_id: str) -> msgspec.Raw:
    """The same as JSON, from a bot's row. Remembered, because lists are shown again and again."""
    return msgspec.Raw(msgspec.json.encode(settings_shown(*settings_of(stored), account_id)))


def bot_shown(found: Seen) -> dict[str, Any]:
    """A bot as `Bot` has it: plain, because making models of 200 takes longer than all else. Tests hold it to them."""
    bot, account, figure, halt, blocked = found.bot, found.account, found.figure, found.halt, found.blocked
    capital = Decimal(str(found.config.capital))
    return {
        "id": bot.id,
        "name": bot.name,
        "settings": settings_json(bot.config, bot.account_id),
        "account": {
            "id": account.id,
            "name": account.name,
            "venue": account.venue,
            "environment": account.environment.value,
            "source": account.source,
        },
        "state": found.state,
        "desired_state": bot.desired_state.value,
        "halt": None
        if halt is None
        else {"reason": halt.reason, "by": halt.by, "at_ms": halt.at_ms, "can_resume": halt.can_resume},
        "blocked": None
        if blocked is None
        else {
            "code": blocked.code,
            "message": blocked.message,
            "value": exact(blocked.value),
            "limit": exact(blocked.limit),
            "since_ms": blocked.since_ms,
            "until_ms": blocked.until_ms,
        },
        "attention": [{"code": one.code, "message": one.message} for one in found.looks],
        "edition": bot.edition,
        "version": bot.version,
        "created_ms": bot.created_ms,
        "archived_ms": bot.archived_ms,
        "equity": maybe(figure.equity),
        "profit": maybe(figure.profit),
        "profit_fraction": None if figure.profit is None or capital == 0 else float(figure.profit / capital),
        "today": maybe(figure.today),
        "realized": exact(figure.realized),
        "unrealized": maybe(figure.unrealized),
        "fees": exact(figure.fees),
        "open_positions": figure.open_positions,
        "rests": figure.rests,
        "round_trips": figure.round_trips,
        "won": figure.won,
        "trip_profit": exact(figure.trip_profit),
        "left_over": maybe(figure.left_over),
        "sparkline": figure.sparkline,
        "charged": maybe(figure.charged),
        "valued_ms": figure.valued_ms,
        "quote": quote_of(found.config),
    }


def bot_json(found: Seen) -> str:
    """The same as JSON."""
    return msgspec.json.encode(bot_shown(found)).decode()


def edition_shown(bot: bots.Bot, config: BotConfig, market: MarketConfig) -> dict[str, Any]:
    """An edition of a bot's settings, as `Edition` has it."""
    return {
        "edition": bot.edition,
        "bot_id": bot.id,
        "settings": settings_shown(config, market, bot.account_id),
        "created_ms": bot.created_ms,
        "archived_ms": bot.archived_ms,
    }


def preview_shown(found: bot_preview.Preview) -> Preview:
    """What settings would come to."""
    return Preview(
        price=maybe(found.price),
        lines=[
            PreviewLine(price=exact(one.price), label=one.label, side=SIDES.get(one.side))
            for one in found.drawing.lines
        ],
        facts=[PreviewFact(name=name, text=text) for name, text in found.drawing.facts],
        rungs=[
            Rung.model_validate(
                {
                    "symbol": one.symbol,
                    "slot": one.slot,
                    "side": one.side,
                    "price": exact(one.price),
                    "qty": maybe(one.qty),
                }
            )
            for one in found.rungs
        ],
        warnings=list(found.warnings),
    )


def tag_of(version: int, shown: str) -> str:
    """The ETag of a bot: its row's version, by which it is changed, and a hash of all that is shown of it."""
    return f'"{version}.{blake2b(shown.encode(), digest_size=8).hexdigest()}"'
