"""What companies do to the shares that a bot on paper trades, as its settings say it (docs/rules.md section 11).

CONFIG.yaml names a file for each symbol; settings that are kept hold what is in it, for the file may change. A bot's
journal so says all that was decided on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import msgspec

from botswain.history.instants import iso
from botswain.model.actions import ShareAction, ratio_text, split_of
from botswain.model.errors import BadInput, near_symbol


class ActionConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One action of a symbol: ts in ms UTC, shares after for shares before, and cash for one share, in quote."""

    ts: int
    split: str = "1:1"
    dividend: str = "0"


Told = Mapping[str, Sequence[ActionConfig]]


def with_actions_read(bot: dict[str, Any], folder: Path) -> dict[str, Any]:
    """A bot of CONFIG.yaml with what is in the files that its `actions` name, as plain values. Raises BadInput.

    folder  relative paths are meant from here
    """
    given = bot.get("actions")
    if given is None:
        return bot
    if not isinstance(given, dict):
        raise BadInput(f"actions is {given!r}; write a file for each symbol, such as actions: {{AAPL/USD: aapl.csv}}")
    made = {str(symbol): plain_of(str(symbol), file, folder) for symbol, file in given.items()}
    return {**bot, "actions": made}


def plain_of(symbol: str, file: object, folder: Path) -> list[dict[str, Any]]:
    """A symbol's actions in a file, as plain values."""
    if not isinstance(file, str):
        raise BadInput(f"actions of {symbol} is {file!r}; write the name of a file of splits and dividends")
    from botswain.history.action_file import read_actions

    found = [one for one in read_actions(folder / Path(file).expanduser(), symbol) if one.symbol == symbol]
    return [
        {"ts": one.time_ms, "split": ratio_text(one.split), "dividend": f"{one.dividend.normalize():f}"}
        for one in found
    ]


def actions_of(name: str, symbols: Sequence[str], given: Told) -> tuple[ShareAction, ...]:
    """What the bot of a name was told, by time. Raises BadInput."""
    found: list[ShareAction] = []
    for symbol, told in given.items():
        if symbol not in symbols:
            raise BadInput(
                f"bot {name!r}: actions names {symbol!r}, which it does not trade{near_symbol(symbol, symbols)}"
            )
        for one in told:
            made = action_of(symbol, one)
            if made in found:
                raise BadInput(f"bot {name!r}: an action of {symbol}, of {iso(one.ts)}, is given twice; give it once")
            found.append(made)
    return tuple(sorted(found, key=lambda one: one.time_ms))


def action_of(symbol: str, one: ActionConfig) -> ShareAction:
    """One of them. Raises BadInput."""
    try:
        dividend = Decimal(one.dividend)
    except InvalidOperation:
        raise BadInput(f"dividend of {symbol} is {one.dividend!r}; write cash for one share, such as 0.24") from None
    return ShareAction(symbol, one.ts, split_of(one.split), dividend)
