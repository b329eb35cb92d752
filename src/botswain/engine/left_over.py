"""What a bot that is to be flat cannot sell: less than the venue's least order, in words, as it is told to be flat."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from botswain.engine.flattening import flat
from botswain.engine.live_bot import LiveBot
from botswain.model.instrument import Instrument
from botswain.model.news import Mode


def with_left_over(bot: LiveBot, mode: Mode, why: str) -> str:
    """Why a bot is told a mode, with what stays all the same."""
    stays = left_over(bot) if mode is Mode.FLATTEN else ""
    return f"{why}; {stays}" if why and stays else why + stays


def left_over(bot: LiveBot) -> str:
    """What stays of its positions, symbol by symbol; empty where all can be sold."""
    kept = [
        s
        for s in range(len(bot.symbols))
        if bot.held_lots(s) and not flat(bot.decider, s, bot.held_lots(s), bot.mark(s))
    ]
    return "; ".join(stays(bot, s) for s in kept)


def stays(bot: LiveBot, s: int) -> str:
    """A symbol's rest."""
    own, terms = bot.decider.plan.instruments[s], bot.decider.state.parts["terms"][s]
    lots, mark = abs(bot.held_lots(s)), Decimal(int(bot.mark(s))) * own.tick_size
    held, least = lots * own.lot_size, int(terms.min_lots) * own.lot_size
    text = f"{plain(held)} {own.base} stays, worth {plain(held * mark)} {own.quote}: the venue's least order is "
    if lots < int(terms.min_lots):
        return text + f"{plain(least)} {own.base}"
    return text + f"worth {plain(least_worth(terms, own))} {own.quote}"


def least_worth(terms: Any, own: Instrument) -> Decimal:
    """The least notional in quote, of rules in the core's units."""
    return Decimal(int(terms.min_notional)) * own.tick_size * own.lot_size / int(terms.lot_money)


def plain(value: Decimal) -> str:
    """Without zeros at its end, and never as a power of ten."""
    return f"{value.normalize():f}"
