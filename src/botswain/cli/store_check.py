"""`botswain data check` without a target: everything in the store judged, shown and summed up."""

from __future__ import annotations

import json

import click

from botswain.cli.candle_tables import print_checked, print_entries
from botswain.history.shelf import Shelf
from botswain.history.verdicts import checked_object, checked_store
from botswain.model.errors import BadInput


def check_store(shelf: Shelf, symbol: str | None, timeframe: str | None, venue: str | None, *, as_json: bool) -> bool:
    """Judge what is stored (of one symbol, timeframe or venue, where said), show it, and say whether all is sound."""
    found = tuple(checked_store(shelf, symbol, timeframe, venue))
    asked = " ".join(one for one in (symbol, timeframe, venue) if one)
    if not found and asked and shelf.entries():
        raise BadInput(f"nothing in the store {shelf.root} is {asked}; `botswain data list` shows what is there")
    if as_json:
        click.echo(json.dumps([checked_object(one) for one in found], indent=2))
    elif found:
        print_checked(found)
    else:
        print_entries((), shelf.root)
    return all(one.sound for one in found)
